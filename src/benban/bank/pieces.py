"""
Where 256 bits are cut, and how far from the asked value each piece has to be looked up.

Source: Norouzi, Punjani, Fleet, "Fast search in Hamming space with multi-index hashing" (2012);
the radius is spread over the pieces with its remainder.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from benban.bank.words import HASH_BITS, WORD_BITS, Words

# Sixteen pieces need little memory; beyond this many fingerprints twelve read far fewer.
_FEW = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """
    A cut of the 256 bits.

    Attributes:
        start: first bit of each piece, 0 is the least significant bit of the first word.
        width: bits of each piece.
        row_start: where the table of each piece begins among all tables; a table has one entry
            more than the piece has values.
    """

    start: NDArray[np.int64]
    width: NDArray[np.int64]
    row_start: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many pieces there are."""
        return len(self.start)

    @property
    def table_length(self) -> int:
        """Return how many entries all tables have together."""
        return int(((np.int64(1) << self.width) + 1).sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Probes:
    """
    What is looked up for one radius.

    Attributes:
        radius: per piece, -1 where it need not be looked up at all.
        flips: the bit patterns to lay over the asked value, for all pieces one after the other.
        flip_start: where those of each piece begin, and the end; one entry more than pieces.
    """

    radius: NDArray[np.int64]
    flips: NDArray[np.int64]
    flip_start: NDArray[np.int64]


def piece_count(fingerprints: int) -> int:
    """Return in how many pieces a bank of this size is cut."""
    return 16 if fingerprints < _FEW else 12


@lru_cache(maxsize=4)
def cut(count: int) -> Pieces:
    """Return *count* pieces of nearly equal width, the narrower ones first."""
    width = np.full(count, HASH_BITS // count, np.int64)
    width[count - HASH_BITS % count :] += 1
    lengths = (np.int64(1) << width) + 1
    return Pieces(
        start=np.concatenate([[0], np.cumsum(width)[:-1]]).astype(np.int64),
        width=width,
        row_start=np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64),
    )


def values(words: Words, pieces: Pieces, piece: int) -> NDArray[np.int64]:
    """Return the value of one piece in each of *words* (n x 4)."""
    word, shift = divmod(int(pieces.start[piece]), WORD_BITS)
    width = int(pieces.width[piece])
    value = words[:, word] >> np.uint64(shift)
    if shift + width > WORD_BITS:
        value = value | (words[:, word + 1] << np.uint64(WORD_BITS - shift))
    return (value & np.uint64((1 << width) - 1)).astype(np.int64)


@lru_cache(maxsize=128)
def probes(count: int, radius_bits: int) -> Probes:
    """Return what finds every fingerprint within *radius_bits* in a cut of *count* pieces."""
    each, rest = divmod(radius_bits + 1, count)
    radius = np.full(count, each - 1, np.int64)
    radius[:rest] += 1  # the narrower pieces stand first
    flips = [
        _flips(int(width), int(near)) for width, near in zip(cut(count).width, radius, strict=True)
    ]
    return Probes(
        radius=radius,
        flips=np.concatenate(flips),
        flip_start=np.concatenate([[0], np.cumsum([len(one) for one in flips])]).astype(np.int64),
    )


@lru_cache(maxsize=64)
def _flips(width: int, radius: int) -> NDArray[np.int64]:
    patterns = [
        sum(1 << bit for bit in bits)
        for ones in range(radius + 1)
        for bits in combinations(range(width), ones)
    ]
    return np.array(patterns, np.int64)
