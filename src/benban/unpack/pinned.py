"""
What was handed over, held fast: what is read later is what was digested first, or an error.

While a file is digested, each stretch of it gets a mark, a keyed digest whose key is in memory for
this import alone; whoever reads that stretch afterwards gets exactly the bytes that were digested,
even where the file was swapped and put back in between.
Source: RFC 7693 (BLAKE2, keyed) for the marks.
"""

import hashlib
import hmac
import io
import secrets
import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import BinaryIO, cast

from benban.errors import ImportChangedError, ImportTooLargeError
from benban.seal.digests import chunks_of
from benban.seal.file_part import FilePart
from benban.seal.sinks import ByteSink
from benban.unpack.inline import Inline, split_inline
from benban.unpack.parts import Entry, Reason
from benban.unpack.warc_records import Cursor, Opener

# Small enough that reading one head of a zip member costs little, large enough that the marks of
# an export of 1 GB take 256 KB.
_BLOCK_BYTES = 1 << 16
_MARK_BYTES = 16
_KEY_BYTES = 32
# Of the same letters as base 64, so that what surrounds it is read as before.
FILLER = b"benban-withheld"
# More places than any export has, and 16 MB of memory.
_MOST_PLACES = 1_000_000


@dataclass(slots=True)
class _Places:
    """Where pictures are written into a text; their bytes are neither digested nor given."""

    starts: "array[int]" = field(default_factory=lambda: array("Q"))
    ends: "array[int]" = field(default_factory=lambda: array("Q"))

    def add(self, start: int, end: int) -> None:
        if len(self.starts) >= _MOST_PLACES:
            raise ImportTooLargeError(reason=Reason.TOO_MANY.value)
        self.starts.append(start)
        self.ends.append(end)

    def blanked(self, data: bytes, offset: int) -> bytes:
        """Return *data*, which lies at *offset*, with the filler where pictures are."""
        end = offset + len(data)
        number = max(0, bisect_right(self.starts, offset) - 1)
        pieces: list[bytes] = []
        at = offset
        while number < len(self.starts) and self.starts[number] < end:
            start, stop = self.starts[number], min(self.ends[number], end)
            if stop > at:
                first = max(start, at)
                pieces.append(data[at - offset : first - offset])
                pieces.append(_filler(first - start, stop - start))
                at = stop
            number += 1
        return b"".join([*pieces, data[at - offset :]])


@dataclass(slots=True)
class _Marks:
    """One mark for each stretch of a file, in their order."""

    key: bytes = field(repr=False)
    size_bytes: int = 0
    places: _Places | None = None
    _marks: bytearray = field(default_factory=bytearray, repr=False)
    _waiting: bytearray = field(default_factory=bytearray, repr=False)

    def write(self, data: bytes) -> None:
        self.size_bytes += len(data)
        self._waiting += data
        whole = len(self._waiting) - len(self._waiting) % _BLOCK_BYTES
        for at in range(0, whole, _BLOCK_BYTES):
            self._marks += self._mark(bytes(self._waiting[at : at + _BLOCK_BYTES]))
        del self._waiting[:whole]

    def end(self) -> None:
        if self._waiting:
            self._marks += self._mark(bytes(self._waiting))
            self._waiting.clear()

    def checked(self, number: int, data: bytes) -> bytes:
        """
        Return the stretch as it was digested.

        Raises:
            ImportChangedError: BB-808, *data* is another one.
        """
        if self.places is not None:
            data = self.places.blanked(data, number * _BLOCK_BYTES)
        mark = self._marks[number * _MARK_BYTES : (number + 1) * _MARK_BYTES]
        if not hmac.compare_digest(mark, self._mark(data)):
            raise ImportChangedError
        return data

    def _mark(self, data: bytes) -> bytes:
        return hashlib.blake2b(data, digest_size=_MARK_BYTES, key=self.key).digest()


