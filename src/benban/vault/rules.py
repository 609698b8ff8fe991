"""What the vault refuses by itself, whatever its caller believes (DESIGN promise 3, HARM 2)."""

from collections.abc import Iterable, Sequence

from benban.errors import (
    BenbanError,
    ExhibitMissingError,
    KindNotCapturedError,
    NotStoredError,
    PermitRefusedError,
)
from benban.model.case import StoragePermit
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import CommonOrigin, CopyMatch, Direction
from benban.model.fingerprint import OriginalFingerprint, QuestionedFingerprint
from benban.model.ids import OriginalId
from benban.model.own_photo import AuditedPhoto
from benban.model.photo_ages import PhotoAges
from benban.model.sighting import Answer, Sighting
from benban.vault.documents import Storable, stored_id
from benban.vault.writing import OpenCase


def require_permit(opened: OpenCase, exhibit: Exhibit, permit: StoragePermit | None) -> None:
    """
    Return if the answers recorded now still allow keeping *exhibit*.

    The text of a page or a conversation needs no permit (docs/adr/0004); everything else does.

    Raises:
        PermitRefusedError: BB-101, marked, another case, another sighting, other answers.
        KindNotCapturedError: BB-105.
    """
    if permit is None:
        if not exhibit.kind.is_text or exhibit.contains_media:
            raise PermitRefusedError("only text is kept without a permit")
        if opened.documents.maybe(Sighting, exhibit.sighting_id) is None:
            raise PermitRefusedError("text of no sighting")
        return
    if opened.is_marked_minor():
        raise PermitRefusedError("the case is marked")
    if permit.case_id != opened.case.id or permit.sighting_id != exhibit.sighting_id:
        raise PermitRefusedError("a permit for something else")
    sighting = opened.documents.maybe(Sighting, permit.sighting_id)
    if sighting is None or not sighting.answers.all_yes or sighting.answers != permit.answers:
        raise PermitRefusedError("the recorded answers do not allow it")
    if not sighting.kind.is_captured_with_media:
        raise KindNotCapturedError(kind=sighting.kind.value)


def require_originals_allowed(opened: OpenCase) -> None:
    """
    Return if declared originals may be kept.

    Raises:
        PermitRefusedError: BB-101, the case is marked, or no answer of it allows pictures.
    """
    # The second answer speaks of the photo the picture was made from as well (HARM 2).
    if not opened.allows_originals():
        raise PermitRefusedError("the case is marked, or no answers allow pictures")


def require_subjects(opened: OpenCase, items: Sequence[Storable]) -> None:
    """
    Return if what the values are about is still there, so that nothing outlives its exhibit.

    Values saved together may be about one another in the order in which they stand.

    Raises:
        ExhibitMissingError: BB-104.
        NotStoredError: BB-412.
    """
    if any(isinstance(item, AuditedPhoto) for item in items):
        require_photos_allowed(opened)
    comparisons: set[str] = {one.id for one in items if isinstance(one, CommonOrigin)}
    for item in items:
        _require_subject(opened, item, comparisons)


def require_photos_allowed(opened: OpenCase) -> None:
    """
    Return if a list of the person's own photos may be kept: nobody said that they are under 18.

    Raises:
        PermitRefusedError: BB-101.
    """
    documents = opened.documents
    answered: list[Storable] = [*documents.all(Sighting), *documents.all(PhotoAges)]
    if opened.is_marked_minor() or says_young(answered):
        raise PermitRefusedError("own photos of somebody who may be under 18")


def says_young(items: Iterable[Storable]) -> bool:
    """Return whether an answer among *items* says that the person is not 18, or may not be."""
    return any(
        isinstance(one, (Sighting, PhotoAges))
        and one.answers.adult_now in {Answer.NO, Answer.UNSURE}
        for one in items
    )


def refuse_contents(items: Sequence[Storable]) -> None:
    """
    Return if none of the values is one that only forgetting may remove.

    Raises:
        ValueError: a mistake of the calling code.
    """
    if any(isinstance(item, (Exhibit, Original)) for item in items):
        raise ValueError("exhibits and originals go by forget() only")


def require_owner(opened: OpenCase, owner: str) -> None:
    """
    Return if derived content may belong to *owner*.

    Raises:
        NotStoredError: BB-412.
    """
    if not has_owner(opened, owner):
        raise NotStoredError("no such owner", what=owner)


def has_owner(opened: OpenCase, owner: str) -> bool:
    """Return whether derived content of *owner* still has one."""
    documents = opened.documents
    return (
        documents.maybe(Exhibit, owner) is not None
        or documents.maybe(Original, owner) is not None
        or documents.maybe(CommonOrigin, owner) is not None
    )


def _require_original(opened: OpenCase, original_id: OriginalId) -> None:
    if opened.documents.maybe(Original, original_id) is None:
        raise NotStoredError("no such original", what=original_id)


def _require_subject(opened: OpenCase, item: Storable, comparisons: set[str]) -> None:
    documents = opened.documents
    if isinstance(item, (Exhibit, Original)):
        _require_same_content(opened, item)
    elif isinstance(item, (QuestionedFingerprint, CommonOrigin)):
        _require_exhibits(opened, (item.exhibit_id,))
        if isinstance(item, CommonOrigin) and item.original_id is not None:
            # It may have been destroyed while it was compared.
            _require_original(opened, item.original_id)
    elif isinstance(item, CopyMatch):
        _require_exhibits(opened, (item.exhibit_id, item.other_id))
    elif isinstance(item, OriginalFingerprint):
        _require_original(opened, item.original_id)
    elif (
        isinstance(item, Direction)
        and item.comparison_id not in comparisons
        and documents.maybe(CommonOrigin, item.comparison_id) is None
    ):
        raise NotStoredError("no such comparison", what=item.comparison_id)


def _require_exhibits(opened: OpenCase, ids: Sequence[str]) -> None:
    for exhibit_id in ids:
        if opened.documents.maybe(Exhibit, exhibit_id) is None:
            raise ExhibitMissingError


def _require_same_content(opened: OpenCase, item: Exhibit | Original) -> None:
    known = opened.documents.maybe(type(item), stored_id(item))
    missing: BenbanError = ExhibitMissingError() if isinstance(item, Exhibit) else NotStoredError()
    if known is None:
        raise missing
    if (known.sha256, known.size_bytes) != (item.sha256, item.size_bytes):
        raise ValueError("digests are set by adoption only")
