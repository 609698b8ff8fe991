"""
The reference's own order of operations, for the rare picture whose hash hangs on rounding.

A running sum in single precision depends on the order of its steps. The reference walks along one
line at a time; here all lines walk abreast, which leaves the order within each line as it is.

Source: pdqhash 0.2.8 (``downscaling.cpp``, ``pdqhashing.cpp``, ``bindings.pyx``), x86-64.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_SIDE = 64
_LINES = 32


def dct_matrix() -> NDArray[np.float32]:
    """Return the 16 x 64 matrix of the cosine transform, rows 1..16 (the mean is left out)."""
    scale = float(np.float32(math.sqrt(2 / _SIDE)))
    values = [
        [scale * math.cos(math.pi / 2 / _SIDE * (i + 1) * (2 * j + 1)) for j in range(_SIDE)]
        for i in range(16)
    ]
    return np.array(values, np.float32)


def blurred_like_reference(
    rgb: NDArray[np.uint8], *, always_filter: bool = False
) -> NDArray[np.float32]:
    """
    Return the 64 x 64 luma that the reference computes, with its rounding.

    Args:
        rgb: height x width x 3, 0..255.
        always_filter: also for a picture of 64 x 64 pixels.
    """
    luma = _luma(rgb)
    height, width = luma.shape
    rows = [int((k + 0.5) * height / _SIDE) for k in range(_SIDE)]
    columns = [int((k + 0.5) * width / _SIDE) for k in range(_SIDE)]
    if (height, width) == (_SIDE, _SIDE) and not always_filter:
        return luma
    across, down = _window(width), _window(height)
    luma = _box(np.ascontiguousarray(luma.T), across, range(width))
    luma = _box(np.ascontiguousarray(luma.T), down, range(height))
    # Of the second pair of passes only what is kept is written.
    luma = _box(np.ascontiguousarray(luma.T), across, columns)
    return _box(np.ascontiguousarray(luma.T), down, rows)


def dct_like_reference(small: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the 16 x 16 coefficients of a 64 x 64 luma, summed one term after the other."""
    matrix = dct_matrix()
    half = np.add.accumulate(matrix[:, None, :] * small.T[None, :, :], axis=2)[:, :, -1]
    whole = np.add.accumulate(half[:, None, :] * matrix[None, :, :], axis=2)[:, :, -1]
    return np.asarray(whole, np.float32)


def _luma(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    luma = np.empty(rgb.shape[:2], np.float32)
    # A few lines at a time: in double precision a whole picture would take gigabytes.
    for top in range(0, len(rgb), _LINES):
        red, green, blue = (rgb[top : top + _LINES, :, k].astype(np.float64) for k in range(3))
        luma[top : top + _LINES] = red * 0.299 + green * 0.587 + blue * 0.114
    return luma


def _window(length: int) -> int:
    return (length + 2 * _SIDE - 1) // (2 * _SIDE)


def _box(lines: NDArray[np.float32], window: int, kept: Sequence[int]) -> NDArray[np.float32]:
    """Return the running mean of *window* lines, cut at both ends, at the lines in *kept*."""
    length = len(lines)
    ahead = (window + 2) // 2 - 1
    total = np.zeros(lines.shape[1:], np.float32)
    for line in lines[:ahead]:
        total += line
    count = ahead
    means = np.empty((len(kept), *lines.shape[1:]), np.float32)
    wanted = Counter(kept)
    written = 0
    for position in range(length):
        if position + ahead < length:
            total += lines[position + ahead]
            count += 1
        if position + ahead >= window:
            total -= lines[position + ahead - window]
            count -= 1
        for _ in range(wanted[position]):
            np.divide(total, np.float32(count), out=means[written])
            written += 1
    return means
