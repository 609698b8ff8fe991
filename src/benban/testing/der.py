"""
A few lines of DER: what the time-stamping authority of the demonstration writes and reads.

Source: ITU-T X.690 (DER). Only definite lengths and tags below 31, which is all RFC 3161 needs.
"""

from dataclasses import dataclass
from datetime import datetime

INTEGER = 0x02
OCTET_STRING = 0x04
OBJECT_IDENTIFIER = 0x06
SEQUENCE = 0x30
SET = 0x31
_LONG_LENGTH = 0x80


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One tag-length-value: its tag, its content, and the bytes of the whole."""

    tag: int
    content: bytes
    encoded: bytes

    def children(self) -> tuple["Element", ...]:
        """Return what a constructed element holds, in order."""
        found: list[Element] = []
        rest = self.content
        while rest:
            child = read_element(rest)
            found.append(child)
            rest = rest[len(child.encoded) :]
        return tuple(found)


def read_element(data: bytes) -> Element:
    """
    Return the first element of *data*.

    Raises:
        ValueError: the bytes end before the element does.
    """
    if len(data) < 2:  # noqa: PLR2004 - a tag and a length
        raise ValueError("no room for a tag and a length")
    length, start = data[1], 2
    if length & _LONG_LENGTH:
        start += length & ~_LONG_LENGTH
        length = int.from_bytes(data[2:start], "big")
    if len(data) < start + length:
        raise ValueError("the content is cut off")
    return Element(
        tag=data[0], content=data[start : start + length], encoded=data[: start + length]
    )


def element(tag: int, *parts: bytes) -> bytes:
    """Return *parts*, joined, under *tag*."""
    content = b"".join(parts)
    size = len(content)
    if size < _LONG_LENGTH:
        return bytes((tag, size)) + content
    width = (size.bit_length() + 7) // 8
    return bytes((tag, _LONG_LENGTH | width)) + size.to_bytes(width, "big") + content


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE of *parts*."""
    return element(SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    """Return a SET OF *parts* in the order DER wants."""
    return element(SET, *sorted(parts))


def explicit(number: int, *parts: bytes) -> bytes:
    """Return *parts* under the constructed context tag *number*."""
    return element(0xA0 | number, *parts)


def integer(value: int) -> bytes:
    """Return a non-negative INTEGER."""
    return element(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(value: bytes) -> bytes:
    """Return an OCTET STRING."""
    return element(OCTET_STRING, value)


def oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER such as ``1.2.840.113549``."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    content = b"".join(_base128(arc) for arc in (first * 40 + second, *rest))
    return element(OBJECT_IDENTIFIER, content)


def generalized_time(moment: datetime) -> bytes:
    """Return *moment* (aware UTC) as GeneralizedTime in whole seconds."""
    return element(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode("ascii"))


def utc_time(moment: datetime) -> bytes:
    """Return *moment* (aware UTC) as UTCTime, for the years 1950 to 2049."""
    return element(0x17, moment.strftime("%y%m%d%H%M%SZ").encode("ascii"))


def _base128(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append((value & 0x7F) | 0x80)
    return bytes(reversed(groups))
