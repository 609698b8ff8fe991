"""
One questioned picture against the originals of its case.

Steps: features > registration > overlay > evidence per cell > change map > numbers of the pair >
tier > contest among the originals. Decoded pictures come in, one at a time; nothing is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.changes import Cells, as_change_map, classify_cells
from benban.compare.contest import hold_contest
from benban.compare.copies import MATCH_DISTANCE_BITS, nearest_orientation
from benban.compare.evidence import gather_evidence
from benban.compare.local import Features, extract_features
from benban.compare.order_facts import measure_order
from benban.compare.overlay import lay_over
from benban.compare.register import TOLERANCE_PX, Alignment, register
from benban.compare.same_shot import PairMeasures, measure_pair
from benban.compare.thresholds import load_thresholds
from benban.compare.tiers import judge_tier
from benban.fingerprint.decode import DecodedPicture
from benban.fingerprint.measure import fingerprint_decoded
from benban.fingerprint.ports import DirectionFacts, PairFinding
from benban.model.finding import Cell, Registration, Tier
from benban.model.fingerprint import PictureFingerprint

Picture = NDArray[np.uint8]

# Longest side of a working copy. More finds little more and costs time; cells are 8 px of it.
WORKING_SIDE_PX = 800
# An untouched copy still has a few cells that compression made doubtful.
_UNCHANGED_SHARE = 0.005


def compare_pictures(
    questioned: DecodedPicture, originals: Iterable[DecodedPicture]
) -> tuple[PairFinding, ...]:
    """
    Return one finding per original, in the order given.

    Tier C and tier 0 findings carry the tier alone (HARM 11).
    """
    asked = _Questioned.prepare(questioned)
    compared = [_compare_one(asked, original) for original in originals]
    thresholds = load_thresholds().tiers
    return hold_contest(
        [
            _finding(index, pair, judge_tier(pair.measures if pair else None, thresholds))
            for index, pair in enumerate(compared)
        ]
    )


def working_copy(rgb: Picture, side_px: int = WORKING_SIDE_PX) -> Picture:
    """Return *rgb* with its longest side at most *side_px*; never enlarged."""
    height, width = rgb.shape[:2]
    factor = min(1.0, side_px / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Questioned:
    """What is computed once for the questioned picture."""

    full: Picture
    copy: Picture
    features: Features
    fingerprint: PictureFingerprint

    @classmethod
    def prepare(cls, picture: DecodedPicture) -> "_Questioned":
        copy = working_copy(picture.rgb)
        return cls(
            full=picture.rgb,
            copy=copy,
            features=extract_features(_grey(copy)),
            fingerprint=fingerprint_decoded(picture),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Compared:
    """A registered pair with all that was measured."""

    alignment: Alignment
    measures: PairMeasures
    cells: Cells
    direction: DirectionFacts
    questioned_size_px: tuple[int, int]
    original_size_px: tuple[int, int]
    is_near_duplicate: bool


def _compare_one(questioned: _Questioned, original: DecodedPicture) -> _Compared | None:
    copy = working_copy(original.rgb)
    sizes = _size(questioned.copy), _size(copy)
    alignment = register(extract_features(_grey(copy)), questioned.features, sizes[0])
    if alignment is None:
        return None
    overlay = lay_over(questioned.copy, original.rgb, alignment.homography, sizes[1])
    evidence = gather_evidence(overlay)
    cells = classify_cells(evidence, load_thresholds().changes)
    fingerprint = fingerprint_decoded(original)
    distance, _ = nearest_orientation(questioned.fingerprint, fingerprint)
    return _Compared(
        alignment=alignment,
        measures=measure_pair(alignment, overlay, evidence, cells),
        cells=cells,
        direction=measure_order(questioned.full, original.rgb, alignment.homography, sizes, cells),
        questioned_size_px=sizes[0],
        original_size_px=sizes[1],
        is_near_duplicate=distance <= MATCH_DISTANCE_BITS,
    )


def _finding(index: int, pair: _Compared | None, tier: Tier) -> PairFinding:
    if pair is None or tier in {Tier.C, Tier.NONE}:
        return PairFinding(index=index, tier=tier)
    change_map = as_change_map(pair.cells)
    return PairFinding(
        index=index,
        tier=tier,
        same_picture=pair.is_near_duplicate and change_map.share(Cell.CHANGED) < _UNCHANGED_SHARE,
        log10_nfa=pair.alignment.log10_nfa,
        roughness_px=pair.measures.roughness_px,
        fine_correlation=pair.measures.fine_correlation,
        registration=_registration(pair),
        change_map=change_map,
        direction=pair.direction,
    )


def _registration(pair: _Compared) -> Registration:
    return Registration(
        homography=tuple(float(value) for value in pair.alignment.homography.ravel()),
        is_mirrored=pair.alignment.is_mirrored,
        inlier_count=len(pair.alignment.inliers),
        pair_count=pair.alignment.pair_count,
        tolerance_px=TOLERANCE_PX,
        median_residual_px=pair.alignment.median_residual_px,
        similarity_share=pair.alignment.similarity_share,
        questioned_size_px=pair.questioned_size_px,
        original_size_px=pair.original_size_px,
    )


def _size(rgb: Picture) -> tuple[int, int]:
    return rgb.shape[1], rgb.shape[0]


def _grey(rgb: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
