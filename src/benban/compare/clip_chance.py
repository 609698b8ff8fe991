"""
How often accident would put as many agreeing frames on one line.

The question is on order alone: the frames that agree are taken as they are, and only when they
agree is left to accident. Each picture of the query then meets a line by accident as often as the
places that agree with it fill the source. A scene that stands still fills all of it, and no line
through it says anything; a picture that is found once fills little.
"""

import math

import numpy as np
from numpy.typing import NDArray

from benban.compare.clip_lines import TOLERANCE_MS

Pairs = NDArray[np.intp]
Times = NDArray[np.float64]


def coverage(
    query_ms: Times, source_ms: Times, query_pictures: NDArray[np.intp], pairs: Pairs
) -> NDArray[np.float64]:
    """
    Return for each picture of the query that agrees with anything how much of the source it fills.

    Args:
        query_ms: times of the frames, ascending.
        source_ms: likewise.
        query_pictures: the number of the picture of each query frame.
        pairs: N x 2, agreeing frames.

    Returns:
        Shares 0..1.
    """
    length_ms = max(float(np.ptp(source_ms)), 1.0) + 2 * TOLERANCE_MS
    of_pair = query_pictures[pairs[:, 0]]
    shares = []
    for picture in np.unique(of_pair):
        # A picture that lasts meets a line anywhere along its length.
        reach = TOLERANCE_MS + float(np.ptp(query_ms[query_pictures == picture])) / 2
        places = np.unique(source_ms[pairs[of_pair == picture, 1]])
        filled = 2 * reach + float(np.minimum(np.diff(places), 2 * reach).sum())
        shares.append(min(1.0, filled / length_ms))
    return np.array(shares)


def log10_chance(covered: NDArray[np.float64], *, agreeing: int, lines: float) -> float:
    """
    Return log10 of the expected number of lines that meet as many pictures by accident.

    Args:
        covered: of each picture that could meet a line, how often it does by accident.
        agreeing: pictures that do lie on the line.
        lines: how many were tried.
    """
    count, share = len(covered), float(covered.mean())
    if agreeing > count or agreeing <= count * share:
        return math.log10(max(1.0, lines))
    if share >= 1:
        return math.log10(max(1.0, lines))
    # For unequal shares the binomial of their mean is the larger tail here (Hoeffding 1956).
    terms = np.array(
        [
            _log_choose(count, k) + k * math.log(share) + (count - k) * math.log1p(-share)
            for k in range(agreeing, count + 1)
        ]
    )
    top = float(terms.max())
    return (top + math.log(float(np.exp(terms - top).sum()))) / math.log(10) + math.log10(lines)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
