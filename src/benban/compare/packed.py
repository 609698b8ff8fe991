"""
What the index keeps of a picture: its points, each in 40 bytes.

A descriptor of 128 numbers becomes 32 signed bytes by a fixed transform: cosines over the four
rows and columns, sines and cosines over the eight directions, the slowest first, the constant left
out. Nothing in it is trained; the average over photographs is taken off and the small numbers are
raised a little. In this form a mirror image only changes signs.

Source: Lowe 2004 (SIFT); Arandjelovic and Zisserman 2012 (RootSIFT); Ahmed et al. 1974 (DCT).
"""

import struct
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int8]

# Bytes of an older form are measured anew.
FORMAT = 2
# With 48 no altered copy more was found (52 of the hardest kinds among 450 photographs).
CODE_SIZE = 32
# A code has about this length, so that a product of two is a cosine times its square.
CODE_LENGTH = 127.0
_GRID, _DIRECTIONS = 4, 8
# What the 32 numbers are on average over 44,388 points of 601 photographs (none that was forged
# from), in thousandths: taken off, or every descriptor lies near every other. Those that a mirror
# turns over are 0 on average.
_MEAN = (
    *(143, 0, -2, 0, 162, 0, 4, 0, -99, 0, -7, 0, -71, 42, 0, 2),
    *(0, -103, 0, 1, 0, -2, 0, 42, 0, -11, 0, 1, 0, 38, 1, 0),
)
# One over the root of their spread over the same points, in hundredths.
_RAISE = (
    *(236, 260, 320, 374, 259, 315, 245, 339, 419, 380, 279, 458, 448, 408, 480, 319),
    *(369, 290, 429, 609, 341, 358, 361, 344, 595, 483, 329, 580, 656, 445, 451, 521),
)
# Cosine from which on two points of one picture say the same.
_ALIKE = 0.75
_MAX_POINTS = 4096
_HEAD = struct.Struct("<HHHH")
_POINT_BYTES = CODE_SIZE + 8
# Angles and sizes are kept in steps: 1.4 degrees, a sixteenth of an octave.
_ANGLE_STEPS, _OCTAVE_STEPS = 256, 16
_LARGEST_SIDE_PX = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PackedPoints:
    """
    The points of one picture.

    Attributes:
        size_px: width and height of the working copy.
        places: N x 2 float32, x and y in its pixels.
        log_sizes: N float32, base-2 logarithm of the diameter in its pixels.
        angles: N float32, radians.
        codes: N x 32 int8, of length about 127.
    """

    size_px: tuple[int, int]
    places: NDArray[np.float32]
    log_sizes: NDArray[np.float32]
    angles: NDArray[np.float32]
    codes: Codes

    def __len__(self) -> int:
        return len(self.codes)

    def mirrored(self) -> "PackedPoints":
        """Return what a mirror image would give, at its own places."""
        places = self.places.copy()
        places[:, 0] = self.size_px[0] - 1 - places[:, 0]
        return PackedPoints(
            size_px=self.size_px,
            places=places,
            log_sizes=self.log_sizes,
            angles=np.asarray(np.pi - self.angles, np.float32),
            codes=np.asarray(self.codes * _transform()[1], np.int8),
        )

    def only(self, kept: NDArray[np.bool_]) -> "PackedPoints":
        """Return the points marked in *kept*, N booleans."""
        return PackedPoints(
            size_px=self.size_px,
            places=self.places[kept],
            log_sizes=self.log_sizes[kept],
            angles=self.angles[kept],
            codes=self.codes[kept],
        )


def pack_descriptors(descriptors: NDArray[np.float32]) -> Codes:
    """
    Return the codes of descriptors.

    Args:
        descriptors: N x 128, each of length 1, four rows of four cells of eight directions.
    """
    basis, _ = _transform()
    numbers = descriptors @ basis.T - np.array(_MEAN, np.float32) / 1000
    numbers *= np.array(_RAISE, np.float32) / 100
    lengths = np.maximum(np.linalg.norm(numbers, axis=1, keepdims=True), 1e-9)
    return np.asarray(np.rint(numbers / lengths * CODE_LENGTH), np.int8)


