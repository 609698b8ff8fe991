"""A caseworker's queue: by the next day, filtered, searched without marks, as a plain table."""

import csv
import io

import pytest

from benban.desk.sheet import plain_cell
from benban.model.case import Capacity, Case
from benban.model.ids import new_case_id
from benban.wording import Language
from tests.desk.rig import ADULT, PASSPHRASE, Running
from tests.desk.test_plan import OURS, _ticks


def _titled(desk: Running, title: str) -> str:
    case = Case(
        id=new_case_id(),
        title=title,
        language=Language.VI,
        capacity=Capacity.ORGANISATION,
        opened_at=desk.desk.clock.now(),
    )
    desk.desk.vault.create_case(case).close()
    return f"/c/{case.id}"


def _vault(desk: Running) -> None:
    desk.post("/where", where="here")
    desk.post("/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)


def _sent(desk: Running, case: str) -> None:
    age = desk.post(
        f"{case}/add/link", address="https://x.com/i/status/1234567890123456789", kind="published"
    ).headers["location"]
    desk.post(age, **ADULT)
    place = age.removesuffix("/age")
    notice = desk.post(f"{place}/write/vn-complaint", **OURS).headers["location"]
    statements = _ticks(desk.get(notice).text)
    desk.post(f"{notice}/sign", name="M. N.", contact="a@mail.example", statement=statements)
    desk.post(f"{notice}/sent")


def test_a_search_without_marks_finds_the_case(desk: Running) -> None:
    _vault(desk)
    _titled(desk, "Đường Lê")
    _titled(desk, "Phan")

    desk.client.post("/queue", data={"q": "duong le"})
    said = desk.text("/queue")

    assert ("Đường Lê" in said, "Phan" in said, "1 case" in said) == (True, False, True)


def test_what_is_due_next_stands_first_and_what_waits_for_nothing_last(desk: Running) -> None:
    _vault(desk)
    _titled(desk, "quiet")
    case = desk.begin()
    _sent(desk, case)

    said = desk.text("/queue")

    assert said.index(case.removeprefix("/c/")) < said.index("quiet")
    desk.client.post("/queue", data={"state": "quiet"})
    assert case.removeprefix("/c/") not in desk.text("/queue")
    desk.client.post("/queue", data={"state": "waiting", "service": "x"})
    assert case.removeprefix("/c/") in desk.text("/queue")


def test_the_table_names_no_person(desk: Running) -> None:
    _vault(desk)
    _titled(desk, "Đường Lê")

    answer = desk.get("/queue/list")

    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["case", "next_due_at", "waiting"]
    assert (len(rows), "Đường" in answer.text) == (2, False)


@pytest.mark.parametrize("cell", ["=cmd", "+1", "-1", "@x", "\t=1"])
def test_a_cell_is_never_a_formula(cell: str) -> None:
    assert plain_cell(cell) == f"'{cell}"


def test_unlocking_leads_to_the_queue_when_that_was_chosen(desk: Running) -> None:
    _vault(desk)
    desk.post("/settings/mode", mode="work")
    desk.client.post("/lock")

    assert desk.post("/unlock", passphrase=PASSPHRASE).headers["location"] == "/queue"


def test_the_queue_holds_no_picture_and_counts_none(desk: Running) -> None:
    _vault(desk)
    desk.begin()

    page = desk.get("/queue").text

    assert "<img" not in page
    assert "evidence" not in page.lower()


def test_what_was_searched_for_stands_in_no_address_and_goes_with_the_keys(desk: Running) -> None:
    _vault(desk)
    _titled(desk, "Phan")

    answer = desk.client.post("/queue", data={"q": "duong"})
    assert answer.headers["location"] == "/queue"
    assert 'href="/queue/list"' in desk.get("/queue").text
    desk.client.post("/lock")
    desk.post("/unlock", passphrase=PASSPHRASE)

    assert "Phan" in desk.text("/queue")


@pytest.mark.parametrize("page", ["²", "0", "-1", "999999", "x", "9" * 5000])
def test_a_page_that_is_none_shows_one_that_is(desk: Running, page: str) -> None:
    _vault(desk)
    _titled(desk, "Phan")

    answer = desk.client.get("/queue", params={"page": page})

    assert (answer.status_code, "Phan" in answer.text) == (200, True)


def test_the_queue_says_nothing_was_done_because_an_address_says_so(desk: Running) -> None:
    _vault(desk)

    said = desk.text("/queue?look=77&left=3&did=77")

    assert ("77" in said, "Looked again" in said) == (False, False)
