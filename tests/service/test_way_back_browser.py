"""The person's page in a real browser: without a script, narrow, by the keyboard, in both words."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from benban.exchange.flood import FloodLimits
from benban.exchange.withdrawal import sign_withdrawal
from benban.model.shared_hash import HashState, hash_id
from benban.outside.browser_find import find_browser
from benban.outside.exchange_store.store import DatabaseStore
from benban.service.app import make_app
from benban.service.limits import Allowance
from benban.testing.clock import FakeClock
from benban.wiring_exchange import begin_process
from tests.contract.exchange_stores import OPERATOR, made_file
from tests.desk.browsing import TOO_WIDE, browsing
from tests.desk.test_access import FAULTS_ALONE, NARROWEST, SERIOUS, SMALL
from tests.service.exchange_client import SIGNING_KEY
from tests.service.office import fill
from tests.service.served import served
from tests.unit.exchange.shared import LOG_KEY, NOW

__all__ = ["made_file"]

# The one that answers among those of `fill`, and the leaf of its consent.
_ACTIVE, _LEAF = hash_id(0, 3), "3" * 64
_HEADINGS = {
    "other": "This file was not taken",
    "kept": "The file is taken and kept",
    "done": "It is taken back",
    "gone": "This hash was taken back before",
}


@pytest.fixture
def exchange_store(made_file: Path, tmp_path: Path) -> Iterator[DatabaseStore]:
    shutil.copy(made_file, tmp_path / "exchange.db")
    store = DatabaseStore(f"sqlite:///{tmp_path / 'exchange.db'}")
    fill(store)
    yield store
    store.close()


@pytest.fixture
def address(exchange_store: DatabaseStore) -> Iterator[str]:
    """Where the person is sent by the card of the exchange."""
    process = begin_process(
        exchange_store, signing_key=SIGNING_KEY, limits=FloodLimits(), clock=FakeClock(NOW)
    )
    with served(make_app(process, Allowance())) as origin:
        yield f"{origin}/v1/withdrawals"


@pytest.fixture
def file(exchange_store: DatabaseStore, tmp_path: Path) -> Path:
    """What benban wrote for the person."""
    process = begin_process(
        exchange_store, signing_key=SIGNING_KEY, limits=FloodLimits(), clock=FakeClock(NOW)
    )
    path = tmp_path / "tai-lieu-1a2b3c4d.json"
    path.write_bytes(sign_withdrawal(_LEAF, process.exchange, LOG_KEY))
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


def _faults(page: Page, name: str) -> list[tuple[str, ...]]:
    found = [
        (name, one["id"], one["nodes"][0]["html"])
        for one in Axe().run(page, options=FAULTS_ALONE).response["violations"]
        if one["impact"] in SERIOUS
    ]
    found += [(name, "small", str(one)) for one in page.evaluate(SMALL)]
    return found + [(name, "too wide")] * page.evaluate(TOO_WIDE)


def _kept(page: Page, name: str) -> None:
    # For whoever wants to look at them.
    if folder := os.environ.get("BENBAN_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"way-back-{name}.png", full_page=True)


def test_a_person_takes_their_hash_back_by_the_keyboard_and_without_a_script(
    chromium: Browser, address: str, file: Path, exchange_store: DatabaseStore
) -> None:
    with browsing(chromium, java_script_enabled=False, viewport=NARROWEST) as context:
        page = context.new_page()
        page.goto(address)
        field = page.get_by_label("Tệp rút")
        page.keyboard.press("Tab")
        is_first = field.evaluate("(one) => one === document.activeElement")
        field.set_input_files(file)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Đã rút lại").wait_for()
        told = page.locator("main").inner_text()
        where = page.url
    with exchange_store.within(OPERATOR) as work:
        now = work.hash_of(_ACTIVE)

    assert (is_first, where, now.state, now.pdq) == (True, address, HashState.TOMBSTONE, None)
    # Nothing of the file or of its name comes back.
    assert [one in told for one in (_LEAF, "tai-lieu-1a2b3c4d")] == [False, False]


@pytest.mark.parametrize("width", [320, 1280])
def test_everybody_can_read_and_use_what_the_page_says(
    chromium: Browser, address: str, file: Path, tmp_path: Path, width: int
) -> None:
    other = tmp_path / "other.json"
    other.write_bytes(b"{}")
    early = tmp_path / "early.json"
    early.write_bytes(file.read_bytes().replace(_LEAF.encode(), b"9" * 64))
    with browsing(chromium, viewport={"width": width, "height": 740}) as context:
        page = context.new_page()
        page.goto(address)
        found = _faults(page, "ask")
        _kept(page, f"{width}-ask")
        for name, sent in (("other", other), ("kept", early), ("done", file), ("gone", file)):
            page.goto(address)
            page.get_by_label("Withdrawal file").set_input_files(sent)
            page.get_by_role("button", name="Take it back").click()
            page.get_by_role("heading", name=_HEADINGS[name]).wait_for()
            found += _faults(page, name)
            _kept(page, f"{width}-{name}")

    assert found == [], found
