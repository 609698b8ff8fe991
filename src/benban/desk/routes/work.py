"""A caseworker's queue: what is due next in which case; no pictures, and no counts of them."""

from collections.abc import Iterable, Sequence

from starlette.responses import Response

from benban.casework.statistics import statistics_of
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.desk.paging import slice_of
from benban.desk.queue import DUES, SEARCH, STATES, WHOSE, Did, filtered, rows_of
from benban.desk.routes.timeline import given_file
from benban.desk.sheet import table_of
from benban.model.case import Capacity
from benban.wiring_case import catalogue

ROUTES = Routes()


@ROUTES.page("/queue")
def queue(desk: Desk, asked: Asked) -> Response:
    """Show the cases by the next day that is waited for."""
    now = desk.clock.now()
    rows = rows_of(desk)
    found = filtered(desk, rows, now)
    services = {one for row in rows for one in row.services}
    return show(
        desk,
        "work.html.j2",
        # A number alone stands in the address; what was searched for never does.
        shown=slice_of(found, asked),
        total=len(found),
        states=STATES,
        dues=tuple(DUES),
        whose=WHOSE if desk.vault.person is not None else (),
        capacities=tuple(one.value for one in Capacity),
        now=now,
        counts={name: sum(name in row.states(now) for row in rows) for name in STATES},
        services=sorted((_name(one), one) for one in services),
        asked={name: desk.queue_search.get(name, "") for name in SEARCH},
        did=desk.outcomes.get(Did, asked.query.get("did", "")),
    )


@ROUTES.act("/queue")
def search(desk: Desk, asked: Asked) -> Response:
    """Search and filter; the words stay in memory and out of addresses and histories."""
    desk.search_queue({name: asked.first(name) for name in SEARCH})
    return go_to("/queue")


@ROUTES.page("/queue/list")
def as_list(desk: Desk, _asked: Asked) -> Response:
    """Give the queue as a table for a sheet: numbers of cases, and nothing about a person."""
    found = filtered(desk, rows_of(desk), desk.clock.now())
    return _given(
        ("case", "next_due_at", "waiting"),
        (
            (
                row.case_id,
                row.next_due_at.isoformat(timespec="minutes") if row.next_due_at else "",
                row.waiting,
            )
            for row in found
        ),
    )


@ROUTES.page("/queue/statistics")
def statistics(desk: Desk, _asked: Asked) -> Response:
    """Show counts over all cases; what would tell of fewer than five people is hidden."""
    counted = statistics_of([row.facts for row in rows_of(desk)], desk.clock.now())
    return show(desk, "work_statistics.html.j2", statistics=counted, name_of=_name)


@ROUTES.page("/queue/statistics/list")
def statistics_list(desk: Desk, _asked: Asked) -> Response:
    """Give the same counts as a table for a sheet."""
    counted = statistics_of([row.facts for row in rows_of(desk)], desk.clock.now())
    made_at = counted.made_at.isoformat(timespec="minutes")
    rows = [(made_at, "all", "cases", counted.cases)]
    rows += [
        (made_at, table.name, cell.name, cell.cases)
        for table in counted.tables
        for cell in table.cells
    ]
    return _given(
        ("made_at", "table", "counted", "cases"),
        ([*words, "<5" if count is None else count] for *words, count in rows),
    )


@ROUTES.form("/settings/mode")
def set_mode(desk: Desk, asked: Asked) -> Response:
    """Choose whether the desk leads to a person's case or to a queue."""
    if (wish := asked.first("mode")) in {"person", "work"}:
        desk.set_mode(wish)
    return go_to("/settings")


def _given(heads: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Response:
    return given_file(table_of(heads, rows), "text/csv; charset=utf-8", "csv")


def _name(service_id: str) -> str:
    service = catalogue().service(service_id)
    return service_id if service is None else service.name
