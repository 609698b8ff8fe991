"""The exchange's pages in a real browser: without a script, narrow, in both languages."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from benban.model.shared_hash import HashState, hash_id
from benban.outside.browser_find import find_browser
from benban.service.pages.app import PAGES
from tests.contract.exchange_stores import OPERATOR, made_file
from tests.desk.browsing import TOO_WIDE, browsing
from tests.desk.test_access import FAULTS_ALONE, NARROWEST, SERIOUS, SMALL
from tests.service.office import Office, office

__all__ = ["made_file"]

_SMALL = SMALL.replace("footer a,", "footer a, nav a,")
_OPENED = "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"
_READ = tuple(one.path for one in PAGES if one.method == "GET" and one.roles)


@pytest.fixture(scope="module")
def running(made_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(made_file, tmp_path_factory.mktemp("office")) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


def _enter(page: Page, running: Office, subject: str, words: str) -> None:
    running.provider.subject = subject
    page.goto(f"{running.origin}/office/")
    page.get_by_role("link", name=words).click()
    page.wait_for_url(f"{running.origin}/office/")


def _faults(page: Page, name: str) -> list[tuple[str, ...]]:
    found = [
        (name, one["id"], one["nodes"][0]["html"])
        for one in Axe().run(page, options=FAULTS_ALONE).response["violations"]
        if one["impact"] in SERIOUS
    ]
    found += [(name, "small", str(one)) for one in page.evaluate(_SMALL)]
    return found + [(name, "too wide")] * page.evaluate(TOO_WIDE)


def test_two_people_release_a_hash_in_a_browser_without_scripts(
    chromium: Browser, running: Office
) -> None:
    wishes = {"java_script_enabled": False, "locale": "en-GB"}
    with browsing(chromium, **wishes) as first, browsing(chromium, **wishes) as second:
        an, binh = first.new_page(), second.new_page()
        _enter(an, running, "an@here", "Go to the identity provider")
        an.get_by_role("link", name="Held hashes").first.click()
        an.get_by_role("button", name="Propose: Release a held hash").click()
        own = an.get_by_role("button", name="Agree").count()
        _enter(binh, running, "binh@here", "Go to the identity provider")
        binh.get_by_role("link", name="Proposals").first.click()
        binh.get_by_role("button", name="Agree, and do it").click()
        done = binh.get_by_role("status").inner_text()
        binh.get_by_role("button", name="Leave").click()
        binh.goto(f"{running.origin}/office/members")
        left = binh.url
    with running.process.store.within(OPERATOR) as work:
        released = work.hash_of(hash_id(0, 1)).state

    assert (own, done) == (0, "Agreed, and done.")
    assert (released, left) == (HashState.QUARANTINE, f"{running.origin}/office/enter")


@pytest.mark.parametrize(
    ("locale", "words"),
    [("vi-VN", "Đến nơi xác nhận danh tính"), ("en-GB", "Go to the identity provider")],
)
def test_everybody_can_read_and_use_every_page_on_a_narrow_screen(
    chromium: Browser, running: Office, locale: str, words: str
) -> None:
    with browsing(chromium, viewport=NARROWEST, locale=locale) as context:
        page = context.new_page()
        page.goto(f"{running.origin}/office/enter")
        found = _faults(page, "enter")
        _enter(page, running, "an@here", words)
        page.goto(f"{running.origin}/office/members")
        page.locator("input[name=name]").fill("Tổ chức bạn đồng hành " * 3)
        page.locator("form:has(input[name=name]) button").click()
        for path in _READ:
            page.goto(f"{running.origin}/office{path}")
            page.evaluate(
                "() => document.querySelectorAll('details').forEach((d) => d.open = true)"
            )
            found += _faults(page, path)
            _kept(page, f"{locale}{path.replace('/', '-')}")
        page.goto(f"{running.origin}/office/planted")
        page.locator("main form button").click()
        found += _faults(page, "tried")
        _kept(page, f"{locale}-tried")
        page.goto(f"{running.origin}/office/audit?of=nobody")
        found += _faults(page, "error")
        page.locator("button[lang=en]" if locale == "vi-VN" else "button[lang=vi]").click()
        language = page.locator("html").get_attribute("lang")

    assert found == [], found
    assert language == ("en" if locale == "vi-VN" else "vi")


def _kept(page: Page, name: str) -> None:
    # For whoever wants to look at them.
    if folder := os.environ.get("BENBAN_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"office-{name}.png", full_page=True)
