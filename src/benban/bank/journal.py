"""
Additions and deletions of a bank in a folder, on disk before they are confirmed.

A frame: eight bytes that begin every frame, kind, count, CRC-32 of the rest, numbers (int64,
little-endian) and, for additions, words (4 x uint64, little-endian). One call is one frame.
"""

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from io import FileIO
from pathlib import Path
from struct import Struct

import numpy as np

from benban.bank.words import WORDS, Numbers, Words
from benban.errors import BankDamagedError

_BEGIN = b"\xb9bb-add\x0a"
# More beginnings than these in what was never confirmed were put there.
_TORN_HEADS = 64
# Beginning, kind, count, checksum.
_HEAD = Struct("<8sIQI")


class Kind(IntEnum):
    """What a frame does."""

    ADD = 1
    DELETE = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """One confirmed call; *words* is empty for a deletion."""

    kind: Kind
    number: Numbers
    words: Words


class Journal:
    """The end of a journal's file, to which frames are added."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def add(self, number: Numbers, words: Words) -> None:
        """Return once the addition is on disk."""
        self._append(Kind.ADD, number, words)

    def delete(self, number: Numbers) -> None:
        """Return once the deletion is on disk."""
        self._append(Kind.DELETE, number, np.empty((0, WORDS), np.uint64))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _append(self, kind: Kind, number: Numbers, words: Words) -> None:
        body = number.astype("<i8").tobytes() + words.astype("<u8").tobytes()
        start = self._file.tell()
        try:
            _write_all(self._file, _head(kind, len(number), body) + body)
            os.fsync(self._file.fileno())
        except OSError:
            self._take_back(start)
            raise

    def _take_back(self, start: int) -> None:
        """Cut off half a frame (a disk that is full), which must not stand before a whole one."""
        try:
            self._file.truncate(start)
            os.fsync(self._file.fileno())
        except OSError:
            # Then nothing more is written: the torn end stays the end.
            self._file.close()


def read_journal(path: Path) -> tuple[tuple[Frame, ...], int]:
    """
    Return the whole frames of a journal and how many bytes they take.

    What follows them was never confirmed: the process ended while it was written.

    Raises:
        BankDamagedError: BB-332, it is missing, it is none, or a whole frame follows bytes that
            are none.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise BankDamagedError(part=path.name) from error
    frames = []
    stop = 0
    for frame, end in _frames(data):
        if len(frame.number) and int(frame.number.min()) < 0:
            raise BankDamagedError(part=path.name)
        frames.append(frame)
        stop = end
    is_ours = data.startswith(_BEGIN[: len(data)])
    if not is_ours or _has_frame_after(data, stop):
        raise BankDamagedError(part=path.name)
    return tuple(frames), stop


def _write_all(file: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _head(kind: Kind, count: int, body: bytes) -> bytes:
    checksum = zlib.crc32(body, zlib.crc32(_HEAD.pack(_BEGIN, kind, count, 0)))
    return _HEAD.pack(_BEGIN, kind, count, checksum)


def _frames(data: bytes) -> Iterator[tuple[Frame, int]]:
    start = 0
    while (read := _frame_at(data, start)) is not None:
        yield read
        start = read[1]


def _frame_at(data: bytes, start: int) -> tuple[Frame, int] | None:
    if len(data) - start < _HEAD.size:
        return None
    begin, kind, count, _ = _HEAD.unpack_from(data, start)
    if begin != _BEGIN or kind not in tuple(Kind):
        return None
    width = WORDS if kind == Kind.ADD else 0
    first = start + _HEAD.size
    stop = first + count * 8 * (1 + width)
    body = data[first:stop]
    if stop > len(data) or _head(Kind(kind), count, body) != data[start:first]:
        return None
    number = np.frombuffer(body, "<i8", count).astype(np.int64)
    words = np.frombuffer(body, "<u8", offset=count * 8).astype(np.uint64).reshape(-1, WORDS)
    return Frame(kind=Kind(kind), number=number, words=words), stop


def _has_frame_after(data: bytes, start: int) -> bool:
    found = data.find(_BEGIN, start)
    for _ in range(_TORN_HEADS):
        if found < 0:
            return False
        if _frame_at(data, found) is not None:
            return True
        found = data.find(_BEGIN, found + 1)
    # A torn end holds few beginnings; each that is looked at costs a reading of the rest.
    return found >= 0
