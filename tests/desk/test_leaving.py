"""Leaving and rest in a real browser (research B5 84, 109, 110, 114, 117)."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect
from playwright.sync_api import Error as PlaywrightError

from benban.outside.private_window import PAGE
from tests.desk.browsing import WATCH, browsing, require_blank_at_once, shift_three_times
from tests.desk.rig import Running


@pytest.fixture
def inside(phone: Page, closed_desk: Running) -> Page:
    """A page that came in, over an open case."""
    closed_desk.enter()
    closed_desk.begin()
    phone.goto(f"{closed_desk.place.origin}/settings")
    return phone


def _hang(page: Page, path: str = "**/exit") -> list[Route]:
    held: list[Route] = []
    page.route(path, lambda route: held.append(route))  # noqa: PLW0108 - marked by its caller
    return held


def _require_asked_once(page: Page, held: list[Route]) -> None:
    for _ in range(600):
        if held:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(200)
    assert len(held) == 1


def _is_blank(page: Page) -> bool:
    return page.evaluate("document.body === null || document.body.innerText.trim() === ''") is True


def test_the_page_is_blank_at_once_although_the_program_never_answers(inside: Page) -> None:
    held = _hang(inside)
    inside.evaluate(WATCH)

    def click() -> None:
        inside.click("button.leave", no_wait_after=True)

    require_blank_at_once(click, "submit", inside)
    _require_asked_once(inside, held)


def test_shift_three_times_leaves_from_inside_a_field_and_a_dialog(
    inside: Page, closed_desk: Running
) -> None:
    inside.goto(f"{closed_desk.place.origin}/where")
    held = _hang(inside)
    inside.evaluate(WATCH)
    inside.evaluate(
        """() => {
          const dialog = document.createElement("dialog");
          dialog.innerHTML = "<input id=inner>";
          document.querySelector("main").append(dialog);
          dialog.showModal();
          dialog.addEventListener("keydown", (event) => event.stopPropagation());
          document.getElementById("inner").focus();
        }"""
    )

    require_blank_at_once(lambda: shift_three_times(inside), "keydown", inside)
    _require_asked_once(inside, held)


def test_shift_with_letters_between_is_typing(inside: Page, closed_desk: Running) -> None:
    inside.goto(f"{closed_desk.place.origin}/where")
    inside.focus("input[name=folder]")

    for letter in "ABCD":
        inside.keyboard.press(f"Shift+{letter}")

    assert inside.input_value("input[name=folder]") == "ABCD"
    assert not closed_desk.is_over.is_set()


def test_the_hidden_way_out_is_the_second_stop_of_the_keyboard(
    inside: Page, closed_desk: Running
) -> None:
    inside.evaluate("document.activeElement.blur()")
    inside.keyboard.press("Tab")
    inside.keyboard.press("Tab")
    shown = inside.evaluate(
        """() => { const box = document.activeElement.getBoundingClientRect();
                   return [document.activeElement.className, box.left >= 0, box.height >= 44]; }"""
    )

    inside.keyboard.press("Enter")

    assert shown == ["skip", True, True]
    assert closed_desk.is_over.wait(60)


def test_without_script_the_button_leaves(chromium: Browser, closed_desk: Running) -> None:
    closed_desk.enter()
    closed_desk.begin()
    with browsing(chromium, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{closed_desk.place.origin}/")
        page.fill("input[name=code]", closed_desk.desk.door.new_code())
        page.click("button")
        page.goto(f"{closed_desk.place.origin}/settings")

        page.click("button.leave")

        assert closed_desk.is_over.wait(60)
        assert page.inner_text("body").strip() == ""
        assert context.cookies() == []


def test_back_and_forward_show_nothing_after_locking(inside: Page, closed_desk: Running) -> None:
    inside.goto(f"{closed_desk.place.origin}/cases")
    assert "/c/" in inside.url
    inside.click("footer form[action='/lock'] button")
    inside.wait_for_url("**/unlock")

    inside.go_back()

    inside.wait_for_url("**/unlock")
    assert "Where it was seen" not in inside.inner_text("body")
    inside.go_forward()
    assert inside.url.endswith("/unlock")


def test_back_shows_nothing_after_leaving(inside: Page, closed_desk: Running) -> None:
    inside.goto(f"{closed_desk.place.origin}/cases")
    shift_three_times(inside)
    assert closed_desk.is_over.wait(60)

    inside.wait_for_load_state()
    with suppress(PlaywrightError):
        # Nobody answers any more.
        inside.go_back()

    expect(inside.get_by_text("Where it was seen")).to_have_count(0)


def _second_tab(context: BrowserContext, running: Running, path: str = "/settings") -> Page:
    tab = context.new_page()
    tab.goto(f"{running.place.origin}{path}")
    return tab


def test_leaving_in_one_tab_covers_the_others(inside: Page, closed_desk: Running) -> None:
    other = _second_tab(inside.context, closed_desk)
    _hang(inside)

    inside.click("button.leave", no_wait_after=True)

    # The program has not answered yet: the tabs told one another.
    other.wait_for_function("() => document.querySelector('main') === null")
    assert _is_blank(other)


def test_a_tab_in_another_browser_covers_itself_when_the_program_ends(
    inside: Page, chromium: Browser, closed_desk: Running
) -> None:
    with browsing(chromium) as context:
        other = context.new_page()
        other.goto(f"{closed_desk.place.origin}/#{closed_desk.desk.door.new_token()}")
        other.goto(f"{closed_desk.place.origin}/settings")

        closed_desk.client.post("/exit")

        other.wait_for_function("() => document.querySelector('main') === null")
        assert _is_blank(other)


def test_a_page_left_open_leads_to_the_passphrase_when_the_desk_is_locked(
    inside: Page, closed_desk: Running
) -> None:
    closed_desk.desk.lock()

    inside.wait_for_url("**/unlock")

    expect(inside.get_by_label("Passphrase").first).to_be_visible()


def test_who_types_is_not_taken_for_gone(inside: Page, closed_desk: Running) -> None:
    inside.goto(f"{closed_desk.place.origin}/where")
    noted = threading.Event()
    note = closed_desk.desk.note_request

    def told() -> None:
        note()
        noted.set()

    closed_desk.desk.note_request = told  # type: ignore[method-assign] # only listens
    inside.wait_for_timeout(2500)
    assert not noted.is_set()

    inside.type("input[name=folder]", "a")

    assert noted.wait(60)


def test_without_script_a_page_left_open_goes_to_rest(closed_desk: Running) -> None:
    closed_desk.enter()
    closed_desk.begin()
    closed_desk.post("/settings/rest", minutes="2")
    page = closed_desk.get("/settings").text

    assert '<noscript><meta http-equiv="refresh" content="120; url=/rest?quiet=1">' in page


@pytest.fixture
def hanging() -> Iterator[threading.Event]:
    go_on = threading.Event()
    yield go_on
    go_on.set()


def test_leaving_waits_for_no_page_that_hangs(desk: Running, hanging: threading.Event) -> None:
    begun = threading.Semaphore(0)

    def waits() -> bool:
        begun.release()
        hanging.wait(60)
        return False

    # Every thread that answers pages is taken; leaving has its own.
    desk.desk.lock_if_idle = waits  # type: ignore[method-assign] # stands for a page that hangs

    is_leaving = threading.Event()

    def ask() -> None:
        try:
            desk.client.get("/rest")
        except httpx.TransportError:
            # Some come when nobody is there any more.
            assert is_leaving.is_set()

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(45)]
    for thread in threads:
        thread.start()
    for _ in range(40):
        assert begun.acquire(timeout=60)

    is_leaving.set()
    answer = desk.client.post("/exit")

    assert answer.status_code == 200
    assert desk.is_over.is_set()
    hanging.set()
    for thread in threads:
        thread.join()


def test_the_file_that_is_opened_leads_in_and_leaves_no_token_in_the_address(
    chromium: Browser, closed_desk: Running, tmp_path: Path
) -> None:
    token = closed_desk.desk.door.new_token()
    file = tmp_path / "index.html"
    file.write_text(PAGE.format(address=f"{closed_desk.place.origin}/#{token}"), encoding="utf-8")
    with browsing(chromium) as context:
        page = context.new_page()
        sent: list[str] = []

        def note(asked: Request) -> None:
            sent.extend([asked.url.partition("#")[0], asked.headers.get("referer", "")])

        page.on("request", note)

        page.goto(file.as_uri())

        page.wait_for_selector("input[name=alone]")
        assert page.url == f"{closed_desk.place.origin}/"
        # A fragment stays in the browser; no address that was sent and no Referer holds it.
        assert len(sent) > 4
        assert [one for one in sent if token in one] == []
