"""Measure the questioned pictures of a case in the fence and find copies among them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benban.casework.events import event, open_field, sealed_field
from benban.compare.copies import find_copies
from benban.errors import BenbanError, FenceUnavailableError, PictureFormatError
from benban.fingerprint.ports import Decoder
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import Exhibit
from benban.model.finding import CopyMatch
from benban.model.fingerprint import QuestionedFingerprint
from benban.model.ids import ExhibitId
from benban.vault import CaseStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmeasured:
    """An exhibit that could not be measured, and why."""

    exhibit_id: ExhibitId
    error: BenbanError


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The fingerprints made in this run, and what could not be measured."""

    fingerprints: tuple[QuestionedFingerprint, ...]
    unmeasured: tuple[Unmeasured, ...]


def fingerprint_exhibits(store: CaseStore, decoder: Decoder) -> Measured:
    """
    Fingerprint every questioned picture that has none yet.

    A picture that cannot be read safely stays kept; the reason stands in the log.

    Raises:
        FenceUnavailableError: BB-306, no picture can be measured on this computer now.
    """
    done = {known.exhibit_id for known in store.all(QuestionedFingerprint)}
    made: list[QuestionedFingerprint] = []
    unmeasured: list[Unmeasured] = []
    for exhibit in questioned_pictures(store):
        if exhibit.id in done:
            continue
        try:
            with store.open_exhibit(exhibit.id) as picture:
                measures = decoder.measure(picture)
        except BenbanError as error:
            store.record(_failed(exhibit, error))
            if isinstance(error, FenceUnavailableError):
                raise
            unmeasured.append(Unmeasured(exhibit_id=exhibit.id, error=error))
            continue
        fingerprint = QuestionedFingerprint(exhibit_id=exhibit.id, picture=measures)
        measured = event(
            EventKind.FINGERPRINTED,
            exhibit.id,
            sealed_field("pdq", measures.pdq.hex),
            sealed_field("quality", measures.pdq.quality),
        )
        store.record(measured, save=[fingerprint])
        made.append(fingerprint)
    for exhibit in _misnamed(store):
        misnamed = PictureFormatError()
        store.record(_failed(exhibit, misnamed))
        unmeasured.append(Unmeasured(exhibit_id=exhibit.id, error=misnamed))
    return Measured(fingerprints=tuple(made), unmeasured=tuple(unmeasured))


def questioned_pictures(store: CaseStore) -> tuple[Exhibit, ...]:
    """Return the exhibits that are still pictures of the item itself, oldest first."""
    return tuple(
        exhibit
        for exhibit in store.all(Exhibit)
        if exhibit.kind.is_questioned_media and exhibit.media_type.startswith("image/")
    )


def find_case_copies(store: CaseStore) -> tuple[CopyMatch, ...]:
    """Return every pair of near-duplicates among the questioned pictures; replaces the last run."""
    matches = find_copies(store.all(QuestionedFingerprint))
    old = store.all(CopyMatch)
    if set(_pairs(old)) != set(_pairs(matches)):
        found = event(EventKind.COMPARED, "", open_field("copies", len(matches)))
        store.record(found, save=matches, remove=old)
    return matches


def _misnamed(store: CaseStore) -> Iterator[Exhibit]:
    """Yield what calls itself a picture and is neither that nor a video, and was not told yet."""
    told = {one.subject for one in store.events() if one.kind is EventKind.ATTEMPT_FAILED}
    for exhibit in store.all(Exhibit):
        is_named_so = exhibit.claimed_media_type.startswith("image/")
        is_read = exhibit.media_type.startswith(("image/", "video/")) or exhibit.id in told
        if exhibit.kind.is_questioned_media and is_named_so and not is_read:
            yield exhibit


def _failed(exhibit: Exhibit, error: BenbanError) -> EventDraft:
    return event(
        EventKind.ATTEMPT_FAILED,
        exhibit.id,
        open_field("act", "fingerprint"),
        open_field("reason", error.code),
    )


def _pairs(matches: Iterable[CopyMatch]) -> list[tuple[str, str, int]]:
    return [(match.exhibit_id, match.other_id, match.distance_bits) for match in matches]
