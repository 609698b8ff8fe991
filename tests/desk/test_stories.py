"""Whole stories in a real browser, in both languages, with and without script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from benban.model.custody import EventKind
from benban.model.remedy import Notice, NoticeState
from benban.model.sighting import Sighting
from benban.testing.pictures import (
    Subject,
    draw_example,
    encode_jpeg,
    make_fake,
)
from benban.testing.platform import CHANNEL, PlatformSimulator
from benban.wording import Language, say
from tests.desk.browsing import browsing
from tests.desk.person import Person
from tests.desk.rig import ADULT, PASSPHRASE, Running
from tests.path.loopback import HERE, browser_on_loopback
from tests.verifier.kept import verified

OPENED_BROWSER = "benban.desk.routes.address.opened_browser"
WAYS = [
    (Language.VI, True),
    (Language.EN, False),
    pytest.param((Language.VI, False), marks=pytest.mark.long),
    pytest.param((Language.EN, True), marks=pytest.mark.long),
]
# With a script and in Vietnamese, test_keyboard goes the whole way.
WHOLE_WAYS = [pytest.param(WAYS[0], marks=pytest.mark.long), *WAYS[1:]]
SCENE = draw_example(Subject.STATUE, seed=7, width_px=640, height_px=480)


def _named(way: tuple[Language, bool]) -> str:
    return f"{way[0].value}-{'' if way[1] else 'no-'}script"


@pytest.fixture(params=WAYS, ids=_named)
def person(
    request: pytest.FixtureRequest, chromium: Browser, closed_desk: Running
) -> Iterator[Person]:
    language, has_script = request.param
    narrow = {"width": 360, "height": 740}
    with browsing(chromium, viewport=narrow, java_script_enabled=has_script) as context:
        someone = Person(context.new_page(), closed_desk, language, has_script=has_script)
        someone.come_in()
        yield someone


def keep_proof(person: Person, number: int, site: PlatformSimulator) -> None:
    """Add the address of a post and let the program keep proof of it."""
    person.follow("/add")
    person.follow("/add/link")
    address = f"http://{HERE}:{site.port}/{CHANNEL}/{number}"
    person.page.fill("input[name=address]", address)
    person.choose(kind="published")
    person.choose(**ADULT)
    person.choose(visit="now")
    person.wait_for_work()
    assert "/s/" in person.page.url
    assert person.page.locator("main img").count() == 0


def send_a_notice(person: Person) -> None:
    """Write the first text that the plan offers, sign it, and say that it was sent."""
    page = person.page
    person.follow("/plan")
    page.locator("main a[href*='/write/']").first.click()
    person.choose(intimate="yes", speech="no")
    page.fill("input[name=name]", "M. N.")
    page.fill("input[name=contact]", "hop-thu@mail.example")
    for box in page.query_selector_all("input[name=statement]"):
        box.check()
    page.click("form[action$='/sign'] button")
    page.click("form[action$='/sent'] button")


def compare(person: Person, photo: Path) -> None:
    """Add a photo of one's own and compare with it."""
    page = person.page
    person.follow("/photos")
    page.fill("input[name=declaration]", say(person.language, "cli.original.declaration"))
    page.set_input_files("input[type=file]", photo)
    page.click("main form button")
    person.wait_for_work()
    person.follow("/compare")
    page.click("form[action$='/compare'] button")
    person.wait_for_work()
    assert person.reads("desk.compare.not-shown")


def take_dossier(person: Person, folder: Path) -> str:
    """Have a dossier with everything written into *folder*; return a receipt for it."""
    page = person.page
    person.follow("/dossier")
    assert page.locator("main input:checked").count() == 0
    page.fill("input[name=folder]", str(folder))
    answers = {"for": "lawyer", "which": "all", "stamp": "no", "comparison": "yes"}
    person.choose(**answers, languages=person.language.value)
    page.click("form[action$='/make'] button:not([formaction])")
    person.wait_for_work()
    person.follow("/receipt")
    page.click("form[action$='/receipt'] button")
    return page.inner_text("pre")


