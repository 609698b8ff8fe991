"""The times that "stamped before" rests on, for whoever wants to look them up (EVIDENCE 5)."""

from datetime import datetime

from benban.casework.events import sealed_field
from benban.model.custody import EventKind, Field, TimestampToken, TokenState
from benban.model.finding import OrderStamp, OrderTimes
from benban.model.ids import OriginalId
from benban.vault import CaseStore


def order_times(store: CaseStore, original_id: OriginalId, first_known_at: datetime) -> OrderTimes:
    """
    Return each authority's first stamp over the original, of those earlier than *first_known_at*.

    Args:
        store: of the case.
        original_id: of a photo that was found to be stamped before.
        first_known_at: see :class:`OrderTimes`.
    """
    events = store.events()
    added = [
        one.position
        for one in events
        if one.kind is EventKind.ORIGINAL_ADDED and one.subject == original_id
    ]
    # A stamp over a log that held a sighting already is later than it (``compare_case``).
    end = next((one.position for one in events if one.kind is EventKind.REPORTED), len(events))
    stamps: dict[str, OrderStamp] = {}
    for token in store.all(TimestampToken):
        is_between = bool(added) and max(added) < token.checkpoint_size <= end
        if token.state is not TokenState.STAMPED or token.time_at is None or not is_between:
            continue
        known = stamps.get(token.authority)
        is_earlier = known is None or token.time_at < known.at
        if token.time_at < first_known_at and is_earlier:
            stamps[token.authority] = OrderStamp(authority=token.authority, at=token.time_at)
    ordered = sorted(stamps.values(), key=lambda one: (one.at, one.authority))
    return OrderTimes(stamps=tuple(ordered), first_known_at=first_known_at)


def said_times(times: OrderTimes | None) -> tuple[Field, ...]:
    """Return the times as a field of the finding's record, sealed; nothing without them."""
    if times is None:
        return ()
    stamps = [f"{one.authority} {one.at.isoformat()}" for one in times.stamps]
    return (sealed_field("order_times", " ".join([*stamps, times.first_known_at.isoformat()])),)
