"""The log on screen, oldest first and in pages; the statement of who saw or had the case."""

import io
import re

from playwright.sync_api import Page

from benban.casework.add_files import add_files
from benban.casework.originals import GivenFile
from benban.casework.receipts import give_receipt
from benban.casework.show import grant_unveiling
from benban.casework.take_in import SightingReport, add_words, take_in
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.sighting import NO_ANSWERS, Sighting, SightingKind
from benban.testing.pictures import draw_feed_picture
from tests.desk.rig import Running, words_of

_ENTRY = re.compile(r'<li value="(\d+)">')


def _kept(desk: Running, case: str, name: str = "hoa-don.jpg") -> Exhibit:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (place,) = store.all(Sighting)
        file = GivenFile(stream=io.BytesIO(draw_feed_picture(1)), name=name)
        (one,) = add_files(store, place, [file], desk.desk.clock)
    return one


def _entries(desk: Running, case: str) -> int:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        return len(store.leaves())


def test_a_person_reads_the_log_and_saves_who_saw_it(phone: Page, closed_desk: Running) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    one = _kept(closed_desk, case)
    with closed_desk.desk.case(case.removeprefix("/c/")) as store:
        grant_unveiling(store, one.id, "cùng luật sư")
    phone.goto(f"{closed_desk.place.origin}{case}")
    phone.click("text=What was done, and who saw it")
    log = phone.inner_text("main")
    phone.click("text=Who saw or had this?")
    phone.click("text=Show each >> nth=0")
    told = phone.inner_text("main")
    with phone.expect_download() as saving:
        phone.click("text=Save this as a file")
    text = saving.value.path().read_text("utf-8")

    assert ("Case opened" in log, "Shown unveiled" in log) == (True, True)
    assert ("cùng luật sư" in told, "shown unveiled: 1" in told) == (True, True)
    assert re.fullmatch(r"tai-lieu-[0-9a-f]{4}\.txt", saving.value.suggested_filename)
    assert ("cùng luật sư" in text, "What no log can know" in text) == (True, True)


def test_the_log_is_read_from_the_oldest_on_in_pages_that_leave_nothing_out(
    desk: Running,
) -> None:
    case = desk.begin()
    report = SightingReport(
        address=None, kind=SightingKind.PUBLISHED, answers=NO_ANSWERS, text="một"
    )
    with desk.desk.case(case.removeprefix("/c/")) as store:
        place = take_in(store, report, desk.desk.clock).sighting
        for number in range(120):
            add_words(store, place.id, f"lần {number}")

    total = _entries(desk, case)
    pages = [desk.get(f"{case}/custody?page={number}").text for number in (1, 2, 3)]

    read = [int(number) for page in pages for number in _ENTRY.findall(page)]
    assert (read, total > 100) == (list(range(total)), True)
    assert [len(_ENTRY.findall(page)) for page in pages[:2]] == [50, 50]


def test_a_page_that_is_not_there_is_the_nearest_one(desk: Running) -> None:
    case = desk.begin()
    first = _ENTRY.findall(desk.get(f"{case}/custody").text)

    for typed in ("0", "-1", "7", "99999999", "<b>"):
        answer = desk.client.get(f"{case}/custody", params={"page": typed})
        assert (answer.status_code, _ENTRY.findall(answer.text)) == (200, first), typed


def test_times_stand_with_their_zone_and_days_as_they_are_read_here(desk: Running) -> None:
    case = desk.begin()

    said = desk.text(f"{case}/custody")

    assert re.search(r"\d\d/\d\d/\d{4} \d\d:\d\d \([+-]\d\d:\d\d\)", said)


def test_looking_at_the_log_and_at_the_statement_writes_nothing(desk: Running) -> None:
    case = desk.begin()
    one = _kept(desk, case)
    before = _entries(desk, case)
    for path in ("custody", "custody/access", f"e/{one.id}/custody"):
        assert desk.get(f"{case}/{path}").status_code == 200

    assert _entries(desk, case) == before


def test_that_a_statement_was_written_stands_in_the_log_and_in_the_next_one(
    desk: Running,
) -> None:
    case = desk.begin()
    answer = desk.post(f"{case}/custody/access")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert store.events()[-1].kind is EventKind.PAPER_WRITTEN
    assert "statement of who saw or had the case" in desk.text(f"{case}/custody/access")


def test_one_item_is_told_with_none_for_what_nobody_did_and_the_way_for_under_18(
    desk: Running,
) -> None:
    case = desk.begin()
    one = _kept(desk, case)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        give_receipt(store, desk.desk.clock)

    page = desk.get(f"{case}/e/{one.id}/custody").text

    assert "Shown unveiled: none" in words_of(page)
    assert "Receipt given" not in words_of(page)
    assert f'action="{case}/e/{one.id}/minor"' in page


def test_an_item_that_is_not_there_is_said_in_words(desk: Running) -> None:
    case = desk.begin()

    answer = desk.get(f"{case}/e/exh-00/custody")

    assert (answer.status_code, "BB-104" in answer.text) == (400, True)


def test_words_of_others_are_shown_with_what_cannot_be_seen_in_them(desk: Running) -> None:
    case = desk.begin()
    _kept(desk, case, "<b>a\u202egpj.exe")

    page = desk.get(f"{case}/custody").text

    assert "\u202e" not in page
    assert "&lt;b&gt;a[U+202E]gpj.exe" in page


def test_of_many_looks_the_page_tells_the_latest_and_the_file_all(desk: Running) -> None:
    case = desk.begin()
    one = _kept(desk, case)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        for number in range(101):
            grant_unveiling(store, one.id, f"look {number} of many")

    page = desk.get(f"{case}/custody/access").text
    text = desk.post(f"{case}/custody/access").text

    assert ("look 0 of many" in page, "look 1 of many" in page) == (False, True)
    assert "These are the latest 100 of 101." in page
    assert [f"look {number} of many" in text for number in range(101)] == [True] * 101
