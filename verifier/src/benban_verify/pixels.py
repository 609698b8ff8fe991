"""
The picture comparison, recomputed from what the dossier may show of it.

A veiled pair holds the questioned picture and the original laid over it, side by side, each cell
that is not sure to agree made unrecognisable in both. So a stranger can recompute two things: that
the shown cells do agree, and that what is veiled holds nothing finer than its sixteenth.

Source: docs/reference/bag-format.md, comparison/geometry.json.
"""

import io
import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benban_verify.comparison import VeiledRun
from benban_verify.pair_pictures import LinkPicture, PatchPicture
from benban_verify.refusal import NotDone, Refusal

_Plane = NDArray[np.float64]
_Mask = NDArray[np.bool_]

_GAP_PX: Final = 16
_VEIL_SIDE_PX: Final = 16
_MAX_SIDE_PX: Final = 4096
_PNG_HEAD: Final = struct.Struct(">8sI4s2I5B")
_AGREE: Final = "1"
# On half the size: how far a patch may lie beside where the homography puts it, how large it is,
# and how much of it must be shown.
_SHIFT_PX: Final = 2
_WINDOW_PX: Final = 12
_MIN_WINDOW_PX: Final = 48
_MIN_VARIANCE: Final = 4.0
_MIN_CORRELATION: Final = 0.5
# Nearest first: most pairs agree where the homography puts them.
_SHIFTS: Final = sorted(
    (
        (down, right)
        for down in range(-_SHIFT_PX, _SHIFT_PX + 1)
        for right in range(-_SHIFT_PX, _SHIFT_PX + 1)
    ),
    key=lambda shift: shift[0] ** 2 + shift[1] ** 2,
)
_PATCH_STEP_PX: Final = 4
_MIN_PATCHES: Final = 24
_MIN_SHARE: Final = 0.7
_VEIL_SLACK: Final = 4
# Layout of the pictures beside it.
_SQUARE_PX: Final = 32
_GREY: Final = 128
_MAP_CELL_PX: Final = 12
_STRIPE_PX: Final = 6
_MAP_WHITE, _MAP_OUTSIDE, _MAP_DARK = 255, 176, 40
_MARK_PX: Final = 40
_ENLARGED: Final = 4
_BETWEEN_PX: Final = 8
_APART_PX: Final = 40
_LABEL_PX: Final = 40
# Half of the last digit that is told, and what two sums of 4,096 products may differ by.
_TOLD_WITHIN: Final = 0.0051


