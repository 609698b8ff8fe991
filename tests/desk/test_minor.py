"""Somebody here may be under 18: one click, nothing asked back (HARM 2)."""

from playwright.sync_api import Page

from benban.casework.add_files import add_files
from benban.model.exhibit import Exhibit
from benban.model.remedy import Plan
from benban.model.sighting import Sighting
from tests.desk.rig import Running
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
