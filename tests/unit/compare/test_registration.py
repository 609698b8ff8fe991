import cv2
import numpy as np
import pytest

from benban.compare.local import extract_features, match_features
from benban.compare.nfa import log10_nfa
from benban.compare.register import Alignment, Homography, register
from benban.testing.drawings import Picture, draw
from benban.testing.pictures import Subject, draw_example


def _grey(rgb: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


@pytest.fixture(scope="module")
def original() -> Picture:
    return draw_example(Subject.CAT, seed=7, width_px=640, height_px=480)


def _register(original: Picture, questioned: Picture) -> Alignment | None:
    height, width = questioned.shape[:2]
    features = extract_features(_grey(original)), extract_features(_grey(questioned))
    return register(features[0], features[1], (width, height))


def _largest_error_px(found: Homography, true: Homography, size: tuple[int, int]) -> float:
    width, height = size
    corners = np.array([[[0, 0]], [[width, 0]], [[width, height]], [[0, height]]], np.float64)
    gap = cv2.perspectiveTransform(corners, found) - cv2.perspectiveTransform(corners, true)
    return float(np.abs(gap).max())


@pytest.mark.parametrize(
    ("true", "is_mirrored"),
    [
        (np.array([[0.8, 0, -40], [0, 0.8, -30], [0, 0, 1]]), False),
        (np.array([[1.4, 0.1, -150], [-0.1, 1.4, -80], [0, 0, 1]]), False),
        (np.array([[-1.0, 0, 639], [0, 1.0, 0], [0, 0, 1]]), True),
        (np.array([[-0.9, 0.06, 600], [0.06, 0.9, 5], [0, 0, 1]]), True),
        (np.array([[0.9, 0.05, 10], [-0.03, 0.95, 5], [0.0001, 0.00005, 1]]), False),
    ],
)
def test_a_moved_copy_is_laid_over_its_original_to_a_pixel(
    original: Picture, true: Homography, is_mirrored: bool
) -> None:
    questioned = np.asarray(cv2.warpPerspective(original, true, (600, 460)), np.uint8)

    alignment = _register(original, questioned)

    assert alignment is not None
    assert alignment.is_mirrored == is_mirrored
    assert _largest_error_px(alignment.homography, true, (640, 480)) < 1.5
    assert alignment.log10_nfa < -100


def test_a_picture_of_something_else_is_not_laid_over(original: Picture) -> None:
    stranger = draw_example(Subject.STATUE, seed=31, width_px=640, height_px=480)

    alignment = _register(original, stranger)

    assert alignment is None or alignment.log10_nfa > -10


def test_the_same_two_pictures_give_the_same_numbers_again(original: Picture) -> None:
    questioned = np.asarray(cv2.resize(original, (500, 375)), np.uint8)

    one, other = _register(original, questioned), _register(original, questioned)

    assert one is not None
    assert other is not None
    assert one.homography.tobytes() == other.homography.tobytes()
    assert one.log10_nfa == other.log10_nfa


def test_the_features_of_a_mirror_image_are_those_of_the_picture_rearranged(
    original: Picture,
) -> None:
    plain = extract_features(_grey(original))
    mirror = extract_features(_grey(np.ascontiguousarray(original[:, ::-1])))

    pairs = match_features(plain.mirrored(), mirror)

    moved = np.stack([639 - pairs.original[:, 0], pairs.original[:, 1]], axis=1)
    near = np.abs(moved - pairs.questioned).max(axis=1) < 1.5
    assert len(pairs) > 200
    assert near.mean() > 0.95


def test_no_place_is_used_twice_in_the_pairs(original: Picture) -> None:
    features = extract_features(_grey(original))

    pairs = match_features(features, features)

    assert len({tuple(np.round(point / 2)) for point in pairs.original}) == len(pairs)


def test_a_picture_without_texture_has_no_features_and_no_registration(original: Picture) -> None:
    flat = draw("flat", seed=1, width_px=300, height_px=200)

    assert len(extract_features(_grey(flat)).points) == 0
    assert _register(original, flat) is None


def test_a_hundred_exact_pairs_are_no_accident() -> None:
    residuals = np.full(100, 0.5)

    assert log10_nfa(residuals, pair_count=150, area_px=640 * 480, trials=2) < -200


def test_pairs_scattered_at_random_are_what_accident_gives() -> None:
    area_px = 640.0 * 480.0
    # Distances of random points from where they should be: uniform over the area.
    residuals = np.sqrt(np.sort(np.random.default_rng(3).uniform(0, area_px / np.pi, 300)))

    value = log10_nfa(residuals[residuals < 8], pair_count=300, area_px=area_px, trials=2)

    assert value > -2


def test_one_more_exact_pair_makes_accident_less_likely() -> None:
    values = [
        log10_nfa(np.full(count, 1.0), pair_count=60, area_px=300_000, trials=2)
        for count in range(6, 40)
    ]

    assert values == sorted(values, reverse=True)
