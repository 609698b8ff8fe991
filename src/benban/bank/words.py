"""Fingerprints as four machine words each, and what is given back for a question."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# n x 4: a fingerprint's 256 bits, most significant word first.
Words = NDArray[np.uint64]
Numbers = NDArray[np.int64]

HASH_BITS = 256
WORD_BITS = 64
WORDS = HASH_BITS // WORD_BITS
# Whoever differs in more bits of the first half than the radius need not be read any further.
FRONT = WORDS // 2
# Beyond, two pictures with nothing in common begin to meet; nobody asks for that.
MAX_RADIUS_BITS = 47


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A fingerprint of the bank within the radius, and how many bits it is away."""

    number: int
    distance_bits: int


@dataclass(frozen=True, slots=True)
class TurnedNeighbour:
    """A neighbour of one of eight orientations: the nearest of them, the first among equals."""

    number: int
    distance_bits: int
    dihedral: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matches:
    """
    All neighbours of many questions, in the order of question, distance and number.

    Attributes:
        question: position of the question in the call, one entry a neighbour.
        number: the neighbour's number.
        distance_bits: 0 .. the radius.
    """

    question: NDArray[np.int64]
    number: Numbers
    distance_bits: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many neighbours there are in all."""
        return len(self.number)


def as_words(hashes: Iterable[str]) -> Words:
    """
    Return hashes of 64 hexadecimal digits as n x 4 words.

    Raises:
        ValueError: one is not 64 hexadecimal digits.
    """
    raw = [bytes.fromhex(text) for text in hashes]
    if any(len(one) * 8 != HASH_BITS for one in raw):
        message = "a hash has 64 hexadecimal digits"
        raise ValueError(message)
    return np.frombuffer(b"".join(raw), ">u8").astype(np.uint64).reshape(-1, WORDS)


def as_hashes(words: Words) -> list[str]:
    """Return words as hashes of 64 hexadecimal digits; what :func:`as_words` turns round."""
    raw = words.astype(">u8").tobytes()
    size = HASH_BITS // 8
    return [raw[start : start + size].hex() for start in range(0, len(raw), size)]


def distances(words: Words, asked: Words) -> NDArray[np.uint16]:
    """Return how many bits each of *words* (n x k) is away from *asked* (k words)."""
    differing = np.bitwise_count(words ^ asked)
    total: NDArray[np.uint16] = differing[:, 0].astype(np.uint16)
    for word in range(1, words.shape[1]):
        total += differing[:, word]
    return total
