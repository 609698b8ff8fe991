"""Lines of the audit that are written together, at most a second after they were said."""

import logging
from collections.abc import Iterable
from threading import Event, Lock, Thread

from benban.errors.exchange import RecordUnavailableError
from benban.exchange.audit import AuditEntry
from benban.exchange.ports import Part, Store, Who

_log = logging.getLogger(__name__)
_OPERATOR = Who(part=Part.OPERATOR)
_EVERY_S = 0.5
# A database that is away for long must not fill the memory: then nobody is answered any more.
MOST_WAITING = 100_000


class Trail:
    """
    What look-ups leave: kept in memory for half a second, then written for all at once.

    A process that is killed loses those of its last second; deeds never wait here, they stand in
    the transaction of the deed.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[AuditEntry] = []
        self._lock, self._writing = Lock(), Lock()
        self._ends = Event()
        self._writer = Thread(target=self._write_on, name="audit-trail", daemon=True)

    def start(self) -> None:
        """Begin to write, twice a second."""
        self._writer.start()

    def add(self, entry: AuditEntry) -> None:
        """
        Take a line.

        Raises:
            RecordUnavailableError: BB-962, too many wait since the database is away.
        """
        with self._lock:
            if len(self._waiting) >= MOST_WAITING:
                raise RecordUnavailableError("the audit cannot be written")
            self._waiting.append(entry)

    @property
    def waiting(self) -> int:
        """How many lines are not written yet."""
        return len(self._waiting)

    def flush(self) -> None:
        """
        Write what waits.

        Raises:
            RecordUnavailableError: BB-962; it waits on.
        """
        with self._writing:
            with self._lock:
                taken, self._waiting = self._waiting, []
            if not taken:
                return
            try:
                with self._store.within(_OPERATOR) as work:
                    work.add_audit(taken)
            except BaseException:
                self._put_back(taken)
                raise

    def close(self) -> None:
        """Write what waits and end."""
        self._ends.set()
        if self._writer.is_alive():
            self._writer.join()
        self.flush()

    def _put_back(self, taken: Iterable[AuditEntry]) -> None:
        with self._lock:
            self._waiting = [*taken, *self._waiting]

    def _write_on(self) -> None:
        while not self._ends.wait(_EVERY_S):
            try:
                self.flush()
            except RecordUnavailableError:
                continue
            except Exception as error:  # noqa: BLE001 - the writer must not end silently
                # The kind alone: what the error says may hold a row.
                _log.error("the audit cannot be written: %s", type(error).__name__)
