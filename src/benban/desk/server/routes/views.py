"""
Who saw what: for auditors, and for nobody else.

Not for administrators: they let people in and out, and this is what they are watched by; it would
also tell them who works on which case.
"""

from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from benban.casework.access import kind_of_page
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.desk.paging import slice_of
from benban.desk.routes.timeline import given_file
from benban.desk.sheet import table_of
from benban.errors import PageMissingError
from benban.model.report import CheckResult
from benban.wiring_shared import Audit, View

ROUTES = Routes()
FILTERS = ("person", "case", "day")
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRow:
    """One view with the name of who it was."""

    view: View
    name: str

    @property
    def message_id(self) -> str:
        """The id of the words for what was done, or for the kind of page of a case."""
        if self.is_page:
            return f"access.views.kind.{kind_of_page(self.view.what)}"
        return f"desk.views.what.{self.view.what.removesuffix(f'/{self.tries}')}"

    @property
    def is_page(self) -> bool:
        """Whether it is a page of a case, whose pattern tells more than its kind."""
        return self.view.what.startswith("/c/")

    @property
    def tries(self) -> str:
        """How many wrong tries stood before somebody came in; empty for all else."""
        act, _, tries = self.view.what.rpartition("/")
        return tries if act == "people/entered" else ""


@ROUTES.page("/views")
def views(desk: Desk, asked: Asked) -> Response:
    """Show who asked for which page of which case, the newest first."""
    audit = _audit(desk)
    found = _found(desk, audit)
    head, names = audit.head(), _names(desk)
    return show(
        desk,
        "server_views.html.j2",
        shown=slice_of(found, asked),
        total=len(found),
        people=sorted(desk.vault.people(), key=lambda one: one.name.casefold()),
        asked={name: desk.queue_search.get(name, "") for name in FILTERS},
        is_sound=all(one.result is CheckResult.PASS for one in audit.check()),
        head=f"{head.count} {head.digest}",
        name_of=lambda user_id: names.get(user_id, user_id),
    )


@ROUTES.act("/views")
def search(desk: Desk, asked: Asked) -> Response:
    """Filter; what is looked for stays in memory and out of addresses."""
    desk.search_queue({name: asked.first(name) for name in FILTERS})
    return go_to("/views")


@ROUTES.page("/views/list")
def as_list(desk: Desk, _asked: Asked) -> Response:
    """Give what is filtered as a table for a sheet: ids of people and numbers of cases only."""
    found = _found(desk, _audit(desk))
    rows = [
        (
            one.view.position,
            one.view.at.isoformat(timespec="seconds"),
            one.view.by,
            one.view.case_id,
            one.view.what,
            one.view.about,
        )
        for one in found
    ]
    table = table_of(("number", "at", "person", "case", "page", "about"), rows)
    return given_file(table, "text/csv; charset=utf-8", "csv")


def _audit(desk: Desk) -> Audit:
    audit = desk.vault.audit
    if audit is None:
        raise PageMissingError
    return audit


def _found(desk: Desk, audit: Audit) -> list[SeenRow]:
    names = _names(desk)
    person, case, typed = (desk.queue_search.get(name, "") for name in FILTERS)
    day = _day(typed)
    found: list[SeenRow] = []
    after = 0
    while entries := audit.entries(after, _AT_ONCE):
        after = entries[-1].position
        found += [
            SeenRow(view=one, name=names.get(one.by, one.by))
            for one in entries
            if (not person or one.by == person)
            and (not case or one.case_id == case)
            and (day is None or one.at.astimezone().date() == day)
        ]
    return found[::-1]


def _names(desk: Desk) -> dict[str, str]:
    return {one.user_id: one.name for one in desk.vault.people()}


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
