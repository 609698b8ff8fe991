"""Acts on banks and members: proposed by one person, done with another one's yes."""

import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from benban.errors.exchange import ActUnknownError, NothingSuchError, SecondPersonError
from benban.exchange.acts import NEEDS, agree, propose
from benban.exchange.entry import OPERATORS
from benban.exchange.two_people import BankAct, proposed
from benban.model.shared_hash import Act, BankRule, HashState
from benban.outside.exchange_store.store import DatabaseStore
from tests.contract.exchange_stores import (  # noqa: F401 - fixtures
    BANK,
    CLOSED,
    OPERATOR,
    as_member,
    empty_store,
    made_file,
    server,
    store,
)
from tests.unit.exchange.shared import ATTESTER, NOW, SECOND, THIRD, shared_hash

_LATER = NOW + timedelta(hours=1)


def _done(store: DatabaseStore, act: BankAct, **said: str) -> str:  # noqa: F811 - a fixture's value
    with store.within(OPERATOR) as work:
        proposal, _ = propose(work, act, said, by="An", at=NOW)
    with store.within(OPERATOR) as work:
        return agree(work, proposal.id, by="Binh", digest=proposal.digest, at=_LATER)


def test_members_and_banks_come_and_go_with_two_peoples_yes(
    store: DatabaseStore,  # noqa: F811 - a fixture
) -> None:
    member = _done(store, BankAct.LET_MEMBER_IN, name="Hotline")
    bank = _done(store, BankAct.MAKE_BANK, name="Logos", rule="negative", owner=member)
    _done(store, BankAct.OPEN_BANK, bank=bank, member=SECOND, may="reads")
    _done(store, BankAct.CLOSE_BANK, bank=CLOSED)
    _done(store, BankAct.STOP_MEMBER, member=THIRD)

    with store.within(OPERATOR) as work:
        banks = {one.id: one for one in work.banks()}
        members = {one.id: one for one in work.members()}
        lines = work.audit(SECOND, 0, 10)
        assert work.proposals() == ()
    made = next(one for name, one in banks.items() if name == bank)
    assert (made.name, made.rule, made.ordinal) == ("Logos", BankRule.NEGATIVE, 2)
    assert made.readers == {member, SECOND}
    assert (banks[CLOSED].is_closed, banks[BANK].is_closed) == (True, False)
    assert (members[THIRD].is_stopped, members[ATTESTER].is_stopped) == (True, False)
    assert [(one.entry.deed, one.entry.reason) for one in lines] == [("open-bank", "An + Binh")]


def test_who_reads_the_changes_learns_of_a_bank_that_was_opened_or_closed(
    store: DatabaseStore,  # noqa: F811 - a fixture
) -> None:
    with store.within(OPERATOR) as work:
        active = replace(shared_hash(HashState.ACTIVE), bank=BANK)
        kept = work.keep_hash(active, Act.ACTIVATE, NOW)
        head = work.heads().change
    _done(store, BankAct.OPEN_BANK, bank=BANK, member=THIRD, may="reads")

    with store.within(as_member(THIRD)) as work:
        opened = work.changes(head, 10)
    assert [(one.hash_id, one.pdq) for one in opened] == [(kept.id, kept.pdq)]

    _done(store, BankAct.CLOSE_BANK, bank=BANK)

    with store.within(as_member(THIRD)) as work:
        closed, from_the_first = work.changes(opened[-1].number, 10), work.changes(0, 10)
    assert [(one.hash_id, one.pdq) for one in closed] == [(kept.id, None)]
    assert {one.pdq for one in from_the_first} == {None}


def _rights(store: DatabaseStore) -> tuple[bool, bool]:  # noqa: F811 - a fixture's value
    """Return whether SECOND asks the third member's bank, and whether it hands in to it."""
    with store.within(as_member(SECOND)) as work:
        mine = next((one for one in work.banks() if one.id == CLOSED), None)
    return (False, False) if mine is None else (SECOND in mine.readers, SECOND in mine.hands_in)


def test_a_bank_is_opened_for_asking_or_for_handing_in_and_changed_by_two_people(
    store: DatabaseStore,  # noqa: F811 - a fixture
) -> None:
    seen = [_rights(store)]
    for may in ("hands-in", "reads"):
        _done(store, BankAct.OPEN_BANK, bank=CLOSED, member=SECOND, may=may)
        seen.append(_rights(store))

    assert seen == [(False, False), (True, True), (True, False)]
    with store.within(OPERATOR) as work:
        bank = next(one for one in work.banks() if one.id == CLOSED)
    assert bank.readers == {SECOND, THIRD}
    assert bank.hands_in == {THIRD}


