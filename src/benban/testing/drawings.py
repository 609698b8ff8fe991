"""
Drawn pictures that are the same bytes on every machine: whole numbers only, from a seed.

The vectors in ``vectors/pdq`` name a generator, a seed and a size; the pictures are made anew.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Plane = NDArray[np.int64]


def draw(generator: str, *, seed: int, width_px: int, height_px: int) -> Picture:
    """
    Return the drawing, height x width x 3, red green blue, 0..255.

    Raises:
        KeyError: there is no such generator (:data:`GENERATORS`).
    """
    rng = np.random.default_rng([seed, len(generator), *generator.encode()])
    planes = GENERATORS[generator](rng, height_px, width_px)
    return np.ascontiguousarray(np.clip(planes, 0, 255).astype(np.uint8))


def _noise(rng: np.random.Generator, height: int, width: int) -> Plane:
    return rng.integers(0, 256, (height, width, 3))


def _flat(rng: np.random.Generator, height: int, width: int) -> Plane:
    plane: Plane = np.zeros((height, width, 3), np.int64) + rng.integers(0, 256, 3)
    return plane


def _gradient(rng: np.random.Generator, height: int, width: int) -> Plane:
    rows, columns = np.indices((height, width))
    slopes = rng.integers(-255, 256, (2, 3))
    start = rng.integers(60, 200, 3)
    plane: Plane = (
        start
        + rows[..., None] * slopes[0] // max(1, height)
        + columns[..., None] * slopes[1] // max(1, width)
    )
    return plane


def _checks(rng: np.random.Generator, height: int, width: int) -> Plane:
    rows, columns = np.indices((height, width))
    side = int(rng.integers(3, 90))
    is_dark = (rows // side + columns // side) % 2 == 1
    return np.where(is_dark[..., None], rng.integers(0, 120, 3), rng.integers(130, 256, 3))


def _stripes(rng: np.random.Generator, height: int, width: int) -> Plane:
    rows, columns = np.indices((height, width))
    across, down, period = (int(part) for part in rng.integers(1, 60, 3))
    phase = (columns * across + rows * down) % (period * 60)
    return np.repeat((phase * 255 // (period * 60))[..., None], 3, axis=2)


def _patches(rng: np.random.Generator, height: int, width: int) -> Plane:
    rows, columns = np.indices((height, width))
    side = int(rng.integers(2, 24))
    coarse = rng.integers(0, 256, (side, side, 3))
    return coarse[rows * side // height, columns * side // width]


def _clouds(rng: np.random.Generator, height: int, width: int) -> Plane:
    total: Plane = np.zeros((height, width, 3), np.int64)
    weight, weights = 16, 0
    for cells in (3, 7, 15, 40, 90):
        total += weight * _smooth(rng.integers(0, 256, (cells + 1, cells + 1, 3)), height, width)
        weights += weight
        weight = max(1, weight // 2)
    return 128 + (total // weights - 128) * 5 // 2


def _shapes(rng: np.random.Generator, height: int, width: int) -> Plane:
    rows, columns = np.indices((height, width))
    scene: Plane = np.zeros((height, width, 3), np.int64) + rng.integers(0, 256, 3)
    for _ in range(14):
        y, x = int(rng.integers(0, height)), int(rng.integers(0, width))
        high, wide = int(rng.integers(1, height)), int(rng.integers(1, width))
        if rng.integers(0, 2):
            inside = (abs(rows - y) * 3 < high) & (abs(columns - x) * 3 < wide)
        else:
            inside = (
                (rows - y) ** 2 * wide**2 + (columns - x) ** 2 * high**2
            ) * 9 < high**2 * wide**2
        scene[inside] = rng.integers(0, 256, 3)
    return scene


def _mirrored(rng: np.random.Generator, height: int, width: int) -> Plane:
    scene = _shapes(rng, height, width)
    return np.maximum(scene, scene[:, ::-1])


def _landscape(rng: np.random.Generator, height: int, width: int) -> Plane:
    rows, columns = np.indices((height, width))
    sky = 235 - rows[..., None] * np.array([120, 80, 30]) // height
    scene: Plane = sky + (_clouds(rng, height, width) - 128) // 6
    for distance in range(4):
        ridge = _smooth(rng.integers(0, 256, (2, 5 + 4 * distance, 1)), 1, width)[0, :, 0]
        top = height * (3 + distance) // 9 + (ridge - 128) * height // 700
        below = rows >= top[None, :]
        ground = np.array([90, 120, 70]) - 14 * distance + (_clouds(rng, height, width) - 128) // 3
        scene = np.where(below[..., None], ground, scene)
    sun = (rows - height // 5) ** 2 + (columns - width * 3 // 4) ** 2 < (height // 12) ** 2
    scene[sun] = (255, 240, 200)
    return scene


def _smooth(coarse: NDArray[np.int64], height: int, width: int) -> Plane:
    """Return *coarse* blown up with bilinear whole-number interpolation."""
    y, y_part = _between(height, coarse.shape[0] - 1)
    x, x_part = _between(width, coarse.shape[1] - 1)
    upper = coarse[y][:, x] * (256 - x_part)[None, :, None]
    upper = upper + coarse[y][:, x + 1] * x_part[None, :, None]
    lower = coarse[y + 1][:, x] * (256 - x_part)[None, :, None]
    lower = lower + coarse[y + 1][:, x + 1] * x_part[None, :, None]
    part = y_part[:, None, None]
    blown_up: Plane = (upper * (256 - part) + lower * part) >> 16
    return blown_up


def _between(length: int, cells: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    position = np.arange(length, dtype=np.int64) * cells * 256 // max(1, length)
    return position >> 8, position & 255


GENERATORS: Mapping[str, Callable[[np.random.Generator, int, int], Plane]] = {
    "noise": _noise,
    "flat": _flat,
    "gradient": _gradient,
    "checks": _checks,
    "stripes": _stripes,
    "patches": _patches,
    "clouds": _clouds,
    "shapes": _shapes,
    "mirrored": _mirrored,
    "landscape": _landscape,
}
