"""Which hashes are taken and asked for at all."""

import re
import unicodedata

from benban.errors.exchange import HashRefusedError
from benban.model.fingerprint import MIN_QUALITY, Pdq

# PDQ sets about half of its bits: each compares a coefficient with their median. A picture of one
# colour or with a single edge leaves far fewer, or all in a pattern that repeats.
BITS = 256
FEWEST_BITS, MOST_BITS = 96, 160
# Sixteen words of sixteen bits; pictures of any content have nearly all of them different.
FEWEST_WORDS = 8
_HEX = re.compile(r"[0-9a-f]{64}")
_WORD_DIGITS = 4
# So many hexadecimal digits in a row are a hash, or a piece of one; our own ids have sixteen.
_PIECE = re.compile(r"[0-9A-Fa-f]{20,}")


def required_hash(untrusted_hex: str, quality: int) -> Pdq:
    """
    Return the hash that may be shared.

    Args:
        untrusted_hex: 64 lower-case hexadecimal digits; nothing is trimmed or lowered, so that
            one hash has one form.
        quality: 0 .. 100 as PDQ gives it; 50 at least.

    Raises:
        HashRefusedError: BB-951; ``why`` is form, quality or flat.
    """
    if not _HEX.fullmatch(untrusted_hex):
        raise HashRefusedError("not 64 lower-case hexadecimal digits", why="form")
    if not MIN_QUALITY <= quality <= 100:  # noqa: PLR2004 - percent
        raise HashRefusedError("quality below 50", why="quality")
    if is_flat(untrusted_hex):
        raise HashRefusedError("a picture without content", why="flat")
    return Pdq(hex=untrusted_hex, quality=quality)


def is_flat(pdq_hex: str) -> bool:
    """
    Return whether a hash says nothing: a bank that took it would match strangers' pictures.

    Source: PDQ's hash is half ones by construction (research of the field: pdqhashing.cpp compares
    with the median); all-zero and all-one hashes, and repeated words, come of flat pictures.
    """
    ones = int(pdq_hex, 16).bit_count()
    words = {pdq_hex[at : at + _WORD_DIGITS] for at in range(0, len(pdq_hex), _WORD_DIGITS)}
    return not FEWEST_BITS <= ones <= MOST_BITS or len(words) < FEWEST_WORDS


def has_hash(untrusted: str) -> bool:
    """Return whether a hash, or a piece of one, stands in what somebody typed."""
    return _PIECE.search(_plain_digits(untrusted)) is not None


def without_hashes(untrusted: str) -> str:
    """Return what somebody typed, with "…" for a hash or a piece of one."""
    return _PIECE.sub("…", _plain_digits(untrusted) if has_hash(untrusted) else untrusted)


def _plain_digits(text: str) -> str:
    # Wide digits, and those of other scripts, read as well as ours.
    return "".join(
        str(unicodedata.decimal(one, one)) for one in unicodedata.normalize("NFKC", text)
    )
