"""
Strict DER, as much of it as a time stamp needs.

Source: ITU-T X.690 sections 8 and 10.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OBJECT: Final = 0x06
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31
CONTEXT_0: Final = 0xA0
CONTEXT_0_PRIMITIVE: Final = 0x80
CONTEXT_1: Final = 0xA1

_LONG_FORM: Final = 0x80
_HIGH_TAG: Final = 0x1F
_MAX_LENGTH_BYTES: Final = 4
# The longest in use, those made of a random UUID, have some twenty; without a limit the arithmetic
# on one number of 256 KiB takes minutes.
_MAX_OBJECT_BYTES: Final = 64
# DER forbids zeros at the end of the fraction; some authorities write them and sign that.
_GENERALIZED: Final = re.compile(r"([0-9]{14})(?:\.([0-9]{1,9}))?Z")
_UTC: Final = re.compile(r"[0-9]{12}Z")
# RFC 5280 section 4.1.2.5.1: two digits of the year from 50 on mean 19xx.
_CENTURY_PIVOT: Final = 50


class DerRefusedError(ValueError):
    """The bytes are not the DER that is expected here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One value: its identifier octet, its content, and all its bytes."""

    tag: int
    content: bytes
    raw: bytes

    def expect(self, tag: int) -> "Node":
        """Return this node when it has *tag*."""
        if self.tag != tag:
            raise DerRefusedError("another type")
        return self

    def children(self) -> tuple["Node", ...]:
        """Return the values inside."""
        found: list[Node] = []
        at = 0
        while at < len(self.content):
            node = _node_at(self.content, at)
            found.append(node)
            at += len(node.raw)
        return tuple(found)

    def only_child(self) -> "Node":
        """Return the single value inside."""
        inside = self.children()
        if len(inside) != 1:
            raise DerRefusedError("one value expected")
        return inside[0]


class Reader:
    """Takes the values of a SEQUENCE one after the other."""

    def __init__(self, node: Node) -> None:
        self._left = list(node.children())

    def take(self, tag: int) -> Node:
        """Return the next value, which must have *tag*."""
        if not self._left:
            raise DerRefusedError("a value is missing")
        return self._left.pop(0).expect(tag)

    def take_if(self, *tags: int) -> Node | None:
        """Return the next value if it has one of *tags*, else None."""
        if self._left and self._left[0].tag in tags:
            return self._left.pop(0)
        return None

    def end(self) -> None:
        """Refuse anything that is left."""
        if self._left:
            raise DerRefusedError("a value too many")


def parse(data: bytes) -> Node:
    """Return the one value that *data* is."""
    node = _node_at(data, 0)
    if len(node.raw) != len(data):
        raise DerRefusedError("bytes behind the end")
    return node


def object_name(node: Node) -> str:
    """Return an OBJECT IDENTIFIER with dots."""
    content = node.expect(OBJECT).content
    if not content or content[-1] & 0x80:
        raise DerRefusedError("object identifier")
    numbers: list[int] = []
    number = 0
    if len(content) > _MAX_OBJECT_BYTES:
        raise DerRefusedError("object identifier")
    for octet in content:
        if number == 0 and octet == _LONG_FORM:
            raise DerRefusedError("object identifier")
        number = number << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(str(part) for part in (first, numbers[0] - 40 * first, *numbers[1:]))


def integer(node: Node) -> int:
    """Return an INTEGER."""
    content = node.expect(INTEGER).content
    is_padded = len(content) > 1 and content[0] in {0x00, 0xFF}
    if not content or (is_padded and (content[0] >> 7) == (content[1] >> 7)):
        raise DerRefusedError("integer")
    return int.from_bytes(content, "big", signed=True)


def time(node: Node) -> datetime:
    """Return a UTCTime or GeneralizedTime as aware UTC."""
    text = node.content.decode("latin-1")
    try:
        if node.tag == UTC_TIME and _UTC.fullmatch(text):
            century = "19" if int(text[:2]) >= _CENTURY_PIVOT else "20"
            return _parsed(century + text[:12])
        match = _GENERALIZED.fullmatch(text)
        if node.tag == GENERALIZED_TIME and match is not None:
            micros = int((match[2] or "0").ljust(6, "0")[:6])
            return _parsed(match[1]).replace(microsecond=micros)
    except ValueError as error:
        raise DerRefusedError("time") from error
    raise DerRefusedError("time")


def _parsed(digits: str) -> datetime:
    return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _node_at(data: bytes, at: int) -> Node:
    if len(data) - at < 2:  # noqa: PLR2004 -- identifier and length octet
        raise DerRefusedError("cut off")
    tag, length = data[at], data[at + 1]
    if tag & _HIGH_TAG == _HIGH_TAG:
        raise DerRefusedError("tag")
    start = at + 2
    if length >= _LONG_FORM:
        count = length - _LONG_FORM
        octets = data[start : start + count]
        if not 1 <= count <= _MAX_LENGTH_BYTES or len(octets) != count or octets[0] == 0:
            raise DerRefusedError("length")
        length = int.from_bytes(octets, "big")
        if length < _LONG_FORM:
            raise DerRefusedError("length")
        start += count
    end = start + length
    if end > len(data):
        raise DerRefusedError("cut off")
    return Node(tag=tag, content=data[start:end], raw=data[at:end])
