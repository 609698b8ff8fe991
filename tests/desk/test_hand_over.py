"""A whole case in one sealed file: whose key, what goes, and nothing written before that."""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Page

from benban.casework.allegations import allegations_of, keep_allegation
from benban.casework.take_over import own_recipient
from benban.errors import AllegationsUnreadableError
from benban.model.case import Capacity, Case
from benban.model.custody import EventKind
from benban.model.ids import new_case_id
from benban.model.sighting import Sighting, SightingKind
from benban.seal.age import fresh_identity, recipient_of, voice_code
from benban.wording import Language
from tests.desk.receiving import (
    WHO,
    a_lawyer,
    ended,
    named,
    of_case,
    opened_by,
    stopped_in_the_middle,
)
from tests.desk.rig import ADULT, Running

KEY = recipient_of(fresh_identity())


def _about(desk: Running, case: str, key: str = KEY, compared: str = "same") -> str:
    """Paste a key and say how its numbers compare; return the number it is remembered by."""
    first = named(desk.post(f"{case}/hand-over/key", key=key).text)
    return named(desk.post(f"{case}/hand-over/compared", named=first, compared=compared).text)


def test_a_person_hands_a_case_over_and_its_recipient_opens_it(
    phone: Page, closed_desk: Running, tmp_path: Path
) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    with a_lawyer(tmp_path) as lawyer:
        key = own_recipient(lawyer)
        phone.goto(f"{closed_desk.place.origin}{case}")
        phone.click("text=Hand the whole case over")
        phone.fill("textarea[name=key]", f"# khóa\n{key}\n")
        phone.click("main button")
        assert voice_code(key) in phone.inner_text("main")
        assert phone.locator("main input:checked").count() == 0
        phone.check("input[name=compared][value=same]")
        phone.click("main button")
        for name, value in WHO.items():
            phone.fill(f"input[name={name}]", value)
        phone.fill("input[name=folder]", str(tmp_path))
        phone.click("text=Look before it is written")
        assert "Places where it was seen: 1" in phone.inner_text("main")
        assert list(tmp_path.glob("*.dat")) == []
        phone.click("text=Write the file")
        phone.click("text=See what came of it", timeout=60_000)

        (path,) = tmp_path.glob("tai-lieu-*.dat")
        said = phone.inner_text("main")
        assert hashlib.sha256(path.read_bytes()).hexdigest() in said
        assert (str(path.stat().st_size) in said, voice_code(key) in said) == (True, True)
        with opened_by(lawyer, path) as taken:
            assert (taken.case.id, len(taken.all(Sighting))) == (of_case(case), 1)
    with closed_desk.desk.case(of_case(case)) as store:
        assert store.events()[-1].kind is EventKind.HANDED_OVER


def test_other_numbers_end_it_and_the_key_is_forgotten(desk: Running) -> None:
    case = desk.begin()
    first = named(desk.post(f"{case}/hand-over/key", key=KEY).text)

    answer = desk.post(f"{case}/hand-over/compared", named=first, compared="other")

    assert (answer.status_code, "BB-115" in answer.text) == (400, True)
    again = desk.post(f"{case}/hand-over/compared", named=first, compared="same")
    assert (again.status_code, "BB-013" in again.text) == (400, True)


@pytest.mark.parametrize("key", ["", "age1không", "AGE-SECRET-KEY-1ABC", "# chỉ có lời"])
def test_what_is_no_key_is_said_where_it_was_pasted(desk: Running, key: str) -> None:
    case = desk.begin()

    answer = desk.post(f"{case}/hand-over/key", key=key)

    assert (answer.status_code, "BB-703" in answer.text or "BB-014" in answer.text) == (400, True)


