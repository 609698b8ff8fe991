"""Administrators let people in and out, and say what the organisation says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.casework.organisation import duty_texts, organisation_name, retention_days
from benban.model.people import PersonState
from benban.testing.clock import FakeClock
from benban.vault import KdfCost
from benban.wording import Language
from tests.desk.office import NOW, Office, opened_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path / "kho", FakeClock(NOW)) as opened:
        yield opened


DUTY = {"vi": "Phải báo.", "en": "We must report.", "day": "2026-11-01", "signed_by": "M. N."}


def _code(page: str) -> str:
    found = re.search(r'class="code">([^<]+)<', page)
    assert found is not None
    return found[1]


def test_whoever_is_invited_comes_in_by_the_code_of_the_page(office: Office) -> None:
    place = office.admin.post("/people/invite", name="mới", role="caseworker").headers["location"]
    code = _code(office.admin.get(place).text)
    cheap = KdfCost.cheap_for_tests()

    vault, _ = office.house.shared.accept("mới", code, "cụm mật khẩu dài", cheap)

    assert vault.person is not None
    assert vault.person.name == "mới"


def test_a_code_that_was_passed_on_is_on_no_page_any_more(office: Office) -> None:
    place = office.admin.post("/people/invite", name="mới", role="auditor").headers["location"]
    code = _code(office.admin.get(place).text)

    office.admin.post(place)

    assert office.admin.get(place).headers["location"] == "/people"
    for path in ("/people", "/people/invite"):
        assert code not in office.admin.get(path).text
    assert code not in office.second.get(place).text


def test_no_role_is_chosen_beforehand_and_none_is_asked_for(office: Office) -> None:
    assert "checked" not in office.admin.get("/people/invite").text

    answer = office.admin.post("/people/invite", name="mới")

    assert (answer.status_code, "BB-014" in answer.text) == (400, True)
    assert 'value="mới"' in answer.text


def test_a_role_that_nobody_may_give_is_no_page(office: Office) -> None:
    answer = office.admin.post("/people/invite", name="mới", role="person")

    assert answer.status_code == 404
    assert "mới" not in office.admin.text("/people")


def test_who_alone_holds_cases_stays_and_the_page_says_a_number(office: Office) -> None:
    office.begin()
    person = office.worker.person.user_id

    said = office.admin.text(f"/people/{person}")
    answer = office.admin.post(f"/people/{person}/end")

    assert "Not possible yet: cases that only this person can open: 1" in said
    assert f"/people/{person}/end" not in office.admin.get(f"/people/{person}").text
    assert (answer.status_code, "BB-467" in answer.text) == (400, True)
    states = {one.user_id: one.state for one in office.house.admin.people()}
    assert states[person] is PersonState.ACTIVE


def test_the_list_tells_a_number_and_no_case(office: Office) -> None:
    case = office.begin()

    page = office.admin.get("/people").text

    assert "Cases that only this person can open: 1" in page
    assert case.removeprefix("/c/") not in page


def test_access_ends_and_what_stays_is_said_before(office: Office) -> None:
    person = office.other.person.user_id
    said = office.admin.text(f"/people/{person}")

    office.admin.post(f"/people/{person}/end")

    assert "What they copied, printed or remember stays with them" in said
    states = {one.user_id: one.state for one in office.house.admin.people()}
    assert states[person] is PersonState.ENDED
    assert "access ended" in office.admin.text("/people")


def test_nobody_ends_their_own_access_on_the_page(office: Office) -> None:
    page = office.admin.get(f"/people/{office.admin.person.user_id}").text

    assert "/end" not in page


def test_the_second_factor_is_let_be_set_up_anew(office: Office) -> None:
    person = office.worker.person.user_id
    assert "asked for at each entry" in office.admin.text(f"/people/{person}")

    office.admin.post(f"/people/{person}/second")

    assert "to be set up anew at the next entry" in office.admin.text(f"/people/{person}")


def test_the_duty_text_is_shown_before_a_case_and_earlier_ones_stay(office: Office) -> None:
    office.admin.post("/organisation/duty", **DUTY)
    office.admin.post("/organisation/duty", **{**DUTY, "en": "Newer words.", "day": "2026-12-01"})
    office.admin.post("/organisation/retention", days="365")

    before = office.worker.text("/begin")
    read = office.worker.text("/duty")

    assert before.index("Newer words.") < before.index("Open the case")
    assert "Cases are kept for 365 days" in before
    assert read.index("Newer words.") < read.index("We must report.")
    assert "01/11/2026" in read
    assert len(duty_texts(office.house.worker)) == 2


@pytest.mark.parametrize("lacking", ["vi", "en", "day", "signed_by"])
def test_a_duty_text_that_lacks_something_comes_back_with_what_was_typed(
    office: Office, lacking: str
) -> None:
    answer = office.admin.post("/organisation/duty", **{**DUTY, lacking: ""})

    assert (answer.status_code, "BB-038" in answer.text) == (400, True)
    kept = next(value for name, value in DUTY.items() if name != lacking)
    assert kept in answer.text
    assert duty_texts(office.house.admin) == ()


def test_name_and_days_are_kept(office: Office) -> None:
    office.admin.post("/organisation/name", name="Nhà Xanh")
    office.admin.post("/organisation/retention", days="365")
    refused = office.admin.post("/organisation/retention", days="7")

    assert (organisation_name(office.house.worker), retention_days(office.house.worker)) == (
        "Nhà Xanh",
        365,
    )
    assert refused.status_code == 400
    assert "Nhà Xanh" in office.admin.text("/organisation")


def test_the_pages_speak_vietnamese(tmp_path: Path) -> None:
    with opened_office(tmp_path / "vi", FakeClock(NOW), Language.VI) as office:
        assert "Mời một người" in office.admin.text("/people")
        assert "Nghĩa vụ báo tin" in office.admin.text("/organisation")
        assert "Ai đã xem gì" in office.auditor.text("/views")
