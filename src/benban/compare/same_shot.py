"""
Numbers that tell copies of one shot from two honest photographs of one scene.

Two photographs register well, too. But between them things at different depths stand elsewhere
(roughness), and their finest detail - leaves, hair, grain of a wall - does not coincide.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.changes import Cells
from benban.compare.evidence import CellEvidence, cell_means
from benban.compare.overlay import Overlay
from benban.compare.register import Alignment
from benban.compare.shared_surface import agreed_share, frame_jump, plain_share
from benban.model.finding import Cell

Plane = NDArray[np.float32]

# Finer than this, compression leaves nothing; coarser, two photographs coincide as well.
_FINE_SIGMA_PX = 1.0
# A copy that went through a messenger is softer than the original by about this much.
_SOFTER_PX = (0.0, 0.6, 1.0, 1.6)
_TEXTURED = 4.0
_FOUND = 0.7
# Grey levels per pixel in the weaker direction; below, the flow slides along an edge. With 0.5 the
# displaced shares of copies and of other photographs lay furthest apart (117 and 116 pairs).
_ANCHORED = 0.5
_DISPLACED_PX = 1.0
_NOWHERE_PX = 99.0
# Depth and bends move neighbours together; over these cells what is noise falls away.
_TOGETHER_CELLS = 1.5
_LEAST_TOGETHER = 0.3
_LEAST_CELLS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PairMeasures:
    """
    What the tier of a pair is judged from.

    Attributes:
        anchored_cells: cells whose content is found again and cannot slide along an edge.
        roughness_px: median flow left in them after a cubic was taken out: parallax shows here.
        displaced_share: share of those cells in which it is more than a pixel.
        bent_roughness_px: median flow left in them after the smooth bend was taken out.
        parallax_px: of the flow that a cubic left, averaged over neighbours, the upper quartile in
            agreed cells.
        fine_correlation: of the finest detail in agreed cells, -1..1.
        agreed_correlation: median correlation in agreed cells.
        agreed_cells: agreed cells with texture.
        agreed_share, plain_share, frame_jump: whether what is shared may be no photograph; see
            ``shared_surface``.
    """

    inlier_count: int
    log10_nfa: float
    similarity_share: float
    median_residual_px: float
    anchored_cells: int
    roughness_px: float
    displaced_share: float
    bent_roughness_px: float
    parallax_px: float
    fine_correlation: float
    agreed_correlation: float
    agreed_cells: int
    agreed_share: float
    plain_share: float
    frame_jump: float


def measure_pair(
    alignment: Alignment, overlay: Overlay, evidence: CellEvidence, cells: Cells
) -> PairMeasures:
    """Return the numbers of a registered pair."""
    agreed = cells == Cell.AGREE.value
    textured = evidence.is_inside & (evidence.contrast > _TEXTURED)
    # What stands elsewhere is found again by the flow; what was replaced is not, and says nothing
    # about where the camera stood.
    found = evidence.is_inside & (evidence.anchoring > _ANCHORED)
    found &= evidence.found_likeness > _FOUND
    moved = cell_means(np.hypot(overlay.parallax_flow[..., 0], overlay.parallax_flow[..., 1]))[
        found
    ]
    laid = _grey(overlay.original)
    return PairMeasures(
        inlier_count=len(alignment.inliers),
        log10_nfa=alignment.log10_nfa,
        similarity_share=alignment.similarity_share,
        median_residual_px=alignment.median_residual_px,
        anchored_cells=int(found.sum()),
        roughness_px=_median(moved, empty=_NOWHERE_PX),
        displaced_share=float((moved > _DISPLACED_PX).mean()) if moved.size else 1.0,
        bent_roughness_px=_median(evidence.remaining_flow_px[found], empty=_NOWHERE_PX),
        parallax_px=_together(_cell_steps(overlay.parallax_flow), found & agreed),
        fine_correlation=_fine_correlation(overlay, agreed),
        agreed_correlation=_median(evidence.likeness[agreed], empty=0.0),
        agreed_cells=int((agreed & textured).sum()),
        agreed_share=agreed_share(cells),
        plain_share=plain_share(laid, cells),
        frame_jump=frame_jump(laid, cells),
    )


def _cell_steps(flow: Plane) -> Plane:
    return np.dstack([cell_means(flow[..., axis]) for axis in range(2)])


def _together(steps: Plane, where: NDArray[np.bool_]) -> float:
    """Return the upper quartile of the steps that neighbouring cells take together, in pixels."""
    inside = where.astype(np.float32)
    weight = cv2.GaussianBlur(inside, (0, 0), _TOGETHER_CELLS)
    summed = cv2.GaussianBlur(steps * inside[..., None], (0, 0), _TOGETHER_CELLS)
    mean = summed / np.maximum(weight, 1e-3)[..., None]
    lengths = np.hypot(mean[..., 0], mean[..., 1])[where & (weight > _LEAST_TOGETHER)]
    return float(np.percentile(lengths, 75)) if lengths.size > _LEAST_CELLS else _NOWHERE_PX


def _fine_correlation(overlay: Overlay, agreed: NDArray[np.bool_]) -> float:
    if not agreed.any():
        return 0.0
    seen = _fine(_grey(overlay.questioned))
    laid = _grey(overlay.original)
    best = -1.0
    for softer in _SOFTER_PX:
        other = _fine(_softened(laid, softer))
        together, one, two = (
            float(cell_means(product)[agreed].sum())
            for product in (seen * other, seen * seen, other * other)
        )
        best = max(best, together / max(1e-9, float(np.sqrt(one * two))))
    return best


def _softened(plane: Plane, sigma: float) -> Plane:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma), np.float32) if sigma else plane


def _fine(plane: Plane) -> Plane:
    return np.asarray(plane - cv2.GaussianBlur(plane, (0, 0), _FINE_SIGMA_PX), np.float32)


def _grey(picture: Plane) -> Plane:
    # ITU-R BT.601, as PDQ and JPEG use it.
    return np.asarray(picture @ np.array([0.299, 0.587, 0.114], np.float32), np.float32)


def _median(values: Plane, *, empty: float) -> float:
    return float(np.median(values)) if values.size else empty
