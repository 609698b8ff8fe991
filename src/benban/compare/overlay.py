"""
An original laid over a questioned picture, sharp enough and without a smooth warp.

The homography gives the coarse place. What a smooth bend (a face filter's "slimming", a lens
profile) leaves is fitted, as stiffly as it can be, and taken out (``bend``); what then still moves
is kept. What a stiff cubic alone leaves is kept beside it as the measure of parallax: splines can
follow depth that changes smoothly, and two photographs of one scene must not come nearer to one
another by that.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.bend import cubic_part, stiffest_part
from benban.compare.register import Homography, local_scale

Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]

# In a thinner grid the flow cannot be measured (OpenCV's estimator fails on it); nothing so thin
# registers.
LEAST_SIDE_PX = 24
_ROUNDS = 2
# Correlation from which on two places look alike, and the window in which it is taken.
_ALIKE = 0.7
_WINDOW_PX = 5.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overlay:
    """
    Two pictures on one grid: that of the questioned picture's working copy.

    Attributes:
        questioned, original: height x width x 3, RGB, 0..255, float32.
        is_covered: height x width, where the original has pixels.
        bend: height x width x 2, the step in pixels that was taken out after the homography.
        remaining_flow: height x width x 2, where in *original* each pixel of *questioned* is found,
            as a step in pixels, after the smooth bend was taken out.
        parallax_flow: the same, in the original as the homography lays it, after no more than a
            cubic was taken out.
    """

    questioned: Plane
    original: Plane
    is_covered: NDArray[np.bool_]
    bend: Plane
    remaining_flow: Plane
    parallax_flow: Plane


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
    warped, covered = _sample(source, _inverse_map(to_grid, width, height))
    # The flow says where in the warped original a pixel of the questioned picture is found. It is
    # better where less is left of it: what two rounds found is taken out before it is measured.
    steps = _flow(questioned, warped, covered)
    part = stiffest_part(steps, covered, _alike(questioned, warped, steps))
    smooth = np.zeros_like(steps)
    for number in range(_ROUNDS):
        if number:
            steps = _flow(questioned, warped, covered)
        smooth = smooth + part(steps, covered)
        warped, covered = _sample(source, _inverse_map(to_grid, width, height, shift=smooth))
    sharp, softened = _same_sharpness(questioned, warped, source, to_grid)
    remaining = _flow(sharp, softened, covered)
    whole = smooth + remaining
    return Overlay(
        questioned=sharp.astype(np.float32),
        original=softened.astype(np.float32),
        is_covered=covered,
        bend=smooth,
        remaining_flow=remaining - part(remaining, covered),
        parallax_flow=whole - cubic_part(whole, covered),
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
    if min(seen.shape) < LEAST_SIDE_PX:
        return np.zeros((*seen.shape, 2), np.float32)
    laid = np.where(covered, _grey(original), seen)
    estimator = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    start = np.zeros((*seen.shape, 2), np.float32)
    flow = estimator.calc(_as_bytes(seen), _as_bytes(laid), start)
    return np.asarray(flow, np.float32)


def _alike(questioned: Picture, original: Plane, flow: Plane) -> NDArray[np.bool_]:
    """Return where the pictures correlate after the flow, in windows of about ten pixels."""
    rows, columns = np.indices(flow.shape[:2], np.float32)
    one = _grey(questioned)
    moved = cv2.remap(
        _grey(original),
        np.asarray(columns + flow[..., 0], np.float32),
        np.asarray(rows + flow[..., 1], np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    one -= _around(one)
    other = np.asarray(moved, np.float32)
    other -= _around(other)
    # One grey level of noise on both sides: correlation of nothing with nothing is nothing.
    spread = np.sqrt((_around(one * one) + 1) * (_around(other * other) + 1))
    return np.asarray(_around(one * other) / spread > _ALIKE, np.bool_)


def _around(plane: Plane) -> Plane:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), _WINDOW_PX), np.float32)


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
