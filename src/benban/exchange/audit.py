"""A chain of lines for each member: who asked what for which reason, without any hash."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from benban.errors.exchange import AuditBrokenError
from benban.model.shared_hash import MemberId
from benban.seal.canonical import canonical_json

_CONTEXT = b"benban/v1/exchange-audit\x00"
START = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """
    What happened.

    Attributes:
        actor: id of a key or of a person's account; empty for the clock.
        deed: a word of the program's own: ``lookup``, ``attest``, ``withdraw`` ...
        subject: number of the shared hash, name of the bank; never a hash.
        asked: of a look-up: how many hashes.
        found: how many of them matched.
        reason: typed by a curator; empty elsewhere.
    """

    member: MemberId
    at: datetime
    actor: str
    deed: str
    subject: str = ""
    asked: int = 0
    found: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """An entry in its place: ``digest`` covers it and the line before."""

    number: int
    entry: AuditEntry
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainEnd:
    """The last line of a chain: its number, and its digest, which covers all before it."""

    number: int
    digest: str


def chained(
    entries: Iterable[AuditEntry], *, after_number: int, after_digest: str
) -> tuple[AuditLine, ...]:
    """
    Return the lines that follow the last one of a member.

    Args:
        entries: all of one member, in order.
        after_number: of the last line; 0 before the first.
        after_digest: of the last line; ``START`` before the first.
    """
    lines, number, digest = [], after_number, after_digest
    for entry in entries:
        number += 1
        digest = _digest(number, entry, digest)
        lines.append(AuditLine(number=number, entry=entry, digest=digest))
    return tuple(lines)


def require_chain(
    lines: Sequence[AuditLine], *, after_number: int = 0, after_digest: str = START
) -> None:
    """
    Return if the lines follow one another without a gap and none was changed.

    Lines that are missing at the end do not show here: see ``exchange.ends``.

    Raises:
        AuditBrokenError: BB-961; ``number`` is that of the first line that does not fit.
    """
    number, digest = after_number, after_digest
    for line in lines:
        number += 1
        digest = _digest(number, line.entry, digest)
        if line.number != number or not hmac.compare_digest(line.digest, digest):
            raise AuditBrokenError("a line does not follow the one before", number=number)


def _digest(number: int, entry: AuditEntry, before: str) -> str:
    said = canonical_json(
        {
            "n": number,
            "member": entry.member,
            "at": entry.at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds"),
            "actor": entry.actor,
            "deed": entry.deed,
            "subject": entry.subject,
            "asked": entry.asked,
            "found": entry.found,
            "reason": entry.reason,
        }
    )
    return hashlib.sha256(_CONTEXT + bytes.fromhex(before) + said).hexdigest()
