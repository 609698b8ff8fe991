"""Where a node keeps its bank as it was at one change; all its processes map the same pages."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from benban.bank.segment import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """
    Everything that answered at one change.

    Attributes:
        change: number of the newest change that is in it.
        mark: of that change in the system of record; another one, or none, means another database.
    """

    segment: Segment
    change: int
    mark: str


class Shelf(Protocol):
    """A folder of the node."""

    def newest(self) -> Shelved | None:
        """Return the newest that is whole; None without one. A damaged one is removed."""
        ...

    def newest_change(self) -> int:
        """Return up to which change the newest goes, without opening it; -1 without one."""
        ...

    def keep(self, shelved: Shelved) -> None:
        """Return once it is on disk in the place of those before."""
        ...

    def drop(self) -> None:
        """Remove what is kept: it is of another database."""
        ...

    def making(self) -> AbstractContextManager[None]:
        """Return a block that one process of the node is in at a time; others wait."""
        ...
