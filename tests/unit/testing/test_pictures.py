"""The drawn pictures are what other rooms rely on: deterministic, rich in texture, mask known."""

import cv2
import numpy as np
import pytest

from benban.testing.pictures import (
    LARGEST_SHARE,
    SMALLEST_SHARE,
    Subject,
    canary_bytes,
    canary_colour,
    decode,
    draw_example,
    draw_feed_picture,
    encode_jpeg,
    make_fake,
    make_screenshot_copy,
)


def test_one_seed_makes_one_picture() -> None:
    first = draw_example(Subject.CAT, seed=5, width_px=400, height_px=300)
    second = draw_example(Subject.CAT, seed=5, width_px=400, height_px=300)

    assert np.array_equal(first, second)


@pytest.mark.parametrize("subject", Subject)
def test_every_example_has_enough_corners_to_be_matched(subject: Subject) -> None:
    original = draw_example(subject, seed=1, width_px=800, height_px=600)
    gray = cv2.cvtColor(decode(encode_jpeg(original)), cv2.COLOR_RGB2GRAY)

    keypoints = cv2.goodFeaturesToTrack(gray, 2000, 0.02, 5)

    assert len(keypoints) > 1000


@pytest.mark.parametrize("seed", range(4))
def test_the_cloth_covers_between_a_quarter_and_two_fifths(seed: int) -> None:
    original = draw_example(Subject.STATUE, seed=1, width_px=800, height_px=600)

    fake = make_fake(original, seed=seed)

    assert SMALLEST_SHARE <= fake.changed.mean() <= LARGEST_SHARE
    assert decode(fake.jpeg).shape == (480, 640, 3)
    assert fake.changed.shape == (480, 640)
    assert fake.changed_in_original.shape == (600, 800)


def test_outside_the_mask_the_fake_shows_the_original() -> None:
    original = draw_example(Subject.DUMMY, seed=3, width_px=800, height_px=600)

    fake = make_fake(original, seed=3)

    smaller = cv2.resize(original, (640, 480), interpolation=cv2.INTER_AREA).astype(int)
    difference = np.abs(decode(fake.jpeg).astype(int) - smaller).mean(axis=2)
    away = ~cv2.dilate(fake.changed.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)
    assert difference[away].mean() < 8
    assert difference[fake.changed].mean() > 20


def test_the_screenshot_is_another_shape_and_other_bytes() -> None:
    fake = make_fake(draw_example(Subject.CAT, seed=2, width_px=400, height_px=300), seed=2)

    copy = make_screenshot_copy(fake.jpeg, seed=2)

    assert decode(copy).shape == (1500, 1080, 3)


def test_every_feed_picture_carries_its_own_canaries() -> None:
    pictures = [draw_feed_picture(number) for number in range(40)]

    found = [canary_bytes(number) in pictures[number] for number in range(40)]
    centres = [decode(picture)[180, 240].astype(int) for picture in pictures]
    nearest = [
        min(range(40), key=lambda other: int(np.abs(centre - canary_colour(other)).sum()))
        for centre in centres
    ]
    assert found == [True] * 40
    assert nearest == list(range(40))
