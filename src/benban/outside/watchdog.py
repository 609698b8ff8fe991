"""Ends a child that hangs or swells, so that one bad page never holds the whole computer."""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from threading import Event, Thread

_LOOK_EVERY_S = 0.1
# SIGKILL by its number, which POSIX fixes; Windows ends a process whatever the number. A busy
# browser would take its time over a friendlier signal.
_KILL = 9


class Bite(Enum):
    """Why a process was ended."""

    TIME = "time"
    MEMORY = "memory"


@dataclass(slots=True)
class Watch:
    """One stretch of time that is watched; ``bite`` says whether and why it was cut short."""

    bite: Bite | None = None


class Watchdog:
    """
    Guards one child process.

    Args:
        process_id: of a process this program started.
        memory_of: gives the memory a process occupies now, in bytes; 0 when it is not known.
        most_bytes: what it may occupy.
    """

    def __init__(
        self, process_id: int, *, memory_of: Callable[[int], int], most_bytes: int
    ) -> None:
        self._process_id = process_id
        self._memory_of = memory_of
        self._most_bytes = most_bytes

    @contextlib.contextmanager
    def after(self, seconds: float) -> Iterator[Watch]:
        """End the process if the block takes more than *seconds* or the process too much memory."""
        watch, done = Watch(), Event()
        thread = Thread(target=self._guard, args=(watch, done, seconds), daemon=True)
        thread.start()
        try:
            yield watch
        finally:
            done.set()
            thread.join()

    def _guard(self, watch: Watch, done: Event, seconds: float) -> None:
        looks = max(1, round(seconds / _LOOK_EVERY_S))
        for _ in range(looks):
            if done.wait(_LOOK_EVERY_S):
                return
            if self._memory_of(self._process_id) > self._most_bytes:
                watch.bite = Bite.MEMORY
                break
        else:
            watch.bite = Bite.TIME
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self._process_id, _KILL)
