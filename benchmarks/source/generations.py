"""
Whether the compression of one picture is found in another: which of the two is the later one.

A JPEG leaves the coefficients of its 8 x 8 blocks on whole steps. What was made from it afterwards
carries them on, as long as it was not altered more than the steps are wide; its source cannot: its
coefficients lie anywhere within a step, and so do those of another picture that was made from the
same source. Measured on agreed cells of a registered pair, in both directions. That nothing is
found says nothing. The program does not use it: benchmarks/source/order.py measures how often it
would be wrong.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.changes import from_change_map
from benban.model.finding import Cell, ChangeMap, Registration
from benchmarks.source.jpeg_grid import BLOCK_PX, JpegGrid

Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]
Matrix = NDArray[np.float64]
Blocks = NDArray[np.float64]

# Below two grey levels the rounding of the pixels themselves hides a step.
_SMALLEST_STEP = 3.0
# Steps beyond these feel a scale that is a few percent off.
_LARGEST_MULTIPLE = 6
_MIN_SAMPLES = 60
_MIN_BLOCKS = 40
_MOST_BLOCKS = 6000
# What was warped or smoothed below this share of a coefficient does not carry it on.
_FAINTEST, _STRONGEST = 0.5, 1.6
# A step that falls between two that are used, and is hardly used itself: compressed twice.
_GAP_SHARE, _FULL = 0.15, 10
_SNAP_PX, _WORKING_SIDE_PX = 0.6, 800
# So many pixels tell two maps apart.
_MOST_PIXELS = 1_000_000
_REFINED = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-6)
_REFINED_SIDE_PX = 1600


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """
    How far the steps of one picture's compression are found in another picture.

    Attributes:
        coherence: -1..1; 1 when all lies on whole steps, 0 or less when nothing does.
        samples: coefficients that were looked at.
        frequencies: kinds of coefficients among them.
        positive_share: of the kinds, those that lie on whole steps more than not, 0..1.
        is_twice: the first picture itself was compressed before by wider steps.
    """

    coherence: float
    samples: int
    frequencies: int
    positive_share: float
    is_twice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationFacts:
    """
    What the compression of two registered pictures says about their order.

    Attributes:
        original_in_questioned: None where it cannot be asked: no JPEG, too little that agrees.
        questioned_in_original: likewise.
    """

    original_in_questioned: Trace | None
    questioned_in_original: Trace | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """One picture of the pair: upright, as large as it is, and how it was quantised if it was."""

    rgb: Picture
    grid: JpegGrid | None


def trace_generations(
    questioned: Side, original: Side, registration: Registration, change_map: ChangeMap
) -> GenerationFacts:
    """
    Return how far the compression of each of two registered pictures is found in the other.

    Args:
        questioned: of the pair.
        original: of the pair.
        registration: original working copy -> questioned working copy.
        change_map: over the questioned working copy; only its agreed cells are looked at.
    """
    small = np.array(registration.homography).reshape(3, 3)
    to_original = _enlarged(registration.original_size_px, original.rgb)
    to_questioned = _enlarged(registration.questioned_size_px, questioned.rgb)
    full = to_questioned @ small @ np.linalg.inv(to_original)
    agreed = (from_change_map(change_map) == Cell.AGREE.value).astype(np.uint8)
    size = registration.questioned_size_px
    agreed = np.kron(agreed, np.ones((change_map.cell_px,) * 2, np.uint8))[: size[1], : size[0]]
    mask = cv2.resize(agreed, questioned.rgb.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    planes = _luma(questioned.rgb), _luma(original.rgb)
    full = _refined(planes, full, np.asarray(mask, np.uint8))
    back = np.asarray(np.linalg.inv(full), np.float64)
    shown = cv2.warpPerspective(mask, back, original.rgb.shape[1::-1], flags=cv2.INTER_NEAREST)
    return GenerationFacts(
        original_in_questioned=_trace(
            original.grid,
            _Laid(source=planes[1], carrier=planes[0], to_carrier=full),
            np.asarray(shown, np.uint8),
        ),
        questioned_in_original=_trace(
            questioned.grid,
            _Laid(source=planes[0], carrier=planes[1], to_carrier=back),
            np.asarray(mask, np.uint8),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Laid:
    """Upright luma of both, and the map from a pixel of the source to that of the carrier."""

    source: Plane
    carrier: Plane
    to_carrier: Matrix


def _trace(grid: JpegGrid | None, pair: _Laid, mask: NDArray[np.uint8]) -> Trace | None:
    """
    Return how far the carrier lies on the steps of the source; None where that cannot be asked.

    Args:
        grid: of the source.
        pair: both pictures.
        mask: of the source, 1 where both agree.
    """
    if grid is None:
        return None
    stored = _warped(pair.source, grid.to_upright, grid.stored_size_px, is_exact=True)
    laid = _warped(pair.carrier, pair.to_carrier @ grid.to_upright, grid.stored_size_px)
    usable = cv2.warpPerspective(
        mask,
        grid.to_upright,
        grid.stored_size_px,
        flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
    )
    chosen = _usable_blocks(np.asarray(usable, np.uint8))
    if len(chosen) < _MIN_BLOCKS:
        return None
    of_source, of_carrier = _coefficients(stored, chosen), _coefficients(laid, chosen)
    multiples = np.rint(of_source / grid.steps)
    found = _coherences(multiples, of_carrier / grid.steps, grid.steps)
    if not found:
        return None
    counts = np.array([one[1] for one in found])
    means = np.array([one[0] for one in found])
    return Trace(
        coherence=float((counts * means).sum() / counts.sum()),
        samples=int(counts.sum()),
        frequencies=len(found),
        positive_share=float((means > 0).mean()),
        is_twice=_is_twice(multiples, grid.steps),
    )


def _coherences(multiples: Blocks, carried: Blocks, steps: Matrix) -> list[tuple[float, int]]:
    """Return coherence and samples of every coefficient but the mean whose step is wide enough."""
    wide = [(int(row), int(column)) for row, column in np.argwhere(steps >= _SMALLEST_STEP)]
    return [
        one
        for row, column in wide
        if row + column
        for one in _coherence(multiples[:, row, column], carried[:, row, column])
    ]


def _coherence(multiples: Blocks, carried: Blocks) -> list[tuple[float, int]]:
    """
    Return how well what is carried lies on whole steps (-1..1) and the number of samples.

    The mean of cos(2 pi x) over a step is 0 for what lies anywhere in it and below 0 where the
    coefficients fall off steeply. Steps of 0 are left out: everything is small there.
    """
    used = (np.abs(multiples) >= 1) & (np.abs(multiples) <= _LARGEST_MULTIPLE)
    if used.sum() < _MIN_SAMPLES:
        return []
    steps, values = multiples[used], carried[used]
    slope = float((values * steps).sum() / (steps * steps).sum())
    if not _FAINTEST <= slope <= _STRONGEST:
        return []
    return [(float(np.cos(2 * np.pi * values / slope).mean()), int(used.sum()))]


def _is_twice(multiples: Blocks, steps: NDArray[np.float64]) -> bool:
    """Return whether the source itself was compressed before by wider steps: some stay empty."""
    gaps = asked = 0
    for row in range(4):
        for column in range(4):
            if not row + column or steps[row, column] < 1:
                continue
            counts = np.array([(np.abs(multiples[:, row, column]) == k).sum() for k in range(12)])
            around = (counts[:-2] + counts[2:]) / 2
            is_full = np.minimum(counts[:-2], counts[2:])[1:] >= _FULL
            asked += bool(is_full.any())
            gaps += bool((is_full & (counts[2:-1] < _GAP_SHARE * around[1:])).any())
    return asked > 0 and gaps >= max(2, asked // 4)


def _refined(planes: tuple[Plane, Plane], full: Matrix, mask: NDArray[np.uint8]) -> Matrix:
    """Return the map original -> questioned, good to a small part of a pixel where that goes."""
    questioned, original = planes
    candidates = [full]
    height, width = original.shape
    corners = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], float)
    placed = cv2.perspectiveTransform(corners[:, None], full)[:, 0]
    shift = np.rint((placed - corners).mean(axis=0))
    # The map was found on working copies: its error grows with the picture.
    enlarged = max(1.0, max(original.shape + questioned.shape) / _WORKING_SIDE_PX)
    if np.abs(placed - corners - shift).max() <= _SNAP_PX * enlarged:
        # Saved anew or cropped, not scaled: pixel upon pixel.
        candidates.append(np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1.0]]))
    if max(original.shape + questioned.shape) <= _REFINED_SIDE_PX:
        candidates.append(_by_correlation(questioned, original, full, mask))
    return max(candidates, key=lambda one: _likeness(questioned, original, one, mask))


def _by_correlation(
    questioned: Plane, original: Plane, full: Matrix, mask: NDArray[np.uint8]
) -> Matrix:
    shown = cv2.warpPerspective(
        mask, full, original.shape[::-1], flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    )
    start = full.astype(np.float32)
    try:
        _, found = cv2.findTransformECC(
            original,
            questioned,
            start,
            cv2.MOTION_HOMOGRAPHY,
            _REFINED,
            np.asarray(shown, np.uint8),
            1,
        )
    except cv2.error:
        return full  # it did not converge
    return np.asarray(found, np.float64)


def _likeness(questioned: Plane, original: Plane, full: Matrix, mask: NDArray[np.uint8]) -> float:
    laid = _warped(questioned, full, original.shape[::-1])
    shown = cv2.warpPerspective(
        mask, full, original.shape[::-1], flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    )
    inside = np.asarray(shown) > 0
    if inside.sum() < BLOCK_PX * BLOCK_PX * _MIN_BLOCKS:
        return -1.0
    step = max(1, int(inside.sum()) // _MOST_PIXELS)
    one = laid[inside][::step].astype(np.float64)
    other = original[inside][::step].astype(np.float64)
    if one.std() == 0 or other.std() == 0:
        return -1.0
    return float(np.corrcoef(one, other)[0, 1])


def _warped(
    plane: Plane, from_target: Matrix, size_px: tuple[int, int], *, is_exact: bool = False
) -> Plane:
    """Return *plane* on another grid, smoothed first where that grid is coarser."""
    flags = (cv2.INTER_NEAREST if is_exact else cv2.INTER_CUBIC) | cv2.WARP_INVERSE_MAP
    shrunk = float(np.sqrt(abs(np.linalg.det(from_target[:2, :2]))))
    if not is_exact and shrunk > 1.2:  # noqa: PLR2004 - a fifth smaller
        plane = np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.4 * shrunk), np.float32)
    laid = cv2.warpPerspective(plane, from_target, size_px, flags=flags)
    return np.asarray(laid, np.float32)


def _usable_blocks(mask: NDArray[np.uint8]) -> NDArray[np.intp]:
    rows, columns = mask.shape[0] // BLOCK_PX, mask.shape[1] // BLOCK_PX
    # A cell of a change map is larger than a block at times; the edge of a region is no part of it.
    inner = cv2.erode(mask, np.ones((5, 5), np.uint8))[: rows * BLOCK_PX, : columns * BLOCK_PX]
    whole = inner.reshape(rows, BLOCK_PX, columns, BLOCK_PX).min(axis=(1, 3)) > 0
    places = np.argwhere(whole)
    step = max(1, len(places) // _MOST_BLOCKS)
    return np.asarray(places[::step], np.intp)


def _coefficients(plane: Plane, places: NDArray[np.intp]) -> Blocks:
    """Return the 8 x 8 DCT of each block, as JPEG scales it (ITU-T T.81 A.3.3)."""
    rows, columns = plane.shape[0] // BLOCK_PX, plane.shape[1] // BLOCK_PX
    blocks = plane[: rows * BLOCK_PX, : columns * BLOCK_PX].reshape(
        rows, BLOCK_PX, columns, BLOCK_PX
    )
    chosen = blocks[places[:, 0], :, places[:, 1], :].astype(np.float64) - 128
    return np.asarray(_DCT @ chosen @ _DCT.T, np.float64)


def _dct_matrix() -> NDArray[np.float64]:
    k, n = np.mgrid[0:BLOCK_PX, 0:BLOCK_PX]
    matrix = 0.5 * np.cos((2 * n + 1) * k * np.pi / (2 * BLOCK_PX))
    matrix[0] /= np.sqrt(2)
    return np.asarray(matrix, np.float64)


_DCT = _dct_matrix()


def _luma(rgb: Picture) -> Plane:
    # As JFIF defines it, without rounding.
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    return np.asarray(rgb.astype(np.float32) @ weights, np.float32)


def _enlarged(size_px: tuple[int, int], rgb: Picture) -> Matrix:
    """Return the map from a working copy to the picture as large as it is."""
    fx, fy = rgb.shape[1] / size_px[0], rgb.shape[0] / size_px[1]
    return np.array([[fx, 0, (fx - 1) / 2], [0, fy, (fy - 1) / 2], [0, 0, 1]])
