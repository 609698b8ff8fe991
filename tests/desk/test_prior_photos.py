"""Photos of one's own before anything was seen: the same three questions, and nothing without."""

import pytest

from benban.casework.photo_ages import photo_ages
from benban.model.exhibit import Original
from benban.model.sighting import SightingKind
from benban.vault import CaseStore
from tests.desk.rig import ADULT, Running

from .test_adding import PHOTO, SENTENCE


def _empty_case(desk: Running) -> str:
    """Return the path of a second case, in which nothing was seen."""
    desk.begin(SightingKind.PUBLISHED)
    return desk.post("/begin").headers["location"]


def _sent(desk: Running, case: str, **answers: str) -> int:
    data = {"form": desk.desk.forms.new(), "declaration": SENTENCE, **answers}
    status = desk.client.post(f"{case}/photos", data=data, files=[PHOTO]).status_code
    desk.wait_for_jobs()
    return status


def _originals(desk: Running, case: str) -> tuple[Original, ...]:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        return store.all(Original)


def test_the_questions_stand_on_the_page_with_nothing_chosen(desk: Running) -> None:
    shown = desk.get(f"{_empty_case(desk)}/photos").text

    assert [shown.count(f'name="{name}"') for name in ADULT] == [3, 3, 3]
    assert "checked" not in shown


def test_photos_are_kept_after_three_times_yes(desk: Running) -> None:
    case = _empty_case(desk)

    assert _sent(desk, case, **ADULT) == 303
    assert [one.original_name for one in _originals(desk, case)] == ["IMG_2.jpg"]


@pytest.mark.parametrize("said", ["no", "unsure", None])
@pytest.mark.parametrize("name", list(ADULT))
def test_anything_but_a_clear_yes_keeps_nothing(desk: Running, name: str, said: str | None) -> None:
    case = _empty_case(desk)
    answers = {**ADULT, name: said} if said else {k: v for k, v in ADULT.items() if k != name}

    assert _sent(desk, case, **answers) == 400
    assert _originals(desk, case) == ()


def test_one_click_destroys_photos_in_which_somebody_may_be_under_18(desk: Running) -> None:
    case = _empty_case(desk)
    _sent(desk, case, **ADULT)
    (photo,) = _originals(desk, case)

    answer = desk.post(f"{case}/photos/{photo.id}/minor")

    assert answer.headers["location"] == f"{case}/photos/closed"
    assert _originals(desk, case) == ()
    assert "You have done nothing wrong." in desk.text(f"{case}/photos/closed")
    assert _sent(desk, case, **ADULT) == 400
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert _is_closed(store)


def _is_closed(store: CaseStore) -> bool:
    ages = photo_ages(store)
    return ages is not None and ages.is_closed