def test_who_is_new_alone_makes_a_bank_tell_its_hashes_again(
    store: DatabaseStore,  # noqa: F811 - a fixture
) -> None:
    with store.within(OPERATOR) as work:
        work.keep_hash(replace(shared_hash(HashState.ACTIVE), bank=BANK), Act.ACTIVATE, NOW)
    heads = []
    for may in ("reads", "hands-in"):
        _done(store, BankAct.OPEN_BANK, bank=BANK, member=THIRD, may=may)
        with store.within(OPERATOR) as work:
            heads.append(work.heads().change)

    assert heads == [2, 2]


@pytest.mark.parametrize(
    ("bank", "member", "may"), [("own", ATTESTER, "reads"), ("negative", SECOND, "hands-in")]
)
def test_an_owner_always_hands_in_and_to_a_negative_bank_nobody_else(
    store: DatabaseStore,  # noqa: F811 - a fixture
    bank: str,
    member: str,
    may: str,
) -> None:
    said = {"own": str(BANK)}
    said["negative"] = _done(store, BankAct.MAKE_BANK, name="L", rule="negative", owner=ATTESTER)

    with pytest.raises(ActUnknownError):
        _done(store, BankAct.OPEN_BANK, bank=said[bank], member=member, may=may)


def test_an_opening_that_was_proposed_before_rights_were_asked_for_gives_the_lesser_one(
    store: DatabaseStore,  # noqa: F811 - a fixture
) -> None:
    old = proposed(
        *("prp-old", BankAct.OPEN_BANK, {"bank": CLOSED, "member": SECOND}), by="An", at=NOW
    )
    with store.within(OPERATOR) as work:
        work.keep_proposal(old)
        agree(work, old.id, by="Binh", digest=old.digest, at=NOW)

    assert _rights(store) == (True, False)


def test_a_held_hash_is_released(
    store: DatabaseStore,  # noqa: F811 - a fixture
) -> None:
    with store.within(OPERATOR) as work:
        held = shared_hash(HashState.HELD)
        kept = type(held)(
            **{name: getattr(held, name) for name in held.__dataclass_fields__ if name != "bank"},
            bank=BANK,
        )
        work.keep_hash(kept, Act.ATTEST, NOW)

    _done(store, BankAct.RELEASE_HOLD, hash=str(int(held.id)))

    with store.within(OPERATOR) as work:
        assert work.hash_of(held.id).state is HashState.QUARANTINE
        assert [one.act for one in work.changes(0, 10)] == [Act.ATTEST, Act.RELEASE]


@pytest.mark.parametrize(
    ("by", "digest", "hours"), [("An", None, 1), ("Binh", "0" * 64, 1), ("Binh", None, 25)]
)
def test_nobody_agrees_to_their_own_to_another_or_too_late(
    store: DatabaseStore,  # noqa: F811 - a fixture
    by: str,
    digest: str | None,
    hours: int,
) -> None:
    with store.within(OPERATOR) as work:
        proposal, _ = propose(work, BankAct.CLOSE_BANK, {"bank": BANK}, by="An", at=NOW)
    with pytest.raises(SecondPersonError), store.within(OPERATOR) as work:
        agree(
            work,
            proposal.id,
            by=by,
            digest=digest or proposal.digest,
            at=NOW + timedelta(hours=hours),
        )

    with store.within(OPERATOR) as work:
        assert not any(one.is_closed for one in work.banks())
        assert [one.id for one in work.proposals()] == [proposal.id]


def test_who_proposed_and_who_agreed_stands_in_the_chain_of_the_people(
    store: DatabaseStore,  # noqa: F811 - a fixture
) -> None:
    with store.within(OPERATOR) as work:
        proposal, _ = propose(work, BankAct.CLOSE_BANK, {"bank": BANK}, by="An", at=NOW)
        propose(work, BankAct.CLOSE_BANK, {"bank": BANK}, by="Chi", at=NOW)
    with store.within(OPERATOR) as work:
        agree(work, proposal.id, by="Binh", digest=proposal.digest, at=NOW)
        lines = [one.entry for one in work.audit(OPERATORS, 0, 10)]

    said = [(one.actor, one.deed, one.subject, one.reason) for one in lines]
    assert said == [
        ("An", "propose", proposal.id, "close-bank"),
        ("Binh", "agree", proposal.id, "close-bank"),
    ]


