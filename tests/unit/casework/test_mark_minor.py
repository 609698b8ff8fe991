"""A copy shows the same people: what is marked goes wherever the case holds it."""

from dataclasses import replace
from io import BytesIO

import pytest

from benban.casework.add_files import add_files
from benban.casework.events import event
from benban.casework.make_plan import make_plan
from benban.casework.mark_minor import mark_minor
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.casework.take_in import SightingReport, take_in
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import CommonOrigin, CopyMatch, Tier
from benban.model.ids import new_comparison_id
from benban.model.remedy import Plan
from benban.model.sighting import Answer, Sighting, SightingKind
from benban.outside.fence import Fence
from benban.remedies.address import parse_address
from benban.remedies.catalogue import packaged_catalogue
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore

from .conftest import ADULT

REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)


def _kept(store: CaseStore, clock: FakeClock, number: int) -> Exhibit:
    """Return picture *number*, kept for a sighting of its own."""
    sighting = take_in(store, REPORT, clock).sighting
    file = GivenFile(stream=BytesIO(draw_feed_picture(number)), name="a.jpg")
    (exhibit,) = add_files(store, sighting, [file], clock)
    return exhibit


@pytest.fixture
def three(store: CaseStore, clock: FakeClock) -> tuple[Exhibit, Exhibit, Exhibit]:
    """Two near-duplicates at two places, and another picture at a third."""
    first, copy, other = (_kept(store, clock, number) for number in (1, 2, 3))
    match = CopyMatch(exhibit_id=copy.id, other_id=first.id, distance_bits=9, dihedral=0)
    store.record(event(EventKind.COMPARED), save=[match])
    return first, copy, other


def test_a_near_duplicate_at_another_place_goes_too(
    store: CaseStore, three: tuple[Exhibit, Exhibit, Exhibit]
) -> None:
    first, copy, other = three

    marked = mark_minor(store, first.id)

    assert (set(marked.forgotten), store.all(Exhibit)) == ({first.id, copy.id}, (other,))


def test_the_place_of_a_near_duplicate_is_closed_as_well(
    store: CaseStore, three: tuple[Exhibit, Exhibit, Exhibit]
) -> None:
    first, _, other = three

    mark_minor(store, first.id)

    still_open = [one.id for one in store.all(Sighting) if one.answers.all_yes]
    assert still_open == [other.sighting_id]


def test_the_place_of_the_same_bytes_is_closed_as_well(store: CaseStore, clock: FakeClock) -> None:
    first, same = _kept(store, clock, 1), _kept(store, clock, 1)

    marked = mark_minor(store, first.id)

    assert [one.id for one in marked.sightings] == [first.sighting_id, same.sighting_id]


def test_a_plan_made_for_an_adult_is_not_found_again(store: CaseStore, clock: FakeClock) -> None:
    exhibit = _kept(store, clock, 1)
    make_plan(store, store.get(Sighting, exhibit.sighting_id), packaged_catalogue(), clock)

    mark_minor(store, exhibit.id)

    assert store.all(Plan) == ()


def _declared(store: CaseStore, fence: Fence, clock: FakeClock, number: int) -> Original:
    declare_originals(store, "x", "x")
    file = GivenFile(stream=BytesIO(draw_feed_picture(number)), name="o.jpg")
    (original,) = add_originals(store, [file], fence, clock, is_in_other_case=lambda _digest: False)
    return original


def _made_from(original: Original, exhibit: Exhibit, clock: FakeClock) -> CommonOrigin:
    return CommonOrigin(
        id=new_comparison_id(),
        exhibit_id=exhibit.id,
        original_id=original.id,
        tier=Tier.A,
        originals_compared=1,
        at=clock.now(),
    )


def test_the_photo_a_marked_picture_was_made_from_goes_too(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    exhibit, _ = _kept(store, clock, 1), _kept(store, clock, 3)
    original = _declared(store, fence, clock, 9)
    finding = _made_from(original, exhibit, clock)
    store.record(event(EventKind.COMPARED, finding.id), save=[finding])

    marked = mark_minor(store, exhibit.id)

    assert (marked.originals, store.all(Original)) == ((original.id,), ())


def test_the_place_of_another_picture_made_from_the_same_photo_is_closed_as_well(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    first, sibling, other = (_kept(store, clock, number) for number in (1, 2, 3))
    original = _declared(store, fence, clock, 9)
    findings = [_made_from(original, exhibit, clock) for exhibit in (first, sibling)]
    store.record(event(EventKind.COMPARED), save=findings)

    marked = mark_minor(store, first.id)

    assert [one.id for one in marked.sightings] == [first.sighting_id, sibling.sighting_id]
    assert store.all(Exhibit) == (other,)


def test_each_photo_of_a_picture_put_together_from_two_joins_what_is_closed(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    first, sibling = (_kept(store, clock, number) for number in (1, 2))
    one, other = (_declared(store, fence, clock, number) for number in (8, 9))
    made = ((one, first), (other, first), (one, sibling))
    store.record(
        event(EventKind.COMPARED),
        save=[_made_from(original, exhibit, clock) for original, exhibit in made],
    )

    marked = mark_minor(store, first.id)

    assert [one.id for one in marked.sightings] == [first.sighting_id, sibling.sighting_id]


def test_an_answer_taken_back_closes_what_is_joined_as_well(
    store: CaseStore, clock: FakeClock
) -> None:
    place = parse_address("https://t.me/kenh_vi_du/1", packaged_catalogue())
    at_place = replace(REPORT, address=place)
    sighting = take_in(store, at_place, clock).sighting
    file = GivenFile(stream=BytesIO(draw_feed_picture(1)), name="a.jpg")
    add_files(store, sighting, [file], clock)
    same = _kept(store, clock, 1)

    take_in(store, replace(at_place, answers=replace(ADULT, adult_in_picture=Answer.NO)), clock)

    still_open = [one.id for one in store.all(Sighting) if one.answers.all_yes]
    assert (still_open, store.all(Exhibit)) == ([], ())
    assert store.get(Sighting, same.sighting_id).answers.nobody_doubts is Answer.NO


def test_another_photo_stays_while_a_sighting_is_open(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    exhibit, _ = _kept(store, clock, 1), _kept(store, clock, 3)
    original = _declared(store, fence, clock, 9)

    mark_minor(store, exhibit.id)

    assert store.all(Original) == (original,)


def test_no_photo_stays_where_no_sighting_is_open_any_more(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    exhibit = _kept(store, clock, 1)
    _declared(store, fence, clock, 9)

    mark_minor(store, exhibit.id)

    assert store.all(Original) == ()
