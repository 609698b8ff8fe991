"""Disputes where no third member may decide: two people of the operator, who see no picture."""

from dataclasses import replace
from datetime import timedelta

import pytest

from benban.errors.exchange import (
    ActRefusedError,
    ActUnknownError,
    HashUnknownError,
    NothingSuchError,
    SecondPersonError,
)
from benban.exchange.acts import agree, propose
from benban.exchange.disputes import MEMBERS_FIRST
from benban.exchange.life import DISPUTE_TIME, RENEWAL_WINDOW
from benban.exchange.office import Caller
from benban.exchange.two_people import BankAct
from benban.model.shared_hash import Act, DisputeReason, HashState, MemberId, SharedHash
from benban.outside.exchange_store.store import DatabaseStore
from tests.contract.exchange_nodes import Node, begun_node, hand_in_proof
from tests.contract.exchange_stores import BANK, OPERATOR, empty_store, made_file, server, store
from tests.unit.exchange.shared import ATTESTER, SECOND, THIRD

__all__ = ["empty_store", "made_file", "server", "store"]


@pytest.fixture
def node(store: DatabaseStore) -> Node:
    """A node whose bank two members read."""
    return begun_node(store)


def _disputed(node: Node, reason: DisputeReason = DisputeReason.LAWFUL_PICTURE) -> SharedHash:
    shared = node.act(node.attest(hand_in_proof()), Act.CONFIRM)
    return node.office.act(
        Caller(member=SECOND, actor="key"), shared.id, Act.DISPUTE, reason=reason
    )


def _decided(node: Node, act: BankAct, number: str, *, second: str = "Binh") -> None:
    _pass(node, timedelta(microseconds=1))  # of one moment there is one such proposal
    now = node.clock.now()
    with node.store.within(OPERATOR) as work:
        proposal, _ = propose(work, act, {"hash": number}, by="An", at=now)
    with node.store.within(OPERATOR) as work:
        agree(work, proposal.id, by=second, digest=proposal.digest, at=now)
    node.matcher.follow()


def _open_to(node: Node, member: MemberId) -> None:
    with node.store.within(OPERATOR) as work:
        bank = next(one for one in work.banks() if one.id == BANK)
        work.keep_bank(replace(bank, readers=bank.readers | {member}))


def _pass(node: Node, time: timedelta) -> None:
    node.clock.advance(time.total_seconds())
    node.matcher.follow()


def _now(node: Node, shared: SharedHash) -> SharedHash:
    with node.store.within(OPERATOR) as work:
        return work.hash_of(shared.id)


def test_two_people_keep_what_no_third_member_may_decide_about(node: Node) -> None:
    disputed = _disputed(node)
    assert not node.matches()
    with pytest.raises(SecondPersonError):
        _decided(node, BankAct.KEEP_DISPUTED, str(disputed.id), second="An")

    _decided(node, BankAct.KEEP_DISPUTED, str(disputed.id))

    assert node.matches()
    with node.store.within(OPERATOR) as work:
        lines = [one.entry for one in work.audit(ATTESTER, 0, 9)]
        acts = [one.act for one in work.changes(0, 9)]
    assert (lines[-1].deed, lines[-1].reason) == ("keep-disputed", "An + Binh")
    assert acts[-1] is Act.OFFICE_KEEP


def test_what_two_people_kept_without_looking_is_not_renewed(node: Node) -> None:
    disputed = _disputed(node)
    _decided(node, BankAct.KEEP_DISPUTED, str(disputed.id))
    _pass(node, disputed.expires_at - RENEWAL_WINDOW - node.clock.now())

    with pytest.raises(ActRefusedError):
        node.act(disputed, Act.RENEW, by=ATTESTER)

    _pass(node, RENEWAL_WINDOW)
    node.office.tick()
    assert _now(node, disputed).state is HashState.TOMBSTONE


def test_what_may_be_of_somebody_under_18_two_people_remove_and_never_keep(node: Node) -> None:
    disputed = _disputed(node, DisputeReason.MAY_BE_UNDER_18)

    with pytest.raises(ActRefusedError):
        _decided(node, BankAct.KEEP_DISPUTED, str(disputed.id))
    assert _now(node, disputed).state is HashState.DISPUTED

    _decided(node, BankAct.REMOVE_DISPUTED, str(disputed.id))
    assert (_now(node, disputed).state, _now(node, disputed).pdq) == (HashState.TOMBSTONE, None)


