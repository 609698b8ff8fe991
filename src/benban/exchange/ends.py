"""
Where each chain of the audit ended when it was last seen: what a chain cannot tell by itself.

A chain shows that a line was changed, taken out or put in. It does not show that lines are missing
at its end, nor that all of it was written anew with digests that fit: whoever owns the database
can do both, and a copy that is put back does the first. So each machine keeps number and digest of
every chain's last line in a file apart from the database, and members are told theirs, signed.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benban.errors.exchange import AuditBrokenError
from benban.exchange.audit import START, AuditEntry, ChainEnd, require_chain
from benban.exchange.entry import OPERATORS
from benban.exchange.ports import Transaction
from benban.model.shared_hash import MemberId
from benban.seal.canonical import canonical_json

# What a signature of an end begins with; a delta's begins with something else.
PURPOSE = b"benban/v1/exchange-audit-end\x00"
_LINES_AT_ONCE = 10_000
Work = Callable[[], AbstractContextManager[Transaction]]


class Ends(Protocol):
    """What this machine saw of each chain; kept apart from the database."""

    def noting(self, *, waits: bool) -> AbstractContextManager[bool]:
        """Return a block for one at a time, and whether it is the caller's turn, if none waits."""
        ...

    def known(self) -> Mapping[MemberId, ChainEnd]:
        """Return where each chain ended."""
        ...

    def keep(self, ends: Mapping[MemberId, ChainEnd]) -> None:
        """Return once all of it is on disk in the place of what was there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How far a chain was read, and whether that was all of it."""

    lines: int
    is_all: bool


def require_end(work: Transaction, member: MemberId, end: ChainEnd) -> None:
    """
    Return if the line at which a chain ended is still there, and is the one that it was.

    Raises:
        AuditBrokenError: BB-961; ``number`` is that of the first line that is missing, or else of
            the one that is another now.
    """
    lines = work.audit(member, end.number - 1, 1)
    if not lines or (lines[0].number, lines[0].digest) != (end.number, end.digest):
        number = min(end.number, work.audit_length(member) + 1)
        raise AuditBrokenError("not the line that was seen before", number=number)


def read_through(
    work_of: Work, member: MemberId, *, seen: ChainEnd | None, most: int | None = None
) -> Checked:
    """
    Return how far a chain holds; it is read from its first line on.

    Args:
        work_of: a transaction, for some lines.
        member: whose chain.
        seen: where it ended before.
        most: lines that are read, about; None for all.

    Raises:
        AuditBrokenError: BB-961.
    """
    number, digest, is_all = 0, START, False
    while not is_all and (most is None or number < most):
        with work_of() as work:
            lines = work.audit(member, number, _LINES_AT_ONCE)
        require_chain(lines, after_number=number, after_digest=digest)
        if lines:
            number, digest = lines[-1].number, lines[-1].digest
        is_all = not lines
    if seen is not None:
        with work_of() as work:
            require_end(work, member, seen)
    return Checked(lines=number, is_all=is_all)


def note_ends(work_of: Work, ends: Ends) -> tuple[MemberId, ...] | None:
    """
    Return the chains that are not as they were seen before; the ends of the others are kept.

    None: another process is at it. What does not fit is never written over: a chain that was cut
    and then went on shows as well.

    Raises:
        RecordUnavailableError: BB-962. NodeFolderError: BB-985. SetUpMissingError: BB-986.
    """
    with ends.noting(waits=False) as is_ours:
        if not is_ours:
            return None
        known = ends.known()
        with work_of() as work:
            now = work.audit_ends()
            broken = _broken(work, known, now)
        kept = {**known, **{one: end for one, end in now.items() if one not in broken}}
        if kept != known:
            ends.keep(kept)
        return broken


def accept_ends(work_of: Work, ends: Ends, *, by: str, at: datetime) -> tuple[MemberId, ...]:
    """
    Return the chains that did not fit, after a person said that they are to go on as they are.

    It stands in each of these chains and in that of the people who run the exchange, with the
    number that was seen and the one that there is.

    Args:
        work_of: of the operator; all of it stands there, or nothing.
        ends: what was seen.
        by: the person.
        at: aware UTC.

    Raises:
        RecordUnavailableError: BB-962. NodeFolderError: BB-985. SetUpMissingError: BB-986.
    """
    with ends.noting(waits=True):
        known = ends.known()
        with work_of() as work:
            work.take_turn()
            broken = _broken(work, known, work.audit_ends())
            work.add_audit(
                line
                for one in broken
                for line in _accepted(one, known[one], work.audit_length(one), by=by, at=at)
            )
            # Named by themselves: a member that came after the copy was made is none any more.
            gone_on = {one: _end_of(work, one) for one in broken}
            now = work.audit_ends()
        ends.keep({**known, **gone_on, **now})
    return broken


def signed_end(
    member: MemberId, end: ChainEnd, *, exchange: str, at: datetime, private_key: bytes
) -> str:
    """
    Return what a member keeps: a line of canonical JSON, and one with its signature as hex.

    Args:
        member: whose chain.
        end: its last line; number 0 and ``START`` before the first.
        exchange: key id of the exchange.
        at: aware UTC.
        private_key: 32 bytes, Ed25519, of the exchange.
    """
    said = canonical_json(
        {
            "v": 1,
            "exchange": exchange,
            "member": member,
            "number": end.number,
            "digest": end.digest,
            "at": int(at.timestamp()),
        }
    )
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(PURPOSE + said)
    return f"{said.decode()}\n{signature.hex()}\n"


def _broken(
    work: Transaction, known: Mapping[MemberId, ChainEnd], now: Mapping[MemberId, ChainEnd]
) -> tuple[MemberId, ...]:
    # Most chains did not grow since: of these nothing more is read.
    return tuple(
        one for one, end in known.items() if now.get(one) != end and not _fits(work, one, end)
    )


def _fits(work: Transaction, member: MemberId, seen: ChainEnd) -> bool:
    try:
        require_end(work, member, seen)
    except AuditBrokenError:
        return False
    return True


def _end_of(work: Transaction, member: MemberId) -> ChainEnd:
    (last,) = work.audit(member, work.audit_length(member) - 1, 1)
    return ChainEnd(number=last.number, digest=last.digest)


def _accepted(
    member: MemberId, seen: ChainEnd, length: int, *, by: str, at: datetime
) -> tuple[AuditEntry, ...]:
    said = f"seen: {seen.number} {seen.digest}; there: {length}"
    own = AuditEntry(member=member, at=at, actor="operator", deed="audit-accept", reason=said)
    people = AuditEntry(
        member=OPERATORS, at=at, actor=by, deed="audit-accept", subject=member, reason=said
    )
    return (people,) if member == OPERATORS else (own, people)
