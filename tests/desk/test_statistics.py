"""Counts over all cases and a channel in several of them: numbers that tell of nobody."""

import csv
import io
from dataclasses import replace
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from benban.desk.sheet import plain_cell
from benban.model.custody import EventDraft, EventKind
from benban.model.post import FactState, Post, PostFact, PostFactName
from benban.model.sighting import Sighting
from tests.desk.rig import PASSPHRASE, Running
from tests.desk.test_bulk import a_case
from tests.unit.dossier import example

CANARY = "Chim hoàng yến"


def _work(desk: Running, mode: str = "work") -> Running:
    desk.post("/where", where="here")
    desk.post("/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
    desk.post("/settings/mode", mode=mode)
    return desk


def _many(desk: Running, few: int = 2, many: int = 5) -> None:
    for number in range(many):
        a_case(desk, f"https://t.me/kenh_{number}_vi_du/5", f"{CANARY} {number}")
    for number in range(few):
        a_case(desk, f"https://dien-dan-{number}.vi-du.example/bai/5", CANARY)


def _seen_in(desk: Running, case: str, channel: str) -> str:
    """Let a visit have read the number of a channel; return the path of the sighting."""
    with desk.desk.case(case) as store:
        (one,) = store.all(Sighting)
        fact = PostFact(
            name=PostFactName.CHANNEL_ID, state=FactState.READ, shown=channel, value=channel
        )
        post = Post(layout="telegram/1", observed_at=desk.desk.clock.now(), facts=(fact,))
        visit = replace(example.capture(), sighting_id=one.id, exhibits=(), post=post)
        store.record(EventDraft(kind=EventKind.CAPTURED, subject=visit.id), save=[visit])
        return f"/c/{case}/s/{one.id}"


def test_fewer_than_five_are_hidden_and_their_place_is_not_named(desk: Running) -> None:
    _work(desk)
    _many(desk)

    said = desk.text("/queue/statistics")

    assert ("All cases: 7." in said, "Telegram 5" in said) == (True, True)
    assert ("under 5, or hidden" in said, "vi-du.example" in said, "unknown" in said) == (
        True,
        False,
        False,
    )


def test_neither_the_page_nor_the_table_names_a_case_or_a_person(desk: Running) -> None:
    _work(desk)
    _many(desk)

    texts = [desk.get(one).text for one in ("/queue/statistics", "/queue/statistics/list")]

    held = [(CANARY in one, "kenh_" in one, "case-" in one) for one in texts]
    assert held == [(False, False, False)] * 2


def test_the_table_has_iso_days_and_says_what_is_hidden(desk: Running) -> None:
    _work(desk)
    _many(desk)

    answer = desk.get("/queue/statistics/list")

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {datetime.fromisoformat(one["made_at"]).tzinfo is not None for one in rows} == {True}
    cells = {(one["table"], one["counted"]): one["cases"] for one in rows}
    assert (cells["all", "cases"], cells["services", "telegram"]) == ("7", "5")
    assert cells["notices", "sent"] == "<5"
    assert answer.headers["content-disposition"].startswith('attachment; filename="tai-lieu-')


@pytest.mark.parametrize(
    "cell", ["=1", " =1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "\u00a0=1"]
)
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    assert plain_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "<5", "case-00aa", "2026-11-22T13:15+00:00", "telegram"])
def test_a_plain_cell_stays_as_it_is(cell: str) -> None:
    assert plain_cell(cell) == cell


def test_a_channel_of_several_cases_is_counted_and_the_others_are_not_told(desk: Running) -> None:
    _work(desk)
    cases = [a_case(desk, f"https://t.me/kenh_vi_du/{one}", CANARY) for one in (5, 6, 7)]
    (here, *_) = [_seen_in(desk, one, "1234567890") for one in cases]
    a_case(desk, "https://t.me/c/55/9")

    page = desk.get(here).text

    assert "This channel also appears in 2 other cases of this vault." in page
    assert [one in page for one in cases] == [True, False, False]


def test_a_person_is_not_told_of_other_cases(desk: Running) -> None:
    _work(desk, mode="person")
    cases = [a_case(desk, f"https://t.me/kenh_vi_du/{one}") for one in (5, 6)]
    (here, _) = [_seen_in(desk, one, "1234567890") for one in cases]

    assert "also appears" not in desk.text(here)


def test_a_channel_of_this_case_alone_is_not_spoken_of(desk: Running) -> None:
    _work(desk)
    case = a_case(desk, "https://t.me/kenh_vi_du/5")
    a_case(desk, "https://t.me/kenh_vi_du/6")

    assert "also appears" not in desk.text(_seen_in(desk, case, "1234567890"))


def test_a_caseworker_comes_from_the_queue_to_the_counts_and_saves_them(
    phone: Page, closed_desk: Running
) -> None:
    closed_desk.enter()
    _work(closed_desk)
    _many(closed_desk)
    phone.goto(f"{closed_desk.place.origin}/queue")
    phone.click("text=Counts over all cases")
    expect(phone.locator("main")).to_contain_text("All cases: 7.")
    with phone.expect_download() as saved:
        phone.click("text=Save a table")

    assert saved.value.suggested_filename.startswith("tai-lieu-")
