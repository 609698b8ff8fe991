"""How often somebody said of a case that a person in it may be under 18, each entry read once."""

import threading

from benban.model.custody import EventKind
from benban.vault.log import CustodyLog

_READ_AT_ONCE = 512


class MinorMarks:
    """Counts along the log, which only grows."""

    def __init__(self, log: CustodyLog) -> None:
        """Begin before the first entry of *log*."""
        self._log = log
        self._read = self._marks = 0
        self._lock = threading.Lock()

    def count(self) -> int:
        """Return how many there are; only what came since the last call is read."""
        with self._lock:
            while came := self._log.events_from(self._read, _READ_AT_ONCE):
                self._marks += sum(one.kind is EventKind.MINOR_MARKED for one in came)
                self._read += len(came)
            return self._marks
