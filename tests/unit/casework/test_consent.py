"""Consent: one purpose, one recipient, the words that were read, and withdrawn at any time."""

import io
from datetime import date, timedelta
from functools import partial
from io import BytesIO

import pytest

from benban.casework.consent import (
    consent_text,
    give_consent,
    record_capacity,
    require_consent,
    withdraw_consent,
)
from benban.casework.hand_over import Recipient, hand_over
from benban.casework.take_in import SightingReport, take_in
from benban.errors import (
    CapacityExpiredError,
    ConsentMissingError,
    ConsentNotReadError,
    NotStoredError,
)
from benban.model.case import Capacity, Case
from benban.model.consent import CapacityPaper, Consent, ConsentPurpose
from benban.model.custody import EventKind
from benban.model.ids import ConsentId, new_case_id
from benban.model.sighting import SightingKind
from benban.testing.clock import FakeClock
from benban.vault import CaseStore, Vault
from benban.wording import Language

from .conftest import ADULT

LAWYER = "Luật sư Trần Thị Thử"


def a_case(clock: FakeClock, capacity: Capacity) -> Case:
    return Case(
        id=new_case_id(),
        title="",
        language=Language.VI,
        capacity=capacity,
        opened_at=clock.now(),
    )


def agreed(
    store: CaseStore,
    clock: FakeClock,
    purpose: ConsentPurpose = ConsentPurpose.PAPERS,
    *,
    is_agreed: bool = True,
    recipient: str = LAWYER,
) -> Consent:
    return give_consent(
        store, purpose, recipient, language=Language.VI, is_agreed=is_agreed, clock=clock
    )


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("purpose", ConsentPurpose)
def test_the_text_names_purpose_and_recipient_and_says_that_the_data_are_sensitive(
    language: Language, purpose: ConsentPurpose
) -> None:
    said = consent_text(purpose, LAWYER, language)

    warning = {Language.VI: "dữ liệu cá nhân nhạy cảm", Language.EN: "sensitive personal data"}
    assert (LAWYER in said, warning[language] in said) == (True, True)


def test_a_consent_keeps_the_very_words_and_is_logged_without_them(
    store: CaseStore, clock: FakeClock
) -> None:
    given = agreed(store, clock)

    entry = store.events()[-1]
    assert given.text == consent_text(ConsentPurpose.PAPERS, LAWYER, Language.VI)
    assert (entry.kind, entry.subject) == (EventKind.CONSENT_GIVEN, given.id)
    opened = {one.name: one.value for one in entry.fields if not one.is_sensitive}
    assert opened == {"consent_purpose": "papers", "version": "1"}


@pytest.mark.parametrize(("is_agreed", "recipient"), [(False, LAWYER), (True, "  ")])
def test_silence_is_no_consent_and_nobody_in_particular_is_no_recipient(
    store: CaseStore, clock: FakeClock, recipient: str, *, is_agreed: bool
) -> None:
    with pytest.raises(ConsentNotReadError):
        agreed(store, clock, is_agreed=is_agreed, recipient=recipient)

    assert store.all(Consent) == ()


@pytest.mark.parametrize("capacity", [Capacity.LAWYER, Capacity.ORGANISATION])
def test_a_consent_is_for_its_purpose_and_its_recipient_only(
    vault: Vault, clock: FakeClock, capacity: Capacity
) -> None:
    with vault.create_case(a_case(clock, capacity)) as store:
        agreed(store, clock)
        require_consent(store, ConsentPurpose.PAPERS, LAWYER)
        for purpose, recipient in (
            (ConsentPurpose.HAND_OVER, LAWYER),
            (ConsentPurpose.PAPERS, "Luật sư khác"),
            (ConsentPurpose.PAPERS, ""),
        ):
            with pytest.raises(ConsentMissingError):
                require_consent(store, purpose, recipient)


