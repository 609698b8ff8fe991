"""
What an Exif block tells about place, person, device and time. Runs inside the fence only.

Source: CIPA DC-008 tables 4 to 15; DNG 1.7; the makers' fields as ExifTool documents them
(Canon, Nikon, Panasonic, FujiFilm, Apple).
"""

import re
from collections.abc import Iterator

from benban.fingerprint.exif_block import Directory, ExifBlock, directory_fields
from benban.model.own_photo import Trace

_MAKER_NOTE = 0x927C
_FIELDS: dict[int, Trace] = {
    0x010F: Trace.DEVICE,  # Make
    0x0110: Trace.DEVICE,  # Model
    0x013C: Trace.DEVICE,  # HostComputer: often the name of the phone
    0xA433: Trace.DEVICE,  # LensMake
    0xA434: Trace.DEVICE,  # LensModel
    0xC614: Trace.DEVICE,  # UniqueCameraModel
    0x0131: Trace.PROGRAM,  # Software
    0x000B: Trace.PROGRAM,  # ProcessingSoftware
    0xA431: Trace.SERIAL,  # BodySerialNumber
    0xA435: Trace.SERIAL,  # LensSerialNumber
    0xC62F: Trace.SERIAL,  # CameraSerialNumber
    0xA420: Trace.SERIAL,  # ImageUniqueID: of this very photo, in all its copies
    0xA430: Trace.OWNER,  # CameraOwnerName
    0x013B: Trace.OWNER,  # Artist
    0x8298: Trace.OWNER,  # Copyright
    0x9C9D: Trace.OWNER,  # XPAuthor
    0xA437: Trace.OWNER,  # Photographer
    0xA438: Trace.OWNER,  # ImageEditor
    0x0132: Trace.TIME,  # DateTime
    0x9003: Trace.TIME,  # DateTimeOriginal
    0x9004: Trace.TIME,  # DateTimeDigitized
    0x010E: Trace.TEXT,  # ImageDescription
    0x9286: Trace.TEXT,  # UserComment
    0xA436: Trace.TEXT,  # ImageTitle
    0x9C9B: Trace.TEXT,  # XPTitle
    0x9C9C: Trace.TEXT,  # XPComment
    0x9C9E: Trace.TEXT,  # XPKeywords
    0x9C9F: Trace.TEXT,  # XPSubject
}
# Latitude, longitude, height, those of what was aimed at, the name of the place.
_GPS_PLACES = frozenset({2, 4, 6, 20, 22, 28})
_RATIONALS = frozenset({2, 4, 6, 7, 20, 22})
_GPS_TIMES = frozenset({7, 29})
# Where and how the fields of a maker begin, and which of them are serial numbers.
_CANON, _NIKON, _PANASONIC = (0x000C, 0x0096), (0x001D, 0x00A0), (0x0025,)
_FUJI, _APPLE = (0x0010,), (0x0011, 0x0015, 0x002B)
_NIKON_HEAD, _PANASONIC_HEAD = b"Nikon\0\2", b"Panasonic\0\0\0"
_FUJI_HEAD, _APPLE_HEAD = b"FUJIFILM", b"Apple iOS\0\0\1MM"
# Before the text in UserComment: how its letters are coded.
_CODINGS = re.compile(rb"\A(?:ASCII\0\0\0|UNICODE\0|JIS\0{5})")
_EMPTY = b"\0 0:/\t\r\n"
_TIMES = (0x9003, 0x9004, 0x0132)
_OFFSETS = {0x9003: 0x9011, 0x9004: 0x9012, 0x0132: 0x9010}
_TIME = re.compile(rb"[0-9: ./T-]{8,30}")
_OFFSET = re.compile(rb"[+-][0-9]{2}:[0-9]{2}")


def exif_traces(block: ExifBlock) -> set[Trace]:
    """Return what a block tells."""
    found = {Trace.THUMBNAIL} if block.thumbnails else set()
    for (directory, tag), value in block.values.items():
        if directory is Directory.GPS:
            found |= _gps_traces(tag, value)
        elif tag == _MAKER_NOTE:
            found |= set(_maker_traces(block, value))
        elif tag in _FIELDS and not _is_empty(value):
            found.add(_FIELDS[tag])
    return found if block.is_whole else found | {Trace.UNREAD}


def taken_at_shown(block: ExifBlock) -> str:
    """Return when the photo was taken, as the block writes it; empty if it does not."""
    for tag in _TIMES:
        for directory in (Directory.EXIF, Directory.MAIN):
            value = block.values.get((directory, tag), b"").strip(b"\0 ")
            if not _is_empty(value) and _TIME.fullmatch(value):
                offset = block.values.get((Directory.EXIF, _OFFSETS[tag]), b"").strip(b"\0 ")
                return (value + (offset if _OFFSET.fullmatch(offset) else b"")).decode("ascii")
    return ""


def _gps_traces(tag: int, value: bytes) -> set[Trace]:
    over = [value[at : at + 4] for at in range(0, len(value), 8)] if tag in _RATIONALS else [value]
    if not b"".join(over).strip(b"\0"):
        return set()  # a camera without reception writes zeros
    if tag in _GPS_PLACES:
        return {Trace.PLACE}
    return {Trace.TIME} if tag in _GPS_TIMES else set()


def _is_empty(value: bytes) -> bool:
    return not _CODINGS.sub(b"", value).strip(_EMPTY)


def _maker_traces(block: ExifBlock, note: bytes) -> Iterator[Trace]:
    """Yield that there is a serial number, or that nothing here reads it."""
    if not note.strip(b"\0"):
        return
    found = _maker_fields(block, note)
    if found is None:
        yield Trace.UNREAD
        return
    fields, serials = found
    if any(tag in serials and not _is_empty(value) for tag, value, _ in fields):
        yield Trace.SERIAL
    # Of many fields of a maker only some are known to anybody.
    yield Trace.UNREAD


def _maker_fields(
    block: ExifBlock, note: bytes
) -> tuple[list[tuple[int, bytes, bool]], tuple[int, ...]] | None:
    make = block.values.get((Directory.MAIN, 0x010F), b"")
    if note.startswith(_APPLE_HEAD):
        return directory_fields(note, 14, ">")[1], _APPLE
    if note.startswith(_NIKON_HEAD) and len(note) > 18:  # noqa: PLR2004 - a header of its own
        order = "<" if note[10:12] == b"II" else ">"
        start = 10 + int.from_bytes(note[14:18], "little" if order == "<" else "big")
        return directory_fields(note, start, order, 10)[1], _NIKON
    if note.startswith(_FUJI_HEAD):
        return directory_fields(note, int.from_bytes(note[8:12], "little"), "<")[1], _FUJI
    # Those of these two count places from the beginning of the block; short values are enough to
    # tell that there is one, and for long ones its length tells it.
    if note.startswith(_PANASONIC_HEAD):
        return _by_length(note, 12, block.order), _PANASONIC
    if make.startswith(b"Canon"):
        return _by_length(note, 0, block.order), _CANON
    return None


def _by_length(note: bytes, at: int, order: str) -> list[tuple[int, bytes, bool]]:
    # A value that stands outside of the note is taken as there: what is said is only that it is.
    _, fields = directory_fields(note, at, order)
    return [(tag, value or b"outside", is_inside) for tag, value, is_inside in fields]
