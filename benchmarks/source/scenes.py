"""
Second photographs that were never taken: made from one, as a hand that moved would have seen it.

Things nearer to the camera move further (parallax), some things move by themselves, the exposure
is another and so is the grain. They stand in rows of their own: a rule that separates these has
not been shown to separate real ones.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.pair import WORKING_SIDE_PX
from benchmarks.source.fills import Values, clouds
from benchmarks.source.forgery import Picture, as_bytes

# The bands in which the synthetic pairs are reported, in pixels of the working copy.
PARALLAX_PX = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """What is different in the second photograph."""

    parallax_px: float
    moving_parts: int
    seed: int


def plan_motion(seed: int, *, is_static: bool = False) -> Motion:
    """Return the motion of a pair: parallax evenly over the octaves."""
    rng = np.random.default_rng([seed, 77])
    low, high = np.log(PARALLAX_PX[0]), np.log(PARALLAX_PX[-1])
    return Motion(
        parallax_px=0.0 if is_static else float(np.exp(rng.uniform(low, high))),
        moving_parts=int(rng.integers(1, 4)) if seed % 2 else 0,
        seed=seed,
    )


def second_photograph(first: Picture, motion: Motion) -> Picture:
    """
    Return what the camera would have seen a moment later or from beside.

    The nearest and the farthest thing move against each other by ``parallax_px`` of the working
    copy; a camera on a tripod (0) moves nothing but what moves by itself.
    """
    rng = np.random.default_rng([motion.seed, 78])
    height, width = first.shape[:2]
    enlarged = max(1.0, max(height, width) / WORKING_SIDE_PX)
    rows, columns = np.indices((height, width), np.float32)
    x, y = columns.copy(), rows.copy()
    if motion.parallax_px:
        shift = motion.parallax_px * enlarged * (_nearness(rng, height, width) - 0.5)
        direction = rng.uniform(0, 2 * np.pi)
        x, y = x + shift * np.cos(direction), y + shift * np.sin(direction)
        x, y = _shaken(rng, x, y)
    for _ in range(motion.moving_parts):
        inside = _oval(rng, height, width, (0.05, 0.12))
        away = rng.uniform(4, 40) * enlarged
        angle = rng.uniform(0, 2 * np.pi)
        x[inside] += away * np.cos(angle)
        y[inside] += away * np.sin(angle)
    # The grain of the first photograph is not that of the second.
    smooth = cv2.bilateralFilter(first, 5, 12, 2)
    seen = cv2.remap(
        smooth,
        np.asarray(x, np.float32),
        np.asarray(y, np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REFLECT,
    )
    gain, gamma = rng.uniform(0.8, 1.25), rng.uniform(0.9, 1.1)
    exposed = 255 * np.clip(seen.astype(np.float64) * gain / 255, 0, 1) ** gamma
    return as_bytes(exposed + rng.normal(0, rng.uniform(1.5, 4), exposed.shape))


def repeated_texture_pair(seed: int, one: Picture, other: Picture) -> tuple[Picture, Picture]:
    """Return two photographs in front of the same kind of wall: tiles that repeat."""
    rng = np.random.default_rng([seed, 79])
    side = int(rng.integers(24, 60))
    tile = as_bytes(255 * np.stack([clouds(rng, 6, (side, side)) for _ in range(3)], axis=2))
    tile[:2], tile[:, :2] = 90, 90
    return _before_wall(rng, tile, one), _before_wall(rng, tile, other)


def same_object_pair(
    seed: int, thing: Picture, one: Picture, other: Picture
) -> tuple[Picture, Picture]:
    """Return two photographs of different places with one thing in both, seen askew in one."""
    rng = np.random.default_rng([seed, 80])
    return _with_thing(rng, thing, one, askew=0.0), _with_thing(rng, thing, other, askew=0.12)


def _nearness(rng: np.random.Generator, height: int, width: int) -> Values:
    """Return 0 for the farthest and 1 for the nearest: a few things before an uneven ground."""
    near = 0.4 * clouds(rng, 6, (width, height))
    for _ in range(int(rng.integers(3, 7))):
        near[_oval(rng, height, width, (0.08, 0.3))] += rng.uniform(0.2, 0.6)
    return np.asarray((near - near.min()) / max(1e-6, float(np.ptp(near))), np.float32)


def _oval(
    rng: np.random.Generator, height: int, width: int, share: tuple[float, float]
) -> NDArray[np.bool_]:
    rows, columns = np.indices((height, width))
    radius = rng.uniform(*share) * max(height, width)
    cy, cx = rng.uniform(0.1, 0.9) * height, rng.uniform(0.1, 0.9) * width
    stretch = rng.uniform(0.6, 1.6)
    return np.asarray(np.hypot((rows - cy) * stretch, (columns - cx) / stretch) < radius)


def _shaken(
    rng: np.random.Generator, x: NDArray[np.floating], y: NDArray[np.floating]
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return the places under a small turn, scale and shift of the hand."""
    height, width = x.shape
    angle, scale = np.deg2rad(rng.uniform(-2, 2)), rng.uniform(0.98, 1.02)
    dx, dy = x - width / 2, y - height / 2
    turned_x = scale * (np.cos(angle) * dx - np.sin(angle) * dy)
    turned_y = scale * (np.sin(angle) * dx + np.cos(angle) * dy)
    shift_x, shift_y = rng.uniform(-0.03, 0.03, 2) * max(height, width)
    return turned_x + width / 2 + shift_x, turned_y + height / 2 + shift_y


def _before_wall(rng: np.random.Generator, tile: Picture, photo: Picture) -> Picture:
    height, width = 600, 800
    many = (height // tile.shape[0] + 8, width // tile.shape[1] + 8, 1)
    wall = np.tile(tile, many)
    scale = rng.uniform(0.8, 1.2)
    lean = rng.uniform(-2e-4, 2e-4, 2)
    shift = -rng.uniform(0, 2, 2) * tile.shape[0]
    to = np.array([[scale, 0, shift[0]], [0, scale, shift[1]], [lean[0], lean[1], 1]])
    seen = cv2.warpPerspective(wall, to, (width, height), borderMode=cv2.BORDER_WRAP)
    before = _oval(rng, height, width, (0.2, 0.3))[..., None]
    front = cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA)
    light = rng.uniform(0.8, 1.15) * (0.8 + 0.4 * clouds(rng, 4, (width, height)))
    mixed = np.where(before, front, seen * light[..., None])
    return as_bytes(mixed + rng.normal(0, 3, mixed.shape))


def _with_thing(
    rng: np.random.Generator, thing: Picture, host: Picture, *, askew: float
) -> Picture:
    height, width = host.shape[:2]
    tall, wide = thing.shape[:2]
    side = rng.uniform(0.25, 0.4) * min(height, width)
    corners = np.array([[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7]]) * (wide, tall)
    left, top = rng.uniform(0.05, 0.9) * (width - side), rng.uniform(0.05, 0.9) * (height - side)
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) + rng.uniform(-askew, askew, (4, 2))
    to = cv2.getPerspectiveTransform(
        corners.astype(np.float32), (square * side + (left, top)).astype(np.float32)
    )
    seen = cv2.warpPerspective(thing, to, (width, height), flags=cv2.INTER_LINEAR)
    outline = np.asarray(np.rint(square * side + (left, top)), np.int32)
    mask = np.asarray(cv2.fillConvexPoly(np.zeros((height, width), np.uint8), outline, 1))
    return as_bytes(np.where(mask[..., None] > 0, seen * rng.uniform(0.8, 1.1), host))