def test_what_cannot_be_done_leaves_the_proposal_waiting(
    store: DatabaseStore,  # noqa: F811 - a fixture
) -> None:
    with pytest.raises(NothingSuchError):
        _done(store, BankAct.OPEN_BANK, bank="bnk-none", member=SECOND, may="reads")
    with store.within(OPERATOR) as work:
        assert len(work.proposals()) == 1
        assert work.audit(SECOND, 0, 10) == ()
        assert [one.entry.deed for one in work.audit(OPERATORS, 0, 10)] == ["propose"]
    with pytest.raises(NothingSuchError), store.within(OPERATOR) as work:
        agree(work, "prp-none", by="Binh", digest="", at=NOW)


@pytest.mark.parametrize("act", list(BankAct))
def test_particulars_that_do_not_fit_are_not_proposed(
    store: DatabaseStore,  # noqa: F811 - a fixture
    act: BankAct,
) -> None:
    needs = NEEDS.get(act, frozenset())
    wrong = [{}, dict.fromkeys(needs, "x") | {"more": "x"}, dict.fromkeys(needs, "")]
    if needs & {"rule", "may"}:
        wrong.append(dict.fromkeys(needs, "x"))
    for said in wrong:
        with pytest.raises(ActUnknownError), store.within(OPERATOR) as work:
            propose(work, act, said, by="An", at=NOW)


_IN = BankAct.LET_MEMBER_IN


def _in_seconds(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds", [0, 1e-6, 3_600, 86_399, -1e-6, -5, -60])
@pytest.mark.parametrize("by", ["An", "Binh"])
def test_what_waits_already_waits_once_whoever_asks_again(
    store: DatabaseStore,  # noqa: F811 - a fixture
    by: str,
    seconds: float,
) -> None:
    with store.within(OPERATOR) as work:
        first, is_added = propose(work, _IN, {"name": "Hotline"}, by="An", at=NOW)
        again = propose(work, _IN, {"name": "Hotline"}, by=by, at=_in_seconds(seconds))
        waiting = work.proposals()

    assert is_added
    assert again == (first, False)
    assert waiting == (first,)


@pytest.mark.parametrize("seconds", [86_400, -61])
def test_after_a_day_or_by_a_clock_far_behind_it_is_proposed_anew(
    store: DatabaseStore,  # noqa: F811 - a fixture
    seconds: float,
) -> None:
    at = _in_seconds(seconds)
    with store.within(OPERATOR) as work:
        propose(work, _IN, {"name": "Hotline"}, by="An", at=NOW)
        anew, is_added = propose(work, _IN, {"name": "Hotline"}, by="Binh", at=at)

    assert (is_added, anew.proposed_at, anew.proposed_by) == (True, at, "Binh")


def test_once_it_is_done_it_is_proposed_anew(
    store: DatabaseStore,  # noqa: F811 - a fixture
) -> None:
    _done(store, _IN, name="Hotline")
    with store.within(OPERATOR) as work:
        anew, is_added = propose(work, _IN, {"name": "Hotline"}, by="An", at=_LATER)

        assert is_added
        assert work.proposals() == (anew,)


@pytest.mark.parametrize(
    ("act", "said", "alike", "kept"),
    [
        (_IN, "Đường dây", unicodedata.normalize("NFD", " Đường  dây "), "Đường dây"),
        (BankAct.RELEASE_HOLD, "7", "007", "7"),
    ],
)
def test_what_is_only_written_otherwise_is_the_same(
    store: DatabaseStore,  # noqa: F811 - a fixture
    act: BankAct,
    said: str,
    alike: str,
    kept: str,
) -> None:
    (name,) = NEEDS[act]
    with store.within(OPERATOR) as work:
        propose(work, act, {name: alike}, by="An", at=NOW)
        one, is_added = propose(work, act, {name: said}, by="An", at=NOW)
        another = propose(work, act, {name: said + "7"}, by="An", at=NOW)

    assert (one.particulars, is_added, another[1]) == ({name: kept}, False, True)
