"""How many passphrases wait to be tried: whoever waits costs a thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from benban.errors import TooManyComeError

# Twenty people come in the morning; more than that is somebody trying. How many are tried at
# once is decided where the memory is used (vault/kdf).
_WAITING = 40
# Forty made-up names must not keep out whoever came in before.
_KEPT_FREE = 20


class Gate:
    """Lets so many wait and no more, and of each name one."""

    def __init__(self, waiting: int = _WAITING) -> None:
        self._lock = threading.Lock()
        self._names: set[str] = set()
        self._came_in: set[str] = set()
        self._most = waiting

    @contextmanager
    def one_try(self, name: str) -> Iterator[None]:
        """
        Give a place, when there is one.

        Args:
            name: under which is tried; a second try under the same name is not let wait.

        Raises:
            TooManyComeError: BB-023.
        """
        folded = name.strip().casefold()
        with self._lock:
            most = self._most + (_KEPT_FREE if folded in self._came_in else 0)
            if folded in self._names or len(self._names) >= most:
                raise TooManyComeError
            self._names.add(folded)
        try:
            yield
            with self._lock:
                # Only people of the vault come as far as this.
                self._came_in.add(folded)
        finally:
            with self._lock:
                self._names.discard(folded)