class PillowPixels:
    """Recomputes veiled pairs with numpy and Pillow."""

    def agreed_share(self, run: VeiledRun, png: bytes) -> float:
        """
        Return the share of shown patches in which both halves agree, 0..1.

        Raises:
            Refusal: ``comparison.grid``, ``comparison.picture_unreadable``,
                ``comparison.unveiled`` or ``comparison.pixels_disagree``.
            NotDone: ``comparison.too_little``: too little is shown to recompute anything.
        """
        if not _is_covering(run):
            raise Refusal("comparison.grid", name=run.path)
        questioned, original = _halves(run, png)
        shown = _shown(run)
        for half in (questioned, original):
            if not _is_veiled(half, shown):
                raise Refusal("comparison.unveiled", name=run.path)
        small = _halved(shown.astype(np.float64)) == 1.0
        share = _share(_halved(_grey(questioned)), _halved(_grey(original)), small)
        if share < _MIN_SHARE:
            raise Refusal("comparison.pixels_disagree", name=run.path, percent=round(100 * share))
        return share

    def check_overlay(self, run: VeiledRun, veiled: bytes, png: bytes) -> None:
        """
        Return if the picture is the shown pixels of the veiled pair, in turn a square of a half.

        Raises:
            Refusal: ``comparison.grid``, ``comparison.picture_unreadable`` or
                ``comparison.overlay_drawn``.
        """
        if not _is_covering(run):
            raise Refusal("comparison.grid", name=run.path)
        drawn = _pixels(run.overlay, png, (run.width_px, run.height_px))
        questioned, original = _halves(run, veiled)
        rows, columns = np.indices(drawn.shape[:2]) // _SQUARE_PX
        expected = np.where(((rows + columns) % 2 == 1)[:, :, None], original, questioned)
        expected[~_shown(run)] = _GREY
        if (drawn != expected).any():
            raise Refusal("comparison.overlay_drawn", name=run.overlay)

    def check_map(self, run: VeiledRun, png: bytes) -> None:
        """
        Return if the picture is the cells of the run, each with the pattern of its class.

        Raises:
            Refusal: ``comparison.grid``, ``comparison.picture_unreadable`` or
                ``comparison.map_drawn``.
        """
        if not _is_covering(run):
            raise Refusal("comparison.grid", name=run.path)
        size = _MAP_CELL_PX * run.columns, _MAP_CELL_PX * run.rows
        if (_pixels(run.change_map, png, size) != _drawn_map(run)[:, :, None]).any():
            raise Refusal("comparison.map_drawn", name=run.change_map)

    def check_links(self, run: VeiledRun, links: LinkPicture, veiled: bytes, png: bytes) -> None:
        """
        Return if the picture is the veiled pair with a mark near each end of each link.

        Raises:
            Refusal: ``comparison.picture_unreadable`` or ``comparison.links_drawn``.
        """
        size = (2 * run.width_px + _GAP_PX, run.height_px)
        drawn = _pixels(links.path, png, size)
        is_mark = (drawn != _pixels(run.path, veiled, size)).any(axis=2)
        allowed = np.zeros_like(is_mark)
        is_true = _is_black_or_white(drawn[is_mark])
        for start, places in ((0, links.seen), (run.width_px + _GAP_PX, links.laid)):
            half = slice(start, start + run.width_px)
            for place in places:
                # A view: what lies beyond the half belongs to the other one.
                near = _around(place)
                allowed[:, half][near] = True
                is_true = is_true and bool(is_mark[:, half][near].any())
        if not is_true or (is_mark & ~allowed).any():
            raise Refusal("comparison.links_drawn", name=links.path)

    def check_patches(
        self, run: VeiledRun, patches: PatchPicture, veiled: bytes, png: bytes
    ) -> None:
        """
        Return if the picture holds the windows of the veiled pair, and their correlation is told.

        Raises:
            Refusal: ``comparison.picture_unreadable`` or ``comparison.patches_drawn``.
        """
        side, count = _ENLARGED * patches.side_px, len(patches.windows)
        block = 2 * side + _BETWEEN_PX
        size = (count * (block + _APART_PX) - _APART_PX, side + _LABEL_PX)
        drawn = _pixels(patches.path, png, size)
        pair = _pixels(run.path, veiled, (2 * run.width_px + _GAP_PX, run.height_px))
        expected = np.full_like(drawn, 255.0)
        is_true = _is_black_or_white(drawn[side:].reshape(-1, 3))
        for number, (left, top, told) in enumerate(patches.windows):
            start = number * (block + _APART_PX)
            greys = []
            for column, place in (
                (left, start),
                (left + run.width_px + _GAP_PX, start + side + _BETWEEN_PX),
            ):
                window = pair[top : top + patches.side_px, column : column + patches.side_px]
                large = window.repeat(_ENLARGED, axis=0).repeat(_ENLARGED, axis=1)
                expected[:side, place : place + side] = large
                greys.append(_grey(window))
            is_true = is_true and abs(_zncc(*greys) - told) <= _TOLD_WITHIN
        if not is_true or (drawn[:side] != expected[:side]).any():
            raise Refusal("comparison.patches_drawn", name=patches.path)


