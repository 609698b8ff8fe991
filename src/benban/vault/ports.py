"""What the vault needs from the platform; ``outside.posix`` and ``outside.windows`` give it."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from benban.model.custody import Field


class FileLock(Protocol):
    """An exclusive lock of the operating system; it dies with the process that holds it."""

    def release(self) -> None:
        """Let go; a second call does nothing."""
        ...


class Platform(Protocol):
    """The few things that differ between systems."""

    def lock(self, path: Path) -> FileLock | None:
        """
        Return a held lock on *path* (made if absent), or None while somebody else holds it.

        Raises:
            OSError: the file cannot be made or opened.
        """
        ...

    def flush_folder(self, path: Path) -> None:
        """Make names that were made, changed or removed in *path* last, where that exists."""
        ...

    def set_private(self, path: Path) -> None:
        """Let only this user read *path*, where the system knows that."""
        ...

    def free_bytes(self, path: Path) -> int:
        """Return how many bytes this user may still write on the disk of *path*."""
        ...

    def forbid_core_dumps(self) -> None:
        """Keep this process's memory out of crash files, as far as the system allows."""
        ...


class RollbackCounter(Protocol):
    """A number kept outside the vault, e.g. in the system's keyring, that only grows."""

    def read(self, vault_id: str) -> int | None:
        """Return the number kept for this vault; None if there is none."""
        ...

    def write(self, vault_id: str, value: int) -> None:
        """Keep *value* for this vault."""
        ...


Sleep = Callable[[float], None]
Workplace = Callable[[], tuple[Field, ...]]


def nothing_known() -> tuple[Field, ...]:
    """Return no fields: nothing is known of device and programs."""
    return ()
