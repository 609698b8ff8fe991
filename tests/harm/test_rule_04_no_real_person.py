"""HARM 4: no picture of a person is in the repository; what tests show is drawn by rule."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.testing.pictures import Subject
from tests.architecture.sources import ROOT

FOLDERS = ("src", "tests", "docs", "vectors", "verifier", "benchmarks", "locks")
# Every picture that is stored as one, and what it shows.
KNOWN = {
    "vectors/dossiers/0.1.0/dossier.zip": "a dossier of the demonstration: veiled drawings",
    **{
        f"docs/pictures/{name}.{language}.png": "a page of ours; the one depicted is a statue"
        for name in ("case", "first", "pair", "plan")
        for language in ("en", "vi")
    },
    "vectors/pictures/landscape-240x160.heic": "a landscape drawn by rule",
    "vectors/pictures/landscape-120x80-12-bit.jpg": "a landscape drawn by rule",
    "vectors/pictures/landscape-120x80-arithmetic.jpg": "a landscape drawn by rule",
}
# First bytes (at an offset) of pictures, films and documents that may hold one.
SIGNS: tuple[tuple[int, bytes], ...] = (
    (0, b"\xff\xd8\xff"),
    (0, b"\x89PNG\r\n\x1a\n"),
    (0, b"GIF8"),
    (0, b"BM"),
    (0, b"II*\x00"),
    (0, b"MM\x00*"),
    (0, b"\x00\x00\x01\x00"),
    (0, b"%PDF-"),
    (0, b"\x1aE\xdf\xa3"),
    (0, b"RIFF"),
    (4, b"ftyp"),
    (0, b"PK\x03\x04"),
)
# The same, written as base64 in a text.
WRITTEN = re.compile(rb"data:image/[a-z]+;base64,[A-Za-z0-9+/]{64}|/9j/4AAQ[A-Za-z0-9+/]{64}")
# Photographs of people that come with libraries, and pictures of the net that are used as tests.
LENT = re.compile(
    r"skimage\.data|scipy\.datasets|scipy\.misc|sklearn\.datasets|torchvision|"
    r"\b(lena|lenna|astronaut|lfw|celeba|olivetti)\b",
    re.IGNORECASE,
)


def stored_files() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
    yield from (path for path in ROOT.iterdir() if path.is_file())


def is_picture(data: bytes) -> bool:
    return any(data[at : at + len(sign)] == sign for at, sign in SIGNS) or bool(
        WRITTEN.search(data)
    )


def test_every_stored_picture_is_known_and_drawn() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in stored_files()
        if is_picture(path.read_bytes())
    }

    assert found == set(KNOWN)


@pytest.mark.parametrize(
    "data",
    [b"\xff\xd8\xff\xe0", b"\x00\x00\x00\x18ftypheic", b"x = 'data:image/png;base64," + b"A" * 80],
)
def test_a_picture_is_seen(data: bytes) -> None:
    assert is_picture(data)


def test_no_photograph_of_people_is_borrowed_from_a_library() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in stored_files()
        if path.suffix == ".py"
        and path != Path(__file__)
        and LENT.search(path.read_text(encoding="utf-8"))
    }

    assert users == set()


def test_the_person_in_the_example_is_a_thing_or_an_animal() -> None:
    assert {one.value for one in Subject} == {"statue", "cat", "tailors-dummy"}
