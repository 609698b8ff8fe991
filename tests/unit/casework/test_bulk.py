"""Texts prepared for many places: the next of each, none for the police, and none signed."""

import pytest

from benban.casework.bulk import preparable, prepare
from benban.casework.take_in import SightingReport, take_in
from benban.model.catalogue import Regime
from benban.model.remedy import Notice, NoticeState
from benban.model.sighting import AgeAnswers, SightingKind
from benban.remedies import packaged_catalogue, parse_address
from benban.testing.clock import FakeClock
from benban.vault import CaseStore
from benban.wording import Language

from .conftest import ADULT, MAYBE_MINOR

CATALOGUE = packaged_catalogue()


def seen(
    store: CaseStore,
    clock: FakeClock,
    address: str,
    kind: SightingKind = SightingKind.PUBLISHED,
    answers: AgeAnswers = ADULT,
) -> None:
    place = parse_address(address, CATALOGUE) if address else None
    take_in(store, SightingReport(address=place, kind=kind, answers=answers), clock)


def make(store: CaseStore, clock: FakeClock) -> tuple[Notice, ...]:
    wanted = preparable(store, CATALOGUE, clock)
    return prepare(store, wanted, language=Language.VI, catalogue=CATALOGUE, clock=clock)


def test_each_place_gets_its_next_text_and_the_next_round_the_one_after(
    store: CaseStore, clock: FakeClock
) -> None:
    seen(store, clock, "https://x.com/i/status/1234567890123456789")
    seen(store, clock, "https://t.me/kenh_vi_du/55")

    first, second = make(store, clock), make(store, clock)

    assert [len({one.sighting_id for one in made}) for made in (first, second)] == [2, 2]
    assert {(one.sighting_id, one.step_id) for one in first}.isdisjoint(
        (one.sighting_id, one.step_id) for one in second
    )


def test_what_was_prepared_is_a_draft_without_a_signature(
    store: CaseStore, clock: FakeClock
) -> None:
    seen(store, clock, "https://t.me/kenh_vi_du/55")

    (made,) = make(store, clock)

    assert (made.state, made.signature) == (NoticeState.DRAFT, None)
    assert store.all(Notice) == (made,)


def test_none_of_them_is_a_paper_for_the_police(store: CaseStore, clock: FakeClock) -> None:
    seen(store, clock, "https://t.me/kenh_vi_du/55")
    made: list[Notice] = []
    while one := make(store, clock):
        made += one

    regimes = {form.regime for one in made if (form := CATALOGUE.form(one.form))}
    assert len(made) >= 2
    assert Regime.CRIME_REPORT not in regimes


@pytest.mark.parametrize("kind", sorted(set(SightingKind) - {SightingKind.PUBLISHED}, key=str))
def test_only_what_was_published_gets_a_text(
    store: CaseStore, clock: FakeClock, kind: SightingKind
) -> None:
    seen(store, clock, "https://t.me/kenh_vi_du/55", kind)

    assert preparable(store, CATALOGUE, clock) == ()


def test_a_place_without_an_address_gets_none(store: CaseStore, clock: FakeClock) -> None:
    seen(store, clock, "")

    assert preparable(store, CATALOGUE, clock) == ()


def test_where_somebody_may_be_under_18_only_texts_for_that_are_offered(
    store: CaseStore, clock: FakeClock
) -> None:
    seen(store, clock, "https://t.me/kenh_vi_du/55", answers=MAYBE_MINOR)

    forms = [CATALOGUE.form(one.step.notice_form) for one in preparable(store, CATALOGUE, clock)]

    assert all(form is not None and form.is_for_minors for form in forms)


def test_looking_what_could_be_prepared_writes_nothing(store: CaseStore, clock: FakeClock) -> None:
    seen(store, clock, "https://t.me/kenh_vi_du/55")
    before = store.entry_count

    preparable(store, CATALOGUE, clock)

    assert store.entry_count == before
