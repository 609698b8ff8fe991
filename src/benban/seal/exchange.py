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
from urllib.parse import quote, urlsplit

from benban.errors import ExchangeMalformedError

HeaderFields = Sequence[tuple[str, str]]

# RFC 9110 section 5.1: a field name is a token.
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_BREAKING = re.compile(r"[\r\n\x00]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# It would end the address in a request line and in an index line.
_BLANK = re.compile(r"[\s\x00-\x20\x7f]")
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.\-]*:.", re.IGNORECASE)
# Fields that describe the bytes on the wire and are no longer true once a body is decoded.
_WIRE_ONLY = frozenset({"content-encoding", "transfer-encoding"})
# Of a body whose chunks were joined and whose encoding nobody took off.
_CHUNKS_ONLY = frozenset({"transfer-encoding"})
_MOVED = "X-Orig-"
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+\-]+/[A-Za-z0-9!#$&^_.+\-]+")
_UNKNOWN_MEDIA_TYPE = "application/octet-stream"


class BodyForm(Enum):
    """In which form the body was kept."""

    WIRE = "wire"
    DECODED = "decoded"
    PACKED = "packed"
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
            to HTTP/2 and are left out; CR, LF and NUL become blanks.
        status, reason: of the answer; the reason may be empty.
        body: seekable, read from its start; never closed here.
        body_form: ``WIRE``: the bytes as sent, fields untouched. ``DECODED``: the browser took off
            the encodings; their fields get the prefix ``X-Orig-`` and Content-Length is the true
            one. ``PACKED``: the browser does not know an encoding and took none off; only
            Transfer-Encoding gets the prefix. ``TRUNCATED``: as ``DECODED``, and only the
            beginning is there.
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
    """Return the head of the answer for a body of *size_bytes*."""
    fields: list[tuple[str, str]] = []
    no_longer_true = _CHUNKS_ONLY if exchange.body_form is BodyForm.PACKED else _WIRE_ONLY
    for name, value in exchange.response_fields:
        is_length = name.lower() == "content-length"
        is_moved = name.lower() in no_longer_true or (
            is_length and value.strip() != str(size_bytes)
        )
        if exchange.body_form is BodyForm.WIRE or not is_moved:
            fields.append((name, value))
            continue
        fields.append((_MOVED + name, value))
        if is_length:
            fields.append((name, str(size_bytes)))
    return _head(f"HTTP/1.1 {exchange.status} {well_formed(exchange.reason)}", fields)


def request_head(exchange: Exchange) -> bytes:
    """
    Return the head of the request.

    Raises:
        ExchangeMalformedError: BB-520, the method is no word or the address not absolute.
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
    Return *fields* as lines, each ended by CR LF.

    Whatever a server sends must find room: what would break a line becomes a blank, a name that is
    no name stays as it is. Fields of HTTP/2 that begin with ":" are left out.

    Source: RFC 9110 section 5.5 (CR, LF and NUL become SP).
    """
    return "".join(
        f"{well_formed(name)}: {well_formed(value)}\r\n"
        for name, value in fields
        if not name.startswith(":")
    )


def is_repaired(exchange: Exchange) -> bool:
    """Return whether something in a head had to be replaced when it was written down."""
    said = (*exchange.response_fields, *exchange.request_fields, (exchange.reason, ""))
    return any(well_formed(text) != text for pair in said for text in pair)


def media_type_of(fields: HeaderFields) -> str:
    """Return the media type that *fields* claim, in lower case and without parameters."""
    values = [value for name, value in fields if name.lower() == "content-type"]
    match = _MEDIA_TYPE.match(values[-1].strip()) if values else None
    return match[0].lower() if match else _UNKNOWN_MEDIA_TYPE


def required_address(address: str, *, with_fragment: bool = False) -> str:
    """
    Return *address* with blanks and controls percent-encoded.

    Raises:
        ExchangeMalformedError: BB-520, not absolute, or nothing that can be taken apart.
    """
    whole = _BLANK.sub(lambda match: quote(match[0]), without_surrogates(address))
    plain = whole if with_fragment else whole.partition("#")[0]
    if not _ABSOLUTE.match(plain):
        raise ExchangeMalformedError("not an absolute address")
    try:
        urlsplit(plain)
    except ValueError as error:
        raise ExchangeMalformedError("not an address") from error
    return plain


def without_surrogates(text: str) -> str:
    """Return *text* with lone surrogates, which scripts can make, as U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def well_formed(text: str) -> str:
    """Return *text* with CR, LF and NUL as blanks and lone surrogates as U+FFFD."""
    return _BREAKING.sub(" ", without_surrogates(text))


def _head(start: str, fields: HeaderFields) -> bytes:
    return f"{start}\r\n{field_lines(fields)}\r\n".encode()