def _is_covering(run: VeiledRun) -> bool:
    """Whether every pixel lies in a cell, and no cell lies wholly outside."""
    cell = run.cell_px
    return cell > 0 and (-(-run.width_px // cell), -(-run.height_px // cell)) == (
        run.columns,
        run.rows,
    )


def _halves(run: VeiledRun, png: bytes) -> tuple[_Plane, _Plane]:
    """Both halves, height x width x 3, after the PNG's own header told the right size."""
    pixels = _pixels(run.path, png, (2 * run.width_px + _GAP_PX, run.height_px))
    return pixels[:, : run.width_px], pixels[:, run.width_px + _GAP_PX :]


def _pixels(name: str, png: bytes, wanted: tuple[int, int]) -> _Plane:
    """All pixels of a PNG, height x width x 3; nothing is decoded that tells another size."""
    if max(wanted) > 2 * _MAX_SIDE_PX + _GAP_PX or len(png) < _PNG_HEAD.size:
        raise Refusal("comparison.picture_unreadable", name=name)
    magic, _, kind, width, height, *_ = _PNG_HEAD.unpack(png[: _PNG_HEAD.size])
    if (magic, kind, (width, height)) != (b"\x89PNG\r\n\x1a\n", b"IHDR", wanted):
        raise Refusal("comparison.picture_unreadable", name=name)
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
            return np.asarray(picture.convert("RGB"), np.float64)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refusal("comparison.picture_unreadable", name=name) from error


def _shown(run: VeiledRun) -> _Mask:
    """Which pixels are not veiled: agreed cells, one cell less all round."""
    digits = np.frombuffer(run.cells.encode("ascii"), np.uint8).reshape(run.rows, run.columns)
    agreed = np.pad(digits == ord(_AGREE), 1, constant_values=True)
    kept = np.ones((run.rows, run.columns), bool)
    for down in range(3):
        for right in range(3):
            kept &= agreed[down : down + run.rows, right : right + run.columns]
    pixels = np.kron(kept, np.ones((run.cell_px, run.cell_px), bool))
    return np.asarray(pixels[: run.height_px, : run.width_px], bool)


def _drawn_map(run: VeiledRun) -> _Plane:
    """The cells as grey levels: outside plain, agree with a point, changed dark, else striped."""
    digits = np.frombuffer(run.cells.encode("ascii"), np.uint8).reshape(run.rows, run.columns)
    outside, agree, changed, undecided = np.full((4, _MAP_CELL_PX, _MAP_CELL_PX), _MAP_WHITE)
    outside[:], changed[:] = _MAP_OUTSIDE, _MAP_DARK
    agree[_MAP_CELL_PX // 2, _MAP_CELL_PX // 2] = _MAP_DARK
    rows, columns = np.indices(undecided.shape)
    # One period of the stripes is one cell, so that they meet from cell to cell.
    undecided[(rows + columns) % (2 * _STRIPE_PX) < _STRIPE_PX] = _MAP_DARK
    patterns = np.stack([outside, agree, changed, undecided])[digits - ord("0")]
    height, width = run.rows * _MAP_CELL_PX, run.columns * _MAP_CELL_PX
    return np.asarray(patterns.swapaxes(1, 2).reshape(height, width), np.float64)


def _is_veiled(half: _Plane, shown: _Mask) -> bool:
    """
    Whether no veiled pixel differs from its veiled neighbour by more than a veil can.

    Sixteen pixels blown up linearly change by at most 255 * 16 / side from one pixel to the next.
    """
    longest = max(half.shape[:2])
    limit = 255 * _VEIL_SIDE_PX / longest + _VEIL_SLACK
    across = np.abs(np.diff(half, axis=1)).max(axis=2)[~shown[:, 1:] & ~shown[:, :-1]]
    down = np.abs(np.diff(half, axis=0)).max(axis=2)[~shown[1:] & ~shown[:-1]]
    return all(steps.size == 0 or steps.max() <= limit for steps in (across, down))


def _share(questioned: _Plane, original: _Plane, shown: _Mask) -> float:
    """The share of patches whose correlation at the best small shift is high enough."""
    # Every fourth pixel stands for the patch around it.
    middle = (slice(None, None, _PATCH_STEP_PX),) * 2
    agrees = np.zeros(shown[middle].shape, bool)
    judged = np.zeros(shown[middle].shape, bool)
    for shift in _SHIFTS:
        both = shown & np.roll(shown, shift, (0, 1))
        correlation, can_judge = _correlation(questioned, np.roll(original, shift, (0, 1)), both)
        judged |= (can_judge & shown)[middle]
        agrees |= (correlation >= _MIN_CORRELATION)[middle] & judged
        if agrees.sum() == judged.sum() >= _MIN_PATCHES:
            return 1.0
    if judged.sum() < _MIN_PATCHES:
        raise NotDone("comparison.too_little")
    return float(agrees.sum() / judged.sum())


def _correlation(one: _Plane, other: _Plane, mask: _Mask) -> tuple[_Plane, _Mask]:
    """Pearson's correlation of every window over *mask*, and where it can be judged."""
    weight = mask.astype(np.float64)
    count = np.maximum(_box(weight), 1.0)
    mean_one, mean_other = _box(one * weight) / count, _box(other * weight) / count
    variance_one = _box(one * one * weight) / count - mean_one**2
    variance_other = _box(other * other * weight) / count - mean_other**2
    covariance = _box(one * other * weight) / count - mean_one * mean_other
    is_judged = (
        (count >= _MIN_WINDOW_PX)
        & (variance_one >= _MIN_VARIANCE)
        & (variance_other >= _MIN_VARIANCE)
    )
    spread = np.sqrt(np.maximum(variance_one * variance_other, 1e-9))
    return np.where(is_judged, covariance / spread, -1.0), is_judged


def _box(plane: _Plane) -> _Plane:
    """The sum over a square window around every pixel."""
    half = _WINDOW_PX // 2
    padded = np.pad(plane, ((half + 1, half), (half + 1, half)))
    summed = padded.cumsum(axis=0).cumsum(axis=1)
    size = 2 * half + 1
    return np.asarray(
        summed[size:, size:]
        - summed[:-size, size:]
        - summed[size:, :-size]
        + summed[:-size, :-size]
    )


def _halved(plane: _Plane) -> _Plane:
    """The mean of each two by two pixels."""
    height, width = (side - side % 2 for side in plane.shape)
    even = plane[:height, :width]
    return np.asarray((even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4)


def _is_black_or_white(pixels: _Plane) -> bool:
    return bool(((pixels == 0).all(axis=1) | (pixels == 255).all(axis=1)).all())  # noqa: PLR2004


def _around(place: tuple[float, float]) -> tuple[slice, slice]:
    """Where the mark of a link may lie."""
    x, y = (round(value) for value in place)
    return (
        slice(max(0, y - _MARK_PX), y + _MARK_PX + 1),
        slice(max(0, x - _MARK_PX), x + _MARK_PX + 1),
    )


def _zncc(one: _Plane, other: _Plane) -> float:
    """The zero-mean normalised cross-correlation; 0 where nothing varies."""
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / spread if spread else 0.0


def _grey(rgb: _Plane) -> _Plane:
    return np.asarray(rgb @ np.array([0.299, 0.587, 0.114]))
