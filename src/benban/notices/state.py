"""The life of a notice. Every change returns a new value; an impossible one is an error."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from benban.errors import (
    DailyNoticeLimitError,
    NoticeIncompleteError,
    NoticeOpenError,
    NoticeStepError,
    StatementNotConfirmedError,
)
from benban.model.case import Case
from benban.model.catalogue import Catalogue
from benban.model.ids import NoticeId
from benban.model.remedy import Deadline, Notice, NoticeState, Reply, Signature
from benban.model.sighting import Sighting
from benban.notices.lint import lint_notice
from benban.notices.marks import fill_marks, without_marks
from benban.notices.statements import required_statements, statement_text

# HARM 15: in person mode.
NOTICES_A_DAY = 20

MOVES: dict[NoticeState, frozenset[NoticeState]] = {
    NoticeState.DRAFT: frozenset({NoticeState.APPROVED}),
    NoticeState.APPROVED: frozenset({NoticeState.SENT}),
    NoticeState.SENT: frozenset(
        {
            NoticeState.ACKNOWLEDGED,
            NoticeState.REMOVED,
            NoticeState.REFUSED,
            NoticeState.ESCALATED,
        }
    ),
    NoticeState.ACKNOWLEDGED: frozenset(
        {
            NoticeState.ACKNOWLEDGED,
            NoticeState.REMOVED,
            NoticeState.REFUSED,
            NoticeState.ESCALATED,
        }
    ),
    NoticeState.REFUSED: frozenset(
        {NoticeState.REFUSED, NoticeState.ESCALATED, NoticeState.REMOVED}
    ),
    NoticeState.ESCALATED: frozenset(
        {NoticeState.ACKNOWLEDGED, NoticeState.REMOVED, NoticeState.REFUSED}
    ),
    # The service's word: whoever sees that it is still there can go on.
    NoticeState.REMOVED: frozenset({NoticeState.ESCALATED}),
}
_ANSWERS = frozenset(
    {NoticeState.ACKNOWLEDGED, NoticeState.REMOVED, NoticeState.REFUSED, NoticeState.ESCALATED}
)
_OPEN = frozenset({NoticeState.APPROVED, NoticeState.SENT, NoticeState.ACKNOWLEDGED})


def approve(
    notice: Notice,
    signature: Signature,
    *,
    sighting: Sighting,
    case: Case,
    catalogue: Catalogue,
    others: Sequence[Notice] = (),
) -> Notice:
    """
    Return the notice as it will be sent, with what the person typed and confirmed.

    Args:
        notice: a draft.
        signature: ``statements`` holds the ids the person confirmed one by one, no more, no fewer.
        sighting: the one the notice is about.
        case: whose capacity chooses the statement on who is writing.
        catalogue: for the completeness check.
        others: all notices of this vault; for the daily limit and the cool-down.

    Raises:
        NoticeStepError: BB-606, it is not a draft.
        StatementNotConfirmedError: BB-607, a statement is missing, or one was added.
        NoticeIncompleteError: BB-608, the completeness check found something that blocks.
        DailyNoticeLimitError: BB-609, NoticeOpenError: BB-610.
    """
    _check_move(notice, NoticeState.APPROVED)
    _refuse_repetition(notice, signature.at, standing_notices(others, catalogue, sighting))
    form = catalogue.form(notice.form)
    required = () if form is None else required_statements(form, case.capacity)
    if set(signature.statements) != set(required):
        missing = sorted(set(required) ^ set(signature.statements))
        raise StatementNotConfirmedError(missing=", ".join(missing))
    signed = replace(
        notice,
        body=fill_marks(notice.body, notice.language, _values(notice, signature, required)),
        signature=signature,
        state=NoticeState.APPROVED,
    )
    require_complete(signed, catalogue, sighting=sighting)
    return signed


def require_complete(notice: Notice, catalogue: Catalogue, *, sighting: Sighting) -> None:
    """
    Refuse a notice of which something must be mended before it is sent.

    Raises:
        NoticeIncompleteError: BB-608.
    """
    blocking = _blocking(notice, catalogue, sighting)
    if blocking:
        raise NoticeIncompleteError(rules=", ".join(blocking))


def standing_notices(
    notices: Sequence[Notice], catalogue: Catalogue, sighting: Sighting
) -> tuple[Notice, ...]:
    """
    Return *notices*; one that was signed and may no longer be sent, as the draft it was before.

    Else a text for adults that was left unsent when somebody turned out to be under 18 would close
    the same address to the text that helps them.

    Args:
        notices: of any sighting; only those of *sighting* can change.
        catalogue: for the completeness check.
        sighting: with its present answers.
    """
    return tuple(
        replace(one, state=NoticeState.DRAFT)
        if one.state is NoticeState.APPROVED
        and one.sighting_id == sighting.id
        and _blocking(one, catalogue, sighting)
        else one
        for one in notices
    )


def mark_sent(notice: Notice, sent_at: datetime) -> Notice:
    """
    Return the notice as sent; the clock it may start begins now.

    Raises:
        NoticeStepError: BB-606, it was not approved.
    """
    _check_move(notice, NoticeState.SENT)
    return replace(
        notice,
        state=NoticeState.SENT,
        sent_at=sent_at,
        deadline=None if notice.deadline is None else _started(notice.deadline, sent_at),
    )


def add_reply(notice: Notice, reply: Reply, outcome: NoticeState) -> Notice:
    """
    Return the notice with the service's answer kept verbatim.

    Args:
        notice: sent.
        reply: as it came.
        outcome: acknowledged, removed or refused; escalated when the person takes it further.

    Raises:
        NoticeStepError: BB-606, this outcome cannot follow.
    """
    _check_move(notice, outcome)
    if outcome not in _ANSWERS:
        raise NoticeStepError(state=notice.state.value, wanted=outcome.value)
    return replace(notice, state=outcome, replies=(*notice.replies, reply))


def escalate(notice: Notice) -> Notice:
    """
    Return the notice as taken further by the person.

    Raises:
        NoticeStepError: BB-606, it was not sent.
    """
    _check_move(notice, NoticeState.ESCALATED)
    return replace(notice, state=NoticeState.ESCALATED)


def notices_left_today(notices: Sequence[Notice], now: datetime) -> int:
    """Return how many more may be approved within the 24 hours that end *now*."""
    since = now - timedelta(hours=24)
    used = sum(
        1 for one in notices if one.signature is not None and since < one.signature.at <= now
    )
    return max(0, NOTICES_A_DAY - used)


def is_overdue(notice: Notice, now: datetime) -> bool:
    """Whether an answer was due before *now* and has not come."""
    due_at = None if notice.deadline is None else notice.deadline.due_at
    is_waiting = notice.state in {NoticeState.SENT, NoticeState.ACKNOWLEDGED}
    return is_waiting and due_at is not None and due_at < now


def _check_move(notice: Notice, wanted: NoticeState) -> None:
    if wanted not in MOVES[notice.state]:
        raise NoticeStepError(state=notice.state.value, wanted=wanted.value)


def _blocking(notice: Notice, catalogue: Catalogue, sighting: Sighting) -> list[str]:
    return [one.rule for one in lint_notice(notice, catalogue, sighting=sighting) if one.blocks]


def _refuse_repetition(notice: Notice, now: datetime, others: Sequence[Notice]) -> None:
    followed = _followed(notice, others)
    for one in others:
        same = (one.sighting_id, one.channel_id) == (notice.sighting_id, notice.channel_id)
        # A draft left over from before another letter went knows nothing of its answer, nor of the
        # days to wait after a refusal: the plan says when the next one has its place.
        is_overtaken = one.sent_at is not None and notice.drafted_at < one.sent_at
        is_apart = one.id != notice.id and one.id not in followed
        if same and is_apart and (one.state in _OPEN or is_overtaken):
            raise NoticeOpenError
    if notices_left_today([one for one in others if one.id != notice.id], now) == 0:
        raise DailyNoticeLimitError(limit=NOTICES_A_DAY)


def _followed(notice: Notice, others: Sequence[Notice]) -> set[NoticeId]:
    """Return the chain that *notice* takes up again: a follow-up is no second notice."""
    known = {one.id: one for one in others}
    followed: set[NoticeId] = set()
    above = notice.follows
    while above is not None and above not in followed:
        followed.add(above)
        above = known[above].follows if above in known else None
    return followed


def _values(notice: Notice, signature: Signature, required: tuple[str, ...]) -> dict[str, str]:
    sentences = (statement_text(notice.language, one) for one in required)
    return {
        "name": without_marks(signature.name.strip()),
        "contact": without_marks(signature.contact.strip()),
        "statements": "\n".join(f"- {sentence}" for sentence in sentences),
        "signed_on": f"{signature.at:%Y-%m-%d}",
    }


def _started(deadline: Deadline, sent_at: datetime) -> Deadline:
    # The clock of an authority's demand is never started by what a person sends.
    if deadline.started_by == "authority-demand":
        return deadline
    return replace(deadline, starts_at=sent_at, due_at=sent_at + timedelta(hours=deadline.hours))
