"""Desks for tests: one that listens and was entered, and a real browser before it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from benban.outside.browser_find import find_browser
from tests.desk.browsing import browsing
from tests.desk.rig import Running, running_desk
from tests.kept_fences import KeptFences

# As long as a click waits on a busy computer, and longer: five seconds are Playwright's own.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="module", autouse=True)
def _loaded_fences(kept_fences: KeptFences) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("benban.outside.fence.Fence", kept_fences.opened)
        yield


@pytest.fixture
def closed_desk(tmp_path: Path) -> Iterator[Running]:
    """A desk that nobody came into yet."""
    with running_desk(tmp_path / "kho") as running:
        yield running


@pytest.fixture
def desk(closed_desk: Running) -> Running:
    """A desk whose client has the cookie; no vault is made yet."""
    closed_desk.enter()
    return closed_desk


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of this computer; while it is held, this thread can start no other."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser, closed_desk: Running) -> Iterator[Page]:
    """A page on a narrow screen that came in by the start address."""
    with browsing(chromium, viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(f"{closed_desk.place.origin}/#{closed_desk.desk.door.new_token()}")
        page.wait_for_selector("main")
        yield page
