"""Cover old stamps with new ones before what they rest on is trusted no longer (RFC 3161)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from benban.casework.events import event, open_field
from benban.casework.stamp import Authority, RevocationSource, Stamped, stamp_case
from benban.model.clock import Clock
from benban.model.custody import CustodyEvent, EventKind, TimestampToken, TokenState
from benban.seal.ageing import AgeingToken, first_end
from benban.seal.digests import sha256_of
from benban.vault import CaseStore


@dataclass(frozen=True, slots=True, kw_only=True)
class DueToken:
    """A token that needs a newer one over it, and why."""

    token: TimestampToken
    ageing: AgeingToken


def due_tokens(
    store: CaseStore, now: datetime, events: Sequence[CustodyEvent] | None = None
) -> tuple[DueToken, ...]:
    """
    Return the stamps that grow old and that no younger stamp, itself still good, covers by name.

    Covered by name: an event of the log holds the token's digest, and a stamp over a later head
    of the log is not due itself.

    Args:
        store: of the case.
        now: UTC.
        events: the whole log, where it was read already; it is read only if a stamp grows old.
    """
    stamped = [one for one in store.all(TimestampToken) if one.state is TokenState.STAMPED]
    ends = [DueToken(token=one, ageing=first_end(one.response)) for one in stamped]
    ageing = [one for one in ends if one.ageing.is_due(now)]
    if not ageing:
        return ()
    good = [one.token.checkpoint_size for one in ends if not one.ageing.is_due(now)]
    covered = _named_at(store.events() if events is None else events)
    return tuple(
        one
        for one in ageing
        if not any(size > covered.get(sha256_of(one.token.response).hex, size) for size in good)
    )


def restamp(
    store: CaseStore,
    authorities: Sequence[Authority],
    clock: Clock,
    *,
    lists: RevocationSource | None = None,
) -> Stamped | None:
    """
    Return a new stamped head over a log that names every ageing token; None when none is due.

    The old tokens stay: they still say the earlier time, and the new one says that they existed
    while what they rest on was still trusted.
    """
    due = due_tokens(store, clock.now())
    if not due:
        return None
    for one in due:
        store.record(
            event(
                EventKind.STAMPED_AGAIN,
                "",
                open_field("authority", one.token.authority),
                open_field("checkpoint_size", one.token.checkpoint_size),
                open_field("token_sha256", sha256_of(one.token.response).hex),
                open_field("why", one.ageing.reason.value),
            )
        )
    return stamp_case(store, authorities, lists=lists)


def _named_at(events: Sequence[CustodyEvent]) -> dict[str, int]:
    """Return digest -> position of the first event that names a token by it."""
    named: dict[str, int] = {}
    for entry in events:
        if entry.kind in {EventKind.STAMPED, EventKind.STAMPED_AGAIN}:
            for field in entry.fields:
                if field.name == "token_sha256":
                    named.setdefault(field.value, entry.position)
    return named
