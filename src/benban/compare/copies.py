"""Near-duplicates among the questioned pictures of one case, by PDQ."""

from collections.abc import Sequence
from itertools import combinations

from benban.model.finding import CopyMatch
from benban.model.fingerprint import (
    MATCH_DISTANCE_BITS,
    MIN_QUALITY,
    PictureFingerprint,
    QuestionedFingerprint,
)

__all__ = ["MATCH_DISTANCE_BITS", "MIN_QUALITY", "find_copies", "nearest_orientation"]


def find_copies(fingerprints: Sequence[QuestionedFingerprint]) -> tuple[CopyMatch, ...]:
    """
    Return every pair of questioned pictures that are near-duplicates, in the order given.

    The eight orientations of the one are held against the upright hash of the other; hashes below
    quality 50 match nothing.

    Source: PDQ README (distance 31, quality 50).
    """
    matches: list[CopyMatch] = []
    for one, other in combinations(fingerprints, 2):
        distance, dihedral = nearest_orientation(one.picture, other.picture)
        if distance <= MATCH_DISTANCE_BITS:
            matches.append(
                CopyMatch(
                    exhibit_id=one.exhibit_id,
                    other_id=other.exhibit_id,
                    distance_bits=distance,
                    dihedral=dihedral,
                )
            )
    return tuple(matches)


def nearest_orientation(query: PictureFingerprint, stored: PictureFingerprint) -> tuple[int, int]:
    """Return the smallest distance (256 below quality 50) and the orientation that gives it."""
    if min(query.pdq.quality, stored.pdq.quality) < MIN_QUALITY:
        return 256, 0
    return min(
        (variant.distance_bits(stored.pdq), index) for index, variant in enumerate(query.dihedral)
    )
