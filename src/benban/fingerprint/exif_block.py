"""
The fields of an Exif block, or of a whole TIFF. Runs inside the fence only.

Source: TIFF 6.0 section 2; CIPA DC-008 4.6; DNG 1.7.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

_EXIF_AT, _GPS_AT, _SUB_AT = 0x8769, 0x8825, 0x014A
_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_ENTRY_BYTES = 12
# A camera writes four or five directories with less than a hundred fields each.
_MOST_DIRECTORIES, _MOST_FIELDS = 32, 512
# The longest value taken out: notes of a maker; a longer one is cut.
MOST_VALUE_BYTES = 256 * 1024
_JPEG_AT, _JPEG_SIZE = 0x0201, 0x0202


class Directory(Enum):
    """Which list of fields it is."""

    MAIN = auto()
    SECOND = auto()  # of the thumbnail
    EXIF = auto()
    GPS = auto()
    SUB = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExifBlock:
    """
    The fields of a block.

    Attributes:
        values: raw bytes of each field by directory and number, in the block's byte order; the
            first of two fields of one number counts.
        order: ``<`` or ``>``.
        thumbnails: JPEGs that it carries, cut where the block ends.
        is_whole: False when something in it points out of it, in a circle, or is too much.
    """

    values: Mapping[tuple[Directory, int], bytes]
    order: str
    thumbnails: tuple[bytes, ...] = ()
    is_whole: bool = True


@dataclass(slots=True)
class _Walk:
    data: bytes
    order: str
    values: dict[tuple[Directory, int], bytes] = field(default_factory=dict)
    thumbnails: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    is_whole: bool = True


def read_exif(data: bytes) -> ExifBlock | None:
    """Return the fields of the block in *data*; None if it does not begin as one."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:  # noqa: PLR2004 - its header
        return None
    walk = _Walk(data, order)
    waiting = [(Directory.MAIN, struct.unpack_from(order + "I", data, 4)[0])]
    while waiting:
        kind, at = waiting.pop(0)
        if not at:
            continue
        if at in walk.seen or len(walk.seen) >= _MOST_DIRECTORIES:
            walk.is_whole = False
            continue
        walk.seen.add(at)
        waiting += _directory(walk, kind, at)
    return ExifBlock(
        values=walk.values,
        order=order,
        thumbnails=tuple(walk.thumbnails),
        is_whole=walk.is_whole,
    )


def _directory(walk: _Walk, kind: Directory, at: int) -> Iterator[tuple[Directory, int]]:
    """Read one list of fields and yield the lists that it names."""
    own: dict[int, bytes] = {}
    count, fields = directory_fields(walk.data, at, walk.order)
    for tag, value, is_inside in fields:
        walk.is_whole &= is_inside
        own.setdefault(tag, value)
        walk.values.setdefault((kind, tag), value)
    walk.is_whole &= count == len(fields)
    place, size = (_number(own.get(tag, b""), walk.order) for tag in (_JPEG_AT, _JPEG_SIZE))
    if place and size:
        walk.thumbnails.append(walk.data[place : place + size])
    for tag, named in ((_EXIF_AT, Directory.EXIF), (_GPS_AT, Directory.GPS)):
        yield named, _number(own.get(tag, b""), walk.order)
    for place in _numbers(own.get(_SUB_AT, b""), walk.order):
        yield Directory.SUB, place
    following = walk.data[at + 2 + _ENTRY_BYTES * count :][:4]
    if kind is Directory.MAIN and len(following) == 4:  # noqa: PLR2004 - an offset
        yield Directory.SECOND, _number(following, walk.order)


def directory_fields(
    data: bytes, at: int, order: str, base: int = 0
) -> tuple[int, list[tuple[int, bytes, bool]]]:
    """
    Return how many fields a directory claims, and number, value and whether it lies inside of each.

    Places of values are counted from *base*.
    """
    if at + 2 > len(data):
        return 1, []
    count: int = struct.unpack_from(order + "H", data, at)[0]
    fields = []
    for entry in range(at + 2, at + 2 + _ENTRY_BYTES * min(count, _MOST_FIELDS), _ENTRY_BYTES):
        if entry + _ENTRY_BYTES > len(data):
            break
        tag, kind, many = struct.unpack_from(order + "HHI", data, entry)
        size = many * _TYPE_BYTES.get(kind, 1)
        start = entry + 8
        if size > 4:  # noqa: PLR2004 - longer values stand elsewhere
            start = base + struct.unpack_from(order + "I", data, start)[0]
        value = data[start : start + min(size, MOST_VALUE_BYTES)]
        fields.append((tag, value, start + size <= len(data)))
    return count, fields


def _number(value: bytes, order: str) -> int:
    return next(iter(_numbers(value, order)), 0)


def _numbers(value: bytes, order: str) -> tuple[int, ...]:
    if len(value) == 2:  # noqa: PLR2004 - a short one
        return struct.unpack(order + "H", value)
    count = min(len(value) // 4, _MOST_DIRECTORIES)
    return struct.unpack(f"{order}{count}I", value[: 4 * count])
