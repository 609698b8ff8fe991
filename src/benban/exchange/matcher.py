"""Near hashes from memory, never behind the system of record (docs/explanation/exchange.md)."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

import numpy as np

from benban.bank.bank import Bank
from benban.bank.segment import build_segment
from benban.bank.words import WORDS, Numbers, Words, as_words
from benban.errors.exchange import MatcherBehindError
from benban.exchange.directory import Directory, read_directory
from benban.exchange.marks import mark_of
from benban.exchange.ports import Heads, Part, Store, Transaction, Who
from benban.exchange.shelf import Shelf, Shelved
from benban.model.clock import Clock
from benban.model.fingerprint import Pdq
from benban.model.shared_hash import BankRule, HashId, MemberId, bank_ordinal

# Two pictures match at or below this distance (PDQ's own advice).
RADIUS_BITS = 31
# Of one question: a picture that many handed in would otherwise fill the memory of a whole batch.
MOST_NEAR = 64
# A withdrawal elsewhere stops matching here within so much, or nothing is answered any more.
GREATEST_LAG_NS = 5_000_000_000
_AT_ONCE = 50_000
_READ_AT_ONCE = 10_000
_READING = Who(part=Part.MATCHER)


class Counter(Protocol):
    """How many changes this node knows of (``Heads.total``); all its processes see one."""

    def value(self) -> int:
        """Return the newest number that anybody on this node knows."""
        ...

    def raise_to(self, number: int) -> None:
        """Let everybody on this node know of a change."""
        ...


class OwnCounter:
    """A counter of one process alone."""

    def __init__(self) -> None:
        self._value, self._lock = 0, Lock()

    def value(self) -> int:
        """Return the newest number."""
        return self._value

    def raise_to(self, number: int) -> None:
        """Keep the greater of both."""
        with self._lock:
            self._value = max(self._value, number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A hash near the asked one; only a curator is told more than that there is one."""

    number: HashId
    distance_bits: int


