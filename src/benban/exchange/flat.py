"""``exchange.fit`` for many hashes at once; apart, so that a person's program loads no numpy."""

import numpy as np
from numpy.typing import NDArray

from benban.bank.words import Words
from benban.exchange.fit import FEWEST_BITS, FEWEST_WORDS, MOST_BITS


def which_flat(words: Words) -> NDArray[np.bool_]:
    """Return for each of *words* (n x 4) what ``fit.is_flat`` says of it."""
    ones = np.bitwise_count(words).sum(axis=1, dtype=np.int64)
    pieces = np.sort(np.ascontiguousarray(words).view(np.uint16), axis=1)
    different = 1 + np.count_nonzero(pieces[:, 1:] != pieces[:, :-1], axis=1)
    flat: NDArray[np.bool_] = (ones < FEWEST_BITS) | (ones > MOST_BITS) | (different < FEWEST_WORDS)
    return flat
