"""The forger says of every pixel what is true of it, and halves the photographs cleanly."""

from collections import Counter
from itertools import pairwise

import cv2
import numpy as np
import pytest

from benban.testing.pictures import Subject, draw_example
from benchmarks.source.attacks import ATTACKS
from benchmarks.source.fills import FILLS
from benchmarks.source.forger import forge, put_into
from benchmarks.source.forgery import CHANGED, SAME, Forgery, Picture, truth_between, untouched
from benchmarks.source.intervals import clustered, interval, upper_bound
from benchmarks.source.photos import numbers_of, plan_copies


def _drawing(seed: int) -> Picture:
    rgb = draw_example(list(Subject)[seed % 3], seed=seed, width_px=400, height_px=320)
    # A drawing has plain areas, in which nothing can be told; a photograph has grain.
    grain = np.random.default_rng(seed).normal(0, 6, rgb.shape)
    return np.asarray(np.clip(rgb + grain, 0, 255), np.uint8)


def test_no_photograph_is_in_both_halves_as_original_or_donor() -> None:
    used = [
        {number for plan in plans for number in (plan.photo, plan.donor)}
        for plans in (
            plan_copies(numbers_of(is_test=is_test), per_photo=5) for is_test in (False, True)
        )
    ]

    assert (used[0] & used[1], min(map(len, used)) > 10) == (set(), True)


@pytest.mark.parametrize("count", [10, 17, 76, 78])
@pytest.mark.parametrize("per_photo", [1, 2, 5])
def test_all_ten_attacks_come_equally_often(count: int, per_photo: int) -> None:
    plans = plan_copies(tuple(range(1, 2 * count, 2)), per_photo=per_photo)

    times = Counter(plan.attack for plan in plans)
    assert (set(times), len(set(times.values()))) == (set(ATTACKS), 1)


def test_no_copy_is_covered_with_a_piece_of_itself() -> None:
    plans = plan_copies(numbers_of(is_test=True), per_photo=5)

    assert [plan for plan in plans if plan.photo == plan.donor] == []


def test_every_attack_meets_every_filling() -> None:
    plans = plan_copies(tuple(range(1, 157, 2)), per_photo=5)

    assert len({(plan.attack, plan.fill) for plan in plans}) == len(ATTACKS) * len(FILLS)


@pytest.mark.parametrize("fill", FILLS)
def test_what_is_called_untouched_is_as_it_was(fill: str) -> None:
    original = _drawing(1)
    rgb = FILLS[fill](np.random.default_rng(5), original, _drawing(2), _oval(original))
    truth = truth_between(original, rgb)

    gap = np.abs(rgb.astype(int) - original.astype(int)).max(axis=2)
    assert gap[truth == SAME].max() <= 2
    assert gap[truth == CHANGED].mean() > 8


def test_the_mask_that_was_asked_for_is_not_the_truth_of_a_clone() -> None:
    original = _drawing(1)
    asked = _oval(original)
    before = asked.copy()
    rgb = FILLS["poisson"](np.random.default_rng(5), original, _drawing(2), asked)
    truth = truth_between(original, rgb)

    assert (asked == before).all()
    assert (truth[asked] != CHANGED).any()


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_pixel_knows_its_place_in_the_original(attack: str) -> None:
    # A picture whose colours are its places: after the attack they must still tell the place.
    rows, columns = np.indices((300, 400))
    ramp = np.stack([columns * 255 / 399, rows * 255 / 299, np.full(rows.shape, 128)], axis=2)
    picture = np.asarray(np.rint(ramp), np.uint8)
    start = untouched(picture)
    f = ATTACKS[attack](
        np.random.default_rng(3), Forgery(rgb=picture, truth=start.truth, places=start.places)
    )

    colours = np.asarray(cv2.GaussianBlur(f.rgb, (0, 0), 3), np.float64)
    known = (f.truth == SAME) & ~np.isnan(f.places[..., 0])
    for axis, side in ((0, 399), (1, 299)):
        shown, said = colours[..., axis][known] * side / 255, f.places[..., axis][known]
        if attack in {"filter", "combo"}:  # colours change, so their order is compared
            assert np.corrcoef(shown, said)[0, 1] > 0.95
        else:  # compression makes steps of a few levels, but moves nothing on the whole
            gap = shown - said
            assert (abs(np.mean(gap)) < 1, np.median(np.abs(gap)) < 4) == (True, True)


def test_the_same_seed_gives_the_same_copy() -> None:
    made = [
        forge(_drawing(1), _drawing(2), fill="poisson", attack="combo", seed=9) for _ in range(2)
    ]

    assert all((one.rgb == other.rgb).all() for one, other in pairwise(made))


@pytest.mark.parametrize("seed", [4, 5])
def test_a_piece_put_elsewhere_is_the_only_part_of_the_original(seed: int) -> None:
    f = put_into(_drawing(1), _drawing(2), attack="plain", seed=seed)

    share = float((f.truth == SAME).mean())
    assert 0.02 < share < 0.6
    assert not np.isnan(f.places[f.truth == SAME]).any()


def test_intervals_are_those_of_the_tables() -> None:
    assert [
        round(bound, 4) for bound in (*interval(0, 100), *interval(5, 20), *interval(9, 9))
    ] == [
        0.0,
        0.0362,
        0.0866,
        0.491,
        0.6637,
        1.0,
    ]
    assert round(upper_bound(0, 10), 4) == 0.2589
    assert interval(0, 0) == (0.0, 1.0)


def test_pairs_of_one_place_count_once() -> None:
    assert clustered([("castle", False), ("castle", True), ("room", False)]) == (1, 2)


def _oval(picture: Picture) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    rows, columns = np.indices(picture.shape[:2])
    return np.asarray(np.hypot((rows - 150) / 90, (columns - 200) / 130) < 1)
