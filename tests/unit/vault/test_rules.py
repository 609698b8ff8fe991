"""No picture without three recorded yes; one mark closes the case (DESIGN promise 3, HARM 2)."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from benban.errors import KindNotCapturedError, PermitRefusedError
from benban.model.case import StoragePermit
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind, Original
from benban.model.ids import SightingId, new_case_id, new_sighting_id
from benban.model.sighting import NO_ANSWERS, AgeAnswers, Answer, SightingKind
from benban.vault import CaseStore
from tests.unit.vault.keeping import (
    UNSURE,
    YES,
    a_case,
    a_sighting,
    adopted,
    an_event,
    an_exhibit,
    an_original,
    laid,
    opened,
    reported,
    spooled,
)

SAID = (Answer.YES, Answer.NO, Answer.UNSURE)


def contents(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("blobs/*/*") if path.is_file()]


def forged(store: CaseStore, answers: AgeAnswers, sighting_id: str) -> StoragePermit:
    return StoragePermit(
        case_id=store.case.id,
        sighting_id=sighting_id,  # type: ignore[arg-type] # an id as text
        answers=answers,
    )


@pytest.mark.parametrize("answers", list(product(SAID, SAID, SAID)))
def test_of_27_answers_only_three_yes_keep_a_picture(
    store: CaseStore, folder: Path, answers: tuple[Answer, Answer, Answer]
) -> None:
    given = AgeAnswers(adult_now=answers[0], adult_in_picture=answers[1], nobody_doubts=answers[2])
    sighting = reported(store, given)
    part = spooled(store, b"a drawing")
    with suppress(PermitRefusedError):
        store.adopt(part, an_exhibit(sighting.id), forged(store, given, sighting.id))

    expected = 1 if answers == (Answer.YES,) * 3 else 0
    assert (len(store.all(Exhibit)), len(contents(folder))) == (expected, expected)


def test_a_forged_permit_opens_nothing(store: CaseStore, folder: Path) -> None:
    sighting = reported(store, UNSURE)
    with pytest.raises(PermitRefusedError):
        store.adopt(spooled(store, b"x"), an_exhibit(sighting.id), forged(store, YES, sighting.id))

    assert contents(folder) == []


def test_a_permit_made_before_the_answer_changed_opens_nothing(store: CaseStore) -> None:
    sighting = reported(store)
    permit = store.case.storage_permit(sighting)
    store.record(an_event(EventKind.ANSWERS_CHANGED), save=[replace(sighting, answers=UNSURE)])
    with pytest.raises(PermitRefusedError):
        store.adopt(spooled(store, b"x"), an_exhibit(sighting.id), permit)

    assert store.all(Exhibit) == ()


@pytest.mark.parametrize(
    "changed",
    [
        lambda permit: replace(permit, case_id=new_case_id()),
        lambda permit: replace(permit, sighting_id=new_sighting_id()),
        lambda permit: replace(permit, answers=UNSURE),
    ],
)
def test_a_permit_for_something_else_opens_nothing(
    store: CaseStore, changed: Callable[[StoragePermit], StoragePermit]
) -> None:
    sighting = reported(store)
    permit = changed(store.case.storage_permit(sighting))
    with pytest.raises(PermitRefusedError):
        store.adopt(spooled(store, b"x"), an_exhibit(sighting.id), permit)

    assert store.all(Exhibit) == ()


def test_an_exhibit_of_another_sighting_is_refused(store: CaseStore) -> None:
    allowed, other = reported(store), reported(store, UNSURE)
    permit = store.case.storage_permit(allowed)
    with pytest.raises(PermitRefusedError):
        store.adopt(spooled(store, b"x"), an_exhibit(other.id), permit)

    assert store.all(Exhibit) == ()


def test_a_kind_that_is_kept_as_text_only_is_refused(store: CaseStore) -> None:
    sighting = a_sighting(kind=SightingKind.TALK_ABOUT_IT)
    store.record(an_event(), save=[sighting])
    with pytest.raises(KindNotCapturedError):
        store.adopt(spooled(store, b"x"), an_exhibit(sighting.id), forged(store, YES, sighting.id))

    assert store.all(Exhibit) == ()


def text_of(sighting_id: SightingId, *, contains_media: bool = False) -> Exhibit:
    return an_exhibit(sighting_id, kind=ExhibitKind.DOM_TEXT, contains_media=contains_media)


@pytest.mark.parametrize("answers", [YES, UNSURE, NO_ANSWERS])
def test_the_text_of_a_page_needs_no_permit(store: CaseStore, answers: AgeAnswers) -> None:
    sighting = reported(store, answers)
    kept = store.adopt(spooled(store, b"what was written"), text_of(sighting.id), None)

    assert store.all(Exhibit) == (kept,)


def test_nothing_but_text_is_kept_without_a_permit(store: CaseStore, folder: Path) -> None:
    sighting = reported(store)
    refused = [
        *(an_exhibit(sighting.id, kind=kind) for kind in ExhibitKind if not kind.is_text),
        text_of(sighting.id, contains_media=True),
        an_exhibit(sighting.id, kind=ExhibitKind.CONVERSATION, contains_media=True),
        text_of(new_sighting_id()),
    ]
    for exhibit in refused:
        with pytest.raises(PermitRefusedError):
            store.adopt(spooled(store, b"x"), exhibit, None)

    assert (len(refused), store.all(Exhibit), contents(folder)) == (11, (), [])


@pytest.mark.parametrize("names_case", [True, False])
def test_a_marked_case_takes_no_picture_whatever_the_answers(
    store: CaseStore, names_case: bool
) -> None:
    sighting = reported(store)
    subject = store.case.id if names_case else ""
    store.record(an_event(EventKind.MINOR_MARKED, subject))
    refused = []
    for act in (
        lambda: adopted(store, sighting, b"x"),
        lambda: store.adopt_original(spooled(store, b"x"), an_original()),
    ):
        with pytest.raises(PermitRefusedError):
            act()
        refused.append(act)

    assert (len(refused), store.all(Exhibit), store.all(Original)) == (2, (), ())


def test_the_mark_is_still_there_after_the_vault_was_closed(folder: Path) -> None:
    laid(folder)
    case = a_case()
    with opened(folder) as vault, vault.create_case(case) as store:
        sighting = reported(store)
        store.record(an_event(EventKind.MINOR_MARKED))
    with (
        opened(folder) as vault,
        vault.open_case(case.id) as store,
        pytest.raises(PermitRefusedError),
    ):
        adopted(store, sighting, b"x")


def test_a_mark_on_one_sighting_leaves_the_others_open(store: CaseStore) -> None:
    marked, other = reported(store), reported(store)
    store.record(
        an_event(EventKind.MINOR_MARKED, marked.id), save=[replace(marked, answers=UNSURE)]
    )

    assert adopted(store, other, b"x").sighting_id == other.id


def test_originals_need_a_sighting_that_allows_pictures(store: CaseStore) -> None:
    with pytest.raises(PermitRefusedError):
        store.adopt_original(spooled(store, b"x"), an_original())
    reported(store, UNSURE)
    with pytest.raises(PermitRefusedError):
        store.adopt_original(spooled(store, b"x"), an_original())
    reported(store)

    assert store.adopt_original(spooled(store, b"x"), an_original()).size_bytes == 1


def test_pictures_of_a_sighting_that_closed_before_a_kill_are_gone_at_the_next_opening(
    folder: Path,
) -> None:
    laid(folder)
    case = a_case()
    with opened(folder) as vault, vault.create_case(case) as store:
        sighting, other = reported(store), reported(store)
        adopted(store, sighting, b"drawing of a cat")
        kept = adopted(store, other, b"drawing of a dog")
        # The program dies here: the answers are closed, the pictures are still there.
        store.record(an_event(EventKind.ANSWERS_CHANGED), save=[replace(sighting, answers=UNSURE)])
    with opened(folder) as vault, vault.open_case(case.id) as store:
        last = store.events()[-1]
        found = (store.all(Exhibit), last.kind, last.subject, last.actor)

    assert found == ((kept,), EventKind.MINOR_MARKED, sighting.id, "program")
    assert len(contents(folder)) == 1
