"""How a JPEG was quantised, from its header: for our own pictures only, so without the fence."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benban.errors import PictureFormatError
from benban.fingerprint.decode import BROKEN, pillow_formats, sniff_media_type

BLOCK_PX = 8
_ORIENTATION = 0x0112
# EXIF 2.3, tag 274: what turns a stored picture upright, as x' and y' of (x, y, 1), where w and h
# are the last column and row as stored.
_TURNS = {
    1: ("x", "y"),
    2: ("w-x", "y"),
    3: ("w-x", "h-y"),
    4: ("x", "h-y"),
    5: ("y", "x"),
    6: ("h-y", "x"),
    7: ("h-y", "w-x"),
    8: ("y", "w-x"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JpegGrid:
    """
    The blocks of a JPEG and the steps of their luma coefficients.

    Attributes:
        steps: 8 x 8, of the coefficients in natural order, row is the vertical frequency.
        stored_size_px: width and height before EXIF orientation is applied; blocks begin at 0, 0.
        to_upright: 3 x 3, from a stored pixel to that pixel of the upright picture.
    """

    steps: NDArray[np.float64]
    stored_size_px: tuple[int, int]
    to_upright: NDArray[np.float64]


def read_jpeg_grid(data: bytes) -> JpegGrid | None:
    """
    Return how a picture was quantised; None when it is no JPEG in grey or YCbCr.

    Args:
        data: bytes of any picture; only the header is read.
    """
    try:
        if sniff_media_type(data) != "image/jpeg":
            return None
        with Image.open(BytesIO(data), formats=pillow_formats("image/jpeg")) as picture:
            return _grid_of(picture)
    except (PictureFormatError, *BROKEN):
        return None


def _grid_of(picture: Image.Image) -> JpegGrid | None:
    tables, layers = getattr(picture, "quantization", {}), getattr(picture, "layer", ())
    # Without a transform the first plane is red, not luma (Adobe's technical note 5116).
    is_luma = picture.mode == "L" or picture.info.get("adobe_transform", 1) == 1
    if picture.mode not in {"L", "RGB"} or not layers or not is_luma:
        return None
    steps = np.asarray(tables.get(layers[0][3], ()), np.float64)
    if steps.size != BLOCK_PX * BLOCK_PX or not (steps > 0).all():
        return None
    return JpegGrid(
        steps=steps.reshape(BLOCK_PX, BLOCK_PX),
        stored_size_px=picture.size,
        to_upright=_turn(_orientation(picture), picture.size),
    )


def _turn(orientation: int, size_px: tuple[int, int]) -> NDArray[np.float64]:
    far = {"w": size_px[0] - 1.0, "h": size_px[1] - 1.0}
    rows = []
    for said in _TURNS[orientation]:
        axis = said[-1]
        sign = -1.0 if "-" in said else 1.0
        shift = far[said[0]] if "-" in said else 0.0
        rows.append([sign * (axis == "x"), sign * (axis == "y"), shift])
    return np.array([*rows, [0.0, 0.0, 1.0]])


def _orientation(picture: Image.Image) -> int:
    value = picture.getexif().get(_ORIENTATION, 1)
    return value if value in _TURNS else 1
