"""From the first administrator to a colleague who sees nothing: in a real browser, over TLS."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from benban.desk.server.second import PasskeyOrCode
from benban.outside.browser_find import find_browser
from benban.testing.clock import FakeClock
from tests.desk.browsing import browsing
from tests.desk.server.rig import (
    ADMINISTRATOR,
    ORIGIN,
    PASSPHRASE,
    RunningServer,
    running_server,
)
from tests.desk.server.tls import tls_before
from tests.unit.desk.second.people import NOW, code_at

_PATIENCE_MS = 180_000


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def server(tmp_path: Path, clock: FakeClock) -> Iterator[RunningServer]:
    factor = PasskeyOrCode(clock)
    with running_server(tmp_path / "chung", clock=clock, factor=factor) as running:
        yield running


@pytest.fixture
def chromium_at(server: RunningServer, tmp_path: Path) -> Iterator[Browser]:
    with tls_before(server.port, server.host, tmp_path) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()),
            args=["--no-sandbox", f"--host-resolver-rules=MAP {server.host} 127.0.0.1:{port}"],
        )
        yield browser
        browser.close()


@contextmanager
def _window(chromium: Browser) -> Iterator[Page]:
    with browsing(chromium, ignore_https_errors=True) as context:
        # Passphrases and invitations cost as much as the computer bears.
        context.set_default_timeout(_PATIENCE_MS)
        yield context.new_page()


def _go_on(page: Page) -> None:
    page.get_by_role("button", name="Go on").click()


def _gave_passphrase(page: Page, name: str) -> None:
    page.goto(ORIGIN)
    page.get_by_label("Your name here").fill(name)
    page.locator('input[name="passphrase"]').fill(PASSPHRASE)
    _go_on(page)


def _read_duty(page: Page) -> None:
    page.wait_for_url(f"{ORIGIN}/duty")
    assert page.get_by_text("We report what the law makes us report.").is_visible()
    _go_on(page)


def _set_up_app(page: Page, clock: FakeClock) -> bytes:
    """Return the key that the page shows, once a code of it was shown in turn."""
    page.get_by_role("link", name="Code from an app").click()
    page.get_by_text("Type the key instead").click()
    key = base64.b32decode(page.locator(".code").inner_text().replace(" ", ""))
    page.locator('input[name="code"]').fill(code_at(key, clock))
    page.get_by_role("button", name="Done").click()
    page.wait_for_url(lambda url: "/second/" not in url)
    return key


def _administrator_in(page: Page, clock: FakeClock) -> None:
    _gave_passphrase(page, ADMINISTRATOR)
    _read_duty(page)
    _set_up_app(page, clock)


def _invite(page: Page, name: str) -> str:
    """Return the code that the administrator's page shows, and let it be passed on."""
    page.goto(f"{ORIGIN}/people")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Name for coming in").fill(name)
    page.locator('input[name="role"][value="caseworker"]').check()
    page.get_by_role("button", name="Make a code").click()
    page.wait_for_url(f"{ORIGIN}/people/invited/*")
    code = page.locator(".code").inner_text()
    page.get_by_role("button", name="It is passed on").click()
    page.wait_for_url(f"{ORIGIN}/people")
    return code


def _come_in_first(page: Page, name: str, code: str, clock: FakeClock) -> bytes:
    page.goto(ORIGIN)
    assert page.get_by_text("We report what the law makes us report.").is_visible()
    page.get_by_role("link", name="I come in for the first time").click()
    page.get_by_label("Your name here").fill(name)
    page.get_by_label("The code you were given").fill(code)
    for field in page.locator('input[type="password"]').all():
        field.fill(PASSPHRASE)
    _go_on(page)
    page.wait_for_url(f"{ORIGIN}/first/sheet")
    groups = page.locator(".code").inner_text().split("-")
    for field in page.locator('input[name^="group-"]').all():
        at = int((field.get_attribute("name") or "").removeprefix("group-"))
        field.fill(groups[at - 1])
    _go_on(page)
    _read_duty(page)
    return _set_up_app(page, clock)


def _leave(page: Page) -> None:
    page.locator("form[data-leave] button.leave").click()
    page.wait_for_function("document.body === null || document.body.childElementCount === 0")


def _wrong_code(key: bytes, clock: FakeClock) -> str:
    near = {code_at(key, clock, offset) for offset in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


def _show_code(page: Page, code: str) -> None:
    page.locator('input[name="code"]').fill(code)
    page.get_by_role("button", name="Enter").click()


def _status(page: Page, path: str) -> int:
    answer = page.goto(f"{ORIGIN}{path}")
    assert answer is not None
    return answer.status


def test_a_caseworker_comes_in_and_a_colleague_sees_nothing_of_their_case(
    chromium_at: Browser, clock: FakeClock
) -> None:
    with _window(chromium_at) as admin:
        _administrator_in(admin, clock)
        codes = {name: _invite(admin, name) for name in ("Lan", "Hoa")}
    with _window(chromium_at) as lan, _window(chromium_at) as hoa:
        _come_in_first(lan, "Lan", codes["Lan"], clock)
        lan.wait_for_url(f"{ORIGIN}/begin")
        lan.get_by_role("button", name="Open").first.click()
        lan.wait_for_url(f"{ORIGIN}/c/**")
        case = lan.url.partition("/people")[0].removeprefix(ORIGIN)
        _come_in_first(hoa, "Hoa", codes["Hoa"], clock)
        hoa.wait_for_url(f"{ORIGIN}/begin")
        cookies = {one["name"]: one for one in lan.context.cookies()}

        assert cookies["__Host-k"]["secure"]
        assert cookies["__Host-k"]["sameSite"] == "Strict"
        assert (_status(lan, case), _status(hoa, case)) == (200, 404)
        _leave(lan)
        assert _status(hoa, "/settings") == 200


def test_who_was_invited_comes_in_again_by_the_app_and_by_no_wrong_or_used_code(
    chromium_at: Browser, clock: FakeClock
) -> None:
    with _window(chromium_at) as admin, _window(chromium_at) as lan:
        _administrator_in(admin, clock)
        key = _come_in_first(lan, "Lan", _invite(admin, "Lan"), clock)
        _leave(lan)

        _gave_passphrase(lan, "Lan")
        lan.wait_for_url(f"{ORIGIN}/second/check")
        for code, said in (
            (_wrong_code(key, clock), "BB-030"),
            # The one by which the app was set up.
            (code_at(key, clock), "BB-031"),
        ):
            _show_code(lan, code)
            lan.get_by_text(said).wait_for()
            assert _status(lan, "/settings") == 404
            lan.goto(f"{ORIGIN}/second/check")
        clock.advance(30)
        _show_code(lan, code_at(key, clock))
        lan.wait_for_url(f"{ORIGIN}/begin")

        assert _status(lan, "/settings") == 200
