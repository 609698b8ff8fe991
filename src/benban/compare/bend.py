"""
What of a flow between two laid-over pictures is a smooth bend of the whole picture.

Two answers, of two stiffnesses. A cubic polynomial takes out what a lens or another viewpoint on a
plane does and leaves depth; what it leaves is the measure of parallax. B-splines over eight by
eight fields follow a filter that slims or curves the whole picture. Neither follows a step: things
that stand before one another stay apart. The cubic is taken wherever it is enough.

Source: Rueckert et al. 1999 (free-form deformation by B-splines).
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Covered = NDArray[np.bool_]
Values = NDArray[np.float64]

_STEP_PX = 8
# Flow beyond this is a wrong match, not a bend.
_MAX_FLOW_PX = 24.0
# A point counts while its flow differs from the bend by less than this, narrowing.
_TOLERANCES_PX = (6.0, 3.0, 1.5, 1.5)
# Terms of a cubic in two variables, u and v: constant, linear, and so on.
_POWERS = ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3))
# Fields along each side; on altered copies of the training half with a smooth warp the flow that
# five fields left was 0.25 px, eight 0.07 px.
_FIELDS = 8
_STIFFNESS = 1e-2
# A cubic is enough while half of what follows the splines lies within this of it.
_ENOUGH_PX = 0.4
# With fewer points than this nothing is fitted.
_LEAST_POINTS = 100


def stiffest_part(
    flow: Plane, covered: Covered, is_alike: Covered
) -> Callable[[Plane, Covered], Plane]:
    """
    Return :func:`cubic_part` where a cubic is enough for this flow, else :func:`spline_part`.

    Splines that are not needed follow what lies beside a frame or beneath a cover.

    Args:
        flow: height x width x 2, pixels.
        covered: height x width.
        is_alike: where the pictures look alike after the flow; elsewhere it says nothing.
    """
    rows, columns = _places(covered.shape)
    _, usable = _samples(flow, covered & is_alike, rows, columns)
    bent, _ = _samples(flow - spline_part(flow, covered), covered, rows, columns)
    left, _ = _samples(flow - cubic_part(flow, covered), covered, rows, columns)
    following = usable & (np.hypot(*bent.T) < _TOLERANCES_PX[-1])
    if following.sum() < _LEAST_POINTS:
        return cubic_part
    return spline_part if np.median(np.hypot(*left[following].T)) > _ENOUGH_PX else cubic_part


def cubic_part(flow: Plane, covered: Covered) -> Plane:
    """Return the cubic polynomial through the flow that most of the picture follows, in pixels."""
    rows, columns = _places(covered.shape)
    steps, usable = _samples(flow, covered, rows, columns)
    y, x = (part.ravel() for part in np.meshgrid(rows, columns, indexing="ij"))
    height, width = covered.shape
    u, v = 2 * x / width - 1, 2 * y / height - 1
    terms = np.stack([u**power_u * v**power_v for power_u, power_v in _POWERS], axis=1)
    weights = np.zeros((terms.shape[1], 2))
    # The first fit starts from "no bend": the homography has already put things in place.
    for tolerance in _TOLERANCES_PX:
        near = usable & (np.hypot(*(steps - terms @ weights).T) < tolerance)
        if near.sum() < 4 * terms.shape[1]:
            break
        a = terms[near]
        # A little ridge on the bent terms: no wild bend where nothing holds it.
        ridge = np.diag([0.0] * 3 + [1e-3 * near.sum()] * (terms.shape[1] - 3))
        weights = np.linalg.solve(a.T @ a + ridge, a.T @ steps[near])
    # Evaluated as powers of v, coefficients, powers of u: the same sum without a table of terms.
    u, v = (2 * np.arange(length) / length - 1 for length in (width, height))
    powers_u, powers_v = (np.stack([part**k for k in range(4)]) for part in (u, v))
    grids = np.zeros((2, 4, 4))
    for (power_u, power_v), weight in zip(_POWERS, weights, strict=True):
        grids[:, power_v, power_u] = weight
    return _stacked([powers_v.T @ grid @ powers_u for grid in grids])


def spline_part(flow: Plane, covered: Covered) -> Plane:
    """Return the smooth bend through the flow: the cubic and, upon it, splines; in pixels."""
    height, width = covered.shape
    coarse = cubic_part(flow, covered)
    rows, columns = _places(covered.shape)
    steps, usable = _samples(flow - coarse, covered, rows, columns)
    whole, _ = _samples(flow, covered, rows, columns)
    usable &= np.hypot(*whole.T) < _MAX_FLOW_PX
    if not len(steps):
        return coarse
    across, down = _splines(columns, width), _splines(rows, height)
    # Row: a place. Column: a product of a spline down and a spline across.
    terms = (down[:, None, :, None] * across[None, :, None, :]).reshape(len(steps), -1)
    count = terms.shape[1]
    weights = np.zeros((count, 2))
    for tolerance in _TOLERANCES_PX:
        near = usable & (np.hypot(*(steps - terms @ weights).T) < tolerance)
        if near.sum() < _LEAST_POINTS:
            break
        a = terms[near]
        stiff = _STIFFNESS * near.sum() / count * _bending(_FIELDS + 3)
        weights = np.linalg.solve(a.T @ a + stiff, a.T @ steps[near])
    side = _FIELDS + 3
    across, down = (_splines(np.arange(length), length) for length in (width, height))
    return coarse + _stacked([down @ w.reshape(side, side) @ across.T for w in weights.T])


def _places(shape: tuple[int, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    half = _STEP_PX // 2
    return np.arange(half, shape[0], _STEP_PX), np.arange(half, shape[1], _STEP_PX)


def _samples(
    flow: Plane, covered: Covered, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> tuple[Values, Covered]:
    at = np.ix_(rows, columns)
    steps = flow[at].reshape(-1, 2).astype(np.float64)
    return steps, covered[at].ravel() & (np.hypot(*steps.T) < _MAX_FLOW_PX)


def _splines(places: NDArray[np.intp], length: int) -> Values:
    """Return the uniform cubic B-splines at places along a side, places x (fields + 3)."""
    at = (places + 0.5) / length * _FIELDS
    field = np.clip(at.astype(np.intp), 0, _FIELDS - 1)
    u = at - field
    pieces = ((1 - u) ** 3, 3 * u**3 - 6 * u**2 + 4, -3 * u**3 + 3 * u**2 + 3 * u + 1, u**3)
    table = np.zeros((len(places), _FIELDS + 3))
    for k, piece in enumerate(pieces):
        table[np.arange(len(places)), field + k] = piece / 6
    return table


@cache
def _bending(side: int) -> Values:
    """Return the penalty on second differences along both sides, and a little on everything."""
    second = np.diff(np.eye(side), 2, axis=0)
    along = second.T @ second
    whole = np.kron(along, np.eye(side)) + np.kron(np.eye(side), along)
    return np.asarray(whole + 1e-3 * np.eye(side**2), np.float64)


def _stacked(planes: list[Values]) -> Plane:
    return np.stack(planes, axis=2).astype(np.float32)
