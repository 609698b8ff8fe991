"""
Every write, flush, rename and removal of the vault goes through here.

One place, so that a test can stop the program before each single step and look at what is left,
and so that every failure of the disk becomes one of two errors people understand.
"""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Self

from benban.errors import DiskFailedError, DiskFullError
from benban.vault.ports import Platform

# Refusals that mean "no room": disk, quota, or a limit on the size of one file.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StepKind(Enum):
    """What is about to reach the disk."""

    MAKE_FOLDER = "make-folder"
    CREATE = "create"
    WRITE = "write"
    FLUSH = "flush"
    RENAME = "rename"
    UNLINK = "unlink"
    REMOVE_FOLDER = "remove-folder"
    FLUSH_FOLDER = "flush-folder"
    COMMIT = "commit"
    TRUNCATE_WAL = "truncate-wal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    One step, told to the listener before it happens.

    Attributes:
        path: what it happens to; the new name of a rename, the database of a commit.
        size_bytes: of a write; 0 otherwise.
    """

    kind: StepKind
    path: Path
    size_bytes: int = 0


def no_listener(_step: Step) -> None:
    """Hear nothing: the vault of a person has no listener."""


class Disk:
    """The vault's hands: each method is one step, or a fixed row of steps."""

    def __init__(self, platform: Platform, on_step: Callable[[Step], None] = no_listener) -> None:
        """
        Keep platform and listener.

        Args:
            platform: of this system.
            on_step: told before each step; what it raises stops the step.
        """
        self.platform = platform
        self._on_step = on_step

    def make_folder(self, path: Path) -> None:
        """Make a private folder, with its parents; there already is no error."""
        if path.is_dir():
            return
        if not path.parent.is_dir():
            self.make_folder(path.parent)
        with self._step(StepKind.MAKE_FOLDER, path):
            path.mkdir(mode=0o700, exist_ok=True)
            self.platform.set_private(path)

    def create(self, path: Path) -> "NewFile":
        """Return a new private file; the name must be free."""
        with self._step(StepKind.CREATE, path):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
            descriptor = os.open(path, flags, 0o600)
        try:
            self.platform.set_private(path)
        except OSError as error:
            os.close(descriptor)
            raise _translated(error) from error
        return NewFile(self, path, descriptor)

    def replace_file(self, path: Path, data: bytes, *, staging: Path) -> None:
        """
        Put *data* at *path*, whole or not at all, and make it last.

        Args:
            path: new or there already.
            data: all of it.
            staging: a name on the same disk where nobody looks.
        """
        with self.create(staging) as file:
            file.write(data)
            file.flush()
        self.rename(staging, path)
        self.flush_folder(path.parent)

    def rename(self, source: Path, target: Path) -> None:
        """Give a file or folder another name; a file at *target* is replaced."""
        with self._step(StepKind.RENAME, target):
            source.replace(target)

    def unlink(self, path: Path) -> None:
        """Remove a file; not there is no error."""
        with self._step(StepKind.UNLINK, path):
            path.unlink(missing_ok=True)

    def remove_folder(self, path: Path) -> None:
        """Remove a folder and all in it, never following a link; not there is no error."""
        with self._step(StepKind.REMOVE_FOLDER, path):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)

    def remove(self, path: Path) -> None:
        """Remove a file, a link or a folder and all in it, never following a link."""
        if path.is_dir() and not path.is_symlink():
            self.remove_folder(path)
        else:
            self.unlink(path)

    def flush_folder(self, path: Path) -> None:
        """Make the names in *path* last."""
        with self._step(StepKind.FLUSH_FOLDER, path):
            self.platform.flush_folder(path)

    def free_bytes(self, path: Path) -> int:
        """
        Return how many bytes may still be written on the disk of *path*.

        Raises:
            DiskFailedError: BB-411.
        """
        with self.failures():
            return self.platform.free_bytes(path)

    def require_free(self, path: Path, size_bytes: int) -> None:
        """
        Return if twice *size_bytes* would fit on the disk of *path*.

        Raises:
            DiskFullError: BB-410.
        """
        if self.free_bytes(path) < 2 * size_bytes:
            raise DiskFullError("less than twice the size is free")

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Turn the system's errors of the body into DiskFullError and DiskFailedError."""
        try:
            yield
        except OSError as error:
            raise _translated(error) from error

    def tell(self, kind: StepKind, path: Path, size_bytes: int = 0) -> None:
        """Tell the listener of a step that somebody else takes (a database's commit)."""
        with self.failures():
            self._on_step(Step(kind=kind, path=path, size_bytes=size_bytes))

    @contextmanager
    def _step(self, kind: StepKind, path: Path) -> Iterator[None]:
        with self.failures():
            self._on_step(Step(kind=kind, path=path))
            yield


class NewFile:
    """A file being written; leaving the with-block closes it and removes it after an error."""

    def __init__(self, disk: Disk, path: Path, descriptor: int) -> None:
        self.path = path
        self._disk = disk
        self._descriptor: int | None = descriptor

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Append all of *data*."""
        self._disk.tell(StepKind.WRITE, self.path, len(data))
        rest = memoryview(data)
        with self._disk.failures():
            while rest:
                rest = rest[os.write(self._open(), rest) :]

    def flush(self) -> None:
        """Make the content last."""
        self._disk.tell(StepKind.FLUSH, self.path)
        with self._disk.failures():
            os.fsync(self._open())

    def close(self) -> None:
        """Close; a second call does nothing."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            with self._disk.failures():
                os.close(descriptor)

    def discard(self) -> None:
        """Close and remove."""
        self.close()
        self._disk.unlink(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is not None and issubclass(kind, Exception):
            self.discard()
        else:
            self.close()

    def _open(self) -> int:
        if self._descriptor is None:
            raise OSError(errno.EBADF, "file is closed")
        return self._descriptor


def _translated(error: OSError) -> DiskFullError | DiskFailedError:
    if error.errno in _FULL:
        return DiskFullError(errno.errorcode[error.errno])
    # The name of the number, never the text: that holds a path.
    reason = errno.errorcode.get(error.errno or 0, "unknown")
    return DiskFailedError(reason, reason=reason)
