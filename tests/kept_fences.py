"""
Fences that stay loaded from one test to the next.

Loading one takes more than a second of the processor, and each look at a picture opens one. Each
request runs in a fresh copy of the loaded process, so that no test sees anything of another. That
the program opens and ends its own is shown where it runs as a program, and in unit/outside.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benban.outside.fence import Fence


class KeptFences:
    """Lends each fence to one user at a time; what is given back is lent again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Fence] = []
        self._all = ExitStack()

    @contextmanager
    def opened(self) -> Iterator[Fence]:
        """Give a fence, as opening one does."""
        with self._lock:
            fence = self._idle.pop() if self._idle else self._all.enter_context(Fence())
        try:
            yield fence
        finally:
            with self._lock:
                self._idle.append(fence)

    def close(self) -> None:
        """End all of them."""
        self._all.close()
