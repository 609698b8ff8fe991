from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from benban.errors import (
    DailyNoticeLimitError,
    NoticeIncompleteError,
    NoticeOpenError,
    NoticeStepError,
    StatementNotConfirmedError,
)
from benban.model.case import Capacity
from benban.model.ids import NoticeId
from benban.model.remedy import Deadline, Notice, NoticeState, Reply
from benban.notices.marks import has_marks
from benban.notices.state import (
    NOTICES_A_DAY,
    add_reply,
    approve,
    escalate,
    is_overdue,
    mark_sent,
    notices_left_today,
)
from benban.notices.statements import required_statements
from tests.unit.remedies.scenes import CATALOGUE, NOW, X, case, draft, sighting, signature

SEEN = sighting(X)
REPLY = Reply(at=NOW, text="We received your report.", ticket="R-1")


def _approved(step_id: str = "vn-complaint") -> Notice:
    drafted = draft(SEEN, step_id)
    return approve(drafted, signature(drafted), sighting=SEEN, case=case(), catalogue=CATALOGUE)


def test_approval_fills_every_open_place() -> None:
    approved = _approved()

    assert (approved.state, has_marks(approved.body), "M. N." in approved.body) == (
        NoticeState.APPROVED,
        False,
        True,
    )


def test_every_confirmed_sentence_stands_in_the_text() -> None:
    assert "- I use this service in Viet Nam." in _approved().body.splitlines()


@pytest.mark.parametrize("place", range(4))
def test_one_statement_left_out_stops_the_notice(place: int) -> None:
    drafted = draft(SEEN, "vn-complaint")
    full = signature(drafted)
    short = replace(full, statements=full.statements[:place] + full.statements[place + 1 :])

    with pytest.raises(StatementNotConfirmedError):
        approve(drafted, short, sighting=SEEN, case=case(), catalogue=CATALOGUE)


def test_a_statement_that_was_not_asked_stops_the_notice() -> None:
    drafted = draft(SEEN, "x-2")
    full = signature(drafted)
    more = replace(full, statements=(*full.statements, "in-viet-nam"))

    with pytest.raises(StatementNotConfirmedError):
        approve(drafted, more, sighting=SEEN, case=case(), catalogue=CATALOGUE)


def test_somebody_who_acts_for_the_person_confirms_that() -> None:
    form = CATALOGUE.form("x-report")
    assert form is not None

    assert (
        required_statements(form, Capacity.SELF)[0],
        required_statements(form, Capacity.LAWYER)[0],
    ) == ("i-am-shown", "i-act-for")


def test_an_incomplete_signature_stops_the_notice() -> None:
    drafted = draft(SEEN, "x-2")

    with pytest.raises(NoticeIncompleteError) as caught:
        approve(
            drafted,
            signature(drafted, contact=""),
            sighting=SEEN,
            case=case(),
            catalogue=CATALOGUE,
        )

    assert caught.value.params == {"rules": "contact"}


def test_the_clock_starts_when_the_notice_is_sent() -> None:
    sent = mark_sent(_approved(), NOW)

    assert sent.deadline == Deadline(
        basis_id="vn-nd147-23i",
        hours=48,
        started_by="person-complaint",
        starts_at=NOW,
        due_at=NOW + timedelta(hours=48),
    )


def test_a_letter_never_starts_the_clock_of_an_authority() -> None:
    foreign = Deadline(basis_id="vn-l116-25", hours=24, started_by="authority-demand")

    sent = mark_sent(replace(_approved(), deadline=foreign), NOW)

    assert sent.deadline == foreign


def test_an_answer_is_due_only_while_nobody_answered() -> None:
    sent = mark_sent(_approved(), NOW)
    removed = add_reply(sent, REPLY, NoticeState.REMOVED)
    late = NOW + timedelta(hours=49)

    assert (is_overdue(sent, NOW), is_overdue(sent, late), is_overdue(removed, late)) == (
        False,
        True,
        False,
    )


def test_replies_are_kept_verbatim() -> None:
    sent = mark_sent(_approved(), NOW)

    answered = add_reply(sent, REPLY, NoticeState.ACKNOWLEDGED)

    assert (answered.replies, answered.state) == ((REPLY,), NoticeState.ACKNOWLEDGED)


