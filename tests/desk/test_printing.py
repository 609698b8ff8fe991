"""What a person prints: all that is read, nothing that is pressed, black on white."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, Page

from benban.casework.letters import LetterWishes, write_case_letter
from benban.notices.letter import Recipient, Wish
from benban.wording import Language, say
from tests.desk.browsing import browsing
from tests.desk.crawl import World, make_world
from tests.desk.rig import came_in, running_desk

SHEET = "/settings/sheet/{fresh}"
PRINTED = (
    *(SHEET, "/safe", "/young", "/help-now", "/c/{case}/plan"),
    *("/c/{case}/s/{sighting}/plan", "/c/{case}/n/{notice}", "/c/{case}/compare"),
)
# What nothing but paper shows: folded parts lie open there.
_WORDS = """() => {
  const main = document.querySelector("main").cloneNode(true);
  main.querySelectorAll(
    "form, nav, .actions, button, .button, img, script").forEach((one) => one.remove());
  const found = [];
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) found.push(...texts.currentNode.data.split(/\\s+/));
  return found.filter((one) => one !== "");
}"""
_PRESSED = """() => [...document.querySelectorAll(
  "button, .button, header *, footer *, nav *, .actions *, .skip")]
  .filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 80))"""
_COLOURED = """() => [...document.querySelectorAll("main, main *")]
  .filter((one) => one.checkVisibility() && one.textContent.trim() !== "")
  .map((one) => [getComputedStyle(one), one.outerHTML.slice(0, 60)])
  .filter(([style]) => style.color !== "rgb(0, 0, 0)"
    || !["rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"].includes(style.backgroundColor))
  .map(([style, html]) => [style.color, style.backgroundColor, html])"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_desk(tmp_path_factory.mktemp("desk") / "kho") as desk:
        desk.enter()
        yield make_world(desk)


@pytest.fixture(params=list(Language), ids=lambda one: one.value)
def paper(
    request: pytest.FixtureRequest, chromium: Browser, world: World
) -> Iterator[tuple[Page, Language]]:
    """A page that is seen as a printer sees it."""
    language = request.param
    world.desk.client.post("/language", data={"language": language.value, "back": "/"})
    with browsing(chromium) as context:
        came_in(context, world.desk)
        page = context.new_page()
        page.emulate_media(media="print")
        yield page, language


def _texts(pdf: bytes) -> str:
    program = shutil.which("pdftotext")
    assert program is not None
    done = subprocess.run(
        [program, "-", "-"], input=pdf, capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


def _one_line(text: str) -> str:
    """Return *text* without what a line's end changes: a long word goes on, a hyphen is lost."""
    return "".join(text.split()).replace("-", "")


def _printed(page: Page, world: World, pattern: str) -> bytes:
    answer = page.goto(world.desk.place.origin + pattern.format(**world.values))
    assert (pattern, answer is not None and answer.ok) == (pattern, True)
    return page.pdf(format="A4")


def test_a_printed_page_holds_all_that_is_read_and_nothing_that_is_pressed(
    paper: tuple[Page, Language], world: World, tmp_path: Path
) -> None:
    page, language = paper
    found: list[object] = []
    for number, pattern in enumerate(PRINTED):
        pdf = _printed(page, world, pattern)
        (tmp_path / f"{number}.{language.value}.pdf").write_bytes(pdf)
        text = _one_line(_texts(pdf))
        words = [_one_line(one) for one in page.evaluate(_WORDS)]
        found += [(pattern, "cut", one) for one in words if one not in text]
        found += [(pattern, "pressed", one) for one in page.evaluate(_PRESSED)]
        found += [(pattern, "coloured", *one) for one in page.evaluate(_COLOURED)]
        if _one_line(say(language, "desk.exit")) in text:
            found.append((pattern, "exit"))

    assert found == [], found


def test_the_sheet_with_the_code_is_one_page_that_holds_the_code_and_no_field(
    paper: tuple[Page, Language], world: World
) -> None:
    page, language = paper
    pdf = _printed(page, world, SHEET)

    text = "".join(_texts(pdf).split())
    code = "".join(page.inner_text(".code").split())
    keep = "".join(say(language, "desk.sheet.keep").split())
    assert (code in text, keep in text) == (True, True)
    assert page.locator("main input:visible").count() == 0
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 1


@pytest.mark.parametrize("language", list(Language), ids=lambda one: one.value)
def test_a_letter_on_paper_holds_all_its_words_and_nothing_of_the_pages(
    tmp_path: Path, language: Language
) -> None:
    with running_desk(tmp_path / "kho", language=language) as desk:
        desk.enter()
        case = desk.begin()
        wishes = [one.value for one in Wish]
        answer = desk.post(f"{case}/letter", to="school", wish=wishes, altered="yes")
        assert answer.headers["content-type"] == "application/pdf"
        (tmp_path / "letter.pdf").write_bytes(answer.content)
        chosen = LetterWishes(recipient=Recipient.SCHOOL, wishes=tuple(Wish), says_altered=True)
        with desk.desk.case(case.removeprefix("/c/")) as store:
            letter = write_case_letter(store, chosen, language, desk.desk.clock)

    text = _one_line(_texts(answer.content))
    whole = [_one_line(one) for one in (letter.title, *letter.paragraphs, letter.foot)]
    assert [one for one in whole if one not in text] == []
    assert _one_line(say(language, "desk.exit")) not in text
