"""The hashes that a scan looks for: those of a bank, under its numbers, and no others."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np

from benban.bank.bank import Bank
from benban.bank.segment import Segment
from benban.bank.words import WORDS, Matches, Numbers, Words, as_words
from benban.model.fingerprint import Pdq

# No number is so large.
_BEYOND = 1 << 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """
    What lies near one picture.

    Attributes:
        number: of the nearest; the smallest among equals.
        distance_bits: of the nearest, over all orientations.
        count: how many numbers lie within the radius.
    """

    number: int
    distance_bits: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFrom:
    """
    Whence a bank was taken over, and until when it may be used.

    Attributes:
        exchange: key id.
        name: what the exchange calls itself.
        change: number of the newest change that is in it.
        made_at, fresh_until: as the exchange signed it; aware UTC.
    """

    exchange: str
    name: str
    change: int
    made_at: datetime
    fresh_until: datetime


class Shards(Protocol):
    """A bank in shards that are asked as one: in this process, or on other machines."""

    def __len__(self) -> int:
        """Return how many hashes can be found."""
        ...

    def near_many(self, asked: Words, radius_bits: int) -> Matches:
        """Return what one bank of all of them returns, or raise; never a part of it."""
        ...

    def held(self) -> Iterable[tuple[Numbers, Words]]:
        """Return numbers, rising, and hashes, shard by shard."""
        ...


class BankedHashes:
    """
    Shared hashes in memory; may be asked from many threads.

    Only a bank's folder, its shards or a list of numbered hashes is read into one: what a person
    declared as their own photo has no number in a bank and is of another type (HARM 12).

    Attributes:
        shards: the folder that they lie in; None where they are held whole.
        never_from: numbers from here on are of hashes near which nothing matches; None: there are
            no such.
        taken_from: the exchange that they were taken over from; None for a bank of one's own.
    """

    def __init__(self, number: Numbers, words: Words) -> None:
        """
        Hold *words* (n x 4) under their numbers (n).

        Raises:
            NumberTakenError: BB-331, a number stands there twice.
            ValueError: shapes or kinds do not fit.
        """
        bank = Bank()
        if len(number):
            bank.add_many(number, words)
            bank.merge()
            bank.settle()
        self.shards: Path | None = None
        self.never_from: int | None = None
        self.taken_from: TakenFrom | None = None
        self._bank: Bank | Shards = bank
        self._held: Callable[[], Iterable[tuple[Numbers, Words]]] = lambda: ((number, words),)

    @classmethod
    def of_segment(cls, segment: Segment, never_from: int | None = None) -> "BankedHashes":
        """Return the hashes of *segment*, which may lie in memory that processes share."""
        banked = cls(np.empty(0, np.int64), np.empty((0, WORDS), np.uint64))
        banked._bank, banked.never_from = Bank.of_segment(segment), never_from
        banked._held = lambda: ((segment.number, segment.words),)
        return banked

    @classmethod
    def taken_over(
        cls, number: Numbers, words: Words, *, never_from: int, taken_from: TakenFrom
    ) -> "BankedHashes":
        """Return hashes that were taken over from an exchange; see the attributes."""
        banked = cls(number, words)
        banked.never_from, banked.taken_from = never_from, taken_from
        return banked

    @classmethod
    def in_shards(cls, shards: Shards, folder: Path) -> "BankedHashes":
        """Return the hashes of *folder*, which *shards* answers for."""
        banked = cls(np.empty(0, np.int64), np.empty((0, WORDS), np.uint64))
        banked.shards, banked._bank, banked._held = folder, shards, shards.held
        return banked

    def as_segment(self) -> Segment:
        """
        Return all hashes with their tables, for another process to hold.

        Raises:
            ValueError: they lie in shards, which are not put together.
        """
        if not isinstance(self._bank, Bank):
            message = "in shards"
            raise ValueError(message)  # noqa: TRY004 - no type of the caller's is at fault
        return self._bank.as_segment()

    def held(self) -> Iterable[tuple[Numbers, Words]]:
        """Return numbers and hashes in parts: one, or one for each shard, the numbers rising."""
        return self._held()

    def __len__(self) -> int:
        """Return how many hashes can be found."""
        return len(self._bank)

    def nearest(
        self, pictures: Sequence[Sequence[Pdq]], radius_bits: int
    ) -> tuple[Nearest | None, ...]:
        """
        Return for each picture what is nearest to one of its orientations; None: nothing is near.

        Args:
            pictures: the hashes of each one's orientations.
            radius_bits: 0 .. 47.
        """
        found = self._near(pictures, radius_bits)
        return tuple(_nearest(one, self._never_from()) for one in found)

    def may_be_near(self, pictures: Sequence[Sequence[Pdq]], radius_bits: int) -> tuple[bool, ...]:
        """
        Return for each picture whether a hash lies near that is matched with.

        Of hashes that are not exact, asked for in a wider radius: a negative hash there is no
        reason to leave a picture out, since it may lie beyond the border of a match.
        """
        found = self._near(pictures, radius_bits)
        return tuple(any(one < self._never_from() for one in near) for near in found)

    def _never_from(self) -> int:
        return _BEYOND if self.never_from is None else self.never_from

    def _near(self, pictures: Sequence[Sequence[Pdq]], radius_bits: int) -> list[dict[int, int]]:
        """Return the numbers near each picture, with the distance of its nearest orientation."""
        asked = [turned.hex for picture in pictures for turned in picture]
        owner = [place for place, picture in enumerate(pictures) for _ in picture]
        found: list[dict[int, int]] = [{} for _ in pictures]
        if asked:
            near = self._bank.near_many(as_words(asked), radius_bits)
            for question, number, distance in zip(
                near.question.tolist(),
                near.number.tolist(),
                near.distance_bits.tolist(),
                strict=True,
            ):
                held = found[owner[question]]
                held[number] = min(distance, held.get(number, distance))
        return found


def _nearest(distances: dict[int, int], never_from: int) -> Nearest | None:
    # A logo or an empty page that lies near a shared hash as well is no match.
    if not distances or max(distances) >= never_from:
        return None
    distance, number = min((distance, number) for number, distance in distances.items())
    return Nearest(number=number, distance_bits=distance, count=len(distances))
