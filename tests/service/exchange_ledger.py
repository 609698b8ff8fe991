"""What an exchange under load was told and has answered: nothing of it may be lost or come back."""

import math
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

# What a node knows is never older (``matcher.GREATEST_LAG_NS``), by the clock of this machine.
ELSEWHERE_S = 5.0
_NEWEST, _OLDER = 40, 60


@dataclass(slots=True, kw_only=True)
class Entry:
    """
    One hash that was handed in; times are of the monotonic clock, None before.

    Attributes:
        confirming, withdrawing: when that was first asked for.
        active, withdrawn: when it was answered that it is so.
    """

    pdq_hex: str
    number: str
    leaf: str
    confirming: float | None = None
    active: float | None = None
    withdrawing: float | None = None
    withdrawn: float | None = None
    seen: set[str] = field(default_factory=set)

    def is_lost(self, sent: float, lag_s: float, *, is_matched: bool) -> bool:
        """Return whether an answer should have named it; judged after the answer."""
        is_due = self.active is not None and self.active + lag_s <= sent
        return is_due and self.withdrawing is None and not is_matched

    def is_ghost(self, sent: float, lag_s: float, *, is_matched: bool) -> bool:
        """Return whether an answer should not have named it; judged after the answer."""
        is_gone = self.withdrawn is not None and self.withdrawn + lag_s <= sent
        return is_matched and (is_gone or self.confirming is None)


@dataclass(kw_only=True)
class Ledger:
    """
    Entries and counts of all who take part.

    Attributes:
        clock: in seconds, the one of all times.
        slowest_elsewhere_s: longest from a confirmed write to the first answer elsewhere with it.
        slowest_while_there_s: the same, of writes after which the database was there all along.
    """

    clock: Callable[[], float] = time.monotonic
    entries: list[Entry] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    slowest_elsewhere_s: float = 0.0
    slowest_while_there_s: float = 0.0
    latencies_ms: dict[str, list[int]] = field(default_factory=dict)
    _away: list[tuple[float, float]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def database_away(self) -> Iterator[None]:
        """Keep from when until when the database was ended and not yet there again."""
        begun = self.clock()
        self._away.append((begun, math.inf))
        try:
            yield
        finally:
            self._away[-1] = (begun, self.clock())

    def count(self, name: str, amount: int = 1) -> None:
        """Count something that happened."""
        with self._lock:
            self.counts[name] = self.counts.get(name, 0) + amount

    def counted(self, name: str) -> int:
        """Return how often it happened."""
        return self.counts.get(name, 0)

    def took(self, name: str, milliseconds: int) -> None:
        """Keep how long an answer took."""
        with self._lock:
            self.latencies_ms.setdefault(name, []).append(milliseconds)

    def fail(self, what: str) -> None:
        """Keep what must not happen; never a hash."""
        with self._lock:
            self.failures.append(what)

    def add(self, entry: Entry) -> None:
        """Keep a hash that was taken."""
        with self._lock:
            self.entries.append(entry)

    def some(self, chance: random.Random) -> list[Entry]:
        """Return the newest entries and some older ones."""
        with self._lock:
            newest, older = self.entries[-_NEWEST:], self.entries[:-_NEWEST]
        return newest + chance.sample(older, min(_OLDER, len(older)))

    def judge(
        self, asked: list[Entry], matched: set[int], *, node: str, sent: float, answered: float
    ) -> None:
        """Hold an answer of a node against what was confirmed before it was asked for."""
        lag_s = 0.0 if node == "here" else ELSEWHERE_S
        for at, entry in enumerate(asked):
            is_matched = at in matched
            if entry.is_lost(sent, lag_s, is_matched=is_matched):
                self.fail(f"{node}: a write that was confirmed is not found")
            if entry.is_ghost(sent, lag_s, is_matched=is_matched):
                self.fail(f"{node}: found, though withdrawn or never active")
            if is_matched and entry.active is not None and node not in entry.seen:
                entry.seen.add(node)
                if node != "here":
                    self._found_elsewhere(entry.active, answered)
        self.count(f"hashes of the ledger asked for, {node}", len(asked))

    def _found_elsewhere(self, active: float, answered: float) -> None:
        took = answered - active
        self.slowest_elsewhere_s = max(self.slowest_elsewhere_s, took)
        if not any(begun < answered and active < ended for begun, ended in self._away):
            self.slowest_while_there_s = max(self.slowest_while_there_s, took)
