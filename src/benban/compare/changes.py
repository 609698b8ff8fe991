"""
Agreed, changed and undecided cells of a registered pair.

A logistic regression on thirteen readable numbers, trained on altered photographs without people
(``benchmarks/_train_changes.py``); its coefficients are data. Only sure calls are made: what lies
between, and what has no texture to compare, is undecided and never "agree".
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.evidence import CELL_PX, FEATURE_NAMES, CellEvidence
from benban.compare.thresholds import ChangeThresholds
from benban.model.finding import Cell, ChangeMap

Cells = NDArray[np.uint8]


def classify_cells(evidence: CellEvidence, thresholds: ChangeThresholds) -> Cells:
    """
    Return the class of every cell, rows x columns, values of :class:`Cell`.

    Raises:
        ValueError: the thresholds were made for other features.
    """
    probability = change_probability(evidence, thresholds)
    cells = np.full(probability.shape, Cell.UNDECIDED.value, np.uint8)
    is_flat = evidence.contrast < thresholds.flat_contrast
    agreed = evidence.is_inside & (probability < thresholds.agree_below) & ~is_flat
    cells[without_specks(agreed)] = Cell.AGREE.value
    cells[probability > thresholds.changed_above] = Cell.CHANGED.value
    cells[~evidence.is_inside] = Cell.OUTSIDE.value
    return cells


def change_probability(evidence: CellEvidence, thresholds: ChangeThresholds) -> NDArray[np.float64]:
    """Return how likely each cell is changed, 0..1, with its neighbours taken into account."""
    if thresholds.features != FEATURE_NAMES:
        message = "change-map.json was made for other features"
        raise ValueError(message)
    logits = evidence.features.astype(np.float64) @ np.array(thresholds.weights)
    logits = np.clip(logits + thresholds.bias, -12, 12)
    inside = evidence.is_inside.astype(np.float64)
    if thresholds.smoothing_cells > 0:
        blurred = cv2.GaussianBlur(logits * inside, (0, 0), thresholds.smoothing_cells)
        weight = cv2.GaussianBlur(inside, (0, 0), thresholds.smoothing_cells)
        logits = blurred / np.maximum(weight, 1e-6)
    return np.asarray(1 / (1 + np.exp(-logits)), np.float64)


def without_specks(agreed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Leave out what is thinner than three cells: a lone agreed cell is more often wrong."""
    square = np.ones((3, 3), np.uint8)
    return cv2.morphologyEx(agreed.astype(np.uint8), cv2.MORPH_OPEN, square) > 0


def as_change_map(cells: Cells) -> ChangeMap:
    """Return the cells as the value that leaves the fence."""
    rows, columns = cells.shape
    digits = "".join(str(value) for value in cells.ravel().tolist())
    return ChangeMap(cell_px=CELL_PX, columns=columns, rows=rows, cells=digits)


def from_change_map(change_map: ChangeMap) -> Cells:
    """Return a change map as rows x columns."""
    digits = np.frombuffer(change_map.cells.encode("ascii"), np.uint8) - ord("0")
    return digits.reshape(change_map.rows, change_map.columns)
