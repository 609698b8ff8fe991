"""What was asked before at one place, and what follows from it today."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from benban.model.ids import NoticeId, SightingId, StepId
from benban.model.remedy import Deadline, Notice, NoticeState

# Repeating a report "can have the opposite effect" (facts/channels.md 1.8); a refusal is not
# answered with the same text within a week.
COOL_DOWN = timedelta(days=7)
# Where no time is stated, a second letter has its place after three days (facts/channels.md 8.6).
PATIENCE = timedelta(hours=72)
# facts/channels.md 8.6: after a week the next addressee has its turn.
UNANSWERED_AFTER = timedelta(days=7)
# A third letter to somebody who does not answer is repeating, not following up.
MOST_FOLLOW_UPS = 2

_WAITING = frozenset({NoticeState.SENT, NoticeState.ACKNOWLEDGED})
_CLOSED_WITHOUT_REMOVAL = frozenset({NoticeState.REFUSED, NoticeState.ESCALATED})


class Standing(Enum):
    """Where a place stands that was asked before."""

    # The time that was stated is not over, or it is too early to ask again.
    WAITING = "already-asked"
    # The time that was stated is over.
    OVERDUE = "overdue"
    # No time was stated, and nothing came.
    QUIET = "no-answer"
    # It was followed up often enough: who stands above is next.
    ENOUGH = "asked-enough"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """
    The last notice to one place, and what it means now.

    Attributes:
        latest: the newest one that was signed.
        deadline: of the first of its chain: a follow-up starts no new clock.
    """

    latest: Notice
    deadline: Deadline | None
    standing: Standing

    @property
    def may_follow_up(self) -> bool:
        """Whether a second text that quotes the first has its place now."""
        return self.standing in {Standing.OVERDUE, Standing.QUIET}


def earlier_at(
    notices: tuple[Notice, ...], sighting_id: SightingId, step_id: StepId, now: datetime
) -> Earlier | None:
    """Return what holds a new notice at this step back; None when nothing does."""
    mine = [
        one
        for one in notices
        if (one.sighting_id, one.step_id) == (sighting_id, step_id)
        and one.state is not NoticeState.DRAFT
    ]
    if not mine:
        return None
    latest = max(mine, key=moved_at)
    standing = _standing(latest, mine, now)
    if standing is None:
        return None
    return Earlier(latest=latest, deadline=root_of(latest, notices).deadline, standing=standing)


def root_of(notice: Notice, notices: tuple[Notice, ...]) -> Notice:
    """Return the first notice of the chain that *notice* follows."""
    return chain_of(notice, notices)[-1]


def chain_of(notice: Notice, notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """Return *notice* and those that it follows, the newest first."""
    known = {one.id: one for one in notices}
    chain: dict[NoticeId, Notice] = {}
    above: Notice | None = notice
    while above is not None and above.id not in chain:
        chain[above.id] = above
        above = None if above.follows is None else known.get(above.follows)
    return tuple(chain.values())


def went_unheard(notice: Notice, now: datetime) -> bool:
    """Whether the next addressee has its turn: refused, overdue, or a week without an answer."""
    if notice.state in _CLOSED_WITHOUT_REMOVAL:
        return True
    if notice.state not in _WAITING:
        return False
    due_at = None if notice.deadline is None else notice.deadline.due_at
    if due_at is not None:
        return due_at < now
    return now - moved_at(notice) >= UNANSWERED_AFTER


def _standing(latest: Notice, mine: list[Notice], now: datetime) -> Standing | None:
    if latest.state is NoticeState.APPROVED:
        return Standing.WAITING
    since = now - moved_at(latest)
    if latest.state in _CLOSED_WITHOUT_REMOVAL:
        return Standing.WAITING if since < COOL_DOWN else None
    if latest.state not in _WAITING:
        return None
    standing = _waited(latest, since, now)
    followed = sum(one.follows is not None for one in mine)
    is_over = standing is not Standing.WAITING and followed >= MOST_FOLLOW_UPS
    return Standing.ENOUGH if is_over else standing


def _waited(latest: Notice, since: timedelta, now: datetime) -> Standing:
    due_at = None if latest.deadline is None else latest.deadline.due_at
    if due_at is not None:
        return Standing.OVERDUE if due_at < now else Standing.WAITING
    is_first = latest.follows is None and latest.state is NoticeState.SENT
    return Standing.QUIET if since >= (PATIENCE if is_first else COOL_DOWN) else Standing.WAITING


def moved_at(notice: Notice) -> datetime:
    """Return when the notice last changed: signed, sent or answered."""
    signed_at = notice.drafted_at if notice.signature is None else notice.signature.at
    sent_at = notice.sent_at or signed_at
    return max((sent_at, *(reply.at for reply in notice.replies)))
