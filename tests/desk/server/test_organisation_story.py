"""From the first administrator to a colleague who sees nothing: in a real browser, over TLS."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from benban.outside.browser_find import find_browser
from tests.desk.browsing import browsing
from tests.desk.server.rig import ORIGIN, PASSPHRASE, RunningServer
from tests.desk.server.tls import tls_before


def _entered_first(page: Page, name: str, code: str) -> None:
    page.goto(ORIGIN)
    assert page.get_by_text("We report what the law makes us report.").is_visible()
    page.get_by_role("link", name="I come in for the first time").click()
    page.get_by_label("Your name here").fill(name)
    page.get_by_label("The code you were given").fill(code)
    for field in page.locator('input[type="password"]').all():
        field.fill(PASSPHRASE)
    page.get_by_role("button", name="Go on").click()
    groups = page.locator(".code").inner_text().split("-")
    for field in page.locator('input[name^="group-"]').all():
        at = int((field.get_attribute("name") or "").removeprefix("group-"))
        field.fill(groups[at - 1])
    page.get_by_role("button", name="Go on").click()
    page.locator('input[name="word"]').fill("phở")
    page.locator("button.word").click()


@pytest.fixture
def chromium_at(server: RunningServer, tmp_path: Path) -> Iterator[Browser]:
    with tls_before(server.port, server.host, tmp_path) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()),
            args=["--no-sandbox", f"--host-resolver-rules=MAP {server.host} 127.0.0.1:{port}"],
        )
        yield browser
        browser.close()


def test_a_caseworker_comes_in_and_a_colleague_sees_nothing_of_their_case(
    server: RunningServer, chromium_at: Browser
) -> None:
    codes = {name: server.code_for(name) for name in ("Lan", "Hoa")}
    wishes = {"ignore_https_errors": True}
    with browsing(chromium_at, **wishes) as lans, browsing(chromium_at, **wishes) as hoas:
        lan, hoa = lans.new_page(), hoas.new_page()
        _entered_first(lan, "Lan", codes["Lan"])
        lan.wait_for_url(f"{ORIGIN}/begin")
        lan.get_by_role("button", name="Open").first.click()
        lan.wait_for_url(f"{ORIGIN}/c/**")
        case = lan.url.partition("/people")[0]

        _entered_first(hoa, "Hoa", codes["Hoa"])
        hoa.wait_for_url(f"{ORIGIN}/begin")
        refused = hoa.goto(case)
        cookies = {one["name"]: one for one in lans.cookies()}

        assert refused is not None
        assert refused.status == 404
        assert cookies["__Host-k"]["secure"]
        assert cookies["__Host-k"]["sameSite"] == "Strict"
        assert lan.goto(case) is not None
        lan.locator("form[data-leave] button.leave").click()
        lan.wait_for_function("document.body === null || document.body.childElementCount === 0")
        assert hoa.goto(f"{ORIGIN}/settings").status == 200  # type: ignore[union-attr] # a page was asked
