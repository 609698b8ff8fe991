"""What a case holds, counted: said before all of it goes to somebody, comes in, or is destroyed."""

from typing import Protocol, TypeVar

from benban.model.allegation import SealedAllegation
from benban.model.case import Case
from benban.model.contents import CaseContents
from benban.model.exhibit import Exhibit, Original
from benban.model.remedy import Notice
from benban.model.sighting import Sighting
from benban.vault.documents import Storable

T = TypeVar("T", bound=Storable)


class HasAll(Protocol):
    """What gives every value of one type: an open case, or the documents of one that comes in."""

    def all(self, kind: type[T]) -> tuple[T, ...]:
        """Return every value of *kind*, oldest first."""


def contents_of(documents: HasAll, case: Case, *, entries: int) -> CaseContents:
    """
    Return what *case* holds.

    Args:
        documents: of the case.
        case: itself.
        entries: how many its log has.
    """
    exhibits, originals = documents.all(Exhibit), documents.all(Original)
    return CaseContents(
        title=case.title,
        opened_at=case.opened_at,
        capacity=case.capacity,
        sightings=len(documents.all(Sighting)),
        exhibits=len(exhibits),
        originals=len(originals),
        notices=len(documents.all(Notice)),
        allegations=len(documents.all(SealedAllegation)),
        entries=entries,
        size_bytes=sum(one.size_bytes for one in exhibits)
        + sum(one.size_bytes for one in originals if one.is_kept),
    )
