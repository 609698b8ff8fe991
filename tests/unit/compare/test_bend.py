"""What a smooth bend is, and what is left of depth and of things that moved."""

import numpy as np
import pytest

from benban.compare.bend import Plane, cubic_part, spline_part

_HEIGHT, _WIDTH = 320, 400
_WHOLE = np.ones((_HEIGHT, _WIDTH), np.bool_)


def _waves(amplitude_px: float) -> Plane:
    """A bend that curves back and forth, finer than any cubic."""
    rows, columns = np.indices((_HEIGHT, _WIDTH), np.float32)
    across = np.sin(2 * np.pi * 1.5 * columns / _WIDTH) * np.cos(2 * np.pi * rows / _HEIGHT)
    down = np.cos(2 * np.pi * columns / _WIDTH) * np.sin(2 * np.pi * 1.5 * rows / _HEIGHT)
    return np.stack([amplitude_px * across, amplitude_px * down], axis=2).astype(np.float32)


def _step(size_px: float) -> Plane:
    """One thing before a background that lies further away."""
    flow = np.zeros((_HEIGHT, _WIDTH, 2), np.float32)
    flow[100:220, 140:260, 0] = size_px
    return flow


def _left(flow: Plane, smooth: Plane) -> np.ndarray:
    return np.asarray(np.hypot(*np.moveaxis(flow - smooth, 2, 0)))


def test_splines_follow_a_bend_that_a_cubic_does_not() -> None:
    flow = _waves(4.0)

    assert np.percentile(_left(flow, spline_part(flow, _WHOLE)), 90) < 0.3
    assert np.median(_left(flow, cubic_part(flow, _WHOLE))) > 1.0


def test_a_cubic_bend_is_followed_by_both() -> None:
    rows, columns = np.indices((_HEIGHT, _WIDTH), np.float32)
    u, v = 2 * columns / _WIDTH - 1, 2 * rows / _HEIGHT - 1
    flow = np.stack([2 * u**2 * v - v, 1.5 * u * v**2 + u], axis=2).astype(np.float32)

    for part in (cubic_part, spline_part):
        assert _left(flow, part(flow, _WHOLE)).max() < 0.1


@pytest.mark.parametrize("size_px", [2.0, 8.0])
def test_a_thing_that_stands_nearer_stays_apart(size_px: float) -> None:
    flow = _step(size_px)

    left = _left(flow, spline_part(flow, _WHOLE))

    # Its middle cannot be bent to the ground without bending that: the edge is left at least.
    edge = left[96:224, 136:264]
    assert np.percentile(edge, 90) > 0.25 * size_px
    assert np.percentile(left, 99) > 0.25 * size_px


def test_what_was_covered_by_something_else_does_not_bend_the_rest() -> None:
    rng = np.random.default_rng(1)
    flow = _waves(3.0)
    inside = np.zeros(_WHOLE.shape, np.bool_)
    inside[80:200, 100:240] = True
    flow[inside] = rng.uniform(-20, 20, (int(inside.sum()), 2))

    left = _left(flow, spline_part(flow, _WHOLE))

    assert np.percentile(left[~inside], 90) < 0.3


def test_where_nothing_is_covered_nothing_is_bent() -> None:
    nothing = np.zeros((_HEIGHT, _WIDTH), np.bool_)

    for part in (cubic_part, spline_part):
        assert not part(_waves(4.0), nothing).any()


@pytest.mark.parametrize("shape", [(24, 24), (24, 800), (9, 31)])
def test_a_small_or_thin_picture_bends_no_further_than_its_flow(shape: tuple[int, int]) -> None:
    flow = np.full((*shape, 2), 1.0, np.float32)

    for part in (cubic_part, spline_part):
        smooth = part(flow, np.ones(shape, np.bool_))
        assert smooth.shape == flow.shape
        assert np.abs(smooth).max() < 2.0
