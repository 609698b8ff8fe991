"""
A bank cut into shards, each a bank's folder of its own, so that no machine has to hold it whole.

What lies near a question lies in one of the shards, so that all their answers together are the
bank's, with nothing left out. The plan says how many fingerprints each shard holds and by which
digests: a shard that is missing, short or another bank's is refused, never answered without.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benban.bank.bank import Bank
from benban.bank.folder import (
    Manifest,
    begin_journal,
    open_segment,
    read_manifest,
    write_manifest,
    write_segment,
)
from benban.bank.journal import Kind, read_journal
from benban.bank.segment import build_segment
from benban.bank.words import Matches, Numbers, Words
from benban.errors import BankDamagedError, NumberTakenError

_PLAN = "shards.json"
_FORMAT = 1
_PLAN_BYTES = 16 << 20
# A plan of more is a trap; a billion fingerprints in shards of a million are a thousand.
_MOST_SHARDS = 65_536
_NONSENSE = (OSError, ValueError, TypeError, KeyError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardPlan:
    """
    What a folder of shards holds.

    Attributes:
        counts: how many fingerprints each shard was written with.
        first: the smallest number of each; they rise.
        digests: of each shard's files, hex.
    """

    counts: tuple[int, ...]
    first: tuple[int, ...]
    digests: tuple[str, ...]

    def __len__(self) -> int:
        """Return how many shards there are."""
        return len(self.counts)


class Shard:
    """
    One shard, mapped into memory; may be asked from many threads and from many processes.

    What was withdrawn since it was written stands in its journal, which is looked at before each
    answer; a shard that is opened anew begins with it.
    """

    def __init__(self, folder: Path, plan: ShardPlan, index: int) -> None:
        """
        Open shard *index* (0-based) of *folder*.

        Raises:
            BankDamagedError: BB-332, it is not the one that the plan names.
            BankFolderError: BB-340, it is not there.
        """
        place = _place(folder, index)
        manifest = read_manifest(place)
        if manifest is None or _digest(manifest) != plan.digests[index]:
            raise BankDamagedError(part=place.name)
        segment = open_segment(place, manifest)
        if segment is None or len(segment) != plan.counts[index]:
            raise BankDamagedError(part=place.name)
        self._bank, self._segment = Bank.of_segment(segment), segment
        self._journal = place / manifest.journal
        self._frames = self._read_bytes = 0
        self._catch_up()

    def __len__(self) -> int:
        """Return how many fingerprints can be found."""
        self._catch_up()
        return len(self._bank)

    def near_many(self, asked: Words, radius_bits: int) -> Matches:
        """
        Return the neighbours in this shard, as :meth:`benban.bank.bank.Bank.near_many`.

        Raises:
            BankDamagedError: BB-332, its journal cannot be read; what is withdrawn is not known.
        """
        self._catch_up()
        return self._bank.near_many(asked, radius_bits)

    def held(self) -> tuple[Numbers, Words]:
        """Return the numbers, rising, and fingerprints that can be found now."""
        self._catch_up()
        is_held = self._bank.which_held(self._segment.number)
        return self._segment.number[is_held], self._segment.words[is_held]

    def _catch_up(self) -> None:
        try:
            size_bytes = self._journal.stat().st_size
        except OSError as error:
            raise BankDamagedError(part=self._journal.name) from error
        if size_bytes == self._read_bytes:
            return
        frames, whole_bytes = read_journal(self._journal)
        if len(frames) < self._frames:
            raise BankDamagedError(part=self._journal.name)
        for frame in frames[self._frames :]:
            if frame.kind is not Kind.DELETE:
                raise BankDamagedError(part=self._journal.name)
            for number in frame.number.tolist():
                self._bank.delete(number)
        self._frames, self._read_bytes = len(frames), whole_bytes


class ShardSet:
    """All shards of a folder in one process: exact, mapped, and shared with other processes."""

    def __init__(self, folder: Path) -> None:
        """
        Open every shard.

        Raises:
            BankDamagedError: BB-332.
            BankFolderError: BB-340.
        """
        plan = read_plan(folder)
        self._shards = tuple(Shard(folder, plan, index) for index in range(len(plan)))

    def __len__(self) -> int:
        """Return how many fingerprints can be found."""
        return sum(map(len, self._shards))

    def near_many(self, asked: Words, radius_bits: int) -> Matches:
        """Return what one bank of all fingerprints returns."""
        return joined([shard.near_many(asked, radius_bits) for shard in self._shards])

    def held(self) -> Iterator[tuple[Numbers, Words]]:
        """Yield numbers and fingerprints of each shard; the numbers rise."""
        return (shard.held() for shard in self._shards)


def joined(parts: Sequence[Matches]) -> Matches:
    """Return the answers of all shards to the same questions, in the order that a bank gives."""
    nothing = np.empty(0, np.int64)
    question = np.concatenate([nothing, *(one.question for one in parts)])
    number = np.concatenate([nothing, *(one.number for one in parts)])
    distance = np.concatenate([nothing, *(one.distance_bits for one in parts)])
    order = np.lexsort((number, distance, question))
    return Matches(question=question[order], number=number[order], distance_bits=distance[order])


def cut_in(shards: int, number: Numbers, words: Words) -> Iterator[tuple[Numbers, Words]]:
    """Yield *words* (n x 4) and their numbers (n) in so many parts, for :func:`write_shards`."""
    order = np.argsort(number, kind="stable")
    for chosen in np.array_split(order, max(1, min(shards, len(number)))):
        yield number[chosen], words[chosen]


def write_shards(folder: Path, parts: Iterable[tuple[Numbers, Words]]) -> ShardPlan:
    """
    Return the plan once every part is a shard on disk; one part is in memory at a time.

    Args:
        folder: is made; must not be there.
        parts: numbers that rise from part to part and in each, and their fingerprints.

    Raises:
        NumberTakenError: BB-331, a number stands twice, or they do not rise.
        OSError: the folder is there, or the disk is full; without a plan it is no bank.
    """
    folder.mkdir(parents=True)
    counts: list[int] = []
    first: list[int] = []
    digests: list[str] = []
    last = -1
    for number, words in parts:
        if not len(number):
            continue
        if int(number[0]) <= last or bool((number[1:] <= number[:-1]).any()):
            raise NumberTakenError
        manifest = _write_shard(_place(folder, len(counts)), number, words)
        counts.append(len(number))
        first.append(int(number[0]))
        digests.append(_digest(manifest))
        last = int(number[-1])
    plan = ShardPlan(counts=tuple(counts), first=tuple(first), digests=tuple(digests))
    _write_plan(folder, plan)
    return plan


def is_sharded(folder: Path) -> bool:
    """Return whether *folder* holds shards rather than one bank."""
    return (folder / _PLAN).is_file()


def read_plan(folder: Path) -> ShardPlan:
    """
    Return what the folder holds.

    Raises:
        BankDamagedError: BB-332, there is no plan, or one that does not hold together.
    """
    try:
        with (folder / _PLAN).open("rb") as file:
            said = json.loads(file.read(_PLAN_BYTES))
        plan = ShardPlan(
            counts=tuple(int(one) for one in said["counts"]),
            first=tuple(int(one) for one in said["first"]),
            digests=tuple(str(one) for one in said["digests"]),
        )
        fits = said["format"] == _FORMAT and said["check"] == _check_of(plan)
    except _NONSENSE as error:
        raise BankDamagedError(part=_PLAN) from error
    if not fits or not len(plan.counts) == len(plan.first) == len(plan.digests) <= _MOST_SHARDS:
        raise BankDamagedError(part=_PLAN)
    return plan


def withdraw(folder: Path, numbers: Numbers) -> None:
    """
    Return once *numbers* are given by no shard any more, from the next question on.

    One process at a time withdraws; the caller sees to it. Numbers that no shard holds are
    nothing to it. Where the folder lies on a store of the network, other machines see it when
    that store shows them the longer journal.
    """
    plan = read_plan(folder)
    at = np.searchsorted(np.array(plan.first, np.int64), numbers, side="right") - 1
    for index in np.unique(at[at >= 0]).tolist():
        place = _place(folder, index)
        manifest = read_manifest(place)
        if manifest is None:
            raise BankDamagedError(part=place.name)
        path = place / manifest.journal
        _, whole_bytes = read_journal(path)
        with path.open("r+b") as torn:
            torn.truncate(whole_bytes)
        journal = begin_journal(place, manifest)
        try:
            journal.delete(np.ascontiguousarray(numbers[at == index]))
        finally:
            journal.close()


def _write_shard(place: Path, number: Numbers, words: Words) -> Manifest:
    place.mkdir()
    manifest = write_segment(place, build_segment(words, number), 1)
    begin_journal(place, manifest).close()
    write_manifest(place, manifest)
    return manifest


def _write_plan(folder: Path, plan: ShardPlan) -> None:
    said = {
        "format": _FORMAT,
        "counts": plan.counts,
        "first": plan.first,
        "digests": plan.digests,
        "check": _check_of(plan),
    }
    aside = folder / f"{_PLAN}.new"
    aside.write_text(json.dumps(said), encoding="ascii")
    aside.replace(folder / _PLAN)


def _place(folder: Path, index: int) -> Path:
    return folder / f"shard-{index:05d}"


def _digest(manifest: Manifest) -> str:
    said = [manifest.pieces, sorted(manifest.digests.items())]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _check_of(plan: ShardPlan) -> str:
    said = [plan.counts, plan.first, plan.digests]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
