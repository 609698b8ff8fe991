"""Which stamps a case has, what is missing, and whom an act asks."""

from datetime import timedelta

import pytest

from benban.casework.receipts import give_receipt
from benban.casework.stamp_acts import (
    StampAct,
    ask_for_stamps,
    asked_by,
    is_wanted,
    learned_by,
    stamps_of,
    state_hosts,
)
from benban.casework.take_in import SightingReport, take_in
from benban.errors import StampServiceUnreachableError
from benban.model.custody import CustodyEvent, TokenState
from benban.model.sighting import NO_ANSWERS, SightingKind
from benban.testing.clock import FakeClock
from benban.testing.tsa import FakeTsa, TsaFault
from benban.vault import CaseStore

REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=NO_ANSWERS, seen_on="A")


class Authority:
    """An authority that can be out of reach."""

    def __init__(self, tsa: FakeTsa, name: str = "a", *, is_reached: bool = True) -> None:
        self.id, self.host = name, f"{name}.example"
        self.roots = (tsa.root_der,)
        self.is_reached = is_reached
        self._tsa = tsa

    def stamp(self, request: bytes) -> bytes:
        if not self.is_reached:
            raise StampServiceUnreachableError(authority=self.id)
        return self._tsa.answer(request)


def test_a_case_without_a_stamp_counts_all_that_was_done(
    store: CaseStore, clock: FakeClock
) -> None:
    take_in(store, REPORT, clock)

    found = stamps_of(store, clock.now())

    assert (found.kept, found.uncovered) == ((), len(store.events()))


def test_what_stamping_itself_writes_is_not_told_as_uncovered_and_what_follows_is(
    store: CaseStore, clock: FakeClock
) -> None:
    take_in(store, REPORT, clock)
    ask_for_stamps(store, StampAct.NOW, [Authority(FakeTsa(clock=clock))], clock)
    give_receipt(store, clock)
    before = stamps_of(store, clock.now()).uncovered
    take_in(store, REPORT, clock)

    assert (before, stamps_of(store, clock.now()).uncovered > 0) == (0, True)


def test_a_stamp_says_up_to_which_entry_of_the_log_it_reaches(
    store: CaseStore, clock: FakeClock
) -> None:
    take_in(store, REPORT, clock)
    ask_for_stamps(store, StampAct.NOW, [Authority(FakeTsa(clock=clock))], clock)

    (one,) = stamps_of(store, clock.now()).kept

    assert one.covers_until == store.events()[one.token.checkpoint_size - 1].at
    assert one.good_until > clock.now() + timedelta(days=365)


def test_asking_again_is_for_those_that_did_not_answer(store: CaseStore, clock: FakeClock) -> None:
    there = Authority(FakeTsa(clock=clock), "a")
    away = Authority(FakeTsa(clock=clock), "b", is_reached=False)
    before = is_wanted(store, StampAct.RETRY, clock.now())
    ask_for_stamps(store, StampAct.NOW, [there, away], clock)

    assert (before, is_wanted(store, StampAct.RETRY, clock.now())) == (False, True)
    assert asked_by(store, StampAct.RETRY, [there, away]) == (away,)
    assert asked_by(store, StampAct.NOW, [there, away]) == (there, away)


def test_an_answer_that_is_no_stamp_is_told_until_a_later_one_comes(
    store: CaseStore, clock: FakeClock
) -> None:
    wrong = Authority(FakeTsa(clock=clock, fault=TsaFault.WRONG_NONCE))
    ask_for_stamps(store, StampAct.NOW, [wrong], clock)
    first = stamps_of(store, clock.now()).refused
    ask_for_stamps(store, StampAct.NOW, [Authority(FakeTsa(clock=clock))], clock)

    assert [one.state for one in first] == [TokenState.REFUSED]
    assert stamps_of(store, clock.now()).refused == ()


def test_renewing_is_wanted_once_a_stamp_grows_old_and_not_before(
    store: CaseStore, clock: FakeClock
) -> None:
    fresh = is_wanted(store, StampAct.RENEW, clock.now())
    old = Authority(FakeTsa(clock=clock, fault=TsaFault.SHORT_LIVED_CERTIFICATE))
    ask_for_stamps(store, StampAct.NOW, [old], clock)
    is_due = is_wanted(store, StampAct.RENEW, clock.now())
    ask_for_stamps(store, StampAct.RENEW, [Authority(FakeTsa(clock=clock), "b")], clock)

    assert (fresh, is_due, stamps_of(store, clock.now()).due) == (False, True, 0)


def test_a_look_at_the_stamps_reads_the_log_once_also_when_one_grows_old(
    store: CaseStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Authority(FakeTsa(clock=clock, fault=TsaFault.SHORT_LIVED_CERTIFICATE))
    ask_for_stamps(store, StampAct.NOW, [old], clock)
    read, reads = CaseStore.events, []

    def counted(one: CaseStore) -> tuple[CustodyEvent, ...]:
        reads.append(one.case.id)
        return read(one)

    monkeypatch.setattr(CaseStore, "events", counted)

    found = stamps_of(store, clock.now())

    assert (found.due, len(reads)) == (1, 1)


def test_hosts_that_tell_the_state_of_certificates_are_known_from_earlier_answers(
    store: CaseStore, clock: FakeClock
) -> None:
    tsa = FakeTsa(
        clock=clock,
        crl_address="http://lists.example/a.crl",
        ocsp_address="http://responder.example/",
    )
    one = Authority(tsa)
    before = state_hosts(store, [one])
    ask_for_stamps(store, StampAct.NOW, [one], clock)

    assert (before, state_hosts(store, [one])) == ((), ("lists.example", "responder.example"))
    assert state_hosts(store, [Authority(FakeTsa(clock=clock))]) == ()


def test_a_host_that_is_asked_twice_is_named_once(clock: FakeClock) -> None:
    tsa = FakeTsa(clock=clock)

    found = learned_by([Authority(tsa), Authority(tsa), Authority(tsa, "b")])

    assert [one.host for one in found] == ["a.example", "b.example"]
