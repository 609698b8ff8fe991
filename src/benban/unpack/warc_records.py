"""
Records of a WARC file that anybody may have made, damaged or forged: each stands or falls alone.

Nothing of a block is held; it is passed over here and read again when somebody opens it. After a
broken record reading goes on at the next one that can be found.
Source: WARC 1.0 and 1.1, sections 4 to 6; RFC 1952 for members of a compressed file.
"""

import io
import re
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO, Self, TypeAlias

from benban.errors import ImportDamagedError
from benban.seal.gzip_member import GzipMember
from benban.unpack.http_body import PullReader
from benban.unpack.parts import Reason

Opener: TypeAlias = Callable[[], BinaryIO]
Fields: TypeAlias = tuple[tuple[str, str], ...]

_VERSION = re.compile(rb"WARC/[0-9]\.[0-9]{1,2}\r?\n")
# Blanks around a value are taken off afterwards: looked for here, a line of them that ends in
# anything else took cubic time (measured: 1,000 blanks in 4 s, 10,000 in an hour).
_FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]++):([^\r\n]*+)\r?\n")
_MORE = re.compile(rb"[ \t]([^\r\n]*+)\r?\n")
_LENGTH = re.compile("[0-9]{1,18}")
_BEHIND = b"\r\n\r\n"
_NEXT = _BEHIND + b"WARC/"
_GZIP_START = b"\x1f\x8b\x08"
_GZIP = 16 + zlib.MAX_WBITS
_PIECE_BYTES = 1 << 18
_PACKED_BYTES = 1 << 16
# Chromium follows addresses of 2 MiB, and each byte may be percent-encoded.
_LARGEST_HEAD_BYTES = 8 << 20
_MOST_LINES = 1000
# Read whole into no memory, but a member of nothing but zeros would keep a computer busy for hours.
_LARGEST_RATIO = 400
_RATIO_FROM_BYTES = 64 << 20
# A file that is one single member is read anew for each record that is opened.
_DEEPEST_IN_MEMBER = 1 << 30
# Concurrent-To and whatever a tool adds may stand several times; these decide what a record is.
_SINGLE = frozenset(
    {
        "warc-type",
        "warc-record-id",
        "warc-date",
        "warc-target-uri",
        "content-length",
        "content-type",
        "warc-block-digest",
        "warc-payload-digest",
        "warc-truncated",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """
    One record.

    Attributes:
        offset: of the record in its file; in a compressed one of its member.
        fields: names in lower case, in the order in which they stand.
        block_bytes: as Content-Length says.
        open_block: gives the block from its beginning; it ends early when the file does.
        fault: why it cannot be believed; None for a sound one. ``fields`` may be empty then.
        detail: of the fault, in English technical words.
    """

    offset: int
    fields: Fields
    block_bytes: int
    open_block: Opener = field(repr=False, compare=False)
    fault: Reason | None = None
    detail: str = ""

    def value(self, name: str) -> str:
        """Return the first field called *name*; empty when there is none."""
        return next((value for key, value in self.fields if key == name), "")


def read_records(open_file: Opener) -> Iterator[Record]:
    """
    Yield the records of a WARC file, compressed or not, sound and broken ones in their order.

    Args:
        open_file: gives the file from its beginning; several may be open at once.
    """
    with open_file() as file:
        is_packed = file.read(2) == _GZIP_START[:2]
    yield from _Packed(open_file).records() if is_packed else _Plain(open_file).records()


def looks_like_warc(start: bytes) -> bool:
    """Return whether a file that begins with *start* is a WARC file, compressed or not."""
    if start.startswith(_GZIP_START):
        try:
            start = zlib.decompressobj(_GZIP).decompress(start, 16)
        except zlib.error:
            return False
    return _VERSION.match(start + b"\n" if len(start) < 16 else start) is not None  # noqa: PLR2004


class _BrokenError(Exception):
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


class _Plain:
    """An uncompressed file: blocks are passed over by seeking."""

    def __init__(self, open_file: Opener) -> None:
        self._open_file = open_file

    def records(self) -> Iterator[Record]:
        offset: int | None = 0
        with Cursor(self._open_file) as file:
            while offset is not None:
                file.go_to(offset)
                found = self._one(file, offset)
                if found is None:
                    return
                record, offset = found
                yield record

    def _one(self, file: "Cursor", offset: int) -> tuple[Record, int | None] | None:
        fields: Fields = ()
        search_from, size = offset + 1, 0
        try:
            head = _read_head(file)
            if head is None:
                return None
            fields, head_bytes = head
            block_at = offset + head_bytes
            # The empty line that ends this head may be the one before the next record.
            search_from = block_at - 4
            size = _length_of(fields)
            after = _end_of_record(file, block_at + size)
        except _BrokenError as error:
            return _faulty(offset, fields, size, error), _find(file, search_from)
        record = Record(
            offset=offset,
            fields=fields,
            block_bytes=size,
            open_block=lambda: self._open(block_at, size),
        )
        return record, after

    def _open(self, start: int, size: int) -> BinaryIO:
        file = Cursor(self._open_file)
        file.go_to(start)
        return limited(file, size)


class _Packed:
    """A compressed file: usually, not always, a member for each record."""

    def __init__(self, open_file: Opener) -> None:
        self._open_file = open_file

    def records(self) -> Iterator[Record]:
        start: int | None = 0
        with Cursor(self._open_file) as file:
            while start is not None:
                file.go_to(start)
                if not file.read(1):
                    return
                file.go_to(start)
                member = _member(file)
                is_sound = yield from self._records_of(member, start)
                if is_sound and member.is_over:
                    start += member.packed_bytes
                else:
                    start = self._next_member(file, start + 1)

    def _records_of(self, member: GzipMember, start: int) -> Generator[Record, None, bool]:
        stream: BinaryIO = io.BufferedReader(member, _PIECE_BYTES)
        position = 0
        while True:
            fields: Fields = ()
            size = 0
            try:
                head = _read_head(stream)
                if head is None:
                    return True
                fields, head_bytes = head
                position += head_bytes
                size = _length_of(fields)
                behind = _pass_over(stream, size)
                if position > _DEEPEST_IN_MEMBER:
                    raise _BrokenError(Reason.TOO_LARGE, "too far inside one compressed member")
            except _BrokenError as error:
                yield _faulty(start, fields, size, error)
                return False
            yield Record(
                offset=start,
                fields=fields,
                block_bytes=size,
                open_block=partial(self._open, start, position, size),
            )
            position += size + behind

    def _open(self, start: int, position: int, size: int) -> BinaryIO:
        file = Cursor(self._open_file)
        file.go_to(start)
        stream = Cursor(lambda: io.BufferedReader(_member(file), _PIECE_BYTES))
        stream.go_to(position)
        return limited(stream, size, file)

    def _next_member(self, file: "Cursor", position: int) -> int | None:
        for found in _places(file, position, _GZIP_START):
            with Cursor(self._open_file) as trial:
                trial.go_to(found)
                if looks_like_warc(trial.read(1024)):
                    return found
        return None


def _member(file: "Cursor") -> GzipMember:
    """Return the member that begins where *file* stands; errors are of the record."""
    return GzipMember(
        file,
        broken=lambda: _BrokenError(Reason.DAMAGED, "a broken gzip member"),
        cut=lambda: _BrokenError(Reason.TRUNCATED, "the file ends inside a gzip member"),
        largest=lambda taken: max(_RATIO_FROM_BYTES, taken * _LARGEST_RATIO),
        too_large=lambda: _BrokenError(Reason.TOO_LARGE, "a member that unpacks to far too much"),
    )


class Cursor:
    """
    A place in a file that may be moved, also where the file itself can only be read onward.

    Args:
        open_file: gives the file from its beginning.
    """

    def __init__(self, open_file: Opener) -> None:
        self._open_file = open_file
        self._file = open_file()
        self._position = 0

    def read(self, size: int) -> bytes:
        """Return at most *size* bytes; fewer only at the end."""
        data = self._file.read(size)
        self._position += len(data)
        return data

    def readline(self, limit: int) -> bytes:
        """Return the rest of a line, at most *limit* bytes."""
        line = self._file.readline(limit)
        self._position += len(line)
        return line

    def go_to(self, position: int) -> None:
        """Move to *position*; behind the end nothing can be read."""
        if self._file.seekable():
            self._file.seek(position)
            self._position = position
            return
        if position < self._position:
            self.close()
            self._file = self._open_file()
            self._position = 0
        while self._position < position:
            if not self.read(min(_PIECE_BYTES, position - self._position)):
                return

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def limited(file: Cursor, size: int, below: Cursor | None = None) -> BinaryIO:
    """
    Return the next *size* bytes of *file* as a stream of their own.

    Reading raises ``ImportDamagedError`` (BB-803) where the file is broken or ends.

    Args:
        file: where it stands.
        size: how many bytes it must still have.
        below: what to close with the stream when that is not *file* itself.
    """
    left = size

    def pull() -> bytes:
        nonlocal left
        try:
            piece = file.read(min(_PIECE_BYTES, left)) if left else b""
        except _BrokenError as error:
            raise ImportDamagedError(error.detail) from error
        if left and not piece:
            raise ImportDamagedError("cut off")
        left -= len(piece)
        return piece

    return io.BufferedReader(PullReader(pull, (below or file).close), _PACKED_BYTES)


def _end_of_record(file: Cursor, end: int) -> int:
    file.go_to(end - 1)
    if not file.read(1):
        raise _BrokenError(Reason.TRUNCATED, "the file ends inside the record")
    behind = file.read(4)
    # Some tools end the last record with less; anything else is a wrong length.
    if behind != _BEHIND and behind.strip(b"\r\n"):
        raise _BrokenError(Reason.DAMAGED, "the record does not end where its length says")
    return end + len(behind)


def _pass_over(stream: BinaryIO, size: int) -> int:
    left = size
    while left:
        piece = stream.read(min(_PIECE_BYTES, left))
        if not piece:
            raise _BrokenError(Reason.TRUNCATED, "the member ends inside the record")
        left -= len(piece)
    behind = stream.read(4)
    if behind.strip(b"\r\n"):
        raise _BrokenError(Reason.DAMAGED, "the record does not end where its length says")
    return len(behind)


def _read_head(stream: "Cursor | BinaryIO") -> tuple[Fields, int] | None:
    """Return the fields of the next record and the size of its head; None at the end."""
    line = stream.readline(32)
    if not line:
        return None
    if not _VERSION.fullmatch(line):
        raise _BrokenError(Reason.NOT_PARSED, "no WARC record where one should begin")
    fields: list[tuple[str, str]] = []
    size = len(line)
    for _ in range(_MOST_LINES):
        line = stream.readline(_LARGEST_HEAD_BYTES - size)
        size += len(line)
        if line in {b"\r\n", b"\n"}:
            return _checked(fields), size
        if more := _MORE.fullmatch(line) if fields else None:
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {_text(more[1])}")
        elif match := _FIELD.fullmatch(line):
            fields.append((match[1].decode("ascii").lower(), _text(match[2])))
        else:
            raise _BrokenError(Reason.NOT_PARSED, "a field that is none")
    raise _BrokenError(Reason.TOO_MANY, "no end of the fields")


def _checked(fields: list[tuple[str, str]]) -> Fields:
    # A line break smuggled into a value shows up as a second field of the same name.
    names = [name for name, _ in fields if name in _SINGLE]
    if len(names) != len(set(names)):
        raise _BrokenError(Reason.DUPLICATE_KEY, "a field stands twice")
    return tuple(fields)


def _length_of(fields: Fields) -> int:
    length = next((value for name, value in fields if name == "content-length"), "")
    if not _LENGTH.fullmatch(length):
        raise _BrokenError(Reason.NOT_PARSED, "no length")
    if not any(name == "warc-type" for name, _ in fields):
        raise _BrokenError(Reason.NOT_PARSED, "no type")
    return int(length)


def _text(value: bytes) -> str:
    return value.strip(b" \t").decode("utf-8", "replace")


def _find(file: Cursor, position: int) -> int | None:
    found = next(_places(file, position, _NEXT), None)
    return None if found is None else found + len(_BEHIND)


def _places(file: Cursor, position: int, wanted: bytes) -> Iterator[int]:
    file.go_to(position)
    tail = b""
    while piece := file.read(_PIECE_BYTES):
        window = tail + piece
        start = position - len(tail)
        position += len(piece)
        at = window.find(wanted)
        while at >= 0:
            yield start + at
            at = window.find(wanted, at + 1)
        tail = window[-len(wanted) + 1 :]


def _faulty(offset: int, fields: Fields, size: int, error: _BrokenError) -> Record:
    return Record(
        offset=offset,
        fields=fields,
        block_bytes=size,
        open_block=io.BytesIO,
        fault=error.reason,
        detail=error.detail,
    )
