"""Someone here may be under 18: content and fingerprints go at once, text stays (HARM 2)."""

from dataclasses import dataclass, replace

from benban.casework.events import event, open_field
from benban.errors import ExhibitMissingError
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.ids import ExhibitId
from benban.model.sighting import Answer, Sighting
from benban.vault import CaseStore


@dataclass(frozen=True, slots=True, kw_only=True)
class MinorMarked:
    """What became unreadable; address, time and text of the sighting stay."""

    sighting: Sighting
    forgotten: tuple[ExhibitId, ...]


def mark_minor(store: CaseStore, exhibit_id: ExhibitId) -> MinorMarked:
    """
    Close the sighting of *exhibit_id* to pictures and destroy those that were kept.

    Raises:
        ExhibitMissingError: BB-104.
    """
    exhibit = store.maybe(Exhibit, exhibit_id)
    if exhibit is None:
        raise ExhibitMissingError
    sighting = store.get(Sighting, exhibit.sighting_id)
    answers = replace(sighting.answers, adult_in_picture=Answer.UNSURE, nobody_doubts=Answer.NO)
    closed = replace(sighting, answers=answers)
    # The answers first: should the program end between the two, the next opening of the vault
    # destroys what is left.
    store.record(event(EventKind.ANSWERS_CHANGED, closed.id), save=[closed])
    return MinorMarked(sighting=closed, forgotten=close_sighting(store, closed))


def close_sighting(store: CaseStore, sighting: Sighting) -> tuple[ExhibitId, ...]:
    """Destroy all that was kept of *sighting* but its text, with all that derives from it."""
    going = tuple(
        exhibit.id
        for exhibit in store.all(Exhibit)
        if exhibit.sighting_id == sighting.id and exhibit.kind is not ExhibitKind.DOM_TEXT
    )
    marked = event(EventKind.MINOR_MARKED, sighting.id, open_field("exhibits", len(going)))
    return store.forget(going, marked)
