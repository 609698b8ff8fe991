"""The guide in a real browser on a small screen, from a file, with and without its script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from benban.casework.make_guide import make_guide
from benban.guide import guide_files
from benban.outside.browser_find import find_browser
from benban.wording import Language
from tests.unit.remedies.scenes import CATALOGUE, NOW

PHONE = ViewportSize(width=360, height=740)
ADDRESS = "https://t.me/kenh_vi_du/12?comment=4#key"
AGES = ("adult-now", "adult-in-picture", "nobody-doubts")
PAGES = ("vi.html", "en.html", "vi-2.html", "en-2.html")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = guide_files(tuple(make_guide(CATALOGUE, one, NOW) for one in Language))
    target = tmp_path_factory.mktemp("guide")
    for name, content in made.items():
        (target / name).write_bytes(content)
    return target


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport=PHONE, locale="vi-VN") as context:
        yield context


class Opened:
    """One page of the guide, and everything that it asked for or complained about."""

    def __init__(self, context: BrowserContext, file: Path) -> None:
        self.page: Page = context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda line: self.said.append(line.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(file.as_uri())

    def choose(self, platform: str) -> None:
        place = self.page.locator("details.platform", has_text=platform).first
        place.locator("summary").click()
        place.locator("a.write").first.click()

    def answer(self, *, speech: str = "no", **other: str) -> None:
        given = dict.fromkeys((*AGES, "intimate"), "yes") | {"speech": speech}
        given |= {name.replace("_", "-"): value for name, value in other.items()}
        for name, value in given.items():
            box = self.page.locator(f'input[name="{name}"][value="{value}"]')
            if box.count():
                box.check()

    def fill(self) -> None:
        self.page.fill("#in-address", ADDRESS)
        self.page.fill("#in-name", "Mây")
        self.page.fill("#in-contact", "may@mail.example")

    @property
    def shown(self) -> list[str]:
        return [
            str(one.get_attribute("data-language"))
            for one in self.page.locator("article.text").all()
            if one.is_visible()
        ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_small_screen_and_asks_for_nothing(
    phone: BrowserContext, folder: Path, name: str
) -> None:
    opened = Opened(phone, folder / name)
    for place in opened.page.locator("details").all():
        place.locator("summary").click()

    assert opened.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert opened.asked == [(folder / name).as_uri()]
    assert opened.said == []
    assert opened.page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert phone.cookies() == []


@pytest.mark.parametrize("name", ["index.html", *PAGES])
def test_what_is_tapped_is_large_enough_for_a_finger(
    phone: BrowserContext, folder: Path, name: str
) -> None:
    opened = Opened(phone, folder / name)
    opened.page.evaluate("document.querySelectorAll('details').forEach((it) => it.open = true)")

    kinds = ("a", "button", "summary", "fieldset label", ".statements label")
    tapped = opened.page.locator(", ".join(f"{one}:visible" for one in kinds))
    told = tapped.evaluate_all("all => all.map((it) => [it.textContent, it.offsetHeight])")
    heights: dict[str, float] = dict(told)
    assert (len(heights) > 1, {one: px for one, px in heights.items() if px < 38}) == (True, {})


@pytest.mark.parametrize("name", PAGES)
def test_the_number_of_a_step_stands_inside_its_frame(
    phone: BrowserContext, folder: Path, name: str
) -> None:
    opened = Opened(phone, folder / name)
    room = "it => parseFloat(getComputedStyle(it).paddingLeft)"

    rooms = {one.evaluate(room) for one in opened.page.locator("details > .steps").all()}
    assert rooms
    assert min(rooms) > opened.page.locator("body").evaluate(
        "it => 1.9 * parseFloat(getComputedStyle(it).fontSize)"
    )


def test_a_report_is_copied_as_it_stands_once_it_is_complete(
    phone: BrowserContext, folder: Path
) -> None:
    phone.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = Opened(phone, folder / "vi.html")
    opened.choose("Telegram")
    assert opened.shown == []

    opened.answer()
    assert sorted(opened.shown) == ["en", "vi"]
    text = opened.page.locator("article.text.chosen[data-language=vi]")
    copy = text.locator("button.copy")
    opened.fill()
    assert copy.is_disabled()
    for box in text.locator(".statements input").all():
        box.check()
    copy.click()

    copied = opened.page.evaluate("navigator.clipboard.readText()")
    assert copied == text.locator("pre").text_content()
    assert ADDRESS in copied.splitlines()
    assert ("Mây" in copied, "....." in copied, "⟦" in copied) == (True, False, False)


@pytest.mark.parametrize("question", AGES)
@pytest.mark.parametrize("answer", ["no", "unsure"])
def test_no_text_is_shown_unless_all_three_age_answers_are_yes(
    phone: BrowserContext, folder: Path, question: str, answer: str
) -> None:
    opened = Opened(phone, folder / "en.html")
    opened.choose("Telegram")
    opened.answer(**{question: answer})

    assert opened.shown == []
    assert opened.page.locator('[data-stop="minor"] a').is_visible()


@pytest.mark.parametrize("speech", ["yes", "unsure"])
def test_what_may_be_somebodys_speech_gets_no_text(
    phone: BrowserContext, folder: Path, speech: str
) -> None:
    opened = Opened(phone, folder / "vi.html")
    opened.choose("Telegram")
    opened.answer(speech=speech)

    assert opened.shown == []
    assert opened.page.locator('[data-stop="speech"]').is_visible()


def test_the_page_for_under_18_gives_its_own_text_and_asks_no_age(
    phone: BrowserContext, folder: Path
) -> None:
    opened = Opened(phone, folder / "vi-2.html")
    opened.choose("Telegram")
    opened.answer()

    assert sorted(opened.shown) == ["en", "vi"]
    assert opened.page.locator('input[name="adult-now"]').count() == 0


def test_leaving_takes_the_page_out_of_the_way_back(phone: BrowserContext, folder: Path) -> None:
    opened = Opened(phone, folder / "vi.html")
    page = opened.page
    # As somebody goes who reads first.
    page.locator('#start a[href="#what"]').click()
    page.locator('#what a[href="#threat"]').click()
    page.locator('#what a[href$=".html"]').click()
    page.wait_for_url("**/vi-2.html")
    page.locator('#start a[href="#steps"]').click()
    page.fill("#in-address", ADDRESS)
    page.locator("#leave").click()
    page.wait_for_url("about:blank")
    page.go_back()

    assert page.url == "about:blank"
    assert page.content().count("<") < 10


def test_moving_about_changes_no_address(phone: BrowserContext, folder: Path) -> None:
    page = Opened(phone, folder / "vi.html").page
    page.locator('#start a[href="#not-alone"]').click()
    place = page.locator("#not-alone").bounding_box()

    assert page.url == (folder / "vi.html").as_uri()
    assert page.evaluate("history.length") == 2  # the empty page and this one
    assert place is not None
    assert 0 <= place["y"] < PHONE["height"] / 2
    assert page.evaluate("document.activeElement.id") == "not-alone"


def test_what_was_typed_is_gone_when_the_page_is_opened_again(
    phone: BrowserContext, folder: Path
) -> None:
    opened = Opened(phone, folder / "vi.html")
    opened.fill()
    opened.page.goto((folder / "en.html").as_uri())
    opened.page.go_back()

    values = [opened.page.input_value(f"#in-{one}") for one in ("address", "name", "contact")]
    assert values == ["", "", ""]


def test_without_script_every_text_can_be_read_and_filled_in_by_hand(
    browser: Browser, folder: Path
) -> None:
    with browser.new_context(viewport=PHONE, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((folder / "vi.html").as_uri())
        texts = page.locator("article.text pre").all()

        assert len(texts) > 4
        assert all(one.is_visible() for one in texts)
        # Instead of the age questions, which nobody evaluates now.
        aside = page.locator("#texts noscript")
        assert "18" in aside.inner_text()
        assert aside.locator('a[href="vi-2.html"]').is_visible()


def test_the_printed_sheet_says_nothing_of_what_it_is_about(
    phone: BrowserContext, folder: Path
) -> None:
    opened = Opened(phone, folder / "vi.html")
    # As on a telephone: it returns at once, and the paper is drawn afterwards.
    opened.page.evaluate("window.print = function () {}")
    opened.page.locator("#print").click()
    opened.page.emulate_media(media="print")

    shown = opened.page.locator("body").inner_text()
    assert "Địa chỉ" in shown
    assert not any(word in shown for word in ("hình", "Telegram", "gỡ", "công an"))
