"""What a caseworker's queue knows of each case: read once, and again after an act in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from benban.casework.channels import channels_of, count_other_cases
from benban.casework.rest import rests_until
from benban.casework.sharing import is_only_holder, lead_of
from benban.casework.statistics import CaseFacts, facts_of
from benban.casework.watch_news import finds_for_a_helper, tells_only_when_asked
from benban.casework.watch_offers import open_offers
from benban.desk.desk import Desk
from benban.desk.fold import folded
from benban.model.exhibit import Capture
from benban.model.ids import CaseId, SightingId
from benban.model.remedy import Notice, NoticeState
from benban.model.sighting import Sighting
from benban.model.watch import Offer

SEARCH = ("q", "state", "service", "due", "capacity", "whose")
STATES = ("overdue", "today", "waiting", "news", "unsigned", "quiet")
# Days from now within which something is waited for; nothing is, for the last.
DUES = {"week": timedelta(days=7), "month": timedelta(days=30), "none": None}
# Of a case in a vault of several people; in one's own all are one's own.
WHOSE = ("mine", "shared")
_WAITING = (NoticeState.SENT, NoticeState.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One case in the queue.

    Attributes:
        dues_at: when something is waited for, the earliest first.
        waiting: notices sent and not answered for good.
        unsigned: texts that wait for a signature.
        finds: of the watch, that nobody read yet.
        channels: of each sighting, only to count other cases.
        facts: for counts over all cases.
        services: where it was seen, ids of the catalogue.
        whose: one of ``WHOSE``; empty in a vault of one's own.
        is_alone: nobody else of a shared vault can open it.
        capacity: as whom somebody acts for the person; value of ``Capacity``.
        rests: a month of rest from offers is on; what is past is not shown.
        searched: title, words and hosts, folded.
    """

    case_id: CaseId
    title: str
    dues_at: tuple[datetime, ...]
    waiting: int
    unsigned: int
    finds: tuple[Offer, ...]
    channels: dict[SightingId, frozenset[str]]
    facts: CaseFacts
    services: tuple[str, ...]
    capacity: str
    searched: str
    whose: str = ""
    is_alone: bool = False
    rests: bool = False

    @property
    def next_due_at(self) -> datetime | None:
        """The earliest day; None when nothing is waited for."""
        return self.dues_at[0] if self.dues_at else None

    def is_overdue(self, now: datetime) -> bool:
        """Return whether the earliest day is past."""
        return bool(self.dues_at) and self.dues_at[0] < now

    def is_due(self, wish: str, now: datetime) -> bool:
        """Return whether the earliest day is one that ``DUES`` names *wish*."""
        within = DUES.get(wish)
        if within is None:
            return self.next_due_at is None
        return self.next_due_at is not None and self.next_due_at <= now + within

    def states(self, now: datetime) -> frozenset[str]:
        """Return which filters it falls under."""
        today = now.astimezone().date()
        found = {
            "overdue": self.is_overdue(now),
            "today": any(one.astimezone().date() == today for one in self.dues_at),
            "waiting": self.waiting > 0,
            "news": bool(finds_for_a_helper(self.finds, now)),
            "unsigned": self.unsigned > 0,
            "quiet": not self.dues_at and not self.waiting,
        }
        return frozenset(name for name, holds in found.items() if holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """What was just done in many cases (``look`` or ``prepare``), and in how many it was not."""

    what: str
    count: int
    left: int


def rows_of(desk: Desk) -> tuple[Row, ...]:
    """Return every case of the vault, what is due next first."""
    last = datetime.max.replace(tzinfo=UTC)
    rows = (_row(desk, case_id) for case_id in desk.vault.case_ids())
    return tuple(sorted(rows, key=lambda one: (one.next_due_at or last, one.case_id)))


def other_cases(desk: Desk, case_id: CaseId, sighting_id: SightingId) -> int:
    """Return in how many other cases of this vault a channel of a sighting appears; never which."""
    by_case = {row.case_id: row.channels for row in rows_of(desk)}
    channels = by_case[case_id].get(sighting_id, frozenset())
    every = {one: frozenset().union(*theirs.values()) for one, theirs in by_case.items()}
    return count_other_cases(channels, every, case_id)


def filtered(desk: Desk, rows: Sequence[Row], now: datetime) -> tuple[Row, ...]:
    """Return those that are searched for now."""
    words = folded(desk.queue_search.get("q", "")).split()
    state, service, due, capacity, whose = (desk.queue_search.get(one, "") for one in SEARCH[1:])
    return tuple(
        row
        for row in rows
        if all(word in row.searched for word in words)
        and (not state or state in row.states(now))
        and (not service or service in row.services)
        and (not due or row.is_due(due, now))
        and (not capacity or capacity == row.capacity)
        and (not whose or whose == row.whose)
    )


def _row(desk: Desk, case_id: CaseId) -> Row:
    row = _with_people(desk, _known_row(desk, case_id))
    # Asked each time: the wishes are kept beside the case, not in its log.
    if tells_only_when_asked(desk.vault, case_id):
        row = replace(row, finds=())
    now = desk.clock.now()
    if rests_until(desk.vault, case_id, now) is not None:
        # A day to come stands whatever was wished: hidden, it could be missed.
        to_come = tuple(one for one in row.dues_at if one >= now)
        row = replace(row, finds=(), unsigned=0, dues_at=to_come, rests=True)
    return row


def _with_people(desk: Desk, row: Row) -> Row:
    # Asked each time: somebody may have been let in, and the log of a case does not say who leads.
    person = desk.vault.person
    if person is None:
        return row
    leads = lead_of(desk.vault, row.case_id) == person.user_id
    is_alone = is_only_holder(desk.vault, row.case_id)
    return replace(row, whose="mine" if leads else "shared", is_alone=is_alone)


def _known_row(desk: Desk, case_id: CaseId) -> Row:
    with desk.case(case_id) as store:
        # Read once, and again when something was done in the case.
        count, known = store.entry_count, desk.queue_rows.get(case_id)
        if known is not None and known[0] == count and isinstance(known[1], Row):
            return known[1]
        case, sightings, notices = store.case, store.all(Sighting), store.all(Notice)
        finds, facts = open_offers(store), facts_of(store)
        channels = channels_of(sightings, store.all(Capture))
    addresses = [one.address for one in sightings if one.address is not None]
    words = [case.title, case.id, *(one.text for one in sightings)]
    row = Row(
        case_id=case.id,
        title=case.title,
        dues_at=facts.dues_at,
        waiting=sum(one.state in _WAITING for one in notices),
        unsigned=sum(one.state is NoticeState.DRAFT for one in notices),
        finds=finds,
        channels=channels,
        facts=facts,
        services=tuple(sorted(facts.services)),
        capacity=case.capacity.value,
        searched=folded(" ".join([*words, *(one.canonical for one in addresses)])),
    )
    desk.keep_row(case_id, count, row)
    return row
