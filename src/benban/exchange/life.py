"""What may become of a shared hash: one table, one function (docs/explanation/exchange.md)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from benban.errors.exchange import ActRefusedError
from benban.model.shared_hash import (
    Act,
    ConfirmReason,
    DisputeReason,
    HashState,
    MemberId,
    SharedHash,
)

# HARM 19: quarantine seven days or a second member; disputes decided within 72 hours.
QUARANTINE = timedelta(days=7)
DISPUTE_TIME = timedelta(hours=72)
RETENTION = timedelta(days=365)
# Renewed at the earliest so long before the end: a year's consent is not stretched in one day.
RENEWAL_WINDOW = timedelta(days=60)

# Done by the clock, or by two people of the operator: no member asks for these.
_OF_NO_MEMBER = frozenset(
    {
        *(Act.ACTIVATE, Act.LAPSE, Act.EXPIRE, Act.HOLD, Act.RELEASE),
        *(Act.OFFICE_KEEP, Act.OFFICE_REMOVE),
    }
)
_FROM = {
    Act.CONFIRM: (HashState.QUARANTINE,),
    Act.ACTIVATE: (HashState.QUARANTINE,),
    Act.HOLD: (HashState.QUARANTINE, HashState.ACTIVE),
    Act.RELEASE: (HashState.HELD,),
    Act.DISPUTE: (HashState.QUARANTINE, HashState.ACTIVE),
    Act.KEEP: (HashState.DISPUTED,),
    Act.REMOVE: (HashState.DISPUTED,),
    Act.OFFICE_KEEP: (HashState.DISPUTED,),
    Act.OFFICE_REMOVE: (HashState.DISPUTED,),
    Act.LAPSE: (HashState.DISPUTED,),
    Act.WITHDRAW: (
        *(HashState.QUARANTINE, HashState.HELD),
        *(HashState.ACTIVE, HashState.DISPUTED),
    ),
    Act.RENEW: (HashState.ACTIVE,),
    Act.EXPIRE: (
        *(HashState.QUARANTINE, HashState.HELD),
        *(HashState.ACTIVE, HashState.DISPUTED),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    An act that somebody asks for.

    Attributes:
        by: the member; None for the clock, for two people of the operator (release, and to decide
            about a dispute), and for the person, whose signature was checked before (withdraw).
        reason: of a dispute why; of a confirmation how the member knows the case.
    """

    act: Act
    at: datetime
    by: MemberId | None = None
    reason: DisputeReason | ConfirmReason | None = None


def after(shared: SharedHash, wish: Wish) -> SharedHash:
    """
    Return the hash as the act leaves it.

    Raises:
        ActRefusedError: BB-955, not in this state, not yet, or not by this member.
    """
    if shared.state not in _FROM.get(wish.act, ()):
        raise ActRefusedError("not in this state", act=wish.act.value, state=shared.state.value)
    _require_who_and_when(shared, wish)
    return _EFFECT[wish.act](shared, wish)


def due(shared: SharedHash, now: datetime) -> Act | None:
    """Return what the clock does to a hash at *now*; None when nothing is due."""
    if shared.state is HashState.TOMBSTONE:
        return None
    if now >= shared.expires_at:
        return Act.EXPIRE
    if shared.state is HashState.DISPUTED and now >= dispute_ends_at(shared):
        return Act.LAPSE
    if shared.state is HashState.QUARANTINE and now >= shared.active_from:
        return Act.ACTIVATE
    return None


def was_released(shared: SharedHash) -> bool:
    """Return whether two people released it: what they let be is not held once more."""
    return shared.active_from > shared.attested_at + QUARANTINE


def sides_of(shared: SharedHash) -> frozenset[MemberId]:
    """Return the members that do not decide: they handed it in, confirmed it or ever doubted it."""
    said = (shared.attested_by, shared.confirmed_by, shared.disputed_by)
    doubted = {member for member, _ in shared.doubts}
    return frozenset(doubted | {one for one in said if one is not None})


def dispute_ends_at(shared: SharedHash) -> datetime:
    """Return when a dispute lapses; what nobody decided until then is removed."""
    return (shared.disputed_at or shared.attested_at) + DISPUTE_TIME


def _require_who_and_when(shared: SharedHash, wish: Wish) -> None:
    if not _is_theirs(shared, wish):
        raise ActRefusedError("not by this member", act=wish.act.value, state=shared.state.value)
    if wish.act in (Act.ACTIVATE, Act.LAPSE, Act.EXPIRE) and due(shared, wish.at) is not wish.act:
        raise ActRefusedError("not due", act=wish.act.value, state=shared.state.value)
    if wish.act in (Act.OFFICE_KEEP, Act.OFFICE_REMOVE) and not _is_for_office(shared, wish):
        raise ActRefusedError("not for two people", act=wish.act.value, state=shared.state.value)
    is_early = wish.at < shared.expires_at - RENEWAL_WINDOW
    if wish.act is Act.RENEW and (is_early or wish.at >= shared.expires_at):
        raise ActRefusedError("too early", act=wish.act.value, state=shared.state.value)


