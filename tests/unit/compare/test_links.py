"""Numbered places that stand out in both pictures: only where both agree, and told as they are."""

import cv2
import numpy as np
import pytest

from benban.compare.links import draw_links, find_links, links_png
from benban.compare.veil import join_halves
from benban.model.finding import PointLink
from benban.testing.drawings import draw
from tests.unit.compare.forged import Forged, forge, laid_as_is, read_png

REACH_PX = 40


@pytest.fixture(scope="module", params=["as it is", "mirrored"])
def forged(request: pytest.FixtureRequest) -> Forged:
    return forge(3, is_mirrored=request.param == "mirrored")


@pytest.fixture(scope="module")
def links(forged: Forged) -> tuple[PointLink, ...]:
    return _links(forged)


def _links(one: Forged) -> tuple[PointLink, ...]:
    return find_links(one.questioned, one.original, one.registration, one.pair)


def _drawn(one: Forged, links: tuple[PointLink, ...]) -> np.ndarray:
    return read_png(links_png(one.pair, links, one.registration))


def test_the_homography_that_was_stored_brings_each_end_to_the_other(
    forged: Forged, links: tuple[PointLink, ...]
) -> None:
    homography = np.array(forged.registration.homography).reshape(3, 3)
    source = np.array([[link.original_px] for link in links])
    seen = np.array([link.questioned_px for link in links])
    gaps = np.hypot(*(cv2.perspectiveTransform(source, homography)[:, 0] - seen).T)
    assert (10 < len(links) <= 40, bool((gaps < 3.01).all())) == (True, True)


def test_no_end_and_nothing_around_it_lies_in_what_was_covered(
    forged: Forged, links: tuple[PointLink, ...]
) -> None:
    shown, changed = forged.pair.is_shown, forged.changed
    for link in links:
        x, y = (round(value) for value in link.questioned_px)
        around = slice(y - 8, y + 9), slice(x - 8, x + 9)
        assert shown[around].shape == (17, 17)
        assert shown[around].all()
        assert not changed[around].any()


def test_the_picture_is_the_veiled_pair_but_for_black_and_white_near_the_points(
    forged: Forged, links: tuple[PointLink, ...]
) -> None:
    veiled = join_halves(forged.pair)

    drawn = _drawn(forged, links)

    is_mark = (drawn != veiled).any(axis=2)
    assert set(map(tuple, np.unique(drawn[is_mark], axis=0))) <= {(0, 0, 0), (255, 255, 255)}
    near = np.zeros(is_mark.shape, bool)
    homography = np.array(forged.registration.homography).reshape(3, 3)
    for link in links:
        laid = cv2.perspectiveTransform(np.array([[link.original_px]]), homography)[0, 0]
        for start, (x, y) in ((0, link.questioned_px), (forged.pair.second_half_px, laid)):
            row, column = round(y), round(x) + start
            near[
                max(0, row - REACH_PX) : row + REACH_PX,
                max(0, column - REACH_PX) : column + REACH_PX,
            ] = True
    assert not (is_mark & ~near).any()


def test_what_was_covered_is_veiled_or_under_a_mark(
    forged: Forged, links: tuple[PointLink, ...]
) -> None:
    inner = cv2.erode(forged.changed.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0

    drawn = _drawn(forged, links)

    width = forged.changed.shape[1]
    for half in (drawn[:, :width], drawn[:, forged.pair.second_half_px :]):
        steps = np.abs(np.diff(half.astype(int), axis=1)).max(axis=2)
        is_plain = (half != 0).any(axis=2) & (half != 255).any(axis=2)
        inside = inner[:, 1:] & inner[:, :-1] & is_plain[:, 1:] & is_plain[:, :-1]
        assert steps[inside].max() <= 255 * 16 / width + 4


def test_the_same_pair_gives_the_same_links_and_bytes(forged: Forged) -> None:
    first, second = (links_png(forged.pair, _links(forged), forged.registration) for _ in "ab")

    assert first == second


def test_points_are_spread_over_what_is_shown(forged: Forged, links: tuple[PointLink, ...]) -> None:
    places = np.array([link.questioned_px for link in links])

    height, width = forged.pair.is_shown.shape
    quarters = {(x > width / 2, y > height / 2) for x, y in places}
    assert len(quarters) == 4


def test_no_mark_lies_on_another(forged: Forged, links: tuple[PointLink, ...]) -> None:
    bare = join_halves(forged.pair)
    marked = np.zeros(bare.shape[:2], int)

    for link in links:
        marked += (draw_links(forged.pair, (link,), forged.registration) != bare).any(axis=2)

    assert marked.max() == 1


@pytest.mark.parametrize(("width_px", "height_px"), [(1, 1), (16, 16), (30, 24), (400, 20)])
def test_a_tiny_picture_has_a_picture_of_links_or_none(width_px: int, height_px: int) -> None:
    one = laid_as_is(draw("noise", seed=1, width_px=width_px, height_px=height_px))

    links = _links(one)

    assert _drawn(one, links).shape == (height_px, 2 * width_px + 16, 3)
    assert all(
        8 <= place < side - 8
        for link in links
        for place, side in zip(link.questioned_px, (width_px, height_px), strict=True)
    )


def test_where_nothing_agrees_there_is_no_link() -> None:
    one = laid_as_is(draw("noise", seed=1, width_px=160, height_px=160), cells="3" * 400)

    assert _links(one) == ()
