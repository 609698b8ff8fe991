"""
Whether a picture that a place shows is a questioned picture of this case (HARM 12).

Measured in the fence, in memory. We look for the fake, never for the person: where an original is
declared, a picture that lies no nearer to the questioned one counts only if it holds what was
changed. Nothing of a picture that does not match is kept.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum
from io import BytesIO

from benban.casework.originals import bits_to_originals, declared_photos
from benban.compare.copies import MATCH_DISTANCE_BITS, nearest_orientation
from benban.errors import FenceUnavailableError, PictureError
from benban.fingerprint.ports import Decoder, PairFinding
from benban.model.exhibit import Exhibit
from benban.model.finding import Cell, Tier
from benban.model.fingerprint import PictureFingerprint, QuestionedFingerprint
from benban.model.ids import ExhibitId, SightingId
from benban.model.sighting import Sighting
from benban.vault import CaseStore

# Local features cost half a second a pair; a case seldom holds more different pictures.
_MOST_LOCAL = 8


class Likeness(Enum):
    """What a picture was found to be."""

    QUESTIONED = "questioned"
    # The person's own photo, untouched: dropped without a trace.
    UNTOUCHED = "untouched"
    OTHER = "other"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closeness:
    """
    The answer for one picture.

    Attributes:
        exhibit_id: the questioned picture it is.
        distance_bits: to it by fingerprint; None where only local features tell.
    """

    likeness: Likeness
    exhibit_id: ExhibitId | None = None
    distance_bits: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The questioned pictures of a case that may be compared now."""

    fingerprints: tuple[QuestionedFingerprint, ...]
    sighting_of: dict[ExhibitId, SightingId]

    def has_of(self, sighting_id: SightingId | None) -> bool:
        """Return whether a questioned picture of that sighting is among them."""
        return sighting_id is not None and sighting_id in self.sighting_of.values()


def wanted_pictures(store: CaseStore) -> Wanted:
    """Return those whose sighting still allows pictures; an original is never among them."""
    open_ids = {
        one.id
        for one in store.all(Sighting)
        if one.answers.all_yes and one.kind.is_captured_with_media
    }
    of = {one.id: one.sighting_id for one in store.all(Exhibit) if one.sighting_id in open_ids}
    found = tuple(one for one in store.all(QuestionedFingerprint) if one.exhibit_id in of)
    return Wanted(
        fingerprints=found, sighting_of={one.exhibit_id: of[one.exhibit_id] for one in found}
    )


def closeness_of(
    store: CaseStore, picture: bytes, wanted: Wanted, decoder: Decoder, *, is_thorough: bool
) -> Closeness:
    """
    Return what *picture* is.

    Args:
        store: of the case.
        picture: as it came; nothing of it is kept.
        wanted: what is looked for.
        decoder: the fence.
        is_thorough: also by local features, which find crops and screenshots.

    Raises:
        FenceUnavailableError: BB-306.
    """
    try:
        measured = decoder.measure(BytesIO(picture))
        best, distance = _nearest(measured, wanted.fingerprints)
        if best is not None and distance <= MATCH_DISTANCE_BITS:
            return _by_fingerprint(store, picture, (best, distance), measured, decoder)
        if is_thorough and wanted.fingerprints:
            return _by_features(store, picture, wanted.fingerprints, decoder)
    except FenceUnavailableError:
        raise
    except PictureError:
        return Closeness(likeness=Likeness.UNREADABLE)
    return Closeness(likeness=Likeness.OTHER)


def _nearest(
    measured: PictureFingerprint, wanted: Sequence[QuestionedFingerprint]
) -> tuple[QuestionedFingerprint | None, int]:
    measures = [(nearest_orientation(measured, one.picture)[0], one) for one in wanted]
    distance, best = min(measures, key=lambda one: one[0], default=(256, None))
    return best, distance


def _by_fingerprint(
    store: CaseStore,
    picture: bytes,
    hit: tuple[QuestionedFingerprint, int],
    measured: PictureFingerprint,
    decoder: Decoder,
) -> Closeness:
    best, distance = hit
    to_original = bits_to_originals(store, measured)
    if to_original is None or distance < to_original or _is_altered(store, picture, decoder):
        return Closeness(
            likeness=Likeness.QUESTIONED, exhibit_id=best.exhibit_id, distance_bits=distance
        )
    return Closeness(likeness=Likeness.UNTOUCHED)


def _is_altered(store: CaseStore, picture: bytes, decoder: Decoder) -> bool:
    """Return whether *picture* holds changed cells against a declared original."""
    with ExitStack() as streams:
        originals = [
            streams.enter_context(store.open_original(one.id)) for one in declared_photos(store)
        ]
        pairs = decoder.compare(BytesIO(picture), originals)
    return any(_shows_alteration(pair) for pair in pairs if pair.is_best)


def _by_features(
    store: CaseStore,
    picture: bytes,
    wanted: Sequence[QuestionedFingerprint],
    decoder: Decoder,
) -> Closeness:
    """Return which of the questioned pictures and originals shares its shot, as it is there."""
    latest = wanted[-_MOST_LOCAL:]
    with ExitStack() as streams:
        opened = [streams.enter_context(store.open_exhibit(one.exhibit_id)) for one in latest]
        opened += [
            streams.enter_context(store.open_original(one.id)) for one in declared_photos(store)
        ]
        pairs = decoder.compare(BytesIO(picture), opened)
    best = next((pair for pair in pairs if pair.is_best), None)
    if best is None or best.tier is not Tier.A or best.change_map is None:
        return Closeness(likeness=Likeness.OTHER)
    is_same = not _shows_alteration(best)
    if best.index >= len(latest):
        return Closeness(likeness=Likeness.UNTOUCHED if is_same else Likeness.OTHER)
    # A caption or a frame over the fake is a change, too. With the photo behind it declared it can
    # be told which of the two lies nearer; without it, only what differs nowhere counts.
    rivals = [_changed(pair) for pair in pairs if pair.index >= len(latest)]
    is_nearer = bool(rivals) and all(_changed(best) < one for one in rivals)
    if is_same or is_nearer:
        return Closeness(likeness=Likeness.QUESTIONED, exhibit_id=latest[best.index].exhibit_id)
    return Closeness(likeness=Likeness.OTHER)


def _changed(pair: PairFinding) -> float:
    """Return the share of changed cells; 1 where the two do not share a shot at all."""
    return 1.0 if pair.change_map is None else pair.change_map.share(Cell.CHANGED)


def _shows_alteration(pair: PairFinding) -> bool:
    return pair.change_map is not None and pair.change_map.shows_alteration
