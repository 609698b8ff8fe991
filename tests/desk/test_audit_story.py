"""Check what is public, in a real browser: sorting by keys, and without script under 18."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from benban.model.own_photo import Sorting
from benban.wording import Language, say
from tests.desk.audited import draw_photos, kept
from tests.desk.browsing import browsing
from tests.desk.person import Person
from tests.desk.rig import Running, came_in

_NARROW = {"width": 360, "height": 740}


def at_photo(page: Page, number: int, total: int = 4) -> None:
    """Wait until this photo stands there, seen."""
    expect(page.locator("[data-say]")).to_contain_text(f"Ảnh {number} trên {total}")
    page.wait_for_function("() => document.querySelector('.own img')?.naturalWidth > 0")


def look_at(page: Page, photos: Path) -> None:
    """Go from the page of a case to the first photo of a folder; no picture is there unasked."""
    page.click("main a[href$='/audit']")
    page.check("input[name=adult_now][value=yes]")
    page.check("input[name=keep][value=yes]")
    page.click("main form button")
    page.fill("textarea", str(photos))
    page.click("main form button")
    page.click("main p a.button", timeout=120_000)
    page.wait_for_selector("button[value=portrait]")
    assert page.locator("main img").count() == 0


def test_a_folder_is_sorted_by_single_keys_ticked_and_forgotten(
    chromium: Browser, desk: Running, tmp_path: Path
) -> None:
    photos = draw_photos(tmp_path / "anh")
    case = desk.begin()
    desk.client.post("/language", data={"language": "vi", "back": "/"})
    with browsing(chromium, viewport=_NARROW) as context:
        came_in(context, desk)
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        page.goto(f"{desk.place.origin}{case}")
        look_at(page, photos)
        page.click("form[action$='/show'] button")
        at_photo(page, 1)
        loaded = page.evaluate("() => performance.timeOrigin")
        for key, number in (("1", 2), ("2", 3), ("0", 2), ("3", 3), ("1", 4)):
            page.keyboard.press(key)
            at_photo(page, number)
        # All of that on one page.
        assert page.evaluate("() => performance.timeOrigin") == loaded
        page.click("form[action$='/keys'] button")
        page.keyboard.press("1")
        page.click("button[value=not]")
        expect(page.locator("[data-say]")).to_have_text(say(Language.VI, "desk.audit.sort.done"))
        sorting = [one.sorting for one in kept(desk, case)]
        page.click("main a.button[href$='/list']")
        page.locator("summary").first.click()
        page.locator("input[name=done]").first.check()
        page.locator("form[action$='/tick'] button").first.click()
        expect(page.locator("summary").first).to_contain_text("xong 1 trên")
        page.click("main a[href$='/print']")
        page.wait_for_url("**/print")
        assert page.inner_text("main").count("☑") == 1
        page.go_back()
        page.click("form[action$='/forget'] button")
        page.wait_for_url("**/audit/forgotten")

    assert sorting == [
        Sorting.PORTRAIT,
        Sorting.LATER,
        Sorting.PORTRAIT,
        # Two that look alike are one line.
        Sorting.NOT,
        Sorting.NOT,
    ]
    assert kept(desk, case) == []
    assert {one.split("/")[2] for one in asked} == {desk.place.authority}


def test_under_18_and_without_script_there_is_a_list_and_nothing_is_kept(
    chromium: Browser, closed_desk: Running, tmp_path: Path
) -> None:
    photos = draw_photos(tmp_path / "anh")
    with browsing(chromium, viewport=_NARROW, java_script_enabled=False) as context:
        page = context.new_page()
        person = Person(page, closed_desk, Language.VI, has_script=False)
        person.come_in()
        page.click("main a[href='/audit']")
        person.choose(adult_now="no")
        assert person.reads("desk.young.heading")
        assert person.reads("desk.audit.young.kept")
        page.click("main a.button")
        page.fill("textarea", str(photos))
        page.click("main form button")
        person.wait_for_work()
        for wish in ("portrait", "not", "portrait", "portrait", "later"):
            assert page.locator("main img").count() == 0
            page.click(f"button[value={wish}]")
        audit = closed_desk.desk.audits.get("")
        assert audit is not None
        assert audit.keeper is not None
        facts = [one.facts for one in audit.keeper.photos()]
        page.click("main a.button[href$='/list']")
        assert person.reads("desk.audit.list.not-hashed")
        page.click("main a[href$='/print']")
        page.wait_for_url("**/print")
        names = [one for one in page.locator("h2").all_inner_texts() if one.startswith("IMG_")]
        page.click("main a[href$='/list']")
        page.click("form[action$='/forget'] button")
        assert person.reads("desk.audit.forgotten.text")

    assert names[:3] == ["IMG_000.jpg", "IMG_002.jpg", "IMG_003.jpg"]
    assert [one.fingerprint for one in facts] == [None] * 5
    assert not closed_desk.desk.folder.exists()
    assert closed_desk.desk.audits.is_empty