def test_no_key_and_no_number_stands_in_an_address_a_title_or_a_printed_line(
    desk: Running, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    case = desk.begin()
    number = _about(desk, case)
    job = desk.post(f"{case}/hand-over/make", named=number, folder=str(tmp_path), **WHO)
    after = ended(desk, job.headers["location"])
    (kept,) = desk.desk.jobs.of_case(of_case(case))

    printed = "".join(capfd.readouterr())
    addresses = job.headers["location"] + after + kept.title + kept.step + str(kept.params)
    digits = voice_code(KEY).replace(" ", "")
    for telling in (KEY, voice_code(KEY), digits, WHO["name"], str(tmp_path)):
        assert (telling in printed, telling in addresses) == (False, False)
    assert desk.get(after).status_code == 200


def test_what_is_suspected_stays_out_unless_somebody_says_otherwise(
    desk: Running, tmp_path: Path
) -> None:
    case = desk.begin()
    with desk.desk.case(of_case(case)) as store:
        keep_allegation(desk.desk.vault, store, "tôi ngờ là bạn cũ", desk.desk.clock)
    with a_lawyer(tmp_path) as lawyer:
        number = _about(desk, case, own_recipient(lawyer))
        fields = {"named": number, "folder": str(tmp_path), **WHO}
        assert "Not in the file" in desk.post(f"{case}/hand-over/preview", **fields).text
        job = desk.post(f"{case}/hand-over/make", **fields).headers["location"]
        ended(desk, job)

        (path,) = tmp_path.glob("*.dat")
        with opened_by(lawyer, path) as taken, pytest.raises(AllegationsUnreadableError):
            allegations_of(lawyer, taken)


def test_what_is_suspected_goes_along_when_it_was_said(desk: Running, tmp_path: Path) -> None:
    case = desk.begin()
    with desk.desk.case(of_case(case)) as store:
        keep_allegation(desk.desk.vault, store, "tôi ngờ là bạn cũ", desk.desk.clock)
    with a_lawyer(tmp_path) as lawyer:
        number = _about(desk, case, own_recipient(lawyer))
        fields = {"named": number, "folder": str(tmp_path), "allegations": "yes", **WHO}
        ended(desk, desk.post(f"{case}/hand-over/make", **fields).headers["location"])

        (path,) = tmp_path.glob("*.dat")
        with opened_by(lawyer, path) as taken:
            (one,) = allegations_of(lawyer, taken)
    assert one.text == "tôi ngờ là bạn cũ"


@pytest.mark.parametrize("lacking", ["name", "purpose", "legal_basis", "folder"])
def test_what_was_typed_is_kept_on_a_page_that_comes_back(
    desk: Running, tmp_path: Path, lacking: str
) -> None:
    case = desk.begin()
    number = _about(desk, case)
    fields = {"named": number, "folder": str(tmp_path), **WHO}
    del fields[lacking]

    answer = desk.post(f"{case}/hand-over/preview", **fields)

    assert (answer.status_code, "BB-014" in answer.text) == (400, True)
    kept = [value for name, value in fields.items() if name != "named"]
    assert [value for value in kept if f'value="{value}"' not in answer.text] == []


def test_a_folder_that_is_not_there_is_not_made(desk: Running, tmp_path: Path) -> None:
    case = desk.begin()
    number = _about(desk, case)
    folder = tmp_path / "khong-co"

    answer = desk.post(f"{case}/hand-over/make", named=number, folder=str(folder), **WHO)

    assert (answer.status_code, "BB-053" in answer.text) == (400, True)
    assert not folder.exists()


def test_a_case_without_a_place_that_opens_it_says_so_before_anything_is_asked(
    desk: Running,
) -> None:
    case = desk.begin(SightingKind.TALK_ABOUT_IT)

    answer = desk.get(f"{case}/hand-over")

    assert ("BB-106" in answer.text, 'name="key"' in answer.text) == (True, False)


def test_a_key_pasted_for_one_case_hands_over_no_other(desk: Running, tmp_path: Path) -> None:
    first, second = desk.begin(), desk.begin()
    number = _about(desk, first)

    answer = desk.post(f"{second}/hand-over/make", named=number, folder=str(tmp_path), **WHO)

    assert (answer.status_code, "BB-013" in answer.text) == (400, True)
    assert list(tmp_path.glob("*.dat")) == []


def test_who_acts_for_somebody_needs_their_yes_before_the_file(
    desk: Running, tmp_path: Path
) -> None:
    desk.begin()
    made = Case(
        id=new_case_id(),
        title="",
        language=Language.EN,
        capacity=Capacity.LAWYER,
        opened_at=desk.desk.clock.now(),
    )
    desk.desk.vault.create_case(made).close()
    case = f"/c/{made.id}"
    age = desk.post(f"{case}/add/link", kind="published", seen_on="nhóm").headers["location"]
    desk.post(age, **ADULT)

    answer = desk.post(
        f"{case}/hand-over/preview", named=_about(desk, case), folder=str(tmp_path), **WHO
    )

    assert (answer.status_code, "BB-651" in answer.text) == (400, True)


def test_words_half_written_come_back_and_go_when_the_file_is_made(
    desk: Running, tmp_path: Path
) -> None:
    case = desk.begin()
    draft = f"case.{of_case(case)}.hand-over"
    desk.client.post(f"/draft/{draft}", data={"purpose": "tư vấn cho tôi"})
    first = named(desk.post(f"{case}/hand-over/key", key=KEY).text)

    page = desk.post(f"{case}/hand-over/compared", named=first, compared="later")

    assert 'value="tư vấn cho tôi"' in page.text
    desk.post(f"{case}/hand-over/make", named=named(page.text), folder=str(tmp_path), **WHO)
    desk.wait_for_jobs()
    assert desk.desk.drafts.get(draft) == {}


def test_stopped_while_it_is_written_there_is_no_file_and_the_log_says_so(
    desk: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = desk.begin()
    fields = {"named": _about(desk, case), "folder": str(tmp_path), **WHO}

    with stopped_in_the_middle(desk, monkeypatch, "desk.hand-over.writing"):
        after = ended(desk, desk.post(f"{case}/hand-over/make", **fields).headers["location"])

    with desk.desk.case(of_case(case)) as store:
        kinds = [one.kind for one in store.events()][-2:]
    assert (after, list(tmp_path.glob("*.dat"))) == ("", [])
    assert kinds == [EventKind.HANDED_OVER, EventKind.ATTEMPT_FAILED]
