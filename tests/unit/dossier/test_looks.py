"""What the watch saw at the places of a dossier is printed; other places are in none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from benban.casework.looked import looked_of
from benban.dossier.report import render_pdf
from benban.dossier.view import DossierView
from benban.model.ids import LookId, PlaceId, SightingId
from benban.model.sighting import Address
from benban.model.watch import Judgement, Look, Means, Place, SeenState, Sign
from benban.wording import Language, say
from tests.unit.dossier.example import authority_view, full_view
from tests.unit.dossier.reading import squeezed, text

THEN = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
NAMED = "https://noi-nghi-ngo.example/bai/77"


def a_place(number: int, sighting_id: SightingId | None) -> Place:
    address = Address(raw=NAMED, canonical=NAMED, host="noi-nghi-ngo.example", service="unknown")
    return Place(
        id=PlaceId(f"plc-{number}"), sighting_id=sighting_id, address=address, named_at=THEN
    )


def a_look(days: int, state: SeenState, reason: str, *, place: int = 1) -> Look:
    return Look(
        id=LookId(f"look-{place}-{days}"),
        place_id=PlaceId(f"plc-{place}"),
        at=THEN + timedelta(days=days),
        means=Means.HTTP,
        judgement=Judgement(state=state, sign=Sign.NOTHING, reason=reason),
        status=200 if state is SeenState.THERE else 404,
    )


STORY = (
    a_look(9, SeenState.GONE, "status-not-found"),
    a_look(0, SeenState.THERE, "item-shown"),
    a_look(1, SeenState.THERE, "item-shown"),
    a_look(2, SeenState.THERE, "item-shown"),
    a_look(8, SeenState.UNKNOWN, "status-not-found-once"),
    a_look(3, SeenState.BLOCKED, "status-451", place=2),
)


def looked_at(view: DossierView) -> DossierView:
    places = (a_place(1, view.sightings[0].id), a_place(2, None))
    return replace(view, looks=looked_of(view.sightings, places, STORY))


def test_looks_in_a_row_that_say_the_same_are_one_line_with_first_last_and_count() -> None:
    (one,) = looked_at(full_view()).looks

    assert [len(run) for run in one.runs] == [3, 1, 1]
    assert [run[0].at.day for run in one.runs] == [1, 9, 10]


def test_looks_at_a_place_that_was_only_named_are_in_no_dossier() -> None:
    (one,) = looked_at(full_view()).looks

    assert {look.place_id for look in one.looks} == {"plc-1"}


def test_looks_at_a_sighting_that_is_not_spoken_of_are_left_out() -> None:
    view = full_view()
    places = (a_place(1, SightingId("sig-of-another")),)

    assert looked_of(view.sightings, places, STORY) == ()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    "view", [full_view(), authority_view("age1vi-du")], ids=["reading", "authority"]
)
def test_when_by_what_means_state_and_evidence_are_printed(
    view: DossierView, language: Language
) -> None:
    told = squeezed(text(render_pdf(looked_at(view), language)))

    for message in (
        "dossier.looks.means.http",
        "watch.state.there",
        "watch.state.gone",
        "watch.reason.item-shown",
        "watch.reason.status-not-found-once",
        "watch.reason.status-not-found",
        "dossier.looks.limit-2",
    ):
        assert squeezed(say(language, message)) in told
    assert squeezed("2026-11-10 08:00:00") in told
    gone = say(language, "watch.reason.status-not-found")
    assert squeezed(say(language, "dossier.looks.rests-on", reason=gone, status=404)) in told
    assert squeezed(say(language, "watch.reason.status-451")) not in told
    assert "noi-nghi-ngo" not in told


def test_without_a_look_there_is_no_such_section() -> None:
    told = squeezed(text(render_pdf(full_view(), Language.VI)))

    assert squeezed(say(Language.VI, "dossier.section.looks")) not in told
