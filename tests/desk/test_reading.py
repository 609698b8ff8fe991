"""An export lies open, messages are ticked, and only those are kept."""

import json
import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benban.desk.jobs import JobState
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.sighting import Sighting, SightingKind
from benban.outside.usual_folders import telegram_exports
from tests.desk.crawl import opened_reading
from tests.desk.rig import ADULT, Running
from tests.harm.export import CHOSEN, POSTS, canary_words, words_of, write_export

MINOR = {"adult_now": "no", "adult_in_picture": "no", "nobody_doubts": "yes"}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write_export(tmp_path / "ChatExport_2026-11-20")


def _place(desk: Running, **answers: str) -> str:
    case = desk.begin(SightingKind.PUBLISHED, **(answers or ADULT))
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (sighting,) = store.all(Sighting)
    return f"{case}/s/{sighting.id}"


def _reading(desk: Running, place: str, export: Path) -> str:
    return f"{place.partition('/s/')[0]}/reading/{opened_reading(desk, place, export)}"


def _exhibits(desk: Running, place: str) -> tuple[Exhibit, ...]:
    with desk.desk.case(place.split("/")[2]) as store:
        return store.all(Exhibit)


def test_only_what_was_ticked_is_kept_and_words_around_it(desk: Running, export: Path) -> None:
    place = _place(desk)
    reading = _reading(desk, place, export)

    desk.post(f"{reading}/keep", chat="0", shown=[str(CHOSEN)], tick=[str(CHOSEN)])
    desk.wait_for_jobs()

    text, picture = sorted(_exhibits(desk, place), key=lambda one: one.kind.value)
    assert (text.kind, picture.kind) == (ExhibitKind.CONVERSATION, ExhibitKind.SUPPLIED_FILE)
    with (
        desk.desk.case(place.split("/")[2]) as store,
        store.open_exhibit(text.id) as stream,
    ):
        kept = stream.read()
    assert canary_words(CHOSEN) in kept
    assert canary_words(CHOSEN + 11) not in kept


def test_ticks_stay_when_another_page_is_shown_and_go_when_they_are_taken_away(
    desk: Running, export: Path
) -> None:
    reading = _reading(desk, _place(desk), export)

    both = ["1", "2"]
    ticked = {"chat": "0", "shown": both, "tick": both, "wish": "30"}
    desk.client.post(f"{reading}/turn", data=ticked)
    second = desk.get(reading).text
    desk.client.post(f"{reading}/turn", data={"chat": "0", "shown": ["30"], "wish": "first"})
    desk.client.post(f"{reading}/turn", data={"chat": "0", "shown": both, "tick": ["2"]})
    first = desk.get(reading).text

    assert (words_of(30) in second, words_of(1) not in second) == (True, True)
    assert "Chosen so far: 2" in second
    assert "Chosen so far: 1" in first
    assert 'value="2" checked' in first


def test_a_word_is_found_without_its_marks_and_stands_in_no_address(
    desk: Running, export: Path
) -> None:
    reading = _reading(desk, _place(desk), export)

    answer = desk.client.post(f"{reading}/turn", data={"wanted": "NGUOI DANG", "wish": "look"})
    page = desk.get(reading).text

    assert answer.headers["location"] == reading
    assert (words_of(CHOSEN) in page, words_of(CHOSEN + 1) in page) == (True, False)


def test_what_others_answered_is_folded_until_it_is_asked_for(desk: Running, export: Path) -> None:
    chat = json.loads((export / "result.json").read_bytes())
    chat["messages"][3]["reply_to_message_id"] = 1002
    (export / "result.json").write_text(json.dumps(chat), encoding="utf-8")
    reading = _reading(desk, _place(desk), export)

    folded = desk.get(reading).text
    desk.client.post(f"{reading}/turn", data={"chat": "0", "wish": "replies"})
    unfolded = desk.get(reading).text
    desk.client.post(f"{reading}/turn", data={"chat": "0", "wish": "fold"})

    assert (words_of(2) in folded, words_of(3) in folded, words_of(4) in folded) == (
        True,
        False,
        True,
    )
    assert words_of(3) in unfolded
    assert words_of(3) not in desk.get(reading).text


def test_nothing_ticked_is_said_and_the_export_stays_open(desk: Running, export: Path) -> None:
    reading = _reading(desk, _place(desk), export)

    answer = desk.post(f"{reading}/keep")

    assert (answer.status_code, "BB-807" in answer.text) == (400, True)
    assert words_of(0) in desk.get(reading).text


def test_no_picture_is_kept_before_three_times_yes(desk: Running, export: Path) -> None:
    place = _place(desk, **MINOR)
    reading = _reading(desk, place, export)
    said = desk.text(reading)

    desk.post(f"{reading}/keep", chat="0", tick=[str(CHOSEN)], shown=[str(CHOSEN)])
    desk.wait_for_jobs()

    assert "No picture was fetched or kept" in said
    assert [one.kind for one in _exhibits(desk, place)] == [ExhibitKind.CONVERSATION]


