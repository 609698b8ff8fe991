"""
A JPEG without anything that a decoder does not need, its picture not touched.

Bytes are copied, no picture is decoded: lengths are read and compared with what is there, so this
runs outside the fence. What is dropped: EXIF with its thumbnail and maker's notes, XMP, IPTC,
comments, Content Credentials, every colour profile (see :mod:`benban.exposure.colour`), a second
picture, a short film and whatever else stands behind the end of the picture.

Source: ITU-T T.81 annex B; JFIF 1.02; libjpeg's ``jdapimin.c`` for which marker decides colours.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from benban.exposure.colour import own_profile, recognise
from benban.exposure.wish import Redrawn

_SOI, _EOI, _SOS, _DQT, _DHT, _DAC, _DRI = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xCC, 0xDD
_APP0, _APP1, _APP2, _APP14, _APP15, _COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
# Baseline, extended and progressive, the last two by Huffman or arithmetic coding.
_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA})
_SCAN_END = re.compile(rb"\xff(?![\x00\xd0-\xd7])")
_JFIF = b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
_ICC = b"ICC_PROFILE\0"
_EXIF = b"Exif\0\0"
_ORIENTATION = 0x0112
_MOST_ENTRIES = 512
# No camera writes so many; of the shortest a photo of 96 MB could hold sixteen million.
_MOST_SEGMENTS = 4096
_UPRIGHT = 1
_8_BITS = 8
_MOST_TABLE_VALUES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class StrippedJpeg:
    """The bytes that are left, and the size that the frame says."""

    data: bytes
    width_px: int
    height_px: int


@dataclass(slots=True, kw_only=True)
class _Found:
    """What the walk has come to know; *kept* are the segments for the decoder, in order."""

    kept: list[bytes] = field(default_factory=list)
    segments: int = 0
    frame: bytes = b""
    has_jfif: bool = False
    adobe: bytes = b""
    exif: bytes = b""
    profile: dict[int, bytes] = field(default_factory=dict)
    profile_parts: int = 0


class _UnusualError(Exception):
    """The file is not built as expected; a decoder has to look at it."""


def strip_jpeg(untrusted_photo: bytes) -> StrippedJpeg | Redrawn:
    """
    Return the JPEG with its picture only, or why it has to be written anew.

    ``TURNED``: it says that it lies on its side. ``COLOURS``: its profile is none of those that
    everybody knows. ``CODING``: it is built in a way that is not copied part by part.
    """
    found = _Found()
    try:
        _walk(untrusted_photo, found)
    except (_UnusualError, IndexError, struct.error):
        return Redrawn.CODING
    if _orientation(found.exif) != _UPRIGHT:
        return Redrawn.TURNED
    profile = _new_profile(found)
    if profile is None:
        return Redrawn.COLOURS
    height, width = struct.unpack_from(">HH", found.frame, 1)
    head = b"\xff\xd8" + _colour_markers(found) + profile
    return StrippedJpeg(
        data=b"".join([head, *found.kept, b"\xff\xd9"]), width_px=width, height_px=height
    )


def _walk(data: bytes, found: _Found) -> None:
    if data[:2] != b"\xff\xd8":
        raise _UnusualError
    at = 2
    while (kind := _marker(data, at)) != _EOI:
        while data[at + 1] == 0xFF:  # noqa: PLR2004 - fill bytes, B.1.1.2
            at += 1
        (length,) = struct.unpack_from(">H", data, at + 2)
        payload = data[at + 4 : at + 2 + length]
        if len(payload) != length - 2:
            raise _UnusualError
        at += 2 + length
        _take(kind, payload, found)
        if kind == _SOS:
            match = _SCAN_END.search(data, at)
            if match is None or not found.frame:
                raise _UnusualError
            found.kept.append(data[at : match.start()])
            at = match.start()
    if not found.kept or not found.frame:
        raise _UnusualError


def _marker(data: bytes, at: int) -> int:
    if data[at] != 0xFF:  # noqa: PLR2004
        raise _UnusualError
    while data[at + 1] == 0xFF:  # noqa: PLR2004
        at += 1
    return data[at + 1]


def _take(kind: int, payload: bytes, found: _Found) -> None:
    found.segments += 1
    if found.segments > _MOST_SEGMENTS:
        raise _UnusualError
    if _APP0 <= kind <= _APP15 or kind == _COM:
        _note(kind, payload, found)
        return
    if kind in _FRAMES:
        is_whole = not found.frame and _is_frame(payload)
        found.frame = payload
    else:
        is_whole = kind in _CHECKS and _CHECKS[kind](payload)
    if not is_whole:
        raise _UnusualError
    found.kept.append(struct.pack(">BBH", 0xFF, kind, len(payload) + 2) + payload)


def _note(kind: int, payload: bytes, found: _Found) -> None:
    """Remember what decides colours and position; nothing of it is copied."""
    if kind == _APP0 and payload.startswith(b"JFIF\0"):
        found.has_jfif = True
    elif kind == _APP14 and payload.startswith(b"Adobe") and len(payload) >= 12:  # noqa: PLR2004
        found.adobe = payload[11:12]
    elif kind == _APP1 and payload.startswith(_EXIF) and not found.exif:
        found.exif = payload[len(_EXIF) :]
    elif kind == _APP2 and payload.startswith(_ICC):
        number, found.profile_parts = payload[12], payload[13]
        found.profile[number] = payload[14:]


def _new_profile(found: _Found) -> bytes | None:
    """Return a segment with our own profile of the same colours, nothing, or None: not known."""
    if not found.profile:
        return b""
    if sorted(found.profile) != list(range(1, found.profile_parts + 1)):
        return None
    is_rgb = found.frame[5] == 3  # noqa: PLR2004 - number of components
    space = recognise(b"".join(found.profile[number] for number in sorted(found.profile)))
    if space is None or not is_rgb:
        return None
    body = _ICC + b"\x01\x01" + own_profile(space)
    return struct.pack(">BBH", 0xFF, _APP2, len(body) + 2) + body


def _colour_markers(found: _Found) -> bytes:
    # With JFIF three components are YCbCr, whatever else is said; without it Adobe's marker or
    # the components' names decide. So JFIF is added only where it changes nothing.
    ids = found.frame[6::3]
    markers = b""
    if found.has_jfif or (not found.adobe and ids in {b"\x01\x02\x03", b"\x01"}):
        markers += struct.pack(">BBH", 0xFF, _APP0, len(_JFIF) + 2) + _JFIF
    if found.adobe:
        markers += b"\xff\xee\x00\x0eAdobe\x00\x64\0\0\0\0" + found.adobe
    return markers


def _orientation(tiff: bytes) -> int:
    """Return tag 274 of the first directory; 1 where nothing readable stands."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return _UPRIGHT
    try:
        (at,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, at)
        for number in range(min(count, _MOST_ENTRIES)):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, at + 2 + 12 * number)
            if tag == _ORIENTATION and kind == 3:  # noqa: PLR2004 - SHORT
                return value if 1 <= value <= 8 else _UPRIGHT  # noqa: PLR2004
    except struct.error:
        pass
    return _UPRIGHT


def _are_quantisers(payload: bytes) -> bool:
    at = 0
    while at < len(payload):
        at += 129 if payload[at] >> 4 else 65
    return at == len(payload) > 0


def _are_huffman_tables(payload: bytes) -> bool:
    at = 0
    while at < len(payload):
        values = sum(payload[at + 1 : at + 17])
        if values > _MOST_TABLE_VALUES:
            return False
        at += 17 + values
    return at == len(payload) > 0


def _are_arithmetic_tables(payload: bytes) -> bool:
    return len(payload) > 0 and len(payload) % 2 == 0


def _is_frame(payload: bytes) -> bool:
    height, width = struct.unpack_from(">HH", payload, 1)
    return payload[0] == _8_BITS and height * width > 0 and len(payload) == 6 + 3 * payload[5]


_CHECKS: dict[int, Callable[[bytes], bool]] = {
    _DQT: _are_quantisers,
    _DHT: _are_huffman_tables,
    _DAC: _are_arithmetic_tables,
    _DRI: lambda payload: len(payload) == 2,  # noqa: PLR2004 - B.2.4.4
    _SOS: lambda payload: len(payload) == 4 + 2 * payload[0],
}
