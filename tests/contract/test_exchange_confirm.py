"""A second member ends the quarantine: it says how it knows the case, and not for very many."""

from dataclasses import replace
from datetime import timedelta

import pytest

from benban.errors.exchange import ActRefusedError, TooManyRequestsError
from benban.exchange.office import Caller
from benban.model.shared_hash import Act, ConfirmReason, DisputeReason, HashState
from benban.outside.exchange_store.store import DatabaseStore
from tests.contract.exchange_nodes import Node, begun_node, hand_in_proof
from tests.contract.exchange_stores import (
    BANK,
    OPERATOR,
    as_member,
    empty_store,
    made_file,
    server,
    store,
)
from tests.unit.exchange.shared import ATTESTER, SECOND, THIRD, pdq

__all__ = ["empty_store", "made_file", "server", "store"]


@pytest.fixture
def node(store: DatabaseStore) -> Node:
    """A node whose bank three members read and hand in to."""
    with store.within(OPERATOR) as work:
        bank = next(one for one in work.banks() if one.id == BANK)
        everybody = bank.readers | {THIRD}
        work.keep_bank(replace(bank, readers=everybody, hands_in=everybody))
    return begun_node(store)


@pytest.mark.parametrize("reason", list(ConfirmReason))
def test_how_it_knows_the_case_stands_in_its_audit(node: Node, reason: ConfirmReason) -> None:
    shared = node.attest(hand_in_proof())

    node.office.act(Caller(member=SECOND, actor="key"), shared.id, Act.CONFIRM, reason=reason)

    with node.store.within(as_member(SECOND)) as work:
        line = work.audit(SECOND, 0, 9)[-1].entry
    assert (line.deed, line.subject, line.reason) == ("confirm", str(shared.id), reason.value)
    assert pdq().hex not in repr(line)


def test_why_a_hash_is_doubted_stands_in_the_audit_too(node: Node) -> None:
    node.act(node.attest(hand_in_proof()), Act.DISPUTE)

    with node.store.within(as_member(SECOND)) as work:
        assert work.audit(SECOND, 0, 9)[-1].entry.reason == "lawful-picture"


def test_without_saying_how_nobody_confirms(node: Node) -> None:
    shared, caller = node.attest(hand_in_proof()), Caller(member=SECOND, actor="key")

    for reason in (None, DisputeReason.LAWFUL_PICTURE):
        with pytest.raises(ActRefusedError):
            node.office.act(caller, shared.id, Act.CONFIRM, reason=reason)

    assert not node.matches()


def test_no_key_of_the_member_that_handed_it_in_confirms(node: Node) -> None:
    shared = node.attest(hand_in_proof())

    for key in ("key", "another key"):
        with pytest.raises(ActRefusedError):
            node.office.act(
                Caller(member=ATTESTER, actor=key),
                shared.id,
                Act.CONFIRM,
                reason=ConfirmReason.SAW_THE_REPORT,
            )

    assert not node.matches()


def test_of_one_other_member_only_so_many_are_confirmed_in_a_day(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benban.exchange.office.MOST_CONFIRMS_A_DAY", 2)
    first, second, third = (node.attest(hand_in_proof(seed)) for seed in (1, 2, 3))
    other = node.attest(hand_in_proof(4), by=THIRD)
    node.act(first, Act.CONFIRM)
    node.act(node.act(second, Act.CONFIRM), Act.WITHDRAW, by=ATTESTER)  # it counts all the same

    for actor in ("key", "another key"):
        with pytest.raises(TooManyRequestsError):
            node.office.act(
                Caller(member=SECOND, actor=actor),
                third.id,
                Act.CONFIRM,
                reason=ConfirmReason.SAW_THE_REPORT,
            )

    assert not node.matches(seed=3)
    assert node.act(other, Act.CONFIRM).state is HashState.ACTIVE
    node.clock.advance(timedelta(days=1).total_seconds() + 1)
    node.matcher.follow()
    assert node.act(third, Act.CONFIRM).state is HashState.ACTIVE
