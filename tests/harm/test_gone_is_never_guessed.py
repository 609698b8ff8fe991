"""Nobody is told that a picture is gone when it may only be hidden (B5 97)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from benban.capture.layouts import POST_NOT_FOUND
from benban.casework.retraction import presence_of, retractions_of
from benban.dossier.view import Presence
from benban.model.custody import CustodyEvent, EventKind, TimestampToken, TokenState
from benban.model.exhibit import Capture, CaptureStep, StepOutcome
from benban.model.ids import CaptureId
from benban.model.sighting import Sighting
from tests.unit.dossier.example import capture as drawn_capture
from tests.unit.dossier.example import digest
from tests.unit.dossier.example import sighting as a_sighting

THEN = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PLACE: Sighting = a_sighting()
ADDRESS = "https://t.me/kenh_vi_du/5"


def step(name: str, reason: str = "", outcome: StepOutcome = StepOutcome.DONE) -> CaptureStep:
    return CaptureStep(name=name, outcome=outcome, at=THEN, reason=reason)


def visit(
    *steps: CaptureStep, status: int | None = 200, after: int = 0, final: str = ADDRESS
) -> Capture:
    return replace(
        drawn_capture(),
        id=CaptureId(f"cap-{after:016x}"),
        sighting_id=PLACE.id,
        requested_address=ADDRESS,
        final_address=final,
        status=status,
        steps=(step("page-without-media"), *steps),
        started_at=THEN + timedelta(days=after),
        ended_at=THEN + timedelta(days=after, minutes=1),
    )


THERE = visit(step("item", "telegram/1"), step("item-media"))
LOGIN = visit(step("item", "no media on the page"))
FAILED_PAGE = replace(
    visit(status=None), steps=(step("page-without-media", "BB-208", StepOutcome.FAILED),)
)
# What a site may answer while the picture is still there for others.
NEVER_GONE = {
    "a login wall": LOGIN,
    "a login wall on another host": visit(final="https://login.example/?next=x"),
    "another host's 404": visit(status=404, final="https://elsewhere.example/404"),
    "a page that asks to choose": visit(
        step("item", "nothing chosen from the list of addresses", StepOutcome.NOT_DONE)
    ),
    "media that did not come": visit(
        step("item", "telegram/1"), step("item-media", "BB-208", StepOutcome.FAILED)
    ),
    "a time-out": FAILED_PAGE,
    "a time-out after a 404 of before": replace(FAILED_PAGE, status=404),
    **{str(status): visit(status=status) for status in (204, 400, 401, 403, 429, 451)},
    **{str(status): visit(status=status) for status in (500, 502, 503, 504)},
}


@pytest.mark.parametrize("name", NEVER_GONE)
def test_a_visit_that_says_nothing_of_the_item_is_not_known(name: str) -> None:
    assert presence_of(NEVER_GONE[name])[0] is Presence.UNKNOWN


@pytest.mark.parametrize("name", NEVER_GONE)
def test_there_and_then_not_known_is_no_retraction(name: str) -> None:
    later = replace(
        NEVER_GONE[name], id=CaptureId("cap-00000000000000ff"), started_at=THEN + timedelta(days=3)
    )

    (told,) = retractions_of([PLACE], [THERE, later], (), ())

    assert told.there_then_gone is None


@pytest.mark.parametrize(
    "gone",
    [
        visit(status=404, after=1),
        visit(status=410, after=1),
        visit(step("item", POST_NOT_FOUND), after=1),
    ],
)
def test_what_the_place_itself_says_is_gone(gone: Capture) -> None:
    (told,) = retractions_of([PLACE], [gone, THERE], (), ())

    pair = told.there_then_gone
    assert pair is not None
    assert [one.capture_id for one in pair] == [THERE.id, gone.id]


def as_member(one: Capture) -> Capture:
    assert one.browser is not None
    return replace(one, browser=replace(one.browser, profile="person"))


def test_what_only_a_member_saw_is_not_gone_because_a_stranger_is_told_404() -> None:
    stranger = visit(status=404, after=1)
    (told,) = retractions_of([PLACE], [as_member(THERE), stranger], (), ())

    assert told.there_then_gone is None
    assert (told.states[1].presence, told.states[1].reason) == (Presence.UNKNOWN, "no-login")


@pytest.mark.parametrize("is_seen_by_both", [True, False])
def test_a_member_s_404_and_one_after_a_stranger_saw_it_are_gone(is_seen_by_both: bool) -> None:
    gone = visit(status=404, after=2)
    seen = replace(THERE, id=CaptureId("cap-00000000000000aa"), started_at=THEN + timedelta(days=1))
    visits = [as_member(THERE), seen, gone] if is_seen_by_both else [as_member(THERE)]
    visits += [] if is_seen_by_both else [as_member(gone)]

    (told,) = retractions_of([PLACE], visits, (), ())

    assert told.there_then_gone is not None


def test_gone_without_having_been_seen_is_no_retraction() -> None:
    (told,) = retractions_of([PLACE], [visit(status=404), visit(status=410, after=2)], (), ())

    assert told.there_then_gone is None


def test_what_came_back_is_said_to_be_back() -> None:
    again = replace(
        THERE,
        id=CaptureId("cap-00000000000000aa"),
        started_at=THEN + timedelta(days=9),
        ended_at=THEN + timedelta(days=9),
    )

    (told,) = retractions_of([PLACE], [THERE, visit(status=404, after=2), again], (), ())

    assert told.is_back


def test_each_state_says_which_stamp_first_covered_it() -> None:
    gone = visit(status=404, after=1)
    events = [
        CustodyEvent(
            position=position,
            at=THEN,
            kind=EventKind.CAPTURED,
            subject=one.id,
            actor="person",
            fields=(),
            leaf_sha256=digest("leaf"),
        )
        for position, one in ((3, THERE), (9, gone))
    ]
    stamp = THEN + timedelta(hours=1)
    tokens = [
        TimestampToken(authority="a", state=TokenState.STAMPED, checkpoint_size=5, time_at=stamp),
        TimestampToken(authority="a", state=TokenState.PENDING, checkpoint_size=20),
    ]

    (told,) = retractions_of([PLACE], [THERE, gone], events, tokens)

    assert [state.stamped_at for state in told.states] == [stamp, None]
