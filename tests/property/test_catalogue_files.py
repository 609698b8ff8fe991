"""Whatever a file of the catalogue holds, loading ends and the other files are there."""

from importlib.resources import files

from hypothesis import given
from hypothesis import strategies as st

from benban.remedies import load_catalogue
from benban.remedies.memory_folder import MemoryFolder

_PACKAGED = files("benban.catalogue")
X = _PACKAGED.joinpath("channels", "x.toml").read_bytes()
VK = _PACKAGED.joinpath("channels", "vk.toml").read_bytes()
EVIL = [b"=", b"[[", b"]]", b"'''", b'"""', b"\x00", b"\xff", b"\\u0000", b"9" * 5000, b"{", b"inf"]


def _load(untrusted: bytes) -> tuple[str, ...]:
    found = load_catalogue(
        MemoryFolder(
            {
                "channels/x.toml": untrusted,
                "channels/vk.toml": VK,
                "laws/repealed.toml": _PACKAGED.joinpath("laws", "repealed.toml").read_bytes(),
                "terms.toml": _PACKAGED.joinpath("terms.toml").read_bytes(),
                "edition.toml": b"serial = 1\nmade_on = 2026-11-27\n",
                # The channels want forms that are not here; without a list none is missed.
                "forms/forms.toml": b"",
            }
        )
    )
    for fault in found.faults:
        assert fault.file in {"channels/x.toml", "forms/forms.toml"}
        assert 0 <= fault.line <= max(1, untrusted.count(b"\n") + untrusted.count(b"\r") + 1)
    return tuple(one.id for one in found.services)


@given(st.integers(0, len(X)), st.integers(0, 40), st.sampled_from(EVIL) | st.binary(max_size=20))
def test_a_spoiled_file_stands_aside_or_is_sound(at: int, length: int, put: bytes) -> None:
    assert "vk" in _load(X[:at] + put + X[at + length :])


@given(st.binary(max_size=300))
def test_a_file_of_anything_stands_aside(data: bytes) -> None:
    assert _load(data) == ("vk",)


def test_the_file_itself_is_sound() -> None:
    assert _load(X) == ("vk", "x")
