"""Somebody here may be under 18: one click, nothing asked back (HARM 2)."""

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from benban.casework.add_files import add_files
from benban.desk.jobs import JobState, Progress
from benban.exchange.withdrawal import read_withdrawal, require_withdrawal
from benban.model.exhibit import Exhibit
from benban.model.hash_sharing import HashSharing
from benban.model.remedy import Plan
from benban.model.sighting import Sighting
from tests.desk.browsing import TOO_WIDE
from tests.desk.rig import Running
from tests.desk.shared import share
from tests.desk.test_access import FAULTS_ALONE, NARROWEST, SERIOUS, SMALL
from tests.harm.scenes import Example, given


def _kept(desk: Running) -> tuple[str, str, bytes]:
    """Open a case with a kept drawing; return its path, its sighting's, and the bytes."""
    case = desk.begin()
    drawn = Example.drawn().fake
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (one,) = store.all(Sighting)
        add_files(store, one, (given(drawn, "IMG_1.jpg"),), desk.desk.clock)
    return case, f"{case}/s/{one.id}", drawn


def test_one_click_destroys_what_was_kept_and_leaves_all_help_open(
    phone: Page, closed_desk: Running
) -> None:
    closed_desk.enter()
    case, place, _ = _kept(closed_desk)
    phone.goto(f"{closed_desk.place.origin}{place}")

    phone.click("text=Someone here may be under 18")

    assert phone.inner_text("h1") == "You have done nothing wrong."
    with closed_desk.desk.case(case.removeprefix("/c/")) as store:
        (one,) = store.all(Sighting)
        assert (store.all(Exhibit), one.answers.all_yes) == ((), False)
        # The plan is that for somebody under 18 by now.
        assert [made.is_minor_path for made in store.all(Plan)] == [True]
    phone.click("main a.button >> nth=0")
    assert "111" in phone.inner_text("main")


def test_a_second_click_shows_what_the_first_one_did(desk: Running) -> None:
    case, place, _ = _kept(desk)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (exhibit,) = store.all(Exhibit)
    number = desk.desk.forms.new()
    act = f"{case}/e/{exhibit.id}/minor"

    answers = [desk.client.post(act, data={"form": number}) for _ in range(2)]

    assert [one.headers["location"] for one in answers] == [f"{place}/closed"] * 2


def test_the_page_that_says_so_is_shown_only_where_it_is_true(desk: Running) -> None:
    _, place, _ = _kept(desk)

    assert desk.get(f"{place}/closed").headers["location"] == place


def test_a_page_that_was_kept_offers_it_as_well(desk: Running) -> None:
    case, _, _ = _kept(desk)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (exhibit,) = store.all(Exhibit)

    page = desk.get(f"{case}/e/{exhibit.id}/page").text

    assert f'action="{case}/e/{exhibit.id}/minor"' in page


def test_what_is_being_written_of_the_case_is_stopped_first(desk: Running) -> None:
    case, _, _ = _kept(desk)
    case_id = case.removeprefix("/c/")

    def writing(progress: Progress) -> str:
        while True:
            progress.require_wanted()
            time.sleep(0.02)

    jobs = [
        desk.desk.jobs.start("desk.hand-over.job", writing, case_id=case_id),
        desk.desk.jobs.start("desk.entrust.job", writing, cases=[case_id], is_once=True),
    ]
    with desk.desk.case(case_id) as store:
        (exhibit,) = store.all(Exhibit)

    desk.post(f"{case}/e/{exhibit.id}/minor")
    desk.wait_for_jobs()

    assert [one.state for one in jobs] == [JobState.STOPPED] * 2
    # What cannot be begun again from its page is not.
    desk.post(f"/jobs/{jobs[1].id}/resume")
    assert desk.desk.jobs.running() == ()


