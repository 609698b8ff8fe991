"""Locks, rest, drafts and forms that work once (research B5 41, 114, 115, 116)."""

import gc
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse, Response

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.once import OnceForms
from benban.desk.pages import go_to, show
from benban.errors import BenbanError, DeskLockedError, FormUnknownError
from benban.testing.clock import FakeClock
from tests.desk.rig import PASSPHRASE, Running, running_desk

_EARLY = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)


def test_a_draft_of_a_case_is_there_after_the_desk_was_locked_in_the_middle(desk: Running) -> None:
    case = desk.begin().removeprefix("/c/")
    desk.client.post(f"/draft/case.{case}.story", data={"story": "nửa câu"})

    desk.client.post("/lock")
    desk.post("/unlock", passphrase=PASSPHRASE)

    assert desk.desk.drafts.get(f"case.{case}.story") == {"story": "nửa câu"}


def test_a_draft_that_comes_after_locking_is_not_kept_in_the_open(desk: Running) -> None:
    case = desk.begin().removeprefix("/c/")
    desk.client.post("/lock")

    answer = desk.client.post(f"/draft/case.{case}.story", data={"story": "muộn"})

    assert answer.headers["location"] == "/unlock"
    assert desk.desk.drafts.is_empty


def test_a_form_of_before_the_lock_does_nothing_and_says_so(desk: Running) -> None:
    desk.begin()
    number = desk.desk.forms.new()
    desk.client.post("/lock")
    desk.post("/unlock", passphrase=PASSPHRASE)

    answer = desk.client.post("/begin", data={"form": number})

    assert (answer.status_code, "BB-013" in answer.text) == (400, True)
    assert len(desk.desk.vault.cases()) == 1


def test_locking_leaves_no_open_vault_in_memory(desk: Running) -> None:
    desk.begin()
    vault = desk.desk.vault

    desk.client.post("/lock")
    gc.collect()

    with pytest.raises(DeskLockedError):
        _ = desk.desk.vault
    with pytest.raises(Exception, match="closed"):
        vault.setting("desk.language")


def test_a_job_ends_when_the_desk_is_locked(desk: Running) -> None:
    desk.begin()
    begun, ended = threading.Event(), threading.Event()

    def work(progress: Progress) -> str:
        begun.set()
        try:
            while True:
                progress.require_wanted()
        finally:
            ended.set()

    job = desk.desk.jobs.start("desk.case.heading", work)
    assert begun.wait(60)
    desk.client.post("/lock")

    assert ended.wait(60)
    assert "BB-010" in desk.get(f"/jobs/{job.id}").text


