"""What a subscriber took over from an exchange, and the numbers under which a bank holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benban.bank.words import WORDS, Numbers, Words, as_words
from benban.exchange.feed import FeedItem

# The member's own numbers of hashes, 16 bytes each, as the exchange gives them.
OpaqueNumbers = NDArray[np.bytes_]
OPAQUE = np.dtype("S16")
# A bank's numbers from here on are of negative hashes: near one of them nothing matches.
NEVER_FROM = 1 << 62
# The first fifteen hexadecimal digits of the exchange's number are the bank's number.
_LEFT_OUT_BITS = np.uint64(4)
# Where two begin with the same fifteen digits (one bank of a million in two million), the second
# stands here.
_SECONDS_FROM = 1 << 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TakenOver:
    """
    Hashes under the member's own numbers.

    Attributes:
        opaque: n, rising, each once.
        words: n x 4.
        is_negative: n.
    """

    opaque: OpaqueNumbers
    words: Words
    is_negative: NDArray[np.bool_]

    @classmethod
    def nothing(cls) -> "TakenOver":
        """Return what is held before the first delta."""
        return cls(
            opaque=np.empty(0, OPAQUE),
            words=np.empty((0, WORDS), np.uint64),
            is_negative=np.empty(0, np.bool_),
        )

    def __len__(self) -> int:
        """Return how many hashes there are, negative ones too."""
        return len(self.opaque)

    def after(self, last: Mapping[str, FeedItem]) -> "TakenOver":
        """
        Return what is held after a delta, or several.

        Args:
            last: the last word on each hash, by its number; what is not named stays.
        """
        named = np.array([bytes.fromhex(number) for number in last], OPAQUE)
        stays = ~np.isin(self.opaque, named)
        new = [one for one in last.values() if one.pdq is not None]
        opaque = np.concatenate(
            [self.opaque[stays], np.array([bytes.fromhex(one.number) for one in new], OPAQUE)]
        )
        words = np.concatenate(
            [self.words[stays], as_words(one.pdq.hex for one in new if one.pdq is not None)]
        )
        is_negative = np.concatenate(
            [self.is_negative[stays], np.array([one.is_negative for one in new], np.bool_)]
        )
        order = np.argsort(opaque, kind="stable")
        return TakenOver(opaque=opaque[order], words=words[order], is_negative=is_negative[order])

    def numbers(self) -> Numbers:
        """Return the number of each in a bank (n, each once); of the same hashes the same."""
        first = self.opaque.view(">u8").reshape(-1, 2)[:, 0] >> _LEFT_OUT_BITS
        found: Numbers = first.astype(np.int64)
        _, place, count = np.unique(found, return_index=True, return_counts=True)
        if bool((count > 1).any()):
            is_second = np.ones(len(found), np.bool_)
            is_second[place] = False
            found[is_second] = _SECONDS_FROM + np.arange(int(is_second.sum()))
        return found + self.is_negative.astype(np.int64) * NEVER_FROM


def differing(before: TakenOver, now: TakenOver) -> tuple[int, int]:
    """Return how many hashes came and how many went."""
    stayed = int(np.isin(before.opaque, now.opaque).sum())
    return len(now) - stayed, len(before) - stayed


def opaque_of(raw: bytes) -> NDArray[Any]:
    """Return numbers as they were written with ``tobytes``."""
    return np.frombuffer(raw, OPAQUE)
