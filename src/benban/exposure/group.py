"""One's own photos that look alike, so that nobody works through the same one ten times."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from benban.bank.words import as_words
from benban.exposure.near import Nearby
from benban.model.fingerprint import MIN_QUALITY
from benban.model.own_photo import AuditedPhoto


def group_alike(photos: Sequence[AuditedPhoto]) -> tuple[tuple[AuditedPhoto, ...], ...]:
    """
    Return *photos* with those that look alike side by side; each photo stands in one group.

    A group is a first photo and all later ones that are near-duplicates of *it*, in any of the
    eight orientations: by a chain from one to the next, a thousand photos of one afternoon would
    become a single group. What has no fingerprint, or one of low quality, stands alone.

    Args:
        photos: what counts most stands first; groups and their members keep this order.

    Source: PDQ README (distance 31, quality 50), as for questioned pictures.
    """
    # The same bytes, or the same picture stored twice, give the same hash: asked about once.
    by_hash: dict[str, list[int]] = defaultdict(list)
    for position, photo in enumerate(photos):
        upright = _hashes(photo)[:1]
        if upright:
            by_hash[upright[0]].append(position)
    leads = [positions[0] for positions in by_hash.values()]
    taken_by = _taken_by(photos, leads)
    members: dict[int, list[int]] = defaultdict(list)
    for positions in by_hash.values():
        members[taken_by[positions[0]]].extend(positions)
    alone = [[at] for at, photo in enumerate(photos) if not _hashes(photo)]
    together = [sorted(one) for one in members.values()]
    return tuple(
        tuple(photos[at] for at in group) for group in sorted((*together, *alone), key=min)
    )


def _taken_by(photos: Sequence[AuditedPhoto], leads: Sequence[int]) -> dict[int, int]:
    """Return for each of *leads*, in order, the first photo of the group that it belongs to."""
    if not leads:
        return {}
    nearby = Nearby(as_words(_hashes(photos[at])[0] for at in leads))
    taken_by = np.full(len(leads), -1, np.int64)
    for number, at in enumerate(leads):
        if taken_by[number] < 0:
            near = nearby.near(as_words(_hashes(photos[at])))
            # Itself also where none of its eight hashes were its own.
            near[number] = True
            taken_by[near & (taken_by < 0)] = at
    return dict(zip(leads, taken_by.tolist(), strict=True))


def _hashes(photo: AuditedPhoto) -> tuple[str, ...]:
    """Return the eight hashes of a photo, upright first; none where they may not be compared."""
    found = photo.facts.fingerprint
    if found is None or found.dihedral[0].quality < MIN_QUALITY:
        return ()
    return tuple(one.hex for one in found.dihedral)
