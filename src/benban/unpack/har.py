"""
A HAR file: the exchanges that a browser's developer tools saved.

Source: w3c.github.io/web-performance/specs/HAR (version 1.2), sections "entries" and "content".
"""

import base64
import binascii
import io
import re
from collections.abc import Iterator
from functools import partial
from itertools import count, dropwhile
from typing import BinaryIO

import msgspec

from benban.errors import ImportDamagedError
from benban.unpack.json_stream import Broken, BrokenJsonError, JsonStream, RawValue
from benban.unpack.parts import Entry, ImportFormat, Part, Reason, Resource, Source, Unread
from benban.unpack.warc import date_of
from benban.unpack.warc_records import Cursor

_LOOK = re.compile(rb'\s*\{\s*"log"\s*:\s*\{')
_LOOK_BYTES = 512
# One exchange with its content in base 64; a longer film is not held in memory.
_LARGEST_ENTRY_BYTES = 64 << 20
# An entry of the standard is five deep; tools put call stacks beside it.
_DEEPEST = 100
_MOST_FIELDS = 2000
_NO_CONTENT = frozenset({204, 205, 304})


class _Field(msgspec.Struct):
    name: str
    value: str


class _Request(msgspec.Struct):
    url: str
    method: str = "GET"
    headers: list[_Field] = []


class _Content(msgspec.Struct):
    mime: str | None = msgspec.field(default=None, name="mimeType")
    text: str | None = None
    encoding: str | None = None


class _Response(msgspec.Struct):
    status: int | None = None
    headers: list[_Field] = []
    content: _Content = msgspec.field(default_factory=_Content)


class _Exchange(msgspec.Struct):
    request: _Request
    response: _Response = msgspec.field(default_factory=_Response)
    started: str = msgspec.field(default="", name="startedDateTime")


_EXCHANGE = msgspec.json.Decoder(_Exchange)


class HarReader:
    """Reads one HAR file, exchange by exchange."""

    format = ImportFormat.HAR

    def recognises(self, source: Source) -> bool:
        """Return whether *source* is one file that begins as a HAR does."""
        entries = source.entries()
        if len(entries) != 1:
            return False
        try:
            with entries[0].open() as file:
                return _LOOK.match(file.read(_LOOK_BYTES).removeprefix(b"\xef\xbb\xbf")) is not None
        except (OSError, ImportDamagedError):
            return False

    def parts(self, source: Source, *, start_at: int = 0) -> Iterator[Part]:
        """Yield each exchange as it lies in the file."""
        (entry,) = source.entries()
        yield from dropwhile(lambda part: part.position < start_at, _parts(entry))


def _parts(entry: Entry) -> Iterator[Part]:
    positions = count()
    with entry.open() as file:
        stream = JsonStream(file)
        try:
            for key in stream.members():
                if key == "log":
                    yield from _log(stream, entry, positions)
                else:
                    stream.value(0)
        except BrokenJsonError as error:
            is_cut = error.why is Broken.TRUNCATED
            yield Unread(
                position=next(positions),
                offset_bytes=error.offset_bytes,
                where="the rest of the file",
                reason=Reason.TRUNCATED if is_cut else Reason.DAMAGED,
            )


def _log(stream: JsonStream, entry: Entry, positions: Iterator[int]) -> Iterator[Part]:
    for key in stream.members():
        if key != "entries":
            stream.value(0)
            continue
        for _ in stream.items():
            yield _part(stream.value(_LARGEST_ENTRY_BYTES), entry, next(positions))


def _part(value: RawValue, entry: Entry, position: int) -> Part:
    if value.raw is None:
        return _unread(value, position, Reason.TOO_LARGE)
    if value.depth > _DEEPEST:
        return _unread(value, position, Reason.TOO_DEEP)
    exchange = _decoded(value.raw)
    if exchange is None:
        return _unread(value, position, Reason.NOT_PARSED)
    response = exchange.response
    is_empty = response.status in _NO_CONTENT or _is_redirect(response.status)
    if response.content.text is None and not is_empty:
        return _unread(value, position, Reason.NOT_INCLUDED)
    return Resource(
        position=position,
        offset_bytes=value.offset_bytes,
        address=exchange.request.url,
        at=date_of(exchange.started),
        method=exchange.request.method,
        status=response.status if response.status and 0 < response.status < 1000 else None,  # noqa: PLR2004
        request_fields=_fields(exchange.request.headers),
        response_fields=_fields(response.headers),
        media_type_claimed=response.content.mime or "",
        size_bytes=_size(response.content),
        open=partial(_open, entry, value.offset_bytes, len(value.raw)),
    )


def _decoded(raw: bytes) -> _Exchange | None:
    try:
        return _EXCHANGE.decode(raw)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None


def _is_redirect(status: int | None) -> bool:
    return status is not None and 300 <= status < 400  # noqa: PLR2004


def _size(content: _Content) -> int | None:
    if content.text is None:
        return 0
    return None if content.encoding else len(content.text.encode("utf-8", "replace"))


def _fields(headers: list[_Field]) -> tuple[tuple[str, str], ...]:
    return tuple((one.name, one.value) for one in headers[:_MOST_FIELDS])


def _open(entry: Entry, offset_bytes: int, size_bytes: int) -> BinaryIO:
    with Cursor(entry.open) as file:
        file.go_to(offset_bytes)
        parts: list[bytes] = []
        left = size_bytes
        while left and (piece := file.read(left)):
            parts.append(piece)
            left -= len(piece)
    exchange = _decoded(b"".join(parts))
    content = exchange.response.content if exchange else _Content()
    text = content.text or ""
    if (content.encoding or "").lower() != "base64":
        return io.BytesIO(text.encode("utf-8", "replace"))
    try:
        return io.BytesIO(base64.b64decode(text, validate=False))
    except (binascii.Error, ValueError) as error:
        raise ImportDamagedError("content that is no base 64") from error


def _unread(value: RawValue, position: int, reason: Reason) -> Unread:
    return Unread(
        position=position,
        offset_bytes=value.offset_bytes,
        where="an exchange",
        reason=reason,
    )