def test_locking_closes_the_export_and_nothing_is_kept(desk: Running, export: Path) -> None:
    place = _place(desk)
    reading = _reading(desk, place, export)
    job = desk.desk.jobs.get(reading.rpartition("/")[2])

    desk.client.post("/lock")
    while not job.state.is_over:
        time.sleep(0.02)

    assert job.state is JobState.STOPPED
    assert desk.get(reading).headers["location"] == "/unlock"


def test_a_reading_of_another_case_is_not_shown(desk: Running, export: Path) -> None:
    reading = _reading(desk, _place(desk), export)
    other = desk.post("/begin").headers["location"]

    answer = desk.get(f"{other}/reading/{reading.rpartition('/')[2]}")

    assert answer.headers["location"].startswith("/jobs/")


@pytest.mark.parametrize("typed", ["/nirgends/ChatExport", "", "/dev/null"])
def test_a_path_that_holds_no_export_is_said_before_anything_begins(
    desk: Running, typed: str
) -> None:
    place = _place(desk)

    answer = desk.post(f"{place}/export", where=typed)

    assert (answer.status_code, 'role="alert"' in answer.text) == (400, True)
    assert desk.desk.jobs.running() == ()


def test_exports_in_the_usual_place_are_offered_newest_first(tmp_path: Path) -> None:
    folder = tmp_path / "Downloads" / "Telegram Desktop"
    for number, name in enumerate(["ChatExport_2026-11-20", "ChatExport_2026-11-21", "Ảnh"]):
        (folder / name).mkdir(parents=True)
        os.utime(folder / name, (number, number))

    assert [one.name for one in telegram_exports(tmp_path)] == [
        "ChatExport_2026-11-21",
        "ChatExport_2026-11-20",
    ]
    assert telegram_exports(tmp_path / "nobody") == ()


def test_a_person_ticks_a_message_that_the_program_found(
    phone: Page, closed_desk: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_export(tmp_path / "Downloads" / "Telegram Desktop" / "ChatExport_2026-11-20")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    closed_desk.enter()
    place = _place(closed_desk)
    phone.goto(f"{closed_desk.place.origin}{place}")
    phone.click("text=Add a Telegram export")
    phone.check("input[name=found]")
    phone.click("main button")
    phone.click("text=Choose what is to be kept", timeout=60_000)
    expect(phone.locator("input[name=tick]")).to_have_count(30)
    assert phone.locator("main img").count() == 0
    phone.fill("input[name=wanted]", f"bài {POSTS - 1}")
    phone.keyboard.press("Enter")
    phone.check("input[name=tick]")
    phone.click("text=Keep what is ticked")
    phone.click("text=See what came of it", timeout=60_000)

    assert "chosen messages, as text" in phone.inner_text("main")
    with closed_desk.desk.case(place.split("/")[2]) as store:
        assert EventKind.IMPORTED in [one.kind for one in store.events()]


def test_a_no_that_comes_while_somebody_ticks_keeps_nothing(desk: Running, export: Path) -> None:
    place = _place(desk)
    reading = _reading(desk, place, export)

    desk.post(f"{place}/age", **MINOR)
    desk.post(f"{reading}/keep", chat="0", shown=[str(CHOSEN)], tick=[str(CHOSEN)])
    desk.wait_for_jobs()

    assert desk.desk.jobs.get(reading.rpartition("/")[2]).state is JobState.STOPPED
    assert _exhibits(desk, place) == ()


def test_a_page_of_another_conversation_ticks_nothing_in_this_one(
    desk: Running, export: Path
) -> None:
    reading = _reading(desk, _place(desk), export)

    desk.client.post(f"{reading}/turn", data={"chat": "7", "shown": ["1"], "tick": ["1"]})

    assert "Chosen so far: 0" in desk.get(reading).text


def test_a_day_is_found(desk: Running, export: Path) -> None:
    reading = _reading(desk, _place(desk), export)

    desk.client.post(f"{reading}/turn", data={"chat": "0", "wanted": "2026-11-20"})

    assert words_of(0) in desk.get(reading).text


def test_a_fifth_export_that_would_wait_is_refused_in_words(desk: Running, export: Path) -> None:
    place = _place(desk)
    for _ in range(4):
        _reading(desk, place, export)

    answer = desk.post(f"{place}/export", where=str(export))

    assert (answer.status_code, "BB-022" in answer.text) == (400, True)


@pytest.mark.parametrize("form", ['"{}"', "file://{}", "  '{}'  "])
def test_a_path_is_taken_as_systems_copy_it(desk: Running, export: Path, form: str) -> None:
    answer = desk.post(f"{_place(desk)}/export", where=form.format(export))

    assert answer.headers["location"].startswith("/jobs/")
