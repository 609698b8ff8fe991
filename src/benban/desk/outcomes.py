"""What came of long work or of a question before the last one, until the keys go; by a number."""

import secrets
import threading
from collections import OrderedDict
from typing import TypeVar

T = TypeVar("T")
# Pages that lie open; an older one leads to where it began.
_KEPT = 50


class Outcomes:
    """Values that a page shows later; they live in memory and never stand in an address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: OrderedDict[str, object] = OrderedDict()
        self._is_closed = False

    def keep(self, value: object) -> str:
        """Keep a value and return the number under which a page asks for it."""
        number = secrets.token_urlsafe(12)
        with self._lock:
            if self._is_closed:
                return number
            self._values[number] = value
            while len(self._values) > _KEPT:
                self._values.popitem(last=False)
        return number

    def get(self, kind: type[T], untrusted_number: str) -> T | None:
        """Return the value under a number; None if there is none, or it is of another kind."""
        with self._lock:
            value = self._values.get(untrusted_number)
        return value if isinstance(value, kind) else None

    def drop(self, untrusted_number: str) -> None:
        """Forget one value."""
        with self._lock:
            self._values.pop(untrusted_number, None)

    def forget(self) -> None:
        """Forget all of them, and keep nothing that work under way brings, until :meth:`open`."""
        with self._lock:
            self._values.clear()
            self._is_closed = True

    def open(self) -> None:
        """Keep values again: there are keys with which they go."""
        with self._lock:
            self._is_closed = False
