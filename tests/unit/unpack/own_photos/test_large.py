"""Archives of a size that people have, and lists of a size that nobody has."""

import io
import json
import tracemalloc
import zipfile
from typing import BinaryIO

import pytest

from benban.unpack.own_photos.parts import OwnPhoto
from benban.unpack.own_photos.reading import read_own_photos
from benban.unpack.parts import Entry, Reason
from benban.unpack.source import Given, single_source, with_entries, zip_source
from tests.unit.unpack.own_photos.archives import archive, photos, read, reasons
from tests.unit.unpack.webfiles import PNG

POSTS = "your_facebook_activity/posts/your_posts_1.json"
ITEM = json.dumps({"attachments": [{"data": [{"media": {"uri": "1.jpg"}}]}], "x": "a" * 60_000})
GIGABYTE = 1 << 30
MOST_BYTES = 16 << 20


class _Endless(io.RawIOBase):
    """A list of one post, again and again, made while it is read."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._left, self._piece, self._rest = size, f"{ITEM},".encode() * 4, b"["

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # the stubs' Buffer is 3.12's
        while len(self._rest) < len(buffer):
            self._rest += self._piece
        count = min(len(buffer), self._left)
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self._left -= count
        return count


def endless(size: int) -> Given:
    source = archive({POSTS: b"[]", "1.jpg": PNG})

    def open_it() -> BinaryIO:
        return io.BufferedReader(_Endless(size))

    return with_entries(source, [Entry(name=POSTS, size_bytes=size, open=open_it)])


def read_within(size: int) -> tuple[list[str], list[Reason], int]:
    tracemalloc.start()
    try:
        parts = read(endless(size))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return [one.name for one in photos(parts)], reasons(parts), most


def test_a_long_list_is_not_held() -> None:
    names, why, most = read_within(40 << 20)

    assert (names, why) == (["1.jpg"], [Reason.TRUNCATED])
    assert most < MOST_BYTES


@pytest.mark.long
def test_a_list_of_a_gigabyte_is_not_held() -> None:
    names, why, most = read_within(GIGABYTE)

    assert (names, why) == (["1.jpg"], [Reason.TRUNCATED])
    assert most < MOST_BYTES


def test_a_zip_of_65000_files_gives_each_once() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number in range(65_000):
            packed.writestr(f"{number % 40}/{number}.jpg", b"")

    names = {
        part.name
        for part in read_own_photos([zip_source(out, "many.zip")])
        if isinstance(part, OwnPhoto)
    }

    assert len(names) == 65_000


def test_a_picture_of_any_length_is_listed_without_being_read() -> None:
    source = single_source(io.BytesIO(PNG), "a.png")
    grown = Entry(name="a.png", size_bytes=1 << 40, open=source.listed[0].open)

    found = photos(read(with_entries(source, [grown])))

    assert [one.entry.size_bytes for one in found if one.entry is not None] == [1 << 40]
