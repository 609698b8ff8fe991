"""
The change map on altered photographs whose true mask is known (odd numbers, never trained on).

Photographs come from ../shared/pictures when that folder is there; else drawings stand in. The
same numbers, by kind of filling, stand in docs/explanation/error-rates.md.
"""

import cv2

from benchmarks._document import Claim, Comparison, Document
from benchmarks.source.maps import measure_map
from benchmarks.source.photos import forged_pairs
from benchmarks.source.runs import Record
from benchmarks.source.tables import map_sums


def run(*, quick: bool) -> Document:
    """Return how well changed regions are found and how often a sure call is wrong."""
    cv2.setNumThreads(1)
    copies: list[Record] = [
        {"photo": pair.name, "map": measure_map(pair)}
        for pair in forged_pairs(is_test=True, step=6 if quick else 1, per_photo=1 if quick else 2)
    ]
    sums = map_sums(copies)
    note = (
        f"cells of 8 px; {sums.copies} copies by 10 treatments and 5 kinds of filling, "
        f"{sums.copies - sums.registered} did not register; {'quick' if quick else 'full'} run"
    )

    def claim(name: str, value: float, target: float | None, *, at_least: bool) -> Claim:
        comparison = Comparison.AT_LEAST if at_least else Comparison.AT_MOST
        return Claim(
            name=name,
            value=round(value, 4),
            unit="share",
            n=sums.registered,
            note=note,
            target=target,
            comparison=None if target is None else comparison,
        )

    wrong_agree, wrong_changed = (
        wrong / max(1, called) for wrong, called in (sums.agree, sums.changed)
    )
    return Document(
        name="changes",
        claims=(
            claim("overlap with the true mask (IoU), mean", sums.iou_mean, 0.88, at_least=True),
            claim("IoU, lowest tenth", sums.iou_p10, 0.75, at_least=True),
            claim("IoU of the cells called changed, mean", sums.calls_mean, None, at_least=True),
            claim("cells called agreed that are changed", wrong_agree, 0.01, at_least=False),
            claim("cells called changed that are not", wrong_changed, 0.01, at_least=False),
            claim("cells left undecided", sums.undecided, None, at_least=False),
            claim("calibration error (ECE)", sums.calibration_error, 0.02, at_least=False),
        ),
        packages=("numpy", "opencv-python-headless"),
    )
