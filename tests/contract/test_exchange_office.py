"""Deeds and look-ups over both systems of record, from the proof to the tombstone."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from benban.bank.words import as_words
from benban.errors.exchange import (
    ActRefusedError,
    AgeNotShownError,
    HashUnknownError,
    MatcherBehindError,
    ProofRefusedError,
    ProofUsedError,
    TooManyRequestsError,
    WithdrawalRefusedError,
)
from benban.exchange.audit import require_chain
from benban.exchange.life import DISPUTE_TIME, QUARANTINE, RETENTION
from benban.exchange.office import Caller
from benban.exchange.ports import SharedBank
from benban.exchange.withdrawal import sign_withdrawal
from benban.model.shared_hash import (
    Act,
    BankId,
    BankRule,
    DisputeReason,
    HashState,
    Provenance,
    SharedHash,
)
from benban.outside.exchange_store.store import DatabaseStore
from tests.contract.exchange_nodes import Node
from tests.contract.exchange_nodes import begun_node as _node
from tests.contract.exchange_nodes import hand_in_proof as _proof
from tests.contract.exchange_nodes import leaf_of as _leaf
from tests.contract.exchange_stores import (
    BANK,
    CLOSED,
    OPERATOR,
    as_member,
    empty_store,
    made_file,
    server,
    store,
)
from tests.unit.exchange.shared import (
    ATTESTER,
    EXCHANGE,
    LOG_KEY,
    SECOND,
    THIRD,
    consent_proof,
    pdq,
)

__all__ = ["empty_store", "made_file", "server", "store"]


@pytest.fixture
def node(store: DatabaseStore) -> Node:
    """A node with the usual limits."""
    return _node(store)


def test_a_new_hash_waits_and_matches_once_a_second_member_confirms(node: Node) -> None:
    shared = node.attest(_proof())
    assert (shared.state, node.matches()) == (HashState.QUARANTINE, False)

    node.act(shared, Act.CONFIRM)

    assert (node.matches(), node.matches(ATTESTER), node.matches(THIRD)) == (True, True, False)


def test_after_seven_days_the_clock_lets_it_match(node: Node) -> None:
    node.attest(_proof())
    node.clock.advance((QUARANTINE - timedelta(seconds=1)).total_seconds())
    node.matcher.follow()
    assert (node.office.tick(), node.matches()) == (0, False)

    node.clock.advance(1)
    assert node.office.tick() == 1

    node.matcher.follow()
    assert node.matches()


def test_what_the_person_takes_back_is_gone_at_the_very_next_question(node: Node) -> None:
    proof = _proof()
    node.act(node.attest(proof), Act.CONFIRM)
    assert node.matches()

    gone = node.office.withdraw_for_person(sign_withdrawal(_leaf(proof), EXCHANGE, LOG_KEY))

    assert gone is not None
    assert (node.matches(), gone.state, gone.pdq) == (False, HashState.TOMBSTONE, None)
    again = node.office.withdraw_for_person(sign_withdrawal(_leaf(proof), EXCHANGE, LOG_KEY))
    assert again == gone


def test_nobody_else_takes_it_back(node: Node) -> None:
    proof = _proof()
    node.act(node.attest(proof), Act.CONFIRM)

    with pytest.raises(WithdrawalRefusedError):
        node.office.withdraw_for_person(sign_withdrawal(_leaf(proof), EXCHANGE, bytes(32)))

    assert node.matches()


def test_what_was_taken_back_before_it_was_handed_in_is_refused(node: Node) -> None:
    proof, other = _proof(), _proof(2)
    for key in (bytes(32), LOG_KEY, LOG_KEY):
        assert node.office.withdraw_for_person(sign_withdrawal(_leaf(proof), EXCHANGE, key)) is None
    forged = sign_withdrawal(_leaf(other), EXCHANGE, bytes(32))
    assert node.office.withdraw_for_person(forged) is None
    with pytest.raises(WithdrawalRefusedError):
        node.office.withdraw_for_person(sign_withdrawal(_leaf(other), "elsewhere", LOG_KEY))

    with pytest.raises(ProofRefusedError):
        node.attest(proof)

    assert node.attest(other).state is HashState.QUARANTINE


def test_withdrawals_of_nothing_are_bounded(node: Node) -> None:
    proof = _proof()
    for number in range(8):
        assert (
            node.office.withdraw_for_person(
                sign_withdrawal(_leaf(proof), EXCHANGE, bytes([number]) * 32)
            )
            is None
        )
    with pytest.raises(TooManyRequestsError):
        node.office.withdraw_for_person(sign_withdrawal(_leaf(proof), EXCHANGE, LOG_KEY))


def test_a_consent_older_than_thirty_days_is_asked_for_anew(node: Node) -> None:
    node.clock.advance(timedelta(days=32).total_seconds())
    node.matcher.follow()

    with pytest.raises(ProofRefusedError):
        node.attest(_proof())


def test_another_node_follows_and_refuses_to_answer_when_it_cannot(
    node: Node, store: DatabaseStore
) -> None:
    other = _node(store, node.clock)
    proof = _proof()
    node.act(node.attest(proof), Act.CONFIRM)
    assert not other.matches()
    other.matcher.follow()
    assert other.matches()

    node.office.withdraw_for_person(sign_withdrawal(_leaf(proof), EXCHANGE, LOG_KEY))
    other.matcher.follow()
    assert not other.matches()

    node.clock.advance(5.1)
    with pytest.raises(MatcherBehindError):
        other.matches()


def test_a_node_that_starts_knows_what_stands(node: Node, store: DatabaseStore) -> None:
    kept, gone = _proof(1), _proof(2)
    for proof in (kept, gone):
        node.act(node.attest(proof), Act.CONFIRM)
    node.office.withdraw_for_person(sign_withdrawal(_leaf(gone), EXCHANGE, LOG_KEY))

    started = _node(store)

    assert (started.matches(seed=1), started.matches(seed=2)) == (True, False)
    assert started.matcher.change == 5


def test_one_consent_serves_one_hash(node: Node) -> None:
    proof = _proof()
    node.attest(proof)

    with pytest.raises(ProofUsedError):
        node.attest(proof)
    with pytest.raises(ProofUsedError):
        node.attest(proof, by=SECOND)


def test_under_18_leaves_no_trace_in_the_database(node: Node) -> None:
    proof = consent_proof(said={"adult_in_picture": "unsure"})

    with pytest.raises(AgeNotShownError):
        node.attest(proof)

    with node.store.within(OPERATOR) as work:
        assert (work.heads().change, work.audit(ATTESTER, 0, 9)) == (0, ())


def test_a_member_hands_in_nothing_to_a_bank_it_does_not_read(node: Node) -> None:
    with pytest.raises(HashUnknownError):
        node.attest(_proof(), bank=CLOSED)


def test_a_member_that_only_asks_a_bank_confirms_there_and_hands_nothing_in(node: Node) -> None:
    with node.store.within(OPERATOR) as work:
        bank = next(one for one in work.banks() if one.id == BANK)
        work.keep_bank(replace(bank, hands_in=frozenset()))

    with pytest.raises(ActRefusedError):
        node.attest(_proof(2), by=SECOND)

    # The owner always may; and to know a case one need not hand in.
    node.act(node.attest(_proof()), Act.CONFIRM)
    assert (node.matches(), node.matches(seed=2)) == (True, False)


def test_too_many_at_once_wait_for_two_people(store: DatabaseStore) -> None:
    node = _node(store, per_member_a_day=2)

    states = [node.attest(_proof(seed)).state for seed in (1, 2, 3)]

    assert states == [HashState.QUARANTINE, HashState.QUARANTINE, HashState.HELD]


def test_what_very_many_lie_near_is_held(store: DatabaseStore) -> None:
    node = _node(store, near_living=1)
    node.act(node.attest(_proof()), Act.CONFIRM)
    near = f"{int(pdq().hex, 16) ^ 7:064x}"

    assert node.attest(consent_proof(said={"pdq": near})).state is HashState.HELD


def test_a_disputed_hash_does_not_match_and_goes_when_nobody_decides(node: Node) -> None:
    shared = node.act(node.attest(_proof()), Act.CONFIRM)
    node.act(shared, Act.DISPUTE)
    assert not node.matches()

    node.clock.advance(DISPUTE_TIME.total_seconds())
    node.office.tick()

    with node.store.within(OPERATOR) as work:
        assert work.hash_of(shared.id).state is HashState.TOMBSTONE


def test_a_hash_ends_after_its_year(node: Node) -> None:
    shared = node.act(node.attest(_proof()), Act.CONFIRM)

    node.clock.advance(RETENTION.total_seconds())
    node.office.tick()

    node.matcher.follow()
    assert not node.matches()
    with node.store.within(OPERATOR) as work:
        assert work.hash_of(shared.id).pdq is None


def test_near_a_negative_hash_nothing_matches(store: DatabaseStore) -> None:
    negative = BankId("bnk-negative")
    with store.within(OPERATOR) as work:
        work.keep_bank(
            SharedBank(
                id=negative,
                ordinal=2,
                name="logos",
                rule=BankRule.NEGATIVE,
                owner=ATTESTER,
                readers=frozenset({ATTESTER, SECOND}),
            )
        )
    node = _node(store)
    node.act(node.attest(_proof()), Act.CONFIRM)
    assert node.matches()
    near = consent_proof(said={"pdq": f"{int(pdq().hex, 16) ^ 7:064x}"})

    # A person said yes so that their picture is found.
    for by, provenance in (
        (ATTESTER, Provenance.PERSON_ASKED),
        (ATTESTER, Provenance.CASE_OF_A_HOTLINE),
        (SECOND, Provenance.OWN_PLATFORM),
    ):
        with pytest.raises(ProofRefusedError):
            node.attest(near, by=by, bank=negative, provenance=provenance)
    assert node.matches()

    node.act(node.attest(near, bank=negative, provenance=Provenance.OWN_PLATFORM), Act.CONFIRM)

    assert not node.matches()


def test_a_doubt_about_age_answers_nobody_and_one_word_erases_nothing(node: Node) -> None:
    with node.store.within(OPERATOR) as work:
        bank = next(one for one in work.banks() if one.id == BANK)
        work.keep_bank(replace(bank, readers=bank.readers | {THIRD}))
    shared = node.act(node.attest(_proof()), Act.CONFIRM)
    caller = Caller(member=SECOND, actor="key")

    doubted = node.office.act(caller, shared.id, Act.DISPUTE, reason=DisputeReason.MAY_BE_UNDER_18)

    assert (doubted.state, doubted.pdq) == (HashState.DISPUTED, shared.pdq)
    assert not node.matches()
    kept = node.act(doubted, Act.KEEP, by=THIRD)
    assert (kept.state, node.matches()) == (HashState.ACTIVE, True)
    # What somebody else decided the same member does not stop again; another one may.
    with pytest.raises(ActRefusedError):
        node.office.act(caller, kept.id, Act.DISPUTE, reason=DisputeReason.MAY_BE_UNDER_18)
    assert node.act(kept, Act.DISPUTE, by=THIRD).state is HashState.DISPUTED


def test_a_picture_that_many_handed_in_fills_no_answer(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benban.exchange.matcher.MOST_NEAR", 2)
    for more in range(3):
        near = consent_proof(said={"pdq": f"{int(pdq().hex, 16) ^ more:064x}"})
        node.act(node.attest(near), Act.CONFIRM)

    found = node.matcher.near(as_words([pdq().hex]), SECOND)

    assert [len(one) for one in found] == [2]


def test_one_member_stops_only_so_many_in_a_day(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benban.exchange.office.MOST_DISPUTES_A_DAY", 2)
    shared = [node.act(node.attest(_proof(seed)), Act.CONFIRM) for seed in (1, 2, 3)]
    for one in shared[:2]:
        node.act(one, Act.DISPUTE)

    with pytest.raises(TooManyRequestsError):
        node.act(shared[2], Act.DISPUTE)

    assert node.matches(seed=3)
    node.clock.advance(timedelta(days=1).total_seconds() + 1)
    assert node.act(shared[2], Act.DISPUTE).state is HashState.DISPUTED


def test_what_the_person_takes_back_never_comes_back_by_a_deed_of_the_same_moment(
    store: DatabaseStore,
) -> None:
    node = _node(store)
    for seed in range(1, 13):
        proof = _proof(seed)
        shared = node.attest(proof)
        withdrawal = sign_withdrawal(_leaf(proof), EXCHANGE, LOG_KEY)
        begin = Barrier(2)

        def confirm(shared: SharedHash = shared, begin: Barrier = begin) -> None:
            begin.wait()
            # Refused where the withdrawal was first.
            with suppress(ActRefusedError):
                node.act(shared, Act.CONFIRM)

        def withdraw(untrusted: bytes = withdrawal, begin: Barrier = begin) -> None:
            begin.wait()
            node.office.withdraw_for_person(untrusted)

        with ThreadPoolExecutor(2) as both:
            for done in [both.submit(confirm), both.submit(withdraw)]:
                done.result()
        with store.within(OPERATOR) as work:
            left = work.hash_of(shared.id)
        assert (left.state, left.pdq) == (HashState.TOMBSTONE, None)
        assert not node.matches(seed=seed)


def test_a_bank_that_was_closed_answers_nothing(node: Node) -> None:
    node.act(node.attest(_proof()), Act.CONFIRM)
    with node.store.within(OPERATOR) as work:
        bank = next(one for one in work.banks() if one.id == BANK)
        work.keep_bank(replace(bank, is_closed=True))

    node.matcher.follow()

    assert not node.matches()


def test_every_deed_stands_in_the_chain_of_who_did_it_and_no_hash_with_it(node: Node) -> None:
    shared = node.attest(_proof())
    node.act(shared, Act.CONFIRM)
    node.act(shared, Act.WITHDRAW, by=ATTESTER)

    with node.store.within(as_member(ATTESTER)) as work:
        own = work.audit(ATTESTER, 0, 9)
    with node.store.within(as_member(SECOND)) as work:
        others = work.audit(SECOND, 0, 9)

    require_chain(own)
    assert [line.entry.deed for line in own] == ["attest", "withdraw"]
    assert [line.entry.deed for line in others] == ["confirm"]
    assert pdq().hex not in repr((own, others))