LEGAL = {
    ("draft", "approved"),
    ("approved", "sent"),
    ("sent", "acknowledged"),
    ("sent", "removed"),
    ("sent", "refused"),
    ("sent", "escalated"),
    ("acknowledged", "acknowledged"),
    ("acknowledged", "removed"),
    ("acknowledged", "refused"),
    ("acknowledged", "escalated"),
    ("refused", "refused"),
    ("refused", "removed"),
    ("refused", "escalated"),
    ("escalated", "acknowledged"),
    ("escalated", "removed"),
    ("escalated", "refused"),
    # "Removed" is the service's word.
    ("removed", "escalated"),
}


def _move(notice: Notice, wanted: NoticeState) -> Notice:
    if wanted is NoticeState.APPROVED:
        return approve(notice, signature(notice), sighting=SEEN, case=case(), catalogue=CATALOGUE)
    if wanted is NoticeState.SENT:
        return mark_sent(notice, NOW)
    if wanted is NoticeState.ESCALATED:
        return escalate(notice)
    return add_reply(notice, REPLY, wanted)


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        (state, wanted)
        for state, wanted in product(NoticeState, NoticeState)
        if (state.value, wanted.value) in LEGAL and state is not NoticeState.DRAFT
    ],
)
def test_a_legal_move_arrives(state: NoticeState, wanted: NoticeState) -> None:
    assert _move(replace(_approved(), state=state), wanted).state is wanted


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        (state, wanted)
        for state, wanted in product(NoticeState, NoticeState)
        if (state.value, wanted.value) not in LEGAL
    ],
)
def test_an_illegal_move_is_an_error_and_nothing_changes(
    state: NoticeState, wanted: NoticeState
) -> None:
    with pytest.raises(NoticeStepError):
        _move(replace(_approved(), state=state), wanted)


def test_the_same_channel_is_not_asked_twice_about_one_place() -> None:
    drafted = draft(SEEN, "x-2")

    with pytest.raises(NoticeOpenError):
        approve(
            drafted,
            signature(drafted),
            sighting=SEEN,
            case=case(),
            catalogue=CATALOGUE,
            others=(_approved("x-2"),),
        )


def test_a_draft_left_over_from_before_a_refusal_is_no_way_around_the_wait() -> None:
    left_over = draft(SEEN, "x-2")
    sent = mark_sent(_approved("x-2"), NOW + timedelta(hours=1))
    refused = add_reply(sent, REPLY, NoticeState.REFUSED)

    def again(drafted: Notice) -> Notice:
        return approve(
            drafted,
            signature(drafted),
            sighting=SEEN,
            case=case(),
            catalogue=CATALOGUE,
            others=(refused,),
        )

    with pytest.raises(NoticeOpenError):
        again(left_over)
    # One that was drafted when its time had come is sent.
    assert again(replace(left_over, drafted_at=NOW + timedelta(days=8))).signature is not None


def _others(count: int, hours_ago: float) -> tuple[Notice, ...]:
    one = _approved("x-2")
    assert one.signature is not None
    signed = replace(one.signature, at=NOW - timedelta(hours=hours_ago))
    return tuple(
        replace(one, id=NoticeId(f"not-{number}"), channel_id=f"c-{number}", signature=signed)
        for number in range(count)
    )


def test_the_twenty_first_notice_of_a_day_waits() -> None:
    drafted = draft(SEEN, "x-2")

    with pytest.raises(DailyNoticeLimitError):
        approve(
            drafted,
            signature(drafted),
            sighting=SEEN,
            case=case(),
            catalogue=CATALOGUE,
            others=_others(NOTICES_A_DAY, hours_ago=1),
        )


@pytest.mark.parametrize(("hours_ago", "left"), [(0.0, 0), (23.9, 0), (24.0, 20), (30.0, 20)])
def test_the_limit_counts_the_last_24_hours(hours_ago: float, left: int) -> None:
    assert notices_left_today(_others(20, hours_ago), NOW) == left
