"""
How an original lies in a questioned picture: a homography that survives a recount.

The robust estimator only proposes; inliers are counted here again, one to one, and the map is
refined on them, so that what is reported can be recomputed from the numbers alone. OpenCV's
estimator gives the same answer every time except in its parallel mode, which is not used.

Source: Barath et al. 2020 (MAGSAC++), as in OpenCV 4.14.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.local import Features, Pairs, match_features
from benban.compare.nfa import log10_nfa

Homography = NDArray[np.float64]

# Pixels of the working copy.
TOLERANCE_PX = 3.0
_SIMILARITY_PX = 1.5
# Residuals up to here may count for the number of false alarms.
_NFA_REACH_PX = 8.0
_MIN_INLIERS = 6
_ITERATIONS = 10_000
_CONFIDENCE = 0.9999
# A photograph pasted, cropped, scaled or shown on a screen stays within these.
_SMALLEST_SCALE, _LARGEST_SCALE, _MAX_ANISOTROPY = 0.06, 16.0, 2.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alignment:
    """
    A registration with its numbers.

    Attributes:
        homography: 3 x 3, original pixel -> questioned pixel (working copies), last entry 1.
        inliers: the pairs within :data:`TOLERANCE_PX`.
    """

    homography: Homography
    is_mirrored: bool
    inliers: Pairs
    pair_count: int
    median_residual_px: float
    similarity_share: float
    log10_nfa: float


def register(
    original: Features,
    questioned: Features,
    questioned_size_px: tuple[int, int],
) -> Alignment | None:
    """
    Return how the original lies in the questioned picture, or None.

    Both the questioned picture and its mirror image are tried; the better one by its number of
    false alarms is returned. Sizes are width and height.
    """
    found = [
        alignment
        for is_mirrored in (False, True)
        if (
            alignment := _register_one(
                match_features(original, questioned.mirrored() if is_mirrored else questioned),
                is_mirrored,
                questioned_size_px,
            )
        )
    ]
    return min(found, key=lambda alignment: alignment.log10_nfa, default=None)


def local_scale(homography: Homography, point: tuple[float, float]) -> float:
    """Return how many questioned pixels one original pixel becomes at *point*."""
    return float(np.sqrt(abs(np.linalg.det(_jacobian(homography, point)))))


def residuals(homography: Homography, pairs: Pairs) -> NDArray[np.float64]:
    """Return the distance of each pair in pixels of the questioned picture."""
    moved = cv2.perspectiveTransform(pairs.original[:, None].astype(np.float64), homography)[:, 0]
    return np.asarray(np.hypot(*(moved - pairs.questioned).T), np.float64)


def _register_one(
    pairs: Pairs,
    is_mirrored: bool,
    questioned_size_px: tuple[int, int],
) -> Alignment | None:
    if len(pairs) < _MIN_INLIERS:
        return None
    proposed = _propose(pairs, is_mirrored=is_mirrored)
    homography = None if proposed is None else _refine(proposed, pairs)
    if homography is None:
        return None
    inside = residuals(homography, pairs) < TOLERANCE_PX
    inliers = Pairs(pairs.original[inside], pairs.questioned[inside])
    if len(inliers) < _MIN_INLIERS or not _is_sane(homography, inliers, is_mirrored=is_mirrored):
        return None
    distances = np.sort(residuals(homography, pairs))
    return Alignment(
        homography=homography,
        is_mirrored=is_mirrored,
        inliers=inliers,
        pair_count=len(pairs),
        median_residual_px=float(np.median(residuals(homography, inliers))),
        similarity_share=_similarity_share(inliers),
        log10_nfa=log10_nfa(
            distances[distances < _NFA_REACH_PX],
            pair_count=len(pairs),
            area_px=float(questioned_size_px[0] * questioned_size_px[1]),
            trials=2,
        ),
    )


def _propose(pairs: Pairs, *, is_mirrored: bool) -> Homography | None:
    # The estimator throws away samples that turn inside out, so a mirror image is turned first.
    turn = np.diag([-1.0, 1.0, 1.0]) if is_mirrored else np.eye(3)
    questioned = pairs.questioned * np.diag(turn)[:2]
    proposed, _ = cv2.findHomography(
        pairs.original,
        questioned.astype(np.float32),
        cv2.USAC_MAGSAC,
        TOLERANCE_PX,
        maxIters=_ITERATIONS,
        confidence=_CONFIDENCE,
    )
    # The typed interface says it always finds one; it does not.
    return None if np.ndim(proposed) == 0 else np.asarray(turn @ proposed, np.float64)


def _refine(homography: Homography, pairs: Pairs) -> Homography | None:
    """Return the least-squares map over the inliers, repeated with a narrowing tolerance."""
    for tolerance in (2 * TOLERANCE_PX, TOLERANCE_PX, TOLERANCE_PX):
        inside = residuals(homography, pairs) < tolerance
        if inside.sum() < _MIN_INLIERS:
            return None
        refined, _ = cv2.findHomography(pairs.original[inside], pairs.questioned[inside], 0)
        if np.ndim(refined) == 0 or not np.isfinite(refined).all() or abs(refined[2, 2]) < 1e-9:  # noqa: PLR2004 - at infinity
            return None
        homography = np.asarray(refined / refined[2, 2], np.float64)
    return homography


def _is_sane(homography: Homography, inliers: Pairs, *, is_mirrored: bool) -> bool:
    centre = inliers.original.mean(axis=0)
    jacobian = _jacobian(homography, (float(centre[0]), float(centre[1])))
    large, small = np.linalg.svd(jacobian, compute_uv=False)
    return bool(
        (np.linalg.det(jacobian) < 0) == is_mirrored
        and small > _SMALLEST_SCALE
        and large < _LARGEST_SCALE
        and large < _MAX_ANISOTROPY * small
    )


def _jacobian(homography: Homography, point: tuple[float, float]) -> NDArray[np.float64]:
    x, y = point
    u, v, w = homography @ np.array([x, y, 1.0])
    rows = homography[:2, :2] * w - np.outer((u, v), homography[2, :2])
    return np.asarray(rows / w**2, np.float64)


def _similarity_share(inliers: Pairs) -> float:
    """Return the share of inliers that a turn, a scale and a shift alone explain."""
    mirror = np.array([[1, 0], [0, 1]], np.float64)
    best = 0.0
    for flip in (1.0, -1.0):
        mirror[0, 0] = flip
        source = inliers.original @ mirror
        fitted, _ = cv2.estimateAffinePartial2D(
            source.astype(np.float32), inliers.questioned, method=cv2.LMEDS
        )
        if fitted is not None:
            moved = source @ fitted[:, :2].T + fitted[:, 2]
            near = np.hypot(*(moved - inliers.questioned).T) < _SIMILARITY_PX
            best = max(best, float(near.mean()))
    return best
