"""A copy shows the same people: what is marked goes wherever the case holds it."""

from io import BytesIO

import pytest

from benban.casework.add_files import add_files
from benban.casework.events import event
from benban.casework.make_plan import make_plan
from benban.casework.mark_minor import mark_minor
from benban.casework.originals import GivenFile
from benban.casework.take_in import SightingReport, take_in
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.finding import CopyMatch
from benban.model.remedy import Plan
from benban.model.sighting import Sighting, SightingKind
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
