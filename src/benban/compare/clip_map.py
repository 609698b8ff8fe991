"""
The change map of a clip: the mean over pairs of frames that show the same moment.

What moves stands elsewhere in a frame that is up to a quarter of a second off, each time at
another place; what was replaced is replaced in all of them. So the probability is averaged per
cell of the one grid that all questioned frames share, over the pairs in which the cell lies inside
the overlap, and only the mean is called.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benban.compare.changes import as_change_map, change_probability, without_specks
from benban.compare.clip_frames import ClipFrame
from benban.compare.evidence import gather_evidence
from benban.compare.overlay import lay_over
from benban.compare.register import Alignment
from benban.compare.thresholds import load_thresholds
from benban.model.finding import Cell, ChangeMap

# More pairs change the mean little, and each costs as much as a comparison of two photographs.
MAX_PAIRS = 8
Plane = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AlignedPair:
    """A questioned frame and the frame of the source that was registered with it."""

    questioned: ClipFrame
    source: ClipFrame
    alignment: Alignment


def mean_map(pairs: Sequence[AlignedPair]) -> tuple[ChangeMap, int] | None:
    """
    Return the map over the questioned frames, and how many pairs it is the mean of.

    Args:
        pairs: in order of time; at most eight are used, evenly over the time. None of no pairs.
    """
    chosen = _evenly(pairs)
    if not chosen:
        return None
    thresholds = load_thresholds().changes
    summed = inside = plain = np.zeros(())
    for pair in chosen:
        overlay = lay_over(
            pair.questioned.rgb, pair.source.rgb, pair.alignment.homography, pair.source.size_px
        )
        evidence = gather_evidence(overlay)
        is_inside = evidence.is_inside.astype(np.float64)
        summed = summed + change_probability(evidence, thresholds) * is_inside
        plain = plain + (evidence.contrast < thresholds.flat_contrast) * is_inside
        inside = inside + is_inside
    mean = summed / np.maximum(inside, 1)
    cells = np.full(mean.shape, Cell.UNDECIDED.value, np.uint8)
    # What has no texture in half of the pairs has too little to be called agreed.
    agreed = (inside > 0) & (mean < thresholds.agree_below) & (2 * plain < inside)
    cells[without_specks(agreed)] = Cell.AGREE.value
    cells[mean > thresholds.changed_above] = Cell.CHANGED.value
    cells[inside == 0] = Cell.OUTSIDE.value
    return as_change_map(cells), len(chosen)


def _evenly(pairs: Sequence[AlignedPair]) -> list[AlignedPair]:
    # A video keeps the size of its picture; should one change it, the first frames are looked at.
    same = [one for one in pairs if one.questioned.size_px == pairs[0].questioned.size_px]
    count = min(MAX_PAIRS, len(same))
    return [same[round(k)] for k in np.linspace(0, len(same) - 1, count)] if same else []
