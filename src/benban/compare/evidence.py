"""
What each cell of two overlaid pictures shows, as numbers.

Likeness is normalised cross-correlation, which a brighter, paler or recompressed copy does not
change; where neither picture has any texture it means nothing, so contrast goes along.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.overlay import Overlay

Plane = NDArray[np.float32]

CELL_PX = 8
# Windows of the correlation: a thread, a button (pixels of the working copy).
_FINE_PX, _MIDDLE_PX = 2.5, 5.0
# Contrast in grey levels at which texture begins to count fully.
_TEXTURE_LEVELS = 4.0
# Of a cell's area, to be called covered by the original.
_NEARLY_ALL = 0.9
FEATURE_NAMES = (
    "zncc_fine",
    "zncc_middle",
    "gradient_correlation",
    "colour_residual",
    "contrast_gap",
    "contrast_gap_size",
    "remaining_flow",
    "zncc_found",
    "texture",
    "texture_times_unlike_fine",
    "texture_times_unlike_gradient",
    "texture_times_unlike_found",
    "texture_times_contrast_gap_size",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellEvidence:
    """
    Numbers per cell, rows x columns each.

    Attributes:
        features: rows x columns x len(FEATURE_NAMES).
        is_inside: the original covers the cell.
        contrast: grey levels of the less textured of the two pictures.
        remaining_flow_px: mean length inside the cell.
        likeness: correlation where things are, -1..1.
        found_likeness: correlation where the flow found them, -1..1.
        anchoring: change in grey levels per pixel in the direction in which the less textured of
            the two changes least; along a bare edge it is nothing, and the flow may slide there.
    """

    features: Plane
    is_inside: NDArray[np.bool_]
    contrast: Plane
    remaining_flow_px: Plane
    likeness: Plane
    found_likeness: Plane
    anchoring: Plane


def gather_evidence(overlay: Overlay) -> CellEvidence:
    """Return the numbers of every cell; a cell at the border may be cut."""
    questioned, original = _grey(overlay.questioned), _grey(overlay.original)
    covered = overlay.is_covered.astype(np.float32)
    fine = cell_means(_zncc(questioned, original, covered, _FINE_PX))
    middle = cell_means(_zncc(questioned, original, covered, _MIDDLE_PX))
    edges = cell_means(_gradient_correlation(questioned, original, covered))
    found = cell_means(_zncc(questioned, _follow(original, overlay), covered, _MIDDLE_PX))
    flow = cell_means(np.hypot(overlay.remaining_flow[..., 0], overlay.remaining_flow[..., 1]))
    contrasts = [cell_means(_contrast(p, covered, _MIDDLE_PX)) for p in (questioned, original)]
    gap = np.log1p(contrasts[0]) - np.log1p(contrasts[1])
    most = np.maximum(*contrasts)
    # Unlikeness means something only where at least one of the two has texture.
    texture = most / (most + _TEXTURE_LEVELS)
    planes = [fine, middle, edges, _colour_residual(overlay, middle), gap, np.abs(gap)]
    planes += [np.log1p(flow), found, texture]
    planes += [texture * (1 - plane) for plane in (fine, edges, found)] + [texture * np.abs(gap)]
    return CellEvidence(
        features=np.stack(planes, axis=2).astype(np.float32),
        is_inside=cell_means(covered) > _NEARLY_ALL,
        contrast=np.minimum(*contrasts),
        remaining_flow_px=flow,
        likeness=middle,
        found_likeness=found,
        anchoring=np.minimum(*(cell_means(_anchoring(p, covered)) for p in (questioned, original))),
    )


def cell_means(plane: NDArray[np.generic]) -> Plane:
    """Return the mean of *plane* in every cell; the last row and column may be cut."""
    height, width = plane.shape[:2]
    rows, columns = -(-height // CELL_PX), -(-width // CELL_PX)
    padded = cv2.copyMakeBorder(
        plane.astype(np.float32),
        0,
        rows * CELL_PX - height,
        0,
        columns * CELL_PX - width,
        cv2.BORDER_REPLICATE,
    )
    means = cv2.resize(padded, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(means, np.float32)


def _follow(original: Plane, overlay: Overlay) -> Plane:
    """Return the original with everything put where the flow found it."""
    rows, columns = np.indices(original.shape, np.float32)
    x, y = columns + overlay.remaining_flow[..., 0], rows + overlay.remaining_flow[..., 1]
    moved = cv2.remap(original, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)


def _zncc(one: Plane, other: Plane, covered: Plane, sigma: float) -> Plane:
    """Return the correlation in a Gaussian window around every pixel, -1..1."""
    weight = np.maximum(_blur(covered, sigma), 1e-3)
    mean_one, mean_other = (_blur(p * covered, sigma) / weight for p in (one, other))
    variance_one = _blur(one * one * covered, sigma) / weight - mean_one**2
    variance_other = _blur(other * other * covered, sigma) / weight - mean_other**2
    together = _blur(one * other * covered, sigma) / weight - mean_one * mean_other
    # One grey level of noise on both sides: correlation of nothing with nothing is nothing.
    return np.asarray(
        together
        / np.sqrt(np.maximum(variance_one, 0) + 1)
        / np.sqrt(np.maximum(variance_other, 0) + 1),
        np.float32,
    )


def _contrast(plane: Plane, covered: Plane, sigma: float) -> Plane:
    weight = np.maximum(_blur(covered, sigma), 1e-3)
    mean = _blur(plane * covered, sigma) / weight
    variance = _blur(plane * plane * covered, sigma) / weight - mean**2
    return np.asarray(np.sqrt(np.maximum(variance, 0)), np.float32)


def _gradient_correlation(one: Plane, other: Plane, covered: Plane) -> Plane:
    """Return how well direction and strength of edges agree, -1..1."""
    soft = [cv2.GaussianBlur(plane, (0, 0), 1.0) for plane in (one, other)]
    (ax, ay), (bx, by) = (
        (cv2.Sobel(p, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(p, cv2.CV_32F, 0, 1, scale=0.125))
        for p in soft
    )
    together = _blur((ax * bx + ay * by) * covered, _MIDDLE_PX)
    alone = [_blur((x * x + y * y) * covered, _MIDDLE_PX) for x, y in ((ax, ay), (bx, by))]
    return np.asarray(together / np.sqrt((alone[0] + 0.05) * (alone[1] + 0.05)), np.float32)


def _anchoring(plane: Plane, covered: Plane) -> Plane:
    """Return the root of the smaller eigenvalue of the structure tensor around every pixel."""
    soft = cv2.GaussianBlur(plane, (0, 0), 1.0)
    x = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.125)
    y = cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.125)
    weight = np.maximum(_blur(covered, _MIDDLE_PX), 1e-3)
    xx, xy, yy = (_blur(part * covered, _MIDDLE_PX) / weight for part in (x * x, x * y, y * y))
    smaller = (xx + yy) / 2 - np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    return np.asarray(np.sqrt(np.maximum(smaller, 0)), np.float32)


def _colour_residual(overlay: Overlay, correlation: Plane) -> Plane:
    """Return log of what a common colour change does not explain, in grey levels per cell."""
    seen = np.dstack([cell_means(overlay.questioned[..., k]) for k in range(3)]).reshape(-1, 3)
    laid = np.dstack([cell_means(overlay.original[..., k]) for k in range(3)]).reshape(-1, 3)
    terms = np.hstack([laid, np.ones((len(laid), 1), np.float32)])
    inside = cell_means(overlay.is_covered.astype(np.float32)).ravel() > _NEARLY_ALL
    weights = inside * np.clip(correlation.ravel(), 0.02, 1) ** 2
    residual = np.zeros(len(laid))
    # Reweighted least squares: changed cells lose their say (Geman-McClure, 8 grey levels).
    for _ in range(8):
        a = terms * weights[:, None]
        colour_map = np.linalg.solve(a.T @ terms + np.eye(4) * 1e-2, a.T @ seen)
        residual = np.sqrt(((seen - terms @ colour_map) ** 2).mean(axis=1))
        weights = (
            inside * np.clip(correlation.ravel(), 0.02, 1) ** 2 / (1 + (residual / 8) ** 2) ** 2
        )
    return np.log1p(residual).reshape(correlation.shape).astype(np.float32)


def _blur(plane: Plane, sigma: float) -> Plane:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma), np.float32)


def _grey(picture: Plane) -> Plane:
    # ITU-R BT.601, as PDQ and JPEG use it.
    return np.asarray(picture @ np.array([0.299, 0.587, 0.114], np.float32), np.float32)
