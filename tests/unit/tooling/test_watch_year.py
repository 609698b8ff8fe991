"""The year under the watch notices the faults that its claims are about."""

from pathlib import Path

import pytest

from benban.casework.events import event
from benban.model.custody import EventKind
from benban.model.ids import new_place_id
from benban.model.sighting import Address
from benban.model.watch import Place
from benban.vault import CaseStore
from benchmarks import _watch_year
from benchmarks._watch_year import live_a_year
from benchmarks.watch import year_claims

TOLD_TWICE = "finds or sightings told twice"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_watch_year, "NAMED_PER_CASE", 2)


def told_twice(folder: Path) -> tuple[int, bool | None]:
    """Live some weeks of one case; return what the claim counts and whether it is met."""
    year = live_a_year(folder / "kho", cases=1, sightings=1, days=45)
    (claim,) = (one for one in year_claims(year, "") if one.name == TOLD_TWICE)
    return year.duplicates, claim.is_met


def test_nothing_is_told_twice(tmp_path: Path) -> None:
    assert told_twice(tmp_path) == (0, True)


def test_a_find_that_is_told_at_every_look_breaks_the_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benban.casework.recheck._was_told", lambda _store, _place: False)

    times, is_met = told_twice(tmp_path)

    assert times > 0
    assert not is_met


def test_two_spellings_of_one_address_that_become_two_places_break_the_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubled(store: CaseStore, address: Address, *_: object) -> None:
        at = store.case.opened_at
        place = Place(id=new_place_id(), sighting_id=None, address=address, named_at=at)
        store.record(event(EventKind.PLACE_NAMED, place.id), save=[place])

    monkeypatch.setattr(_watch_year, "name_place", doubled)

    times, is_met = told_twice(tmp_path)

    assert times > 0
    assert not is_met
