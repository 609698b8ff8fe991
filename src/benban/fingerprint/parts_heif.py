"""
The pieces of a HEIC or an AVIF beside its picture. Runs inside the fence only.

Source: ISO/IEC 14496-12 sections 4.2, 8.11; ISO/IEC 23008-12 annex A; XMP part 3, 1.1.6; C2PA 2.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from benban.fingerprint.photo_parts import MOST_PARTS, Part, PartKind

Box: TypeAlias = tuple[bytes, int, int]

_UUIDS = {
    bytes.fromhex("be7acfcb97a942e89c71999491e3afac"): PartKind.XMP,
    bytes.fromhex("d8fec3d61b0e483c92975828877ec481"): PartKind.CREDENTIALS,
}
_PLAIN = frozenset({b"ftyp", b"meta", b"mdat", b"free", b"skip", b"wide"})
# A film: of an image sequence, a motion photo (mpvd), or a QuickTime film behind the picture.
_FILMS = frozenset({b"moov", b"mpvd", b"moof"})
_PICTURES = frozenset({b"hvc1", b"av01", b"grid", b"iovl", b"iden", b"avc1", b"jpeg"})
_MOST_ITEM_BYTES = 16 * 1024 * 1024
_MOST_ALL_BYTES = 64 * 1024 * 1024
_MOST_PLACES = 10_000
_LONG_ID = 2


@dataclass(slots=True)
class _Items:
    """What the box ``meta`` says about the items of the file."""

    kinds: dict[int, bytes] = field(default_factory=dict)
    xmp: set[int] = field(default_factory=set)
    places: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    links: list[tuple[bytes, int, tuple[int, ...]]] = field(default_factory=list)
    primary: int = 0
    idat: int = 0


def heif_parts(data: bytes) -> Iterator[Part]:
    """Yield the pieces of a HEIC or an AVIF."""
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind == b"meta":
            yield from _meta_parts(data, start + 4, end)
        elif kind == b"uuid":
            body = data[start + 16 : end]
            yield Part(kind=_UUIDS.get(data[start : start + 16], PartKind.UNREAD), data=body)
        elif kind in _FILMS:
            yield Part(kind=PartKind.FILM)
        elif kind not in _PLAIN:
            yield Part(kind=PartKind.TRAILER, data=data[start - 8 : end])


def _boxes(data: bytes, at: int, end: int) -> Iterator[Box]:
    """Yield kind, beginning and end of the content of the boxes in a stretch; what is not: b""."""
    for _ in range(MOST_PARTS):
        if at + 8 > end:
            break
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        start = at + 8
        if size == 1:
            size, start = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        size = size or end - at
        if at + size > end or at + size < start:
            yield b"", start, end
            return
        yield kind, start, at + size
        at += size


def _meta_parts(data: bytes, start: int, end: int) -> Iterator[Part]:
    items = _Items()
    try:
        _read_meta(data, items, start, end)
    except (struct.error, IndexError):
        yield Part(kind=PartKind.UNREAD)
    taken = 0
    for item, kind in items.kinds.items():
        is_xmp = item in items.xmp
        if kind != b"Exif" and not is_xmp:
            continue
        body = _item_bytes(data, items, item)
        taken += len(body)
        if taken > _MOST_ALL_BYTES:
            yield Part(kind=PartKind.UNREAD)
            return
        if kind == b"Exif":
            # It begins with how far its header is (23008-12 A.2.1).
            body = body[4 + int.from_bytes(body[:4], "big") :]
        yield Part(kind=PartKind.XMP if is_xmp else PartKind.EXIF, data=body)
    yield from _further(items)


def _further(items: _Items) -> Iterator[Part]:
    """Yield the pictures that are neither the one shown nor a piece of another."""
    small = {item for kind, item, _ in items.links if kind == b"thmb"}
    pieces = {to for kind, _, many in items.links if kind == b"dimg" for to in many}
    if small:
        yield Part(kind=PartKind.THUMBNAIL)
    others = {item for item, kind in items.kinds.items() if kind in _PICTURES}
    others -= small | pieces | {items.primary}
    others -= {item for kind, item, _ in items.links if kind == b"auxl" and item in pieces}
    known = {b"Exif", b"mime", b"tmap", *_PICTURES}
    if others or any(kind not in known for kind in items.kinds.values()):
        yield Part(kind=PartKind.UNREAD)


def _read_meta(data: bytes, items: _Items, start: int, end: int) -> None:
    boxes = list(_boxes(data, start, end))
    items.idat = next((at for kind, at, _ in boxes if kind == b"idat"), 0)
    for kind, at, stop in boxes:
        if kind == b"pitm":
            items.primary = int.from_bytes(data[at + 4 : min(stop, at + 8)][: 2 + 2 * data[at]])
        elif kind == b"iinf":
            _read_kinds(data, items, at, stop)
        elif kind == b"iloc":
            _read_places(data[at:stop], items)
        elif kind == b"iref":
            _read_links(data, items, at, stop)


def _read_kinds(data: bytes, items: _Items, at: int, stop: int) -> None:
    start = at + (6 if data[at] == 0 else 8)
    for kind, place, end in _boxes(data, start, stop):
        version = data[place] if place < end else 0
        if kind != b"infe" or version < _LONG_ID:
            continue
        size = 2 if version == _LONG_ID else 4
        item = int.from_bytes(data[place + 4 : place + 4 + size], "big")
        what = place + 6 + size
        items.kinds[item] = data[what : what + 4]
        if data[what : what + 4] == b"mime" and b"rdf+xml" in data[what:end]:
            items.xmp.add(item)


def _read_places(box: bytes, items: _Items) -> None:
    version, sizes = box[0], box[4:6]
    offset_bytes, length_bytes, base_bytes = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4
    index_bytes = sizes[1] & 15 if version else 0
    id_bytes = 2 if version < _LONG_ID else 4
    at = 6

    def number(size: int) -> int:
        nonlocal at
        if at + size > len(box):
            raise IndexError
        at += size
        return int.from_bytes(box[at - size : at], "big")

    left = _MOST_PLACES
    for _ in range(min(number(id_bytes), MOST_PARTS)):
        item = number(id_bytes)
        from_idat = version > 0 and number(2) & 15 == 1
        number(2)
        base = number(base_bytes)
        extents: list[tuple[int, int]] = []
        count = number(2)
        left -= count
        if left < 0:
            raise IndexError
        for _ in range(count):
            number(index_bytes)
            offset, length = number(offset_bytes), number(length_bytes)
            extents.append((base + offset + (items.idat if from_idat else 0), length))
        items.places[item] = extents


def _read_links(data: bytes, items: _Items, at: int, stop: int) -> None:
    size = 2 if data[at] == 0 else 4
    for kind, place, end in _boxes(data, at + 4, stop):
        item = int.from_bytes(data[place : place + size], "big")
        numbers = data[place + size + 2 : min(end, place + size * MOST_PARTS)]
        linked = [
            int.from_bytes(numbers[k : k + size], "big") for k in range(0, len(numbers), size)
        ]
        items.links.append((kind, item, tuple(linked)))


def _item_bytes(data: bytes, items: _Items, item: int) -> bytes:
    parts, left = [], _MOST_ITEM_BYTES
    for start, size in items.places.get(item, ()):
        part = data[start : start + min(size or left, left)]
        left -= len(part)
        parts.append(part)
    return b"".join(parts)