def _is_theirs(shared: SharedHash, wish: Wish) -> bool:
    by, act = wish.by, wish.act
    if act in _OF_NO_MEMBER:
        return by is None
    if act is Act.RENEW:
        # What people kept who could not look answers for the time agreed on, and no longer.
        return by == shared.attested_by and shared.office_kept_at is None
    if act is Act.WITHDRAW:
        # None is the person, whose signature was checked.
        return by is None or by == shared.attested_by
    if act is Act.CONFIRM:
        is_said = isinstance(wish.reason, ConfirmReason)
        return is_said and by not in (None, shared.attested_by)
    if act is Act.DISPUTE:
        return _is_new_doubt(shared, wish)
    # Decided by somebody who is on neither side, and in time.
    return by is not None and by not in sides_of(shared) and wish.at < dispute_ends_at(shared)


def _is_new_doubt(shared: SharedHash, wish: Wish) -> bool:
    if wish.by is None or not isinstance(wish.reason, DisputeReason):
        return False
    # Once; and what was kept since they do not stop again for the reason that was decided about.
    return (wish.by, wish.reason) not in shared.doubts


def _is_for_office(shared: SharedHash, wish: Wish) -> bool:
    # Who cannot look does not say that somebody is of age.
    may_be_minor = shared.dispute_reason is DisputeReason.MAY_BE_UNDER_18
    is_kept = wish.act is Act.OFFICE_KEEP
    return wish.at < dispute_ends_at(shared) and not (is_kept and may_be_minor)


def _active(shared: SharedHash, wish: Wish) -> SharedHash:
    # A second member ended the quarantine, or the clock did.
    return replace(
        shared,
        state=HashState.ACTIVE,
        confirmed_by=wish.by,
        confirmed_at=None if wish.by is None else wish.at,
    )


def _held(shared: SharedHash, _wish: Wish) -> SharedHash:
    return replace(shared, state=HashState.HELD)


def _released(shared: SharedHash, wish: Wish) -> SharedHash:
    # The time in which others may look begins anew.
    return replace(shared, state=HashState.QUARANTINE, active_from=wish.at + QUARANTINE)


def _disputed(shared: SharedHash, wish: Wish) -> SharedHash:
    # Whatever the reason, it answers nobody from here on, and is gone after 72 hours in which
    # nobody else kept it. One word alone erases nothing: one stolen key would empty a bank.
    if wish.by is None or not isinstance(wish.reason, DisputeReason):
        raise ActRefusedError("not by this member", act=wish.act.value, state=shared.state.value)
    return replace(
        shared,
        state=HashState.DISPUTED,
        disputed_by=wish.by,
        dispute_reason=wish.reason,
        disputed_at=wish.at,
        doubts=shared.doubts | {(wish.by, wish.reason)},
    )


def _renewed(shared: SharedHash, _wish: Wish) -> SharedHash:
    return replace(shared, expires_at=shared.expires_at + RETENTION)


def _gone(shared: SharedHash, _wish: Wish) -> SharedHash:
    return replace(shared, state=HashState.TOMBSTONE, pdq=None)


def _kept(shared: SharedHash, wish: Wish) -> SharedHash:
    # A dispute during the quarantine shortens it for nobody.
    is_over = shared.confirmed_by is not None or wish.at >= shared.active_from
    return replace(
        shared,
        state=HashState.ACTIVE if is_over else HashState.QUARANTINE,
        dispute_reason=None,
        disputed_at=None,
        office_kept_at=None,
    )


def _kept_by_office(shared: SharedHash, wish: Wish) -> SharedHash:
    return replace(_kept(shared, wish), office_kept_at=wish.at)


_EFFECT: Mapping[Act, Callable[[SharedHash, Wish], SharedHash]] = {
    Act.CONFIRM: _active,
    Act.ACTIVATE: _active,
    Act.HOLD: _held,
    Act.RELEASE: _released,
    Act.DISPUTE: _disputed,
    Act.KEEP: _kept,
    Act.REMOVE: _gone,
    Act.OFFICE_KEEP: _kept_by_office,
    Act.OFFICE_REMOVE: _gone,
    Act.LAPSE: _gone,
    Act.WITHDRAW: _gone,
    Act.RENEW: _renewed,
    Act.EXPIRE: _gone,
}
