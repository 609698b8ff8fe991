"""What the pages of an audit share: they stand behind a case, and without any."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benban.casework.audit_keepers import AuditKeeper, CaseKeeper
from benban.desk.app import Handler, Routes
from benban.desk.asked import Asked
from benban.desk.audits import Audit
from benban.desk.desk import Desk
from benban.model.sighting import Answer
from benban.wiring_case import CaseStore

# Without a vault, and for a case.
PLACES = ("/audit", "/c/{case}/audit")


def page(routes: Routes, end: str) -> Callable[[Handler], Handler]:
    """Show the same page for a case and without any."""
    return _both(routes.page, end)


def form(routes: Routes, end: str) -> Callable[[Handler], Handler]:
    """Take the same form for a case and without any, once."""
    return _both(routes.form, end)


def act(routes: Routes, end: str) -> Callable[[Handler], Handler]:
    """Take what is the same the second time, for a case and without any."""
    return _both(routes.act, end)


def path_of(asked: Asked) -> str:
    """Return where the pages of this audit stand."""
    case_id = case_id_of(asked)
    return f"/c/{case_id}/audit" if case_id else "/audit"


def case_id_of(asked: Asked) -> str:
    """Return whose audit is meant; empty without a case."""
    return asked.parts.get("case", "")


def opened(desk: Desk, asked: Asked, store: CaseStore | None) -> Audit | None:
    """Return the audit that lies open; what a case keeps is taken up again."""
    audit = desk.audits.get(case_id_of(asked))
    if audit is None and store is not None:
        kept = Audit(case_id=case_id_of(asked), adult=Answer.YES, keeper=None)
        # Only who said yes has anything kept.
        if kept.photos(CaseKeeper(store)):
            desk.audits.begin(audit := kept)
    return audit


@contextmanager
def audit_of(
    desk: Desk, asked: Asked
) -> Iterator[tuple[Audit | None, AuditKeeper | None, CaseStore | None]]:
    """Give the audit that lies open, what holds its photos, and its case; None where none is."""
    with store_of(desk, asked) as store:
        audit = opened(desk, asked, store)
        if audit is None:
            yield None, None, store
        elif audit.keeper is not None or store is None:
            yield audit, audit.keeper, store
        else:
            yield audit, CaseKeeper(store), store


@contextmanager
def store_of(desk: Desk, asked: Asked) -> Iterator[CaseStore | None]:
    """Give the case that is meant; None without one."""
    if case_id := case_id_of(asked):
        with desk.case(case_id) as store:
            yield store
    else:
        yield None


def _both(
    register: Callable[[str], Callable[[Handler], Handler]], end: str
) -> Callable[[Handler], Handler]:
    def registered(handler: Handler) -> Handler:
        for place in PLACES:
            register(f"{place}{end}")(handler)
        return handler

    return registered
