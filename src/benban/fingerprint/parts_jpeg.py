"""
The pieces of a JPEG beside its picture. Runs inside the fence only.

Source: ITU-T T.81 annex B; CIPA DC-008 (Exif), DC-007 (MPF); XMP part 3; ICC.1 B.4; C2PA 2.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from benban.fingerprint.photo_parts import Part, PartKind

_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
_MORE_XMP, _ICC = b"http://ns.adobe.com/xmp/extension/\0", b"ICC_PROFILE\0"
_MORE_XMP_HEAD_BYTES = 40  # a digest in hexadecimal, the whole length, the offset
_ICC_HEAD_BYTES = 2  # number and count
_MPF, _IPTC, _JFXX = b"MPF\0", b"Photoshop 3.0\0", b"JFXX\0"
_GAIN_MAP = b"urn:iso:std:iso:ts:21496:-1\0"  # how bright a screen may show it; no more than that
_SOS, _EOI, _COM, _APP0, _APP15 = 0xDA, 0xD9, 0xFE, 0xE0, 0xEF
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
# In coded data an FF is followed by 00 or the number of a restart; fill bytes may stand before.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_MPF_ENTRIES = 0xB002
_MPF_ENTRY = "IIIHH"  # kind, size, place, two numbers of others
# DC-007 table 4: the kinds 01 0001 and 01 0002 are "Large Thumbnail".
_MPF_KIND, _MPF_THUMBNAILS = 0xFFFFFF, frozenset({0x010001, 0x010002})
_MOST_PICTURES = 64


@dataclass(slots=True)
class _Walk:
    """What has to be put together from several segments."""

    more_xmp: list[bytes] = field(default_factory=list)
    icc: list[bytes] = field(default_factory=list)
    mpf: tuple[int, bytes] = (0, b"")


def jpeg_parts(data: bytes) -> Iterator[Part]:
    """Yield the pieces of a JPEG, and after its end what follows it."""
    walk = _Walk()
    at, marker = 2, 0
    while (found := _marker(data, at)) is not None:
        at, marker = found
        if marker == _EOI:
            break
        if marker in _STANDALONE:
            continue
        size = int.from_bytes(data[at : at + 2], "big")
        body = data[at + 2 : at + max(size, 2)]
        if size < 2 or at + size > len(data):  # noqa: PLR2004 - the length counts itself
            yield Part(kind=PartKind.UNREAD)
            break
        yield from _segment(marker, body, walk, at + 2)
        at += size
        if marker == _SOS:
            end = _NEXT_MARKER.search(data, at)
            at = end.start() if end else len(data)
    if walk.more_xmp:
        yield Part(kind=PartKind.XMP, data=b"".join(walk.more_xmp))
    if walk.icc:
        yield Part(kind=PartKind.ICC, data=b"".join(walk.icc))
    yield from _behind(data, at if marker == _EOI else len(data), walk.mpf)


def _marker(data: bytes, at: int) -> tuple[int, int] | None:
    """Return where the segment at *at* goes on and its marker; None where there is none."""
    if data[at : at + 1] != b"\xff":
        return None
    while data[at : at + 1] == b"\xff":
        at += 1
    return (at + 1, data[at]) if at < len(data) else None


def _segment(marker: int, body: bytes, walk: _Walk, at: int) -> Iterator[Part]:
    if marker == _COM:
        yield Part(kind=PartKind.TEXT, data=body)
    elif _APP0 <= marker <= _APP15:
        yield from _application(marker - _APP0, body, walk, at)


def _application(number: int, body: bytes, walk: _Walk, at: int) -> Iterator[Part]:
    match number:
        case 0:
            yield from _jfif(body)
        case 1:
            yield from _first(body, walk)
        case 2:
            yield from _second(body, walk, at)
        case 11:
            yield Part(kind=_of_boxes(body), data=body)
        case 13 if body.startswith(_IPTC):
            yield Part(kind=PartKind.IPTC, data=body[len(_IPTC) :])
        case 14 if body.startswith(b"Adobe"):
            pass  # how the colours are coded
        case _:
            yield Part(kind=PartKind.UNREAD, data=body)


def _jfif(body: bytes) -> Iterator[Part]:
    if body.startswith(b"JFIF\0"):
        if len(body) > 14 and body[12] and body[13]:  # noqa: PLR2004 - width and height
            yield Part(kind=PartKind.THUMBNAIL)
    elif body.startswith(_JFXX):
        is_jpeg = body[5:6] == b"\x10"
        yield Part(kind=PartKind.THUMBNAIL, data=body[6:] if is_jpeg else b"")
    else:
        yield Part(kind=PartKind.UNREAD, data=body)


def _first(body: bytes, walk: _Walk) -> Iterator[Part]:
    if body.startswith(b"Exif\0"):
        yield Part(kind=PartKind.EXIF, data=body[len(_EXIF) :])
    elif body.startswith(_XMP):
        yield Part(kind=PartKind.XMP, data=body[len(_XMP) :])
    elif body.startswith(_MORE_XMP):
        walk.more_xmp.append(body[len(_MORE_XMP) + _MORE_XMP_HEAD_BYTES :])
    else:
        yield Part(kind=PartKind.UNREAD, data=body)


def _second(body: bytes, walk: _Walk, at: int) -> Iterator[Part]:
    if body.startswith(_ICC):
        walk.icc.append(body[len(_ICC) + _ICC_HEAD_BYTES :])
    elif body.startswith(_MPF):
        walk.mpf = (at + len(_MPF), body[len(_MPF) :])
    elif not body.startswith(_GAIN_MAP):
        yield Part(kind=PartKind.UNREAD, data=body)


def _of_boxes(body: bytes) -> PartKind:
    # Every piece of one box repeats its head; only the first tells what it is.
    return PartKind.CREDENTIALS if body.startswith(b"JP") else PartKind.UNREAD


def _behind(data: bytes, end: int, mpf: tuple[int, bytes]) -> Iterator[Part]:
    """Yield the further pictures that an MPF index names, and what else stands behind the end."""
    covered = end
    for kind, start, size in _further_pictures(*mpf):
        if start < end or not data.startswith(b"\xff\xd8", start):
            continue
        is_thumbnail = kind in _MPF_THUMBNAILS
        picture = data[start : start + size]
        yield Part(kind=PartKind.THUMBNAIL if is_thumbnail else PartKind.PICTURE, data=picture)
        gap = data[covered:start]
        if gap.strip(b"\0"):
            yield Part(kind=PartKind.TRAILER, data=gap)
        covered = max(covered, start + len(picture))
    if data[covered:].strip(b"\0 \r\n"):
        yield Part(kind=PartKind.TRAILER, data=data[covered:])


def _further_pictures(base: int, block: bytes) -> list[tuple[int, int, int]]:
    """Return kind, place and size of every picture but the first, in the order of their places."""
    order = "<" if block.startswith(b"II") else ">"
    try:
        first = struct.unpack_from(order + "I", block, 4)[0]
        count = struct.unpack_from(order + "H", block, first)[0]
        fields = [
            struct.unpack_from(order + "HHII", block, first + 2 + 12 * k)
            for k in range(min(count, 16))
        ]
        entry = struct.Struct(order + _MPF_ENTRY)
        pictures = [
            entry.unpack_from(block, start + entry.size * k)
            for tag, _, length, start in fields
            if tag == _MPF_ENTRIES
            for k in range(min(length // entry.size, _MOST_PICTURES))
        ]
    except struct.error:
        return []
    found = [
        (kind & _MPF_KIND, base + offset, size) for kind, size, offset, *_ in pictures if offset
    ]
    return sorted(found, key=lambda one: one[1])
