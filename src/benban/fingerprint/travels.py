"""What travels with a photo's file beside its picture. Runs inside the fence only."""

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from benban.fingerprint.exif_block import read_exif
from benban.fingerprint.exif_traces import exif_traces, taken_at_shown
from benban.fingerprint.parts_heif import heif_parts
from benban.fingerprint.parts_jpeg import jpeg_parts
from benban.fingerprint.parts_png import png_parts
from benban.fingerprint.parts_riff_gif import gif_parts, webp_parts
from benban.fingerprint.photo_parts import MOST_PARTS, Part, PartKind
from benban.fingerprint.text_traces import (
    icc_traces,
    iptc_traces,
    resources,
    xmp_picture,
    xmp_traces,
)
from benban.fingerprint.thumbnail import Shows, judge_small
from benban.model.own_photo import Trace

# All pieces together; what comes after is said to be unread.
_MOST_ALL_BYTES = 64 * 1024 * 1024
_MOST_SMALL = 16
_TIFF = (b"II*\0", b"MM\0*")
_WALKERS: dict[str, Callable[[bytes], Iterator[Part]]] = {
    "image/jpeg": jpeg_parts,
    "image/png": png_parts,
    "image/webp": webp_parts,
    "image/gif": gif_parts,
    "image/heic": heif_parts,
    "image/avif": heif_parts,
}
_PLAIN: dict[PartKind, Trace] = {
    PartKind.OWNER: Trace.OWNER,
    PartKind.PLACE: Trace.PLACE,
    PartKind.TIME: Trace.TIME,
    PartKind.PROGRAM: Trace.PROGRAM,
    PartKind.TEXT: Trace.TEXT,
    PartKind.FILM: Trace.FILM,
    PartKind.CREDENTIALS: Trace.CREDENTIALS,
    PartKind.UNREAD: Trace.UNREAD,
}
# Names in what Samsung's phones append: a film, the time, the country of the mobile network.
_APPENDED = (
    (b"MotionPhoto_Data", Trace.FILM),
    (b"Image_UTC_Data", Trace.TIME),
    (b"MCC_Data", Trace.PLACE),
)
_FILM_MARK = b"ftyp"
_MOST_DEPTH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """
    What travels with a file.

    Attributes:
        thumbnails: small copies of the picture, as JPEG.
        pictures: others, of which only their look tells what they are.
    """

    traces: frozenset[Trace]
    taken_at_shown: str = ""
    thumbnails: tuple[bytes, ...] = ()
    pictures: tuple[bytes, ...] = ()


@dataclass(slots=True)
class _Gathering:
    traces: set[Trace] = field(default_factory=set)
    taken_at_shown: str = ""
    thumbnails: list[bytes] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)
    bytes_left: int = _MOST_ALL_BYTES


def find_traces(data: bytes, media_type: str) -> Found:
    """Return what travels with the file in *data*; ``image/tiff`` stands for RAW as well."""
    found = _Gathering()
    if media_type == "image/tiff":
        _take(found, Part(kind=PartKind.EXIF, data=data))
    elif (walker := _WALKERS.get(media_type)) is not None:
        _take_all(found, walker(data))
    return Found(
        traces=frozenset(found.traces),
        taken_at_shown=found.taken_at_shown,
        thumbnails=tuple(found.thumbnails[:_MOST_SMALL]),
        pictures=tuple(found.pictures[:_MOST_SMALL]),
    )


def is_tiff(data: bytes) -> bool:
    """Return whether the first bytes are those of a TIFF or of a RAW built like one."""
    return data.startswith(_TIFF)


def judged_traces(found: Found, photo: NDArray[np.uint8] | None) -> tuple[Trace, ...]:
    """Return all traces in order, with what the small pictures show; None: nothing to compare."""
    traces = set(found.traces)
    for small in found.thumbnails:
        shows = Shows.UNREAD if photo is None or not small else judge_small(small, photo)
        traces.add(Trace.THUMBNAIL)
        if shows in {Shows.MORE, Shows.OTHER}:
            traces.add(Trace.OTHER_THUMBNAIL)
    for picture in found.pictures:
        shows = Shows.UNREAD if photo is None else judge_small(picture, photo)
        if shows is Shows.SAME:
            traces.add(Trace.THUMBNAIL)
        elif shows is Shows.MORE:
            traces |= {Trace.THUMBNAIL, Trace.OTHER_THUMBNAIL}
        else:
            traces.add(Trace.UNREAD)
    return tuple(trace for trace in Trace if trace in traces)


def _take_all(found: _Gathering, parts: Iterator[Part], depth: int = 0) -> None:
    for part in islice(parts, MOST_PARTS):
        found.bytes_left -= len(part.data)
        if found.bytes_left < 0 and part.kind is not PartKind.TRAILER:
            break
        _take(found, part, depth)
    if next(parts, None) is not None:
        found.traces.add(Trace.UNREAD)


def _take(found: _Gathering, part: Part, depth: int = 0) -> None:
    match part.kind:
        case PartKind.EXIF:
            _take_exif(found, part.data)
        case PartKind.XMP:
            _take_xmp(found, part.data)
        case PartKind.IPTC:
            _take_iptc(found, part.data, depth)
        case PartKind.ICC:
            found.traces |= icc_traces(part.data)
        case PartKind.THUMBNAIL:
            found.thumbnails.append(part.data)
        case PartKind.PICTURE:
            found.pictures.append(part.data)
        case PartKind.TRAILER:
            _take_trailer(found, part.data)
        case kind:
            found.traces.add(_PLAIN[kind])


def _take_iptc(found: _Gathering, data: bytes, depth: int) -> None:
    if data.startswith(b"8BIM") and depth < _MOST_DEPTH:
        _take_all(found, resources(data), depth + 1)
    else:
        found.traces |= iptc_traces(data)


def _take_exif(found: _Gathering, data: bytes) -> None:
    block = read_exif(data.removeprefix(b"Exif\0\0"))
    if block is None:
        found.traces.add(Trace.UNREAD)
        return
    found.traces |= exif_traces(block)
    found.taken_at_shown = found.taken_at_shown or taken_at_shown(block)
    found.thumbnails += block.thumbnails


def _take_xmp(found: _Gathering, data: bytes) -> None:
    found.traces |= xmp_traces(data)
    try:
        picture = base64.b64decode(xmp_picture(data))
    except (binascii.Error, ValueError):
        picture = b""
    if picture:
        found.pictures.append(picture)


def _take_trailer(found: _Gathering, data: bytes) -> None:
    """Say what stands behind the end of the picture."""
    known = {trace for name, trace in _APPENDED if name in data}
    if _FILM_MARK in data:
        known.add(Trace.FILM)
    if data.startswith(b"\xff\xd8\xff"):
        found.pictures.append(data)
        return
    found.traces |= known or {Trace.UNREAD}
