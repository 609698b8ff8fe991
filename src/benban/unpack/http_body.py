"""
A body as its server meant it: chunks joined, encodings taken off, as a stream.

Source: RFC 9112 section 7.1 (chunked), RFC 9110 section 8.4 (gzip, deflate).
"""

import io
import zlib
from collections.abc import Callable, Sequence
from typing import BinaryIO

from benban.errors import ImportDamagedError

Fields = Sequence[tuple[str, str]]

_CHUNK_BYTES = 1 << 16
# RFC 9112 section 7.1.1: extensions may follow a size; nobody needs more than this.
_LONGEST_SIZE_LINE = 4096
_KNOWN_ENCODINGS = frozenset({"gzip", "x-gzip", "deflate", "identity"})
_MAGIC = b"\x1f\x8b"
_GZIP, _ZLIB, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
# Text shrinks ten times, seldom thirty; more is made to fill a memory or a disk.
_LARGEST_RATIO = 200
_RATIO_FROM_BYTES = 16 << 20


def decoded_body(body: BinaryIO, fields: Fields) -> BinaryIO:
    """
    Return the content of *body*; reading it may raise ``ImportDamagedError`` (BB-803).

    Args:
        body: as it stands on the wire, or as a tool kept it: chunks that were joined already and
            still claimed are no fault.
        fields: of the answer.

    Raises:
        ImportDamagedError: BB-803, an encoding that is not known here.
    """
    stream = dechunked_body(body, fields)
    for encoding in reversed(_tokens(fields, "content-encoding")):
        stream = _without(encoding, stream)
    return stream


def dechunked_body(body: BinaryIO, fields: Fields) -> BinaryIO:
    """Return *body* with its chunks joined and its encodings left on."""
    if _last_token(fields, "transfer-encoding") != "chunked":
        return body
    return _buffered(Dechunked(body))


def unknown_encoding(fields: Fields) -> str:
    """Return all encodings of a body if one of them cannot be taken off here; else nothing."""
    encodings = _tokens(fields, "content-encoding")
    return "" if set(encodings) <= _KNOWN_ENCODINGS else ", ".join(encodings)


class PullReader(io.RawIOBase):
    """
    A stream over a function that gives the next piece, empty at the end.

    Args:
        pull: gives the next piece.
        below: called once when this is closed; closes what the pieces come from.
    """

    def __init__(self, pull: Callable[[], bytes], below: Callable[[], None]) -> None:
        super().__init__()
        self._pull = pull
        self._below = below
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Return True."""
        return True

    def close(self) -> None:
        """Close this and what it reads from."""
        if not self.closed:
            self._below()
        super().close()

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # the stubs' Buffer is 3.12's
        """Fill *buffer* from the current piece."""
        if not self._rest:
            self._rest = memoryview(self._pull())
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


class Dechunked(PullReader):
    """The content of a chunked body; of one that holds no chunks, the body itself."""

    def __init__(self, body: BinaryIO) -> None:
        super().__init__(self._next, body.close)
        first = body.readline(_LONGEST_SIZE_LINE)
        self._body = _rejoined(first, body)
        self._left = 0
        # Tools that join the chunks often leave the field that announces them.
        self._is_chunked = _size_of(first) is not None
        self._is_first = True
        self._is_over = False

    def _next(self) -> bytes:
        if not self._is_chunked:
            return self._body.read(_CHUNK_BYTES)
        if self._is_over:
            return b""
        if not self._left:
            self._left = self._next_size()
            if not self._left:
                self._is_over = True
                return b""
        piece = self._body.read(min(self._left, _CHUNK_BYTES))
        if not piece:
            raise ImportDamagedError("a chunk is cut off")
        self._left -= len(piece)
        return piece

    def _next_size(self) -> int:
        if not self._is_first and self._body.readline(3).strip(b"\r\n"):
            raise ImportDamagedError("a chunk is longer than its size")
        self._is_first = False
        size = _size_of(self._body.readline(_LONGEST_SIZE_LINE))
        if size is None:
            raise ImportDamagedError("no size where a chunk should begin")
        return size


class Inflated(PullReader):
    """What a gzip or deflate stream holds, member after member, within a sane ratio."""

    def __init__(self, packed: BinaryIO, window: int) -> None:
        super().__init__(self._next, packed.close)
        self._packed = packed
        self._window = window
        self._inflate = zlib.decompressobj(window)
        self._waiting = b""
        self._in, self._out = 0, 0
        self._has_begun = False

    def _next(self) -> bytes:
        while True:
            if self._inflate.eof:
                self._waiting = self._inflate.unused_data.lstrip(b"\0")
                if not self._waiting and not self._refill():
                    return b""
                self._inflate = zlib.decompressobj(self._window)
            elif not self._waiting and not self._refill():
                raise ImportDamagedError("a packed body is cut off")
            plain = self._inflate_some()
            if plain:
                return plain

    def _refill(self) -> bool:
        self._waiting = self._packed.read(_CHUNK_BYTES)
        self._in += len(self._waiting)
        return bool(self._waiting)

    def _inflate_some(self) -> bytes:
        try:
            plain = self._inflate.decompress(self._waiting, _CHUNK_BYTES)
        except zlib.error as error:
            if self._window == _ZLIB and not self._has_begun:
                # RFC 9110 section 8.4.1.2: some send deflate without its zlib wrapper.
                self._window = _RAW
                self._inflate = zlib.decompressobj(_RAW)
                return self._inflate_some()
            raise ImportDamagedError("a packed body is broken") from error
        self._has_begun = True
        self._waiting = self._inflate.unconsumed_tail
        self._out += len(plain)
        if self._out > max(_RATIO_FROM_BYTES, self._in * _LARGEST_RATIO):
            raise ImportDamagedError("a packed body is far larger than it should be")
        return plain


def _without(encoding: str, stream: BinaryIO) -> BinaryIO:
    if encoding in {"gzip", "x-gzip"}:
        start = stream.read(len(_MAGIC))
        packed = _rejoined(start, stream)
        # Tools that take the encoding off often leave the field that announces it.
        return _buffered(Inflated(packed, _GZIP)) if start == _MAGIC else packed
    if encoding == "deflate":
        return _buffered(Inflated(stream, _ZLIB))
    if encoding == "identity":
        return stream
    raise ImportDamagedError("packed in a way that is not known here")


def _tokens(fields: Fields, name: str) -> list[str]:
    found = ",".join(value for key, value in fields if key.lower() == name)
    return [token.strip().lower() for token in found.split(",") if token.strip()]


def _last_token(fields: Fields, name: str) -> str:
    return (_tokens(fields, name) or [""])[-1]


def _size_of(line: bytes) -> int | None:
    digits = line.split(b";", 1)[0].strip()
    if not line.endswith(b"\n") or not 1 <= len(digits) <= 15 or not digits.isalnum():  # noqa: PLR2004
        return None
    try:
        return int(digits, 16)
    except ValueError:
        return None


def _buffered(raw: io.RawIOBase) -> BinaryIO:
    return io.BufferedReader(raw, _CHUNK_BYTES)


def _rejoined(start: bytes, rest: BinaryIO) -> BinaryIO:
    """Return what was read already, then the rest."""
    pieces = [start]
    return _buffered(
        PullReader(lambda: (pieces and pieces.pop()) or rest.read(_CHUNK_BYTES), rest.close)
    )
