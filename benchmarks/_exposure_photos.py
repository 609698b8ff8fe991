"""
Drawn photos as phones write them: 12 Mpx JPEGs with what travels with them, and an export of them.

A few hundred encodings are drawn; ten thousand files are hard links to them under varied names, as
nothing here depends on whether two files share their bytes.
"""

import io
import json
import os
import struct
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benban.testing.pictures import Subject, draw_example

Picture = NDArray[np.uint8]

WIDTH_PX, HEIGHT_PX = 4032, 3024
_SMALL_PX = (160, 120)
# A phone's sensor leaves grain; with it a picture takes two to four megabytes, as theirs do.
_GRAIN = 9
_SCENES = 8
# Upright, on either side, upside down: in about the shares of a phone's album.
_ORIENTATIONS = (1, 6, 1, 6, 1, 8, 6, 3)
_QUALITIES = (84, 88, 91, 94)
# What a member of a zip is dated, so that two archives of the same photos are the same bytes.
_DATED = (2026, 11, 20, 8, 0, 0)


def draw_photos(folder: Path, count: int) -> list[Path]:
    """Return *count* files of as many encodings: scenes, qualities, turns, metadata."""
    folder.mkdir()
    scenes = [_scene(number) for number in range(min(_SCENES, count // 4))]
    paths = []
    for number in range(count):
        whole = scenes[number % len(scenes)]
        # Moved around its own edge and with other colours it is another picture.
        down, across = (number * 5) % 96 * 8, (number * 7) % 128 * 8
        picture = np.ascontiguousarray(np.roll(whole, (down, across, number % 3), axis=(0, 1, 2)))
        path = folder / f"{number}.jpg"
        path.write_bytes(_photo(picture, number))
        paths.append(path)
    return paths


def link_photos(photos: Sequence[Path], folder: Path, count: int) -> None:
    """Fill *folder* with *count* names, in one folder for each month, as links to *photos*."""
    for number in range(count):
        place = folder / f"{2016 + number // 1200}-{number // 100 % 12 + 1:02}"
        place.mkdir(parents=True, exist_ok=True)
        os.link(photos[number % len(photos)], place / _name(number))


def write_export(photos: Sequence[Path], path: Path, size_bytes: int) -> int:
    """Return how many photos an export of Google Photos holds that is *size_bytes* and more."""
    count = 0
    root = "Takeout/Google Photos"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        while archive.start_dir < size_bytes:
            name = f"{root}/Photos from {2016 + count // 200}/{_name(count)}"
            _add(archive, name, photos[count % len(photos)].read_bytes())
            _add(archive, f"{name}.supplemental-metadata.json", _beside(count))
            count += 1
    return count


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _DATED), data)


def _beside(number: int) -> bytes:
    told: dict[str, object] = {
        "title": _name(number),
        "description": "",
        "photoTakenTime": {"timestamp": str(1_700_000_000 + 977 * number)},
    }
    if number % 4 == 0:
        told["sharedAlbumComments"] = [{"text": "đẹp quá"}]
    return json.dumps(told, ensure_ascii=False).encode()


def _name(number: int) -> str:
    """Return a name as cameras, chats and people give them, some of them decomposed (NFD)."""
    match number % 5:
        case 0:
            return f"IMG_{number:05}.JPG"
        case 1:
            return f"PXL_2026{number:07}.jpg"
        case 2:
            return f"IMG-20261120-WA{number:05}.jpeg"
        case 3:
            return unicodedata.normalize("NFD", f"Ảnh biển {number}.jpg")
        case _:
            return f"20261120_{number:06} (1).jpg"


def _scene(number: int) -> Picture:
    subject = list(Subject)[number % len(Subject)]
    drawn = draw_example(subject, seed=number, width_px=WIDTH_PX // 4, height_px=HEIGHT_PX // 4)
    large = cv2.resize(drawn, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(number).integers(-_GRAIN, _GRAIN + 1, large.shape, np.int16)
    return np.asarray(np.clip(large.astype(np.int16) + grain, 0, 255), np.uint8)


def _photo(picture: Picture, number: int) -> bytes:
    shown = Image.fromarray(picture)
    out = io.BytesIO()
    quality = _QUALITIES[number // _SCENES % len(_QUALITIES)]
    small = io.BytesIO()
    if number % 8:  # one in eight went through a program that left no thumbnail
        before = shown
        if number % 32 == 1:  # cropped by a program that forgot to make its thumbnail anew
            shown = shown.crop((500, 375, WIDTH_PX - 500, HEIGHT_PX - 375))
        before.resize(_SMALL_PX).save(small, "JPEG", quality=75)
    shown.save(out, "JPEG", quality=quality, subsampling=2)
    return with_metadata(out.getvalue(), number, small.getvalue())


def with_metadata(data: bytes, number: int, small: bytes) -> bytes:
    """Return a JPEG with the Exif block of photo *number* and *small* as its thumbnail."""
    exif = _exif(number, small)
    return data[:2] + struct.pack(">BBH", 0xFF, 0xE1, len(exif) + 2) + exif + data[2:]


_Field = tuple[int, int, int, bytes]  # number, type, count, value


def _exif(number: int, small: bytes) -> bytes:
    """Return an Exif block: device, time, turn, for two in three a place, and the thumbnail."""
    turn = struct.pack("<H", _ORIENTATIONS[number % len(_ORIENTATIONS)])
    main: list[_Field] = [
        (0x010F, 2, 8, b"Example\0"),
        (0x0110, 2, 8, b"Phone 7\0"),
        (0x0112, 3, 1, turn),
        (0x0132, 2, 20, b"2026:11:20 20:15:30\0"),
    ]
    place: list[_Field] = [
        (1, 2, 2, b"N\0"),
        (2, 5, 3, struct.pack("<6I", 21, 1, 1, 1, 42, 1)),
        (3, 2, 2, b"E\0"),
        (4, 5, 3, struct.pack("<6I", 105, 1, 50, 1, 7, 1)),
    ]
    head = 8
    has_place = number % 3 != 0
    gps_at = head + _length(main, int(has_place))
    after = gps_at + (_length(place, 0) if has_place else 0)
    second_at = after if small else 0
    pointer: list[_Field] = [(0x8825, 4, 1, struct.pack("<I", gps_at))] if has_place else []
    block = b"II*\0" + struct.pack("<I", head)
    block += _directory([*main, *pointer], head, second_at)
    if has_place:
        block += _directory(place, gps_at, 0)
    if small:
        behind = second_at + 2 + 2 * 12 + 4
        fields: list[_Field] = [
            (0x0201, 4, 1, struct.pack("<I", behind)),
            (0x0202, 4, 1, struct.pack("<I", len(small))),
        ]
        block += _directory(fields, second_at, 0) + small
    return b"Exif\0\0" + block


def _length(fields: Sequence[_Field], more: int) -> int:
    values = sum(len(value) for _, _, _, value in fields if len(value) > 4)  # noqa: PLR2004 - TIFF
    return 2 + 12 * (len(fields) + more) + 4 + values


def _directory(fields: Sequence[_Field], at: int, following: int) -> bytes:
    """Return a directory of TIFF 6.0 (section 2) that stands at *at*, its long values behind it."""
    entries, values = b"", b""
    behind = at + 2 + 12 * len(fields) + 4
    for tag, kind, count, value in fields:
        entries += struct.pack("<HHI", tag, kind, count)
        if len(value) > 4:  # noqa: PLR2004 - longer ones stand elsewhere
            entries += struct.pack("<I", behind + len(values))
            values += value
        else:
            entries += value.ljust(4, b"\0")
    return struct.pack("<H", len(fields)) + entries + struct.pack("<I", following) + values
