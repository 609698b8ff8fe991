"""
What a region of a photograph is covered with: things, never people, and nothing is generated.

Every filling takes the region as a mask of its own and answers with a whole picture. What really
became of the pixels is measured afterwards (``forgery.truth_between``).
"""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.source.forgery import Picture, as_bytes

Mask = NDArray[np.bool_]
Values = NDArray[np.float32]
Fill = Callable[[np.random.Generator, Picture, Picture, Mask], Picture]

_SMALLEST_PX = 4


def region(rng: np.random.Generator, height: int, width: int) -> Mask:
    """Return one blob that covers 20 to 55 % of the picture."""
    share = rng.uniform(0.2, 0.55)
    noise = cv2.resize(
        rng.random((7, 7)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    rows, columns = np.indices((height, width))
    cy, cx = rng.uniform(0.35, 0.65, 2)
    stretch = rng.uniform(0.7, 1.4)
    distance = np.hypot((rows / height - cy) * stretch, (columns / width - cx) / stretch)
    field = distance - 0.16 * noise
    return np.asarray(field < np.quantile(field, share), np.bool_)


def clouds(rng: np.random.Generator, knots: int, size: tuple[int, int]) -> Values:
    """Return smooth noise of about 0..1 in the size of a picture (width, height)."""
    noise = rng.random((knots, knots)).astype(np.float32)
    return np.asarray(cv2.resize(noise, size, interpolation=cv2.INTER_CUBIC), np.float32)


def clone(picture: Picture, donor: Picture, mask: Mask) -> Picture:
    """
    Return *picture* with *donor* (of the same size) cloned into the mask, by Poisson's equation.

    OpenCV writes into the mask that it is given, and into the picture outside it; so it gets a
    copy, and what it did is measured from the pixels.
    """
    own = mask.astype(np.uint8) * 255
    own[:2], own[-2:], own[:, :2], own[:, -2:] = 0, 0, 0, 0
    left, top, width, height = cv2.boundingRect(own)
    if min(width, height) < _SMALLEST_PX:
        return picture.copy()
    middle = (left + width // 2, top + height // 2)
    cloned = cv2.seamlessClone(donor, picture, own.copy(), middle, cv2.NORMAL_CLONE)
    return np.asarray(cloned, np.uint8)


def _cloth(rng: np.random.Generator, original: Picture, _: Picture, mask: Mask) -> Picture:
    height, width = original.shape[:2]
    rows, columns = np.indices((height, width), np.float32)
    angle, period = rng.uniform(0, np.pi), rng.uniform(5, 16)
    u = columns * np.cos(angle) + rows * np.sin(angle)
    v = rows * np.cos(angle) - columns * np.sin(angle)
    weave = 0.5 + 0.25 * np.sin(2 * np.pi * u / period) + 0.25 * np.sin(2 * np.pi * v / period)
    shade = cv2.resize(
        rng.random((5, 5)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    dark, light = rng.uniform(20, 120, 3), rng.uniform(120, 235, 3)
    cloth = dark + (light - dark) * weave[..., None]
    grain = rng.normal(0, 4, cloth.shape)
    return _laid(original, np.asarray(cloth * (0.6 + 0.6 * shade[..., None]) + grain), mask)


def _texture(rng: np.random.Generator, original: Picture, donor: Picture, mask: Mask) -> Picture:
    return _laid(original, _piece(rng, original, donor).astype(np.float64), mask)


def _poisson(rng: np.random.Generator, original: Picture, donor: Picture, mask: Mask) -> Picture:
    return clone(original, _piece(rng, original, donor), mask)


def _low_pass(rng: np.random.Generator, original: Picture, _: Picture, mask: Mask) -> Picture:
    blurred = cv2.GaussianBlur(original, (0, 0), float(rng.uniform(14, 40))).astype(np.float32)
    return _laid(original, blurred + rng.normal(0, 2.5, blurred.shape), mask)


def _interpolation(rng: np.random.Generator, original: Picture, _: Picture, mask: Mask) -> Picture:
    """Fill from the edge of the region inwards: halved until nothing is missing, then back."""
    known = (~mask).astype(np.float32)[..., None]
    smooth = _filled(original.astype(np.float32) * known, known)
    return _laid(original, smooth + rng.normal(0, 2.5, smooth.shape), mask)


FILLS: Mapping[str, Fill] = {
    "cloth": _cloth,
    "texture": _texture,
    "interpolation": _interpolation,
    "poisson": _poisson,
    "low-pass": _low_pass,
}


def _laid(original: Picture, filling: NDArray[np.floating], mask: Mask) -> Picture:
    """Return the filling over the region, with a feathered edge."""
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.5)[..., None]
    return as_bytes(original * (1 - soft) + filling * soft)


def _piece(rng: np.random.Generator, original: Picture, donor: Picture) -> Picture:
    """Return a piece of another photograph in the size of the original."""
    height, width = original.shape[:2]
    scale = max(height / donor.shape[0], width / donor.shape[1]) * rng.uniform(1.0, 1.5)
    size = (int(donor.shape[1] * scale) + 1, int(donor.shape[0] * scale) + 1)
    large = np.asarray(cv2.resize(donor, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    y = int(rng.integers(0, size[1] - height + 1))
    x = int(rng.integers(0, size[0] - width + 1))
    return np.ascontiguousarray(large[y : y + height, x : x + width])


def _filled(weighted: Values, weight: Values) -> Values:
    height, width = weight.shape[:2]
    if min(height, width) <= _SMALLEST_PX or weight.min() > 0:
        return np.asarray(weighted / np.maximum(weight, 1e-6), np.float32)
    half = (max(1, width // 2), max(1, height // 2))
    smaller = cv2.resize(weighted, half, interpolation=cv2.INTER_AREA)
    lighter = cv2.resize(weight, half, interpolation=cv2.INTER_AREA)
    below = _filled(
        np.asarray(smaller, np.float32), np.asarray(lighter, np.float32).reshape(*half[::-1], 1)
    )
    guess = np.asarray(cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR))
    return np.asarray(np.where(weight > 0, weighted / np.maximum(weight, 1e-6), guess), np.float32)
