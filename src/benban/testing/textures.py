"""
Textures made from numbers: brick, foliage, floor, stone, cloth. No photograph, nobody in them.

All functions return ``uint8`` arrays of shape ``(height, width, 3)``, RGB, and draw from the
generator they are given only, so that one seed makes one picture.
"""

from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
# How far from the middle of the noise a vein reaches, and how many pixels start a pit.
_VEIN_HALF_WIDTH = 0.012
_PIT_SHARE = 0.004
_Field = npt.NDArray[np.float32]


def fractal_noise(
    rng: np.random.Generator, height_px: int, width_px: int, *, coarse: int = 6, octaves: int = 6
) -> _Field:
    """Return ``float32`` noise in 0..1 with detail down to a few pixels."""
    total = np.zeros((height_px, width_px), np.float32)
    weight_sum = 0.0
    for octave in range(octaves):
        cells = coarse * 2**octave
        grid = rng.random((cells, cells * width_px // height_px + 1), dtype=np.float32)
        weight = 0.62**octave
        total += weight * _resized(grid, height_px, width_px)
        weight_sum += weight
    return cast("_Field", total / weight_sum)


def brick_wall(rng: np.random.Generator, height_px: int, width_px: int) -> Picture:
    """Return a wall of bricks, each with its own tone and grain."""
    wall = np.full((height_px, width_px, 3), (176, 168, 156), np.float32)
    brick_h, brick_w = int(rng.integers(38, 58)), int(rng.integers(94, 140))
    joint = int(rng.integers(5, 9))
    for row, top in enumerate(range(-brick_h, height_px, brick_h + joint)):
        shift = (row % 2) * brick_w // 2 + int(rng.integers(-9, 9))
        for left in range(-brick_w - shift, width_px, brick_w + joint):
            tone = np.array((150, 84, 62)) + rng.normal(0, 22, 3) + rng.normal(0, 18)
            inset = rng.integers(0, 4, 4)
            wall[
                max(0, top + inset[0]) : max(0, top + brick_h - inset[1]),
                max(0, left + inset[2]) : max(0, left + brick_w - inset[3]),
            ] = tone
    grain = fractal_noise(rng, height_px, width_px, coarse=40, octaves=5)
    return _to_bytes(wall + 90 * (grain[..., None] - 0.5))


def foliage(rng: np.random.Generator, height_px: int, width_px: int) -> Picture:
    """Return leaves over leaves, from dark to light."""
    leaves = np.full((height_px, width_px, 3), (24, 44, 22), np.uint8)
    count = height_px * width_px // 320
    for index in range(count):
        light = 0.35 + 0.65 * index / count
        centre = (int(rng.integers(0, width_px)), int(rng.integers(0, height_px)))
        axes = (int(rng.integers(7, 26)), int(rng.integers(3, 9)))
        angle = float(rng.integers(0, 180))
        tone = light * (np.array((96, 150, 62)) + rng.normal(0, 26, 3))
        colour = tuple(float(part) for part in np.clip(tone, 0, 255))
        cv2.ellipse(leaves, centre, axes, angle, 0, 360, colour, -1, cv2.LINE_AA)
    return leaves


def tiled_floor(rng: np.random.Generator, height_px: int, width_px: int) -> Picture:
    """Return floor tiles with an ornament, seen slightly from above."""
    side = int(rng.integers(76, 112))
    petal = (side // int(rng.integers(3, 5)), side // int(rng.integers(7, 11)))
    rows, columns = height_px // side + 2, width_px // side + 2
    floor = np.zeros((rows * side, columns * side, 3), np.uint8)
    for row in range(rows):
        for column in range(columns):
            base = (196, 178, 150) if (row + column) % 2 else (112, 96, 88)
            tone = tuple(float(part) for part in np.clip(rng.normal(base, 9), 0, 255))
            corner = (column * side, row * side)
            cv2.rectangle(floor, corner, (corner[0] + side, corner[1] + side), tone, -1)
            middle = (corner[0] + side // 2, corner[1] + side // 2)
            inner = tuple(255.0 - part for part in tone)
            turn = float(rng.integers(0, 90))
            cv2.ellipse(floor, middle, petal, turn, 0, 360, inner, 4, cv2.LINE_AA)
            cv2.ellipse(floor, middle, petal, turn + 90, 0, 360, inner, 4, cv2.LINE_AA)
    cut = floor[:height_px, :width_px].astype(np.float32)
    grain = fractal_noise(rng, height_px, width_px, coarse=48, octaves=4)
    return _to_bytes(cut + 60 * (grain[..., None] - 0.5))


def stone(rng: np.random.Generator, height_px: int, width_px: int) -> Picture:
    """Return weathered stone with veins and pits."""
    rough = fractal_noise(rng, height_px, width_px, coarse=10, octaves=7)
    veins = np.abs(fractal_noise(rng, height_px, width_px, coarse=5, octaves=6) - 0.5)
    base = 205 - 80 * rough - 70 * (veins < _VEIN_HALF_WIDTH)
    pits = rng.random((height_px, width_px), dtype=np.float32) < _PIT_SHARE
    base = base - 60 * cv2.dilate(pits.astype(np.uint8), np.ones((3, 3), np.uint8))
    return _to_bytes(base[..., None] * np.array((1.0, 0.97, 0.9), np.float32))


def fur(rng: np.random.Generator, height_px: int, width_px: int) -> Picture:
    """Return striped fur out of short strokes."""
    coat = np.full((height_px, width_px, 3), (122, 92, 60), np.uint8)
    stripes = fractal_noise(rng, height_px, width_px, coarse=7, octaves=3)
    for _ in range(height_px * width_px // 110):
        x, y = int(rng.integers(0, width_px)), int(rng.integers(0, height_px))
        dark = 0.55 if np.sin(38 * stripes[y, x]) > 0 else 1.15
        tone = dark * (np.array((158, 120, 78)) + rng.normal(0, 16, 3))
        colour = tuple(float(part) for part in np.clip(tone, 0, 255))
        angle = 6.0 * stripes[y, x] + rng.normal(0, 0.25)
        end = (int(x + 15 * np.cos(angle)), int(y + 15 * np.sin(angle)))
        cv2.line(coat, (x, y), end, colour, 2, cv2.LINE_AA)
    return coat


def woven_cloth(rng: np.random.Generator, height_px: int, width_px: int) -> Picture:
    """Return checked cloth with a weave; two generators never give the same check."""
    y, x = np.mgrid[0:height_px, 0:width_px].astype(np.float32)
    turn = float(rng.uniform(0.1, 0.6))
    u = x * np.cos(turn) + y * np.sin(turn)
    v = y * np.cos(turn) - x * np.sin(turn)
    cloth = np.zeros((height_px, width_px, 3), np.float32)
    for axis in (u, v):
        for period in rng.uniform(34, 170, 4):
            colour = rng.uniform(-34, 34, 3).astype(np.float32)
            band = (np.sin(2 * np.pi * axis / period) > rng.uniform(-0.2, 0.7)).astype(np.float32)
            cloth += band[..., None] * colour
    weave = 14 * np.sin(2 * np.pi * u / 5.0) * np.sin(2 * np.pi * v / 5.0)
    grain = fractal_noise(rng, height_px, width_px, coarse=30, octaves=5)
    base = rng.uniform(90, 170, 3).astype(np.float32)
    return _to_bytes(base + cloth + (weave + 70 * (grain - 0.5))[..., None])


def _resized(grid: _Field, height_px: int, width_px: int) -> _Field:
    resized = cv2.resize(grid, (width_px, height_px), interpolation=cv2.INTER_CUBIC)
    return resized.astype(np.float32)


def _to_bytes(values: npt.NDArray[np.floating]) -> Picture:
    return cast("Picture", np.clip(np.rint(values), 0, 255).astype(np.uint8))
