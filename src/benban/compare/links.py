"""
Places that stand out in both pictures of a pair, numbered, where both agree.

Nothing is estimated here: features and mutual matches are computed again, and what lies within the
tolerance of the stored homography counts. So the numbers, the picture and a stranger's recount
agree. Marks are pure black and white, drawn on the veiled pair and on nothing else.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.local import extract_features, match_features
from benban.compare.register import residuals
from benban.compare.veil import VeiledPair, encode_png, join_halves
from benban.model.finding import MOST_LINKS, PointLink, Registration

Picture = NDArray[np.uint8]
Place = NDArray[np.float64]
Places = NDArray[np.float64]

# What is around a point must be shown too: it is what the point was recognised by.
_AROUND_PX = 8
# Digits are about a ninetieth of the picture's width: 1.8 mm on a printed page.
_WIDTH_PER_DIGIT = 90
_MIN_DIGIT_PX = 9
_BOLD_FROM_PX = 14
_PAD_PX, _RING_PX = 2, 3
_FONT = cv2.FONT_HERSHEY_SIMPLEX
# Height of a digit of that font at scale 1.
_FONT_PX = 21
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)
# Both ends of a link may differ by the tolerance; marks stay apart on both halves.
_ROOM_PX = 3


def find_links(
    questioned: Picture, original: Picture, registration: Registration, pair: VeiledPair
) -> tuple[PointLink, ...]:
    """
    Return at most 40 links, spread evenly over what is shown; none where there is none.

    Args:
        questioned: RGB, any size; measured at the size that *registration* says.
        original: RGB, any size, likewise.
        registration: as it was stored.
        pair: the same two pictures, veiled.
    """
    homography = np.array(registration.homography).reshape(3, 3)
    features = extract_features(_grey(questioned, registration.questioned_size_px))
    pairs = match_features(
        extract_features(_grey(original, registration.original_size_px)),
        features.mirrored() if registration.is_mirrored else features,
    )
    if not len(pairs):
        return ()
    is_inlier = residuals(homography, pairs) < registration.tolerance_px
    seen, source = _rounded(pairs.questioned[is_inlier]), _rounded(pairs.original[is_inlier])
    laid = _moved(homography, source)
    is_safe = _is_around_shown(pair, seen) & _is_around_shown(pair, laid)
    seen, source = seen[is_safe], source[is_safe]
    return tuple(
        PointLink(questioned_px=_point(seen[one]), original_px=_point(source[one]))
        for one in _spread(seen, _Marks(pair))
    )


def links_png(pair: VeiledPair, links: Sequence[PointLink], registration: Registration) -> bytes:
    """Return the veiled pair with the numbered links on both halves, as PNG."""
    return encode_png(draw_links(pair, links, registration))


def draw_links(pair: VeiledPair, links: Sequence[PointLink], registration: Registration) -> Picture:
    """Return the pixels of :func:`links_png`."""
    drawn = np.ascontiguousarray(join_halves(pair))
    marks = _Marks(pair)
    homography = np.array(registration.homography).reshape(3, 3)
    laid = _moved(homography, np.array([link.original_px for link in links]).reshape(-1, 2))
    half = slice(0, pair.is_shown.shape[1]), slice(pair.second_half_px, drawn.shape[1])
    for number, (link, place) in enumerate(zip(links, laid, strict=True), start=1):
        for part, point in zip(half, (np.array(link.questioned_px), place), strict=True):
            # A copy: what is drawn at the edge of one half must not reach the other.
            canvas = np.ascontiguousarray(drawn[:, part])
            marks.draw(canvas, number, point)
            drawn[:, part] = canvas
    return drawn


class _Marks:
    """A ring around a point and its number in a white field above or below it."""

    def __init__(self, pair: VeiledPair) -> None:
        self._height, self._width = pair.is_shown.shape
        self._digit_px = max(_MIN_DIGIT_PX, 2 * pair.second_half_px // _WIDTH_PER_DIGIT)
        self._scale = self._digit_px / _FONT_PX
        self._thickness = 1 if self._digit_px < _BOLD_FROM_PX else 2
        self._radius = self._digit_px // 2

    def draw(self, half: Picture, number: int, point: Place) -> None:
        """Draw one mark on *half* in place, in black and white alone."""
        x, y = (int(value) for value in np.rint(point))
        cv2.circle(half, (x, y), self._radius, _WHITE, _RING_PX, cv2.LINE_8)
        cv2.circle(half, (x, y), self._radius, _BLACK, 1, cv2.LINE_8)
        left, top, width, height = self._field((x, y), str(number))
        corner = left + width - 1, top + height - 1
        cv2.rectangle(half, (left, top), corner, _WHITE, -1, cv2.LINE_8)
        at = left + _PAD_PX, top + height - _PAD_PX - 1
        cv2.putText(half, str(number), at, _FONT, self._scale, _BLACK, self._thickness, cv2.LINE_8)

    def extents(self, points: Places) -> NDArray[np.int64]:
        """Return left, top, right and bottom of the mark at each point, with room around it."""
        reach = self._radius + _RING_PX
        found = []
        for x, y in np.rint(points).astype(int).tolist():
            left, top, width, height = self._field((x, y), str(MOST_LINKS))
            found.append(
                (
                    min(left, x - reach) - _ROOM_PX,
                    min(top, y - reach) - _ROOM_PX,
                    max(left + width, x + reach) + _ROOM_PX,
                    max(top + height, y + reach) + _ROOM_PX,
                )
            )
        return np.array(found, np.int64).reshape(-1, 4)

    def _field(self, point: tuple[int, int], text: str) -> tuple[int, int, int, int]:
        """Return left, top, width and height of the white field: above, else below the point."""
        (width, height), _ = cv2.getTextSize(text, _FONT, self._scale, self._thickness)
        width, height = width + 2 * _PAD_PX, height + 2 * _PAD_PX + self._thickness
        left = min(max(0, point[0] - width // 2), max(0, self._width - width))
        above, below = point[1] - self._radius - 2 - height, point[1] + self._radius + 3
        top = above if above >= 0 else min(below, max(0, self._height - height))
        return left, top, width, height


def _spread(points: Places, marks: _Marks) -> list[int]:
    """Return which points to take: the most central one, then always the one farthest away."""
    if not len(points):
        return []
    left, top, right, bottom = marks.extents(points).T
    taken: list[int] = []
    is_free = np.ones(len(points), bool)
    distance = -np.hypot(*(points - points.mean(axis=0)).T)
    while len(taken) < MOST_LINKS and is_free.any():
        # The first of equals: the order of matches is the same every time.
        one = int(np.where(is_free, distance, -np.inf).argmax())
        from_one = np.hypot(*(points - points[one]).T)
        distance = np.minimum(distance, from_one) if taken else from_one
        taken.append(one)
        is_beside = (left > right[one]) | (right < left[one])
        is_free &= is_beside | (top > bottom[one]) | (bottom < top[one])
    return taken


def _is_around_shown(pair: VeiledPair, points: Places) -> NDArray[np.bool_]:
    """Return whether each point and what is around it lies in the picture and is shown."""
    square = np.ones((2 * _AROUND_PX + 1, 2 * _AROUND_PX + 1), np.uint8)
    safe = cv2.erode(
        pair.is_shown.astype(np.uint8), square, borderType=cv2.BORDER_CONSTANT, borderValue=0
    )
    height, width = safe.shape
    columns, rows = np.rint(points).astype(np.int64).reshape(-1, 2).T
    is_inside = (columns >= 0) & (rows >= 0) & (columns < width) & (rows < height)
    shown = safe[np.where(is_inside, rows, 0), np.where(is_inside, columns, 0)] > 0
    return np.asarray(is_inside & shown, np.bool_)


def _moved(homography: NDArray[np.float64], points: Places) -> Places:
    if not len(points):
        return points
    moved = cv2.perspectiveTransform(points[:, None], homography)[:, 0]
    return np.asarray(moved, np.float64)


def _rounded(points: NDArray[np.float32]) -> Places:
    # Before anything is judged: what is judged is what is printed.
    return np.asarray(np.round(points.astype(np.float64), 2), np.float64)


def _grey(rgb: Picture, size_px: tuple[int, int]) -> Picture:
    copy = cv2.resize(rgb, size_px, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(copy, cv2.COLOR_RGB2GRAY), np.uint8)


def _point(place: Place) -> tuple[float, float]:
    return float(place[0]), float(place[1])
