"""Someone here may be under 18: content and fingerprints go at once, text stays (HARM 2)."""

from dataclasses import dataclass, replace

from benban.casework.events import answer_fields, event, open_field
from benban.errors import ExhibitMissingError
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind, Original
from benban.model.finding import CopyMatch
from benban.model.ids import ExhibitId, OriginalId, SightingId
from benban.model.remedy import Plan
from benban.model.sighting import Answer, Sighting
from benban.vault import CaseStore


@dataclass(frozen=True, slots=True, kw_only=True)
class MinorMarked:
    """
    What became unreadable; address, time and text of the sightings stay.

    Attributes:
        sightings: closed to pictures: the one that was named, then those with a copy of a picture
            of it.
        forgotten: every exhibit that is gone.
        originals: declared photos that are gone: the age answers speak of them as well.
    """

    sightings: tuple[Sighting, ...]
    forgotten: tuple[ExhibitId, ...]
    originals: tuple[OriginalId, ...]


def mark_minor(store: CaseStore, exhibit_id: ExhibitId) -> MinorMarked:
    """
    Close the sighting of *exhibit_id* to pictures and destroy those that were kept.

    Sightings that hold the same picture, or a near-duplicate that was found, close with it: a copy
    shows the same people.

    Raises:
        ExhibitMissingError: BB-104.
    """
    exhibit = store.maybe(Exhibit, exhibit_id)
    if exhibit is None:
        raise ExhibitMissingError
    declared = [one.id for one in store.all(Original)]
    closed: list[Sighting] = []
    forgotten: list[ExhibitId] = []
    for sighting_id in _with_copies(store, exhibit.sighting_id):
        sighting = store.get(Sighting, sighting_id)
        answers = replace(sighting.answers, adult_in_picture=Answer.UNSURE, nobody_doubts=Answer.NO)
        closed.append(replace(sighting, answers=answers))
    # The answers of all first: should the program end before the pictures are gone, the next
    # opening of the vault destroys what is left.
    for one in closed:
        changed = event(EventKind.ANSWERS_CHANGED, one.id, *answer_fields(one.answers))
        store.record(changed, save=[one], remove=outdated_plans(store, one))
    for one in closed:
        forgotten += close_sighting(store, one)
    kept = {one.id for one in store.all(Original)}
    return MinorMarked(
        sightings=tuple(closed),
        forgotten=tuple(forgotten),
        originals=tuple(one for one in declared if one not in kept),
    )


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
        if exhibit.sighting_id == sighting.id and exhibit.kind is not ExhibitKind.DOM_TEXT
    )
    marked = event(EventKind.MINOR_MARKED, sighting.id, open_field("exhibits", len(going)))
    return store.forget(going, marked)


def is_marked(store: CaseStore, sighting: Sighting) -> bool:
    """Return whether pictures of *sighting* were destroyed because somebody may be under 18."""
    return any(
        entry.kind is EventKind.MINOR_MARKED and entry.subject == sighting.id
        for entry in store.events()
    )


def _with_copies(store: CaseStore, first: SightingId) -> tuple[SightingId, ...]:
    """Return *first* and every sighting that is joined to it by copies, directly or not."""
    exhibits = {one.id: one for one in store.all(Exhibit)}
    matches = {(one.exhibit_id, one.other_id) for one in store.all(CopyMatch)}
    found = [first]
    for sighting_id in found:
        here = [one for one in exhibits.values() if one.sighting_id == sighting_id]
        digests = {one.sha256 for one in here if one.kind.is_questioned_media}
        copies = {other for one in here for pair in matches if one.id in pair for other in pair}
        for one in exhibits.values():
            is_copy = one.id in copies or one.sha256 in digests
            if is_copy and one.sighting_id not in found:
                found.append(one.sighting_id)
    return tuple(found)
