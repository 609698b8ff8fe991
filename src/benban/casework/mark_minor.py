"""Someone here may be under 18: content and fingerprints go at once, text stays (HARM 2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from benban.casework.events import answer_fields, event, open_field
from benban.casework.photo_ages import forget_closed_photos, photo_ages
from benban.casework.withdraw_hash import recall_unfounded
from benban.errors import ExhibitMissingError
from benban.model.clock import Clock
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import CommonOrigin, CopyMatch
from benban.model.ids import ExhibitId, OriginalId, SightingId
from benban.model.own_photo import AuditedPhoto
from benban.model.photo_ages import PHOTO_AGES_ID, PhotoAges
from benban.model.remedy import Plan
from benban.model.sighting import NO_ANSWERS, AgeAnswers, Answer, Sighting
from benban.vault import CaseStore


@dataclass(frozen=True, slots=True, kw_only=True)
class MinorMarked:
    """
    What became unreadable; address, time and text of the sightings stay.

    Attributes:
        sightings: closed to pictures: the one that was named, then those joined to it.
        forgotten: every exhibit that is gone.
        originals: declared photos that are gone: the age answers speak of them as well.
    """

    sightings: tuple[Sighting, ...]
    forgotten: tuple[ExhibitId, ...]
    originals: tuple[OriginalId, ...]


def mark_minor(store: CaseStore, exhibit_id: ExhibitId) -> MinorMarked:
    """
    Close the sighting of *exhibit_id* to pictures and destroy those that were kept.

    What is joined to it closes with it, see :func:`doubted_with`.

    Raises:
        ExhibitMissingError: BB-104.
    """
    exhibit = store.maybe(Exhibit, exhibit_id)
    if exhibit is None:
        raise ExhibitMissingError
    declared = [one.id for one in store.all(Original)]
    first = _doubted(store.get(Sighting, exhibit.sighting_id))
    closed = (first, *doubted_with(store, first.id))
    forgotten = close_sightings(store, closed, [_answers_changed(first)])
    kept = {one.id for one in store.all(Original)}
    return MinorMarked(
        sightings=closed,
        forgotten=forgotten,
        originals=tuple(one for one in declared if one not in kept),
    )


def mark_minor_photo(store: CaseStore, original_id: OriginalId, clock: Clock) -> MinorMarked:
    """
    Destroy a declared photo in which somebody may be under 18, with all that may show them.

    Sightings whose pictures were made from it close, with those joined to them; every declared
    photo goes where no sighting is open to pictures. What was answered for the photos themselves
    opens nothing any more.

    Args:
        store: of the case.
        original_id: the photo that was looked at.
        clock: for the time of the answers.

    Raises:
        NotStoredError: BB-412.
    """
    closed = _showing(store, store.get(Original, original_id))
    declared = [one.id for one in store.all(Original)]
    forgotten: tuple[ExhibitId, ...] = ()
    if closed:
        forgotten = close_sightings(store, closed, [_answers_changed(closed[0])])
    known = photo_ages(store)
    answers = _in_doubt(known.answers if known else NO_ANSWERS)
    ages = PhotoAges(answers=answers, answered_at=clock.now(), is_closed=True)
    about = open_field("about", PHOTO_AGES_ID)
    changed = event(EventKind.ANSWERS_CHANGED, "", about, *answer_fields(answers))
    # What was kept of the person's own photos rested on their age alone, and goes with it.
    store.record(changed, save=[ages], remove=store.all(AuditedPhoto))
    marked = event(EventKind.MINOR_MARKED, original_id, open_field("originals", 1))
    store.forget((), marked)
    if store.maybe(Original, original_id) is not None:
        store.forget_originals((original_id,), event(EventKind.FORGOTTEN, original_id))
    forget_closed_photos(store)
    kept = {one.id for one in store.all(Original)}
    return MinorMarked(
        sightings=closed,
        forgotten=forgotten,
        originals=tuple(one for one in declared if one not in kept),
    )


def doubted_with(store: CaseStore, first: SightingId) -> tuple[Sighting, ...]:
    """
    Return every other sighting that closes with *first*, with the answers that follow.

    A copy of a picture shows the same people. Another picture made from the same photo rests on the
    same answer: 18 or older in the photo it was made from. So joined sightings are found from one
    to the next.
    """
    others = _joined(store, first)[1:]
    return tuple(_doubted(store.get(Sighting, one)) for one in others)


def close_sightings(
    store: CaseStore, closed: Sequence[Sighting], entries: Sequence[EventDraft]
) -> tuple[ExhibitId, ...]:
    """
    Record that *closed* no longer allow pictures, destroy those, and return what is gone.

    Args:
        store: of the case.
        closed: with their new answers; the first is the one that *entries* speak of.
        entries: the events of the first, in order.
    """
    plans = [plan for one in closed for plan in outdated_plans(store, one)]
    # The answers of all in one act, and first: should the program end before the pictures are gone,
    # the next opening of the vault destroys what is left.
    # What was kept of the person's own photos rested on their age alone, and goes with it.
    photos = store.all(AuditedPhoto)
    store.record(entries[0], save=list(closed), remove=[*plans, *photos])
    for entry in (*entries[1:], *map(_answers_changed, closed[1:])):
        store.record(entry)
    gone = tuple(gone for one in closed for gone in close_sighting(store, one))
    # Their hashes in shared banks are recalled, too; the files are there for the person to send.
    recall_unfounded(store)
    return gone


def outdated_plans(store: CaseStore, sighting: Sighting) -> tuple[Plan, ...]:
    """Return the plans made for an adult; they go in one act with the answers they rested on."""
    return tuple(one for one in store.all(Plan) if one.sighting_id == sighting.id)


def close_sighting(store: CaseStore, sighting: Sighting) -> tuple[ExhibitId, ...]:
    """
    Destroy all that was kept of *sighting* but its text, with all that derives from it.

    The photos its pictures were made from go in the same act, and every declared photo where no
    sighting is open any more.

    Args:
        store: of the case.
        sighting: as recorded; its answers no longer allow pictures.
    """
    going = tuple(
        exhibit.id
        for exhibit in store.all(Exhibit)
        if exhibit.sighting_id == sighting.id and not exhibit.kind.is_text
    )
    marked = event(EventKind.MINOR_MARKED, sighting.id, open_field("exhibits", len(going)))
    return store.forget(going, marked)


def is_marked(store: CaseStore, sighting: Sighting) -> bool:
    """Return whether pictures of *sighting* were destroyed because somebody may be under 18."""
    return any(
        entry.kind is EventKind.MINOR_MARKED and entry.subject == sighting.id
        for entry in store.events()
    )


def _doubted(sighting: Sighting) -> Sighting:
    return replace(sighting, answers=_in_doubt(sighting.answers))


def _in_doubt(answers: AgeAnswers) -> AgeAnswers:
    return replace(answers, adult_in_picture=Answer.UNSURE, nobody_doubts=Answer.NO)


def _showing(store: CaseStore, photo: Original) -> tuple[Sighting, ...]:
    """Return, with the answers that follow, every sighting that closes with a photo."""
    made = {one.exhibit_id for one in store.all(CommonOrigin) if one.original_id == photo.id}
    first = [
        one.sighting_id
        for one in store.all(Exhibit)
        if one.id in made or (one.sha256 == photo.sha256 and not one.kind.is_text)
    ]
    joined = [other for one in dict.fromkeys(first) for other in _joined(store, one)]
    return tuple(_doubted(store.get(Sighting, one)) for one in dict.fromkeys(joined))


def _answers_changed(sighting: Sighting) -> EventDraft:
    return event(EventKind.ANSWERS_CHANGED, sighting.id, *answer_fields(sighting.answers))


def _joined(store: CaseStore, first: SightingId) -> tuple[SightingId, ...]:
    """Return *first* and every sighting joined to it by copies or by the photo they come from."""
    exhibits = {one.id: one for one in store.all(Exhibit)}
    matches = {(one.exhibit_id, one.other_id) for one in store.all(CopyMatch)}
    # A picture may be put together from several photographs, and be compared more than once.
    sources: dict[ExhibitId, set[OriginalId]] = {}
    for finding in store.all(CommonOrigin):
        if finding.original_id:
            sources.setdefault(finding.exhibit_id, set()).add(finding.original_id)
    found = [first]
    for sighting_id in found:
        here = [one for one in exhibits.values() if one.sighting_id == sighting_id]
        digests = {one.sha256 for one in here if one.kind.is_questioned_media}
        copies = {other for one in here for pair in matches if one.id in pair for other in pair}
        photos = {photo for one in here for photo in sources.get(one.id, ())}
        for one in exhibits.values():
            is_copy = one.id in copies or one.sha256 in digests
            is_sibling = not photos.isdisjoint(sources.get(one.id, ()))
            if (is_copy or is_sibling) and one.sighting_id not in found:
                found.append(one.sighting_id)
    return tuple(found)
