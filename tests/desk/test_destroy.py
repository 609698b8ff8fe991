"""A case that is destroyed from its page: a word, once, and nothing of it anywhere afterwards."""

import threading

import pytest
from playwright.sync_api import Page

from benban.desk.jobs import Progress
from benban.model.custody import EventKind
from benban.wording import Language, say
from tests.desk.receiving import of_case
from tests.desk.rig import ADULT, PASSPHRASE, Running


def _settings(desk: Running) -> str:
    rows = desk.desk.vault.entered.index.database.rows("SELECT name, value FROM settings")
    return repr(rows)


def test_a_person_destroys_a_case_and_its_drafts_go(phone: Page, closed_desk: Running) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    closed_desk.client.post(f"/draft/case.{of_case(case)}.words", data={"text": "nửa chừng"})
    phone.goto(f"{closed_desk.place.origin}{case}")
    phone.click("text=Destroy this case for good")
    said = phone.inner_text("main")
    assert ("What goes for good" in said, "What stays elsewhere" in said) == (True, True)
    phone.fill("input[name=word]", "destroy")
    phone.click("main form button")

    assert phone.inner_text("h1") == "The case is gone"
    assert closed_desk.desk.vault.case_ids() == ()
    assert of_case(case) not in _settings(closed_desk)
    assert [path.name for path in (closed_desk.desk.folder / "cases").iterdir()] == []


@pytest.mark.parametrize("typed", ["", "yes", "destro", "destroy it"])
def test_another_word_destroys_nothing(desk: Running, typed: str) -> None:
    case = desk.begin()

    answer = desk.post(f"{case}/destroy", word=typed)

    assert (answer.status_code, "BB-051" in answer.text) == (400, True)
    assert len(desk.desk.vault.case_ids()) == 1


@pytest.mark.parametrize("typed", ["hủy", "huy", "HỦY", " destroy ", "Destroy"])
def test_the_word_counts_with_and_without_marks_in_both_languages(
    desk: Running, typed: str
) -> None:
    case = desk.begin()

    answer = desk.post(f"{case}/destroy", word=typed)

    assert answer.headers["location"] == "/destroyed"
    assert desk.desk.vault.case_ids() == ()


def test_the_word_stands_on_the_page_in_its_language(desk: Running) -> None:
    case = desk.begin()
    for language in Language:
        desk.client.post("/language", data={"language": language.value, "back": "/"})

        assert say(language, "desk.destroy.word") in desk.text(f"{case}/destroy")


def test_looking_at_what_would_go_changes_nothing(desk: Running) -> None:
    case = desk.begin()
    with desk.desk.case(of_case(case)) as store:
        before = store.leaves()
        desk.get(f"{case}/destroy")

        assert store.leaves() == before


def test_a_second_click_shows_what_the_first_one_did(desk: Running) -> None:
    case = desk.begin()
    number = desk.desk.forms.new()
    sent = {"form": number, "word": "destroy"}

    answers = [desk.client.post(f"{case}/destroy", data=sent) for _ in range(2)]

    assert [one.headers["location"] for one in answers] == ["/destroyed"] * 2


def test_nothing_of_it_is_left_in_the_queue_and_other_cases_are_as_they_were(
    desk: Running,
) -> None:
    gone, stays = desk.begin(), desk.begin()
    desk.post("/settings/mode", mode="work")
    assert (of_case(gone) in desk.get("/queue").text) is True

    desk.post(f"{gone}/destroy", word="destroy")

    page = desk.get("/queue").text
    assert (of_case(gone) in page, of_case(stays) in page) == (False, True)
    assert of_case(gone) not in desk.get("/queue/list").text
    assert of_case(gone) not in {str(one) for one in desk.desk.queue_rows}
    assert desk.get(stays).status_code == 200


def test_a_draft_that_comes_after_it_is_not_kept(desk: Running) -> None:
    case = desk.begin()
    desk.post(f"{case}/destroy", word="destroy")

    answer = desk.client.post(
        f"/draft/case.{of_case(case)}.words", data={"text": "viết ở tab khác"}
    )

    assert (answer.status_code, "BB-103" in answer.text) == (404, True)
    assert of_case(case) not in _settings(desk)


def test_an_old_page_of_it_does_nothing_and_says_so(desk: Running) -> None:
    case = desk.begin()
    age = desk.post(f"{case}/add/link", kind="published", seen_on="nhóm").headers["location"]
    desk.post(f"{case}/destroy", word="destroy")

    answer = desk.post(age, **ADULT)

    assert (answer.status_code, "BB-103" in answer.text) == (404, True)


def test_what_is_at_work_on_it_is_stopped_first(desk: Running) -> None:
    case = desk.begin()
    begun = threading.Event()

    def work(progress: Progress) -> str:
        begun.set()
        progress.ask(("chọn",))
        return case

    desk.desk.jobs.start("desk.case.heading", work, case_id=of_case(case))
    begun.wait()

    answer = desk.post(f"{case}/destroy", word="destroy")

    assert (answer.status_code, "BB-050" in answer.text) == (400, True)
    assert len(desk.desk.vault.case_ids()) == 1
    desk.wait_for_jobs()
    desk.post(f"{case}/destroy", word="destroy")
    assert (desk.desk.vault.case_ids(), desk.desk.jobs.of_case(of_case(case))) == ((), ())


def test_it_stays_gone_when_the_vault_is_opened_again(desk: Running) -> None:
    case = desk.begin()
    desk.post(f"{case}/destroy", word="destroy")
    desk.client.post("/lock")
    desk.post("/unlock", passphrase=PASSPHRASE)

    assert desk.desk.vault.case_ids() == ()
    assert "BB-103" in desk.text(case)


def test_what_was_handed_out_is_counted_as_out_of_reach(desk: Running) -> None:
    case = desk.begin()
    desk.post(f"{case}/letter", to="work", wish=["do-not-share"])
    with desk.desk.case(of_case(case)) as store:
        kinds = [one.kind for one in store.events()]
    assert EventKind.LETTER_WRITTEN in kinds

    assert "letters 1" in desk.text(f"{case}/destroy")
