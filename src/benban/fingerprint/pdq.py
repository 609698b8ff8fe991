"""
PDQ hashes in one pass, bit for bit those of the reference implementation.

PDQ blurs with four box passes and then keeps 64x64 pixels. Box passes along rows and along columns
act on opposite sides of the picture, so they commute: the 64x64 pixels are ``A X B'`` with two
64-row weight matrices, read in one sweep over the bytes. That gives the exact values; the reference
sums in single precision and is off by its own rounding. Where a bit or the quality hangs on that
rounding, the reference's order of operations is repeated (:mod:`benban.fingerprint.pdq_exact`).

Source: the PDQ paper (hashing.pdf in facebook/ThreatExchange) and pdqhash 0.2.8, whose results on
x86-64 are the vectors in ``vectors/pdq``.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from benban.fingerprint.pdq_exact import blurred_like_reference, dct_like_reference, dct_matrix
from benban.model.fingerprint import Pdq

# Smallest side that PDQ hashes; below, the hash is all zeros with quality 0.
MIN_SIDE_PX = 5

_NOTHING = Pdq(hex="0" * 64, quality=0)
_SIDE = 64
_LUMA = np.array([0.299, 0.587, 0.114])
# What single precision may add to one of the 64x64 values and to one of the 256 coefficients in
# the reference. On 479 photographs and drawings of 1 to 12 MP no bit differed where the two middle
# coefficients were more than 0.0007 apart; below 0.006 the reference's order is repeated.
_PIXEL_SLACK = 0.004
_COEFFICIENT_SLACK = 0.003


def hash_picture(rgb: NDArray[np.uint8]) -> tuple[Pdq, tuple[Pdq, ...]]:
    """
    Return the PDQ hash and the eight dihedral hashes of a picture.

    Args:
        rgb: height x width x 3, red green blue, 0..255.

    Returns:
        The hash of the picture as it stands, and the hashes of: original, rotate 90, 180, 270,
        flip-x, flip-y, transpose, anti-transpose (PDQ's own order). They share one quality.

    Source: pdqhash 0.2.8 ``compute`` and ``compute_dihedral``.
    """
    height, width = rgb.shape[:2]
    if min(height, width) < MIN_SIDE_PX:
        return _NOTHING, (_NOTHING,) * 8
    small = _shrink(rgb)
    quality = _settled_quality(small)
    coefficients = _DCT64 @ small @ _DCT64.T
    if quality is None or not _is_settled(coefficients):
        return _hash_like_reference(rgb)
    dihedral = tuple(
        Pdq(hex=_bits_to_hex(variant), quality=quality) for variant in _dihedral(coefficients)
    )
    return dihedral[0], dihedral


def hash_grey(grey: NDArray[np.uint8]) -> tuple[Pdq, ...]:
    """
    Return the eight dihedral hashes of a grey plane, near those of the picture it was taken from.

    A bit that hangs on the reference's rounding is not recounted: a scan is off by more than that.

    Args:
        grey: height x width, luma 0..255.

    Returns:
        As the second value of :func:`hash_picture`.
    """
    if min(grey.shape) < MIN_SIDE_PX:
        return (_NOTHING,) * 8
    lines = _gather_lines(grey)
    small: NDArray[np.float64] = lines @ _weights(grey.shape[1]).T
    steps = int(np.floor(_steps(small)).sum())
    return tuple(
        Pdq(hex=_bits_to_hex(variant), quality=min(100, steps // 90))
        for variant in _dihedral(_DCT64 @ small @ _DCT64.T)
    )


@dataclass(frozen=True, slots=True)
class _Band:
    """The pixels from *start* on that flow into one of the 64 lines, and their weights."""

    start: int
    weights: NDArray[np.float32]
    divisor: float


_DCT64 = dct_matrix().astype(np.float64)


def _shrink(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the 64x64 luma PDQ looks at, without rounding of its own."""
    height, width = rgb.shape[:2]
    lines = _gather_lines(rgb.reshape(height, width * 3))
    luma: NDArray[np.float64] = lines.reshape(_SIDE, width, 3) @ _LUMA
    small: NDArray[np.float64] = luma @ _weights(width).T
    return small


def _gather_lines(rows: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the 64 lines that the passes along columns leave of *rows*."""
    height, breadth = rows.shape
    bands = _bands(height)
    lines = np.empty((_SIDE, breadth))
    room = np.empty((max(len(band.weights) for band in bands), breadth), np.float32)
    for k, band in enumerate(bands):
        # Small whole weights times bytes: sums stay below 2**24, single precision is exact.
        part = room[: len(band.weights)]
        np.copyto(part, rows[band.start : band.start + len(band.weights)])
        lines[k] = band.weights @ part
        lines[k] /= band.divisor
    return lines


@lru_cache(maxsize=64)
def _bands(length: int) -> tuple[_Band, ...]:
    """Return for each of the 64 lines what two box passes over *length* pixels gather there."""
    if length == _SIDE:
        one = np.ones(1, np.float32)
        return tuple(_Band(k, one, 1.0) for k in range(_SIDE))
    window = (length + 2 * _SIDE - 1) // (2 * _SIDE)
    reach_right = (window + 2) // 2 - 1
    reach_left = window - 1 - reach_right
    triangle = np.convolve(np.ones(window), np.ones(window)).astype(np.float32)
    bands = []
    for k in range(_SIDE):
        centre = int((k + 0.5) * length / _SIDE)
        start, stop = centre - 2 * reach_left, centre + 2 * reach_right
        if start >= 0 and stop < length:
            bands.append(_Band(start, triangle, float(window * window)))
        else:
            bands.append(_edge_band(length, centre, reach_left, reach_right))
    return tuple(bands)


def _edge_band(length: int, centre: int, reach_left: int, reach_right: int) -> _Band:
    # At the border a window is cut and divided by what is left of it.
    weights = np.zeros(length)
    outer = _window(length, centre, reach_left, reach_right)
    for position in range(outer.start, outer.stop):
        inner = _window(length, position, reach_left, reach_right)
        weights[inner] += 1 / (outer.stop - outer.start) / (inner.stop - inner.start)
    used = np.flatnonzero(weights)
    return _Band(int(used[0]), weights[used[0] : used[-1] + 1].astype(np.float32), 1.0)


def _window(length: int, centre: int, reach_left: int, reach_right: int) -> slice:
    return slice(max(0, centre - reach_left), min(length, centre + reach_right + 1))


@lru_cache(maxsize=64)
def _weights(length: int) -> NDArray[np.float64]:
    matrix = np.zeros((_SIDE, length))
    for k, band in enumerate(_bands(length)):
        matrix[k, band.start : band.start + len(band.weights)] = band.weights / band.divisor
    return matrix


def _settled_quality(small: NDArray[np.float64]) -> int | None:
    """Return the quality, or None if it hangs on the reference's rounding."""
    steps = _steps(small)
    slack = 2 * _PIXEL_SLACK * 100 / 255
    low = int(np.floor(np.maximum(steps - slack, 0)).sum())
    high = int(np.floor(steps + slack).sum())
    lowest, highest = min(100, low // 90), min(100, high // 90)
    return lowest if lowest == highest else None


def _steps(small: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each two neighbours stand apart, in percent of the range."""
    apart = np.concatenate([np.diff(small, axis=0).ravel(), np.diff(small, axis=1).ravel()])
    steps: NDArray[np.float64] = np.abs(apart) * (100 / 255)
    return steps


def _is_settled(coefficients: NDArray[np.float64]) -> bool:
    """Whether no bit of the eight hashes hangs on the reference's rounding."""
    middle = 128
    upright, _, turned, _, flip_x, flip_y, _, _ = _dihedral(coefficients)
    for variant in (upright, turned, flip_x, flip_y):  # a transpose has the same median
        around = np.partition(variant.ravel(), (middle - 1, middle))[middle - 1 : middle + 1]
        if around[1] - around[0] < 2 * _COEFFICIENT_SLACK:
            return False
    return True


def _hash_like_reference(rgb: NDArray[np.uint8]) -> tuple[Pdq, tuple[Pdq, ...]]:
    small = blurred_like_reference(rgb)
    upright, quality = dct_like_reference(small), _quality(small)
    # The reference leaves out the filter for a 64x64 picture, but not for its eight hashes.
    if rgb.shape[:2] == (_SIDE, _SIDE):
        turned = dct_like_reference(blurred_like_reference(rgb, always_filter=True))
    else:
        turned = upright
    first = Pdq(hex=_bits_to_hex(upright), quality=quality)
    return first, tuple(Pdq(hex=_bits_to_hex(v), quality=quality) for v in _dihedral(turned))


def _quality(small: NDArray[np.float32]) -> int:
    # Truncated term by term, as the reference does.
    down = ((small[:-1] - small[1:]) * np.float32(100)) / np.float32(255)
    across = ((small[:, :-1] - small[:, 1:]) * np.float32(100)) / np.float32(255)
    steps = np.abs(down.astype(np.int64)).sum() + np.abs(across.astype(np.int64)).sum()
    return min(100, int(steps) // 90)


_ODD_ROWS = np.where(np.arange(16) % 2, 1.0, -1.0)[:, None].astype(np.float32)
_ODD_COLUMNS = _ODD_ROWS.T
_ODD_BOTH = _ODD_ROWS * _ODD_COLUMNS


def _dihedral(a: NDArray[np.floating]) -> tuple[NDArray[np.floating], ...]:
    """Return the coefficients of the eight orientations: sign flips and transposes."""
    return (
        a,
        (a * _ODD_COLUMNS).T,
        a * _ODD_BOTH,
        (a * _ODD_ROWS).T,
        a * _ODD_ROWS,
        a * _ODD_COLUMNS,
        a.T,
        (a * _ODD_BOTH).T,
    )


def _bits_to_hex(coefficients: NDArray[np.floating]) -> str:
    """Return one bit per coefficient above the lower median, last coefficient first."""
    flat = coefficients.ravel()
    median = np.partition(flat, 127)[127]
    return np.packbits((flat > median)[::-1]).tobytes().hex()
