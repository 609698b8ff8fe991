"""Who works on a case: letting in, taking out, leading, and what the queue makes of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.model.custody import EventKind
from benban.testing.clock import FakeClock
from benban.wording import Language
from tests.desk.office import NOW, Office, opened_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path / "kho", FakeClock(NOW)) as opened:
        yield opened


def _let_in(office: Office, case: str) -> None:
    person = office.other.person.user_id
    numbers = office.house.worker.key_numbers(person)
    office.worker.post(f"{case}/people/{person}", compared="yes", numbers=numbers)


def test_a_new_case_offers_to_let_a_colleague_in_and_can_be_skipped(office: Office) -> None:
    place = office.worker.post("/begin").headers["location"]

    page = office.worker.get(place).text

    case = place.partition("/people")[0]
    assert f'href="{case}/people/new"' in page
    assert f'<a href="{case}">Skip' in page


def test_only_you_can_open_it_is_said_until_a_colleague_is_in(office: Office) -> None:
    case = office.begin()
    for path, words in ((case, "Only you can open this case"), ("/queue", "only you can open it")):
        assert words in office.worker.text(path)

    _let_in(office, case)

    for path in (case, "/queue"):
        assert "nly you can open" not in office.worker.text(path)


def test_letting_in_says_the_numbers_and_what_they_see_first(office: Office) -> None:
    case = office.begin()
    person = office.other.person.user_id
    assert "BB-103" in office.other.get(case).text

    said = office.worker.text(f"{case}/people/{person}")
    _let_in(office, case)

    assert office.house.worker.key_numbers(person) in said
    assert "They will see everything in this case" in said
    assert office.other.get(case).status_code == 200
    assert "khác" in office.worker.text(f"{case}/people")


def test_nobody_is_let_in_whose_numbers_were_not_compared(office: Office) -> None:
    case = office.begin()
    path = f"{case}/people/{office.other.person.user_id}"
    numbers = office.house.worker.key_numbers(office.other.person.user_id)
    other = " ".join(reversed(numbers.split()))

    unanswered = office.worker.post(path, numbers=numbers).text
    exchanged = office.worker.post(path, compared="yes", numbers=other).text

    assert ("BB-014" in unanswered, "BB-469" in exchanged) == (True, True)
    assert "BB-103" in office.other.get(case).text
    assert f'value="{numbers}"' in exchanged


def test_nothing_is_ticked_before_somebody_was_let_in(office: Office) -> None:
    case = office.begin()

    page = office.worker.get(f"{case}/people/{office.other.person.user_id}").text

    assert "checked" not in page


def test_administrators_and_auditors_are_not_among_those_to_let_in(office: Office) -> None:
    case = office.begin()
    # They come in.
    assert len({id(office.other), id(office.auditor), id(office.second)}) == 3

    said = office.worker.text(f"{case}/people/new")
    answer = office.worker.post(f"{case}/people/{office.admin.person.user_id}", compared="yes")

    assert ("khác" in said, "quản trị" in said, "xem" in said) == (True, False, False)
    assert answer.status_code == 404


def test_who_is_taken_out_has_the_case_no_more_and_it_was_said_what_stays(office: Office) -> None:
    case = office.begin()
    _let_in(office, case)
    person = office.other.person.user_id
    office.other.get(case)

    said = office.worker.text(f"{case}/people/{person}/out")
    office.worker.post(f"{case}/people/{person}/out")

    assert "What they copied, printed or remember stays with them" in said
    assert "BB-103" in office.other.get(case).text
    assert case not in office.other.get("/queue").text


def test_one_takes_oneself_out_and_comes_to_the_queue(office: Office) -> None:
    case = office.begin()
    _let_in(office, case)

    answer = office.worker.post(f"{case}/people/{office.worker.person.user_id}/out")

    assert answer.headers["location"] == "/queue"
    assert ("BB-103" in office.worker.get(case).text, office.other.get(case).status_code) == (
        True,
        200,
    )


def test_the_last_one_is_told_that_they_cannot_go(office: Office) -> None:
    case = office.begin()
    me = office.worker.person.user_id

    page = office.worker.get(f"{case}/people/{me}/out").text
    answer = office.worker.post(f"{case}/people/{me}/out")

    assert "The last one who can open a case cannot go" in page
    assert f'action="{case}/people/{me}/out"' not in page
    assert (answer.status_code, "BB-466" in answer.text) == (400, True)
    assert office.worker.get(case).status_code == 200


def test_the_queue_tells_mine_from_what_is_shared_with_me(office: Office) -> None:
    case = office.begin()
    _let_in(office, case)
    number = case.removeprefix("/c/")

    def shown(seat_name: str, whose: str) -> bool:
        seat = getattr(office, seat_name)
        seat.client.post("/queue", data={"whose": whose})
        return number in seat.get("/queue").text

    assert [shown("worker", one) for one in ("mine", "shared", "")] == [True, False, True]
    assert [shown("other", one) for one in ("mine", "shared", "")] == [False, True, True]
    office.worker.post(f"{case}/people/{office.other.person.user_id}/lead")
    assert [shown("worker", one) for one in ("mine", "shared")] == [False, True]
    assert [shown("other", one) for one in ("mine", "shared")] == [True, False]


def test_who_had_the_key_stands_in_the_access_statement(office: Office) -> None:
    case = office.begin()
    _let_in(office, case)
    office.worker.post(f"{case}/people/{office.other.person.user_id}/out")

    said = office.worker.text(f"{case}/custody/access")

    assert "Who had the key of the case" in said
    assert ("làm" in said, "khác" in said) == (True, True)
    with office.worker.desk.case(case.removeprefix("/c/")) as store:
        kinds = [one.kind for one in store.events()]
    assert kinds.count(EventKind.COLLEAGUE_LET_IN) == 2
    assert kinds.count(EventKind.COLLEAGUE_TAKEN_OUT) == 1


def test_a_kept_filter_is_each_persons_own(office: Office) -> None:
    office.worker.client.post("/queue", data={"whose": "mine"})
    office.worker.post("/queue/filters", name="của tôi")

    assert "của tôi" in office.worker.text("/queue/filters")
    assert "của tôi" not in office.other.text("/queue/filters")


def test_the_pages_speak_vietnamese(tmp_path: Path) -> None:
    with opened_office(tmp_path / "vi", FakeClock(NOW), Language.VI) as office:
        case = office.begin()

        assert "Chỉ bạn mở được hồ sơ này" in office.worker.text(f"{case}/people")
