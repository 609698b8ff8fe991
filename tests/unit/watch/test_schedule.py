"""When to look again, whatever the clock does."""

from dataclasses import replace
from itertools import pairwise

import pytest

from benban.model.watch import Look, Place, SeenState, Sign
from benban.testing.clock import FakeClock
from benban.watch.schedule import (
    begin_wait,
    hosts_left_alone,
    in_turn,
    is_due,
    pause_after,
    renewed,
    waited_s,
)
from tests.unit.watch.scenes import THEN, a_place, day, told

DAY_S = 86_400.0


def never() -> float:
    return 0.0


def always() -> float:
    return 0.999


def pause_days(*looks: Look, place: Place | None = None, every_h: int = 24) -> float:
    seconds = pause_after(place or a_place(), looks, looks[-1].at, every_h=every_h, chance=never)
    return seconds / DAY_S


@pytest.mark.parametrize(
    ("age", "days"), [(0, 1), (13, 1), (15, 7), (55, 7), (57, 30), (364, 30), (366, 90), (3000, 90)]
)
def test_it_widens_from_days_to_weeks_to_months(age: int, days: int) -> None:
    assert pause_days(told(SeenState.THERE, at=THEN), told(SeenState.THERE, at=day(age))) == days


def test_what_changed_is_looked_at_often_again() -> None:
    looks = (told(SeenState.THERE), told(SeenState.GONE, at=day(300)))

    assert pause_days(*looks) == 1
    assert pause_days(*looks, told(SeenState.GONE, at=day(330))) == 7
    assert pause_days(*looks, told(SeenState.BACK, at=day(500))) == 1


def test_not_known_is_no_change() -> None:
    looks = (told(SeenState.THERE), told(SeenState.UNKNOWN, at=day(90)))

    assert pause_days(*looks, told(SeenState.THERE, at=day(91))) == 30


def test_the_second_look_at_what_was_not_found_comes_after_a_day() -> None:
    assert pause_days(told(SeenState.UNKNOWN, Sign.ABSENT, at=day(700))) == 1


def test_what_no_look_ever_saw_is_not_asked_for_every_day_for_years() -> None:
    one = told(SeenState.UNKNOWN, Sign.ABSENT)
    reason = "status-not-found-never-seen"
    hidden = [
        replace(one, at=day(at), judgement=replace(one.judgement, reason=reason)) for at in (0, 700)
    ]

    assert pause_days(*hidden) == 90


def test_chance_only_puts_off_and_by_no_more_than_a_fifth() -> None:
    looks = (told(SeenState.THERE),)

    early = pause_after(a_place(), looks, THEN, every_h=24, chance=never)
    late = pause_after(a_place(), looks, THEN, every_h=24, chance=always)

    assert (early, 1.19 * DAY_S < late < 1.2 * DAY_S) == (DAY_S, True)


@pytest.mark.parametrize(("every_h", "days"), [(1, 1), (24, 1), (72, 3)])
def test_the_permission_may_ask_for_less_but_not_for_more(every_h: int, days: float) -> None:
    assert pause_days(told(SeenState.THERE), every_h=every_h) == days


@pytest.mark.parametrize(
    ("refused", "asked_s", "days"),
    [
        (1, None, 2),
        (2, None, 4),
        (4, None, 16),
        (9, None, 30),
        (1, 10 * DAY_S, 10),
        (1, 400 * DAY_S, 30),
        (1, 5, 2),
        (3, DAY_S, 8),
    ],
)
def test_a_server_that_asks_to_be_left_alone_is(
    refused: int, asked_s: float | None, days: float
) -> None:
    last = replace(told(SeenState.UNKNOWN), retry_after_s=None if asked_s is None else int(asked_s))

    assert pause_days(last, place=replace(a_place(), times_refused=refused)) == days


# --- the clock ------------------------------------------------------------------------------


class Computer:
    """A clock, and runs of the program on it."""

    def __init__(self) -> None:
        self.clock = FakeClock(THEN)
        self.run = "run-1"
        self._boot_ns = 0

    def now(self) -> dict[str, object]:
        return {
            "at": self.clock.now(),
            "monotonic_ns": self.clock.monotonic_ns() - self._boot_ns,
            "run": self.run,
        }

    def start_again(self) -> None:
        self.run += "+"

    def boot(self) -> None:
        self._boot_ns = self.clock.monotonic_ns()
        self.start_again()


@pytest.fixture
def computer() -> Computer:
    return Computer()


def due(computer: Computer, wait: object) -> bool:
    return is_due(wait, **computer.now())  # type: ignore[arg-type]


