"""Codes of an app between the passphrase and the desk."""

import pytest

from benban.desk.server.second.factors import factors_of
from benban.errors import SecondWaitError
from benban.testing.clock import FakeClock
from tests.unit.desk.second.people import Half, Organisation, app_of, code_at, id_of

CHECK = "/second/check/code"


def test_a_key_counts_only_once_a_code_of_it_was_shown(
    people: Organisation, clock: FakeClock
) -> None:
    half = Half(people.lan, clock)
    half.get("/second/app")

    assert half.post("/second/app", code="000000").status_code == 400
    assert (half.said, half.is_in, factors_of(people.lan).count) == ("BB-030", False, 0)
    app_of(half)
    assert (half.is_in, factors_of(people.lan).count) == (True, 1)
    assert people.noted == [("second.set-up", id_of(people.lan), "")]


def test_the_key_that_is_shown_stays_the_same_until_it_counts(
    people: Organisation, clock: FakeClock
) -> None:
    half = Half(people.lan, clock)
    half.get("/second/app")
    first = half.shown[1]["typed"]
    half.post("/second/app", code="000000")

    assert half.shown[1]["typed"] == first


def test_a_code_lets_in_once_and_never_again(people: Organisation, clock: FakeClock) -> None:
    key = app_of(Half(people.lan, clock))
    clock.advance(60)
    code = code_at(key, clock)
    first, second = Half(people.lan, clock), Half(people.lan, clock)

    assert first.post(CHECK, code=code).status_code == 303
    assert second.post(CHECK, code=code).status_code == 400
    people.start_anew()
    third = Half(people.lan, clock)
    assert third.post(CHECK, code=code).status_code == 400
    assert [one.is_in for one in (first, second, third)] == [True, False, False]
    assert (second.said, third.said) == ("BB-031", "BB-031")


def test_the_code_that_set_it_up_does_not_enter(people: Organisation, clock: FakeClock) -> None:
    key = app_of(Half(people.lan, clock))
    half = Half(people.lan, clock)

    half.post(CHECK, code=code_at(key, clock))

    assert (half.is_in, half.said) == (False, "BB-031")


def test_a_code_from_before_the_one_that_was_taken_is_refused(
    people: Organisation, clock: FakeClock
) -> None:
    key = app_of(Half(people.lan, clock))
    clock.advance(300)
    assert Half(people.lan, clock).post(CHECK, code=code_at(key, clock, 1)).status_code == 303
    half = Half(people.lan, clock)

    half.post(CHECK, code=code_at(key, clock))

    assert (half.is_in, half.said) == (False, "BB-031")


def test_a_clock_set_back_lets_no_old_code_in(people: Organisation, clock: FakeClock) -> None:
    key = app_of(Half(people.lan, clock))
    clock.advance(3600)
    code = code_at(key, clock)
    assert Half(people.lan, clock).post(CHECK, code=code).status_code == 303
    clock.turn_back(600)
    half = Half(people.lan, clock)

    half.post(CHECK, code=code)
    assert (half.is_in, half.said) == (False, "BB-030")
    half.post(CHECK, code=code_at(key, clock))
    assert (half.is_in, half.said) == (False, "BB-031")


def test_five_wrong_codes_end_the_entry(people: Organisation, clock: FakeClock) -> None:
    app_of(Half(people.lan, clock))
    half = Half(people.lan, clock)

    for _ in range(4):
        half.post(CHECK, code="000000")
        assert not half.is_over
    answer = half.post(CHECK, code="000000")

    assert (answer.status_code, half.is_over, half.said) == (400, True, "BB-032")
    assert people.noted[-1] == ("second.wrong-codes", id_of(people.lan), "")


def test_a_new_entry_after_five_wrong_codes_waits(people: Organisation, clock: FakeClock) -> None:
    key = app_of(Half(people.lan, clock))
    clock.advance(60)
    half = Half(people.lan, clock)
    for _ in range(5):
        half.post(CHECK, code="000000")
    again = Half(people.lan, clock)

    again.post(CHECK, code=code_at(key, clock))
    assert (again.is_in, again.said) == (False, "BB-032")
    clock.advance(60)
    again.post(CHECK, code=code_at(key, clock))
    assert again.is_in


def test_each_further_five_wrong_codes_double_the_wait(
    people: Organisation, clock: FakeClock
) -> None:
    app_of(Half(people.lan, clock))
    waits = []
    for _ in range(9):
        half = Half(people.lan, clock)
        for _ in range(5):
            half.post(CHECK, code="000000")
        error = half.shown[1]["error"]
        assert isinstance(error, SecondWaitError)
        waits.append(error.params["minutes"])
        clock.advance(int(waits[-1]) * 60)

    assert waits == [1, 2, 4, 8, 16, 32, 64, 64, 64]


def test_a_clock_set_back_makes_no_wait_longer(people: Organisation, clock: FakeClock) -> None:
    key = app_of(Half(people.lan, clock))
    clock.advance(7200)
    half = Half(people.lan, clock)
    for _ in range(5):
        half.post(CHECK, code="000000")
    clock.turn_back(3600)
    again = Half(people.lan, clock)
    again.post(CHECK, code="000000")
    assert again.said == "BB-032"
    clock.advance(60)

    again.post(CHECK, code=code_at(key, clock))

    assert again.is_in


def test_a_right_code_forgets_the_wrong_ones(people: Organisation, clock: FakeClock) -> None:
    key = app_of(Half(people.lan, clock))
    for _ in range(3):
        clock.advance(60)
        half = Half(people.lan, clock)
        for _ in range(4):
            half.post(CHECK, code="000000")
        half.post(CHECK, code=code_at(key, clock))
        assert half.is_in


def test_a_code_of_another_person_lets_nobody_in(people: Organisation, clock: FakeClock) -> None:
    app_of(Half(people.lan, clock))
    key_of_hue = app_of(Half(people.hue, clock))
    clock.advance(60)
    half = Half(people.lan, clock)

    half.post(CHECK, code=code_at(key_of_hue, clock))

    assert (half.is_in, half.said) == (False, "BB-030")


@pytest.mark.parametrize("path", ["/second/choose", "/second/app", "/second/key"])
def test_whoever_has_one_sets_up_no_other_before_showing_it(
    people: Organisation, clock: FakeClock, path: str
) -> None:
    app_of(Half(people.lan, clock))
    half = Half(people.lan, clock)

    assert half.begins_at == "/second/check"
    assert half.get(path).headers["location"] == "/second/check"


@pytest.mark.parametrize("path", ["/second/app", "/second/key", "/second/key/ask"])
def test_no_form_of_setting_up_is_taken_from_whoever_has_one(
    people: Organisation, clock: FakeClock, path: str
) -> None:
    app_of(Half(people.lan, clock))
    half = Half(people.lan, clock)
    key = bytes(20)
    half.kept["second.new_key"] = key
    before = factors_of(people.lan)

    answer = half.post(path, code=code_at(key, clock), answer="{}")

    assert (answer.headers["location"], half.is_in) == ("/second/check", False)
    assert factors_of(people.lan) == before


def test_whoever_has_none_is_not_let_in_by_the_pages_that_ask(
    people: Organisation, clock: FakeClock
) -> None:
    half = Half(people.lan, clock)

    answers = [half.post(path) for path in half.forms if "check" in path]

    assert [one.headers["location"] for one in answers] == ["/second/choose"] * 3
    assert half.begins_at == "/second/choose"
