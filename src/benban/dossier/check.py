"""What a view must hold before anything is written."""

from benban.dossier.originals import check_recipient
from benban.dossier.view import DossierView, Edition
from benban.errors import (
    DisclosureMissingError,
    NotForThisEditionError,
    SelectiveComparisonError,
)
from benban.model.custody import EventKind

# As benban.model.ids.new_comparison_id makes them; other subjects of a comparison are exhibits.
_COMPARISON_PREFIX = "cmp-"


def check_view(view: DossierView) -> None:
    """
    Refuse a view that a dossier may not be made from.

    Raises:
        DisclosureMissingError: BB-702, edition and disclosure do not belong together.
        NotForThisEditionError: BB-706, mentions in a reading edition (HARM 14).
        RecipientKeyError: BB-703, the recipient's key is not an age public key.
        SelectiveComparisonError: BB-701, an included picture has no result.
    """
    _check_disclosure(view)
    if view.mentions and view.edition is not Edition.AUTHORITY:
        raise NotForThisEditionError("mentions leave in an authority edition only")
    _check_comparison(view)


def _check_disclosure(view: DossierView) -> None:
    disclosure = view.disclosure
    if view.edition is Edition.READING:
        if disclosure is not None:
            raise DisclosureMissingError("a reading edition names no recipient")
        return
    if disclosure is None or not all(
        part.strip() for part in (disclosure.recipient, disclosure.purpose, disclosure.legal_basis)
    ):
        raise DisclosureMissingError
    check_recipient(disclosure.recipient_key)


def _check_comparison(view: DossierView) -> None:
    if view.comparison is None:
        return
    spoken_of = {entry.finding.exhibit_id for entry in view.comparison.entries}
    spoken_of |= {one.exhibit_id for one in view.comparison.not_compared}
    silent = [
        entry.exhibit.id
        for entry in view.exhibits
        if entry.exhibit.kind.is_questioned_media and entry.exhibit.id not in spoken_of
    ]
    # A run that the log tells of and the section does not would be a selection, too.
    runs = {entry.finding.id for entry in view.comparison.entries}
    left_out = {
        event.subject
        for event in view.events
        if event.kind is EventKind.COMPARED and event.subject.startswith(_COMPARISON_PREFIX)
    } - runs
    if silent or left_out:
        raise SelectiveComparisonError(missing=len(silent) + len(left_out))
