"""A month of rest hides what is only an offer, and never a day that is still to come."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benban.casework.due import due_in_case
from benban.testing.clock import FakeClock
from tests.desk.rig import ADULT, Running, running_desk
from tests.desk.test_plan import OURS
from tests.desk.test_work import _sent

DAY_S = 86_400.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 22, 13, 15, tzinfo=UTC))


@pytest.fixture
def timed(tmp_path: Path, clock: FakeClock) -> Iterator[Running]:
    with running_desk(tmp_path / "kho", clock=clock) as running:
        running.enter()
        yield running


def _waiting(desk: Running) -> str:
    """A case in which a service owes an answer."""
    case = desk.begin()
    _sent(desk, case)
    return case


def _listed(desk: Running, case: str) -> int:
    """Count the days that stand on the page of what is waited for, above the notices."""
    answer = desk.get(f"{case}/timeline")
    assert answer.status_code == 200
    return answer.text.partition("<h2>")[0].count("/n/")


def _dues(desk: Running, case: str, clock: FakeClock) -> list[bool]:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        return [one.is_overdue for one in due_in_case(store, clock.now())]


def test_a_day_to_come_stands_while_somebody_rests(timed: Running, clock: FakeClock) -> None:
    case = _waiting(timed)
    assert _dues(timed, case, clock) == [False]
    before = _listed(timed, case)

    timed.post(f"{case}/rest", wish="rest", back="timeline")

    assert (before, _listed(timed, case)) == (1, 1)


def test_a_day_that_is_past_rests_and_comes_back_after_a_month(
    timed: Running, clock: FakeClock
) -> None:
    case = _waiting(timed)
    clock.advance(10 * DAY_S)
    assert _dues(timed, case, clock) == [True]
    late = timed.get("/queue").text
    timed.post(f"{case}/rest", wish="rest", back="timeline")
    resting = _listed(timed, case)
    queue = timed.get("/queue").text

    clock.advance(31 * DAY_S)

    assert (resting, _listed(timed, case)) == (0, 1)
    # What is late stands in bold in the queue.
    assert ("<strong>" in late, "<strong>" in queue) == (True, False)


def test_while_resting_a_day_that_is_past_is_not_called_nothing(
    timed: Running, clock: FakeClock
) -> None:
    case = _waiting(timed)
    clock.advance(10 * DAY_S)
    timed.post(f"{case}/rest", wish="rest", back="timeline")

    said = timed.text(f"{case}/timeline")

    assert "Nothing is being waited for" not in said
    assert "A day on which an answer was due is past" in said
    assert "Resting from offers" in timed.text("/queue")


def test_while_resting_no_text_that_waits_is_listed(timed: Running) -> None:
    case = timed.begin()
    age = timed.post(
        f"{case}/add/link", address="https://x.com/i/status/1234567890123456789", kind="published"
    ).headers["location"]
    timed.post(age, **ADULT)
    place = age.removesuffix("/age")
    draft = timed.post(f"{place}/write/vn-complaint", **OURS).headers["location"]
    before = timed.get(f"{case}/timeline").text

    timed.post(f"{case}/rest", wish="rest", back="timeline")

    shown = [f'href="{draft}"' in one for one in (before, timed.get(f"{case}/timeline").text)]
    assert shown == [True, False]


def test_going_on_is_one_click(timed: Running, clock: FakeClock) -> None:
    case = _waiting(timed)
    clock.advance(10 * DAY_S)
    timed.post(f"{case}/rest", wish="rest", back="timeline")

    answer = timed.post(f"{case}/rest", wish="go-on", back="watch/wishes")

    assert answer.headers["location"] == f"{case}/watch/wishes"
    assert _listed(timed, case) == 1


def test_news_rest_with_it_and_can_be_asked_for_all_the_same(timed: Running) -> None:
    case = _waiting(timed)
    timed.post(f"{case}/rest", wish="rest", back="watch/wishes")

    silent = timed.text(f"{case}/watch")

    assert "Offers rest until" in silent
    assert "Offers rest until" not in " ".join(timed.post(f"{case}/watch").text.split())


def test_the_page_says_what_goes_on_meanwhile(timed: Running) -> None:
    case = _waiting(timed)

    said = timed.text(f"{case}/timeline")

    assert "the program goes on looking where you allowed it" in said
    assert "Days to come, set by a law or promised by a service, are always shown." in said


def test_a_rest_goes_with_the_case(timed: Running) -> None:
    case = _waiting(timed)
    case_id = case.removeprefix("/c/")
    timed.post(f"{case}/rest", wish="rest", back="timeline")

    timed.post(f"{case}/destroy", word="destroy")

    rows = timed.desk.vault.entered.index.database.rows("SELECT name FROM settings")
    assert not [name for (name,) in rows if case_id in str(name)]
