"""An altered picture with what is true of every pixel, and the steps that keep both together."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
# 0 as in the original, 1 changed, 2 not of the original or too little changed to say.
Truth = NDArray[np.uint8]
# Height x width x 2: x and y in the original, of what every pixel shows; NaN where it shows none.
Places = NDArray[np.float32]

SAME, CHANGED, OUTSIDE = 0, 1, 2

# Differences of up to this many grey levels are rounding.
_ROUNDING = 2
# A region whose pixels differ by less than this on average was asked for and hardly changed.
_CLEARLY = 8.0
_AROUND_PX = 2.0
_GAP_PX = 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forgery:
    """
    An altered picture.

    Attributes:
        truth: what is true of each pixel, see :func:`truth_between`.
        places: where in the original each pixel comes from, to a fraction of a pixel, also after
            a warp; changed pixels have the place that they cover.
    """

    rgb: Picture
    truth: Truth
    places: Places


def untouched(rgb: Picture) -> Forgery:
    """Return a picture as it is, ready to be treated."""
    height, width = rgb.shape[:2]
    rows, columns = np.indices((height, width), np.float32)
    return Forgery(
        rgb=rgb,
        truth=np.full((height, width), SAME, np.uint8),
        places=np.stack([columns, rows], axis=2),
    )


def truth_between(before: Picture, after: Picture) -> Truth:
    """
    Return what is true of each pixel, from the pixels alone and never from a mask asked for.

    An editor writes outside its mask (Poisson cloning does) and leaves places inside as they were.
    Untouched: within two grey levels, and so is everything near. Changed: touched, and by at least
    eight grey levels on average around. What lies between is neither and counts for nobody.
    """
    gap = np.abs(after.astype(np.int16) - before.astype(np.int16)).max(axis=2)
    touched = np.asarray(
        # A covered region equals the old one in single pixels by accident.
        cv2.morphologyEx(
            (gap > _ROUNDING).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((_GAP_PX, _GAP_PX))
        ),
        np.bool_,
    )
    around = cv2.GaussianBlur(gap.astype(np.float32), (0, 0), _AROUND_PX)
    truth = np.full(gap.shape, OUTSIDE, np.uint8)
    truth[~touched] = SAME
    truth[touched & (np.asarray(around) >= _CLEARLY)] = CHANGED
    return truth


def sent(f: Forgery, quality: int) -> Forgery:
    """Return the picture compressed as JPEG."""
    data = cv2.imencode(".jpg", f.rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    bgr = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return replace(f, rgb=np.ascontiguousarray(bgr[..., ::-1]))


def scaled(f: Forgery, factor: float) -> Forgery:
    """Return the picture resized."""
    height, width = f.rgb.shape[:2]
    size = (max(32, round(width * factor)), max(32, round(height * factor)))
    kind = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return Forgery(
        rgb=as_bytes(cv2.resize(f.rgb, size, interpolation=kind)),
        truth=as_bytes(cv2.resize(f.truth, size, interpolation=cv2.INTER_NEAREST)),
        # Pixel centres lie at (x + 0.5) * factor - 0.5 in all of OpenCV's kinds of resizing.
        places=np.asarray(cv2.resize(f.places, size, interpolation=cv2.INTER_LINEAR), np.float32),
    )


def moved(f: Forgery, to: NDArray[np.float64], size: tuple[int, int]) -> Forgery:
    """Return the picture under a 3 x 3 map, old pixel to new pixel; size is width and height."""
    nowhere = (float("nan"),) * 4
    return Forgery(
        rgb=as_bytes(cv2.warpPerspective(f.rgb, to, size, flags=cv2.INTER_CUBIC)),
        truth=as_bytes(
            cv2.warpPerspective(f.truth, to, size, flags=cv2.INTER_NEAREST, borderValue=OUTSIDE)
        ),
        places=np.asarray(
            cv2.warpPerspective(f.places, to, size, flags=cv2.INTER_LINEAR, borderValue=nowhere),
            np.float32,
        ),
    )


def bent(f: Forgery, x: NDArray[np.float32], y: NDArray[np.float32]) -> Forgery:
    """Return the picture whose pixels come from the places *x* and *y* of the old one."""
    nowhere = (float("nan"),) * 4
    return Forgery(
        rgb=as_bytes(cv2.remap(f.rgb, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)),
        truth=as_bytes(cv2.remap(f.truth, x, y, cv2.INTER_NEAREST, borderValue=OUTSIDE)),
        places=np.asarray(
            cv2.remap(f.places, x, y, cv2.INTER_LINEAR, borderValue=nowhere), np.float32
        ),
    )


def as_bytes(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Return values as grey levels."""
    return np.asarray(np.clip(np.rint(values.astype(np.float64)), 0, 255), np.uint8)
