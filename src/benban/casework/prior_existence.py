"""Whether a photo was stamped before the earliest time known for a fake (EVIDENCE 5)."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from benban.model.custody import EventKind, TimestampToken, TokenState
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import CommonOrigin, CopyMatch, Tier
from benban.model.ids import ExhibitId, OriginalId, SightingId
from benban.model.sighting import Sighting, SightingKind
from benban.vault import CaseStore

# A calendar day begins first at UTC+14 (Kiribati); the person's own zone is not known here.
_EARLIEST_ZONE = timedelta(hours=14)
# Nobody claims there that a fake exists.
_WITHOUT_A_FAKE = frozenset({SightingKind.PERSONAL_DATA_EXPOSED, SightingKind.IMPERSONATION})


def is_stamped_before(
    store: CaseStore, exhibit_id: ExhibitId, original_id: OriginalId
) -> bool | None:
    """
    Return whether the original was stamped before the fake's first time; None: not stamped.

    A stamp that is pending or was refused counts for nothing.

    Args:
        store: of the case.
        exhibit_id: the fake.
        original_id: the photo that it shares its shot with.
    """
    stamped = _first_stamp(store, original_id)
    sightings = _of_this_fake(store, exhibit_id, original_id)
    if stamped is None or stamped.time_at is None or not sightings:
        return None
    # The log's order is worth more than this computer's clock: a stamp over a log that already
    # held the sighting is later than it, whatever time was typed or read.
    ids = {one.id for one in sightings}
    reported = [
        one.position
        for one in store.events()
        if one.kind is EventKind.REPORTED and one.subject in ids
    ]
    is_before_report = not reported or stamped.checkpoint_size <= min(reported)
    return is_before_report and stamped.time_at < _first_seen(sightings)


def uncovered_originals(store: CaseStore) -> int:
    """Return how many declared originals no stamp covers yet."""
    reached = max(
        (
            one.checkpoint_size
            for one in store.all(TimestampToken)
            if one.state is TokenState.STAMPED
        ),
        default=0,
    )
    kept = {one.id for one in store.all(Original)}
    covered = {
        one.subject
        for one in store.events()[:reached]
        if one.kind is EventKind.ORIGINAL_ADDED and one.subject in kept
    }
    return len(kept) - len(covered)


def _first_stamp(store: CaseStore, original_id: OriginalId) -> TimestampToken | None:
    """Return the earliest trusted stamp over a log that already held the original's digest."""
    added = [
        entry.position
        for entry in store.events()
        if entry.kind is EventKind.ORIGINAL_ADDED and entry.subject == original_id
    ]
    tokens = [
        (token.time_at, position, token)
        for position, token in enumerate(store.all(TimestampToken))
        if token.state is TokenState.STAMPED
        and token.time_at is not None
        and added
        and token.checkpoint_size > max(added)
    ]
    return min(tokens)[2] if tokens else None


def _of_this_fake(
    store: CaseStore, exhibit_id: ExhibitId, original_id: OriginalId
) -> tuple[Sighting, ...]:
    """
    Return every sighting that may be of this fake: all but those of which it is known otherwise.

    Another fake is known to be another only when every picture there was found to be made from
    other photos and is no copy of this one. A threat, talk, or an address alone may be of this one.
    """
    exhibits = store.all(Exhibit)
    own = next((one.sighting_id for one in exhibits if one.id == exhibit_id), None)
    others = {
        one.sighting_id
        for one in exhibits
        if one.kind.is_questioned_media and not _is_another(store, one, exhibit_id, original_id)
    }
    shown = {one.sighting_id for one in exhibits if one.kind.is_questioned_media}
    return tuple(one for one in store.all(Sighting) if one.id == own or _counts(one, others, shown))


def _counts(one: Sighting, others: set[SightingId], shown: set[SightingId]) -> bool:
    if one.id in shown:
        return one.id in others
    return one.kind not in _WITHOUT_A_FAKE


def _is_another(
    store: CaseStore, other: Exhibit, exhibit_id: ExhibitId, original_id: OriginalId
) -> bool:
    pairs = ({one.exhibit_id, one.other_id} for one in store.all(CopyMatch))
    if other.id == exhibit_id or {other.id, exhibit_id} in pairs:
        return False
    found = [one for one in store.all(CommonOrigin) if one.exhibit_id == other.id]
    sources = {one.original_id for one in found if one.tier in {Tier.A, Tier.B}}
    return bool(sources - {None}) and original_id not in sources


def _first_seen(sightings: Sequence[Sighting]) -> datetime:
    """Return the earliest time at which it was seen or is said to have been."""
    times: list[datetime] = []
    for sighting in sightings:
        times += [sighting.reported_at, sighting.seen_at or sighting.reported_at]
        if sighting.act_on is not None:
            begun = datetime.combine(sighting.act_on, time.min, tzinfo=UTC)
            times.append(begun - _EARLIEST_ZONE)
    return min(times)
