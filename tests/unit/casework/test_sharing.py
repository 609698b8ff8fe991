"""Who works on a case: letting in, taking out, leading, and what the person is told of it."""

import pytest

from benban.casework.access import Access, access_of, access_text
from benban.casework.sharing import (
    begin_sharing,
    could_be_let_in,
    give_lead,
    is_only_holder,
    lead_of,
    let_in,
    take_out,
)
from benban.cli.words import Words
from benban.errors import CaseMissingError, LastHolderError
from benban.model.custody import EventKind
from benban.model.people import Role
from benban.testing.clock import FakeClock
from benban.vault import CaseStore, KdfCost, Vault
from benban.wording import Language

from .house import House, compared, person_of

WORDS = Words(Language.EN)


def _kinds(store: CaseStore) -> list[EventKind | None]:
    return [one.kind for one in store.events()]


def test_who_is_let_in_opens_the_case_and_the_log_says_so(house: House, clock: FakeClock) -> None:
    with house.new_case(clock) as store:
        let_in(house.worker, store, compared(house.worker, house.other))
        (told,) = [one for one in store.events() if one.kind is EventKind.COLLEAGUE_LET_IN]

        assert [(one.name, one.value, one.is_sensitive) for one in told.fields[:2]] == [
            ("colleague", "khác", True),
            ("done_by", "làm", True),
        ]
        house.other.open_case(store.case.id).close()


def test_who_was_taken_out_opens_it_no_more_and_the_log_says_so(
    house: House, clock: FakeClock
) -> None:
    with house.new_case(clock) as store:
        let_in(house.worker, store, compared(house.worker, house.other))
        take_out(house.worker, store, person_of(house.other))

        assert EventKind.COLLEAGUE_TAKEN_OUT in _kinds(store)
        with pytest.raises(CaseMissingError):
            house.other.open_case(store.case.id)


def test_the_last_one_cannot_go_and_the_log_says_nothing(house: House, clock: FakeClock) -> None:
    with house.new_case(clock) as store:
        with pytest.raises(LastHolderError):
            take_out(house.worker, store, person_of(house.worker))

        assert EventKind.COLLEAGUE_TAKEN_OUT not in _kinds(store)
        assert is_only_holder(house.worker, store.case.id)


def test_one_can_take_oneself_out(house: House, clock: FakeClock) -> None:
    with house.new_case(clock) as store:
        let_in(house.worker, store, compared(house.worker, house.other))
        case_id = store.case.id
        take_out(house.worker, store, person_of(house.worker))

    assert (house.worker.case_ids(), house.other.case_ids()) == ((), (case_id,))


def test_only_caseworkers_who_came_in_and_have_no_key_could_be_let_in(
    house: House, clock: FakeClock
) -> None:
    house.admin.invite("mới", Role.CASEWORKER, KdfCost.cheap_for_tests())
    # They come in.
    assert len({id(house.other), id(house.second), id(house.auditor)}) == 3
    with house.new_case(clock) as store:
        assert [one.name for one in could_be_let_in(house.worker, store.case.id)] == ["khác"]
        let_in(house.worker, store, compared(house.worker, house.other))

        assert could_be_let_in(house.worker, store.case.id) == ()


def test_whoever_makes_a_case_leads_it_until_somebody_else_does(
    house: House, clock: FakeClock
) -> None:
    with house.new_case(clock) as store:
        begin_sharing(house.worker, store)
        let_in(house.worker, store, compared(house.worker, house.other))
        assert lead_of(house.other, store.case.id) == person_of(house.worker).user_id

        give_lead(house.worker, store, person_of(house.other))

        assert lead_of(house.worker, store.case.id) == person_of(house.other).user_id
        assert _kinds(store)[-1] is EventKind.LEAD_GIVEN


def test_giving_the_lead_to_who_has_it_is_no_entry(house: House, clock: FakeClock) -> None:
    with house.new_case(clock) as store:
        begin_sharing(house.worker, store)
        count = store.entry_count

        give_lead(house.worker, store, person_of(house.worker))

        assert store.entry_count == count


def test_nobody_without_the_key_leads_a_case(house: House, clock: FakeClock) -> None:
    with house.new_case(clock) as store, pytest.raises(ValueError, match="has its key"):
        give_lead(house.worker, store, person_of(house.other))


def test_a_lead_who_goes_leads_no_more(house: House, clock: FakeClock) -> None:
    with house.new_case(clock) as store:
        begin_sharing(house.worker, store)
        let_in(house.worker, store, compared(house.worker, house.other))
        give_lead(house.worker, store, person_of(house.other))

        take_out(house.worker, store, person_of(house.other))

        assert lead_of(house.worker, store.case.id) == ""


def test_the_person_is_told_who_had_the_key_and_when(house: House, clock: FakeClock) -> None:
    with house.new_case(clock) as store:
        begin_sharing(house.worker, store)
        let_in(house.worker, store, compared(house.worker, house.other))
        clock.advance(86400)
        take_out(house.worker, store, person_of(house.other))

        statement = access_of(store, WORDS, clock)

    told = dict(statement.groups)[Access.HAD_KEY]
    assert [one.fields[0].value for one in told] == ["làm", "khác", "khác"]
    assert told[2].at is not None
    assert told[1].at is not None
    assert (told[2].at - told[1].at).days == 1
    text = access_text(statement, WORDS)
    assert "khác" in text


def test_in_a_vault_of_ones_own_nothing_is_shared(vault: Vault, store: CaseStore) -> None:
    begin_sharing(vault, store)

    assert not is_only_holder(vault, store.case.id)
    assert EventKind.COLLEAGUE_LET_IN not in _kinds(store)
