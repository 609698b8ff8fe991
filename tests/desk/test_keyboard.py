"""A whole way without a mouse: from the first start to a dossier in hand."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benban.model.custody import EventKind
from benban.model.remedy import Notice, NoticeState
from benban.testing.pictures import Subject, draw_example, encode_jpeg, make_fake
from benban.testing.platform import CHANNEL, PlatformSimulator
from benban.wording import Language, say
from tests.desk.browsing import browsing
from tests.desk.keyboard import Keyboard
from tests.desk.rig import ADULT, PASSPHRASE, Running
from tests.path.loopback import HERE, browser_on_loopback
from tests.verifier.kept import verified

OPENED_BROWSER = "benban.desk.routes.address.opened_browser"
SCENE = draw_example(Subject.STATUE, seed=7, width_px=640, height_px=480)
ON = "main form button"


def come_in(keys: Keyboard, desk: Running, language: Language) -> None:
    """Type the address that the program said, and choose a language."""
    keys.page.goto(f"{desk.place.origin}/#{desk.desk.door.new_token()}")
    keys.page.wait_for_selector("main input[name=alone]")
    keys.go(f"button[name=language][value={language.value}]")


def open_case(keys: Keyboard) -> str:
    """Answer the first questions, make a vault with its sheet, open the case; return its path."""
    page = keys.page
    keys.choose(alone="yes")
    keys.go(ON)
    keys.go("main a.button")
    keys.go("main a.button")
    keys.choose(kind="published")
    keys.go(ON, "Space")
    keys.choose(**ADULT)
    keys.go(ON)
    keys.choose(where="here")
    keys.go(ON)
    keys.write("input[name=passphrase]", PASSPHRASE)
    keys.write("input[name=again]", PASSPHRASE)
    keys.go(ON)
    groups = page.inner_text(".code").strip().split("-")
    for field in page.query_selector_all("input[name^=group-]"):
        name = field.get_attribute("name") or ""
        keys.write(f"input[name={name}]", groups[int(name.removeprefix("group-")) - 1])
    keys.go(ON)
    keys.go("main button")
    return page.url


def keep_proof(keys: Keyboard, address: str) -> None:
    """Add the address of a post and let the program keep proof of it."""
    keys.go("main a[href$='/add']")
    keys.go("main a[href$='/add/link']")
    keys.write("input[name=address]", address)
    keys.choose(kind="published")
    keys.go(ON)
    keys.choose(**ADULT)
    keys.go(ON)
    keys.choose(visit="now")
    keys.go(ON)
    keys.wait_for_work()
    assert "/s/" in keys.page.url
    assert keys.page.locator("main img").count() == 0


def send_a_notice(keys: Keyboard) -> None:
    """Write the first text that the plan offers, sign it, and say that it was sent."""
    keys.go("main a[href$='/plan']")
    keys.go("main a[href*='/write/']")
    keys.choose(intimate="yes", speech="no")
    keys.go(ON)
    keys.write("input[name=name]", "M. N.")
    keys.write("input[name=contact]", "hop-thu@mail.example")
    for box in keys.page.query_selector_all("input[name=statement]"):
        keys.press(f"input[value={box.get_attribute('value')}]", "Space")
    keys.go("form[action$='/sign'] button")
    keys.go("form[action$='/sent'] button")


def compare(keys: Keyboard, photo: Path, language: Language) -> None:
    """Add a photo of one's own and compare with it."""
    keys.go("main a[href$='/photos']")
    keys.write("input[name=declaration]", say(language, "cli.original.declaration"))
    keys.give_file("input[type=file]", photo)
    keys.go(ON)
    keys.wait_for_work()
    keys.go("main a[href$='/compare']")
    keys.go("form[action$='/compare'] button")
    keys.wait_for_work()
    said = " ".join(keys.page.inner_text("main").split())
    assert say(language, "desk.compare.not-shown") in said


def take_dossier(keys: Keyboard, folder: Path, language: Language) -> str:
    """Have a dossier with everything written into *folder*; return a receipt for it."""
    keys.go("main a[href$='/dossier']")
    assert keys.page.locator("main input:checked").count() == 0
    keys.choose(**{"for": "lawyer"}, which="all", languages=language.value)
    keys.press("input[name=comparison]", "Space")
    keys.choose(stamp="no")
    keys.write("input[name=folder]", str(folder))
    keys.go(ON)
    keys.go("form[action$='/make'] button:not([formaction])")
    keys.wait_for_work()
    keys.go("main a[href$='/receipt']")
    keys.go("form[action$='/receipt'] button")
    return keys.page.inner_text("pre")


@pytest.mark.parametrize(
    "language",
    [Language.VI, pytest.param(Language.EN, marks=pytest.mark.long)],
    ids=lambda one: one.value,
)
def test_the_keyboard_alone_leads_from_the_first_start_to_a_dossier_in_hand(
    chromium: Browser,
    closed_desk: Running,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: Language,
) -> None:
    photo = tmp_path / "anh.jpg"
    photo.write_bytes(encode_jpeg(SCENE))
    # No motion: what is focused stands where it is seen at once, not after a while.
    narrow = {"width": 360, "height": 740}
    with browsing(chromium, viewport=narrow, reduced_motion="reduce") as context:
        keys = Keyboard(context.new_page())
        come_in(keys, closed_desk, language)
        home = open_case(keys)
        with PlatformSimulator() as site:
            number = site.post(make_fake(SCENE, seed=7).jpeg, "bài").number
            monkeypatch.setattr(OPENED_BROWSER, browser_on_loopback(site.port))
            keep_proof(keys, f"http://{HERE}:{site.port}/{CHANNEL}/{number}")
        send_a_notice(keys)
        keys.page.goto(home)
        compare(keys, photo, language)
        keys.page.goto(home)
        receipt = take_dossier(keys, tmp_path, language)

    (written,) = tmp_path.glob("tai-lieu-*.zip")
    report = verified(written, receipt.encode(), ())
    assert [one.name for one in report.checks if one.result.value == "FAIL"] == []
    with closed_desk.desk.case(home.rpartition("/")[2]) as store:
        assert [one.state for one in store.all(Notice)] == [NoticeState.SENT]
        assert EventKind.SHOWN_UNVEILED not in [one.kind for one in store.events()]
    assert keys.faults == [], keys.faults