class _Pinned(io.RawIOBase):
    """A file whose bytes are those that were digested; reading others raises BB-808."""

    def __init__(self, marks: _Marks, open_file: "Callable[[], BinaryIO | FilePart]") -> None:
        super().__init__()
        self._marks = marks
        self._file = Cursor(cast("Opener", open_file))
        self._position = 0
        self._number, self._block = -1, b""

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True; what can only be read onward is opened anew to go back."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place and return it."""
        size = self._marks.size_bytes
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        """Return the place."""
        return self._position

    def close(self) -> None:
        """Close this and the file."""
        if not self.closed:
            self._file.close()
        super().close()

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # the stubs' Buffer is 3.12's
        """Fill *buffer* as far as the file goes and return how many bytes came."""
        given = 0
        while given < len(buffer) and self._position < self._marks.size_bytes:
            number, start = divmod(self._position, _BLOCK_BYTES)
            if number != self._number:
                self._number, self._block = number, self._read(number)
            piece = self._block[start : start + len(buffer) - given]
            buffer[given : given + len(piece)] = piece
            given += len(piece)
            self._position += len(piece)
        return given

    def require_unchanged(self) -> None:
        """
        Return if the file still is what it was, to its end.

        Raises:
            ImportChangedError: BB-808.
        """
        self.seek(0)
        self._number = -1
        for _ in chunks_of(cast("BinaryIO", self)):
            pass
        self._file.go_to(self._marks.size_bytes)
        if self._file.read(1):
            raise ImportChangedError

    def _read(self, number: int) -> bytes:
        start = number * _BLOCK_BYTES
        wanted = min(_BLOCK_BYTES, self._marks.size_bytes - start)
        self._file.go_to(start)
        pieces: list[bytes] = []
        while wanted and (piece := self._file.read(wanted)):
            pieces.append(piece)
            wanted -= len(piece)
        return self._marks.checked(number, b"".join(pieces))


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedFile:
    """
    A file held fast.

    Attributes:
        stream: seekable; gives the bytes that were digested.
        require_unchanged: reads it again to its end; raises ``ImportChangedError`` (BB-808).
    """

    stream: BinaryIO = field(repr=False)
    require_unchanged: Callable[[], None] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedEntry:
    """
    An entry held fast.

    Attributes:
        entry: gives the bytes that were digested.
        taken_count: pictures written into it, whose bytes were neither digested nor are given.
        require_unchanged: reads it again to its end; raises ``ImportChangedError`` (BB-808).
    """

    entry: Entry
    taken_count: int
    require_unchanged: Callable[[], None] = field(repr=False, compare=False)


class Pinning:
    """Holds files fast while they are digested; one for each import."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(_KEY_BYTES)

    def file(self, stream: BinaryIO, digest: ByteSink) -> PinnedFile:
        """
        Return *stream* held fast.

        Args:
            stream: seekable and without a buffer, which would give what is no longer there; read
                to its end here, and closed by nobody here.
            digest: is given every byte.
        """
        stream.seek(0)
        marks = self._marked(chunks_of(stream), digest)
        whole = partial(FilePart, stream, 0, sys.maxsize)
        return PinnedFile(
            stream=io.BufferedReader(_Pinned(marks, whole), _BLOCK_BYTES),
            require_unchanged=lambda: _Pinned(marks, whole).require_unchanged(),
        )

    def entry(self, entry: Entry, digest: ByteSink) -> PinnedEntry:
        """
        Return *entry* held fast.

        Raises:
            ImportChangedError: BB-808, it is not as long as it was when it was listed.
            OSError, ImportDamagedError: it cannot be read.
        """
        with entry.open() as stream:
            marks = self._marked(chunks_of(stream), digest)
        return _pinned(entry, marks, 0)

    def text(self, entry: Entry, digest: ByteSink) -> PinnedEntry:
        """
        Return a document held fast, with a filler in place of pictures written into it (HARM 2).

        What is a picture is :mod:`benban.unpack.inline`'s to tell. Lengths and places stay.

        Raises:
            ImportChangedError: BB-808, it is not as long as it was when it was listed.
            ImportTooLargeError: BB-804, more pictures than any export has.
            OSError, ImportDamagedError: it cannot be read.
        """
        places = _Places()
        with entry.open() as stream:
            for piece in split_inline(stream):
                if isinstance(piece, Inline):
                    places.add(piece.start, piece.end)
        # Read once more: where a picture begins is known only behind it.
        with entry.open() as stream:
            marks = self._marked(_blanked(chunks_of(stream), places), digest)
        marks.places = places
        return _pinned(entry, marks, len(places.starts))

    def _marked(self, pieces: Iterable[bytes], digest: ByteSink) -> _Marks:
        marks = _Marks(self._key)
        for piece in pieces:
            digest.write(piece)
            marks.write(piece)
        marks.end()
        return marks


def _pinned(entry: Entry, marks: _Marks, taken_count: int) -> PinnedEntry:
    if marks.size_bytes != entry.size_bytes:
        raise ImportChangedError

    def require_unchanged() -> None:
        with _Pinned(marks, entry.open) as file:
            file.require_unchanged()

    return PinnedEntry(
        entry=replace(
            entry, open=lambda: io.BufferedReader(_Pinned(marks, entry.open), _BLOCK_BYTES)
        ),
        taken_count=taken_count,
        require_unchanged=require_unchanged,
    )


def _blanked(pieces: Iterable[bytes], places: _Places) -> Iterable[bytes]:
    offset = 0
    for piece in pieces:
        yield places.blanked(piece, offset)
        offset += len(piece)


def _filler(start: int, end: int) -> bytes:
    """Return the filler from one place of a picture to another: the word, then hyphens."""
    word = FILLER[start:end]
    return word + b"-" * (end - start - len(word))
