"""The one function through which pixels leave: veiled without a live, logged grant."""

from dataclasses import dataclass
from datetime import timedelta

from benban.casework.events import event, open_field, sealed_field
from benban.casework.pair_pictures import PairPictures, pair_pictures
from benban.casework.videos import is_video
from benban.errors import ExhibitMissingError, NotStoredError, UnveilReasonMissingError
from benban.fingerprint.ports import Decoder
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.finding import CommonOrigin
from benban.model.ids import ComparisonId, ExhibitId
from benban.vault import CaseStore

# A grant is for one look; it dies by itself when the person walks away.
GRANT_LIFETIME = timedelta(minutes=2)
_MAX_SIDE_PX = 1600
_UNVEIL = "show unveiled"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnveilGrant:
    """Leave to see one exhibit once unveiled; made by :func:`grant_unveiling`, logged there."""

    exhibit_id: ExhibitId
    log_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPicture:
    """A re-encoded PNG, never the stored bytes."""

    png: bytes
    is_veiled: bool


def grant_unveiling(store: CaseStore, exhibit_id: ExhibitId, reason: str) -> UnveilGrant:
    """
    Log the typed reason and return the grant.

    Raises:
        UnveilReasonMissingError: BB-109.
        ExhibitMissingError: BB-104.
    """
    if not reason.strip():
        raise UnveilReasonMissingError
    if store.maybe(Exhibit, exhibit_id) is None:
        raise ExhibitMissingError
    entry = store.record(
        event(EventKind.SHOWN_UNVEILED, exhibit_id, sealed_field("reason", reason.strip()))
    )
    return UnveilGrant(
        exhibit_id=exhibit_id,
        log_position=entry.position,
    )


def picture(
    store: CaseStore,
    exhibit_id: ExhibitId,
    grant: UnveilGrant | None,
    *,
    decoder: Decoder,
    clock: Clock,
) -> ShownPicture:
    """
    Return the picture of an exhibit, destructively veiled unless *grant* is live and for it.

    Of a video that is one still: the first key frame that can be decoded.

    That it left veiled is logged here; that it left unveiled was logged with the grant, and that
    the grant was used up stands in the log before the picture is decoded.

    Raises:
        ExhibitMissingError: BB-104.
        PictureError family: BB-3xx, the picture could not be read safely.
    """
    exhibit = store.maybe(Exhibit, exhibit_id)
    if exhibit is None:
        raise ExhibitMissingError
    with store.open_exhibit(exhibit_id) as stream:
        if grant is not None and _is_live(store, grant, exhibit_id, clock):
            used = open_field("grant", grant.log_position)
            store.record(event(EventKind.ATTEMPT, exhibit_id, open_field("act", _UNVEIL), used))
            unveil = decoder.unveil_still if is_video(exhibit) else decoder.unveil
            return ShownPicture(png=unveil(stream, _MAX_SIDE_PX), is_veiled=False)
        veil = decoder.veil_still if is_video(exhibit) else decoder.veil
        veiled = veil(stream, _MAX_SIDE_PX)
    store.record(event(EventKind.SHOWN_VEILED, exhibit_id))
    return ShownPicture(png=veiled, is_veiled=True)


def veiled_pair(store: CaseStore, comparison_id: ComparisonId) -> PairPictures:
    """
    Return the veiled pair of a comparison, with what was drawn beside it.

    In both halves everything that does not agree is hidden. That it was shown is logged here, with
    the questioned picture.

    Raises:
        NotStoredError: BB-412, there is no such comparison, or it has no pair that may be seen.
    """
    finding = store.get(CommonOrigin, comparison_id)
    kept = pair_pictures(store, finding)
    if kept is None:
        raise NotStoredError("no picture of this pair", what=comparison_id)
    of = open_field("comparison", finding.id)
    store.record(event(EventKind.SHOWN_VEILED, finding.exhibit_id, of))
    return kept


def _is_live(store: CaseStore, grant: UnveilGrant, exhibit_id: ExhibitId, clock: Clock) -> bool:
    events = store.events()
    if grant.exhibit_id != exhibit_id or not 0 <= grant.log_position < len(events):
        return False
    logged = events[grant.log_position]
    if logged.kind is not EventKind.SHOWN_UNVEILED or logged.subject != exhibit_id:
        return False
    position = str(grant.log_position)
    uses = (
        field.value
        for entry in events[grant.log_position :]
        if entry.kind is EventKind.ATTEMPT and entry.subject == exhibit_id
        for field in entry.fields
        if field.name == "grant"
    )
    if position in uses:
        return False
    # By the log's own time, not by what the grant says of itself; a clock set back opens nothing.
    return logged.at is not None and logged.at <= clock.now() < logged.at + GRANT_LIFETIME
