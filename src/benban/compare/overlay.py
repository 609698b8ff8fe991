"""
An original laid over a questioned picture, sharp enough and without a smooth warp.

The homography gives the coarse place. What a mild smooth warp (a face filter's "slimming", a lens
profile) leaves is fitted by a cubic polynomial and taken out; what then still moves is kept as a
measure: it is small between copies of one shot, and large where the camera stood elsewhere.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.register import Homography, local_scale

Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]

# A point counts for the polynomial while its flow differs from it by less than this.
_FLOW_TOLERANCE_PX = (6.0, 3.0, 1.5, 1.5)
_FLOW_STEP_PX = 8
# Flow beyond this is a wrong match, not a warp.
_MAX_FLOW_PX = 24.0
# Terms of a cubic in two variables, u and v: constant, linear, and so on.
_POWERS = ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overlay:
    """
    Two pictures on one grid: that of the questioned picture's working copy.

    Attributes:
        questioned, original: height x width x 3, RGB, 0..255, float32.
        is_covered: height x width, where the original has pixels.
        remaining_flow: height x width x 2, where in *original* each pixel of *questioned* is found,
            as a step in pixels, after the smooth warp was taken out.
    """

    questioned: Plane
    original: Plane
    is_covered: NDArray[np.bool_]
    remaining_flow: Plane


def lay_over(
    questioned: Picture,
    original_full: Picture,
    homography: Homography,
    original_size_px: tuple[int, int],
) -> Overlay:
    """
    Return both pictures on the questioned picture's grid.

    Args:
        questioned: working copy, RGB.
        original_full: the original as large as it is, RGB.
        homography: from the original's working copy to the questioned one's.
        original_size_px: width and height of the original's working copy.
    """
    height, width = questioned.shape[:2]
    source, to_grid = _fitting_copy(original_full, homography, original_size_px)
    grid = _inverse_map(to_grid, width, height)
    warped, covered = _sample(source, grid)
    steps = _flow(questioned, warped, covered)
    smooth = _smooth_part(steps, covered)
    # The flow says where in the warped original a pixel of the questioned picture is found.
    moved_grid = _inverse_map(to_grid, width, height, shift=smooth)
    warped, covered = _sample(source, moved_grid)
    sharp, softened = _same_sharpness(questioned, warped, source, to_grid)
    remaining = _flow(sharp, softened, covered)
    remaining -= _smooth_part(remaining, covered)
    return Overlay(
        questioned=sharp.astype(np.float32),
        original=softened.astype(np.float32),
        is_covered=covered,
        remaining_flow=remaining,
    )


def _fitting_copy(
    original_full: Picture, homography: Homography, original_size_px: tuple[int, int]
) -> tuple[Picture, Homography]:
    """Return the original at about the grid's resolution, never enlarged, and its map to it."""
    width, height = original_size_px
    scale = local_scale(homography, (width / 2, height / 2))
    factor = min(scale, original_full.shape[1] / width)
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    source = cv2.resize(original_full, size, interpolation=cv2.INTER_AREA)
    # Pixel centres: cv2.resize keeps the borders of the picture in place, not the first centre.
    fx, fy = size[0] / width, size[1] / height
    to_source = np.array([[fx, 0, (fx - 1) / 2], [0, fy, (fy - 1) / 2], [0, 0, 1]])
    to_grid = homography @ np.linalg.inv(to_source)
    return np.asarray(source, np.uint8), np.asarray(to_grid / to_grid[2, 2], np.float64)


def _inverse_map(to_grid: Homography, width: int, height: int, shift: Plane | None = None) -> Plane:
    """Return for every pixel of the grid, moved by *shift*, where it lies in the source."""
    rows, columns = np.indices((height, width), np.float32)
    if shift is not None:
        columns = columns + shift[..., 0]
        rows = rows + shift[..., 1]
    back = np.linalg.inv(to_grid)
    w = back[2, 0] * columns + back[2, 1] * rows + back[2, 2]
    w = np.where(np.abs(w) < 1e-9, 1e-9, w)  # noqa: PLR2004 - at infinity
    x = (back[0, 0] * columns + back[0, 1] * rows + back[0, 2]) / w
    y = (back[1, 0] * columns + back[1, 1] * rows + back[1, 2]) / w
    return np.dstack([x, y]).astype(np.float32)


