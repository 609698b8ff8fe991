"""
When to look again: days, then weeks, then months, for years. Pure.

A look is never taken twice within a day, whatever the clock does; a clock set back is noticed and
counting goes on from there, so that no place is forgotten either. Looks are spread by chance.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from benban.model.ids import PlaceId
from benban.model.watch import NEVER_SEEN, Look, Place, SeenState, Sign, Wait

# HARM 12: at most one look in 24 hours at one place.
SHORTEST = timedelta(hours=24)
# Age of the last change -> time between two looks. Re-uploads come in the first weeks; later ones
# come singly, over years (facts, channels.md section 5 number 6).
_WIDENING = (
    (timedelta(days=14), timedelta(days=1)),
    (timedelta(days=56), timedelta(days=7)),
    (timedelta(days=365), timedelta(days=30)),
)
_WIDEST = timedelta(days=90)
# Up to this share later, by chance: nobody can tell looks by their hour.
_SPREAD = 0.2
# What a server asks for is kept up to here; "come back in a year" would end the watch.
_LONGEST_RETRY = timedelta(days=30)
_MOST_DOUBLINGS = 5

# Returns 0 <= x < 1.
Chance = Callable[[], float]


def pause_after(
    place: Place, looks: Sequence[Look], at: datetime, *, every_h: int, chance: Chance
) -> float:
    """
    Return for how many seconds *place* is left alone after the last of *looks*.

    Args:
        place: as it is after that look.
        looks: oldest first, that look included.
        at: when it was taken.
        every_h: of the permission; never less than a day.
        chance: where later looks are spread to.
    """
    shortest = max(SHORTEST, timedelta(hours=every_h))
    last = looks[-1]
    if place.times_refused:
        doubled = shortest * (1 << min(place.times_refused, _MOST_DOUBLINGS))
        asked = timedelta(seconds=last.retry_after_s or 0)
        wanted = max(min(asked, _LONGEST_RETRY), min(doubled, _LONGEST_RETRY))
    elif _waits_for_a_second(last):
        # The second of two looks that agree is not put off.
        wanted = shortest
    else:
        wanted = _widened(at - _last_change(place, looks))
    seconds: float = max(wanted, shortest).total_seconds()
    return seconds * (1 + _SPREAD * chance())


def begin_wait(due_after_s: float, *, at: datetime, monotonic_ns: int, run: str) -> Wait:
    """Return a wait that begins now."""
    return Wait(since_at=at, since_monotonic_ns=monotonic_ns, run=run, due_after_s=due_after_s)


def waited_s(wait: Wait, *, at: datetime, monotonic_ns: int, run: str) -> float:
    """
    Return how long a place has been left alone.

    Within one run of the program the monotonic reading alone counts. Between runs the time of day
    does, unless it lies before the beginning: then only what surely passed counts.
    """
    if wait.run == run:
        passed = (monotonic_ns - wait.since_monotonic_ns) / 1e9
        return wait.waited_s + max(0.0, passed)
    by_day = (at - wait.since_at).total_seconds()
    if by_day >= 0:
        return wait.waited_s + by_day
    return wait.waited_s + _surely_passed_s(wait, monotonic_ns)


def is_due(wait: Wait | None, *, at: datetime, monotonic_ns: int, run: str) -> bool:
    """Return whether it is time; a place that was never looked at is due."""
    return wait is None or (
        waited_s(wait, at=at, monotonic_ns=monotonic_ns, run=run) >= wait.due_after_s
    )


def renewed(wait: Wait, *, at: datetime, monotonic_ns: int, run: str) -> Wait | None:
    """
    Return the wait counted on from now, when the clock was changed under it; else None.

    Set back, it would make a place wait for the clock to come round again; set forward within a
    run, the next run would believe in time that never passed.
    """
    by_day = (at - wait.since_at).total_seconds()
    if wait.run == run:
        passed = (monotonic_ns - wait.since_monotonic_ns) / 1e9
        # A clock that was changed once may be again at the next boot: what passed is kept.
        is_shaky = wait.is_shaky and passed >= _DRIFT_S
        if abs(by_day - passed) < _DRIFT_S and not is_shaky:
            return None
    elif by_day >= 0:
        return None
    done = waited_s(wait, at=at, monotonic_ns=monotonic_ns, run=run)
    return replace(
        wait, since_at=at, since_monotonic_ns=monotonic_ns, run=run, waited_s=done, is_shaky=True
    )


# A clock that is merely corrected moves less than this.
_DRIFT_S = 600.0


def _surely_passed_s(wait: Wait, monotonic_ns: int) -> float:
    # Since boot at least: either the same boot, then the difference; or another, then all of it.
    if monotonic_ns >= wait.since_monotonic_ns:
        return (monotonic_ns - wait.since_monotonic_ns) / 1e9
    return monotonic_ns / 1e9


def _widened(age: timedelta) -> timedelta:
    return next((pause for until, pause in _WIDENING if age < until), _WIDEST)


def _last_change(place: Place, looks: Sequence[Look]) -> datetime:
    """Return when the place was named, or when what it shows was last seen to change."""
    changed = place.named_at
    before: SeenState | None = None
    for look in looks:
        state = look.judgement.state
        if state is SeenState.UNKNOWN:
            continue
        # Back and there are one thing to the clock: the change was the coming back.
        if before is not None and state is not before and state is not SeenState.THERE:
            changed = look.at
        before = state
    return changed


def _waits_for_a_second(look: Look) -> bool:
    """Return whether a look a day later can say "gone"; what nobody ever saw never can."""
    told = look.judgement
    is_absent = told.sign is Sign.ABSENT and told.state is SeenState.UNKNOWN
    return is_absent and not told.reason.endswith(NEVER_SEEN)


def hosts_left_alone(
    places: Sequence[Place], looks: Mapping[PlaceId, Sequence[Look]], at: datetime
) -> dict[str, datetime]:
    """
    Return the hosts that asked to be left alone, until when; a day, where they did not say.

    Args:
        places: of the case; ``times_refused`` tells what the last look brought.
        looks: by place, oldest first.
        at: now. A look that lies after it tells of a clock that was set back, not of a host.
    """
    resting: dict[str, datetime] = {}
    for place in places:
        mine = looks.get(place.id, ())
        if not place.times_refused or not mine:
            continue
        asked = timedelta(seconds=mine[-1].retry_after_s or SHORTEST.total_seconds())
        until = mine[-1].at + min(asked, _LONGEST_RETRY)
        if mine[-1].at <= at < until:
            host = place.address.host
            resting[host] = max(until, resting.get(host, until))
    return resting


def in_turn(places: Sequence[Place], chance: Chance) -> tuple[Place, ...]:
    """Return *places* in an order by chance in which hosts alternate."""
    waiting: dict[str, list[Place]] = {}
    for place in sorted(places, key=lambda _one: chance()):
        waiting.setdefault(place.address.host, []).append(place)
    ordered: list[Place] = []
    while waiting:
        for host in sorted(waiting, key=lambda one: -len(waiting[one])):
            ordered.append(waiting[host].pop())
            if not waiting[host]:
                del waiting[host]
    return tuple(ordered)
