"""
Which of many photos are near-duplicates of one, exactly, and in memory that does not grow.

Two hashes of 256 bits that differ in at most 31 bits agree in one of their sixteen pieces of 16
bits but for at most one bit: were there two in every piece, there would be 32. So only hashes that
lie within one bit of the question in some piece are compared whole; nothing near is missed.
"""

import numpy as np
from numpy.typing import NDArray

from benban.bank.words import Words, distances
from benban.model.fingerprint import MATCH_DISTANCE_BITS

_PIECE_BITS = 16
_PIECES = 256 // _PIECE_BITS
_VALUES = 1 << _PIECE_BITS
# A piece itself, and each piece that is one bit away from it.
_FLIPS = np.array([0, *(1 << bit for bit in range(_PIECE_BITS))], np.uint16)
_ROWS = (np.arange(_PIECES, dtype=np.int32) * (_VALUES + 1))[:, None]
# Compared at once; some 60 bytes each while they are.
_MOST_PAIRS = 1 << 19
# One comparison of a pair costs as much as so many in a row.
_ROW_GAIN = 8

Photos = NDArray[np.bool_]


class Nearby:
    """The upright hashes of photos, by their positions."""

    def __init__(self, upright: Words) -> None:
        """Begin with *upright* (n x 4)."""
        self._words = upright
        pieces = _pieces(upright)
        # One row a piece, one behind the other: where the members of each value begin and end.
        starts = np.zeros((_PIECES, _VALUES + 1), np.int32)
        members = np.empty((_PIECES, len(upright)), np.int32)
        for piece in range(_PIECES):
            counts = np.bincount(pieces[:, piece], minlength=_VALUES)
            starts[piece, 1:] = np.cumsum(counts)
            starts[piece] += piece * len(upright)
            members[piece] = np.argsort(pieces[:, piece], kind="stable")
        self._starts, self._members = starts.ravel(), members.ravel()

    def near(self, dihedral: Words) -> Photos:
        """
        Return which photos are near one (n times whether).

        Args:
            dihedral: its hashes in all orientations (k x 4).
        """
        asked = (_pieces(dihedral)[:, :, None] ^ _FLIPS) + _ROWS
        start = self._starts.take(asked.ravel())
        count = self._starts.take(asked.ravel() + 1) - start
        pairs = int(count.sum())
        found = np.zeros(len(self._words), np.bool_)
        if pairs > min(_MOST_PAIRS, len(dihedral) * len(self._words) // _ROW_GAIN):
            for one in dihedral:
                found |= distances(self._words, one) <= MATCH_DISTANCE_BITS
            return found
        met = np.flatnonzero(count)
        length = count[met]
        # Where in the members each pair lies: its value's beginning, and how far behind it.
        behind = np.arange(pairs) - np.repeat(np.cumsum(length) - length, length)
        member = self._members[np.repeat(start[met], length) + behind]
        question = np.repeat(met // (_PIECES * len(_FLIPS)), length)
        differing = np.bitwise_count(self._words[member] ^ dihedral[question])
        found[member[differing.sum(axis=1) <= MATCH_DISTANCE_BITS]] = True
        return found


def _pieces(words: Words) -> NDArray[np.uint16]:
    return np.ascontiguousarray(words).view(np.uint16)
