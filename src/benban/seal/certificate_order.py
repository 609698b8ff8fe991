"""
The certificates of a time-stamp token in the order that a strict reader wants.

CMS does not ask for DER outside what is signed (RFC 5652 section 5.1), and authorities send their
chain in its own order; rfc3161-client refuses every set that is not sorted. The set is not signed
and its order says nothing, so that it may be sorted for reading; what is stored stays as it came.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_SEQUENCE, _CONTEXT_0 = 0x30, 0xA0
# X.690 section 8.1.3.5: the long form of a length.
_LONG = 0x80
_LONGEST_LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Element:
    """Where one element lies: its tag at *start*, its content from *content* to *end*."""

    tag: int
    start: int
    content: int
    end: int


def with_sorted_certificates(untrusted_response: bytes) -> bytes:
    """
    Return a TimeStampResp in which the certificates stand as DER orders a set.

    Args:
        untrusted_response: definite lengths only.

    Raises:
        ValueError: not the outline of a TimeStampResp with a token that has certificates.

    Source: RFC 3161 section 2.4.2, RFC 5652 sections 3 and 5.1, X.690 section 11.6.
    """
    # TimeStampResp > timeStampToken > [0] > SignedData > [0] certificates
    place = _child(untrusted_response, _whole(untrusted_response), _SEQUENCE, 1)
    place = _child(untrusted_response, place, _CONTEXT_0, 0)
    place = _child(untrusted_response, place, _SEQUENCE, 0)
    place = _child(untrusted_response, place, _CONTEXT_0, 0)
    found = sorted(
        untrusted_response[one.start : one.end] for one in _children(untrusted_response, place)
    )
    before, behind = untrusted_response[: place.content], untrusted_response[place.end :]
    return before + b"".join(found) + behind


def _whole(data: bytes) -> _Element:
    element = _element(data, 0, len(data))
    if element.tag != _SEQUENCE or element.end != len(data):
        raise ValueError("not one sequence")
    return element


def _child(data: bytes, parent: _Element, tag: int, number: int) -> _Element:
    found = [child for child in _children(data, parent) if child.tag == tag]
    if len(found) <= number:
        raise ValueError("an element is missing")
    return found[number]


def _children(data: bytes, parent: _Element) -> Iterator[_Element]:
    place = parent.content
    while place < parent.end:
        child = _element(data, place, parent.end)
        yield child
        place = child.end


def _element(data: bytes, start: int, limit: int) -> _Element:
    header = data[start : start + 2]
    if len(header) != 2:  # noqa: PLR2004 - tag and length
        raise ValueError("cut off")
    content, size = start + 2, header[1]
    if size >= _LONG:
        width = size - _LONG
        if not 1 <= width <= _LONGEST_LENGTH_BYTES:
            raise ValueError("a length that is not definite")
        size = int.from_bytes(data[content : content + width], "big")
        content += width
    if content + size > limit:
        raise ValueError("cut off")
    return _Element(tag=header[0], start=start, content=content, end=content + size)
