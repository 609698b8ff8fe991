"""
JSON as a stream of raw values: where each begins, exactly which bytes it is, how deep it goes.

Nothing is decoded here, so a value that is broken inside costs that value and not what follows,
and its bytes can be kept as they are. Source: RFC 8259.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO

from benban.errors import ImportDamagedError

_PIECE_BYTES = 1 << 18
_BLANK = re.compile(rb"[ \t\r\n]*+")
# Everything up to the next bracket, or to a string that does not end in what was read so far.
_BETWEEN = re.compile(rb'(?:[^"{}\[\]]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)
# A number or a constant; what is in it is for the decoder to judge.
_WORD = re.compile(rb'[^ \t\r\n,:"{}\[\]]++')
_INSIDE = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_OPENING, _CLOSING = b"{[", b"}]"


class Broken(Enum):
    """Why a stream of values cannot be followed any further."""

    TRUNCATED = "truncated"
    MALFORMED = "malformed"


class BrokenJsonError(Exception):
    """Raised inside the room only: readers turn it into an :class:`Unread`."""

    def __init__(self, why: Broken, offset_bytes: int, rest: bytes = b"") -> None:
        """
        Keep what is known of the place.

        Args:
            why: what is wrong.
            offset_bytes: where the value began that could not be followed.
            rest: what was read of it.
        """
        super().__init__(why.value)
        self.why, self.offset_bytes, self.rest = why, offset_bytes, rest


@dataclass(frozen=True, slots=True, kw_only=True)
class RawValue:
    """
    One value as it stands in the document.

    Attributes:
        offset_bytes: where it begins.
        raw: its exact bytes; None when it was longer than was asked for, or passed over.
        depth: of the deepest bracket in it; 0 for a number, a text or a constant.
    """

    offset_bytes: int
    raw: bytes | None
    depth: int


class JsonStream:
    """
    Walks through one document, forward only, with a bounded buffer.

    The caller says what it expects; the stream says where it is.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._buffer = b""
        self._at = 0
        # Where the buffer begins in the document.
        self._base = 0
        self._is_ended = False
        if self._peek_bytes(3) == b"\xef\xbb\xbf":
            self._at = 3

    @property
    def offset_bytes(self) -> int:
        """Where the next byte stands in the document."""
        return self._base + self._at

    def peek(self) -> bytes:
        """Return the next byte that is not blank, without taking it; empty at the end."""
        while True:
            self._at = _end(_BLANK, self._buffer, self._at)
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._more():
                return b""

    def take(self, mark: bytes) -> None:
        """
        Take one mark that must come next.

        Raises:
            BrokenJsonError: something else does, or nothing.
        """
        if self.peek() != mark:
            raise self._broken()
        self._at += 1

    def members(self) -> Iterator[str | None]:
        """
        Yield the keys of the object that comes next; the caller takes each value before going on.

        A key that is no text of at most 4096 bytes is None.

        Raises:
            BrokenJsonError: it is no object, or not one to its end.
        """
        self.take(b"{")
        if self.peek() == b"}":
            self._at += 1
            return
        while True:
            if self.peek() != b'"':
                raise self._broken()
            yield self._key()
            if self.peek() == b"}":
                self._at += 1
                return
            self.take(b",")

    def items(self) -> Iterator[None]:
        """
        Yield once for each item of the array that comes next; the caller takes each.

        Raises:
            BrokenJsonError: it is no array, or not one to its end.
        """
        self.take(b"[")
        if self.peek() == b"]":
            self._at += 1
            return
        while True:
            yield None
            if self.peek() == b"]":
                self._at += 1
                return
            self.take(b",")

    def value(self, most_bytes: int) -> RawValue:
        """
        Return the value that comes next; a longer one is passed over.

        Args:
            most_bytes: of a value whose bytes are wanted; 0 to pass over any.

        Raises:
            BrokenJsonError: the document ends inside it, or it does not begin like a value.
        """
        first = self.peek()
        self._drop_before()
        if not first or first in b",:}]":
            raise self._broken()
        start = self.offset_bytes
        if first in _OPENING:
            return self._nested(start, most_bytes)
        if first == b'"':
            return self._text(start, most_bytes)
        return self._word(start, most_bytes)

    # --- inside ---------------------------------------------------------------------------

    def _key(self) -> str | None:
        raw = self.value(4096).raw
        self.take(b":")
        return None if raw is None else raw[1:-1].decode("utf-8", errors="replace")

    def _nested(self, start: int, most_bytes: int) -> RawValue:
        depth = deepest = 0
        while True:
            self._at = _end(_BETWEEN, self._buffer, self._at)
            mark = self._buffer[self._at : self._at + 1]
            if mark == b'"' and len(self._buffer) - self._at > _PIECE_BYTES:
                # A text of more than a piece: byte by byte from its beginning would be slow.
                self._pass_text(start, most_bytes)
                continue
            if mark in {b"", b'"'}:
                self._let_go(start, most_bytes)
                if not self._more():
                    raise self._ended(start)
                continue
            self._at += 1
            depth += 1 if mark in _OPENING else -1
            deepest = max(deepest, depth)
            if depth == 0:
                return self._done(start, most_bytes, deepest)

    def _text(self, start: int, most_bytes: int) -> RawValue:
        self._pass_text(start, most_bytes)
        return self._done(start, most_bytes, 0)

    def _word(self, start: int, most_bytes: int) -> RawValue:
        while True:
            self._at = _end(_WORD, self._buffer, self._at)
            if self._at < len(self._buffer):
                return self._done(start, most_bytes, 0)
            self._let_go(start, most_bytes)
            if not self._more():
                return self._done(start, most_bytes, 0)

    def _pass_text(self, start: int, most_bytes: int) -> None:
        self._at += 1
        while True:
            # Stops at the end of the text, of what was read, or at half an escape.
            self._at = _end(_INSIDE, self._buffer, self._at)
            if self._buffer[self._at : self._at + 1] == b'"':
                self._at += 1
                return
            self._let_go(start, most_bytes)
            if not self._more():
                raise self._ended(start)

    def _done(self, start: int, most_bytes: int, depth: int) -> RawValue:
        size = self.offset_bytes - start
        raw = None
        if size <= most_bytes and start >= self._base:
            raw = self._buffer[start - self._base : self._at]
        return RawValue(offset_bytes=start, raw=raw, depth=depth)

    def _let_go(self, start: int, most_bytes: int) -> None:
        # Bytes that nobody will be given are not held.
        if self.offset_bytes - start > most_bytes:
            self._drop_before()

    def _drop_before(self) -> None:
        if self._at > _PIECE_BYTES:
            self._buffer = self._buffer[self._at :]
            self._base += self._at
            self._at = 0

    def _more(self) -> bool:
        if self._is_ended:
            return False
        try:
            piece = self._stream.read(_PIECE_BYTES)
        except (OSError, ImportDamagedError):
            # Half a stick, half a zip member: what came before is still good.
            piece = b""
        self._is_ended = not piece
        self._buffer += piece
        return bool(piece)

    def _peek_bytes(self, count: int) -> bytes:
        while len(self._buffer) < count and self._more():
            pass
        return self._buffer[:count]

    def _ended(self, start: int) -> BrokenJsonError:
        rest = self._buffer[max(0, start - self._base) :] if start >= self._base else b""
        return BrokenJsonError(Broken.TRUNCATED, start, rest)

    def _broken(self) -> BrokenJsonError:
        why = Broken.MALFORMED if self.peek() else Broken.TRUNCATED
        return BrokenJsonError(why, self.offset_bytes)


def _end(pattern: "re.Pattern[bytes]", buffer: bytes, at: int) -> int:
    found = pattern.match(buffer, at)
    return at if found is None else found.end()