def test_the_page_says_that_a_shared_hash_is_recalled_and_where_its_file_goes(
    desk: Running,
) -> None:
    case, place, _ = _kept(desk)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (exhibit,) = store.all(Exhibit)
        shared = share(store, exhibit, desk.desk.clock)

    asked = desk.get(f"{case}/e/{exhibit.id}/forget").text
    desk.post(f"{case}/e/{exhibit.id}/minor")

    told = desk.get(f"{place}/closed").text
    assert ["Kho thử" in page for page in (asked, told)] == [True, True]
    assert "https://kho.example/rut" in told
    path = f"{case}/h/{shared.id}/withdrawal"
    assert f'href="{path}"' in told
    file = desk.get(path)
    assert file.headers["content-disposition"].startswith('attachment; filename="tai-lieu-')
    with desk.desk.case(case.removeprefix("/c/")) as store:
        require_withdrawal(
            read_withdrawal(file.content),
            consent_key=store.public_key.hex(),
            exchange=shared.exchange,
        )


def test_before_a_case_goes_the_way_back_can_be_saved_and_is_no_withdrawal(desk: Running) -> None:
    case, _, _ = _kept(desk)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (exhibit,) = store.all(Exhibit)
        shared = share(store, exhibit, desk.desk.clock)
        count = store.entry_count

    offered = desk.get(f"{case}/destroy").text
    file = desk.get(f"{case}/h/{shared.id}/withdrawal")

    assert f'href="{case}/h/{shared.id}/withdrawal"' in offered
    assert "https://kho.example/rut" in offered
    assert read_withdrawal(file.content).exchange == shared.exchange
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert (store.entry_count, store.get(HashSharing, shared.id)) == (count, shared)


def test_an_age_answer_that_recalls_a_hash_leads_to_where_its_file_goes(desk: Running) -> None:
    case, place, _ = _kept(desk)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (exhibit,) = store.all(Exhibit)
        share(store, exhibit, desk.desk.clock)
    answers = {"adult_now": "yes", "adult_in_picture": "unsure", "nobody_doubts": "yes"}

    led = desk.post(f"{place}/age", **answers)

    assert led.headers["location"] == f"{place}/closed"
    assert "https://kho.example/rut" in desk.get(f"{place}/closed").text


def test_it_is_named_on_the_case_until_the_person_says_that_it_is_handed_in(
    phone: Page, closed_desk: Running
) -> None:
    closed_desk.enter()
    case, place, _ = _kept(closed_desk)
    with closed_desk.desk.case(case.removeprefix("/c/")) as store:
        (exhibit,) = store.all(Exhibit)
        share(store, exhibit, closed_desk.desk.clock)
    phone.set_viewport_size(NARROWEST)
    phone.goto(f"{closed_desk.place.origin}{place}")
    phone.click("text=Someone here may be under 18")
    faults = [one for one in (_faults(phone), _at(phone, closed_desk, case)) if one]
    named = "https://kho.example/rut" in phone.inner_text("main")

    phone.get_by_role("button", name="It is handed in").click()

    assert (faults, named) == ([], True)
    assert phone.url == f"{closed_desk.place.origin}{case}"
    assert "https://kho.example/rut" not in phone.inner_text("main")


@pytest.mark.parametrize("back", ["consent", "photos", "s/{}/closed", "", "//x.example", "../x"])
def test_saying_so_leads_back_to_where_it_was_said_and_nowhere_else(
    desk: Running, back: str
) -> None:
    case, place, _ = _kept(desk)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (exhibit,) = store.all(Exhibit)
        share(store, exhibit, desk.desk.clock)
        (sharing,) = store.all(HashSharing)
    desk.post(f"{case}/e/{exhibit.id}/minor")
    wanted = back.format(place.rpartition("/")[2])

    led = desk.post(f"{case}/h/{sharing.id}/handed-in", back=wanted)

    is_known = not back.startswith(("/", "."))
    assert led.headers["location"] == (f"{case}/{wanted}" if back and is_known else case)
    assert "kho.example" not in desk.get(f"{place}/closed").text


def _at(page: Page, desk: Running, path: str) -> list[str]:
    page.goto(f"{desk.place.origin}{path}")
    return _faults(page)


def _faults(page: Page) -> list[str]:
    found = Axe().run(page, options=FAULTS_ALONE).response["violations"]
    serious = [one["id"] for one in found if one["impact"] in SERIOUS]
    small = [str(one) for one in page.evaluate(SMALL)]
    return serious + ["too wide"] * page.evaluate(TOO_WIDE) + small
