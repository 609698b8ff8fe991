"""
Both pictures of a pair on one grid, square by square, where they agree and nowhere else.

Whoever sees that an edge goes on from one square into the next sees that the original lies where
the registration puts it. Each pixel is one of the veiled pair or plain grey.
"""

import numpy as np

from benban.compare.veil import VeiledPair, encode_png

# Layout of the picture, also in docs/reference/bag-format.md. Four cells of 8 px.
SQUARE_PX = 32
GREY = 128


def laid_over_png(pair: VeiledPair) -> bytes:
    """
    Return the shown pixels of a pair as PNG, in turn a square of either picture; the rest grey.

    The square in the upper left corner is the questioned picture's.
    """
    rows, columns = np.indices(pair.is_shown.shape) // SQUARE_PX
    is_original = ((rows + columns) % 2 == 1)[:, :, None]
    laid = np.where(is_original, pair.original, pair.questioned)
    return encode_png(np.where(pair.is_shown[:, :, None], laid, GREY).astype(np.uint8))
