"""A bank of fingerprints: what is added is found by the next question, what is deleted never."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock, Thread

import numpy as np
from numpy.typing import NDArray

from benban.bank.folder import (
    Manifest,
    begin_journal,
    map_segment,
    open_segment,
    read_manifest,
    remove_left_over,
    write_manifest,
    write_segment,
)
from benban.bank.journal import Journal, Kind, read_journal
from benban.bank.ports import Live
from benban.bank.segment import Segment
from benban.bank.state import State
from benban.bank.words import (
    MAX_RADIUS_BITS,
    WORDS,
    Matches,
    Neighbour,
    Numbers,
    TurnedNeighbour,
    Words,
    as_words,
)
from benban.errors import BankDamagedError, NumberTakenError

# Every question reads the whole tail; so much of it costs a tenth of a millisecond.
TAIL_LIMIT = 65_536
# Beyond, who adds waits for the merge: more is added at once than is merged in the background.
_TAIL_CEILING = 4 * TAIL_LIMIT
_MAX_NUMBER = (1 << 63) - 1


class Bank:
    """
    Fingerprints by number, and every neighbour of a question.

    One bank may be asked from many threads at once, while others add, delete and merge. Without
    a folder it lives in memory alone, as a person's must. A merge runs by itself, in a thread of
    its own, whenever the tail has grown long.
    """

    def __init__(self) -> None:
        self._state = State.empty()
        self._changing = Lock()
        self._merging = Lock()
        self._merger: Thread | None = None
        self._folder: Path | None = None
        self._journal: Journal | None = None
        self._generation = 0
        # False once the folder may name another segment than the one that answers.
        self._is_taking = True

    @classmethod
    def open(cls, folder: Path) -> "Bank":
        """
        Return the bank kept in *folder*, begun there if it is empty; for an exchange only.

        The caller holds the folder: no other process writes to it. What was confirmed before the
        process ended is there; what was never confirmed is not.

        Raises:
            BankFolderError: BB-340, there is no such folder: it is never made here.
            BankDamagedError: BB-332; the folder is as it was.
        """
        bank = cls()
        manifest = read_manifest(folder)
        if manifest is None:
            manifest = write_segment(folder, None, 0)
            begin_journal(folder, manifest).close()
            write_manifest(folder, manifest)
        bank._state = State.of_segment(open_segment(folder, manifest))
        bank._replay(folder / manifest.journal)
        remove_left_over(folder, manifest)
        bank._folder, bank._generation = folder, manifest.generation
        bank._journal = begin_journal(folder, manifest)
        return bank

    @classmethod
    def of_segment(cls, segment: Segment) -> "Bank":
        """Return a bank in memory that begins with *segment*, which is never changed."""
        bank = cls()
        bank._state = State.of_segment(segment)
        return bank

    def __len__(self) -> int:
        """Return how many fingerprints can be found."""
        return self._state.live_count

    def add(self, number: int, pdq_hex: str) -> None:
        """
        Return once the fingerprint is in the bank: the next question finds it.

        Raises:
            NumberTakenError: BB-331, the number stands in the bank already.
            ValueError: not 64 hexadecimal digits, or a number outside 0 .. 2^63 - 1.
        """
        if not 0 <= number <= _MAX_NUMBER:
            message = "a number is 0 to 2^63 - 1"
            raise ValueError(message)
        self.add_many(np.array([number], np.int64), as_words([pdq_hex]))

    def add_many(self, number: Numbers, words: Words) -> None:
        """
        Return once all of *words* (n x 4) are in the bank under their numbers (n); all or none.

        Raises:
            NumberTakenError: BB-331, one of the numbers stands in the bank already, or twice here.
            ValueError: shapes or kinds do not fit, or a number below 0.
        """
        _check(number, words)
        with self._changing:
            is_repeated = len(number) > 1 and len(np.unique(number)) != len(number)
            if is_repeated or self._state.has_any(number):
                raise NumberTakenError
            if self._journal:
                self._journal.add(number, words)
            self._state = self._state.with_tail(words, number)
            tail = self._state.tail_count
        if tail >= _TAIL_CEILING:
            self.merge()
        elif tail >= TAIL_LIMIT:
            self._merge_soon()

    def delete(self, number: int) -> bool:
        """Return whether *number* stood in the bank; no question finds it from now on."""
        with self._changing:
            if not self._state.has_any(np.array([number], np.int64)):
                return False
            # The journal first: what was confirmed as gone stays gone.
            if self._journal:
                self._journal.delete(np.array([number], np.int64))
            return self._state.delete(number)

    def which_held(self, number: Numbers) -> NDArray[np.bool_]:
        """Return for each of these numbers whether it stands in the bank."""
        with self._changing:
            return self._state.which_held(number)

    def near(self, pdq_hex: str, radius_bits: int) -> tuple[Neighbour, ...]:
        """
        Return every fingerprint within *radius_bits* (0 .. 47), nearest first.

        Raises:
            ValueError: not 64 hexadecimal digits, or a radius outside.
        """
        found = self.near_many(as_words([pdq_hex]), radius_bits)
        return tuple(
            Neighbour(int(number), int(distance))
            for number, distance in zip(found.number, found.distance_bits, strict=True)
        )

    def near_many(self, asked: Words, radius_bits: int) -> Matches:
        """
        Return the neighbours of each of *asked* (q x 4).

        Raises:
            ValueError: shape or kind does not fit, or a radius outside 0 .. 47.
        """
        if not 0 <= radius_bits <= MAX_RADIUS_BITS:
            message = f"a radius is 0 to {MAX_RADIUS_BITS} bits"
            raise ValueError(message)
        _check_words(asked)
        question, number, distance = self._state.find(asked, radius_bits)
        order = np.lexsort((number, distance, question))
        return Matches(
            question=question[order], number=number[order], distance_bits=distance[order]
        )

    def prepare(self) -> None:
        """Begin to load what looks up quickest, in another thread; questions do not wait for it."""
        self._state.prepare()

    def near_any_orientation(
        self, dihedral: Sequence[str], radius_bits: int
    ) -> tuple[TurnedNeighbour, ...]:
        """
        Return every fingerprint within *radius_bits* of one of the hashes, nearest first.

        Args:
            dihedral: the hashes of one picture's orientations, in PDQ's order.
            radius_bits: 0 .. 47.
        """
        found = self.near_many(as_words(dihedral), radius_bits)
        order = np.lexsort((found.question, found.distance_bits, found.number))
        number, first = np.unique(found.number[order], return_index=True)
        chosen = order[first]
        turned = (
            TurnedNeighbour(int(one), int(found.distance_bits[at]), int(found.question[at]))
            for one, at in zip(number, chosen, strict=True)
        )
        return tuple(sorted(turned, key=lambda one: (one.distance_bits, one.number)))

    def merge(self) -> None:
        """
        Return once tail and segment are one segment, without what was deleted.

        When it fails (a disk that is full), the bank goes on answering; where it failed at the
        last step, a bank in a folder takes nothing more until it is opened anew.
        """
        with self._merging:
            if not self._is_taking:
                return
            with self._changing:
                before = self._state
                segment_live, tail_live = before.copied_live()
            if not len(tail_live) and segment_live.all():
                return
            segment = before.merged(segment_live, tail_live)
            manifest = None
            if self._folder is not None:
                manifest = write_segment(self._folder, segment, self._generation + 1)
                segment = map_segment(self._folder, manifest) or segment
            with self._changing:
                after, gone = _caught_up(segment, before, self._state, segment_live, tail_live)
                if self._folder is not None and manifest is not None:
                    self._switch(self._folder, manifest, after, gone)
                self._state = after

    def as_segment(self) -> Segment:
        """Return one segment of what can be found now; the bank stays as it is."""
        with self._changing:
            state = self._state
            segment_live, tail_live = state.copied_live()
        if state.segment is not None and not len(tail_live) and segment_live.all():
            return state.segment
        return state.merged(segment_live, tail_live)

    @property
    def unmerged(self) -> int:
        """How many additions wait for the next merge; every question reads all of them."""
        return self._state.tail_count

    def settle(self) -> None:
        """Return once no merge runs in the background."""
        with self._changing:
            merger = self._merger
        if merger is not None:
            merger.join()

    def close(self) -> None:
        """Wait for a merge that runs and let go of the folder; the bank is not used again."""
        self.settle()
        with self._changing:
            if self._journal:
                self._journal.close()
            self._state = State.empty()

    def _merge_soon(self) -> None:
        with self._changing:
            if self._merger is None or not self._merger.is_alive():
                self._merger = Thread(target=self.merge, name="bank-merge", daemon=True)
                self._merger.start()

    def _switch(self, folder: Path, manifest: Manifest, after: State, gone: Numbers) -> None:
        """Let the folder name the new segment, with a journal of what is not in it."""
        old, self._journal = self._journal, begin_journal(folder, manifest)
        if old:
            old.close()
        try:
            if len(gone):
                self._journal.delete(gone)
            if after.tail_count:
                tail = slice(after.tail_count)
                self._journal.add(after.tail_number[tail], after.tail_words[tail])
            write_manifest(folder, manifest)
        except BaseException:
            # Which of the two the folder names is open now; whoever adds next must open it anew.
            self._is_taking = False
            self._journal.close()
            raise
        self._generation = manifest.generation
        remove_left_over(folder, manifest)

    def _replay(self, path: Path) -> None:
        frames, whole_bytes = read_journal(path)
        for frame in frames:
            if frame.kind is Kind.ADD:
                is_repeated = len(np.unique(frame.number)) != len(frame.number)
                if is_repeated or self._state.has_any(frame.number):
                    raise BankDamagedError(part=path.name)
                self._state = self._state.with_tail(frame.words, frame.number)
            else:
                self._state.delete_all(frame.number)
        with path.open("r+b") as journal:
            journal.truncate(whole_bytes)


def _caught_up(
    segment: Segment, before: State, now: State, segment_live: Live, tail_live: Live
) -> tuple[State, Numbers]:
    """
    Return the state of *segment* with what came and went while it was built from *before*.

    The second value are the numbers that *segment* still holds and that are gone.
    """
    merged = len(tail_live)
    gone = now.tail_number[:merged][(tail_live != 0) & (now.tail_live[:merged] == 0)]
    if before.segment is not None:
        was_deleted = (segment_live != 0) & (now.segment_live == 0)
        gone = np.concatenate([before.segment.number[was_deleted], gone])
    after = State.of_segment(segment)
    for number in gone:
        after.delete(int(number))
    came = slice(merged, now.tail_count)
    is_live = now.tail_live[came] != 0
    return after.with_tail(now.tail_words[came][is_live], now.tail_number[came][is_live]), gone


def _check(number: Numbers, words: Words) -> None:
    _check_words(words)
    if number.dtype != np.int64 or number.shape != (len(words),) or np.any(number < 0):
        message = "one number (int64, not below 0) for each fingerprint"
        raise ValueError(message)


def _check_words(words: Words) -> None:
    if words.dtype != np.uint64 or words.ndim != 2 or words.shape[1] != WORDS:  # noqa: PLR2004 - rows and words
        message = "fingerprints are n x 4 words of 64 bits"
        raise ValueError(message)
