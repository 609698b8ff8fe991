"""What stands on the pages: names and times, never a hash, a key or a secret."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from benban.exchange.audit import AuditLine
from benban.exchange.disputes import deciders, may_office_decide, office_decides_from
from benban.exchange.entry import short_name
from benban.exchange.keys import ApiKey
from benban.exchange.life import dispute_ends_at
from benban.exchange.planted import PLANTED, PLANTER
from benban.exchange.ports import Member, Transaction
from benban.exchange.two_people import BankAct, Proposal, agree_until, waits_at
from benban.model.shared_hash import ConfirmReason, DisputeReason, HashId, SharedHash

_OF_ONE_HASH = frozenset({BankAct.RELEASE_HOLD, BankAct.KEEP_DISPUTED, BankAct.REMOVE_DISPUTED})
_WORDS = {
    **{("confirm", one.value): f"office.knows.{one.value}" for one in ConfirmReason},
    **{("dispute", one.value): f"office.reason.{one.value}" for one in DisputeReason},
}
# Of a proposal's digest: who agrees sends back which of them they read.
_MARK_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A member; its own secret stays where it is."""

    id: str
    name: str
    made_at: datetime
    is_stopped: bool
    keys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BankRow:
    """A bank, and by name who may ask it and who may hand in."""

    id: str
    name: str
    rule: str
    owner: str
    readers: tuple[str, ...]
    hands_in: tuple[str, ...]
    is_closed: bool
    is_planted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A key by its id; ``ended`` is expired, revoked, or empty while it stands."""

    id: str
    member: str
    scopes: tuple[str, ...]
    expires_at: datetime
    ended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HashRow:
    """
    A shared hash that waits for people.

    Attributes:
        id: by which a proposal names it; says only which bank, and the how-many-eth in it.
        name: short, made by this exchange.
        deciders: members that neither handed it in nor confirmed nor ever disputed it.
        office_from: when two people of the operator may decide; it is theirs until ``until``.
        acts: what they may propose now and nobody proposed, by name.
        proposal: the newest that waits for it; empty without one.
    """

    id: str
    name: str
    bank: str
    attested_by: str
    attested_at: datetime
    disputed_by: str
    reason: str
    until: datetime
    deciders: tuple[str, ...]
    office_from: datetime
    acts: tuple[str, ...]
    proposal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRow:
    """
    An act that waits for another person.

    Attributes:
        said: name of each particular, and its value as people read it.
        mark: of exactly this act with these particulars.
        hindrance: why who reads it cannot agree: same, late, or empty.
    """

    id: str
    act: str
    said: tuple[tuple[str, str], ...]
    mark: str
    by: str
    at: datetime
    until: datetime
    hindrance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """
    A line of the audit.

    Attributes:
        subject: as the pages call it.
        why: message of a reason from a list; empty where ``reason`` is somebody's own words.
    """

    number: int
    at: datetime
    actor: str
    deed: str
    subject: str
    asked: int
    found: int
    reason: str
    why: str


class Names:
    """Names of members and banks by id, as one transaction sees them."""

    def __init__(self, work: Transaction, signing_key: bytes) -> None:
        self.members, self.banks = work.members(), work.banks()
        self._names: dict[str, str] = {one.id: one.name for one in self.members}
        self._names |= {one.id: one.name for one in self.banks}
        self._signing_key = signing_key

    def of(self, identifier: str | None) -> str:
        """Return the name of a member or bank; what has none stands for itself."""
        return "" if identifier is None else self._names.get(identifier, identifier)

    def of_hash(self, number: str) -> str:
        """Return the short name of a shared hash by its number; other text stands for itself."""
        is_number = number.isascii() and number.isdecimal() and len(number) < 20  # noqa: PLR2004 - digits of 2^63
        return short_name(HashId(int(number)), self._signing_key) if is_number else number

    def standing(self) -> tuple[Member, ...]:
        """Return members that were not stopped; the program's own never stands."""
        return tuple(one for one in self.members if not one.is_stopped)


def member_rows(names: Names, keys: Sequence[ApiKey], now: datetime) -> tuple[MemberRow, ...]:
    """Return every member but the program's own."""
    standing = [one.member for one in keys if not _ended(one, now)]
    return tuple(
        MemberRow(
            id=one.id,
            name=one.name,
            made_at=one.made_at,
            is_stopped=one.is_stopped,
            keys=standing.count(one.id),
        )
        for one in names.members
        if one.id != PLANTER
    )


