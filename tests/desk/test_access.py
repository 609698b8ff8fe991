"""Whoever sees, hears or moves otherwise can use every page (research B5 108 to 111, 118)."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from benban.wording import Language
from tests.desk.browsing import TOO_WIDE, browsing
from tests.desk.crawl import World, audited, make_world
from tests.desk.rig import ADULT, Running, came_in, running_desk

_SNAPSHOTS = Path(__file__).parent / "snapshots"
# BENBAN_SNAPSHOTS=write ./run test tests/desk/test_access.py writes them anew.
_WRITES = os.environ.get("BENBAN_SNAPSHOTS") == "write"
SERIOUS = frozenset({"serious", "critical"})
_NO_PAGES = frozenset({"/here", "/rest"})
_PLAIN = ("/", "/not-alone", "/leaving", "/safe", "/what", "/age", "/young", "/where", "/help-now")
_MAILBOX = {
    "host": "thu.vi-du.example",
    "port": "465",
    "security": "tls",
    "user": "may",
    "sender": "may@thu.example",
    "roots": "",
}
_IN_CASE = (
    *("{case}", "{case}/add", "{case}/add/link", "{sighting}", "{notice}"),
    *("{notice}/send", "{notice}/mail", "{case}/timeline", "{case}/dossier", "{case}/compare"),
    *("{case}/audit", "{case}/audit/sort", "{case}/audit/list", "{case}/audit/print"),
)
# Ids, digests, days, times, the size of a mail, and this computer's own folder.
_VOLATILE = (
    re.compile(r"\b\d{4}-\d{2}-\d{2}\b"),
    re.compile(r"\d+(?= bytes?\b)"),
    re.compile(r"\b(?:case|sig|not|exh|find|res|obs|cap)-[0-9a-f]{8,}"),
    re.compile(r"\b[0-9a-f]{16,}\b"),
    re.compile(r"\d{2}/\d{2}/\d{4}(?: \d{2}:\d{2} \([+-]\d{2}:\d{2}\))?"),
)
# A finger: WCAG 2.2, 2.5.5. Words inside a sentence are excepted there.
SMALL = """() => [...document.querySelectorAll(
    "button, .button, .choice, .actions a, .help-now, .list a, footer a, summary, textarea, "
    + "select, input:not([type=hidden], [type=radio], [type=checkbox])")]
  .filter((one) => one.offsetParent !== null && !one.closest(".skip-form, .skip"))
  .map((one) => [one.outerHTML.slice(0, 60), one.getBoundingClientRect().height])
  .filter(([, height]) => height < 43.5)"""
# What 400 % of a screen of 1280 px leaves: WCAG 2.2, 1.4.10.
NARROWEST: ViewportSize = {"width": 320, "height": 740}
# Nobody reads what was found right: to list it takes half of the time.
FAULTS_ALONE = {"resultTypes": ["violations"]}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_desk(tmp_path_factory.mktemp("desk") / "kho") as desk:
        desk.enter()
        yield make_world(desk)


@pytest.fixture(scope="module")
def inside(chromium: Browser, world: World) -> Iterator[BrowserContext]:
    with browsing(chromium, viewport=NARROWEST, reduced_motion="reduce") as context:
        came_in(context, world.desk)
        yield context


def _speak(world: World, language: Language) -> None:
    world.desk.client.post("/language", data={"language": language.value, "back": "/"})


def _visited(page: Page, world: World) -> Iterator[str]:
    for pattern, path in world.paths():
        answer = world.desk.get(path)
        is_page = answer.headers.get("content-type", "text/html").startswith("text/html")
        if pattern in _NO_PAGES or not is_page or "content-disposition" in answer.headers:
            # The program's own question, a picture, or a file to save.
            continue
        page.goto(f"{world.desk.place.origin}{path}")
        yield pattern


@pytest.mark.parametrize("language", list(Language), ids=lambda one: one.value)
def test_no_page_has_a_serious_fault_or_a_small_target_on_a_phone(
    inside: BrowserContext, world: World, language: Language
) -> None:
    _speak(world, language)
    page = inside.new_page()
    found: list[object] = []
    for pattern in _visited(page, world):
        assert page.locator("main").count() == 1, pattern
        result = Axe().run(page, options=FAULTS_ALONE).response
        found += [
            (pattern, one["id"], one["nodes"][0]["html"])
            for one in result["violations"]
            if one["impact"] in SERIOUS
        ]
        found += [(pattern, "small", *one) for one in page.evaluate(SMALL)]
        found += [(pattern, "too wide")] * page.evaluate(TOO_WIDE)
    page.close()

    assert found == [], found


@pytest.mark.long
@pytest.mark.parametrize("language", list(Language), ids=lambda one: one.value)
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_page_has_a_serious_fault_at_other_widths(
    chromium: Browser, world: World, language: Language, width: int
) -> None:
    _speak(world, language)
    with browsing(chromium, viewport={"width": width, "height": 740}) as context:
        came_in(context, world.desk)
        page = context.new_page()
        found: list[object] = []
        for pattern in _visited(page, world):
            result = Axe().run(page, options=FAULTS_ALONE).response
            found += [
                (pattern, one["id"]) for one in result["violations"] if one["impact"] in SERIOUS
            ]
            found += [(pattern, "too wide")] * page.evaluate(TOO_WIDE)

    assert found == [], found


@pytest.mark.parametrize("language", list(Language), ids=lambda one: one.value)
def test_what_a_screen_reader_is_told_is_as_written_down(
    chromium: Browser, tmp_path: Path, language: Language
) -> None:
    with running_desk(tmp_path / "kho", language=language) as desk:
        desk.enter()
        with browsing(chromium) as context:
            came_in(context, desk)
            page = context.new_page()
            told = []
            for path in _PLAIN:
                page.goto(f"{desk.place.origin}{path}")
                told.append(f"# {path}\n{page.locator('body').aria_snapshot()}\n")
    text = "\n".join(told)

    assert text == _written_down("first-steps", language, text)


def _written_down(name: str, language: Language, text: str) -> str:
    """Return what the snapshot holds; after it was written anew when that was asked for."""
    file = _SNAPSHOTS / f"{name}.{language.value}.txt"
    if _WRITES:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", list(Language), ids=lambda one: one.value)
def test_what_a_screen_reader_is_told_in_a_case_is_as_written_down(
    chromium: Browser, tmp_path: Path, language: Language
) -> None:
    with running_desk(tmp_path / "kho", language=language) as desk:
        desk.enter()
        values = _signed(desk)
        with browsing(chromium) as context:
            came_in(context, desk)
            page = context.new_page()
            told = []
            for pattern in _IN_CASE:
                path = pattern.format(**values)
                page.goto(f"{desk.place.origin}{path}")
                assert page.url.endswith(path)
                told.append(f"# {pattern}\n{page.locator('main').aria_snapshot()}\n")
    text = "\n".join(told).replace(str(tmp_path), "…").replace(f": {Path.home()}\n", ": …\n")
    for volatile in _VOLATILE:
        text = volatile.sub("…", text)

    assert text == _written_down("case", language, text)


def _signed(desk: Running) -> dict[str, str]:
    """Sign a text that can go from the person's own mailbox; return what stands in its paths."""
    case = desk.begin()
    told = {"address": "https://t.me/kenh_vi_du/55?comment=7", "kind": "published"}
    age = desk.post(f"{case}/add/link", **told).headers["location"]
    desk.post(age, **ADULT)
    sighting = age.removesuffix("/age")
    answers = {"intimate": "yes", "speech": "no"}
    notice = desk.post(f"{sighting}/write/telegram-2", **answers).headers["location"]
    statements = re.findall(r'name="statement" value="([^"]+)"', desk.get(notice).text)
    signature = {"name": "Mây", "contact": "may@thu.example"}
    desk.post(f"{notice}/sign", **signature, statement=statements)
    desk.post("/settings/mail", **_MAILBOX)
    audited(desk, case)
    return {"case": case, "sighting": sighting, "notice": str(notice)}


