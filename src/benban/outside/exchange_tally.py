"""
What a node counts for its limits: one file that all its processes map.

A row for each name that is counted: its digest, then one cell of eight bytes for each process, in
its upper half the window of time, in its lower half how much was counted there. A process writes
its own cells alone and reads those of all, so that nobody waits for anybody. It adds first and
reads afterwards: of two that count at once at least one sees both, and together they never let
more through than was said.
"""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from benban.errors.exchange import NodeFolderError
from benban.outside.exchange_node import held, mapped
from benban.outside.platforms import ThisPlatform

_TALLY, _LOCK = "tally", "tally.lock"
_CELL_BYTES = 8
# Far more than an exchange has keys; beyond, two names share a row, and what both may.
_ROWS = 16_384
_STEPS = 64
_HALF_BITS, _HALF = 32, (1 << 32) - 1
_TRY_AGAIN_S = 0.0005
_TRY_COLUMN_S = 0.02


class NodeTally:
    """
    Counts of all processes that opened the same folder.

    Args:
        folder: of the node, on a disk of this machine.
        processes: how many there are at most; another one waits until one of them ended.

    Raises:
        NodeFolderError: BB-985.
    """

    def __init__(self, folder: Path, processes: int) -> None:
        self._folder, self._processes = folder, processes
        self._width = 1 + processes
        self._here = Lock()
        # Of names that were let in; an exchange has hundreds.
        self._rows: dict[str, int] = {}
        try:
            self._mapped = mapped(folder / _TALLY, _ROWS * self._width * _CELL_BYTES)
            self._column, self._let_go = self._own_column()
        except OSError as error:
            raise NodeFolderError(folder=folder.name) from error
        # Eight bytes at an address that is a multiple of eight: read and written in one piece.
        self._cells = memoryview(self._mapped).cast("Q")

    def add(self, name: str, window_s: int, amount: int) -> int:
        """Return how much all processes counted in this window of time, *amount* included."""
        window, row = self._window(window_s), self._row(name)
        own = row + 1 + self._column
        with self._here:
            kept = self._cells[own]
            before = kept & _HALF if kept >> _HALF_BITS == window else 0
            self._cells[own] = window << _HALF_BITS | min(before + amount, _HALF)
        return self._sum(row, window)

    def counted(self, name: str, window_s: int) -> int:
        """Return how much all processes counted in this window of time."""
        return self._sum(self._row(name), self._window(window_s))

    def close(self) -> None:
        """Let another process have this one's place; what was counted stays."""
        self._cells.release()
        self._mapped.close()
        self._let_go()

    def _window(self, window_s: int) -> int:
        return int(time.time()) // window_s & _HALF

    def _sum(self, row: int, window: int) -> int:
        cells = self._cells[row + 1 : row + self._width]
        return sum(one & _HALF for one in cells if one >> _HALF_BITS == window)

    def _row(self, name: str) -> int:
        known = self._rows.get(name)
        if known is None:
            known = self._rows[name] = self._claimed(name)
        return known

    def _claimed(self, name: str) -> int:
        """Return where the row of a name begins, the first free one if it has none."""
        digest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:_CELL_BYTES]) or 1
        with self._here, held(self._folder / _LOCK, _TRY_AGAIN_S):
            for step in range(_STEPS):
                row = (digest + step) % _ROWS * self._width
                if self._cells[row] in (0, digest):
                    self._cells[row] = digest
                    return row
        return digest % _ROWS * self._width

    def _own_column(self) -> tuple[int, Callable[[], None]]:
        while True:
            for column in range(self._processes):
                # The system lets go of it when its holder is killed.
                lock = ThisPlatform().lock(self._folder / f"{_TALLY}-{column}.lock")
                if lock is not None:
                    return column, lock.release
            time.sleep(_TRY_COLUMN_S)


def forget_tally(folder: Path) -> None:
    """
    Remove what was counted; before any process counts, whose number may be another one now.

    Raises:
        NodeFolderError: BB-985.
    """
    try:
        (folder / _TALLY).unlink(missing_ok=True)
    except OSError as error:
        raise NodeFolderError(folder=folder.name) from error
