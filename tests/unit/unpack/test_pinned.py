import base64
import io
from pathlib import Path

import pytest

from benban.errors import ImportChangedError
from benban.seal.digests import DigestingStream, sha256_of
from benban.unpack.parts import Entry
from benban.unpack.pinned import FILLER, Pinning
from benban.unpack.source import folder_source, single_source
from tests.unit.unpack.webfiles import PNG

BYTES = bytes(range(256)) * 1000
LETTERS = base64.b64encode(PNG * 2000)


def only_entry(content: bytes) -> Entry:
    (entry,) = single_source(io.BytesIO(content), "a").entries()
    return entry


def test_a_file_that_is_held_fast_gives_what_was_digested_from_any_place() -> None:
    digest = DigestingStream()

    held = Pinning().file(io.BytesIO(BYTES), digest)

    assert held.stream.read() == BYTES
    assert (held.stream.seek(-300, io.SEEK_END), held.stream.read(100)) == (
        len(BYTES) - 300,
        BYTES[-300:-200],
    )
    assert (held.stream.seek(65_530), held.stream.read(20)) == (65_530, BYTES[65_530:65_550])
    assert digest.measured().sha256 == sha256_of(BYTES)


@pytest.mark.parametrize("place", [0, 65_535, 65_536, len(BYTES) - 1])
def test_one_byte_that_is_not_what_was_digested_is_never_given(place: int) -> None:
    file = io.BytesIO(BYTES)
    held = Pinning().file(file, DigestingStream())
    file.getbuffer()[place] ^= 1

    with pytest.raises(ImportChangedError):
        held.stream.read()


@pytest.mark.parametrize("change", [b"", BYTES[:-1], BYTES + b"!", BYTES[:-1] + b"!"])
def test_what_became_shorter_longer_or_other_is_no_longer_unchanged(
    change: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(BYTES)
    (entry,) = folder_source(tmp_path).entries()
    held = Pinning().entry(entry, DigestingStream())
    held.require_unchanged()
    path.write_bytes(change)

    with pytest.raises(ImportChangedError):
        held.require_unchanged()


def test_a_file_that_grew_since_it_was_listed_is_not_digested_under_its_old_size(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(BYTES)
    (entry,) = folder_source(tmp_path).entries()
    path.write_bytes(BYTES * 2)

    with pytest.raises(ImportChangedError):
        Pinning().entry(entry, DigestingStream())


@pytest.mark.parametrize(
    "written",
    [b"data:image/png;base64," + LETTERS, LETTERS, b"data:image/png;base64," + LETTERS[:40]],
)
def test_of_a_text_no_byte_of_a_picture_is_digested_or_given(written: bytes) -> None:
    before, after = b'{"text": "' + b"x " * 32_760, b'", "n": 1}'
    other = written.replace(LETTERS[30:36], LETTERS[36:42])
    digests = DigestingStream(), DigestingStream()

    held = Pinning().text(only_entry(before + written + after), digests[0])
    Pinning().text(only_entry(before + other + after), digests[1])
    with held.entry.open() as file:
        given = file.read()

    assert other != written
    assert digests[0].measured() == digests[1].measured()
    assert (len(given), held.taken_count) == (len(before + written + after), 1)
    assert given.startswith(before)
    assert given.endswith(after)
    assert FILLER in given
    assert LETTERS[30:60] not in given


def test_a_text_without_pictures_has_the_digest_of_its_bytes() -> None:
    text = "Có người đăng hình ghép".encode() * 9_000
    digest = DigestingStream()

    held = Pinning().text(only_entry(text), digest)

    assert (held.taken_count, digest.measured().sha256) == (0, sha256_of(text))


def test_what_was_put_in_the_place_of_a_picture_is_not_given_either() -> None:
    written = b'{"a": "data:image/png;base64,' + LETTERS + b'", "text": "x"}'
    file = io.BytesIO(written)
    (entry,) = single_source(file, "a").entries()
    held = Pinning().text(entry, DigestingStream())
    forged = b'", "text": "forged"'
    at = written.index(LETTERS)
    file.getbuffer()[at : at + len(forged)] = forged

    with held.entry.open() as stream:
        assert b"forged" not in stream.read()
