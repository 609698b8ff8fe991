"""What two registered pictures say about their order, measured; judged in ``direction``."""

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.changes import Cells, as_change_map
from benban.compare.evidence import CELL_PX
from benban.compare.register import Homography, local_scale
from benban.fingerprint.ports import DirectionFacts
from benban.model.finding import Cell

Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]

# Work on at most this many pixels a side: the finest detail of a phone's photo is still there.
_MAX_SIDE_PX = 1600
_FINE_SIGMA_PX = 1.0
# How far beside an edge of the original the questioned picture is read, working pixels.
_BESIDE_PX = 4
_MIN_SEEN_POINTS = 24


def measure_order(
    questioned: Picture,
    original: Picture,
    homography: Homography,
    sizes_px: tuple[tuple[int, int], tuple[int, int]],
    cells: Cells,
) -> DirectionFacts:
    """
    Return what speaks for an order of the two pictures.

    Args:
        questioned: as large as it is, RGB.
        original: as large as it is, RGB.
        homography: original working copy -> questioned working copy.
        sizes_px: width and height of the working copies, questioned first.
        cells: the change map on the questioned working copy.
    """
    questioned_size, original_size = sizes_px
    centre = (original_size[0] / 2, original_size[1] / 2)
    enlarged = questioned.shape[1] / questioned_size[0], original.shape[1] / original_size[0]
    size_ratio = enlarged[1] / (local_scale(homography, centre) * enlarged[0])
    agreed = np.kron(cells == Cell.AGREE.value, np.ones((CELL_PX, CELL_PX), np.bool_))
    anywhere = np.ones((original_size[1], original_size[0]), np.bool_)
    back = np.asarray(np.linalg.inv(homography), np.float64)
    return DirectionFacts(
        # Where the questioned picture was covered it says nothing, but the original may go on.
        original_only_share=_continued_share(original, back, sizes_px[::-1], anywhere),
        questioned_only_share=_continued_share(questioned, homography, sizes_px, agreed),
        detail_ratio=_detail_ratio(questioned, original, homography, sizes_px, cells),
        size_ratio=size_ratio,
        is_altered=as_change_map(cells).shows_alteration,
    )


def _continued_share(
    picture: Picture,
    homography: Homography,
    sizes_px: tuple[tuple[int, int], tuple[int, int]],
    readable: NDArray[np.bool_],
) -> float:
    """
    Return the share of *picture* beyond edges of the other one over which it goes on.

    A screenshot's frame breaks off at the edge of the photo; a wider picture goes on across it.

    Args:
        picture: as large as it is, RGB.
        homography: from the other's working copy to that of *picture*.
        sizes_px: width and height of the working copies, that of *picture* first.
        readable: pixels of its working copy just inside of which an edge may be read.
    """
    (width, height), (other_width, other_height) = sizes_px
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    right, bottom = other_width - 1.0, other_height - 1.0
    corners = np.array([[0, 0], [right, 0], [right, bottom], [0, bottom]])
    placed = _move(homography, corners)
    middle = placed.mean(axis=0)
    xs, ys = np.meshgrid(np.linspace(0, width - 1, 64), np.linspace(0, height - 1, 64))
    beyond = np.zeros(xs.shape, np.bool_)
    for k in range(4):
        start, end = placed[k], placed[(k + 1) % 4]
        if _goes_on(grey.astype(np.float32), readable, (start, end, middle)):
            inner = np.sign(_cross(start, end, middle[0], middle[1]))
            beyond |= np.sign(_cross(start, end, xs, ys)) == -inner
    return float(beyond.mean())


