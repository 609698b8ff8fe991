"""What the exchange needs of its system of record; outside.exchange_store gives it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from benban.exchange.audit import AuditEntry, AuditLine, ChainEnd
from benban.exchange.keys import ApiKey
from benban.exchange.two_people import Proposal
from benban.model.shared_hash import (
    Act,
    BankId,
    BankRule,
    Change,
    HashId,
    HashState,
    MemberId,
    SharedHash,
)


class Part(Enum):
    """As whom the system of record is asked; each sees what it needs and no more."""

    MEMBER = "member"
    MATCHER = "matcher"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """
    For whom a transaction is.

    Attributes:
        member: of part ``MEMBER``; None otherwise.
        is_reading: nothing is written: no writer is waited for, and none waits.
    """

    part: Part
    member: MemberId | None = None
    is_reading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """
    A vetted organisation.

    Attributes:
        secret: 32 bytes for its own opaque numbers; never leaves the exchange.
        is_stopped: none of its keys opens anything.
    """

    id: MemberId
    name: str
    secret: bytes
    made_at: datetime
    is_stopped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedBank:
    """
    Hashes under one rule.

    Attributes:
        ordinal: part of the number of each of its hashes.
        readers: members whose questions it answers, its owner among them.
        hands_in: those of them that may hand hashes in; its owner always may.
    """

    id: BankId
    ordinal: int
    name: str
    rule: BankRule
    owner: MemberId
    readers: frozenset[MemberId]
    hands_in: frozenset[MemberId] = frozenset()
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """
    How far the system of record is.

    Attributes:
        change: number of the newest change of a hash.
        setting: counts changes of members, keys and banks.
    """

    change: int
    setting: int

    @property
    def total(self) -> int:
        """A number that rises with every change of either kind."""
        return self.change + self.setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What was answered to a request that carried an idempotency key."""

    request: str
    status: int
    body: str


class Transaction(Protocol):
    """One piece of work: all of it is there afterwards, or nothing."""

    def take_turn(self) -> None:
        """
        Return when no other writer is at work; what is read from here on is the newest.

        Called first, before anything is read that is changed afterwards.
        """
        ...

    def heads(self) -> Heads:
        """Return how far the system of record is."""
        ...

    def members(self) -> tuple[Member, ...]:
        """Return every member that may be seen."""
        ...

    def keep_member(self, member: Member) -> None:
        """Keep a new member, or what changed of one."""
        ...

    def api_keys(self) -> tuple[ApiKey, ...]:
        """Return every key that may be seen, ended ones too."""
        ...

    def keep_key(self, key: ApiKey) -> None:
        """Keep a new key, or what changed of one."""
        ...

    def banks(self) -> tuple[SharedBank, ...]:
        """Return every bank that may be seen."""
        ...

    def keep_bank(self, bank: SharedBank) -> None:
        """Keep a new bank, or what changed of one."""
        ...

    def tell_again(self, bank: BankId, at: datetime) -> None:
        """Give every hash of a bank that answers a change, for those who read the changes alone."""
        ...

    def next_id(self, bank: BankId) -> HashId:
        """Return a number that no hash of the bank had before."""
        ...

    def keep_hash(self, shared: SharedHash, act: Act, at: datetime) -> SharedHash:
        """
        Return a hash as it is kept now, with the number of its change.

        Raises:
            ProofUsedError: BB-953, its consent was used before, by whichever member.
            TwiceAtOnceError: BB-963, it was changed after it was read.
        """
        ...

    def hash_of(self, number: HashId) -> SharedHash:
        """
        Return a hash.

        Raises:
            HashUnknownError: BB-956, none, or not one that may be seen.
        """
        ...

    def hash_by_leaf(self, leaf: str) -> SharedHash:
        """
        Return the hash to which a consent belongs.

        Raises:
            HashUnknownError: BB-956.
        """
        ...

    def keep_early(self, leaf: str, signature: bytes, at: datetime) -> None:
        """
        Keep a withdrawal of a consent that nobody handed in yet.

        Raises:
            TooManyRequestsError: BB-966, there are too many.
        """
        ...

    def early_of(self, leaf: str) -> tuple[bytes, ...]:
        """Return the signatures of the withdrawals of a leaf that came before its hash."""
        ...

    def near_in_database(self, pdq_hex: str, radius_bits: int) -> tuple[HashId, ...]:
        """Return the active hashes within *radius_bits* (0 .. 31) of a hash, by number."""
        ...

    def near_waiting(self, pdq_hex: str, radius_bits: int) -> int:
        """
        Return how many hashes near one wait to answer (quarantine, disputed), in all banks.

        How many, and not which: for the flood hold, whoever's hashes they are.
        """
        ...

    def attested_since(
        self, since: datetime, *, by: MemberId | None = None, bank: BankId | None = None
    ) -> int:
        """Return how many hashes were attested since then."""
        ...

    def disputed_since(self, since: datetime, by: MemberId) -> int:
        """Return how many hashes a member disputed since then, other than those that were kept."""
        ...

    def confirmed_since(self, since: datetime, by: MemberId, of: MemberId) -> int:
        """Return how many hashes that another member handed in a member confirmed since then."""
        ...

    def due(self, now: datetime, most: int) -> tuple[SharedHash, ...]:
        """Return hashes of which a time has passed, the longest ago first."""
        ...

    def waiting(self, state: HashState, most: int) -> tuple[SharedHash, ...]:
        """Return hashes that wait for people (held, disputed), the longest first."""
        ...

    def changes(self, after: int, most: int) -> tuple[Change, ...]:
        """Return the changes after a number, in order."""
        ...

    def active(self, after: HashId | None, most: int) -> tuple[tuple[HashId, str], ...]:
        """Return number and hash of those that answer, in the order of numbers."""
        ...

    def add_audit(self, entries: Iterable[AuditEntry]) -> None:
        """Append entries to the chain of each member."""
        ...

    def audit(self, member: MemberId, after: int, most: int) -> tuple[AuditLine, ...]:
        """Return the lines of a member after a number, in order."""
        ...

    def audit_length(self, member: MemberId) -> int:
        """Return the number of the last line of a member; 0 before the first."""
        ...

    def audit_ends(self) -> Mapping[MemberId, ChainEnd]:
        """Return the last line of every chain of a member that may be seen, and of the people's."""
        ...

    def remembered(self, actor: str, key: str) -> Remembered | None:
        """Return what was answered to the same request before."""
        ...

    def remember(self, actor: str, key: str, answer: Remembered, at: datetime) -> None:
        """Keep what is answered; the second of two at once fails and is rolled back."""
        ...

    def has_answers_before(self, at: datetime) -> bool:
        """Return whether an answer from before is still remembered."""
        ...

    def forget_answers_before(self, at: datetime) -> None:
        """Forget them; whoever sends the same request again is a new one."""
        ...

    def proposals(self) -> Sequence[Proposal]:
        """Return the acts that wait for another person, oldest first."""
        ...

    def keep_proposal(self, proposal: Proposal) -> None:
        """Keep a proposal, or that it was agreed to."""
        ...


class Store(Protocol):
    """The system of record: SQLite in one file, or PostgreSQL."""

    def within(self, who: Who) -> AbstractContextManager[Transaction]:
        """
        Return a transaction; it is committed when the block ends without an error.

        Raises:
            RecordUnavailableError: BB-962, the database cannot be reached; nothing was changed.
        """
        ...