def begun(computer: Computer) -> object:
    return begin_wait(DAY_S, **computer.now())  # type: ignore[arg-type]


def counted_on(computer: Computer, wait: object) -> object:
    return renewed(wait, **computer.now()) or wait  # type: ignore[arg-type]


@pytest.mark.parametrize("between", ["nothing", "a new run", "a new boot"])
def test_a_place_is_due_after_its_time(computer: Computer, between: str) -> None:
    wait = begun(computer)
    computer.clock.advance(DAY_S / 2)
    {"nothing": lambda: None, "a new run": computer.start_again, "a new boot": computer.boot}[
        between
    ]()
    early = due(computer, wait)
    computer.clock.advance(DAY_S / 2)

    assert (early, due(computer, wait)) == (False, True)


@pytest.mark.parametrize("back_s", [60.0, DAY_S, 400 * DAY_S])
@pytest.mark.parametrize("is_new_run", [True, False])
def test_a_clock_set_back_gives_no_second_look_in_a_day_and_loses_none(
    computer: Computer, back_s: float, *, is_new_run: bool
) -> None:
    wait = begun(computer)
    computer.clock.advance(3600)
    computer.clock.turn_back(back_s)
    looked_after_h = None
    for hour in range(2, 72):
        if is_new_run:
            computer.start_again()
        wait = counted_on(computer, wait)
        computer.clock.advance(3600)
        if due(computer, wait):
            looked_after_h = hour
            break

    assert looked_after_h is not None
    assert 24 <= looked_after_h <= 49


def test_a_battery_that_forgets_the_time_at_every_boot_puts_off_but_not_for_ever(
    computer: Computer,
) -> None:
    wait = begun(computer)
    hours = 0
    while not due(computer, wait):
        computer.clock.turn_back(400 * DAY_S)
        computer.boot()
        wait = counted_on(computer, wait)
        computer.clock.advance(3600)
        wait = counted_on(computer, wait)
        hours += 1
        assert hours < 100

    assert hours >= 24


def test_a_clock_set_forward_within_a_run_makes_nothing_due(computer: Computer) -> None:
    wait = begun(computer)
    computer.clock.advance(3600)
    _set_forward(computer, 30 * DAY_S)

    assert due(computer, wait) is False
    kept = counted_on(computer, wait)
    computer.start_again()
    assert due(computer, kept) is False


def _set_forward(computer: Computer, seconds: float) -> None:
    computer.clock.turn_back(-seconds)


def test_a_clock_that_is_merely_corrected_is_left_alone(computer: Computer) -> None:
    wait = begun(computer)
    computer.clock.advance(3600)
    computer.clock.turn_back(30)

    assert renewed(wait, **computer.now()) is None  # type: ignore[arg-type]


def test_counting_on_loses_nothing_that_passed(computer: Computer) -> None:
    wait = begun(computer)
    computer.clock.advance(7200)
    computer.clock.turn_back(9 * DAY_S)
    kept = counted_on(computer, wait)

    assert waited_s(kept, **computer.now()) == 7200  # type: ignore[arg-type]


# --- who comes when -------------------------------------------------------------------------


def test_neighbours_are_of_different_hosts() -> None:
    places = [a_place(host, f"/{n}") for host in ("a.example", "b.example") for n in range(5)]

    hosts = [one.address.host for one in in_turn(places, never)]

    assert [one == other for one, other in pairwise(hosts)] == [False] * 9


def test_everybody_has_a_turn() -> None:
    places = [a_place("a.example", f"/{n}") for n in range(9)] + [a_place("b.example")]

    assert sorted(one.id for one in in_turn(places, never)) == sorted(one.id for one in places)


@pytest.mark.parametrize(
    ("asked_s", "hours", "rests"),
    [
        (3_600, 0.9, True),
        (3_600, 1.1, False),
        (None, 23, True),
        (None, 25, False),
        (10**8, 800, False),
    ],
)
def test_a_host_rests_as_long_as_it_asked_and_a_day_where_it_did_not_say(
    asked_s: int | None, hours: float, *, rests: bool
) -> None:
    place = replace(a_place(), times_refused=1)
    refused = replace(told(SeenState.UNKNOWN), retry_after_s=asked_s)

    resting = hosts_left_alone([place], {place.id: [refused]}, day(hours / 24))

    assert (place.address.host in resting) is rests


def test_a_look_that_lies_in_a_time_to_come_rests_no_host() -> None:
    place = replace(a_place(), times_refused=1)

    assert hosts_left_alone([place], {place.id: [told(SeenState.UNKNOWN)]}, day(-3)) == {}
