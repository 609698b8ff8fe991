"""
The change map on altered photographs whose true mask is known (odd numbers, never trained on).

Photographs come from ../shared/pictures when that folder is there; else drawings stand in.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.changes import change_probability, classify_cells
from benban.compare.thresholds import load_thresholds
from benban.model.finding import Cell
from benchmarks._document import Claim, Comparison, Document
from benchmarks._train_changes import evidence_of, true_cells
from benchmarks.source.photos import ForgedPair, forged_pairs

_MOSTLY, _HARDLY, _HALF = 0.8, 0.02, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """One pair: how well the map fits, and what its calls were worth (cells: wrong, all)."""

    iou: float
    iou_of_calls: float
    agree: tuple[int, int]
    changed: tuple[int, int]
    undecided_share: float


def run(*, quick: bool) -> Document:
    """Return how well changed regions are found and how often a sure call is wrong."""
    cv2.setNumThreads(1)
    pairs = list(forged_pairs(is_test=True, step=6 if quick else 1, per_photo=1 if quick else 2))
    measured = [found for pair in pairs if (found := _measure(pair))]
    ious = np.array([one.iou for one in measured])
    note = (
        f"cells of 8 px; {len(pairs)} copies by 10 treatments and 5 kinds of filling, "
        f"{len(pairs) - len(measured)} did not register; {'quick' if quick else 'full'} run"
    )

    def claim(name: str, value: float, target: float | None, *, at_least: bool) -> Claim:
        comparison = Comparison.AT_LEAST if at_least else Comparison.AT_MOST
        return Claim(
            name=name,
            value=round(value, 4),
            unit="share",
            n=len(measured),
            note=note,
            target=target,
            comparison=None if target is None else comparison,
        )

    wrong_agree, all_agree = np.array([one.agree for one in measured]).sum(axis=0)
    wrong_changed, all_changed = np.array([one.changed for one in measured]).sum(axis=0)
    called = np.array([one.iou_of_calls for one in measured])
    undecided = float(np.mean([one.undecided_share for one in measured]))
    return Document(
        name="changes",
        claims=(
            claim("overlap with the true mask (IoU), mean", ious.mean(), 0.88, at_least=True),
            claim("IoU, lowest tenth", float(np.quantile(ious, 0.1)), 0.75, at_least=True),
            claim("IoU of the cells called changed, mean", called.mean(), None, at_least=True),
            claim(
                "cells called agreed that are changed",
                wrong_agree / all_agree,
                0.01,
                at_least=False,
            ),
            claim(
                "cells called changed that are not",
                wrong_changed / all_changed,
                0.01,
                at_least=False,
            ),
            claim("cells left undecided", undecided, None, at_least=False),
        ),
        packages=("numpy", "opencv-python-headless"),
    )


def _measure(pair: ForgedPair) -> _Measured | None:
    evidence = evidence_of(pair)
    if evidence is None:
        return None
    thresholds = load_thresholds().changes
    changed, unknown = true_cells(pair.forgery.truth, pair.forgery.rgb)
    known = evidence.is_inside & (unknown < _HALF)
    clear = known & (unknown < _HARDLY) & ((changed > _MOSTLY) | (changed < _HARDLY))
    true = known & (changed > _HALF)
    cells = classify_cells(evidence, thresholds)
    called = (cells == Cell.CHANGED.value) & known
    agreed = (cells == Cell.AGREE.value) & clear
    return _Measured(
        iou=_iou((change_probability(evidence, thresholds) > _HALF) & known, true),
        iou_of_calls=_iou(called, true),
        agree=(int((agreed & true).sum()), int(agreed.sum())),
        changed=(int((called & clear & ~true).sum()), int((called & clear).sum())),
        undecided_share=float((cells[known] == Cell.UNDECIDED.value).mean()),
    )


def _iou(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    return float((found & true).sum() / max(1, (found | true).sum()))