@pytest.mark.parametrize("act", [BankAct.KEEP_DISPUTED, BankAct.REMOVE_DISPUTED])
def test_a_member_that_may_decide_goes_first(node: Node, act: BankAct) -> None:
    _open_to(node, THIRD)
    disputed = _disputed(node)
    _pass(node, MEMBERS_FIRST - timedelta(seconds=1))
    with pytest.raises(ActRefusedError):
        _decided(node, act, str(disputed.id))

    _pass(node, timedelta(seconds=1))
    _decided(node, act, str(disputed.id))

    assert node.matches() is (act is BankAct.KEEP_DISPUTED)


def test_a_member_that_was_stopped_is_not_waited_for(node: Node) -> None:
    _open_to(node, THIRD)
    with node.store.within(OPERATOR) as work:
        third = next(one for one in work.members() if one.id == THIRD)
        work.keep_member(replace(third, is_stopped=True))

    _decided(node, BankAct.KEEP_DISPUTED, str(_disputed(node).id))

    assert node.matches()


@pytest.mark.parametrize("act", [BankAct.KEEP_DISPUTED, BankAct.REMOVE_DISPUTED])
def test_after_72_hours_and_without_a_dispute_two_people_decide_nothing(
    node: Node, act: BankAct
) -> None:
    disputed = _disputed(node)
    other = node.attest(hand_in_proof(2))
    _pass(node, DISPUTE_TIME)

    for number in (disputed.id, other.id):
        with pytest.raises(ActRefusedError):
            _decided(node, act, str(number))


@pytest.mark.parametrize("number", ["x", "-1", "٣", "9" * 19, "9" * 400, "7"])
def test_a_number_of_nothing_is_not_decided(node: Node, number: str) -> None:
    _disputed(node)

    with pytest.raises((ActUnknownError, HashUnknownError, NothingSuchError)):
        _decided(node, BankAct.REMOVE_DISPUTED, number)


def test_a_member_that_can_look_lifts_what_two_people_left_open(node: Node) -> None:
    disputed = _disputed(node)
    _decided(node, BankAct.KEEP_DISPUTED, str(disputed.id))
    _open_to(node, THIRD)
    caller = Caller(member=SECOND, actor="key")
    node.office.act(caller, disputed.id, Act.DISPUTE, reason=DisputeReason.WRONG_CONSENT)

    kept = node.act(disputed, Act.KEEP, by=THIRD)

    assert (kept.state, kept.office_kept_at) == (HashState.ACTIVE, None)
    _pass(node, disputed.expires_at - RENEWAL_WINDOW - node.clock.now())
    assert node.act(disputed, Act.RENEW, by=ATTESTER).expires_at > disputed.expires_at


def test_a_member_doubts_a_hash_once_for_each_reason_and_never_while_it_is_open(node: Node) -> None:
    disputed, caller = _disputed(node), Caller(member=SECOND, actor="another key")
    reasons = (DisputeReason.WRONG_CONSENT, DisputeReason.MATCHES_OTHERS)
    with pytest.raises(ActRefusedError):
        node.office.act(caller, disputed.id, Act.DISPUTE, reason=reasons[0])
    for reason in reasons:
        _decided(node, BankAct.KEEP_DISPUTED, str(disputed.id))
        with pytest.raises(ActRefusedError):
            node.office.act(caller, disputed.id, Act.DISPUTE, reason=DisputeReason.LAWFUL_PICTURE)
        assert node.matches()
        doubted = node.office.act(caller, disputed.id, Act.DISPUTE, reason=reason)
        assert doubted.state is HashState.DISPUTED

    assert _now(node, disputed).doubts == {
        (SECOND, reason) for reason in (DisputeReason.LAWFUL_PICTURE, *reasons)
    }


def test_what_one_member_doubted_another_one_may_doubt_for_the_same_reason(node: Node) -> None:
    disputed = _disputed(node)
    _decided(node, BankAct.KEEP_DISPUTED, str(disputed.id))
    _open_to(node, THIRD)

    assert node.act(disputed, Act.DISPUTE, by=THIRD).disputed_by == THIRD
    _pass(node, MEMBERS_FIRST)
    _decided(node, BankAct.KEEP_DISPUTED, str(disputed.id))
    # Not by turns either.
    with pytest.raises(ActRefusedError):
        node.act(disputed, Act.DISPUTE)
