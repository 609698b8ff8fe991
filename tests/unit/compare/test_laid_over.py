"""Both halves of a veiled pair on one grid: what is agreed, in turn, and nothing else."""

import numpy as np
import pytest

from benban.compare.laid_over import GREY, SQUARE_PX, laid_over_png
from tests.unit.compare.forged import Forged, forge, laid_as_is, read_png


@pytest.fixture(scope="module", params=["as it is", "mirrored"])
def forged(request: pytest.FixtureRequest) -> Forged:
    return forge(3, is_mirrored=request.param == "mirrored")


def test_it_is_of_the_size_of_the_questioned_picture_and_the_same_every_time(
    forged: Forged,
) -> None:
    png = laid_over_png(forged.pair)

    assert read_png(png).shape[1::-1] == forged.registration.questioned_size_px
    assert laid_over_png(forged.pair) == png


def test_each_pixel_is_that_of_one_half_where_both_agree_and_grey_elsewhere(
    forged: Forged,
) -> None:
    drawn, shown = read_png(laid_over_png(forged.pair)), forged.pair.is_shown

    assert set(np.unique(drawn[~shown])) == {GREY}
    assert not shown[forged.changed].any()
    for top in range(0, drawn.shape[0], SQUARE_PX):
        for left in range(0, drawn.shape[1], SQUARE_PX):
            square = slice(top, top + SQUARE_PX), slice(left, left + SQUARE_PX)
            is_first = (top + left) // SQUARE_PX % 2 == 0
            half = forged.pair.questioned if is_first else forged.pair.original
            assert (drawn[square][shown[square]] == half[square][shown[square]]).all()


def test_where_nothing_agrees_there_is_nothing_but_grey() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (40, 56, 3), np.uint8)
    drawn = read_png(laid_over_png(laid_as_is(pixels, cells="2" * 35).pair))

    assert (drawn.shape, set(np.unique(drawn))) == ((40, 56, 3), {GREY})
