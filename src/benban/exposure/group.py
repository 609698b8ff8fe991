"""One's own photos that look alike, so that nobody works through the same one ten times."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from benban.bank.bank import Bank
from benban.bank.words import as_words
from benban.model.fingerprint import MATCH_DISTANCE_BITS, MIN_QUALITY
from benban.model.own_photo import AuditedPhoto

# Eight questions for each; many at once are answered quicker, and what comes back stays small.
_ASKED_AT_ONCE = 64


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
    bank = Bank()
    if leads:
        hashes = as_words([_hashes(photos[at])[0] for at in leads])
        bank.add_many(np.array(leads, np.int64), hashes)
    taken_by: dict[int, int] = {}
    waiting = iter(leads)
    while asked := list(_next_free(waiting, taken_by)):
        words = as_words([one for at in asked for one in _hashes(photos[at])])
        found = bank.near_many(words, MATCH_DISTANCE_BITS)
        near: dict[int, set[int]] = {at: {at} for at in asked}
        # Eight orientations are eight questions about one photo.
        for question, number in zip(found.question.tolist(), found.number.tolist(), strict=True):
            near[asked[question // 8]].add(number)
        for at in asked:
            if at not in taken_by:
                taken_by.update({one: at for one in near[at] if one not in taken_by})
    return taken_by


def _next_free(waiting: Iterator[int], taken_by: dict[int, int]) -> Iterator[int]:
    found = 0
    for at in waiting:
        if at not in taken_by:
            yield at
            found += 1
        if found == _ASKED_AT_ONCE:
            return


def _hashes(photo: AuditedPhoto) -> tuple[str, ...]:
    """Return the eight hashes of a photo, upright first; none where they may not be compared."""
    found = photo.facts.fingerprint
    if found is None or found.dihedral[0].quality < MIN_QUALITY:
        return ()
    return tuple(one.hex for one in found.dihedral)