class Matcher:
    """
    A bank in memory that follows the changes of the system of record.

    May be asked from many threads. Before each answer it looks whether anybody on this node
    knows of a newer change, and takes it over first: what was withdrawn here does not match at
    the very next question. Changes of other nodes come with :meth:`follow`.

    Args:
        store: the system of record.
        clock: of the program.
        counter: of the node.
        shelf: of the node; None where the process is the only one and reads the database.
    """

    def __init__(
        self, store: Store, clock: Clock, counter: Counter, shelf: Shelf | None = None
    ) -> None:
        self._store, self._clock, self._counter = store, clock, counter
        self._shelf, self._shelved_change = shelf, -1
        self._bank, self._lock = Bank(), Lock()
        self._change, self._heads = 0, Heads(change=0, setting=-1)
        self._directory = Directory()
        self._followed_ns: int | None = None

    @property
    def change(self) -> int:
        """Number of the newest change that was taken over."""
        return self._change

    @property
    def active(self) -> int:
        """How many hashes answer here."""
        return len(self._bank)

    def load(self) -> None:
        """
        Take over everything that answers: from the node's shelf, or else from the database.

        Raises:
            RecordUnavailableError: BB-962.
        """
        # Processes that begin together: one reads the database, the others find what it kept.
        with self._shelf.making() if self._shelf else nullcontext():
            is_known = self._take_from_shelf()
            if not is_known:
                self._read_all()
            self.follow()
            if not is_known and self._change:
                self._keep_on_shelf()
        self._bank.prepare()

    def renew_shelf(self, after_changes: int) -> bool:
        """
        Return whether this process took over a newer shelf, having made one if it was time.

        What was withdrawn since lies on the shelf until then, though it is never answered.

        Args:
            after_changes: so many make the shelf too old.

        Raises:
            RecordUnavailableError: BB-962.
        """
        if self._shelf is None:
            return False
        if self._change - self._shelf.newest_change() >= after_changes:
            with self._shelf.making():
                # Another process may have been first.
                if self._change - self._shelf.newest_change() >= after_changes:
                    self._keep_on_shelf()
                    return True
        if self._shelf.newest_change() > self._shelved_change:
            with self._shelf.making():
                return self._take_from_shelf()
        return False

    def follow(self) -> None:
        """
        Take over what changed anywhere; called every second.

        Raises:
            RecordUnavailableError: BB-962; what is known is answered until it is 5 s old.
        """
        with self._lock:
            self._take_over()

    @property
    def is_behind(self) -> bool:
        """Whether somebody on this node knows of a newer change: then an answer may wait."""
        return self._counter.value() > self._heads.total

    def near(self, asked: Words, member: MemberId) -> list[tuple[Near, ...]]:
        """
        Return for each of *asked* (n x 4) what is near it in the banks that *member* reads.

        At most :data:`MOST_NEAR` for each: in the bank's own order, which tells no distance.

        Raises:
            MatcherBehindError: BB-965, what is known may be older than 5 seconds.
            RecordUnavailableError: BB-962.
        """
        self._catch_up()
        directory = self._directory
        answering = directory.ordinals_of(member, BankRule.MATCH)
        negative = directory.ordinals_of(member, BankRule.NEGATIVE)
        found = self._bank.near_many(asked, RADIUS_BITS)
        near: list[list[Near]] = [[] for _ in range(len(asked))]
        never: set[int] = set()
        rows = zip(
            found.question.tolist(),
            found.number.tolist(),
            found.distance_bits.tolist(),
            strict=True,
        )
        for question, number, distance in rows:
            ordinal = bank_ordinal(HashId(number))
            if ordinal in negative:
                never.add(question)
            elif ordinal in answering and len(near[question]) < MOST_NEAR:
                near[question].append(Near(number=HashId(number), distance_bits=distance))
        return [() if at in never else tuple(ones) for at, ones in enumerate(near)]

    def require_new(self) -> None:
        """
        Return if what is known is no more than 5 seconds old; asks nobody and never waits.

        Raises:
            MatcherBehindError: BB-965.
        """
        followed_ns = self._followed_ns
        if followed_ns is None or self._clock.monotonic_ns() - followed_ns > GREATEST_LAG_NS:
            raise MatcherBehindError

    def directory(self) -> Directory:
        """
        Return members, keys and banks as they stand.

        Raises:
            MatcherBehindError: BB-965.
        """
        self._catch_up()
        return self._directory

    def near_active(self, asked: Words) -> int:
        """Return how many hashes of all banks that answer lie near one; for the flood hold."""
        self._catch_up()
        return len(self._bank.near_many(asked, RADIUS_BITS))

    def _read_all(self) -> None:
        with self._store.within(_READING) as work:
            # The head first: what changes while the pages are read is taken over again.
            change = work.heads().change
            numbers, words = _read_active(work)
        # Built once, of all: a bank that is filled is merged again and again on the way.
        bank = Bank.of_segment(build_segment(words, numbers)) if len(numbers) else Bank()
        with self._lock:
            self._bank, self._change = bank, change

    def _take_from_shelf(self) -> bool:
        """Return whether the shelf's bank, brought up to now, answers from here on."""
        shelved = None if self._shelf is None else self._shelf.newest()
        if self._shelf is None or shelved is None:
            return False
        bank = Bank.of_segment(shelved.segment)
        with self._store.within(_READING) as work:
            if not shelved.mark or mark_of(work, shelved.change) != shelved.mark:
                self._shelf.drop()
                return False
            change = _caught_up(work, bank, shelved.change)
        with self._lock:
            # What others took over meanwhile is not lost: the newer of both is gone through again.
            with self._store.within(_READING) as work:
                change = _caught_up(work, bank, change)
            self._bank, self._change = bank, change
            self._shelved_change = shelved.change
        return True

    def _keep_on_shelf(self) -> None:
        if self._shelf is None:
            return
        with self._lock:
            change, segment = self._change, self._bank.as_segment()
        with self._store.within(_READING) as work:
            mark = mark_of(work, change)
        self._shelf.keep(Shelved(segment=segment, change=change, mark=mark))
        self._take_from_shelf()

    def _catch_up(self) -> None:
        # First: a database that hangs must not keep anybody who would be refused in any case.
        self.require_new()
        if not self.is_behind:
            return
        if not self._lock.acquire(timeout=GREATEST_LAG_NS / 1e9):
            raise MatcherBehindError
        try:
            # Who waited for the lock may find it done.
            if self.is_behind:
                self._take_over()
        finally:
            self._lock.release()
        self.require_new()

    def _take_over(self) -> None:
        asked_ns = self._clock.monotonic_ns()
        with self._store.within(_READING) as work:
            heads = work.heads()
            if heads.setting != self._heads.setting:
                self._directory = read_directory(work)
            self._change = _caught_up(work, self._bank, self._change)
            self._heads = heads
        self._followed_ns = asked_ns
        self._counter.raise_to(heads.total)


def _read_active(work: Transaction) -> tuple[Numbers, Words]:
    """Return numbers (n) and hashes (n x 4) of all that answer, in the order of numbers."""
    numbers, words = [np.empty(0, np.int64)], [np.empty((0, WORDS), np.uint64)]
    after: HashId | None = None
    # Few rows at a time: as Python's own values they are ten times as large.
    while page := work.active(after, _READ_AT_ONCE):
        numbers.append(np.array([number for number, _ in page], np.int64))
        words.append(as_words(pdq for _, pdq in page))
        after = page[-1][0]
    return np.concatenate(numbers), np.concatenate(words)


def _caught_up(work: Transaction, bank: Bank, change: int) -> int:
    """Return the number of the newest change, after *bank* took over all after *change*."""
    while changes := work.changes(change, _AT_ONCE):
        # Of one hash the last word counts, and a change tells the state of now.
        _take(bank, {one.hash_id: one.pdq for one in changes})
        change = changes[-1].number
    return change


def _take(bank: Bank, last: Mapping[HashId, Pdq | None]) -> None:
    numbers = np.array(list(last), np.int64)
    # What answers already stays where it is: a renewed hash is never away for a moment.
    is_held = bank.which_held(numbers)
    new: list[tuple[HashId, str]] = []
    for (number, pdq), held in zip(last.items(), is_held.tolist(), strict=True):
        if pdq is None and held:
            bank.delete(number)
        elif pdq is not None and not held:
            new.append((number, pdq.hex))
    if new:
        bank.add_many(
            np.array([number for number, _ in new], np.int64),
            as_words(pdq for _, pdq in new),
        )
