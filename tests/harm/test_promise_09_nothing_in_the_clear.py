"""DESIGN promise 9: after a whole case no byte on the computer tells what the case is about."""

import base64
from pathlib import Path

import pytest

from benban.seal.digests import sha256_of
from tests.harm.scenes import ADDRESS, PASSPHRASE, SENTENCE
from tests.harm.walk import CONTACT, FILE_NAME, NAME, STORY, Walk

TEXTS = (ADDRESS, "kenh_vi_du", NAME, CONTACT, STORY, SENTENCE, PASSPHRASE, FILE_NAME)


def patterns(walk: Walk) -> dict[str, bytes]:
    found = {}
    for text in TEXTS:
        found[text] = text.encode()
        found[f"{text} in 16 bits"] = text.encode("utf-16-le")
        found[f"{text} as base64"] = base64.b64encode(text.encode())[:-4]
    pictures = {"fake": walk.example.fake, "original": walk.example.original}
    for name, data in pictures.items():
        found |= {f"{name} {at}": data[at : at + 32] for at in range(650, 8000, 512)}
        found[f"digest of {name}"] = sha256_of(data).hex.encode()
        found[f"digest of {name} as bytes"] = bytes.fromhex(sha256_of(data).hex)
    return found


def found_in(folder: Path, wanted: dict[str, bytes]) -> list[tuple[str, str]]:
    return [
        (path.name, name)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for name, pattern in wanted.items()
        if pattern in path.read_bytes()
    ]


def test_no_text_name_digest_or_picture_stands_on_the_computer(walk: Walk) -> None:
    files = [path for path in walk.computer.rglob("*") if path.is_file()]

    assert (len(files) > 8, found_in(walk.computer, patterns(walk))) == (True, [])


def test_outside_the_vault_the_program_left_no_file_at_all(walk: Walk) -> None:
    (vault,) = {path.parent for path in walk.computer.rglob("vault.json")}
    outside = [
        path for path in walk.computer.rglob("*") if path.is_file() and vault not in path.parents
    ]

    assert outside == []


def test_the_temporary_folder_of_the_vault_is_empty_at_the_end(walk: Walk) -> None:
    (vault,) = {path.parent for path in walk.computer.rglob("vault.json")}

    assert list((vault / "tmp").iterdir()) == []


@pytest.mark.parametrize("name", ["fake 650", f"{NAME} in 16 bits", "digest of fake as bytes"])
def test_a_trace_is_found_where_it_is(walk: Walk, tmp_path: Path, name: str) -> None:
    (tmp_path / "left.bin").write_bytes(b"\x00" + patterns(walk)[name] + b"\x00")

    assert found_in(tmp_path, patterns(walk)) == [("left.bin", name)]
