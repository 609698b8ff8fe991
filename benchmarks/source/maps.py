"""How well the change map of one altered copy fits the truth of its pixels."""

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.changes import change_probability, classify_cells
from benban.compare.evidence import CellEvidence, cell_means, gather_evidence
from benban.compare.local import Features, extract_features
from benban.compare.overlay import lay_over
from benban.compare.pair import working_copy
from benban.compare.register import register
from benban.compare.thresholds import load_thresholds
from benban.model.finding import Cell
from benchmarks._document import JsonValue
from benchmarks.source.forgery import CHANGED, OUTSIDE, Picture, Truth
from benchmarks.source.photos import ForgedPair

Values = NDArray[np.float64]

# A cell counts as changed or as untouched only when nearly all of it is.
MOSTLY, HARDLY = 0.8, 0.02
_HALF = 0.5
PROBABILITY_BINS = 10


def evidence_of(pair: ForgedPair) -> CellEvidence | None:
    """Return the numbers of every cell of a pair; None if it does not register."""
    questioned, original = working_copy(pair.forgery.rgb), working_copy(pair.original)
    size = (questioned.shape[1], questioned.shape[0])
    alignment = register(_features(original), _features(questioned), size)
    if alignment is None:
        return None
    original_size = (original.shape[1], original.shape[0])
    overlay = lay_over(questioned, pair.original, alignment.homography, original_size)
    return gather_evidence(overlay)


def true_cells(truth: Truth, rgb: Picture) -> tuple[Values, Values]:
    """Return the share of every cell that is changed, and that is neither."""
    copy = working_copy(rgb)
    size = (copy.shape[1], copy.shape[0])
    shares = [
        cell_means(
            cv2.resize((truth == value).astype(np.float32), size, interpolation=cv2.INTER_AREA)
        )
        for value in (CHANGED, OUTSIDE)
    ]
    return shares[0].astype(np.float64), shares[1].astype(np.float64)


def measure_map(pair: ForgedPair) -> dict[str, JsonValue] | None:
    """
    Return IoU of the map and of its sure calls, what the calls were worth, and the calibration.

    ``agree`` and ``changed`` are cells wrong and all; ``bins`` holds, for tenths of the
    probability, cells, their summed probability and how many of them truly changed. None if the
    pair does not register.
    """
    evidence = evidence_of(pair)
    if evidence is None:
        return None
    thresholds = load_thresholds().changes
    changed, unknown = true_cells(pair.forgery.truth, pair.forgery.rgb)
    known = evidence.is_inside & (unknown < _HALF)
    clear = known & (unknown < HARDLY) & ((changed > MOSTLY) | (changed < HARDLY))
    true = known & (changed > _HALF)
    cells = classify_cells(evidence, thresholds)
    probability = change_probability(evidence, thresholds)
    called = (cells == Cell.CHANGED.value) & known
    agreed = (cells == Cell.AGREE.value) & clear
    return {
        "iou": _iou((probability > _HALF) & known, true),
        "iou_of_calls": _iou(called, true),
        "agree": [int((agreed & true).sum()), int(agreed.sum())],
        "changed": [int((called & clear & ~true).sum()), int((called & clear).sum())],
        "undecided": [int((cells[known] == Cell.UNDECIDED.value).sum()), int(known.sum())],
        "bins": _bins(probability[clear], true[clear]),
    }


def calibration_error(bins: list[tuple[int, float, int]]) -> float:
    """Return the expected calibration error of summed bins: cells, probability, changed."""
    count = sum(cells for cells, _, _ in bins)
    gaps = (abs(probability - changed) for _, probability, changed in bins)
    return sum(gaps) / max(1, count)


def _bins(probability: Values, true: NDArray[np.bool_]) -> list[JsonValue]:
    at = np.minimum((probability * PROBABILITY_BINS).astype(np.int64), PROBABILITY_BINS - 1)
    sums = [np.bincount(at, weights=one, minlength=PROBABILITY_BINS) for one in (probability, true)]
    counts = np.bincount(at, minlength=PROBABILITY_BINS)
    return [
        [int(cells), round(float(summed), 3), int(changed)]
        for cells, summed, changed in zip(counts, *sums, strict=True)
    ]


def _iou(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    return round(float((found & true).sum() / max(1, (found | true).sum())), 4)


def _features(rgb: Picture) -> Features:
    return extract_features(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8))
