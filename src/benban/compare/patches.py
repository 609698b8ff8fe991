"""
Windows with the most texture out of what a veiled pair shows, from both halves, with their ZNCC.

Texture alone chooses them; how well they agree is measured afterwards and told as it is. Both come
from the veiled pair, so that whoever holds that picture can compute the same numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.veil import VeiledPair, encode_png
from benban.model.finding import MOST_PATCHES, TexturePatch

Picture = NDArray[np.uint8]
Plane = NDArray[np.float64]

# The largest at which three fit; six cells of 8 px are the least that reads as a surface.
SIDES_PX = (64, 56, 48)
_STEP_PX = 4
# Grey levels squared, in both halves; the verifier judges no smaller variance either.
_MIN_VARIANCE = 4.0
# Texture is what is finer than this.
_FINE_SIGMA_PX = 3.0
# Layout of the picture, also in docs/reference/bag-format.md.
ENLARGED = 4
_BETWEEN_PX, _APART_PX, _LABEL_PX = 8, 40, 40
_FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True, slots=True, kw_only=True)
class Patches:
    """The windows that were picked; *side_px* is 0 when there is none."""

    side_px: int
    patches: tuple[TexturePatch, ...]


def pick_patches(pair: VeiledPair) -> Patches:
    """Return up to three windows that lie in shown pixels alone, the most textured first."""
    best = Patches(side_px=0, patches=())
    for side in SIDES_PX:
        patches = tuple(_picked(pair, side))
        if len(patches) > len(best.patches):
            best = Patches(side_px=side, patches=patches)
    return best


def patches_png(pair: VeiledPair, side_px: int, patches: Sequence[TexturePatch]) -> bytes:
    """
    Return the windows of both halves beside each other, four times enlarged, as PNG.

    Left of each is the questioned picture, below it its number and ZNCC.

    Args:
        pair: from which they were picked.
        side_px: of each window.
        patches: at least one.
    """
    side = ENLARGED * side_px
    block = 2 * side + _BETWEEN_PX
    width = len(patches) * (block + _APART_PX) - _APART_PX
    drawn: Picture = np.full((side + _LABEL_PX, width, 3), 255, np.uint8)
    for number, patch in enumerate(patches, start=1):
        left = (number - 1) * (block + _APART_PX)
        window = _window(patch.x_px, patch.y_px, side_px)
        for half, start in ((pair.questioned, left), (pair.original, left + side + _BETWEEN_PX)):
            large = half[window].repeat(ENLARGED, axis=0).repeat(ENLARGED, axis=1)
            drawn[:side, start : start + side] = large
        words, at = f"{number}: {patch.zncc:.2f}", (left, side + _LABEL_PX - 10)
        cv2.putText(drawn, words, at, _FONT, 0.9, (0, 0, 0), 2, cv2.LINE_8)
    return encode_png(drawn)


def _picked(pair: VeiledPair, side: int) -> Iterator[TexturePatch]:
    height, width = pair.is_shown.shape
    if min(height, width) < side:
        return
    greys = [_grey(half) for half in (pair.questioned, pair.original)]
    is_whole = _sums(pair.is_shown.astype(np.float64), side) == side * side
    worth = np.where(is_whole, np.minimum(*(_texture(grey, side) for grey in greys)), -1.0)
    for _ in range(MOST_PATCHES):
        row, column = (int(place) for place in np.unravel_index(worth.argmax(), worth.shape))
        if worth[row, column] <= 0:
            return
        x, y = column * _STEP_PX, row * _STEP_PX
        window = _window(x, y, side)
        yield TexturePatch(x_px=x, y_px=y, zncc=_zncc(greys[0][window], greys[1][window]))
        reach = (side - 1) // _STEP_PX
        worth[
            max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1
        ] = -1


def _texture(grey: Plane, side: int) -> Plane:
    """Return the high-pass energy of every window; -1 where the window hardly varies."""
    fine = grey - cv2.GaussianBlur(grey, (0, 0), _FINE_SIGMA_PX)
    count = side * side
    variance = _sums(grey * grey, side) / count - (_sums(grey, side) / count) ** 2
    return np.where(variance >= _MIN_VARIANCE, _sums(fine * fine, side) / count, -1.0)


def _sums(plane: Plane, side: int) -> Plane:
    """Return the sum over every window whose upper left pixel lies on the grid of steps."""
    total = np.pad(plane, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    sums = total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]
    return np.asarray(sums[::_STEP_PX, ::_STEP_PX], np.float64)


def _zncc(one: Plane, other: Plane) -> float:
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((one * one).sum() * (other * other).sum()))
    # Zero has one sign.
    return round(float((one * other).sum()) / spread, 2) + 0.0


def _window(x: int, y: int, side: int) -> tuple[slice, slice]:
    return slice(y, y + side), slice(x, x + side)


def _grey(rgb: Picture) -> Plane:
    # ITU-R BT.601, as PDQ and JPEG use it.
    return np.asarray(rgb.astype(np.float64) @ np.array([0.299, 0.587, 0.114]), np.float64)
