"""Seconds and a progress bar for each stage of the demonstration."""

import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from benban.cli.words import Words


class Stages(AbstractContextManager["Stages"]):
    """Shows what is being done on standard error, and keeps how long each stage took."""

    def __init__(self, words: Words, total: int) -> None:
        """Expect *total* stages."""
        self.seconds: dict[str, float] = {}
        self._words = words
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeElapsedColumn(),
            console=Console(file=sys.stderr),
            transient=not sys.stderr.isatty(),
        )
        self._task = self._progress.add_task("", total=total)

    def __enter__(self) -> Self:
        """Start the bar."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the bar."""
        self._progress.stop()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Do one stage; its words stand under ``cli.demo.stage.<name>``."""
        self._progress.update(self._task, description=self._words(f"cli.demo.stage.{name}"))
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 2)
        self._progress.advance(self._task)