def test_two_tabs_that_send_at_once_open_one_case_each_and_break_nothing(desk: Running) -> None:
    desk.begin()
    numbers = [desk.desk.forms.new() for _ in range(8)]
    answers: list[str] = []

    def send(number: str) -> None:
        answers.append(desk.client.post("/begin", data={"form": number}).headers["location"])

    # Each number twice: a double click in each of eight tabs.
    threads = [threading.Thread(target=send, args=(one,)) for one in numbers * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 16
    assert len(set(answers)) == 8
    assert len(desk.desk.vault.cases()) == 9


def test_what_was_answered_goes_after_the_time_too_when_nothing_is_kept(tmp_path: Path) -> None:
    clock = FakeClock(_EARLY)
    with running_desk(tmp_path / "kho", clock=clock) as desk:
        desk.enter()
        desk.post("/what", kind="threatened")
        desk.client.post("/draft/story", data={"story": "nửa câu"})
        clock.advance(601)

        answer = desk.get("/rest?quiet=1")

        assert answer.headers["location"] == "/"
        assert not desk.desk.holds_something


def test_a_clock_that_was_set_back_keeps_nothing_open(tmp_path: Path) -> None:
    clock = FakeClock(_EARLY)
    with running_desk(tmp_path / "kho", clock=clock) as desk:
        desk.enter()
        desk.begin()
        clock.turn_back(86_400)
        clock.advance(601)

        desk.get("/here?quiet=1")

        assert not desk.desk.is_open


def test_what_a_page_asks_by_itself_is_nobody_being_here(tmp_path: Path) -> None:
    clock = FakeClock(_EARLY)
    with running_desk(tmp_path / "kho", clock=clock) as desk:
        desk.enter()
        desk.begin()
        answers = []
        for _ in range(10):
            clock.advance(61)
            answers.append(desk.get("/here?quiet=1"))

        assert answers[0].status_code == 200
        assert answers[-1].headers["location"] == "/unlock"


def test_a_second_click_after_a_first_that_failed_tries_for_itself() -> None:
    forms = OnceForms()
    number = forms.new()
    assert forms.take(number) is None
    got: list[str | None] = []
    second = threading.Thread(target=lambda: got.append(forms.take(number)))
    second.start()

    forms.give_back(number)
    second.join()

    assert got == [None]


def test_a_second_click_that_waits_when_the_desk_is_locked_learns_that_it_is_old() -> None:
    forms = OnceForms()
    number = forms.new()
    forms.take(number)
    got: list[BenbanError] = []

    def click() -> None:
        try:
            forms.take(number)
        except FormUnknownError as error:
            got.append(error)

    second = threading.Thread(target=click)
    second.start()
    forms.forget()
    second.join()

    assert len(got) == 1


class Broken(Exception):  # noqa: N818 - a mistake of ours that nobody foresaw
    """Says what must not be printed."""


@pytest.fixture
def station() -> Routes:
    """Pages that go wrong in the ways that pages can."""
    routes = Routes()
    clicks: list[int] = []

    @routes.form("/broken-once")
    def broken_once(_desk: Desk, _asked: Asked) -> Response:
        clicks.append(1)
        if len(clicks) == 1:
            raise Broken("canary-words")
        return go_to("/settings")

    @routes.page("/broken")
    def broken(_desk: Desk, _asked: Asked) -> Response:
        raise Broken("canary-words")

    @routes.page("/half")
    def half(desk: Desk, _asked: Asked) -> Response:
        words = desk.vault.cases()[0].id
        desk.lock()
        return PlainTextResponse(words)

    @routes.page("/torn")
    def torn(desk: Desk, _asked: Asked) -> Response:
        vault = desk.vault
        desk.lock()
        return PlainTextResponse(vault.setting("x").decode())

    @routes.page("/late")
    def late(desk: Desk, _asked: Asked) -> Response:
        desk.leave()
        return show(desk, "help_now.html.j2")

    return routes


@pytest.fixture
def broken_desk(tmp_path: Path, station: Routes) -> Iterator[Running]:
    with running_desk(tmp_path / "kho", more=(station,)) as running:
        running.enter()
        yield running


def test_what_nobody_foresaw_has_a_page_and_its_kind_and_place_on_stderr(
    broken_desk: Running, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = broken_desk.get("/broken")

    errors = capfd.readouterr().err
    assert (answer.status_code, "BB-000" in answer.text) == (400, True)
    assert errors.startswith("Broken test_locking.py:")
    assert "canary-words" not in errors + answer.text
    assert len(errors.splitlines()) == 1


def test_a_form_whose_first_click_failed_can_be_sent_again(broken_desk: Running) -> None:
    number = broken_desk.desk.forms.new()

    first = broken_desk.client.post("/broken-once", data={"form": number})
    second = broken_desk.client.post("/broken-once", data={"form": number})

    assert first.status_code == 400
    assert second.headers["location"] == "/settings"


@pytest.mark.parametrize("path", ["/half", "/torn"])
def test_a_page_under_which_the_vault_was_closed_leads_to_the_passphrase(
    broken_desk: Running, path: str
) -> None:
    case = broken_desk.begin().removeprefix("/c/")

    answer = broken_desk.get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, "/unlock")
    assert case not in answer.text


def test_a_page_that_comes_after_leaving_is_empty(broken_desk: Running) -> None:
    answer = broken_desk.get("/late")

    assert '"storage"' in answer.headers["clear-site-data"]
    assert "111" not in answer.text


def test_many_pages_at_once_while_it_is_locked_are_whole_or_the_passphrase(desk: Running) -> None:
    case = desk.begin()
    answers: list[tuple[int, str]] = []

    def look() -> None:
        for _ in range(10):
            answer = desk.get(case)
            answers.append((answer.status_code, answer.headers.get("location", "")))

    for _ in range(3):
        threads = [threading.Thread(target=look) for _ in range(6)]
        for thread in threads:
            thread.start()
        desk.client.post("/lock")
        for thread in threads:
            thread.join()
        desk.post("/unlock", passphrase=PASSPHRASE)

    assert set(answers) <= {(200, ""), (303, "/unlock")}
    assert (303, "/unlock") in answers
