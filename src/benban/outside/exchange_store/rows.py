"""Rows and values: how each is written down, and read back."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from benban.exchange.audit import AuditEntry, AuditLine
from benban.exchange.keys import ApiKey, Scope
from benban.exchange.life import dispute_ends_at
from benban.exchange.ports import Member
from benban.exchange.two_people import BankAct, Proposal
from benban.model.fingerprint import Pdq
from benban.model.shared_hash import (
    BankId,
    DisputeReason,
    HashId,
    HashState,
    MemberId,
    Provenance,
    SharedHash,
)

_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
PIECES, PIECE_BITS = 16, 16
# In the keys of what waits to answer, so that one question meets either kind alone.
WAITS = PIECES << PIECE_BITS
WAITING_STATES = (HashState.QUARANTINE, HashState.DISPUTED)

# What SQLAlchemy hands back: columns by name, each of the kind that its table says.
_Row = Row[Any]


def as_number(at: datetime) -> int:
    """Return microseconds since 1970."""
    return (at - _START) // _MICROSECOND


def as_time(number: int) -> datetime:
    """Return the time, aware UTC."""
    return _START + number * _MICROSECOND


def maybe_number(at: datetime | None) -> int | None:
    """Return microseconds since 1970; None for None."""
    return None if at is None else as_number(at)


def maybe_time(number: int | None) -> datetime | None:
    """Return the time; None for None."""
    return None if number is None else as_time(number)


def pieces_of(pdq_hex: str) -> list[int]:
    """
    Return sixteen numbers below 2^20: which piece of the hash, and its sixteen bits.

    Two hashes within 31 bits have a piece that differs in one bit at most: were all sixteen two
    apart, that would be 32.
    """
    value = int(pdq_hex, 16)
    return [
        piece << PIECE_BITS | value >> (PIECES - 1 - piece) * PIECE_BITS & 0xFFFF
        for piece in range(PIECES)
    ]


def pieces_to_ask(pdq_hex: str) -> list[int]:
    """Return the 272 keys of which one stands with every hash within 31 bits."""
    return [
        key ^ flip
        for key in pieces_of(pdq_hex)
        for flip in (0, *(1 << bit for bit in range(PIECE_BITS)))
    ]


def pieces_kept(shared: SharedHash) -> list[int]:
    """Return the keys under which a hash is found: other ones while it waits to answer."""
    if shared.pdq is None or not (shared.is_answering or shared.state in WAITING_STATES):
        return []
    waits = 0 if shared.is_answering else WAITS
    return [waits | piece for piece in pieces_of(shared.pdq.hex)]


def hash_values(shared: SharedHash) -> dict[str, object]:
    """Return the columns of a hash, but for its pieces."""
    return {
        "id": shared.id,
        "bank": shared.bank,
        "state": shared.state.value,
        "pdq": None if shared.pdq is None else shared.pdq.hex,
        "quality": None if shared.pdq is None else shared.pdq.quality,
        "provenance": shared.provenance.value,
        "attested_by": shared.attested_by,
        "consent_leaf": shared.consent_leaf,
        "consent_key": shared.consent_key,
        "attested_at": as_number(shared.attested_at),
        "active_from": as_number(shared.active_from),
        "expires_at": as_number(shared.expires_at),
        "confirmed_by": shared.confirmed_by,
        "confirmed_at": maybe_number(shared.confirmed_at),
        "disputed_by": shared.disputed_by,
        "dispute_reason": None if shared.dispute_reason is None else shared.dispute_reason.value,
        "disputed_at": maybe_number(shared.disputed_at),
        "doubts": _doubts_text(shared),
        "office_kept_at": maybe_number(shared.office_kept_at),
        "due_at": maybe_number(_due_at(shared)),
        "change": shared.change,
    }


def hash_in(row: _Row) -> SharedHash:
    """Return the hash of a row."""
    reason = row.dispute_reason
    return SharedHash(
        id=HashId(row.id),
        bank=BankId(row.bank),
        state=HashState(row.state),
        pdq=None if row.pdq is None else Pdq(hex=row.pdq, quality=row.quality),
        provenance=Provenance(row.provenance),
        attested_by=MemberId(row.attested_by),
        consent_leaf=row.consent_leaf,
        consent_key=row.consent_key,
        attested_at=as_time(row.attested_at),
        active_from=as_time(row.active_from),
        expires_at=as_time(row.expires_at),
        confirmed_by=row.confirmed_by,
        confirmed_at=maybe_time(row.confirmed_at),
        disputed_by=row.disputed_by,
        dispute_reason=None if reason is None else DisputeReason(reason),
        disputed_at=maybe_time(row.disputed_at),
        doubts=_doubts_in(row.doubts),
        office_kept_at=maybe_time(row.office_kept_at),
        change=row.change,
    )


def _doubts_text(shared: SharedHash) -> str | None:
    said = sorted([member, reason.value] for member, reason in shared.doubts)
    return json.dumps(said) if said else None


def _doubts_in(text: str | None) -> frozenset[tuple[MemberId, DisputeReason]]:
    said = json.loads(text) if text else []
    return frozenset((MemberId(member), DisputeReason(reason)) for member, reason in said)


def _due_at(shared: SharedHash) -> datetime | None:
    if shared.state is HashState.TOMBSTONE:
        return None
    if shared.state is HashState.DISPUTED:
        return min(dispute_ends_at(shared), shared.expires_at)
    if shared.state is HashState.QUARANTINE:
        return min(shared.active_from, shared.expires_at)
    return shared.expires_at


def member_values(member: Member) -> dict[str, object]:
    """Return the columns of a member."""
    return {
        "id": member.id,
        "name": member.name,
        "secret": member.secret,
        "made_at": as_number(member.made_at),
        "is_stopped": member.is_stopped,
    }


def member_in(row: _Row) -> Member:
    """Return the member of a row."""
    return Member(
        id=MemberId(row.id),
        name=row.name,
        secret=bytes(row.secret),
        made_at=as_time(row.made_at),
        is_stopped=bool(row.is_stopped),
    )


def key_values(key: ApiKey) -> dict[str, object]:
    """Return the columns of a key."""
    return {
        "id": key.id,
        "member": key.member,
        "digest": key.digest,
        "scopes": json.dumps(sorted(scope.value for scope in key.scopes)),
        "made_at": as_number(key.made_at),
        "expires_at": as_number(key.expires_at),
        "revoked_at": maybe_number(key.revoked_at),
        "networks": json.dumps(list(key.networks)),
    }


def key_in(row: _Row) -> ApiKey:
    """Return the key of a row."""
    return ApiKey(
        id=row.id,
        member=MemberId(row.member),
        digest=row.digest,
        scopes=frozenset(Scope(one) for one in json.loads(row.scopes)),
        made_at=as_time(row.made_at),
        expires_at=as_time(row.expires_at),
        revoked_at=maybe_time(row.revoked_at),
        networks=tuple(json.loads(row.networks)),
    )


def line_values(line: AuditLine) -> dict[str, object]:
    """Return the columns of a line of the audit."""
    entry = line.entry
    return {
        "member": entry.member,
        "number": line.number,
        "at": as_number(entry.at),
        "actor": entry.actor,
        "deed": entry.deed,
        "subject": entry.subject,
        "asked": entry.asked,
        "found": entry.found,
        "reason": entry.reason,
        "digest": line.digest,
    }


def line_in(row: _Row) -> AuditLine:
    """Return the line of a row."""
    entry = AuditEntry(
        member=MemberId(row.member),
        at=as_time(row.at),
        actor=row.actor,
        deed=row.deed,
        subject=row.subject,
        asked=row.asked,
        found=row.found,
        reason=row.reason,
    )
    return AuditLine(number=row.number, entry=entry, digest=row.digest)


def proposal_values(proposal: Proposal) -> dict[str, object]:
    """Return the columns of a proposal."""
    return {
        "id": proposal.id,
        "act": proposal.act.value,
        "particulars": json.dumps(dict(proposal.particulars)),
        "digest": proposal.digest,
        "proposed_by": proposal.proposed_by,
        "proposed_at": as_number(proposal.proposed_at),
        "agreed_by": proposal.agreed_by,
    }


def proposal_in(row: _Row) -> Proposal:
    """Return the proposal of a row."""
    return Proposal(
        id=row.id,
        act=BankAct(row.act),
        particulars=json.loads(row.particulars),
        digest=row.digest,
        proposed_by=row.proposed_by,
        proposed_at=as_time(row.proposed_at),
        agreed_by=row.agreed_by,
    )
