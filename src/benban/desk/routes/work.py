"""A caseworker's queue: what is due next in which case; no pictures, and no counts of them."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from benban.casework.due import due_in_case
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.fold import folded
from benban.desk.pages import go_to, show
from benban.desk.routes.timeline import given_file
from benban.model.case import Capacity
from benban.model.ids import CaseId
from benban.model.remedy import Notice, NoticeState
from benban.model.sighting import Sighting

ROUTES = Routes()
_PER_PAGE = 50
_WAITING = (NoticeState.SENT, NoticeState.ACKNOWLEDGED)
STATES = ("overdue", "today", "waiting", "quiet")
# A sheet takes what begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One case in the queue.

    Attributes:
        next_due_at: None when nothing is waited for.
        waiting: notices sent and not answered for good.
        services: where it was seen, ids of the catalogue.
        searched: title, words and hosts, folded.
    """

    case_id: CaseId
    title: str
    capacity: Capacity
    next_due_at: datetime | None
    is_overdue: bool
    is_due_today: bool
    waiting: int
    services: tuple[str, ...]
    searched: str

    @property
    def states(self) -> frozenset[str]:
        """Which filters it falls under."""
        found = {
            "overdue": self.is_overdue,
            "today": self.is_due_today,
            "waiting": self.waiting > 0,
            "quiet": self.next_due_at is None and not self.waiting,
        }
        return frozenset(name for name, holds in found.items() if holds)


@ROUTES.page("/work")
def queue(desk: Desk, asked: Asked) -> Response:
    """Show the cases by the next day that is waited for."""
    rows = tuple(_rows(desk))
    found = _filtered(rows, asked)
    page = max(1, int(asked.query["page"])) if asked.query.get("page", "").isdigit() else 1
    services = sorted({one for row in rows for one in row.services})
    return show(
        desk,
        "work.html.j2",
        rows=found[(page - 1) * _PER_PAGE : page * _PER_PAGE],
        total=len(found),
        page=page,
        pages=max(1, -(-len(found) // _PER_PAGE)),
        states=STATES,
        counts={name: sum(name in row.states for row in rows) for name in STATES},
        services=services,
        asked={name: asked.query.get(name, "") for name in ("q", "state", "service")},
    )


@ROUTES.page("/work/list")
def as_list(desk: Desk, asked: Asked) -> Response:
    """Give the queue as a table for a sheet: numbers of cases, and nothing about a person."""
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(["case", "next_due_at", "waiting"])
    for row in _filtered(tuple(_rows(desk)), asked):
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


def _rows(desk: Desk) -> Iterator[Row]:
    now = desk.clock.now()
    rows = [_row(desk, case_id, now) for case_id in desk.vault.case_ids()]
    last = datetime.max.replace(tzinfo=now.tzinfo)
    yield from sorted(rows, key=lambda one: (one.next_due_at or last, one.case_id))


def _row(desk: Desk, case_id: CaseId, now: datetime) -> Row:
    with desk.case(case_id) as store:
        case, sightings, notices = store.case, store.all(Sighting), store.all(Notice)
        dues = due_in_case(store, now)
    first = dues[0] if dues else None
    today = now.astimezone().date()
    words = [case.title, case.id, *(one.text for one in sightings)]
    words += [one.address.canonical for one in sightings if one.address is not None]
    return Row(
        case_id=case.id,
        title=case.title,
        capacity=case.capacity,
        next_due_at=first.due_at if first else None,
        is_overdue=first.is_overdue if first else False,
        is_due_today=any(one.due_at.astimezone().date() == today for one in dues),
        waiting=sum(one.state in _WAITING for one in notices),
        services=tuple(sorted({one.address.service for one in sightings if one.address})),
        searched=folded(" ".join(words)),
    )


def _filtered(rows: Sequence[Row], asked: Asked) -> tuple[Row, ...]:
    words = folded(asked.query.get("q", "")).split()
    state, service = asked.query.get("state", ""), asked.query.get("service", "")
    return tuple(
        row
        for row in rows
        if all(word in row.searched for word in words)
        and (not state or state in row.states)
        and (not service or service in row.services)
    )
