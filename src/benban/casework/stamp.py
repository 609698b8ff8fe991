"""Sign the head of the log and have it stamped by two authorities of different owners."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from benban.casework.events import event, open_field
from benban.errors import BenbanError
from benban.model.custody import Checkpoint, EventKind, TimestampToken, TokenState
from benban.seal.tsp import build_request, check_token
from benban.vault import CaseStore


class Authority(Protocol):
    """A time-stamping authority; ``outside`` implements it."""

    @property
    def id(self) -> str:
        """Short stable name, part of a file name."""
        ...

    @property
    def roots(self) -> tuple[bytes, ...]:
        """DER certificates that the answer must lead to; pinned, never taken from the answer."""
        ...

    def stamp(self, request: bytes) -> bytes:
        """
        Return the DER TimeStampResp to a DER TimeStampReq.

        Raises:
            BenbanError: not reached, refused, too large.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """A checkpoint and what became of each request."""

    checkpoint: Checkpoint
    tokens: tuple[TimestampToken, ...]


def stamp_case(store: CaseStore, authorities: Sequence[Authority]) -> Stamped:
    """Return the signed head of the log with one token for each authority, or why there is none."""
    log_attempts(store, authorities)
    checkpoint = store.checkpoint()
    tokens = tuple(stamp_checkpoint(checkpoint, authority) for authority in authorities)
    for token in tokens:
        log_token(store, token)
    return Stamped(checkpoint=checkpoint, tokens=tokens)


def log_attempts(store: CaseStore, authorities: Sequence[Authority]) -> None:
    """Log whom we are about to ask: an attempt stands before every act that goes outside."""
    for authority in authorities:
        store.record(event(EventKind.ATTEMPT, "", open_field("act", f"stamp {authority.id}")))


def stamp_checkpoint(checkpoint: Checkpoint, authority: Authority) -> TimestampToken:
    """Return the checked token of one authority, or ``PENDING`` / ``REFUSED`` with the reason."""
    request = build_request(checkpoint.note)
    try:
        response = authority.stamp(request.der)
    except BenbanError as error:
        return _no_token(checkpoint, authority, TokenState.PENDING, error)
    try:
        facts = check_token(
            response, note=checkpoint.note, nonce=request.nonce, roots=authority.roots
        )
    except BenbanError as error:
        return _no_token(checkpoint, authority, TokenState.REFUSED, error)
    return TimestampToken(
        authority=authority.id,
        state=TokenState.STAMPED,
        checkpoint_size=checkpoint.size,
        response=response,
        time_at=facts.time_at,
    )


def log_token(store: CaseStore, token: TimestampToken) -> None:
    """Keep a token, or why there is none yet, with its event."""
    is_stamped = token.state is TokenState.STAMPED
    entry = event(
        EventKind.STAMPED if is_stamped else EventKind.ATTEMPT_FAILED,
        "",
        open_field("authority", token.authority),
        open_field("state", token.state.value),
        open_field("checkpoint_size", token.checkpoint_size),
        open_field("time", _text(token.time_at)),
        open_field("reason", token.reason),
    )
    store.record(entry, save=[token])


def _no_token(
    checkpoint: Checkpoint, authority: Authority, state: TokenState, error: BenbanError
) -> TimestampToken:
    return TimestampToken(
        authority=authority.id,
        state=state,
        checkpoint_size=checkpoint.size,
        reason=error.code,
    )


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
