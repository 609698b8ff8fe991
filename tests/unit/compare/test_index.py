from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benban.compare.describe import describe_original, describe_questioned
from benban.compare.index import build_index, vote
from benban.compare.packed import PackedPoints, read_packed, write_packed
from benban.testing.drawings import Picture
from benban.testing.pictures import Subject, draw_example

_SUBJECTS = list(Subject)


@cache
def _photo(number: int) -> Picture:
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    return draw_example(subject, seed=number, width_px=640, height_px=480)


@cache
def _entries() -> tuple[PackedPoints, ...]:
    return tuple(describe_original(_photo(number)) for number in range(12))


def _listed(rgb: Picture, without: tuple[int, ...] = ()) -> list[int]:
    index = build_index(_entries())
    return [one.number for one in vote(index, describe_questioned(rgb), 3, without=without)]


def test_a_cropped_copy_votes_for_its_original() -> None:
    assert _listed(_photo(5)[60:400, 100:560])[:1] == [5]


def test_a_mirror_image_votes_for_its_original_and_says_that_it_is_one() -> None:
    points = describe_questioned(np.ascontiguousarray(_photo(7)[:, ::-1]))

    first = vote(build_index(_entries()), points, 1)[0]

    assert (first.number, first.is_mirrored) == (7, True)


def test_two_photographs_side_by_side_are_both_listed() -> None:
    both = np.hstack([_photo(2)[:, :400], _photo(9)[:, 200:]])

    assert {2, 9} <= set(_listed(np.ascontiguousarray(both)))


def test_what_was_compared_already_is_not_listed_again() -> None:
    assert 5 not in _listed(_photo(5), without=(5,))


def test_the_same_arrays_give_the_same_list() -> None:
    index, points = build_index(_entries()), describe_questioned(_photo(4))

    assert vote(index, points, 10) == vote(index, points, 10)


def test_a_copy_mostly_under_a_weave_is_still_listed() -> None:
    rgb = _photo(5).copy()
    tile = np.random.default_rng(1).integers(0, 256, (16, 16, 3), np.uint8)
    rgb[:, 96:] = np.tile(tile, (30, 34, 1))

    assert 5 in _listed(rgb)


def test_an_original_with_too_few_points_in_agreement_fills_the_list() -> None:
    three = _entries()[5].only(np.arange(len(_entries()[5])) < 3)

    first = vote(build_index(_entries()), three, 10)[0]

    assert (first.number, first.score) == (5, 0)


def test_of_thousands_of_nearly_the_same_photograph_a_few_are_listed() -> None:
    rng = np.random.default_rng(7)
    one = _entries()[5]
    family = [
        replace(
            one,
            codes=(one.codes + rng.normal(0, 4, one.codes.shape)).clip(-127, 127).astype(np.int8),
        )
        for _ in range(3_000)
    ]
    points = describe_questioned(_photo(5)[60:400, 100:560])

    listed = vote(build_index([*_entries(), *family]), points, 10)

    assert len(listed) == 10
    assert all(one.number == 5 or one.number >= 12 for one in listed)
    assert all(one.agreeing > 20 for one in listed)


def test_an_original_added_after_hundreds_keeps_its_number() -> None:
    index = build_index([*_entries()[:5] * 60, _entries()[5]])

    assert vote(index, describe_questioned(_photo(5)), 1)[0].number == 300


@pytest.mark.parametrize("size", [(1, 1, 3), (480, 640, 3), (20, 20_000, 3)])
def test_a_picture_without_texture_has_an_empty_list(size: tuple[int, ...]) -> None:
    assert _listed(np.full(size, 127, np.uint8)) == []


def test_an_index_of_nothing_lists_nothing() -> None:
    assert vote(build_index(()), describe_questioned(_photo(1)), 10) == ()


def test_points_survive_being_written_and_read() -> None:
    points = _entries()[3]

    again = read_packed(write_packed(points))

    assert again is not None
    assert (again.codes == points.codes).all()
    assert np.abs(again.places - points.places).max() <= 1 / 16
    assert write_packed(again) == write_packed(points)


def test_bytes_of_another_form_are_no_points() -> None:
    stored = write_packed(_entries()[3])
    far = bytearray(stored)
    far[8:10] = b"\xff\xff"
    wrong = (b"", stored[:-1], stored + b"x", b"\x09" + stored[1:], bytes(far))

    assert [read_packed(one) for one in wrong] == [None] * len(wrong)