def test_a_withdrawn_consent_covers_nothing_and_stays_in_the_ledger(
    vault: Vault, clock: FakeClock
) -> None:
    with vault.create_case(a_case(clock, Capacity.LAWYER)) as store:
        given = agreed(store, clock)
        ended = withdraw_consent(store, given.id, clock)
        again = withdraw_consent(store, given.id, clock)

        with pytest.raises(ConsentMissingError):
            require_consent(store, ConsentPurpose.PAPERS, LAWYER)

        kinds = [one.kind for one in store.events()]
    assert (ended.withdrawn_at is not None, again == ended) == (True, True)
    assert kinds.count(EventKind.CONSENT_WITHDRAWN) == 1


def test_the_person_themself_needs_no_paper_to_use_their_own_data(store: CaseStore) -> None:
    require_consent(store, ConsentPurpose.DOSSIER, LAWYER)

    assert store.all(Consent) == ()


def test_an_unknown_consent_cannot_be_withdrawn(store: CaseStore, clock: FakeClock) -> None:
    with pytest.raises(NotStoredError):
        withdraw_consent(store, ConsentId("con-0"), clock)


def test_nothing_is_handed_over_for_somebody_without_their_yes(
    vault: Vault, clock: FakeClock
) -> None:
    to = Recipient(name=LAWYER, purpose="a", legal_basis="b", key="age1-never-read")
    written = io.BytesIO()
    with vault.create_case(a_case(clock, Capacity.ORGANISATION)) as store:
        report = SightingReport(
            address=None, kind=SightingKind.PUBLISHED, answers=ADULT, text="Tôi thấy."
        )
        take_in(store, report, clock)
        with pytest.raises(ConsentMissingError):
            hand_over(vault, store, to, written)

        kinds = [one.kind for one in store.events()]
    assert (written.getvalue(), EventKind.HANDED_OVER in kinds) == (b"", False)


def test_a_document_of_a_capacity_is_known_by_its_digest_and_not_kept(
    store: CaseStore, clock: FakeClock
) -> None:
    until = date(2027, 1, 1)
    document = record_capacity(
        store,
        CapacityPaper.COURT_DECISION,
        io.BytesIO(b"quyet dinh"),
        valid_until=until,
        clock=clock,
    )

    entry = store.events()[-1]
    assert (document.size_bytes, document.valid_until) == (10, until)
    assert (entry.kind, entry.subject) == (EventKind.CAPACITY_SHOWN, document.id)
    assert [one.value for one in entry.fields if not one.is_sensitive] == ["court-decision"]


def test_an_act_for_somebody_needs_a_paper_that_is_still_valid(
    vault: Vault, clock: FakeClock
) -> None:
    today = clock.now().astimezone().date()
    with vault.create_case(a_case(clock, Capacity.LAWYER)) as store:
        agreed(store, clock)
        shown = partial(record_capacity, store, CapacityPaper.AUTHORISATION, clock=clock)
        shown(BytesIO(b"a"), valid_until=today - timedelta(days=1))
        with pytest.raises(CapacityExpiredError):
            require_consent(store, ConsentPurpose.PAPERS, LAWYER)
        shown(BytesIO(b"b"), valid_until=today)

        require_consent(store, ConsentPurpose.PAPERS, LAWYER)


def test_a_licence_does_not_stand_for_a_mandate_that_has_run_out(
    vault: Vault, clock: FakeClock
) -> None:
    yesterday = clock.now().astimezone().date() - timedelta(days=1)
    with vault.create_case(a_case(clock, Capacity.LAWYER)) as store:
        agreed(store, clock)
        for kind, day in (
            (CapacityPaper.AUTHORISATION, yesterday),
            (CapacityPaper.LAWYERS_LICENCE, None),
        ):
            record_capacity(store, kind, BytesIO(b"a"), valid_until=day, clock=clock)

        with pytest.raises(CapacityExpiredError):
            require_consent(store, ConsentPurpose.PAPERS, LAWYER)


def test_a_paper_without_a_last_day_does_not_run_out(vault: Vault, clock: FakeClock) -> None:
    with vault.create_case(a_case(clock, Capacity.LAWYER)) as store:
        agreed(store, clock)
        kind = CapacityPaper.LAWYERS_LICENCE
        record_capacity(store, kind, BytesIO(b"a"), valid_until=None, clock=clock)
        clock.advance(20 * 365 * 86_400)

        require_consent(store, ConsentPurpose.PAPERS, LAWYER)
