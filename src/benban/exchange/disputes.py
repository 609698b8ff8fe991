"""Who decides about a disputed hash: a member on neither side, or else two people."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from benban.exchange.life import dispute_ends_at, sides_of
from benban.exchange.ports import Member, SharedBank
from benban.model.shared_hash import HashState, MemberId, SharedHash

# A member can look at what it holds, the operator's people cannot. So they wait where a member
# may decide, and still have a day left: a bank whose third member is asleep loses nothing by it.
MEMBERS_FIRST = timedelta(hours=48)


def deciders(
    shared: SharedHash, bank: SharedBank, members: Iterable[Member]
) -> frozenset[MemberId]:
    """Return the members that may decide: they read the bank, stand, and are on neither side."""
    sides = sides_of(shared)
    return frozenset(
        one.id
        for one in members
        if not one.is_stopped and one.id in bank.readers and one.id not in sides
    )


def office_decides_from(shared: SharedHash, deciding: frozenset[MemberId]) -> datetime:
    """Return from when on two people of the operator may decide; members go first."""
    began = shared.disputed_at or shared.attested_at
    return began + MEMBERS_FIRST if deciding else began


def may_office_decide(shared: SharedHash, deciding: frozenset[MemberId], at: datetime) -> bool:
    """Return whether two people of the operator may decide at a time."""
    is_open = shared.state is HashState.DISPUTED
    return is_open and office_decides_from(shared, deciding) <= at < dispute_ends_at(shared)
