"""
What a browser sent and received, before it is written down: exchanges and their HTTP heads.

Source: RFC 9112 for the form of a head; everything is kept as it was received, in its order, case
and repetitions, except what ``BodyForm`` says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import BinaryIO
from urllib.parse import urldefrag, urlsplit

from benban.errors import ExchangeMalformedError

HeaderFields = Sequence[tuple[str, str]]

# RFC 9110 section 5.1: a field name is a token.
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_BROKEN = re.compile(r"[\r\n\x00]")
# A blank in it would end the address in a request line and in an index line.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.\-]*:[^\s\x00-\x1f\x7f]+", re.IGNORECASE)
# Fields that describe the bytes on the wire and are no longer true once a body is decoded.
_WIRE_ONLY = frozenset({"content-encoding", "transfer-encoding"})
_MOVED = "X-Orig-"
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+\-]+/[A-Za-z0-9!#$&^_.+\-]+")
_UNKNOWN_MEDIA_TYPE = "application/octet-stream"


class BodyForm(Enum):
    """In which form the body was kept."""

    WIRE = "wire"
    DECODED = "decoded"
    TRUNCATED = "truncated"


class Truncation(Enum):
    """Why a body is not whole; the words are WARC's."""

    LENGTH = "length"
    TIME = "time"
    DISCONNECT = "disconnect"
    UNSPECIFIED = "unspecified"


class ExchangeKind(Enum):
    """How the exchange came about: by the page itself, or by a fetch of its media beside it."""

    PAGE = "page"
    MEDIA_OUT_OF_BAND = "media-out-of-band"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """
    One request and the answer to it.

    Attributes:
        address: absolute; a fragment is left out of the records.
        request_fields, response_fields: name and value as received, in order, with their case and
            repetitions. Text beyond ASCII is written as UTF-8; fields that begin with ":" belong
            to HTTP/2 and are left out.
        status, reason: of the answer; the reason may be empty.
        body: seekable, read from its start; never closed here.
        body_form: ``WIRE``: the bytes as sent, fields untouched. ``DECODED``: the browser took off
            the encodings; their fields get the prefix ``X-Orig-`` and Content-Length is the true
            one. ``TRUNCATED``: the same, and only the beginning is there.
        truncation: why; only for ``TRUNCATED``.
        started_at: aware.
        remote_ip: as the proxy saw it; empty when not known.
        protocol: e.g. ``HTTP/1.1`` or ``h2``, as the browser reports it.
        request_body: of a POST; small.
    """

    method: str
    address: str
    request_fields: tuple[tuple[str, str], ...]
    status: int
    reason: str
    response_fields: tuple[tuple[str, str], ...]
    body: BinaryIO
    body_form: BodyForm
    started_at: datetime
    kind: ExchangeKind = ExchangeKind.PAGE
    truncation: Truncation = Truncation.UNSPECIFIED
    remote_ip: str = ""
    protocol: str = "HTTP/1.1"
    request_body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """
    Something made from the page and not received: a screenshot, its text.

    Attributes:
        address: e.g. ``urn:text:https://example.test/a``.
        body: seekable, read from its start; never closed here.
    """

    address: str
    media_type: str
    body: BinaryIO
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Facts about an address that are neither request nor answer (a WARC metadata record)."""

    address: str
    fields: tuple[tuple[str, str], ...]
    made_at: datetime


def response_head(exchange: Exchange, size_bytes: int) -> bytes:
    """
    Return the head of the answer for a body of *size_bytes*.

    Raises:
        ExchangeMalformedError: BB-520, a field cannot stand in an HTTP head.
    """
    fields: list[tuple[str, str]] = []
    for name, value in exchange.response_fields:
        is_length = name.lower() == "content-length"
        is_moved = name.lower() in _WIRE_ONLY or (is_length and value.strip() != str(size_bytes))
        if exchange.body_form is BodyForm.WIRE or not is_moved:
            fields.append((name, value))
            continue
        fields.append((_MOVED + name, value))
        if is_length:
            fields.append((name, str(size_bytes)))
    return _head(f"HTTP/1.1 {exchange.status} {required_value(exchange.reason)}", fields)


def request_head(exchange: Exchange) -> bytes:
    """
    Return the head of the request.

    Raises:
        ExchangeMalformedError: BB-520, a field cannot stand in an HTTP head.
    """
    if not _TOKEN.fullmatch(exchange.method):
        raise ExchangeMalformedError("not a method")
    parts = urlsplit(required_address(exchange.address))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = list(exchange.request_fields)
    authority = next((value for name, value in fields if name == ":authority"), "")
    if authority and not any(name.lower() == "host" for name, _ in fields):
        fields.insert(0, ("Host", authority))
    return _head(f"{exchange.method} {target} HTTP/1.1", fields)


def field_lines(fields: HeaderFields) -> str:
    """
    Return *fields* as lines, each ended by CR LF; those of HTTP/2 that begin with ":" are left out.

    Raises:
        ExchangeMalformedError: BB-520, a name is no token or a value holds a line end.
    """
    lines = []
    for name, value in fields:
        if name.startswith(":"):
            continue
        if not _TOKEN.fullmatch(name):
            raise ExchangeMalformedError("not a field name")
        lines.append(f"{name}: {required_value(value)}\r\n")
    return "".join(lines)


def media_type_of(fields: HeaderFields) -> str:
    """Return the media type that *fields* claim, in lower case and without parameters."""
    values = [value for name, value in fields if name.lower() == "content-type"]
    match = _MEDIA_TYPE.match(values[-1].strip()) if values else None
    return match[0].lower() if match else _UNKNOWN_MEDIA_TYPE


def required_address(address: str) -> str:
    """
    Return *address* without its fragment.

    Raises:
        ExchangeMalformedError: BB-520, not absolute, or with a blank or control in it.
    """
    plain = urldefrag(address).url
    if not _ADDRESS.fullmatch(plain):
        raise ExchangeMalformedError("not an absolute address")
    return plain


def required_value(value: str) -> str:
    """
    Return *value*.

    Raises:
        ExchangeMalformedError: BB-520, a line end, NUL or lone surrogate is in it.
    """
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ExchangeMalformedError("a field holds a lone surrogate") from error
    if _BROKEN.search(value):
        raise ExchangeMalformedError("a field holds a line end or NUL")
    return value


def _head(start: str, fields: HeaderFields) -> bytes:
    return f"{start}\r\n{field_lines(fields)}\r\n".encode()
