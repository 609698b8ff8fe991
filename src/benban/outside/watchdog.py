"""Ends a child that no longer answers, so that one stuck page never holds the program."""

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Timer


@dataclass(slots=True)
class Watch:
    """One stretch of time that is watched."""

    has_bitten: bool = False


class Watchdog:
    """
    Guards one child process.

    Args:
        process_id: of a process this program started.
    """

    def __init__(self, process_id: int) -> None:
        self._process_id = process_id

    @contextlib.contextmanager
    def after(self, seconds: float) -> Iterator[Watch]:
        """End the process if the block has not ended after *seconds*."""
        watch = Watch()
        timer = Timer(seconds, self._bite, (watch,))
        timer.daemon = True
        timer.start()
        try:
            yield watch
        finally:
            timer.cancel()

    def _bite(self, watch: Watch) -> None:
        watch.has_bitten = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self._process_id, signal.SIGTERM)