def _press_to(page: Page, selector: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(selector)


def test_the_first_steps_go_by_the_keyboard_alone(phone: Page) -> None:
    _press_to(phone, "input[name=alone]")
    phone.keyboard.press("Space")
    _press_to(phone, "main button")
    phone.keyboard.press("Enter")
    for path in ("/leaving", "/safe"):
        phone.wait_for_url(f"**{path}")
        _press_to(phone, "main a.button")
        phone.keyboard.press("Enter")
    phone.wait_for_url("**/what")
    _press_to(phone, "input[name=kind]")
    phone.keyboard.press("ArrowDown")
    _press_to(phone, "main button")
    phone.keyboard.press("Enter")

    phone.wait_for_url("**/age")
    assert phone.locator("input:checked").count() == 0


def test_the_first_steps_go_without_script(chromium: Browser, closed_desk: Running) -> None:
    with browsing(chromium, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{closed_desk.place.origin}/")
        page.fill("input[name=code]", closed_desk.desk.door.new_code())
        page.click("button")
        page.check("input[name=alone][value=yes]")
        page.click("main button")
        page.click("main a.button")
        page.click("main a.button")
        page.check("input[name=kind][value=threatened]")
        page.click("main button")
        page.click("main button")
        page.check("input[name=where][value=here]")
        page.click("main button")

        assert page.url.endswith("/passphrase")


def test_focus_is_seen_and_nothing_moves_for_who_wants_no_motion(
    inside: BrowserContext, world: World
) -> None:
    page = inside.new_page()
    page.goto(f"{world.desk.place.origin}/settings")
    _press_to(page, "main input")
    outline, behaviour = page.evaluate(
        """() => [getComputedStyle(document.activeElement).outlineWidth,
                  getComputedStyle(document.documentElement).scrollBehavior]"""
    )
    page.close()

    assert (outline, behaviour) == ("3px", "auto")


def test_the_page_of_work_that_is_over_does_not_come_anew_under_the_focus(
    inside: BrowserContext, world: World
) -> None:
    page = inside.new_page()
    page.goto(f"{world.desk.place.origin}/jobs/{world.values['job']}")
    _press_to(page, "main p a.button")
    # Longer than the page waits between two looks at work that goes on.
    page.wait_for_timeout(2500)
    is_there = page.evaluate("() => document.activeElement.matches('main p a.button')")
    page.close()

    assert is_there


def test_a_printed_page_holds_its_text_and_no_controls(
    inside: BrowserContext, world: World
) -> None:
    page = inside.new_page()
    page.goto(f"{world.desk.place.origin}/help-now")
    page.emulate_media(media="print")
    seen = page.evaluate(
        """() => ["header", "footer", "main"].map(
            (one) => document.querySelector(one).offsetHeight > 0)"""
    )
    page.close()

    assert seen == [False, False, True]


def test_no_snapshot_holds_an_id_of_a_case() -> None:
    files = sorted(_SNAPSHOTS.glob("*.txt"))

    assert len(files) == 2 * len(Language)
    assert [one for one in files if re.search(r"case-[0-9a-f]", one.read_text("utf-8"))] == []
