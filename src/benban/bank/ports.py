"""What looks up in a bank, and what it reads."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from benban.bank.pieces import Pieces, Probes
from benban.bank.words import Words

Positions = NDArray[np.int64]
Live = NDArray[np.uint8]
Tables = tuple[NDArray[np.uint32], NDArray[np.uint32]]
# Position of the question, position of the fingerprint, distance in bits: of equal length.
Found = tuple[Positions, Positions, Positions]


class Part(Protocol):
    """What an engine reads of a segment."""

    @property
    def pieces(self) -> Pieces:
        """How its bits are cut."""
        ...

    @property
    def front(self) -> Words:
        """The first half of its fingerprints, n x 2."""
        ...

    @property
    def back(self) -> Words:
        """The second half, n x 2."""
        ...

    @property
    def offsets(self) -> NDArray[np.uint32]:
        """The tables of all pieces."""
        ...

    @property
    def rows(self) -> NDArray[np.uint32]:
        """Positions in the order of each piece's value."""
        ...


class Engine(Protocol):
    """
    Builds tables and looks up.

    What is found comes in no promised order, each pair of question and fingerprint once. Where
    *live* is 0 a fingerprint is not given out.
    """

    def tables(self, words: Words, pieces: Pieces) -> Tables:
        """Return offsets and rows of a segment."""
        ...

    def look_up(
        self, part: Part, live: Live, asked: Words, probes: Probes, radius_bits: int
    ) -> Found:
        """Return the neighbours in a segment of each of *asked* (q x 4)."""
        ...

    def read_all(self, words: Words, live: Live, asked: Words, radius_bits: int) -> Found:
        """Return the neighbours among *words* (n x 4) by counting the bits of every one."""
        ...
