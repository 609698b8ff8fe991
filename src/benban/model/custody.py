"""The custody log's words: events, checkpoints, tokens, receipts."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from benban.model.ids import Digest


class EventKind(Enum):
    """What was done. A value is never reused or renamed: it stands in records for ever."""

    CASE_OPENED = "case opened"
    REPORTED = "reported"
    ANSWERS_CHANGED = "answers changed"
    ATTEMPT = "attempt"
    ATTEMPT_FAILED = "attempt failed"
    CAPTURED = "captured"
    ADOPTED = "adopted"
    ORIGINALS_DECLARED = "originals declared"
    ORIGINAL_ADDED = "original added"
    FINGERPRINTED = "fingerprinted"
    COMPARED = "compared"
    SHOWN_VEILED = "shown veiled"
    SHOWN_UNVEILED = "shown unveiled"
    PLANNED = "planned"
    NOTICE_DRAFTED = "notice drafted"
    NOTICE_APPROVED = "notice approved"
    NOTICE_SENT = "notice sent"
    NOTICE_ANSWERED = "notice answered"
    MINOR_MARKED = "someone may be under 18"
    FORGOTTEN = "forgotten"
    RECEIPT_GIVEN = "receipt given"
    LETTER_WRITTEN = "letter written"
    DOSSIER_SEALED = "dossier sealed"
    STAMPED = "stamped"
    DAMAGE_FOUND = "damage found"
    RECOVERED = "recovered after interruption"
    KEY_CHANGED = "key changed"
    # Imports.
    IMPORTED = "imported"
    # Videos.
    VIDEO_READ = "video read"
    # Time, disclosure and hand-over.
    STANDING_GIVEN = "standing permission given"
    STANDING_REVOKED = "standing permission withdrawn"
    STAMPED_AGAIN = "old stamps covered again"
    REVOCATION_KEPT = "state of certificates kept"
    WITNESS_ADDED = "second capture set beside"
    HANDED_OVER = "handed over"
    TAKEN_OVER = "taken over"
    ENTRUSTED = "entrusted"
    # Mail of the person's own account.
    MAIL_TRIED = "mail tried"
    # Plan.
    ROUTE_ANSWERED = "question about a route answered"
    HOST_LOOKED_UP = "host looked up"
    # Papers, consent, allegations, damage.
    PAPER_WRITTEN = "paper written"
    CONSENT_GIVEN = "consent given"
    CONSENT_WITHDRAWN = "consent withdrawn"
    CAPACITY_SHOWN = "document of the capacity recorded"
    ALLEGATION_KEPT = "allegation kept"
    ALLEGATIONS_DESTROYED = "allegations destroyed"
    DAMAGE_RECORDED = "damage recorded"
    DAMAGE_REMOVED = "damage entry removed"
    # Watch.
    PLACE_NAMED = "place named"
    PLACE_LET_GO = "place let go"
    LOOKED = "looked again"
    FIND_ANSWERED = "find answered"
    CLOCK_CHANGED = "clock changed during the watch"
    CAPACITY_STATED = "capacity of the holder stated"
    # Notes on a case.
    NOTE_KEPT = "note kept"
    NOTE_REMOVED = "note removed"
    # Several people in one vault.
    COLLEAGUE_LET_IN = "colleague let in"
    COLLEAGUE_TAKEN_OUT = "colleague taken out"
    LEAD_GIVEN = "lead given"
    # A hash in a shared bank.
    SHARING_AGREED = "sharing of a hash agreed"
    SHARING_WITHDRAWN = "sharing of a hash withdrawn"
    WITHDRAWAL_HANDED_IN = "withdrawal of a hash handed in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """
    One named value of an event.

    Attributes:
        is_sensitive: it stands in the record as a salted commitment (EVIDENCE 1). Addresses,
            names, texts, digests, sizes and reasons are sensitive; counts and ids of kinds are not.
    """

    name: str
    value: str
    is_sensitive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """
    An event before it has a place in the log.

    Attributes:
        subject: random id of the sighting, exhibit, notice... it is about; empty for the case.
    """

    kind: EventKind
    subject: str = ""
    fields: tuple[Field, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEvent:
    """
    An event of the log as it can still be read.

    Attributes:
        position: 0-based index of the leaf.
        at: UTC; the observed local offset is kept beside.
        is_forgotten: salt and record are gone; kind, subject and fields are empty then.
        fields: with their opened values.
    """

    position: int
    at: datetime | None
    kind: EventKind | None
    subject: str
    actor: str
    fields: tuple[Field, ...]
    leaf_sha256: Digest
    is_forgotten: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """
    The signed head of the log (C2SP tlog-checkpoint).

    Attributes:
        note: the exact bytes that were signed and stamped, with the signature lines.
        key_id: what people compare by eye or voice (docs/reference/log-format.md).
    """

    origin: str
    size: int
    root: Digest
    key_id: str
    note: bytes


class TokenState(Enum):
    """What became of one time-stamp request."""

    STAMPED = "stamped"
    PENDING = "pending"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampToken:
    """
    An RFC 3161 token over a checkpoint's note, or the reason why there is none yet.

    Attributes:
        authority: id of the authority in the settings, e.g. ``demo-1``.
        response: DER TimeStampResp; empty while pending.
        time_at: the token's genTime, UTC.
        reason: why pending or refused.
    """

    authority: str
    state: TokenState
    checkpoint_size: int
    response: bytes = b""
    time_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationList:
    """
    A list of withdrawn certificates, kept beside the token whose certificate it speaks of.

    Attributes:
        certificate: SHA-256 of the certificate (DER) it was fetched for.
        crl: DER, verified against that certificate's issuer when it came.
        is_signer: the certificate signed the token; else it stands between it and the root.
        is_withdrawn: the list names the certificate.
    """

    authority: str
    checkpoint_size: int
    certificate: Digest
    crl: bytes
    this_update: datetime
    next_update: datetime | None
    is_signer: bool
    is_withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationAnswer:
    """
    The signed answer whether one certificate was withdrawn (OCSP), kept beside its token.

    Attributes:
        certificate: SHA-256 of the certificate (DER) that was asked about.
        ocsp: DER OCSPResponse, verified for that certificate's issuer when it came.
        is_signer: the certificate signed the token; else it stands between it and the root.
        is_withdrawn: the answer says so.
    """

    authority: str
    checkpoint_size: int
    certificate: Digest
    ocsp: bytes
    this_update: datetime
    next_update: datetime | None
    is_signer: bool
    is_withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is compared outside: handed over the same day to somebody else (EVIDENCE 2)."""

    origin: str
    size: int
    root: Digest
    key_id: str
    given_at: datetime
    is_demonstration: bool = False
