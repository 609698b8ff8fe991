"""
The number of false alarms: how many equally good registrations accident would give.

It excludes accident and nothing more; a second photograph of the same scene passes it easily.

Source: Moisan and Stival 2004 (ORSA); Sur, Noury and Berger 2013.
"""

import math

import numpy as np
from numpy.typing import NDArray

# A homography is fixed by four pairs.
_SAMPLE = 4


def log10_nfa(
    residuals_px: NDArray[np.float64], *, pair_count: int, area_px: float, trials: int
) -> float:
    """
    Return log10 of the number of false alarms of a homography.

    Args:
        residuals_px: sorted distances of the pairs that could count as inliers, ascending, pixels
            in the questioned picture.
        pair_count: tentative pairs, inliers or not.
        area_px: area of the questioned picture in square pixels.
        trials: how many questions were asked of this pair of pictures (mirrored or not).

    Returns:
        The smallest value over all inlier counts; at most log10(trials * pair_count).
    """
    best = math.log10(max(1, trials * pair_count))
    for count in range(_SAMPLE + 1, len(residuals_px) + 1):
        # Probability that a random point lies this near by accident; a residual below half a
        # pixel is not believed to be finer than that.
        distance = max(0.5, float(residuals_px[count - 1]))
        chance = min(1.0, math.pi * distance**2 / area_px)
        value = (
            math.log10(trials * max(1, pair_count - _SAMPLE))
            + _log10_choose(pair_count, count)
            + _log10_choose(count, _SAMPLE)
            + (count - _SAMPLE) * math.log10(chance)
        )
        best = min(best, value)
    return best


def _log10_choose(n: int, k: int) -> float:
    return (math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)) / math.log(10)
