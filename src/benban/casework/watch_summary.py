"""What a watch has to say in ten seconds; finds are counted, never told here (HARM 10)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from benban.casework.standing import live_permission
from benban.casework.watch_offers import offers_for_now
from benban.casework.watch_places import is_paused, watched_places
from benban.model.clock import Clock
from benban.model.ids import PlaceId
from benban.model.remedy import Notice, NoticeState
from benban.model.standing import StandingAct
from benban.model.watch import Look, Place, SeenState
from benban.vault import CaseStore
from benban.watch.schedule import hosts_left_alone, waited_s

_HIDDEN = frozenset({SeenState.BLOCKED, SeenState.LOGIN_WALL, SeenState.PRIVATE})
_THERE = frozenset({SeenState.THERE, SeenState.BACK, SeenState.ALTERED})
_ASKED = frozenset({NoticeState.SENT, NoticeState.ACKNOWLEDGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSummary:
    """
    Numbers only.

    Attributes:
        hidden: blocked here, behind a login or private: not gone.
        unknown: looked at, and nothing can be said.
        not_looked: never looked at yet.
        finds: that may be mentioned now.
        overdue: notices whose deadline has passed without an answer.
        next_at: when the next look is due; None when nothing is watched.
        until: when the permission ends; None when there is none.
    """

    places: int
    there: int
    gone: int
    hidden: int
    unknown: int
    not_looked: int
    finds: int
    overdue: int
    paused: int
    next_at: datetime | None
    until: datetime | None


def summarise(store: CaseStore, clock: Clock, *, run: str) -> WatchSummary:
    """Return what a watch has to say now; nothing is asked of anybody."""
    now = clock.now()
    places = watched_places(store)
    states = Counter(one.judgement.state for one in latest_looks(store).values())
    looked = sum(states.values())
    permission = live_permission(store, StandingAct.WATCH, now)
    return WatchSummary(
        places=len(places),
        there=sum(states[one] for one in _THERE),
        gone=states[SeenState.GONE],
        hidden=sum(states[one] for one in _HIDDEN),
        unknown=states[SeenState.UNKNOWN],
        not_looked=len(places) - looked,
        finds=len(offers_for_now(store, now)),
        overdue=sum(_is_overdue(one, now) for one in store.all(Notice)),
        paused=sum(is_paused(one, now) for one in places),
        next_at=next_look_at(store, clock, run=run),
        until=permission.until if permission else None,
    )


def next_look_at(store: CaseStore, clock: Clock, *, run: str) -> datetime | None:
    """Return when a round next has somebody to ask; None when there is nobody."""
    now = clock.now()
    permission = live_permission(store, StandingAct.WATCH, now)
    places = [
        one
        for one in watched_places(store)
        if permission is None or permission.allows(one.address.host, now)
    ]
    # Looks tell how long a host rests; while none does, none of them is read.
    is_resting = any(one.times_refused for one in places)
    looks = {place: (look,) for place, look in latest_looks(store).items()} if is_resting else {}
    resting = hosts_left_alone(places, looks, now)
    dues = (max(due_at(one, clock, run=run), resting.get(one.address.host, now)) for one in places)
    return min(dues, default=None)


def latest_looks(store: CaseStore) -> dict[PlaceId, Look]:
    """Return the last look at each place that is still watched."""
    watched = {one.id for one in store.all(Place)}
    # Oldest first: a later one takes the place of an earlier.
    return {one.place_id: one for one in store.all(Look) if one.place_id in watched}


def due_at(place: Place, clock: Clock, *, run: str) -> datetime:
    """Return when *place* is looked at next, as far as this clock can tell."""
    now = clock.now()
    due = now
    if place.wait is not None:
        done = waited_s(place.wait, at=now, monotonic_ns=clock.monotonic_ns(), run=run)
        due += timedelta(seconds=max(0.0, place.wait.due_after_s - done))
    return max(due, place.paused_until) if is_paused(place, now) and place.paused_until else due


def _is_overdue(notice: Notice, now: datetime) -> bool:
    due = notice.deadline.due_at if notice.deadline else None
    return notice.state in _ASKED and due is not None and due < now
