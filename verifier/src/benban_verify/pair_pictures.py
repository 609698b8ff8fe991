"""
The pictures beside a veiled pair: numbered links and texture patches, and what is told of them.

Source: docs/reference/bag-format.md, comparison/geometry.json.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benban_verify.canonical import (
    JsonRefusedError,
    JsonValue,
    integer_of,
    list_of,
    object_of,
    text_of,
)

_MOST_LINKS: Final = 40
_MOST_PATCHES: Final = 3
_SIDES_PX: Final = frozenset({48, 56, 64})
# 8 px around a point are shown; one less, for a place may be rounded up here and down there.
_AROUND_PX: Final = 7
# Places are told to a hundredth of a pixel.
_ROUNDING_PX: Final = 0.02
_MIN_DIVISOR: Final = 1e-9
_AGREE: Final = "1"
_HOMOGRAPHY_NUMBERS: Final = 9
_DECIMAL: Final = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:e[-+]?[0-9]{1,3})?")
_ZNCC: Final = re.compile(r"-?(?:0\.[0-9]{2}|1\.00)")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The change map of a run: square cells over a picture, 1 is agreed."""

    width_px: int
    height_px: int
    cell_px: int
    columns: int
    rows: int
    cells: str

    def shows(self, left: int, top: int, right: int, bottom: int) -> bool:
        """Return whether all pixels of a rectangle, ends included, are in it and not veiled."""
        if min(left, top) < 0 or right >= self.width_px or bottom >= self.height_px:
            return False
        if self.cell_px < 1:
            return False
        # A cell is shown when it and its eight neighbours agree.
        columns = range(left // self.cell_px - 1, right // self.cell_px + 2)
        rows = range(top // self.cell_px - 1, bottom // self.cell_px + 2)
        return all(
            self.cells[row * self.columns + column] == _AGREE
            for row in rows
            for column in columns
            if 0 <= row < self.rows and 0 <= column < self.columns
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPicture:
    """
    The links of a run.

    Attributes:
        path: of the picture; empty when there is no link.
        seen: where each is marked in the left half, in order of the numbers.
        laid: where each is marked in the right half.
    """

    path: str
    seen: tuple[Point, ...]
    laid: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchPicture:
    """
    The texture patches of a run.

    Attributes:
        path: of the picture; empty when there is no patch.
        windows: left, top and told correlation of each.
    """

    path: str
    side_px: int
    windows: tuple[tuple[int, int, float], ...]


def links_of(
    untrusted: JsonValue, registration: Mapping[str, JsonValue], grid: Grid, veiled: str
) -> LinkPicture:
    """
    Return the links of a run, checked against its homography and change map.

    Raises:
        JsonRefusedError: they are not what the format says.
        ValueError: they cannot be as they are told.
    """
    said = object_of(untrusted, ("picture", "points"))
    points = [_numbers(one, 4) for one in list_of(said["points"])]
    homography = _numbers(registration.get("homography"), _HOMOGRAPHY_NUMBERS)
    tolerance = _decimal(registration.get("tolerance_px")) + _ROUNDING_PX
    seen = tuple((one[0], one[1]) for one in points)
    laid = tuple(_moved(homography, one[2], one[3]) for one in points)
    # Inlier count and links come from one list of pairs.
    most = min(_MOST_LINKS, integer_of(registration.get("inliers")))
    is_true = len(points) <= most and all(
        math.dist(one, other) <= tolerance
        and _is_around_shown(grid, one)
        and _is_around_shown(grid, other)
        for one, other in zip(seen, laid, strict=True)
    )
    if not is_true:
        raise ValueError("links")
    return LinkPicture(path=_path(said, veiled, "links", points), seen=seen, laid=laid)


def patches_of(untrusted: JsonValue, grid: Grid, veiled: str) -> PatchPicture:
    """
    Return the patches of a run, checked against its change map.

    Raises:
        JsonRefusedError: they are not what the format says.
        ValueError: they cannot be as they are told.
    """
    said = object_of(untrusted, ("picture", "side_px", "windows"))
    side = integer_of(said["side_px"])
    windows = tuple(_window(one) for one in list_of(said["windows"]))
    is_true = len(windows) <= _MOST_PATCHES and (side in _SIDES_PX if windows else side == 0)
    for number, (left, top, _) in enumerate(windows):
        is_true = is_true and grid.shows(left, top, left + side - 1, top + side - 1)
        is_true = is_true and not any(
            abs(left - other[0]) < side and abs(top - other[1]) < side for other in windows[:number]
        )
    if not is_true:
        raise ValueError("patches")
    path = _path(said, veiled, "patches", windows)
    return PatchPicture(path=path, side_px=side, windows=windows)


def _path(said: Mapping[str, JsonValue], veiled: str, kind: str, drawn: Sequence[object]) -> str:
    """Return the path of a picture, which is there exactly where something is drawn."""
    expected = f"{veiled.removesuffix('.png')}-{kind}.png" if drawn else None
    if said["picture"] != expected:
        raise ValueError("picture")
    return expected or ""


def _window(untrusted: JsonValue) -> tuple[int, int, float]:
    said = object_of(untrusted, ("x_px", "y_px", "zncc"))
    zncc = text_of(said["zncc"])
    if not _ZNCC.fullmatch(zncc):
        raise JsonRefusedError("zncc")
    return integer_of(said["x_px"]), integer_of(said["y_px"]), float(zncc)


def _numbers(untrusted: JsonValue, count: int) -> tuple[float, ...]:
    numbers = tuple(_decimal(one) for one in list_of(untrusted))
    if len(numbers) != count:
        raise JsonRefusedError("numbers")
    return numbers


def _decimal(untrusted: JsonValue) -> float:
    text = text_of(untrusted)
    if not _DECIMAL.fullmatch(text) or not math.isfinite(float(text)):
        raise JsonRefusedError("a decimal expected")
    return float(text)


def _moved(homography: Sequence[float], x: float, y: float) -> Point:
    first, second, third = (
        homography[row] * x + homography[row + 1] * y + homography[row + 2] for row in (0, 3, 6)
    )
    if abs(third) < _MIN_DIVISOR:
        raise ValueError("at infinity")
    return first / third, second / third


def _is_around_shown(grid: Grid, point: Point) -> bool:
    if not all(math.isfinite(place) for place in point):
        return False
    x, y = (round(place) for place in point)
    return grid.shows(x - _AROUND_PX, y - _AROUND_PX, x + _AROUND_PX, y + _AROUND_PX)
