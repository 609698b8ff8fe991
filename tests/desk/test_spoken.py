"""Saying it aloud: kept as it comes, heard after a click, destroyed by one; nothing else hears."""

import base64
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from benban.casework.spoken import read_recording, recordings_of
from benban.model.ids import CaseId
from benban.outside.browser_find import find_browser
from tests.desk.browsing import browsing
from tests.desk.crawl import SOUND
from tests.desk.rig import Running


@pytest.fixture
def speaking(closed_desk: Running) -> Iterator[Page]:
    """A narrow page whose browser has a microphone that beeps by itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()),
            args=[
                "--no-sandbox",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
            ],
        )
        with browsing(browser, viewport={"width": 360, "height": 740}) as context:
            page = context.new_page()
            page.goto(f"{closed_desk.place.origin}/#{closed_desk.desk.door.new_token()}")
            page.wait_for_selector("main")
            yield page
        browser.close()


def _upload(desk: Running, case: str, content: bytes) -> str:
    form = {"form": desk.desk.forms.new()}
    answer = desk.client.post(f"{case}/spoken", data=form, files=[("file", ("a.m4a", content))])
    return str(answer.headers.get("location", ""))


def _kept(desk: Running, case: str) -> list[bytes]:
    vault, case_id = desk.desk.vault, CaseId(case.removeprefix("/c/"))
    return [read_recording(vault, case_id, one.id) for one in recordings_of(vault, case_id)]


def test_what_is_said_is_kept_while_it_is_said_and_heard_after_a_click(
    speaking: Page, closed_desk: Running
) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    asked_for: list[str] = []
    speaking.on("request", lambda one: asked_for.append(one.url))
    speaking.goto(f"{closed_desk.place.origin}{case}/spoken")
    assert not [one for one in asked_for if "/piece" in one]

    with speaking.expect_response("**/spoken/piece"):
        speaking.click("[data-start]")
    # Kept before anybody said that it is over: a crash now takes three seconds, not all of it.
    (early,) = _kept(closed_desk, case)
    assert early.startswith(b"\x1a\x45\xdf\xa3")
    expect(speaking.locator("[data-say=listening]")).to_be_visible()
    expect(speaking.locator("[data-start]")).not_to_be_visible()
    expect(speaking.locator("[data-time]")).not_to_have_text("0:00")
    speaking.click("[data-stop]")
    speaking.wait_for_url(re.compile(r"/spoken/spoken-[0-9a-f]+$"))

    (whole,) = _kept(closed_desk, case)
    assert whole.startswith(early)
    assert not [one for one in asked_for if one.endswith("/sound")]
    played = speaking.evaluate(
        "() => new Promise((done) => { const one = document.querySelector('audio');"
        " one.addEventListener('playing', () => done('playing'));"
        " one.addEventListener('error', () => done('error')); one.muted = true; one.play(); })"
    )
    assert played == "playing"


def test_leaving_ends_what_listens(speaking: Page, closed_desk: Running) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    speaking.goto(f"{closed_desk.place.origin}{case}/spoken")
    speaking.evaluate(
        "() => { const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        " navigator.mediaDevices.getUserMedia = async (wish) => window.ear = await ask(wish); }"
    )
    with speaking.expect_response("**/spoken/piece"):
        speaking.click("[data-start]")

    live = speaking.evaluate("() => { cover(); return window.ear.getTracks()[0].readyState; }")

    assert live == "ended"


def test_two_clicks_open_one_microphone(speaking: Page, closed_desk: Running) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    speaking.goto(f"{closed_desk.place.origin}{case}/spoken")
    speaking.evaluate(
        "() => { window.ears = 0; const ask ="
        " navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        " navigator.mediaDevices.getUserMedia = (wish) => { window.ears += 1; return ask(wish); } }"
    )

    with speaking.expect_response("**/spoken/piece"):
        speaking.evaluate(
            "() => { const start = document.querySelector('[data-start]');"
            " start.click(); start.click(); }"
        )

    assert speaking.evaluate("() => window.ears") == 1


def test_after_the_stop_nothing_says_that_the_microphone_is_on(
    speaking: Page, closed_desk: Running
) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    speaking.goto(f"{closed_desk.place.origin}{case}/spoken")
    speaking.click("[data-start]")
    expect(speaking.locator("[data-say=listening]")).to_be_visible()
    speaking.route("**/spoken/piece", lambda route: route.abort())

    # Whether a last piece was there to be sent depends on what the machine heard by now.
    speaking.click("[data-stop]")

    expect(speaking.locator("[data-say=after]")).to_be_visible()
    for other in ("waiting", "listening"):
        expect(speaking.locator(f"[data-say={other}]")).to_be_hidden()
    expect(speaking.locator("[data-stop]")).to_be_hidden()


def test_every_button_is_large_enough_for_a_finger(speaking: Page, closed_desk: Running) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    _upload(closed_desk, case, SOUND)
    speaking.goto(f"{closed_desk.place.origin}{case}/spoken")
    speaking.click("summary")
    buttons = speaking.locator("main button:visible, main .list a")
    assert buttons.count() >= 3
    boxes = [one.bounding_box() for one in buttons.all()]

    small = [one for one in boxes if one is not None and min(one["width"], one["height"]) < 44]

    assert small == []


def test_a_file_is_kept_without_script_and_comes_back_as_it_was(desk: Running) -> None:
    case = desk.begin()

    path = _upload(desk, case, SOUND)

    answer = desk.get(f"{path}/sound")
    assert (answer.content, answer.headers["content-type"]) == (SOUND, "audio/webm")


def test_a_photo_given_as_a_recording_is_refused_in_words_and_not_kept(desk: Running) -> None:
    case = desk.begin()

    form = {"form": desk.desk.forms.new()}
    files = [("file", ("a.m4a", b"\xff\xd8\xff\xe0 photo", "audio/mp4"))]
    answer = desk.client.post(f"{case}/spoken", data=form, files=files)

    assert (answer.status_code, "BB-046" in answer.text) == (400, True)
    assert _kept(desk, case) == []


def test_who_is_under_18_can_speak_as_well(desk: Running) -> None:
    case = desk.begin(adult_now="no", adult_in_picture="no", nobody_doubts="no")

    _upload(desk, case, SOUND)

    assert _kept(desk, case) == [SOUND]


def test_one_click_destroys_it(desk: Running) -> None:
    case = desk.begin()
    path = _upload(desk, case, SOUND)

    desk.post(f"{path}/destroy")

    assert _kept(desk, case) == []
    assert desk.get(f"{path}/sound").status_code == 400


def test_a_piece_for_what_was_destroyed_is_told_to_end(desk: Running) -> None:
    case = desk.begin()
    fields = {"recording": "spoken-00aa", "piece": base64.b64encode(SOUND).decode()}

    answers = [
        desk.client.post(f"{case}/spoken/piece", data={**fields, "number": number}).status_code
        for number in ("0", "5")
    ]

    assert answers == [204, 410]


def test_before_there_is_a_vault_nothing_is_recorded(desk: Running) -> None:
    fields = {"recording": "spoken-00aa", "piece": base64.b64encode(SOUND).decode(), "number": "0"}

    answer = desk.client.post("/c/case-0000000000000000/spoken/piece", data=fields)

    assert answer.status_code == 303
    assert not desk.desk.folder.exists()


def test_pages_that_destroy_a_case_or_give_it_away_say_that_something_was_said(
    desk: Running,
) -> None:
    case = desk.begin()
    silent = desk.text(f"{case}/destroy")

    _upload(desk, case, SOUND)

    assert "What you said aloud" not in silent
    assert "What you said aloud: 1." in desk.text(f"{case}/destroy")


def test_saved_as_a_file_it_has_a_name_that_tells_nothing(desk: Running) -> None:
    case = desk.begin()
    path = _upload(desk, case, SOUND)

    answer = desk.get(f"{path}/file")

    assert re.fullmatch(
        r'attachment; filename="tai-lieu-[0-9a-f]{4}\.webm"', answer.headers["content-disposition"]
    )
    assert answer.content == SOUND
