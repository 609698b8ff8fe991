from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from benban.compare.changes import from_change_map
from benban.compare.direction import judge_direction
from benban.compare.pair import compare_pictures
from benban.fingerprint.decode import DecodedPicture, decode_picture
from benban.fingerprint.ports import PairFinding
from benban.model.finding import Cell, ChangeMap, Order, Tier
from benban.model.ids import ComparisonId
from benban.testing.drawings import Picture, draw
from benban.testing.pictures import (
    Subject,
    draw_example,
    encode_jpeg,
    make_fake,
    make_screenshot_copy,
)

_SIZE = {"width_px": 640, "height_px": 480}


def _decoded(rgb: Picture) -> DecodedPicture:
    return DecodedPicture(rgb=rgb, media_type="image/png", is_whole=True)


@cache
def _photo(subject: Subject, seed: int) -> Picture:
    return draw_example(subject, seed=seed, **_SIZE)


def _iou(change_map: ChangeMap, true: NDArray[np.bool_]) -> float:
    cells = from_change_map(change_map)
    size = cells.shape[1], cells.shape[0]
    share = cv2.resize(true.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    changed, inside = cells == Cell.CHANGED.value, share > 0.5
    return float((changed & inside).sum() / (changed | inside).sum())


@pytest.mark.parametrize("subject", list(Subject))
def test_the_original_of_a_covered_copy_is_found_with_the_region_that_was_covered(
    subject: Subject,
) -> None:
    originals = [_photo(subject, seed) for seed in (1, 3)]
    fake = make_fake(originals[1], seed=6)

    stranger, source = compare_pictures(decode_picture(fake.jpeg), map(_decoded, originals))

    assert stranger == PairFinding(index=0, tier=Tier.NONE)
    assert (source.tier, source.is_best, source.same_picture) == (Tier.A, True, False)
    assert source.change_map is not None
    assert _iou(source.change_map, fake.changed) > 0.85


def test_the_original_is_found_in_a_cropped_copy_inside_a_screenshot() -> None:
    original = _photo(Subject.CAT, 3)
    shown = make_screenshot_copy(make_fake(original, seed=4).jpeg, seed=5)

    (finding,) = compare_pictures(decode_picture(shown), [_decoded(original)])

    assert (finding.tier, finding.is_best) == (Tier.A, True)
    assert finding.direction is not None
    assert finding.direction.original_only_share > 0.05
    assert finding.direction.questioned_only_share == 0


def test_a_mirrored_copy_is_recognised_as_one() -> None:
    original = _photo(Subject.DUMMY, 3)

    (finding,) = compare_pictures(
        _decoded(np.ascontiguousarray(original[:, ::-1])), [_decoded(original)]
    )

    assert finding.registration is not None
    assert (finding.tier, finding.registration.is_mirrored) == (Tier.A, True)


def test_an_unaltered_copy_is_the_same_picture_with_nothing_changed() -> None:
    original = _photo(Subject.STATUE, 3)
    copy = decode_picture(encode_jpeg(original[::2, ::2].copy(), quality=80))

    (finding,) = compare_pictures(copy, [_decoded(original)])

    assert finding.change_map is not None
    assert (finding.tier, finding.same_picture) == (Tier.A, True)
    assert finding.change_map.share(Cell.CHANGED) < 0.005


def test_a_copy_cut_out_of_a_wider_original_says_so_and_the_other_way_round() -> None:
    wide = _photo(Subject.CAT, 3)
    narrow = wide[50:426, 84:522].copy()

    (forth,) = compare_pictures(_decoded(narrow), [_decoded(wide)])
    (back,) = compare_pictures(_decoded(wide), [_decoded(narrow)])

    assert forth.direction is not None
    assert back.direction is not None
    assert forth.direction.original_only_share == pytest.approx(0.46, abs=0.03)
    assert forth.direction.questioned_only_share == 0
    assert back.direction.original_only_share < 0.02
    assert back.direction.questioned_only_share == pytest.approx(0.46, abs=0.15)


@pytest.mark.parametrize("bar", ["white", "patterned"])
def test_a_bar_set_beside_the_original_makes_its_field_no_wider(bar: str) -> None:
    photo = _photo(Subject.CAT, 3)
    page = np.full((640, 640, 3), 255, np.uint8)
    if bar == "patterned":
        page[:] = draw("patches", seed=5, width_px=640, height_px=640)
    page[:480] = photo

    (finding,) = compare_pictures(_decoded(photo), [_decoded(page)])

    assert finding.direction is not None
    assert finding.direction.original_only_share == 0


def test_an_untouched_copy_of_a_wider_original_is_not_called_altered() -> None:
    wide = _photo(Subject.CAT, 3)

    (finding,) = compare_pictures(_decoded(wide[50:426, 84:522].copy()), [_decoded(wide)])

    assert finding.direction is not None
    direction = judge_direction(
        ComparisonId("cmp-0000000000000001"), finding.direction, is_stamped_before=None
    )
    assert (direction.order, direction.notes) == (Order.NOT_DETERMINED, ("no-altered-area",))


def test_a_copy_of_fewer_pixels_has_less_detail_than_its_original() -> None:
    original = _photo(Subject.STATUE, 3)
    small = np.asarray(cv2.resize(original, (320, 240), interpolation=cv2.INTER_AREA), np.uint8)

    (finding,) = compare_pictures(_decoded(small), [_decoded(original)])

    assert finding.direction is not None
    assert finding.direction.size_ratio == pytest.approx(2, abs=0.02)
    assert finding.direction.detail_ratio > 1.5


@cache
def _wall() -> Picture:
    return draw_example(Subject.CAT, seed=21, width_px=1100, height_px=540)


def _scene_from(aside_px: int) -> Picture:
    """A scene of things at eleven depths, seen from a place further aside."""
    wall = _wall()
    scene = np.zeros((540, 720, 3), np.uint8)
    for row in range(9):
        for column in range(12):
            depth = (row * 7 + column * 5) % 11
            y, x = 60 * row, 60 * column
            start = x + 100 + aside_px * depth
            scene[y : y + 60, x : x + 60] = wall[y : y + 60, start : start + 60]
    # Two exposures share no grain.
    grain = np.random.default_rng(aside_px).normal(0, 14, scene.shape)
    return np.clip(np.rint(scene + grain), 0, 255).astype(np.uint8)


def test_another_photograph_of_the_same_scene_says_its_tier_and_nothing_more() -> None:
    (finding,) = compare_pictures(_decoded(_scene_from(0)), [_decoded(_scene_from(3))])

    assert finding == PairFinding(index=0, tier=Tier.C, is_best=True)


def test_what_has_no_texture_is_never_called_agreed() -> None:
    original = _photo(Subject.CAT, 3).copy()
    original[:180] = (120, 160, 220)

    (finding,) = compare_pictures(_decoded(original.copy()), [_decoded(original)])

    assert finding.change_map is not None
    sky = from_change_map(finding.change_map)[:20, 2:-2]
    assert set(np.unique(sky)) == {Cell.UNDECIDED.value}


def test_a_picture_without_any_texture_is_connected_to_nothing() -> None:
    flat = draw("flat", seed=4, width_px=300, height_px=300)

    (finding,) = compare_pictures(_decoded(flat), [_decoded(_photo(Subject.CAT, 1))])

    assert finding == PairFinding(index=0, tier=Tier.NONE)


def test_a_strip_too_thin_to_be_laid_over_is_connected_to_nothing() -> None:
    strip = draw("noise", seed=1, width_px=3000, height_px=40)

    (finding,) = compare_pictures(_decoded(strip), [_decoded(strip.copy())])

    assert finding == PairFinding(index=0, tier=Tier.NONE)


def test_the_same_pictures_give_the_same_findings_again() -> None:
    original = _photo(Subject.DUMMY, 3)[:240, :320].copy()
    questioned = decode_picture(make_fake(original, seed=1).jpeg)

    one, other = (compare_pictures(questioned, [_decoded(original)]) for _ in range(2))

    assert one == other


def _on_a_screen(photo: Picture) -> Picture:
    page = np.full((900, 640, 3), 244, np.uint8)
    page[:80] = (60, 110, 170)
    page[120:600] = photo
    lines = ("a channel of many members", "see the other one tomorrow", "posted at noon, replies")
    for k, line in enumerate(lines):
        place = (30, 60 if k == 0 else 620 + 60 * k)
        cv2.putText(page, line, place, cv2.FONT_HERSHEY_SIMPLEX, 1.1, (20, 20, 30), 3, cv2.LINE_AA)
    return page


def _framed(photo: Picture) -> Picture:
    grain = np.random.default_rng(8).integers(0, 255, (20, 20, 3), np.uint8)
    tile = cv2.resize(grain, (200, 200), interpolation=cv2.INTER_CUBIC)
    page = np.tile(tile, (4, 5, 1))[:640, :800]
    page[80:560, 80:720] = photo
    return np.ascontiguousarray(page, np.uint8)


@pytest.mark.parametrize("put", [_on_a_screen, _framed])
def test_two_photographs_in_one_surface_are_not_called_the_same_shot(
    put: Callable[[Picture], Picture],
) -> None:
    one, other = (put(draw("patches", seed=seed, **_SIZE)) for seed in (1, 2))

    (finding,) = compare_pictures(decode_picture(encode_jpeg(one, quality=95)), [_decoded(other)])

    assert finding.tier is Tier.B
