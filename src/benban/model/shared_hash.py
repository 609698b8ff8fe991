"""A fingerprint in a bank that several organisations share, and what changes it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NewType

from benban.model.fingerprint import Pdq

MemberId = NewType("MemberId", str)
BankId = NewType("BankId", str)
# The bank's ordinal above, a count within the bank below; never used again. Members see another
# number, made for each of them (exchange.answers).
HashId = NewType("HashId", int)

_COUNT_BITS = 47
MOST_BANKS = 1 << 16


def hash_id(bank_ordinal: int, count: int) -> HashId:
    """
    Return the number of the *count*-th hash of a bank.

    Args:
        bank_ordinal: 0 .. 65,535.
        count: 0 .. 2^47 - 1.

    Raises:
        ValueError: outside.
    """
    if not 0 <= bank_ordinal < MOST_BANKS or not 0 <= count < 1 << _COUNT_BITS:
        message = "not a bank's ordinal, or not a count"
        raise ValueError(message)
    return HashId(bank_ordinal << _COUNT_BITS | count)


def bank_ordinal(number: HashId) -> int:
    """Return the ordinal of the bank in which a hash stands."""
    return number >> _COUNT_BITS


class BankRule(Enum):
    """What a near hash means; both kinds have the same life."""

    MATCH = "match"
    # What lies near one of these never matches: a logo, a blank page, a picture in the news.
    NEGATIVE = "negative"


class HashState(Enum):
    """Where a shared hash stands; only an active one answers."""

    QUARANTINE = "quarantine"
    HELD = "held"
    ACTIVE = "active"
    DISPUTED = "disputed"
    TOMBSTONE = "tombstone"


class Act(Enum):
    """What changes a shared hash. A value is never reused: it stands in the audit for ever."""

    ATTEST = "attest"
    CONFIRM = "confirm"
    ACTIVATE = "activate"
    HOLD = "hold"
    RELEASE = "release"
    DISPUTE = "dispute"
    KEEP = "keep"
    REMOVE = "remove"
    # By two people of the operator, where no member may decide or none did.
    OFFICE_KEEP = "office-keep"
    OFFICE_REMOVE = "office-remove"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    RENEW = "renew"
    EXPIRE = "expire"
    # Of its bank, not of the hash: it was opened to somebody, or closed.
    TELL_AGAIN = "tell-again"


class DisputeReason(Enum):
    """Why a member doubts a hash."""

    NOT_INTIMATE = "not-intimate"
    LAWFUL_PICTURE = "lawful-picture"
    MATCHES_OTHERS = "matches-others"
    WRONG_CONSENT = "wrong-consent"
    MAY_BE_UNDER_18 = "may-be-under-18"


class ConfirmReason(Enum):
    """How a second member knows the case; from a list, so that nobody writes about a person."""

    # Somebody reported the same picture to it.
    SAW_THE_REPORT = "saw-the-report"
    # It has the reported post itself, as a platform lawfully has while it looks at it.
    HOLDS_THE_REPORTED_POST = "holds-the-reported-post"
    WAS_TOLD_BY_THE_PERSON = "was-told-by-the-person"
    WAS_HANDED_THE_CASE = "was-handed-the-case"


class Provenance(Enum):
    """How the member came to the hash; said by the member."""

    PERSON_ASKED = "person-asked"
    CASE_OF_A_HOTLINE = "case-of-a-hotline"
    OWN_PLATFORM = "own-platform"
    # Random bits of the program's own, to try the matcher with; no member ever says it.
    PLANTED = "planted"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedHash:
    """
    One hash in one bank.

    Attributes:
        pdq: None of a tombstone: the hash itself is gone.
        attested_by: the member that handed it in.
        consent_leaf: hex of the leaf of the consent in the case's log; used for one hash only.
        consent_key: hex of the log's public key; a withdrawal is signed with it.
        attested_at: UTC.
        active_from: UTC, when the quarantine ends by itself.
        expires_at: UTC, unless it is renewed.
        confirmed_by, confirmed_at: the second member, where one ended the quarantine, and when.
        disputed_by: the last member that disputed it, also when it was kept.
        dispute_reason, disputed_at: of the dispute that is open.
        doubts: who disputed it ever, each with the reason; also when it was kept.
        office_kept_at: when two people of the operator kept it; None once a member did.
        change: number of the last change; None before it was stored.
    """

    id: HashId
    bank: BankId
    state: HashState
    pdq: Pdq | None
    provenance: Provenance
    attested_by: MemberId
    consent_leaf: str
    consent_key: str
    attested_at: datetime
    active_from: datetime
    expires_at: datetime
    confirmed_by: MemberId | None = None
    confirmed_at: datetime | None = None
    disputed_by: MemberId | None = None
    dispute_reason: DisputeReason | None = None
    disputed_at: datetime | None = None
    doubts: frozenset[tuple[MemberId, DisputeReason]] = frozenset()
    office_kept_at: datetime | None = None
    change: int | None = None

    @property
    def is_answering(self) -> bool:
        """Whether a question near it is a match."""
        return self.state is HashState.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    One act in the order of all; what matchers and subscribers follow.

    Attributes:
        number: 1, 2, 3 ... without a gap in one exchange.
        pdq: while it answers; None means that it must be dropped.
    """

    number: int
    at: datetime
    act: Act
    hash_id: HashId
    bank: BankId
    rule: BankRule
    pdq: Pdq | None
