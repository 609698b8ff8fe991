"""
Whether what two pictures share may be no photograph at all.

Two screenshots of one program share its bars and letters, two memes a caption, two pictures of one
channel a frame or a sticker: all of that coincides to the pixel, whatever photograph lies in it.
A photograph has grain everywhere and goes on where the forgery begins; a surface does not.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.changes import Cells
from benban.compare.evidence import CELL_PX
from benban.model.finding import Cell

Plane = NDArray[np.float32]

# Grey levels that one paint takes up after compression.
_PAINT_LEVELS = 5
# An altered region fills its upright box less than this; a cut-out photograph fills it.
_FILLED = 0.9
# How far beside the box an edge is looked for, and the grey levels that grain alone makes.
_REACH_PX = 14
_GRAIN_LEVELS = 0.5
_MIN_SIDE_CELLS = 6


def agreed_share(cells: Cells) -> float:
    """Return the agreed cells over those that are agreed or changed, 0..1."""
    agreed, changed = ((cells == kind.value).sum() for kind in (Cell.AGREE, Cell.CHANGED))
    return float(agreed / max(1, agreed + changed))


def plain_share(original: Plane, cells: Cells) -> float:
    """
    Return the largest share of the agreed area that has one brightness, 0..1.

    Args:
        original: grey, 0..255, on the grid of the questioned picture.
        cells: the change map.
    """
    agreed = np.kron(cells == Cell.AGREE.value, np.ones((CELL_PX, CELL_PX), np.bool_))
    seen = original[agreed[: original.shape[0], : original.shape[1]]]
    if not seen.size:
        return 0.0
    levels = np.bincount(np.rint(seen).astype(np.int64), minlength=256)
    return float(np.convolve(levels, np.ones(_PAINT_LEVELS)).max() / seen.size)


def frame_jump(original: Plane, cells: Cells) -> float:
    """
    Return how much the original breaks off around what was not found in the questioned picture.

    0 when that is no upright rectangle inside the picture. Else, of the side that breaks off
    least, the step in brightness at its edge over the usual step beside it: about 1 where a
    photograph goes on, more where one ends.
    """
    unlike = ((cells == Cell.CHANGED.value) | (cells == Cell.UNDECIDED.value)).astype(np.uint8)
    unlike = np.asarray(cv2.morphologyEx(unlike, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)))
    _, _, boxes, _ = cv2.connectedComponentsWithStats(unlike, connectivity=4)
    if len(boxes) < 2:  # noqa: PLR2004 - the first is what is left over
        return 0.0
    left, top, width, height, area = max(boxes[1:].tolist(), key=lambda box: box[4])
    if min(width, height) < _MIN_SIDE_CELLS or area < _FILLED * width * height:
        return 0.0
    rows, columns = cells.shape
    upright = original[top * CELL_PX : (top + height) * CELL_PX]
    lying = original[:, left * CELL_PX : (left + width) * CELL_PX]
    jumps = [
        _jump(plane, at * CELL_PX)
        for plane, at, end in (
            (lying, top, rows),
            (lying, top + height, rows),
            (upright.T, left, columns),
            (upright.T, left + width, columns),
        )
        if 1 < at < end - 1
    ]
    return min(jumps) if len(jumps) > 1 else 0.0


def _jump(plane: Plane, at_px: int) -> float:
    """Return the largest step between lines near *at_px* over the usual one."""
    near = plane[max(0, at_px - _REACH_PX) : at_px + _REACH_PX]
    steps = np.abs(np.diff(near, axis=0)).mean(axis=1)
    return float(steps.max() / (np.median(steps) + _GRAIN_LEVELS))
