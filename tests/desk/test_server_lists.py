"""To whose keys a case of an organisation may go, on the pages; and who saw what."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.casework.handing import numbers_of, own_signing_key
from benban.seal.age import fresh_identity, recipient_of, voice_code
from benban.testing.clock import FakeClock
from tests.desk.office import NOW, Office, opened_office
from tests.desk.rig import ADULT
from tests.unit.casework.house import written_by_hand

KEY = recipient_of(fresh_identity())
OTHER = recipient_of(fresh_identity())


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path / "kho", FakeClock(NOW)) as opened:
        yield opened


def _listed(office: Office) -> None:
    office.admin.post("/organisation/keys/new", name="Lan", key=KEY, heard=voice_code(KEY))


def _compared(office: Office) -> None:
    office.worker.post("/keys", heard=numbers_of(own_signing_key(office.house.admin)))


def _published(office: Office) -> str:
    case = office.begin()
    age = office.worker.post(
        f"{case}/add/link", address="https://x.com/i/status/1234567890123456789", kind="published"
    ).headers["location"]
    office.worker.post(age, **ADULT)
    return case


def test_a_key_is_listed_after_its_numbers_were_heard(office: Office) -> None:
    wrong = office.admin.post("/organisation/keys/new", name="Lan", key=KEY, heard="1 2 3")
    assert (wrong.status_code, "BB-115" in wrong.text) == (400, True)
    assert voice_code(KEY) not in wrong.text

    _listed(office)

    said = office.admin.text("/organisation/keys")
    assert ("Lan" in said, voice_code(KEY) in said, "quản trị" in said) == (True, True, True)


def test_the_numbers_of_a_key_are_not_shown_before_they_were_heard(office: Office) -> None:
    wrong = office.admin.post("/organisation/keys/new", name="Lan", key=KEY, heard="")

    assert voice_code(KEY) not in wrong.text


def test_a_caseworker_compares_the_list_once_and_sees_it_then(office: Office) -> None:
    _listed(office)
    before = office.worker.text("/keys")
    wrong = office.worker.post("/keys", heard="00000 11111 22222 33333 44444 55555")
    _compared(office)

    after = office.worker.text("/keys")

    assert ("BB-062" in wrong.text, "take-over" in wrong.text) == (True, False)
    assert numbers_of(own_signing_key(office.house.admin)) not in before + wrong.text
    assert (voice_code(KEY) in before, voice_code(KEY) in after) == (False, True)


def test_a_case_goes_to_a_key_on_the_list_and_to_no_other(office: Office) -> None:
    case = _published(office)
    _listed(office)
    _compared(office)
    page = office.worker.get(f"{case}/hand-over").text
    assert ("Lan" in page, "<textarea" in page) == (True, False)

    refused = office.worker.post(f"{case}/hand-over/key", key=OTHER)
    taken = office.worker.post(f"{case}/hand-over/key", key=KEY)

    assert (refused.status_code, "BB-035" in refused.text) == (400, True)
    assert (taken.status_code, voice_code(KEY) in taken.text) == (200, True)


def test_without_having_compared_the_list_nothing_is_handed_over(office: Office) -> None:
    case = _published(office)
    _listed(office)

    page = office.worker.get(f"{case}/hand-over").text
    refused = office.worker.post(f"{case}/hand-over/key", key=KEY)

    assert ("BB-037" in page, 'href="/keys"' in page) == (True, True)
    assert (refused.status_code, "BB-037" in refused.text) == (400, True)


def test_a_second_administrator_signs_after_the_first_heard_their_numbers(office: Office) -> None:
    _listed(office)
    numbers = numbers_of(own_signing_key(office.house.admin))
    office.second.post("/organisation/keys/compare", heard=numbers)
    office.second.post("/organisation/keys/offer")
    assert "hai asks to sign, too" in office.admin.text("/organisation/keys/signers")

    theirs = numbers_of(own_signing_key(office.house.second))
    office.admin.post(
        "/organisation/keys/signers", person=office.second.person.user_id, heard=theirs
    )
    office.second.post("/organisation/keys/new", name="Hoa", key=OTHER, heard=voice_code(OTHER))

    assert "Hoa" in office.admin.text("/organisation/keys")


def test_a_list_that_an_administrator_did_not_sign_is_said(office: Office) -> None:
    _listed(office)
    _compared(office)
    written_by_hand(office.house.worker, "organisation.handing-list", b"{}")

    for seat, path in ((office.admin, "/organisation/keys"), (office.worker, "/keys")):
        assert "BB-036" in seat.get(path).text


# --- who saw what -----------------------------------------------------------------------------


def test_an_auditor_sees_who_asked_for_which_page_and_no_word_of_a_case(office: Office) -> None:
    case = office.begin()
    office.worker.get(case)

    page = office.auditor.get("/views").text
    assert "came in; wrong tries before: 0" in page
    assert "people/entered" not in page

    assert "the page of the case" in page
    assert ("làm" in page, case.removeprefix("/c/") in page, "/c/{case}" in page) == (
        True,
        True,
        True,
    )
    for word in ("Untitled", "Chưa đặt tên"):
        assert word not in page
    assert "none was changed or taken out" in page


def test_views_are_filtered_by_person_case_and_day(office: Office) -> None:
    case = office.begin()
    number = case.removeprefix("/c/")
    office.worker.get(case)
    other = office.other.person.user_id

    def rows(**wish: str) -> list[list[str]]:
        office.auditor.client.post("/views", data=wish)
        return list(csv.reader(io.StringIO(office.auditor.get("/views/list").text)))[1:]

    every = rows()
    of_case = rows(case=number)
    assert 0 < len(of_case) < len(every)
    assert {one[3] for one in of_case} == {number}
    assert {one[2] for one in rows(person=office.worker.person.user_id)} == {
        office.worker.person.user_id
    }
    assert rows(person=other, case=number) == []
    assert rows(day="2020-01-01") == []
    day = NOW.astimezone().date().isoformat()
    assert len(rows(day=day)) == len(every)


def test_the_table_holds_numbers_and_no_names(office: Office) -> None:
    office.worker.get(office.begin())

    answer = office.auditor.get("/views/list")

    assert answer.text.splitlines()[0] == "number,at,person,case,page,about"
    for name in ("làm", "quản trị", "xem"):
        assert name not in answer.text
