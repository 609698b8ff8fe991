"""
Pictures that may be seen: what was under the veil is no longer in the file.

A veil is made by shrinking to at most 16 pixels and blowing that up again, softened; nothing finer
survives and no filter brings it back.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.changes import from_change_map
from benban.compare.overlay import lay_over
from benban.errors import PictureUnsafeError
from benban.model.finding import Cell, ChangeMap, Registration

Picture = NDArray[np.uint8]

# At 16 pixels across a whole picture no body, face or text can be made out.
_VEIL_SIDE_PX = 16
# Screens show letters of 10 to 16 pixels; twice that is what text readers were trained on.
_LETTER_SCALE = 2.0
_GAP_PX = 16
_GREY = (128, 128, 128)
# A fifth smaller than the library's default; these files travel. Measured on a veiled pair: the two
# steps above this one take five times as long and save 2.5 % more.
_SMALL_PNG = (
    *(cv2.IMWRITE_PNG_COMPRESSION, 7),
    *(cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_FILTERED),
)
# Measured on the example: a sixth of the PNG, and no difference to be seen in print.
_PRINT_QUALITY = 88


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VeiledPair:
    """
    A registered pair in which everything but agreed cells is veiled; other pictures start here.

    Attributes:
        questioned, original: RGB on the questioned picture's grid, of one size.
        is_shown: height x width, False where both are veiled.
    """

    questioned: Picture
    original: Picture
    is_shown: NDArray[np.bool_]

    @property
    def second_half_px(self) -> int:
        """The column at which the right half begins in the picture of both."""
        return int(self.is_shown.shape[1]) + _GAP_PX


def veiled_png(rgb: Picture, max_side_px: int) -> bytes:
    """
    Return a destructively veiled PNG of *rgb*.

    Args:
        rgb: height x width x 3, red green blue, 0..255.
        max_side_px: longest side of the PNG, at least 1.
    """
    width, height = _fitted_size(rgb, max_side_px)
    return encode_png(veil_pixels(rgb, width, height))


def unveiled_png(rgb: Picture, max_side_px: int) -> bytes:
    """Return *rgb* as a PNG without any metadata, its longest side at most *max_side_px*."""
    size = _fitted_size(rgb, max_side_px)
    return encode_png(_as_picture(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)))


def veil_pair(
    questioned: Picture,
    original: Picture,
    registration: Registration,
    change_map: ChangeMap,
) -> VeiledPair:
    """
    Return the questioned picture and the original laid over it, veiled alike.

    Every cell that is not agreed, and its neighbours, is veiled in both, so that neither half
    shows what the other hides.

    Args:
        questioned: RGB, any size.
        original: RGB, any size.
        registration: how the original lies in the questioned picture.
        change_map: on the same grid.
    """
    width, height = registration.questioned_size_px
    seen = _as_picture(cv2.resize(questioned, (width, height), interpolation=cv2.INTER_AREA))
    laid = _laid(seen, original, registration)
    shown = _shown_pixels(change_map, width, height)
    seen, laid = (
        np.where(shown[:, :, None], half, veil_pixels(half, width, height)) for half in (seen, laid)
    )
    return VeiledPair(questioned=seen, original=laid, is_shown=shown)


def veiled_pair_png(pair: VeiledPair) -> bytes:
    """Return both halves side by side as PNG, 16 px of white between them."""
    return encode_png(join_halves(pair))


def join_halves(pair: VeiledPair) -> Picture:
    """Return both halves side by side, 16 px of white between them."""
    gap = np.full((pair.is_shown.shape[0], _GAP_PX, 3), 255, np.uint8)
    return np.hstack([pair.questioned, gap, pair.original])


def grey_png(rgb: Picture, max_side_px: int) -> bytes:
    """
    Return a picture in grey as PNG without metadata, for a program that reads text from it.

    Args:
        rgb: height x width x 3, 0..255.
        max_side_px: a larger picture is reduced; a small one is enlarged twice, because letters
            below some twenty pixels are read badly.

    Raises:
        PictureUnsafeError: BB-301, the encoder refused.
    """
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    scale = min(_LETTER_SCALE, max_side_px / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    done, data = cv2.imencode(".png", cv2.resize(grey, size, interpolation=way), _SMALL_PNG)
    if not done:
        raise PictureUnsafeError("png")
    return data.tobytes()


def print_jpeg(veiled: bytes) -> bytes:
    """
    Return the JPEG of a veiled picture for a printed page, in the same size, without metadata.

    Args:
        veiled: a PNG that was made here; other people's pictures are decoded in the fence only.

    Raises:
        PictureUnsafeError: BB-301, the bytes are not such a PNG.
    """
    picture = cv2.imdecode(np.frombuffer(veiled, np.uint8), cv2.IMREAD_COLOR) if veiled else None
    if picture is None:
        raise PictureUnsafeError("png")
    done, data = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, _PRINT_QUALITY))
    if not done:
        raise PictureUnsafeError("jpeg")
    return data.tobytes()


def veil_pixels(rgb: Picture, width: int, height: int) -> Picture:
    """Return *rgb* reduced to at most 16 pixels a side, blown up to *width* x *height*."""
    tiny_size = _fitted_size(rgb, _VEIL_SIDE_PX)
    tiny = cv2.resize(rgb, tiny_size, interpolation=cv2.INTER_AREA)
    tiny = cv2.GaussianBlur(tiny, (0, 0), 0.8)
    return _as_picture(cv2.resize(tiny, (width, height), interpolation=cv2.INTER_LINEAR))


def encode_png(rgb: Picture) -> bytes:
    """
    Return *rgb* as a PNG without metadata.

    Raises:
        PictureUnsafeError: BB-301, the encoder refused.
    """
    done, data = cv2.imencode(".png", rgb[:, :, ::-1], _SMALL_PNG)
    if not done:
        raise PictureUnsafeError("png")
    return data.tobytes()


def _laid(seen: Picture, original: Picture, registration: Registration) -> Picture:
    """Return the original where the questioned picture has it, a smooth bend followed."""
    homography = np.array(registration.homography).reshape(3, 3)
    source = cv2.resize(original, registration.original_size_px, interpolation=cv2.INTER_AREA)
    rows, columns = np.indices(seen.shape[:2], np.float32)
    moved = np.dstack([columns, rows])
    # The bend is found again: the pictures and the homography decide it; nothing else is kept.
    moved += lay_over(seen, original, homography, registration.original_size_px).bend
    places = cv2.perspectiveTransform(moved, np.linalg.inv(homography)).astype(np.float32)
    return _as_picture(
        cv2.remap(source, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderValue=_GREY)
    )


def _shown_pixels(change_map: ChangeMap, width: int, height: int) -> NDArray[np.bool_]:
    agreed = (from_change_map(change_map) == Cell.AGREE.value).astype(np.uint8)
    # One cell less all round: a border cell may hold a strip of what was changed.
    agreed = np.asarray(cv2.erode(agreed, np.ones((3, 3), np.uint8)), np.uint8)
    cell = change_map.cell_px
    pixels = np.kron(agreed, np.ones((cell, cell), np.uint8))[:height, :width]
    return np.asarray(pixels > 0, np.bool_)


def _fitted_size(rgb: Picture, max_side_px: int) -> tuple[int, int]:
    height, width = rgb.shape[:2]
    scale = min(1.0, max_side_px / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _as_picture(values: NDArray[np.generic]) -> Picture:
    return np.asarray(values, np.uint8)
