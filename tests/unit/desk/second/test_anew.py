"""Whoever lost it is let set it up anew, once, by an administrator, and that is noted."""

from datetime import timedelta
from pathlib import Path

import pytest

from benban.desk.server.second import is_let_set_up_anew, let_set_up_anew
from benban.desk.server.second.anew import VALID
from benban.desk.server.second.factors import factors_of
from benban.errors import PersonMissingError, SecondStaysError
from benban.testing.clock import FakeClock
from tests.unit.desk.second.people import Half, Organisation, app_of, code_at, id_of


def test_it_is_set_up_anew_once_and_the_old_one_opens_nothing(
    people: Organisation, clock: FakeClock
) -> None:
    old = app_of(Half(people.lan, clock))
    let_set_up_anew(people.admin, id_of(people.lan), clock)
    clock.advance(60)
    half = Half(people.lan, clock)
    assert half.begins_at == "/second/choose"

    new = app_of(half)

    assert half.is_in
    lan = id_of(people.lan)
    assert people.noted == [
        ("second.set-up", lan, ""),
        ("second.let-anew", id_of(people.admin), lan),
        ("second.set-up-anew", lan, ""),
        ("second.set-up", lan, ""),
    ]
    clock.advance(60)
    again = Half(people.lan, clock)
    assert again.begins_at == "/second/check"
    again.post("/second/check/code", code=code_at(old, clock))
    assert (again.is_in, again.said) == (False, "BB-030")
    again.post("/second/check/code", code=code_at(new, clock))
    assert again.is_in


def test_until_the_new_one_is_proven_the_leave_stands_and_the_old_one_stays(
    people: Organisation, clock: FakeClock
) -> None:
    app_of(Half(people.lan, clock))
    before = factors_of(people.lan)
    let_set_up_anew(people.admin, id_of(people.lan), clock)
    half = Half(people.lan, clock)
    half.get("/second/app")
    half.post("/second/app", code="000000")

    assert (half.is_in, factors_of(people.lan)) == (False, before)
    assert Half(people.lan, clock).begins_at == "/second/choose"


def test_of_two_browsers_with_the_same_leave_one_sets_up(
    people: Organisation, clock: FakeClock
) -> None:
    app_of(Half(people.lan, clock))
    let_set_up_anew(people.admin, id_of(people.lan), clock)
    first, second = Half(people.lan, clock), Half(people.lan, clock)
    for half in (first, second):
        half.get("/second/app")
    app_of(first)
    key = second.kept["second.new_key"]
    assert isinstance(key, bytes)

    answer = second.post("/second/app", code=code_at(key, clock))

    assert (answer.headers["location"], second.is_in) == ("/second/check", False)


def test_administrators_see_whom_they_let(people: Organisation, clock: FakeClock) -> None:
    let_set_up_anew(people.admin, id_of(people.lan), clock)

    def seen() -> list[bool]:
        everybody = (people.lan, people.hue)
        return [is_let_set_up_anew(people.admin, id_of(one), clock.now()) for one in everybody]

    assert seen() == [True, False]
    clock.advance(VALID.total_seconds() + 1)
    assert seen() == [False, False]


def test_leave_for_one_is_no_leave_for_another(people: Organisation, clock: FakeClock) -> None:
    app_of(Half(people.lan, clock))
    let_set_up_anew(people.admin, id_of(people.hue), clock)

    assert Half(people.lan, clock).begins_at == "/second/check"


@pytest.mark.parametrize(
    ("passed", "begins_at"),
    [(VALID, "/second/choose"), (VALID + timedelta(seconds=1), "/second/check")],
)
def test_leave_ends_by_itself(
    people: Organisation, clock: FakeClock, passed: timedelta, begins_at: str
) -> None:
    app_of(Half(people.lan, clock))
    let_set_up_anew(people.admin, id_of(people.lan), clock)
    clock.advance(passed.total_seconds())

    assert Half(people.lan, clock).begins_at == begins_at


def test_a_clock_set_back_before_it_was_given_gives_no_leave(
    people: Organisation, clock: FakeClock
) -> None:
    app_of(Half(people.lan, clock))
    let_set_up_anew(people.admin, id_of(people.lan), clock)
    clock.turn_back(3600)

    assert Half(people.lan, clock).begins_at == "/second/check"


def test_nobody_but_an_administrator_lets_anybody(people: Organisation, clock: FakeClock) -> None:
    for vault in (people.lan, people.hue):
        with pytest.raises(SecondStaysError):
            let_set_up_anew(people.lan, id_of(vault), clock)

    assert people.noted == []


def test_no_administrator_lets_themselves(people: Organisation, clock: FakeClock) -> None:
    with pytest.raises(SecondStaysError):
        let_set_up_anew(people.admin, id_of(people.admin), clock)


def test_the_wait_after_wrong_codes_ends_with_the_old_one(
    people: Organisation, clock: FakeClock
) -> None:
    app_of(Half(people.lan, clock))
    half = Half(people.lan, clock)
    for _ in range(5):
        half.post("/second/check/code", code="000000")
    let_set_up_anew(people.admin, id_of(people.lan), clock)
    new = app_of(Half(people.lan, clock))
    clock.advance(30)
    again = Half(people.lan, clock)

    again.post("/second/check/code", code=code_at(new, clock))

    assert again.is_in


@pytest.mark.parametrize("user_id", ["9" * 16, "", "../x"])
def test_nobody_who_is_not_there_is_let(
    people: Organisation, clock: FakeClock, user_id: str
) -> None:
    with pytest.raises(PersonMissingError):
        let_set_up_anew(people.admin, user_id, clock)

    assert people.noted == []


def test_nobody_whose_access_ended_is_let(tmp_path: Path, clock: FakeClock) -> None:
    people = Organisation(tmp_path / "kho", clock)
    with people.shared:
        hue = id_of(people.hue)
        people.admin.end_access(hue)

        with pytest.raises(PersonMissingError):
            let_set_up_anew(people.admin, hue, clock)


def test_a_second_leave_works_once_more(people: Organisation, clock: FakeClock) -> None:
    app_of(Half(people.lan, clock))
    for _ in range(2):
        let_set_up_anew(people.admin, id_of(people.lan), clock)
        half = Half(people.lan, clock)
        app_of(half)
        assert half.is_in

    assert Half(people.lan, clock).begins_at == "/second/check"
