"""
Exact 95 % intervals of a share, and the number of independent things behind it.

Source: Clopper and Pearson 1934.
"""

import math
from collections.abc import Hashable, Iterable

_TAIL = 0.025
_ONE_SIDED = 0.05
_HALVINGS = 60


def interval(hits: int, trials: int) -> tuple[float, float]:
    """Return the two-sided 95 % interval of a share; (0, 1) when nothing was tried."""
    if trials == 0:
        return 0.0, 1.0
    low = 0.0 if hits == 0 else 1 - _upper(trials - hits, trials, _TAIL)
    high = 1.0 if hits == trials else _upper(hits, trials, _TAIL)
    return low, high


def upper_bound(hits: int, trials: int) -> float:
    """Return the one-sided 95 % upper bound of a share; 1 when nothing was tried."""
    return 1.0 if hits >= trials else _upper(hits, trials, _ONE_SIDED)


def clustered(results: Iterable[tuple[Hashable, bool]]) -> tuple[int, int]:
    """
    Return (clusters with at least one hit, clusters).

    Pairs that share a photograph or a place are no independent trials: each place counts once, and
    one hit among its pairs makes the whole place a hit: for an upper bound the careful side.
    """
    hit: dict[Hashable, bool] = {}
    for cluster, is_hit in results:
        hit[cluster] = hit.get(cluster, False) or is_hit
    return sum(hit.values()), len(hit)


def _upper(hits: int, trials: int, tail: float) -> float:
    """Return the share at which *hits* or fewer have probability *tail*, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        at_most = sum(_binomial(trials, k, middle) for k in range(hits + 1))
        low, high = (middle, high) if at_most > tail else (low, middle)
    return high


def _binomial(n: int, k: int, p: float) -> float:
    choose = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    floor = 1e-300
    return math.exp(choose + k * math.log(max(p, floor)) + (n - k) * math.log(max(1 - p, floor)))