@pytest.mark.parametrize("person", WHOLE_WAYS, indirect=True, ids=_named)
def test_from_the_first_start_to_a_dossier_in_hand(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = person.open_case("published", **ADULT)
    home = f"{person.desk.place.origin}{case}"
    photo = tmp_path / "anh.jpg"
    photo.write_bytes(encode_jpeg(SCENE))
    with PlatformSimulator() as site:
        number = site.post(make_fake(SCENE, seed=7).jpeg, "bài").number
        monkeypatch.setattr(OPENED_BROWSER, browser_on_loopback(site.port))
        keep_proof(person, number, site)
    send_a_notice(person)
    person.page.goto(home)
    compare(person, photo)
    person.page.goto(home)
    receipt = take_dossier(person, tmp_path)

    (written,) = tmp_path.glob("tai-lieu-*.zip")
    report = verified(written, receipt.encode(), ())
    assert [one.name for one in report.checks if one.result.value == "FAIL"] == []
    with person.desk.desk.case(case.removeprefix("/c/")) as store:
        assert [one.state for one in store.all(Notice)] == [NoticeState.SENT]
        assert EventKind.SHOWN_UNVEILED not in [one.kind for one in store.events()]


def test_a_threat_without_an_address_leads_to_steps(person: Person) -> None:
    person.open_case("threatened", **ADULT)

    person.follow("/plan")

    assert "StopNCII" in person.page.inner_text("main")
    assert person.page.locator("main ol.steps > li").count() >= 3


def test_somebody_under_18_comes_to_steps_and_nobody_asks_for_a_picture(person: Person) -> None:
    case = person.open_case("published", adult_now="no")
    page = person.page

    person.follow("/plan")
    assert person.reads("cli.plan.minor-first")
    page.goto(f"{person.desk.place.origin}{case}")
    person.follow("/add")
    person.follow("/add/file")

    assert page.locator("input[type=file]").count() == 0
    with person.desk.desk.case(case.removeprefix("/c/")) as store:
        (one,) = store.all(Sighting)
        assert not one.answers.all_yes


def test_a_wrong_passphrase_is_said_and_the_sheet_opens_what_it_does_not(person: Person) -> None:
    page, desk = person.page, person.desk
    person.choose(alone="yes")
    page.click("main a.button")
    page.click("main a.button")
    person.choose(kind="published")
    person.choose(**ADULT)
    person.choose(where="here")
    page.fill("input[name=passphrase]", PASSPHRASE)
    page.fill("input[name=again]", PASSPHRASE)
    page.click("main button")
    code = page.inner_text(".code").strip()
    groups = code.split("-")
    for field in page.query_selector_all("input[name^=group-]"):
        name = field.get_attribute("name") or ""
        field.fill(groups[int(name.removeprefix("group-")) - 1])
    page.click("main button >> nth=0")
    page.click("main button")
    page.click("form[action='/lock'] button")

    page.fill("input[name=passphrase]", "ba từ sai")
    page.click("main form button >> nth=0")
    expect(page.locator("[role=alert]")).to_have_count(1)
    was_open = desk.desk.is_open
    assert not was_open
    page.click("main details summary")
    by_sheet = page.locator("form[action='/unlock/code']")
    by_sheet.locator("input[name=code]").fill(code)
    by_sheet.locator("input[name=passphrase]").fill("năm từ mới dễ nhớ")
    by_sheet.locator("input[name=again]").fill("năm từ mới dễ nhớ")
    by_sheet.locator("button").click()

    assert desk.desk.is_open
    page.click("form[action='/lock'] button")
    page.fill("input[name=passphrase]", "năm từ mới dễ nhớ")
    page.click("main form button >> nth=0")
    assert desk.desk.is_open


@pytest.fixture(
    params=[Language.VI, pytest.param(Language.EN, marks=pytest.mark.long)],
    ids=lambda one: one.value,
)
def reader(
    request: pytest.FixtureRequest, chromium: Browser, closed_desk: Running
) -> Iterator[Person]:
    """Somebody whose browser runs script; the drafts of a page need it."""
    with browsing(chromium, viewport={"width": 360, "height": 740}) as context:
        someone = Person(context.new_page(), closed_desk, request.param, has_script=True)
        someone.come_in()
        yield someone


def test_what_was_half_written_is_back_after_the_session_died_and_two_tabs_keep_both(
    reader: Person,
) -> None:
    case = reader.open_case("published", **ADULT)
    first = reader.page
    address = f"{reader.desk.place.origin}{case}/add/link"
    first.goto(address)
    first.fill("input[name=seen_on]", "nhóm kín")
    first.locator("input[name=seen_on]").blur()
    first.wait_for_selector("[data-draft-note]:not([hidden])")

    reader.desk.desk.lock()
    first.wait_for_url("**/unlock")
    first.fill("input[name=passphrase]", PASSPHRASE)
    first.click("main form button >> nth=0")
    first.goto(address)
    assert first.input_value("input[name=seen_on]") == "nhóm kín"

    second = first.context.new_page()
    second.goto(address)
    second.fill("input[name=seen_on]", "nhóm khác")
    for page in (first, second):
        page.check("input[name=kind][value=published]")
        page.click("main form button >> nth=0")
        page.wait_for_url("**/age")
    with reader.desk.desk.case(case.removeprefix("/c/")) as store:
        told = {one.seen_on for one in store.all(Sighting)}
    assert told >= {"nhóm kín", "nhóm khác"}
