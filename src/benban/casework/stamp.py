"""Sign the head of the log and have it stamped by two authorities of different owners."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from benban.casework.events import event, open_field
from benban.errors import BenbanError
from benban.model.custody import (
    Checkpoint,
    EventKind,
    RevocationAnswer,
    RevocationList,
    TimestampToken,
    TokenState,
)
from benban.seal.digests import sha256_of
from benban.seal.ocsp import build_question, check_answer
from benban.seal.revocation import WantedState, check_list, wanted_states
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


class RevocationSource(Protocol):
    """Fetches what is said about withdrawn certificates; ``outside`` implements it."""

    def fetch(self, url: str) -> bytes:
        """
        Return the bytes behind an address that a verified certificate names.

        Raises:
            BenbanError: not reached, not a public address, too large.
        """
        ...

    def ask(self, url: str, request: bytes) -> bytes:
        """
        Return the DER OCSPResponse to a DER OCSPRequest.

        Raises:
            BenbanError: as for ``fetch``.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStates:
    """What was kept beside one token."""

    lists: tuple[RevocationList, ...] = ()
    answers: tuple[RevocationAnswer, ...] = ()


def stamp_case(
    store: CaseStore, authorities: Sequence[Authority], *, lists: RevocationSource | None = None
) -> Stamped:
    """
    Return the signed head of the log with one token for each authority, or why there is none.

    Args:
        store: of the case.
        authorities: who is asked.
        lists: fetches the lists of withdrawn certificates, and asks the responders, that the
            answers name; None does not.
    """
    log_attempts(store, authorities)
    checkpoint = store.checkpoint()
    tokens = stamp_with_each(store, checkpoint, authorities)
    for token, authority in zip(tokens, authorities, strict=True):
        keep_revocation(store, token, authority, lists)
    return Stamped(checkpoint=checkpoint, tokens=tokens)


def stamp_with_each(
    store: CaseStore, checkpoint: Checkpoint, authorities: Sequence[Authority]
) -> tuple[TimestampToken, ...]:
    """
    Return one kept token for each authority, or why there is none.

    Each is kept before anybody else is asked: the next authority may keep us waiting, a responder
    longer, and whoever stops the program then does not lose the stamp that has come.
    """
    tokens = []
    for authority in authorities:
        token = stamp_checkpoint(checkpoint, authority)
        log_token(store, token, checkpoint)
        tokens.append(token)
    return tuple(tokens)


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


def log_token(store: CaseStore, token: TimestampToken, checkpoint: Checkpoint) -> None:
    """Keep a token, or why there is none yet, with its event and the head that it is over."""
    is_stamped = token.state is TokenState.STAMPED
    entry = event(
        EventKind.STAMPED if is_stamped else EventKind.ATTEMPT_FAILED,
        "",
        open_field("authority", token.authority),
        open_field("state", token.state.value),
        open_field("checkpoint_size", token.checkpoint_size),
        open_field("time", _text(token.time_at)),
        open_field("reason", token.reason),
        # A later stamp over the log then covers this token as well.
        *([open_field("token_sha256", sha256_of(token.response).hex)] if is_stamped else []),
    )
    store.record(entry, save=[token, checkpoint])


def keep_revocation(
    store: CaseStore,
    token: TimestampToken,
    authority: Authority,
    lists: RevocationSource | None,
) -> KeptStates:
    """
    Return the lists of withdrawn certificates and the answers about single ones that were kept.

    What does not come, or is not its issuer's, leaves "not known": no step depends on it.

    Args:
        store: of the case.
        token: as it just came; nothing is fetched for one that did not.
        authority: its pinned roots verify the chain, and the chain verifies what is fetched.
        lists: None fetches nothing.
    """
    if lists is None or token.state is not TokenState.STAMPED or token.time_at is None:
        return KeptStates()
    wanted = wanted_states(token.response, authority.roots)
    kept = KeptStates(
        lists=tuple(
            found
            for one in wanted
            for found in [_first_list(token, token.time_at, one, lists)]
            if found is not None
        ),
        answers=tuple(
            found
            for one in wanted
            for found in [_first_answer(token, token.time_at, one, lists)]
            if found is not None
        ),
    )
    states: list[RevocationList | RevocationAnswer] = [*kept.lists, *kept.answers]
    withdrawn = {one.certificate for one in states if one.is_withdrawn}
    logged = event(
        EventKind.REVOCATION_KEPT,
        "",
        open_field("authority", token.authority),
        open_field("checkpoint_size", token.checkpoint_size),
        open_field("lists", len(kept.lists)),
        open_field("answers", len(kept.answers)),
        open_field("withdrawn", len(withdrawn)),
    )
    if wanted:
        store.record(logged, save=states)
    return kept


def _first_list(
    token: TimestampToken, at: datetime, wanted: WantedState, lists: RevocationSource
) -> RevocationList | None:
    for url in wanted.list_urls:
        try:
            found = check_list(lists.fetch(url), wanted, at=at)
        except BenbanError:
            continue
        return RevocationList(
            authority=token.authority,
            checkpoint_size=token.checkpoint_size,
            certificate=wanted.certificate_sha256,
            crl=found.crl,
            this_update=found.this_update,
            next_update=found.next_update,
            is_signer=wanted.is_signer,
            is_withdrawn=found.is_withdrawn,
        )
    return None


def _first_answer(
    token: TimestampToken, at: datetime, wanted: WantedState, source: RevocationSource
) -> RevocationAnswer | None:
    for url in wanted.responder_urls:
        try:
            found = check_answer(source.ask(url, build_question(wanted)), wanted, at=at)
        except BenbanError:
            continue
        return RevocationAnswer(
            authority=token.authority,
            checkpoint_size=token.checkpoint_size,
            certificate=wanted.certificate_sha256,
            ocsp=found.der,
            this_update=found.this_update,
            next_update=found.next_update,
            is_signer=wanted.is_signer,
            is_withdrawn=found.is_withdrawn,
        )
    return None


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
