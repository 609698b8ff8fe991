"""Two different photographs in one surface: a telephone's screen, a caption, a frame, a sticker."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.source.forgery import Picture
from benchmarks.source.photos import photo, photo_paths, read

_CHAT = (
    "nobody asked me about it",
    "see the other one tomorrow",
    "the same again as last week",
    "write to the one who posted",
    "posted 12:40, 44 replies",
)


def surface_pair(kind: str, one: int, other: int) -> tuple[Picture, Picture]:
    """Return two different photographs (numbers) in one surface, compressed."""
    paths, put = photo_paths(), SURFACES[kind]
    seen = put(photo(one), paths, one)
    height, width = seen.shape[:2]
    smaller = _fitted(seen, round(0.8 * width), round(0.8 * height))
    return _sent(smaller, 70), _sent(put(photo(other), paths, one), 88)


def _screen(photo: Picture, _: Sequence[Path], __: int) -> Picture:
    page = np.full((1600, 900, 3), 244, np.uint8)
    page[:150] = (60, 110, 170)
    page[220:860, 30:870] = _fitted(photo, 840, 640)
    _write(page, ("a channel, 2,013 members",), (60, 100), 0.9)
    return _write(page, _CHAT, (60, 930), 0.9)


def _caption(photo: Picture, _: Sequence[Path], __: int) -> Picture:
    page = np.full((960, 800, 3), 255, np.uint8)
    page[180:780] = _fitted(photo, 800, 600)
    _write(page, ("WHEN YOU OPEN THE DOOR", "AND NOBODY IS HOME"), (60, 70), 1.4)
    return _write(page, ("THE LINE BELOW IT",), (60, 860), 1.4)


def _frame(photo: Picture, _: Sequence[Path], number: int) -> Picture:
    rng = np.random.default_rng(number)
    grain = rng.integers(0, 255, (15 + number % 15, 15 + number % 15, 3), np.uint8)
    tile = cv2.resize(grain, (200, 200), interpolation=cv2.INTER_CUBIC)
    page = np.tile(tile, (4, 5, 1))[:700, :900]
    page[80:620, 80:820] = _fitted(photo, 740, 540)
    return np.ascontiguousarray(page)


def _sticker(photo: Picture, paths: Sequence[Path], number: int) -> Picture:
    page = _fitted(photo, 800, 600)
    side = 60 + 10 * (number % 10)
    page[20 : 20 + side, 20 : 20 + side] = _fitted(read(paths[(number + 7) % 19]), side, side)
    return page


SURFACES: Mapping[str, Callable[[Picture, Sequence[Path], int], Picture]] = {
    "screen": _screen,
    "caption": _caption,
    "frame": _frame,
    "sticker": _sticker,
}


def _fitted(photo: Picture, width: int, height: int) -> Picture:
    return np.asarray(cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _write(page: Picture, lines: tuple[str, ...], at: tuple[int, int], size: float) -> Picture:
    for k, line in enumerate(lines):
        place = (at[0], at[1] + round(50 * size) * k)
        cv2.putText(page, line, place, cv2.FONT_HERSHEY_SIMPLEX, size, (20, 20, 30), 3, cv2.LINE_AA)
    return page


def _sent(rgb: Picture, quality: int) -> Picture:
    data = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    bgr = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(bgr[..., ::-1])
