"""
A node's folder: the counter that its processes share, and the bank as it was at one change.

The counter is eight bytes that every process maps. It lies at an address that is a multiple of
eight, so that a processor reads and writes it in one piece; who raises it holds a lock, so that
of two that raise it at once the greater stays. It orders nothing but "ask the database again": too
high costs a question, and the database is asked every second in any case.

A shelf is a folder ``shelf-CHANGE`` with the parts of a bank's segment (``benban.bank.folder``).
It gets its name in one step when it is whole on disk, and is never changed afterwards.
"""

import json
import mmap
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from benban.errors import BankDamagedError, BankFolderError
from benban.errors.exchange import NodeFolderError
from benban.outside.platforms import ThisPlatform

if TYPE_CHECKING:
    from benban.exchange.shelf import Shelved

_BYTES = 8
_COUNTER, _LOCK, _MAKING = "counter", "counter.lock", "making.lock"
_SHELF, _UNFINISHED, _SAYS = "shelf-", "unfinished-", "shelf.json"
_SAYS_BYTES = 4096
_TRY_AGAIN_S = 0.0005
_TRY_MAKING_S = 0.02


class NodeCounter:
    """
    ``exchange.matcher.Counter`` of all processes that opened the same folder.

    Args:
        folder: of the node, on a disk of this machine.

    Raises:
        NodeFolderError: BB-985.
    """

    def __init__(self, folder: Path) -> None:
        self._lock_path, self._here = folder / _LOCK, Lock()
        try:
            self._mapped = mapped(folder / _COUNTER, _BYTES)
        except OSError as error:
            raise NodeFolderError(folder=folder.name) from error
        self._cell = memoryview(self._mapped).cast("Q")

    def value(self) -> int:
        """Return the newest number that anybody on this node knows."""
        return self._cell[0]

    def raise_to(self, number: int) -> None:
        """Let everybody on this node know of a change; the greater number stays."""
        if number <= self.value():
            return
        with self._here, held(self._lock_path, _TRY_AGAIN_S):
            if number > self.value():
                self._cell[0] = number

    def reset(self) -> None:
        """Begin again; before any process answers, since the database may be an older one now."""
        with self._here, held(self._lock_path, _TRY_AGAIN_S):
            self._cell[0] = 0


class NodeShelf:
    """
    ``exchange.shelf.Shelf`` in a folder.

    Args:
        folder: of the node.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def newest(self) -> "Shelved | None":
        """Return the newest that is whole; None without one. A damaged one is removed."""
        for change in self._kept():
            path = self._folder / f"{_SHELF}{change}"
            try:
                return _opened(path, change)
            except (BankDamagedError, BankFolderError):
                shutil.rmtree(path, ignore_errors=True)
        return None

    def newest_change(self) -> int:
        """Return up to which change the newest goes, without opening it; -1 without one."""
        return next(iter(self._kept()), -1)

    def keep(self, shelved: "Shelved") -> None:
        """
        Return once it is on disk in the place of those before.

        Raises:
            NodeFolderError: BB-985; what was there stays.
        """
        from benban.bank.folder import write_manifest, write_segment  # see _opened

        unfinished = self._folder / f"{_UNFINISHED}{os.getpid()}"
        try:
            self._remove_unfinished()
            unfinished.mkdir(mode=0o700)
            manifest = write_segment(unfinished, shelved.segment, 0)
            said = {"change": shelved.change, "mark": shelved.mark}
            with (unfinished / _SAYS).open("w", encoding="utf-8") as out:
                json.dump(said, out)
                out.flush()
                os.fsync(out.fileno())
            write_manifest(unfinished, manifest)
            target = self._folder / f"{_SHELF}{shelved.change}"
            # Processes that mapped an older one keep its pages until they take this one.
            shutil.rmtree(target, ignore_errors=True)
            unfinished.rename(target)
            ThisPlatform().flush_folder(self._folder)
        except OSError as error:
            raise NodeFolderError(folder=self._folder.name) from error
        for change in self._kept():
            if change != shelved.change:
                shutil.rmtree(self._folder / f"{_SHELF}{change}", ignore_errors=True)

    def drop(self) -> None:
        """Remove what is kept: it is of another database."""
        for change in self._kept():
            shutil.rmtree(self._folder / f"{_SHELF}{change}", ignore_errors=True)

    @contextmanager
    def making(self) -> Iterator[None]:
        """Return a block that one process of the node is in at a time; others wait."""
        with held(self._folder / _MAKING, _TRY_MAKING_S):
            yield

    def _kept(self) -> list[int]:
        names = (path.name.removeprefix(_SHELF) for path in self._folder.glob(f"{_SHELF}*"))
        return sorted((int(one) for one in names if one.isdecimal()), reverse=True)

    def _remove_unfinished(self) -> None:
        # Under the lock of ``making``: whoever began one of these is gone.
        for path in self._folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(path, ignore_errors=True)


def make_node_folder(folder: Path) -> None:
    """
    Return once *folder* is there, for this user alone.

    Raises:
        NodeFolderError: BB-985.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ThisPlatform().set_private(folder)
    except OSError as error:
        raise NodeFolderError(folder=folder.name) from error


def _opened(path: Path, change: int) -> "Shelved":
    # Late: the first process of a node only counts, and loads no bank.
    from benban.bank.folder import open_segment, read_manifest
    from benban.exchange.shelf import Shelved

    manifest = read_manifest(path)
    if manifest is None:
        raise BankDamagedError(part=path.name)
    try:
        with (path / _SAYS).open("rb") as file:
            said = json.loads(file.read(_SAYS_BYTES))
        is_this = said["change"] == change and isinstance(said["mark"], str)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise BankDamagedError(part=_SAYS) from error
    segment = open_segment(path, manifest)
    if segment is None or not is_this:
        raise BankDamagedError(part=_SAYS)
    return Shelved(segment=segment, change=change, mark=said["mark"])


def mapped(path: Path, size: int) -> mmap.mmap:
    """Return a file of the node in memory, made or brought to that size; else OSError."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.fstat(handle).st_size != size:
            os.ftruncate(handle, size)
        return mmap.mmap(handle, size)
    finally:
        os.close(handle)


@contextmanager
def held(path: Path, try_again_s: float) -> Iterator[None]:
    """Return a block that one holder of the lock at *path* is in at a time; others wait."""
    # The system lets go of it when its holder is killed.
    while (lock := ThisPlatform().lock(path)) is None:
        time.sleep(try_again_s)
    try:
        yield
    finally:
        lock.release()
