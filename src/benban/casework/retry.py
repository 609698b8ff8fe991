"""Ask again for stamps that did not come: when told to, or under a standing permission."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from benban.casework.stamp import (
    Authority,
    RevocationSource,
    keep_revocation,
    log_attempts,
    log_token,
    stamp_checkpoint,
)
from benban.casework.standing import live_permission
from benban.errors import RevocationServiceError
from benban.model.clock import Clock
from benban.model.custody import Checkpoint, EventKind, TimestampToken, TokenState
from benban.model.standing import StandingAct, StandingPermission
from benban.vault import CaseStore, StoredCheckpoint


class HostedAuthority(Authority, Protocol):
    """An authority whose host a standing permission can name."""

    @property
    def host(self) -> str:
        """Where its requests go."""
        ...


def pending_tokens(store: CaseStore) -> tuple[TimestampToken, ...]:
    """
    Return the stamps that are still wanted, one for each authority.

    An older head that a later stamp of the same authority covers is not asked for again: the later
    stamp covers its log as well, and a stamp of today over it would say no earlier time.
    """
    wanted: dict[str, TimestampToken] = {}
    for token in sorted(store.all(TimestampToken), key=lambda one: one.checkpoint_size):
        wanted.pop(token.authority, None)
        if token.state is TokenState.PENDING:
            wanted[token.authority] = token
    return tuple(wanted.values())


def retry_pending(
    store: CaseStore, authorities: Sequence[Authority], *, lists: RevocationSource | None = None
) -> tuple[TimestampToken, ...]:
    """Return what became of each stamp that was asked for again, over the same note as before."""
    known = {one.id: one for one in authorities}
    answered = []
    for pending in pending_tokens(store):
        authority = known.get(pending.authority)
        checkpoint = _checkpoint(store, pending.checkpoint_size)
        if authority is None or checkpoint is None:
            continue
        log_attempts(store, [authority])
        token = stamp_checkpoint(checkpoint, authority)
        log_token(store, token, checkpoint)
        keep_revocation(store, token, authority, lists)
        answered.append(token)
    return tuple(answered)


def retry_if_permitted(
    store: CaseStore,
    authorities: Sequence[HostedAuthority],
    clock: Clock,
    *,
    lists: RevocationSource | None = None,
) -> tuple[TimestampToken, ...]:
    """
    Return what became of stamps asked for again; without a live permission nobody is asked.

    Nor is a host that only a certificate names: it is asked when the person asks.
    """
    now = clock.now()
    permission = live_permission(store, StandingAct.STAMP, now)
    if permission is None or not pending_tokens(store):
        return ()
    if now < _last_asked(store) + timedelta(hours=permission.every_h):
        return ()
    allowed = [one for one in authorities if permission.allows(one.host, now)]
    if not allowed:
        return ()
    fetched = None if lists is None else _PermittedSource(lists, permission, now)
    return retry_pending(store, allowed, lists=fetched)


@dataclass(frozen=True, slots=True)
class _PermittedSource:
    """Asks hosts that the permission names; a certificate may name any other."""

    lists: RevocationSource
    permission: StandingPermission
    now: datetime

    def fetch(self, url: str) -> bytes:
        """
        Return what *lists* returns.

        Raises:
            BenbanError: not allowed, or the errors of *lists*.
        """
        self._require_permission(url)
        return self.lists.fetch(url)

    def ask(self, url: str, request: bytes) -> bytes:
        """
        Return what *lists* answers.

        Raises:
            BenbanError: not allowed, or the errors of *lists*.
        """
        self._require_permission(url)
        return self.lists.ask(url, request)

    def _require_permission(self, url: str) -> None:
        if not self.permission.allows(urlsplit(url).hostname or "", self.now):
            raise RevocationServiceError("no permission names that host")


def _last_asked(store: CaseStore) -> datetime:
    asked = [
        entry.at
        for entry in store.events()
        if entry.kind is EventKind.ATTEMPT
        and entry.at is not None
        and any(one.name == "act" and one.value.startswith("stamp ") for one in entry.fields)
    ]
    # A pending stamp was asked for once; without any entry it was forgotten with its record.
    return max(asked, default=datetime.min.replace(tzinfo=store.case.opened_at.tzinfo))


def _checkpoint(store: CaseStore, size: int) -> Checkpoint | None:
    """Return the head that was to be stamped; None when only another key could sign it now."""
    kept = store.maybe(StoredCheckpoint, str(size))
    if kept is not None:
        return kept
    if any(
        entry.kind is EventKind.KEY_CHANGED and entry.position >= size for entry in store.events()
    ):
        return None
    # Ed25519 is deterministic: the same head signed again is the same note, byte for byte.
    return store.checkpoint(size)
