"""What is due, and when, over the cases of a vault."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from benban.model.ids import CaseId
from benban.model.remedy import Notice
from benban.notices.calendar import due_at, waiting_notices
from benban.vault import CaseStore, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """
    One answer that is waited for.

    Attributes:
        due_at: UTC.
        is_overdue: it is past.
    """

    case_id: CaseId
    notice: Notice
    due_at: datetime
    is_overdue: bool


def due_in_case(store: CaseStore, now: datetime) -> tuple[Due, ...]:
    """Return what is waited for in one case, the earliest first."""
    return tuple(_dues(store.case.id, store.all(Notice), now))


def due_in_vault(vault: Vault, now: datetime) -> tuple[Due, ...]:
    """Return what is waited for in every case that opens, the earliest first."""
    found: list[Due] = []
    for case in vault.cases():
        with vault.open_case(case.id) as store:
            found += due_in_case(store, now)
    return tuple(sorted(found, key=lambda one: (one.due_at, one.notice.id)))


def _dues(case_id: CaseId, notices: tuple[Notice, ...], now: datetime) -> Iterator[Due]:
    for notice in waiting_notices(notices):
        when = due_at(notice)
        if when is not None:
            yield Due(case_id=case_id, notice=notice, due_at=when, is_overdue=when < now)
