"""
Whether a scanned picture matches stored hashes: decided as if it had been hashed exactly.

Outside the fence, without pixels. The caller asks its bank within :func:`radius_to_ask` and hands
over what came back; the picture itself is hashed exactly only when a decision hangs on it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benban.model.fingerprint import Pdq, PictureFingerprint, ScannedPicture

# How far a scanned hash may lie from the exact one, in each of the eight orientations. Asked of
# every scan at quality 80 or more, and checked by ``./run bench pdq``.
BAND_BITS = 10
# Below it nothing is said about the drift: such a picture is hashed exactly at once.
SURE_QUALITY = 80
# PDQ's own advice: below it a hash matches nothing.
_MIN_QUALITY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanMatch:
    """
    One stored hash that the picture matches.

    Attributes:
        index: of the stored hash in the call.
        distance_bits: smallest exact distance over the eight orientations, 0..256.
        dihedral: the orientation that gave it.
    """

    index: int
    distance_bits: int
    dihedral: int


def radius_to_ask(border_bits: int) -> int:
    """Return within how many bits of a scanned hash a match within *border_bits* can lie."""
    return border_bits + BAND_BITS


def decide_matches(
    scanned: ScannedPicture,
    stored: Sequence[Pdq],
    hash_exactly: Callable[[], PictureFingerprint],
    *,
    border_bits: int,
) -> tuple[ScanMatch, ...]:
    """
    Return which of the stored hashes the picture matches, in the order given.

    Args:
        scanned: the picture, from :func:`benban.fingerprint.measure.scan_picture`.
        stored: exact hashes; those further than :func:`radius_to_ask` may be left out.
        hash_exactly: measures the same picture; called at most once, and only when a stored hash
            lies within :func:`radius_to_ask`: what is said to match was always hashed exactly.
        border_bits: the largest distance that counts as a match.

    Source: triangle inequality of the Hamming distance.
    """
    found = _nearest(scanned.dihedral, stored)
    if not scanned.is_exact and any(one[0] <= radius_to_ask(border_bits) for one in found):
        found = _nearest(hash_exactly().dihedral, stored)
    return tuple(
        ScanMatch(index=index, distance_bits=distance, dihedral=dihedral)
        for index, (distance, dihedral) in enumerate(found)
        if distance <= border_bits
    )


def _nearest(query: Sequence[Pdq], stored: Sequence[Pdq]) -> list[tuple[int, int]]:
    """Return the smallest distance to each stored hash and the orientation that gives it."""
    return [
        min((turned.distance_bits(one), turn) for turn, turned in enumerate(query))
        if min(query[0].quality, one.quality) >= _MIN_QUALITY
        else (256, 0)
        for one in stored
    ]
