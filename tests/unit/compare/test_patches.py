"""Windows with texture from both halves of a veiled pair, and how far they agree."""

import numpy as np
import pytest

from benban.compare.patches import Patches, patches_png, pick_patches
from benban.testing.drawings import draw
from tests.unit.compare.forged import Forged, forge, laid_as_is, read_png


@pytest.fixture(scope="module", params=["as it is", "mirrored"])
def forged(request: pytest.FixtureRequest) -> Forged:
    return forge(3, is_mirrored=request.param == "mirrored")


def _drawn(one: Forged, picked: Patches) -> np.ndarray:
    return read_png(patches_png(one.pair, picked.side_px, picked.patches))


def test_no_window_touches_what_was_covered_or_another_window(forged: Forged) -> None:
    picked = pick_patches(forged.pair)

    taken = np.zeros(forged.changed.shape, int)
    for patch in picked.patches:
        window = taken[patch.y_px :, patch.x_px :][: picked.side_px, : picked.side_px]
        assert window.shape == (picked.side_px, picked.side_px)
        window += 1
    assert (len(picked.patches), picked.side_px) == (3, 64)
    assert (taken.max(), bool((taken > 0)[~forged.pair.is_shown].any())) == (1, False)
    assert not (taken > 0)[forged.changed].any()


def test_the_number_is_the_correlation_of_what_is_drawn(forged: Forged) -> None:
    picked = pick_patches(forged.pair)

    for patch in picked.patches:
        window = (
            slice(patch.y_px, patch.y_px + picked.side_px),
            slice(patch.x_px, patch.x_px + picked.side_px),
        )
        greys = [
            half[window].astype(float) @ np.array([0.299, 0.587, 0.114])
            for half in (forged.pair.questioned, forged.pair.original)
        ]
        expected = np.corrcoef(greys[0].ravel(), greys[1].ravel())[0, 1]
        assert patch.zncc == pytest.approx(expected, abs=0.0051)
        assert patch.zncc > 0.8


def test_both_halves_stand_beside_each_other_four_times_enlarged_without_smoothing(
    forged: Forged,
) -> None:
    picked = pick_patches(forged.pair)

    drawn = _drawn(forged, picked)

    side = 4 * picked.side_px
    for number, patch in enumerate(picked.patches):
        left = number * (2 * side + 48)
        for start, half in (
            (left, forged.pair.questioned),
            (left + side + 8, forged.pair.original),
        ):
            enlarged = drawn[:side, start : start + side]
            window = half[patch.y_px :, patch.x_px :][: picked.side_px, : picked.side_px]
            assert all(
                np.array_equal(enlarged[row::4, column::4], window)
                for row in range(4)
                for column in range(4)
            )
    assert set(np.unique(drawn[side:])) == {0, 255}


def test_the_same_pair_gives_the_same_windows_and_bytes(forged: Forged) -> None:
    first, second = (
        patches_png(forged.pair, one.side_px, one.patches)
        for one in (pick_patches(forged.pair), pick_patches(forged.pair))
    )

    assert first == second


@pytest.mark.parametrize(
    ("width_px", "height_px", "expected"),
    [(1, 1, (0, 0)), (47, 300, (0, 0)), (48, 48, (48, 1)), (400, 70, (64, 3))],
)
def test_there_are_as_many_windows_as_there_is_room_for(
    width_px: int, height_px: int, expected: tuple[int, int]
) -> None:
    one = laid_as_is(draw("noise", seed=1, width_px=width_px, height_px=height_px))

    picked = pick_patches(one.pair)

    assert (picked.side_px, len(picked.patches)) == expected
    assert {patch.zncc for patch in picked.patches} <= {1.0}


def test_a_plain_surface_is_no_texture() -> None:
    flat = np.full((200, 200, 3), 90, np.uint8)

    assert pick_patches(laid_as_is(flat).pair).patches == ()


def test_where_nothing_agrees_there_is_no_window() -> None:
    one = laid_as_is(draw("noise", seed=1, width_px=160, height_px=160), cells="3" * 400)

    assert pick_patches(one.pair).patches == ()
