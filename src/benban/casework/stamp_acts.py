"""What can be asked of time-stamping authorities now, and which stamps a case has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from urllib.parse import urlsplit

from benban.casework.restamp import due_tokens, restamp
from benban.casework.retry import HostedAuthority, pending_tokens, retry_pending
from benban.casework.stamp import RevocationSource, stamp_case
from benban.errors import BenbanError
from benban.model.clock import Clock
from benban.model.custody import CustodyEvent, EventKind, TimestampToken, TokenState
from benban.model.standing import HostLearns
from benban.seal.ageing import first_end
from benban.seal.revocation import wanted_states
from benban.vault import CaseStore

# Entries that a stamp itself leaves in the log: nobody waits for a stamp over them.
_OF_STAMPING = frozenset(
    {EventKind.STAMPED, EventKind.STAMPED_AGAIN, EventKind.REVOCATION_KEPT, EventKind.RECEIPT_GIVEN}
)


class StampAct(Enum):
    """What is asked for."""

    NOW = "now"
    RETRY = "retry"
    RENEW = "renew"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """What came of it; size 0 when no new head was signed."""

    tokens: tuple[TimestampToken, ...]
    checkpoint_size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStamp:
    """
    One stamp that came.

    Attributes:
        covers_until: when the last entry under it was written; None where that was forgotten.
        good_until: when what it rests on is trusted no longer.
        is_due: it needs a newer one over it, and none is there yet.
    """

    token: TimestampToken
    covers_until: datetime | None
    good_until: datetime
    is_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StampsOfCase:
    """
    How a case stands with its stamps.

    Attributes:
        kept: the newest first.
        pending: still wanted, one for each authority.
        refused: answers that were not valid, where no later stamp of the same authority came.
        due: how many need a newer one over them.
        uncovered: entries behind the last stamped head, without what stamping itself left.
    """

    kept: tuple[KeptStamp, ...]
    pending: tuple[TimestampToken, ...]
    refused: tuple[TimestampToken, ...]
    due: int
    uncovered: int


def stamps_of(store: CaseStore, now: datetime) -> StampsOfCase:
    """
    Return the stamps of a case, and what is missing.

    Raises:
        TokenUnreadableError: BB-510, a kept token cannot be read any more.
    """
    tokens, events = store.all(TimestampToken), store.events()
    due = {id_of(one.token) for one in due_tokens(store, now, events)}
    kept = [
        KeptStamp(
            token=one,
            covers_until=_written_at(events, one.checkpoint_size),
            good_until=first_end(one.response).ends_at,
            is_due=id_of(one) in due,
        )
        for one in tokens
        if one.state is TokenState.STAMPED
    ]
    reached = max((one.token.checkpoint_size for one in kept), default=0)
    return StampsOfCase(
        kept=tuple(sorted(kept, key=lambda one: one.token.checkpoint_size, reverse=True)),
        pending=pending_tokens(store),
        refused=_refused(tokens),
        due=len(due),
        uncovered=sum(not _is_of_stamping(one) for one in events[reached:]),
    )


def id_of(token: TimestampToken) -> tuple[str, int]:
    """Return what tells a token from all others of its case."""
    return token.authority, token.checkpoint_size


def is_wanted(store: CaseStore, act: StampAct, now: datetime) -> bool:
    """Return whether there is anything to ask for; a stamp over the head can always be asked."""
    if act is StampAct.RETRY:
        return bool(pending_tokens(store))
    return act is StampAct.NOW or bool(due_tokens(store, now))


def asked_by(
    store: CaseStore, act: StampAct, enabled: Sequence[HostedAuthority]
) -> tuple[HostedAuthority, ...]:
    """Return those of *enabled* that the act asks: all, or those whose stamp did not come."""
    if act is not StampAct.RETRY:
        return tuple(enabled)
    waited_for = {one.authority for one in pending_tokens(store)}
    return tuple(one for one in enabled if one.id in waited_for)


def ask_for_stamps(
    store: CaseStore,
    act: StampAct,
    authorities: Sequence[HostedAuthority],
    clock: Clock,
    *,
    lists: RevocationSource | None = None,
) -> AskedFor:
    """
    Return what became of the requests; the person agreed to them before.

    Args:
        store: of the case.
        act: which.
        authorities: who was named to the person, and nobody else.
        clock: of the program.
        lists: as for :func:`stamp_case`.
    """
    if act is StampAct.RETRY:
        return AskedFor(tokens=retry_pending(store, authorities, lists=lists))
    if act is StampAct.RENEW:
        renewed = restamp(store, authorities, clock, lists=lists)
        if renewed is None:
            return AskedFor(tokens=())
        return AskedFor(tokens=renewed.tokens, checkpoint_size=renewed.checkpoint.size)
    stamped = stamp_case(store, authorities, lists=lists)
    return AskedFor(tokens=stamped.tokens, checkpoint_size=stamped.checkpoint.size)


def state_hosts(store: CaseStore, authorities: Sequence[HostedAuthority]) -> tuple[str, ...]:
    """
    Return the hosts that earlier stamps of *authorities* name for the state of certificates.

    The next answers may name others; whoever never answered named none yet.
    """
    known = {one.id: one for one in authorities}
    found: dict[str, None] = {}
    for token in store.all(TimestampToken):
        if token.authority not in known or token.state is not TokenState.STAMPED:
            continue
        try:
            wanted = wanted_states(token.response, known[token.authority].roots)
        except BenbanError:
            # Its root was taken out of the settings since.
            continue
        for one in wanted:
            found |= {urlsplit(url).hostname or "": None for url in one.list_urls}
            found |= {urlsplit(url).hostname or "": None for url in one.responder_urls}
    return tuple(host for host in found if host)


def learned_by(authorities: Sequence[HostedAuthority]) -> tuple[HostLearns, ...]:
    """Return what each host learns when it is asked for a stamp."""
    hosts = dict.fromkeys(one.host for one in authorities)
    return tuple(HostLearns(host=one, learns="hash-and-origin") for one in hosts)


def _written_at(events: Sequence[CustodyEvent], size: int) -> datetime | None:
    return events[size - 1].at if 0 < size <= len(events) else None


def _refused(tokens: Sequence[TimestampToken]) -> tuple[TimestampToken, ...]:
    last = {one.authority: one for one in sorted(tokens, key=lambda one: one.checkpoint_size)}
    return tuple(one for one in last.values() if one.state is TokenState.REFUSED)


def _is_of_stamping(entry: CustodyEvent) -> bool:
    if entry.kind in {EventKind.ATTEMPT, EventKind.ATTEMPT_FAILED}:
        return any(
            field.name == "authority" or (field.name == "act" and field.value.startswith("stamp "))
            for field in entry.fields
        )
    return entry.kind in _OF_STAMPING