def _goes_on(
    grey: Plane,
    readable: NDArray[np.bool_],
    edge: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
) -> bool:
    start, end, middle = edge
    along = np.linspace(0.02, 0.98, 200)[:, None]
    points = start + along * (end - start)
    outward = np.array([end[1] - start[1], start[0] - end[0]])
    outward = outward / max(1e-9, float(np.hypot(*outward)))
    if ((middle - points[100]) * outward).sum() > 0:
        outward = -outward
    lines = [points + outward * _BESIDE_PX * step for step in (-1.5, -0.5, 0.5, 1.5)]
    height, width = grey.shape
    seen = np.logical_and.reduce(
        [(p >= 0).all(axis=1) & (p < np.array([width, height]) - 1).all(axis=1) for p in lines]
    )
    inner = np.clip(points - outward * 2 * CELL_PX, 0, np.array([width, height]) - 1).astype(int)
    seen &= readable[inner[:, 1], inner[:, 0]]
    if seen.sum() < _MIN_SEEN_POINTS:
        return False  # the edge lies outside the picture, or in what was changed
    values = [_read(grey, line[seen]) for line in lines]
    within = float(np.abs(values[1] - values[0]).mean())
    across = float(np.abs(values[2] - values[1]).mean())
    beyond = float(np.abs(values[3] - values[2]).mean())
    # Beyond there must be texture of the same kind, and no jump at the edge itself.
    return across < 1.5 * within + 1 and beyond > 0.5 * within and within > 1


def _cross(
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return on which side of the line from *start* to *end* the points lie, by the sign."""
    return np.asarray(
        (end[0] - start[0]) * (y - start[1]) - (end[1] - start[1]) * (x - start[0]), np.float64
    )


def _detail_ratio(
    questioned: Picture,
    original: Picture,
    homography: Homography,
    sizes_px: tuple[tuple[int, int], tuple[int, int]],
    cells: Cells,
) -> float:
    """Return fine detail of the original over that of the questioned one, on the finer grid."""
    questioned_size, original_size = sizes_px
    seen = _limited(questioned)
    laid = _limited(original)
    to_seen = _between_sizes(questioned_size, seen)
    to_laid = _between_sizes(original_size, laid)
    full = to_seen @ homography @ np.linalg.inv(to_laid)
    agreed = (cells == Cell.AGREE.value).astype(np.uint8)
    mask = cv2.resize(
        agreed, (cells.shape[1] * CELL_PX, cells.shape[0] * CELL_PX), interpolation=0
    )[: questioned_size[1], : questioned_size[0]]
    mask = cv2.resize(mask, (seen.shape[1], seen.shape[0]), interpolation=0)
    # On the finer of the two grids the coarser one cannot show what it does not have.
    if local_scale(full, (laid.shape[1] / 2, laid.shape[0] / 2)) < 1:
        back = np.linalg.inv(full)
        size = (laid.shape[1], laid.shape[0])
        seen = np.asarray(cv2.warpPerspective(seen, back, size, flags=cv2.INTER_CUBIC), np.uint8)
        mask = cv2.warpPerspective(mask, back, size, flags=cv2.INTER_NEAREST)
    else:
        size = (seen.shape[1], seen.shape[0])
        laid = np.asarray(cv2.warpPerspective(laid, full, size, flags=cv2.INTER_CUBIC), np.uint8)
    inside = cv2.erode(np.asarray(mask, np.uint8), np.ones((5, 5), np.uint8)) > 0
    if not inside.any():
        return 1.0
    return _fine_energy(laid, inside) / max(1e-6, _fine_energy(seen, inside))


def _fine_energy(rgb: Picture, inside: NDArray[np.bool_]) -> float:
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    fine = grey - cv2.GaussianBlur(grey, (0, 0), _FINE_SIGMA_PX)
    return float(np.sqrt((fine[inside] ** 2).mean()))


def _limited(rgb: Picture) -> Picture:
    height, width = rgb.shape[:2]
    factor = min(1.0, _MAX_SIDE_PX / max(height, width))
    size = (round(width * factor), round(height * factor))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _between_sizes(size: tuple[int, int], larger: Picture) -> Homography:
    fx, fy = larger.shape[1] / size[0], larger.shape[0] / size[1]
    return np.array([[fx, 0, (fx - 1) / 2], [0, fy, (fy - 1) / 2], [0, 0, 1]])


def _move(homography: Homography, points: NDArray[np.float64]) -> NDArray[np.float64]:
    moved = cv2.perspectiveTransform(points[:, None], homography)[:, 0]
    return np.asarray(moved, np.float64)


def _read(grey: Plane, points: NDArray[np.float64]) -> Plane:
    places = points.astype(np.float32)
    read = cv2.remap(grey, places[:, :1], places[:, 1:], cv2.INTER_LINEAR)
    return np.asarray(read[:, 0], np.float32)
