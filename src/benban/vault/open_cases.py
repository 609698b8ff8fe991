"""The case databases that are open, each once, however many people work in it."""

from collections.abc import Callable

from benban.model.ids import CaseId
from benban.vault.database import Database
from benban.vault.writing import OpenCase


class OpenCases:
    """Open cases, counted; whoever calls holds the lock of the vault."""

    def __init__(self) -> None:
        self._open: dict[CaseId, OpenCase] = {}
        self._users: dict[CaseId, int] = {}

    def get(self, case_id: CaseId) -> OpenCase | None:
        """Return a case that is open; None while nobody has it open."""
        return self._open.get(case_id)

    def take(self, case_id: CaseId, opening: Callable[[], OpenCase]) -> OpenCase:
        """Return a case, opened if nobody has it open; :meth:`give_back` is called once for it."""
        if case_id not in self._open:
            self._open[case_id] = opening()
            self._users[case_id] = 0
        self._users[case_id] += 1
        return self._open[case_id]

    def give_back(self, case_id: CaseId) -> None:
        """Close a case when nobody else has it."""
        if case_id in self._open:
            self._users[case_id] -= 1
            if not self._users[case_id]:
                self._open.pop(case_id).database.close()

    def end(self, case_id: CaseId) -> None:
        """Close a case for everybody: it is to be destroyed."""
        opened = self._open.pop(case_id, None)
        if opened is not None:
            opened.database.close_for_all()

    def databases(self) -> tuple[Database, ...]:
        """Return the databases of all cases that are open."""
        return tuple(opened.database for opened in self._open.values())
