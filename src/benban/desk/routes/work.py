"""A caseworker's queue: what is due next in which case; no pictures, and no counts of them."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import Response

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.fold import folded
from benban.desk.pages import go_to, show
from benban.desk.routes.timeline import given_file
from benban.model.ids import CaseId
from benban.model.remedy import Notice, NoticeState
from benban.model.sighting import Sighting
from benban.notices.calendar import due_at, waiting_notices
from benban.wiring_case import catalogue

ROUTES = Routes()
_PER_PAGE = 50
_WAITING = (NoticeState.SENT, NoticeState.ACKNOWLEDGED)
_SEARCH = ("q", "state", "service")
_NUMBER = re.compile(r"[0-9]{1,6}")
STATES = ("overdue", "today", "waiting", "quiet")
# A sheet takes what begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One case in the queue.

    Attributes:
        dues_at: when something is waited for, the earliest first.
        waiting: notices sent and not answered for good.
        services: where it was seen, ids of the catalogue.
        searched: title, words and hosts, folded.
    """

    case_id: CaseId
    title: str
    dues_at: tuple[datetime, ...]
    waiting: int
    services: tuple[str, ...]
    searched: str

    @property
    def next_due_at(self) -> datetime | None:
        """The earliest day; None when nothing is waited for."""
        return self.dues_at[0] if self.dues_at else None

    def is_overdue(self, now: datetime) -> bool:
        """Return whether the earliest day is past."""
        return bool(self.dues_at) and self.dues_at[0] < now

    def states(self, now: datetime) -> frozenset[str]:
        """Return which filters it falls under."""
        today = now.astimezone().date()
        found = {
            "overdue": self.is_overdue(now),
            "today": any(one.astimezone().date() == today for one in self.dues_at),
            "waiting": self.waiting > 0,
            "quiet": not self.dues_at and not self.waiting,
        }
        return frozenset(name for name, holds in found.items() if holds)


@ROUTES.page("/queue")
def queue(desk: Desk, asked: Asked) -> Response:
    """Show the cases by the next day that is waited for."""
    now = desk.clock.now()
    rows = _rows(desk)
    found = _filtered(desk, rows, now)
    pages = max(1, -(-len(found) // _PER_PAGE))
    typed = asked.query.get("page", "")
    # A number alone stands in the address; what was searched for never does.
    page = min(pages, max(1, int(typed))) if _NUMBER.fullmatch(typed) else 1
    services = {one for row in rows for one in row.services}
    return show(
        desk,
        "work.html.j2",
        rows=found[(page - 1) * _PER_PAGE : page * _PER_PAGE],
        total=len(found),
        page=page,
        pages=pages,
        states=STATES,
        now=now,
        counts={name: sum(name in row.states(now) for row in rows) for name in STATES},
        services=sorted((_name(one), one) for one in services),
        asked={name: desk.queue_search.get(name, "") for name in _SEARCH},
    )


@ROUTES.act("/queue")
def search(desk: Desk, asked: Asked) -> Response:
    """Search and filter; the words stay in memory and out of addresses and histories."""
    desk.search_queue({name: asked.first(name) for name in _SEARCH})
    return go_to("/queue")


@ROUTES.page("/queue/list")
def as_list(desk: Desk, _asked: Asked) -> Response:
    """Give the queue as a table for a sheet: numbers of cases, and nothing about a person."""
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(["case", "next_due_at", "waiting"])
    for row in _filtered(desk, _rows(desk), desk.clock.now()):
        due = row.next_due_at.isoformat(timespec="minutes") if row.next_due_at else ""
        sheet.writerow([plain_cell(row.case_id), due, row.waiting])
    return given_file(written.getvalue().encode(), "text/csv; charset=utf-8", "csv")


@ROUTES.form("/settings/mode")
def set_mode(desk: Desk, asked: Asked) -> Response:
    """Choose whether the desk leads to a person's case or to a queue."""
    if (wish := asked.first("mode")) in {"person", "work"}:
        desk.set_mode(wish)
    return go_to("/settings")


def plain_cell(untrusted: str) -> str:
    """Return a cell that no sheet takes for a formula."""
    return f"'{untrusted}" if untrusted.startswith(_FORMULA) else untrusted


def _rows(desk: Desk) -> tuple[Row, ...]:
    last = datetime.max.replace(tzinfo=UTC)
    rows = (_row(desk, case_id) for case_id in desk.vault.case_ids())
    return tuple(sorted(rows, key=lambda one: (one.next_due_at or last, one.case_id)))


def _row(desk: Desk, case_id: CaseId) -> Row:
    with desk.case(case_id) as store:
        # Read once, and again when something was done in the case.
        count, known = store.entry_count, desk.queue_rows.get(case_id)
        if known is not None and known[0] == count and isinstance(known[1], Row):
            return known[1]
        case, sightings, notices = store.case, store.all(Sighting), store.all(Notice)
    addresses = [one.address for one in sightings if one.address is not None]
    words = [case.title, case.id, *(one.text for one in sightings)]
    row = Row(
        case_id=case.id,
        title=case.title,
        dues_at=tuple(sorted(when for one in waiting_notices(notices) if (when := due_at(one)))),
        waiting=sum(one.state in _WAITING for one in notices),
        services=tuple(sorted({one.service for one in addresses})),
        searched=folded(" ".join([*words, *(one.canonical for one in addresses)])),
    )
    desk.keep_row(case_id, count, row)
    return row


def _filtered(desk: Desk, rows: Sequence[Row], now: datetime) -> tuple[Row, ...]:
    words = folded(desk.queue_search.get("q", "")).split()
    state, service = desk.queue_search.get("state", ""), desk.queue_search.get("service", "")
    return tuple(
        row
        for row in rows
        if all(word in row.searched for word in words)
        and (not state or state in row.states(now))
        and (not service or service in row.services)
    )


def _name(service_id: str) -> str:
    service = catalogue().service(service_id)
    return service_id if service is None else service.name
