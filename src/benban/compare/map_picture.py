"""A change map as a picture of its own: three patterns, so that nobody needs to tell colours."""

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.changes import from_change_map
from benban.compare.veil import encode_png
from benban.model.finding import Cell, ChangeMap

# Even, so that the patterns meet from cell to cell.
_CELL_PX = 12
_STRIPE_PX = 6
_WHITE, _GREY, _DARK = 255, 176, 40


def change_map_png(change_map: ChangeMap) -> bytes:
    """
    Return the map as a PNG, 12 pixels for each cell.

    Agreed cells are white with a point, changed ones dark, undecided ones striped; what lies
    outside of the overlap is grey.
    """
    cells = from_change_map(change_map)
    grid = np.kron(cells, np.ones((_CELL_PX, _CELL_PX), np.uint8))
    height, width = grid.shape
    rows, columns = np.indices((height, width))
    is_point = (rows % _CELL_PX == _CELL_PX // 2) & (columns % _CELL_PX == _CELL_PX // 2)
    is_stripe = (rows + columns) % (2 * _STRIPE_PX) < _STRIPE_PX
    picture: NDArray[np.uint8] = np.full((height, width), _GREY, np.uint8)
    picture[grid == Cell.AGREE.value] = _WHITE
    picture[(grid == Cell.AGREE.value) & is_point] = _DARK
    picture[grid == Cell.CHANGED.value] = _DARK
    picture[grid == Cell.UNDECIDED.value] = _WHITE
    picture[(grid == Cell.UNDECIDED.value) & is_stripe] = _DARK
    return encode_png(cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB).astype(np.uint8))
