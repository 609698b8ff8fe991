"""What a bank holds at one moment; questions read one such value and need no lock."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benban.bank.engine import engine_to_ask
from benban.bank.pieces import probes
from benban.bank.ports import Engine, Found, Live, Positions
from benban.bank.segment import Segment, build_segment
from benban.bank.words import WORDS, Numbers, Words

_FIRST_ROOM = 1024


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """
    A segment, if there is one, and the tail that was added since.

    Attributes:
        segment_live: one byte per fingerprint of the segment, 0 once it was deleted. It changes
            in place: a deletion is seen by every question from then on.
        tail_words, tail_number, tail_live: with room to grow; what lies beyond *tail_count* is
            not there yet. Rows below it never change, except that *tail_live* falls to 0.
    """

    segment: Segment | None
    segment_live: Live
    tail_words: Words
    tail_number: Numbers
    tail_live: Live
    tail_count: int

    @classmethod
    def empty(cls) -> "State":
        """Return a bank's state before anything is added."""
        return cls.of_segment(None)

    @classmethod
    def of_segment(cls, segment: Segment | None) -> "State":
        """Return a state of *segment*, all of it live, and an empty tail."""
        return cls(
            segment=segment,
            segment_live=np.ones(len(segment) if segment else 0, np.uint8),
            tail_words=np.empty((_FIRST_ROOM, WORDS), np.uint64),
            tail_number=np.empty(_FIRST_ROOM, np.int64),
            tail_live=np.zeros(_FIRST_ROOM, np.uint8),
            tail_count=0,
        )

    @property
    def live_count(self) -> int:
        """How many fingerprints can be found."""
        return int(np.count_nonzero(self.segment_live)) + int(
            np.count_nonzero(self.tail_live[: self.tail_count])
        )

    def with_tail(self, words: Words, number: Numbers) -> "State":
        """Return the state after *words* (n x 4) were added; the one before stays valid."""
        start, stop = self.tail_count, self.tail_count + len(number)
        grown = self if stop <= len(self.tail_number) else self._grown(stop)
        grown.tail_words[start:stop] = words
        grown.tail_number[start:stop] = number
        grown.tail_live[start:stop] = 1
        return replace(grown, tail_count=stop)

    def has_any(self, number: Numbers) -> bool:
        """Whether one of these numbers is live."""
        if self.segment is not None and len(self.segment):
            held = self.segment.number
            place = np.minimum(np.searchsorted(held, number), len(held) - 1)
            if np.any((held[place] == number) & (self.segment_live[place] != 0)):
                return True
        tail = self.tail_number[: self.tail_count][self.tail_live[: self.tail_count] != 0]
        if len(number) == 1:
            return bool(np.any(tail == number[0]))
        return bool(np.isin(number, tail).any())

    def which_held(self, number: Numbers) -> NDArray[np.bool_]:
        """Return for each of these numbers whether it is live."""
        held = np.isin(
            number, self.tail_number[: self.tail_count][self.tail_live[: self.tail_count] != 0]
        )
        if self.segment is not None and len(self.segment):
            numbers = self.segment.number
            place = np.minimum(np.searchsorted(numbers, number), len(numbers) - 1)
            held |= (numbers[place] == number) & (self.segment_live[place] != 0)
        return held

    def delete(self, number: int) -> bool:
        """Return whether *number* was live; from now on it is not, for every question."""
        if self._delete_in_segment(number):
            return True
        tail = self.tail_number[: self.tail_count] == number
        rows = np.flatnonzero(tail & (self.tail_live[: self.tail_count] != 0))
        self.tail_live[rows] = 0
        return len(rows) > 0

    def delete_all(self, numbers: Numbers) -> None:
        """Delete each of *numbers* that is live; the tail is read once for all of them."""
        left = [number for number in numbers.tolist() if not self._delete_in_segment(number)]
        tail = np.isin(self.tail_number[: self.tail_count], np.array(left, np.int64))
        self.tail_live[: self.tail_count][tail] = 0

    def _delete_in_segment(self, number: int) -> bool:
        position = None if self.segment is None else self.segment.position(number)
        if position is None or not self.segment_live[position]:
            return False
        self.segment_live[position] = 0
        return True

    def find(self, asked: Words, radius_bits: int) -> tuple[Positions, Numbers, Positions]:
        """Return question, number and distance of each neighbour, in no promised order."""
        found: list[Found] = []
        size = len(self.segment) if self.segment else self.tail_count
        quickest = engine_to_ask(size, len(asked), self._try_out)
        if self.segment is not None and len(self.segment):
            wanted = probes(len(self.segment.pieces), radius_bits)
            question, position, distance = quickest.look_up(
                self.segment, self.segment_live, asked, wanted, radius_bits
            )
            found.append((question, self.segment.number[position], distance))
        if self.tail_count:
            question, position, distance = quickest.read_all(
                self.tail_words[: self.tail_count],
                self.tail_live[: self.tail_count],
                asked,
                radius_bits,
            )
            found.append((question, self.tail_number[position], distance))
        if len(found) == 1:
            return found[0]
        nothing = np.empty(0, np.int64)
        question, number, distance = (
            (np.concatenate([nothing, *parts]) for parts in zip(*found, strict=True))
            if found
            else (nothing, nothing, nothing)
        )
        return question, number, distance

    def prepare(self) -> None:
        """Begin to load what looks up quickest, in another thread; questions do not wait for it."""
        engine_to_ask(len(self.segment) if self.segment else 0, 0, self._try_out)

    def _try_out(self, quickest: Engine) -> None:
        # The compiler makes, or reads from disk, what is asked for of arrays of these kinds.
        nothing = np.zeros((1, WORDS), np.uint64)
        if self.segment is not None:
            wanted = probes(len(self.segment.pieces), 0)
            quickest.look_up(self.segment, self.segment_live, nothing, wanted, 0)
        # One row, and several, are two kinds of array: see warm_up.
        for count in (1, 2):
            quickest.read_all(self.tail_words[:count], self.tail_live[:count], nothing, 0)

    def copied_live(self) -> tuple[Live, Live]:
        """Return which rows of segment and tail are live now, as copies."""
        return self.segment_live.copy(), self.tail_live[: self.tail_count].copy()

    def merged(self, segment_live: Live, tail_live: Live) -> Segment:
        """Return one segment of what the two (see :meth:`copied_live`) say is live."""
        kept = tail_live != 0
        words = self.tail_words[: len(kept)][kept]
        number = self.tail_number[: len(kept)][kept]
        if self.segment is not None:
            held = segment_live != 0
            words = np.concatenate([self.segment.words[held], words])
            number = np.concatenate([self.segment.number[held], number])
        return build_segment(words, number)

    def _grown(self, needed: int) -> "State":
        size = max(needed, 2 * len(self.tail_number))
        words, number = np.empty((size, WORDS), np.uint64), np.empty(size, np.int64)
        live = np.zeros(size, np.uint8)
        count = self.tail_count
        words[:count], number[:count] = self.tail_words[:count], self.tail_number[:count]
        live[:count] = self.tail_live[:count]
        return replace(self, tail_words=words, tail_number=number, tail_live=live)
