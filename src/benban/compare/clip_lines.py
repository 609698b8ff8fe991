"""
Lines ``source = rate x query + offset`` that many agreeing frames lie on.

The query is looked at in windows, so that a range in a long video is not drowned and the number
of rates to try stays small; every rate of a fixed grid is tried in every window.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pairs = NDArray[np.intp]
Times = NDArray[np.float64]

# With one frame a second on both sides the nearest one is up to half a second away.
TOLERANCE_MS = 750.0
SLOWEST, FASTEST = 0.5, 2.0
_WINDOW_MS = 60_000.0
# What agrees with so much says nothing on time and is not used to propose.
_MAX_PARTNERS = 40
_PROPOSALS = 6
# A copy at the speed of its source is the usual case; all other rates share the other half.
_RATES_AT_NORMAL_SPEED = 2.0
_NORMAL = 0.02
# How far from the line a pair still pulls at it, step by step in tolerances.
_REFINEMENTS = (4.0, 4.0, 2.0, 2.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    One line.

    Attributes:
        rate: milliseconds of the source in one of the query.
        tried_rates: among how many rates this one was chosen, weighted: two at normal speed.
    """

    rate: float
    offset_ms: float
    tried_rates: float


def best_lines(query_ms: Times, source_ms: Times, pairs: Pairs) -> list[Line]:
    """Return the lines on which most query frames lie, at most six of each window of the query."""
    partners = np.bincount(pairs[:, 0], minlength=len(query_ms))
    telling = pairs[partners[pairs[:, 0]] <= max(_MAX_PARTNERS, int(partners.min()))]
    found: list[Line] = []
    for start_ms in np.arange(0.0, query_ms[-1] + 1, _WINDOW_MS / 2):
        times = query_ms[telling[:, 0]]
        window = telling[(times >= start_ms) & (times < start_ms + _WINDOW_MS)]
        # The half before has seen what lies in its own half; a last short one is still looked at.
        if len(window) > 1:
            found += _proposals(query_ms, source_ms, window)
    refined = [_refined(query_ms, source_ms, pairs, line) for line in found]
    return list(dict.fromkeys(refined))


def on_line(query_ms: Times, source_ms: Times, pairs: Pairs, line: Line) -> Pairs:
    """Return the pairs within the tolerance, for each query frame the nearest, in its order."""
    away = np.abs(_residuals(query_ms, source_ms, pairs, line.rate) - line.offset_ms)
    near = pairs[away <= TOLERANCE_MS]
    order = np.lexsort((away[away <= TOLERANCE_MS], near[:, 0]))
    near = near[order]
    _, first = np.unique(near[:, 0], return_index=True)
    return near[first]


def _proposals(query_ms: Times, source_ms: Times, pairs: Pairs) -> list[Line]:
    rates = _rates(float(np.ptp(query_ms[pairs[:, 0]])))
    counted: list[tuple[int, float, float]] = []
    for rate in rates:
        offsets = _residuals(query_ms, source_ms, pairs, rate)
        # Bins overlap by half, so that no line is cut by a border.
        for shift in (0.0, 0.5):
            bins = np.floor(offsets / (2 * TOLERANCE_MS) + shift).astype(np.int64)
            # A query frame counts once in a bin.
            places = np.unique(bins * len(query_ms) + pairs[:, 0]) // len(query_ms)
            values, counts = np.unique(places, return_counts=True)
            top = int(counts.argmax())
            centre = (values[top] - shift + 0.5) * 2 * TOLERANCE_MS
            counted.append((-int(counts[top]), float(rate), float(centre)))
    # Among equals the one nearest to normal speed.
    counted.sort(key=lambda one: (one[0], abs(np.log(one[1])), one[2]))
    return [
        Line(rate=rate, offset_ms=offset, tried_rates=_tried(rate, len(rates)))
        for _, rate, offset in counted[:_PROPOSALS]
    ]


def _rates(span_ms: float) -> list[float]:
    """Return rates so near to one another that a line between two is missed by no frame."""
    step = min(0.2, max(TOLERANCE_MS / max(span_ms, 1.0), TOLERANCE_MS / _WINDOW_MS))
    count = int(np.ceil(np.log(FASTEST) / step))
    return [float(np.exp(k * np.log(FASTEST) / count)) for k in range(-count, count + 1)]


def _refined(query_ms: Times, source_ms: Times, pairs: Pairs, line: Line) -> Line:
    """Return the least-squares line over what lies on *line*, or normal speed where that fits."""
    best, most = line, len(on_line(query_ms, source_ms, pairs, line))
    for reach in _REFINEMENTS:
        # All that agrees near the line, not the nearest alone: a picture that is shown for some
        # seconds agrees along all of them, and any line through them would confirm itself.
        away = np.abs(_residuals(query_ms, source_ms, pairs, line.rate) - line.offset_ms)
        inside = pairs[away <= reach * TOLERANCE_MS]
        if len(inside) < 2:  # noqa: PLR2004 - a line needs two
            break
        line = _fitted(query_ms[inside[:, 0]], source_ms[inside[:, 1]], line)
        count = len(on_line(query_ms, source_ms, pairs, line))
        if count >= most:
            best, most = line, count
    return _at_normal_speed(query_ms, source_ms, pairs, best)


def _fitted(query_ms: Times, source_ms: Times, line: Line) -> Line:
    middle = query_ms.mean()
    spread = float(((query_ms - middle) ** 2).sum())
    rate = line.rate
    if spread > 0:
        rate = float(((query_ms - middle) * (source_ms - source_ms.mean())).sum()) / spread
    rate = min(FASTEST, max(SLOWEST, rate))
    return Line(
        rate=rate,
        offset_ms=float(source_ms.mean() - rate * middle),
        tried_rates=line.tried_rates,
    )


def _at_normal_speed(query_ms: Times, source_ms: Times, pairs: Pairs, line: Line) -> Line:
    inside = on_line(query_ms, source_ms, pairs, line)
    if not len(inside) or line.rate == 1:
        return line
    offset = float(np.median(source_ms[inside[:, 1]] - query_ms[inside[:, 0]]))
    plain = Line(rate=1.0, offset_ms=offset, tried_rates=_RATES_AT_NORMAL_SPEED)
    return plain if len(on_line(query_ms, source_ms, pairs, plain)) >= len(inside) else line


def _tried(rate: float, rates: int) -> float:
    return _RATES_AT_NORMAL_SPEED if abs(rate - 1) < _NORMAL else 2.0 * rates


def _residuals(query_ms: Times, source_ms: Times, pairs: Pairs, rate: float) -> Times:
    return np.asarray(source_ms[pairs[:, 1]] - rate * query_ms[pairs[:, 0]], np.float64)
