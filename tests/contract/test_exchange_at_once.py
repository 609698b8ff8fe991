"""Two writers at the same time: none writes over what the other one did (B5 105)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from benban.errors.exchange import (
    ActRefusedError,
    ExchangeError,
    NothingSuchError,
    TwiceAtOnceError,
)
from benban.exchange.acts import agree, propose
from benban.exchange.attestation import proof_bytes
from benban.exchange.flood import FloodLimits
from benban.exchange.matcher import Matcher, OwnCounter
from benban.exchange.office import Caller, Office
from benban.exchange.two_people import BankAct, Proposal
from benban.exchange.withdrawal import sign_withdrawal
from benban.model.shared_hash import Act, ConfirmReason, HashState, Provenance
from benban.outside.exchange_store.store import DatabaseStore
from benban.seal.leaf import leaf_hash
from benban.testing.clock import FakeClock
from tests import postgresql
from tests.contract.exchange_stores import (
    BANK,
    CLOSED,
    OPERATOR,
    emptied,
    empty_store,
    made_file,
    server,
    store,
)
from tests.unit.exchange.shared import (
    ATTESTER,
    EXCHANGE,
    LOG_KEY,
    NOW,
    SECOND,
    THIRD,
    consent_proof,
    pdq,
    shared_hash,
)

__all__ = ["empty_store", "made_file", "server", "store"]

_TRIES = 12
_OTHER = Caller(member=SECOND, actor="key")


def _at_once(*works: Callable[[], object]) -> list[type[ExchangeError] | None]:
    start = Barrier(len(works))

    def one(work: Callable[[], object]) -> type[ExchangeError] | None:
        start.wait()
        try:
            work()
        except ExchangeError as error:
            return type(error)
        return None

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(one, works))


def _office(store: DatabaseStore) -> Office:
    clock, counter = FakeClock(NOW), OwnCounter()
    matcher = Matcher(store, clock, counter)
    matcher.load()
    return Office(store, matcher, counter, clock=clock, exchange=EXCHANGE, limits=FloodLimits())


def test_what_was_withdrawn_stays_gone_whatever_is_done_at_the_same_time(
    store: DatabaseStore,
) -> None:
    office = _office(store)
    for seed in range(1, _TRIES + 1):
        proof = consent_proof(said={"pdq": pdq(seed).hex})
        shared = office.attest(
            Caller(member=ATTESTER, actor="key"),
            proof_bytes(proof),
            bank=BANK,
            provenance=Provenance.CASE_OF_A_HOTLINE,
        )
        leaf = leaf_hash(proof.salt, proof.record).hex()
        paper = sign_withdrawal(leaf, EXCHANGE, LOG_KEY)

        said = _at_once(
            lambda paper=paper: office.withdraw_for_person(paper),  # type: ignore[misc]
            lambda number=shared.id: office.act(  # type: ignore[misc]
                _OTHER, number, Act.CONFIRM, reason=ConfirmReason.SAW_THE_REPORT
            ),
        )

        with store.within(OPERATOR) as work:
            now = work.hash_of(shared.id)
        assert (now.state, now.pdq) == (HashState.TOMBSTONE, None)
        assert said[0] is None
        assert said[1] in {None, ActRefusedError}


def test_what_was_read_before_a_change_is_not_kept_after_it(store: DatabaseStore) -> None:
    with store.within(OPERATOR) as work:
        first = replace(shared_hash(HashState.QUARANTINE), bank=BANK, change=None)
        read = work.keep_hash(first, Act.ATTEST, NOW)
        work.keep_hash(replace(read, state=HashState.TOMBSTONE, pdq=None), Act.WITHDRAW, NOW)

    with pytest.raises(TwiceAtOnceError), store.within(OPERATOR) as work:
        work.keep_hash(replace(read, state=HashState.ACTIVE), Act.CONFIRM, NOW)

    with store.within(OPERATOR) as work:
        assert work.hash_of(read.id).state is HashState.TOMBSTONE


def _proposed(store: DatabaseStore, act: BankAct, **said: str) -> Proposal:
    with store.within(OPERATOR) as work:
        return propose(work, act, said, by="An", at=NOW)[0]


def _agreeing(store: DatabaseStore, proposal: Proposal) -> Callable[[], None]:
    def work() -> None:
        with store.within(OPERATOR) as transaction:
            agree(
                transaction,
                proposal.id,
                by="Binh",
                digest=proposal.digest,
                at=NOW + timedelta(hours=1),
            )

    return work


def test_who_propose_the_same_at_once_have_one_proposal(store: DatabaseStore) -> None:
    # Whoever read the clock first need not be the first one whose turn it is.
    def asking(by: str, seconds: int) -> Callable[[], None]:
        def work() -> None:
            with store.within(OPERATOR) as transaction:
                at = NOW + timedelta(seconds=seconds)
                propose(transaction, BankAct.CLOSE_BANK, {"bank": BANK}, by=by, at=at)

        return work

    for first, second, third in ((0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 1, 1)):
        said = (asking("An", first), asking("Binh", second), asking("An", third))
        assert _at_once(*said) == [None] * 3

    with store.within(OPERATOR) as work:
        assert [one.particulars for one in work.proposals()] == [{"bank": BANK}]


def test_who_waited_for_their_turn_reads_what_was_written_meanwhile(
    server: postgresql.Server,
) -> None:
    usual = "ALTER ROLE " + postgresql.SERVICE + " {} default_transaction_isolation"
    server.run(usual.format("SET") + " = 'repeatable read'")
    try:
        with emptied(server) as other, other.within(OPERATOR) as waiting:
            assert waiting.heads().change == 0
            with other.within(OPERATOR) as first:
                first.tell_again(BANK, NOW)
                propose(first, BankAct.CLOSE_BANK, {"bank": BANK}, by="An", at=NOW)
            waiting.take_turn()
            assert [one.proposed_by for one in waiting.proposals()] == ["An"]
    finally:
        server.run(usual.format("RESET"))


def test_acts_on_one_bank_at_once_are_all_done(store: DatabaseStore) -> None:
    acts = (
        _proposed(store, BankAct.CLOSE_BANK, bank=CLOSED),
        _proposed(store, BankAct.OPEN_BANK, bank=CLOSED, member=ATTESTER, may="reads"),
        _proposed(store, BankAct.OPEN_BANK, bank=CLOSED, member=SECOND, may="hands-in"),
    )

    assert _at_once(*(_agreeing(store, one) for one in acts)) == [None, None, None]

    with store.within(OPERATOR) as work:
        bank = next(one for one in work.banks() if one.id == CLOSED)
    assert (bank.is_closed, bank.readers) == (
        True,
        frozenset({ATTESTER, SECOND, THIRD}),
    )


def test_of_two_who_agree_at_once_one_acts(store: DatabaseStore) -> None:
    waiting = _proposed(store, BankAct.MAKE_BANK, name="Logos", rule="match", owner=THIRD)

    said = _at_once(_agreeing(store, waiting), _agreeing(store, waiting))

    assert set(said) == {None, NothingSuchError}
    with store.within(OPERATOR) as work:
        assert sum(one.name == "Logos" for one in work.banks()) == 1
