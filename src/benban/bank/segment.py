"""An immutable part of a bank, with the tables by which it is looked up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benban.bank.engine import engine
from benban.bank.pieces import Pieces, cut, piece_count
from benban.bank.words import FRONT, Numbers, Words


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segment:
    """
    Fingerprints in the order of their numbers, and the tables of their pieces.

    Attributes:
        front, back: the two halves of each fingerprint, n x 2: nearly all that is looked up is
            decided by the first, and twice as many of them lie close to the processor.
        number: n, ascending, each once.
        offsets: the tables of all pieces; entry v of a table and the next one bound the stretch
            of that piece's *rows* whose fingerprints hold the value v.
        rows: pieces x n, positions of fingerprints in the order of the piece's value.
    """

    pieces: Pieces
    front: Words
    back: Words
    number: Numbers
    offsets: NDArray[np.uint32]
    rows: NDArray[np.uint32]

    def __len__(self) -> int:
        """Return how many fingerprints it holds, deleted ones included."""
        return len(self.number)

    @property
    def words(self) -> Words:
        """The fingerprints, n x 4."""
        return np.concatenate([self.front, self.back], axis=1)

    def position(self, number: int) -> int | None:
        """Return where the fingerprint of this number stands, or None."""
        found = int(np.searchsorted(self.number, number))
        return found if found < len(self) and self.number[found] == number else None


def build_segment(words: Words, number: Numbers) -> Segment:
    """Return a segment of *words* (n x 4) with their numbers (n, each once), in any order."""
    # What comes in order, as from a database, is not copied once more.
    if not np.all(number[1:] > number[:-1]):
        order = np.argsort(number, kind="stable")
        words, number = words[order], number[order]
    words, number = np.ascontiguousarray(words), np.ascontiguousarray(number)
    pieces = cut(piece_count(len(number)))
    offsets, rows = engine(len(number)).tables(words, pieces)
    return Segment(
        pieces=pieces,
        front=np.ascontiguousarray(words[:, :FRONT]),
        back=np.ascontiguousarray(words[:, FRONT:]),
        number=number,
        offsets=offsets,
        rows=rows,
    )
