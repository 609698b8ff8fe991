"""Give, list and withdraw leave for traffic that repeats (DESIGN promise 1)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from benban.casework.events import event, open_field, sealed_field
from benban.errors import StandingPermissionError
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.ids import StandingId, new_standing_id
from benban.model.standing import HostLearns, StandingAct, StandingPermission
from benban.vault import CaseStore

# Long enough for a proceeding, short enough to be asked again.
LONGEST = timedelta(days=366)
SHORTEST_H = 1


def give_permission(
    store: CaseStore,
    act: StandingAct,
    hosts: Sequence[HostLearns],
    *,
    every_h: int,
    until: datetime,
    clock: Clock,
) -> StandingPermission:
    """
    Return a permission after it was logged; an earlier one for the same act is withdrawn.

    Raises:
        StandingPermissionError: BB-113, no host, an end that is past or too far, too often.
    """
    now = clock.now()
    if not hosts or every_h < SHORTEST_H or not now < until <= now + LONGEST:
        raise StandingPermissionError
    for earlier in live_permissions(store, clock.now()):
        if earlier.act.value == act.value:
            revoke_permission(store, earlier.id, clock)
    given = StandingPermission(
        id=new_standing_id(),
        act=act,
        hosts=tuple(hosts),
        every_h=every_h,
        given_at=now,
        until=until,
    )
    logged = event(
        EventKind.STANDING_GIVEN,
        given.id,
        open_field("act", act.value),
        open_field("every_h", every_h),
        open_field("until", until.isoformat()),
        sealed_field("hosts", " ".join(one.host for one in hosts)),
    )
    store.record(logged, save=[given])
    return given


def revoke_permission(
    store: CaseStore, permission_id: StandingId, clock: Clock
) -> StandingPermission:
    """
    Return a permission as it ended; withdrawing one twice changes nothing.

    Raises:
        NotStoredError: BB-412.
    """
    known = store.get(StandingPermission, permission_id)
    if known.revoked_at is not None:
        return known
    ended = replace(known, revoked_at=clock.now())
    logged = event(EventKind.STANDING_REVOKED, known.id, open_field("act", known.act.value))
    store.record(logged, save=[ended])
    return ended


def live_permissions(store: CaseStore, now: datetime) -> tuple[StandingPermission, ...]:
    """Return those that stand at *now*."""
    return tuple(one for one in store.all(StandingPermission) if one.is_live(now))


def live_permission(store: CaseStore, act: StandingAct, now: datetime) -> StandingPermission | None:
    """Return the one for *act* that stands at *now*; None, which is the default, when none does."""
    return next((one for one in live_permissions(store, now) if one.act.value == act.value), None)