def _sample(source: Picture, grid: Plane) -> tuple[Plane, NDArray[np.bool_]]:
    # Outside the source the border is repeated, so that filters see no edge; it does not count.
    limit = 30_000.0  # cv2.remap works with 16-bit places
    places = np.clip(grid, -limit, limit)
    sampled = cv2.remap(
        source.astype(np.float32),
        places[..., 0],
        places[..., 1],
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    height, width = source.shape[:2]
    x, y = grid[..., 0], grid[..., 1]
    # A pixel reaches half a pixel beyond its centre.
    covered = (x + 0.5 > 0) & (y + 0.5 > 0) & (x + 0.5 < width) & (y + 0.5 < height)
    return np.clip(sampled, 0, 255).astype(np.float32), covered


def _flow(questioned: NDArray[np.generic], original: Plane, covered: NDArray[np.bool_]) -> Plane:
    """Return where in *original* each pixel of *questioned* is found, as a step in pixels."""
    seen = _grey(questioned)
    laid = np.where(covered, _grey(original), seen)
    estimator = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    start = np.zeros((*seen.shape, 2), np.float32)
    flow = estimator.calc(_as_bytes(seen), _as_bytes(laid), start)
    return np.asarray(flow, np.float32)


def _smooth_part(flow: Plane, covered: NDArray[np.bool_]) -> Plane:
    """Return the cubic polynomial through the flow that most of the picture follows."""
    height, width = covered.shape
    rows = np.arange(_FLOW_STEP_PX // 2, height, _FLOW_STEP_PX)
    columns = np.arange(_FLOW_STEP_PX // 2, width, _FLOW_STEP_PX)
    at = np.ix_(rows, columns)
    usable = covered[at].ravel() & (np.hypot(*np.moveaxis(flow[at], 2, 0)).ravel() < _MAX_FLOW_PX)
    y, x = (part.ravel() for part in np.meshgrid(rows, columns, indexing="ij"))
    terms, steps = _terms(x, y, covered.shape), flow[at].reshape(-1, 2)
    weights = np.zeros((terms.shape[1], 2))
    # The first fit starts from "no warp": the homography has already put things in place.
    for tolerance in _FLOW_TOLERANCE_PX:
        near = usable & (np.hypot(*(steps - terms @ weights).T) < tolerance)
        if near.sum() < 4 * terms.shape[1]:
            break
        a = terms[near]
        # A little ridge on the bent terms: no wild warp where nothing holds it.
        ridge = np.diag([0.0] * 3 + [1e-3 * near.sum()] * (terms.shape[1] - 3))
        weights = np.linalg.solve(a.T @ a + ridge, a.T @ steps[near])
    # Evaluated as powers of v, coefficients, powers of u: the same sum without a table of terms.
    u, v = (2 * np.arange(length) / length - 1 for length in (width, height))
    powers_u, powers_v = (np.stack([part**k for k in range(4)]) for part in (u, v))
    smooth = np.zeros((height, width, 2), np.float32)
    for axis in range(2):
        grid = np.zeros((4, 4))
        for (power_u, power_v), weight in zip(_POWERS, weights[:, axis], strict=True):
            grid[power_v, power_u] = weight
        smooth[..., axis] = powers_v.T @ grid @ powers_u
    return smooth


def _terms(x: NDArray[np.intp], y: NDArray[np.intp], shape: tuple[int, ...]) -> NDArray[np.float64]:
    u, v = 2 * x / shape[1] - 1, 2 * y / shape[0] - 1
    return np.stack([u**power_u * v**power_v for power_u, power_v in _POWERS], axis=1)


def _same_sharpness(
    questioned: Picture, original: Plane, source: Picture, to_grid: Homography
) -> tuple[Plane, Plane]:
    """Soften the questioned picture where the original has fewer pixels than the grid."""
    scale = local_scale(to_grid, (source.shape[1] / 2, source.shape[0] / 2))
    sharp = questioned.astype(np.float32)
    if scale <= 1.1:  # noqa: PLR2004 - not visible
        return sharp, original
    blurred = cv2.GaussianBlur(sharp, (0, 0), 0.5 * float(np.sqrt(scale**2 - 1)))
    return np.asarray(blurred, np.float32), original


def _grey(picture: NDArray[np.generic]) -> Plane:
    # ITU-R BT.601, as PDQ and JPEG use it.
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    return np.asarray(picture.astype(np.float32) @ weights, np.float32)


def _as_bytes(plane: Plane) -> NDArray[np.uint8]:
    return np.clip(np.rint(plane), 0, 255).astype(np.uint8)
