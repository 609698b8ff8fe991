"""What was done with each item is said by item, and "none" is a number."""

from dataclasses import replace
from io import BytesIO

import pytest

from benban.casework.add_files import add_files
from benban.casework.conclude import DossierRequest, conclude
from benban.casework.custody import ItemKind, custody_of
from benban.casework.originals import GivenFile
from benban.casework.show import grant_unveiling
from benban.casework.take_in import SightingReport, take_in
from benban.dossier.view import Edition
from benban.errors import ExhibitMissingError
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.ids import CaseId, ExhibitId
from benban.model.sighting import SightingKind
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore, Vault
from benban.wording import Language

from .conftest import ADULT

REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT, seen_on="nhóm A")


def kept(store: CaseStore, clock: FakeClock, *numbers: int) -> list[Exhibit]:
    sighting = take_in(store, REPORT, clock).sighting
    files = [
        GivenFile(stream=BytesIO(draw_feed_picture(number)), name=f"{number}.jpg")
        for number in numbers
    ]
    return list(add_files(store, sighting, files, clock))


def test_every_event_stands_in_at_least_one_group(store: CaseStore, clock: FakeClock) -> None:
    first, _ = kept(store, clock, 1, 2)
    grant_unveiling(store, first.id, "để hỏi luật sư")

    groups = custody_of(store)

    told = {entry.position for group in groups for entry in group.events}
    assert told == set(range(len(store.events())))


def test_who_never_looked_is_told_as_none(store: CaseStore, clock: FakeClock) -> None:
    first, second = kept(store, clock, 1, 2)
    grant_unveiling(store, first.id, "để hỏi luật sư")

    asked = {group.subject: dict(group.asked) for group in custody_of(store)}

    assert (
        asked[first.id][EventKind.SHOWN_UNVEILED],
        asked[second.id][EventKind.SHOWN_UNVEILED],
    ) == (1, 0)


def test_a_dossier_is_told_with_the_items_it_carried_and_no_other(
    store: CaseStore, clock: FakeClock
) -> None:
    first, second = kept(store, clock, 1, 2)
    request = DossierRequest(
        edition=Edition.READING, languages=(Language.VI,), exhibits=(first.id,)
    )
    conclude(store, request, (), out_file=BytesIO(), clock=clock)

    asked = {group.subject: dict(group.asked) for group in custody_of(store)}

    counts = [asked[one.id][EventKind.DOSSIER_SEALED] for one in (first, second)]
    assert counts == [1, 0]


def test_one_item_is_told_with_its_place_alone(store: CaseStore, clock: FakeClock) -> None:
    first, second = kept(store, clock, 1, 2)

    groups = custody_of(store, (first.id,))

    assert [(group.kind, group.subject) for group in groups] == [
        (ItemKind.SIGHTING, first.sighting_id),
        (ItemKind.EXHIBIT, first.id),
    ]
    assert second.id not in {group.subject for group in groups}


def test_an_item_that_is_not_there_is_refused(store: CaseStore) -> None:
    with pytest.raises(ExhibitMissingError):
        custody_of(store, (ExhibitId("exh-0000000000000000"),))


def test_a_new_record_names_the_key_of_who_worked(store: CaseStore, clock: FakeClock) -> None:
    (exhibit,) = kept(store, clock, 1)

    (adopted,) = [
        entry
        for entry in store.events()
        if (entry.kind, entry.subject) == (EventKind.ADOPTED, exhibit.id)
    ]

    operator = {field.name: field.value for field in adopted.fields}["operator"]
    assert [len(group) for group in operator.split("-")] == [4] * 8


def test_two_cases_of_one_vault_do_not_tell_that_one_person_worked_on_both(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    other = replace(store.case, id=CaseId("case-00000000000000cc"))
    with vault.create_case(other) as second:
        for one in (store, second):
            kept(one, clock, 1)
        operators = {
            field.value
            for one in (store, second)
            for entry in one.events()
            for field in entry.fields
            if field.name == "operator"
        }

    assert len(operators) == 2


@pytest.mark.parametrize("count", [1, 3, 50])
def test_the_log_read_in_pages_is_the_whole_log(
    store: CaseStore, clock: FakeClock, count: int
) -> None:
    first, _ = kept(store, clock, 1, 2)
    grant_unveiling(store, first.id, "để hỏi luật sư")
    whole = store.events()

    pages = [store.events_from(at, count) for at in range(0, len(whole), count)]

    assert sum(pages, ()) == whole
    assert store.events_from(len(whole), count) == ()