def bank_rows(names: Names) -> tuple[BankRow, ...]:
    """Return every bank, that of planted hashes as well."""
    return tuple(
        BankRow(
            id=one.id,
            name=one.name,
            rule=one.rule.value,
            owner=names.of(one.owner),
            readers=tuple(sorted(map(names.of, one.readers))),
            hands_in=tuple(sorted(map(names.of, one.hands_in))),
            is_closed=one.is_closed,
            is_planted=one.id == PLANTED,
        )
        for one in names.banks
    )


def key_rows(names: Names, keys: Sequence[ApiKey], now: datetime) -> tuple[KeyRow, ...]:
    """Return every key by its id, those that stand first."""
    rows = (
        KeyRow(
            id=one.id,
            member=names.of(one.member),
            scopes=tuple(sorted(scope.value for scope in one.scopes)),
            expires_at=one.expires_at,
            ended=_ended(one, now),
        )
        for one in keys
    )
    return tuple(sorted(rows, key=lambda one: (one.ended != "", one.member, one.expires_at)))


def hash_rows(
    names: Names, found: Sequence[SharedHash], waiting: Sequence[Proposal], now: datetime
) -> tuple[HashRow, ...]:
    """Return hashes that wait for people, without the hashes."""
    # One whose day is over is proposed again.
    proposed: dict[str, list[Proposal]] = {}
    for one in waiting:
        if one.act in _OF_ONE_HASH and waits_at(one, now):
            proposed.setdefault(one.particulars.get("hash", ""), []).append(one)
    return tuple(_hash_row(names, one, proposed.get(str(one.id), []), now) for one in found)


def _hash_row(
    names: Names, one: SharedHash, proposed: Sequence[Proposal], now: datetime
) -> HashRow:
    bank = next(bank for bank in names.banks if bank.id == one.bank)
    deciding = deciders(one, bank, names.members)
    acts = [BankAct.REMOVE_DISPUTED] if may_office_decide(one, deciding, now) else []
    if acts and one.dispute_reason is not DisputeReason.MAY_BE_UNDER_18:
        acts.insert(0, BankAct.KEEP_DISPUTED)
    return HashRow(
        id=str(one.id),
        name=names.of_hash(str(one.id)),
        bank=names.of(one.bank),
        attested_by=names.of(one.attested_by),
        attested_at=one.attested_at,
        disputed_by=names.of(one.disputed_by),
        reason="" if one.dispute_reason is None else one.dispute_reason.value,
        until=dispute_ends_at(one),
        deciders=tuple(sorted(map(names.of, deciding))),
        office_from=office_decides_from(one, deciding),
        # One of several is not kept from the others by whoever proposed first.
        acts=tuple(act.value for act in acts if act not in {of.act for of in proposed}),
        proposal=proposed[-1].id if proposed else "",
    )


def proposal_rows(
    names: Names, waiting: Sequence[Proposal], *, reader: str, now: datetime
) -> tuple[ProposalRow, ...]:
    """Return what waits for another person, as *reader* sees it."""
    rows = []
    for one in waiting:
        until = agree_until(one)
        hindrance = "late" if now >= until else "same" if one.proposed_by == reader else ""
        rows.append(
            ProposalRow(
                id=one.id,
                act=one.act.value,
                said=_said(names, one.particulars),
                mark=mark_of(one),
                by=one.proposed_by,
                at=one.proposed_at,
                until=until,
                hindrance=hindrance,
            )
        )
    return tuple(rows)


def mark_of(proposal: Proposal) -> str:
    """Return what tells a proposal's content from any other's."""
    return proposal.digest[:_MARK_DIGITS]


def line_rows(names: Names, lines: Sequence[AuditLine]) -> tuple[LineRow, ...]:
    """Return lines of the audit, hashes by their short names."""
    return tuple(
        LineRow(
            number=one.number,
            at=one.entry.at,
            actor=one.entry.actor,
            deed=one.entry.deed,
            subject=_subject(names, one),
            asked=one.entry.asked,
            found=one.entry.found,
            reason=one.entry.reason,
            why=_WORDS.get((one.entry.deed, one.entry.reason), ""),
        )
        for one in lines
    )


def _subject(names: Names, line: AuditLine) -> str:
    # The id of a key may happen to have no letter in it.
    is_key = line.entry.deed.startswith("key-")
    return names.of(line.entry.subject if is_key else names.of_hash(line.entry.subject))


def _said(names: Names, particulars: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    shown = []
    for name, value in sorted(particulars.items()):
        text = names.of_hash(value) if name == "hash" else names.of(value)
        # Two may have one name: what is agreed to is the id.
        is_named = name != "hash" and text != value
        shown.append((name, f"{text} ({value})" if is_named else text))
    return tuple(shown)


def _ended(key: ApiKey, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "" if now < key.expires_at else "expired"