def count_alike(codes: Codes) -> NDArray[np.int64]:
    """Return, for each code, how many of *codes* lie near it, itself among them."""
    numbers = codes.astype(np.float32) / CODE_LENGTH
    alike = numbers @ numbers.T > _ALIKE
    np.fill_diagonal(alike, val=True)
    return np.asarray(alike.sum(axis=1), np.int64)


def write_packed(points: PackedPoints) -> bytes:
    """Return the points as bytes; the same points give the same bytes."""
    width, height = points.size_px
    head = _HEAD.pack(FORMAT, len(points), width, height)
    places = np.clip(np.rint(points.places * 8), 0, 65_535).astype("<u2")
    sizes = np.clip(np.rint(points.log_sizes * _OCTAVE_STEPS), 0, 65_535).astype("<u2")
    turns = np.rint(points.angles / (2 * np.pi) * _ANGLE_STEPS).astype(np.int64) % _ANGLE_STEPS
    parts = (places, sizes, turns.astype("<u2"), points.codes)
    return head + b"".join(np.ascontiguousarray(part).tobytes() for part in parts)


def read_packed(stored: bytes) -> PackedPoints | None:
    """Return the points; None where the bytes are not what :func:`write_packed` writes."""
    if len(stored) < _HEAD.size:
        return None
    form, count, width, height = _HEAD.unpack_from(stored)
    is_sound = form == FORMAT and count <= _MAX_POINTS and min(width, height) > 0
    is_sound &= max(width, height) <= _LARGEST_SIDE_PX
    if not is_sound or len(stored) != _HEAD.size + count * _POINT_BYTES:
        return None
    numbers = np.frombuffer(stored, "<u2", count * 4, _HEAD.size).astype(np.float32)
    places = numbers[: 2 * count].reshape(count, 2) / np.float32(8)
    sizes = numbers[2 * count : 3 * count] / np.float32(_OCTAVE_STEPS)
    turns = numbers[3 * count :] / _ANGLE_STEPS
    codes = np.frombuffer(stored, np.int8, count * CODE_SIZE, _HEAD.size + 8 * count)
    is_sound = bool((places < (width, height)).all() and (sizes <= _OCTAVE_STEPS).all())
    if not is_sound or (turns >= 1).any():
        return None
    return PackedPoints(
        size_px=(width, height),
        places=places,
        log_sizes=sizes,
        angles=np.asarray(turns * 2 * np.pi, np.float32),
        codes=codes.reshape(count, CODE_SIZE),
    )


@cache
def _transform() -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Return the transform, 32 x 128, and the sign that each number changes to in a mirror."""
    cosines = np.array(
        [
            [np.cos(np.pi * (2 * x + 1) * k / (2 * _GRID)) for x in range(_GRID)]
            for k in range(_GRID)
        ]
    )
    turns = 2 * np.pi * np.arange(_DIRECTIONS) / _DIRECTIONS
    waves = [np.ones(_DIRECTIONS)]
    for k in (1, 2, 3):
        waves += [np.cos(k * turns), np.sin(k * turns)]
    waves.append(np.cos(4 * turns))
    rows: list[tuple[int, int, NDArray[np.float64], int]] = []
    for i in range(_GRID):
        for j in range(_GRID):
            for number, wave in enumerate(waves):
                basis = np.einsum("y,x,o->yxo", cosines[i], cosines[j], wave).ravel()
                speed = i + j + (number + 1) // 2
                # A mirror turns the rows over and makes an angle its negative.
                sign = (-1 if i % 2 else 1) * (-1 if number in {2, 4, 6} else 1)
                rows.append((speed, len(rows), basis / np.linalg.norm(basis), sign))
    # The first is the constant: it says how even a descriptor is, not what it is.
    chosen = sorted(rows, key=lambda row: row[:2])[1 : CODE_SIZE + 1]
    basis = np.array([row[2] for row in chosen], np.float32)
    return basis, np.array([row[3] for row in chosen], np.int8)
