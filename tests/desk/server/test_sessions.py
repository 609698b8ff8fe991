"""How long somebody is in, and what ends it: for them alone, never for the others."""

import threading
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from benban.desk.jobs import Progress
from benban.desk.server.gate import Gate
from benban.errors import TooManyComeError, WrongPassphraseError
from benban.outside.clock import SystemClock
from tests.desk.server.rig import RunningServer, running_server


class MovedClock(SystemClock):
    """A clock that a test puts forward."""

    ahead = timedelta()

    def monotonic_ns(self) -> int:
        return super().monotonic_ns() + int(self.ahead.total_seconds() * 10**9)


def test_leaving_ends_one_desk_and_not_the_program(server: RunningServer) -> None:
    lan, minh = server.invited("Lan"), server.administrator()

    answer = lan.send("/exit")

    assert '"cookies"' in answer.headers["clear-site-data"]
    assert not lan.is_in
    assert lan.get("/cases").headers["location"] == "/"
    assert minh.get("/settings").status_code == 200


def test_locking_leads_to_the_page_before_entering(server: RunningServer) -> None:
    lan = server.invited("Lan")

    led_to = lan.send("/lock").headers["location"]
    start = lan.get(lan.get(led_to).headers["location"])

    assert not lan.is_in
    assert 'name="passphrase"' in start.text


def test_a_page_that_lies_open_learns_that_its_session_is_over(server: RunningServer) -> None:
    lan = server.invited("Lan")
    shown = lan.get("/settings").text.partition('data-locks="')[2].partition('"')[0]
    before = lan.get("/here?quiet=1").text

    lan.send("/lock")

    assert before == shown
    assert lan.get("/here?quiet=1").text != shown


def test_two_browsers_of_one_person_are_two_desks(server: RunningServer) -> None:
    lan, other = server.invited("Lan"), server.browser()
    other.enter("Lan")

    lan.send("/exit")

    assert other.get("/settings").status_code == 200


def test_a_third_browser_ends_the_oldest(server: RunningServer) -> None:
    lan, second, third = server.invited("Lan"), server.browser(), server.browser()
    second.enter("Lan")
    third.enter("Lan")

    assert [one.is_in for one in (lan, second, third)] == [False, True, True]


def test_ended_access_ends_what_is_open_at_once(server: RunningServer) -> None:
    lan, minh = server.invited("Lan"), server.administrator()
    desk = lan.desk
    (person,) = [one for one in minh.desk.vault.people() if one.name == "Lan"]

    minh.desk.vault.end_access(person.user_id)
    minh.post("/settings/rest", minutes="10")

    assert not desk.is_open
    assert lan.get("/settings").headers["location"] == "/"
    assert lan.enter("Lan").status_code == 400


@pytest.mark.parametrize(
    ("passed", "is_in"),
    [(timedelta(minutes=29), True), (timedelta(minutes=31), False)],
)
def test_a_desk_at_which_nobody_is_closes(tmp_path: Path, passed: timedelta, is_in: bool) -> None:
    clock = MovedClock()
    with running_server(tmp_path / "chung", clock=clock) as server:
        lan = server.invited("Lan")
        lan.post("/settings/rest", minutes="30")

        clock.ahead = passed

        assert lan.is_in is is_in


def test_after_twelve_hours_everybody_enters_anew(tmp_path: Path) -> None:
    clock = MovedClock()
    with running_server(tmp_path / "chung", clock=clock) as server:
        lan = server.invited("Lan")
        lan.post("/settings/rest", minutes="30")
        for _ in range(12 * 3 - 1):
            clock.ahead += timedelta(minutes=20)
            assert lan.get("/settings").status_code == 200

        clock.ahead += timedelta(minutes=20)

        assert lan.get("/settings").headers["location"] == "/"


def test_who_stays_half_way_is_forgotten(tmp_path: Path) -> None:
    clock = MovedClock()
    with running_server(tmp_path / "chung", clock=clock) as server:
        code = server.code_for("Lan")
        browser = server.browser()
        browser.send("/first", name="Lan", code=code, passphrase="bốn từ dễ", again="bốn từ dễ")

        clock.ahead = timedelta(minutes=11)

        assert browser.get("/first/sheet").headers["location"] == "/"


def test_a_job_ends_with_the_desk_of_who_began_it(server: RunningServer) -> None:
    lan = server.invited("Lan")
    desk = lan.desk
    ended = threading.Event()

    def work(progress: Progress) -> str:
        try:
            progress.wait_at("/cases")
        finally:
            ended.set()
        return "/cases"

    desk.jobs.start("desk.case.heading", work)
    lan.send("/exit")

    assert ended.wait(30)


def test_a_name_that_is_being_tried_is_not_tried_twice_at_once() -> None:
    gate = Gate(waiting=2)

    with gate.one_try("Lan"), gate.one_try("Minh"):
        for name in (" lan", "LAN", "Hoa"):
            with pytest.raises(TooManyComeError), gate.one_try(name):
                pass
    with gate.one_try("Hoa"):
        pass


def test_made_up_names_that_wait_do_not_keep_out_whoever_came_in_before() -> None:
    gate = Gate(waiting=2)
    with gate.one_try("Lan"):
        pass

    with gate.one_try("x1"), gate.one_try("x2"):
        with pytest.raises(TooManyComeError), gate.one_try("Hoa"):
            pass
        # Raises when there is no place left for her.
        with gate.one_try(" LAN "):
            pass


def test_a_name_whose_try_failed_has_no_place_kept_free() -> None:
    gate = Gate(waiting=2)
    with pytest.raises(WrongPassphraseError), gate.one_try("x3"):
        raise WrongPassphraseError

    with (
        gate.one_try("x1"),
        gate.one_try("x2"),
        pytest.raises(TooManyComeError),
        gate.one_try("x3"),
    ):
        pass


def test_places_kept_free_end_too() -> None:
    gate, known = Gate(waiting=1), [f"name {at}" for at in range(22)]
    for name in known:
        with gate.one_try(name):
            pass

    with ExitStack() as waiting:
        for name in known[:-1]:
            waiting.enter_context(gate.one_try(name))
        with pytest.raises(TooManyComeError), gate.one_try(known[-1]):
            pass
