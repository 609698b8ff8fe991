"""
What a dossier is made from: one frozen value that casework fills and nothing else reads.

The report, the inventory, the custody list and the texts are pure functions of this view; the
case's own title is never among what they print.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import BinaryIO

from benban.dossier.looked import Looked
from benban.model.case import Case
from benban.model.custody import (
    Checkpoint,
    CustodyEvent,
    RevocationAnswer,
    RevocationList,
    TimestampToken,
)
from benban.model.exhibit import Capture, Exhibit, Missing, Original
from benban.model.finding import CommonOrigin, CopyMatch, Direction, Tier
from benban.model.ids import CaptureId, ExhibitId, OriginalId, SightingId
from benban.model.imported import Import
from benban.model.mention import Mentions
from benban.model.remedy import Notice, Plan, Provision
from benban.model.sighting import Sighting
from benban.model.video import VideoFacts
from benban.model.witness import Witness
from benban.wording import Language

# Tier C and 0 print their statement and nothing more (EVIDENCE 5).
MATCHED_TIERS = frozenset({Tier.A, Tier.B})


class Edition(Enum):
    """Who the dossier is for (EVIDENCE 3); the value stands in ``bag-info.txt``."""

    READING = "reading"
    AUTHORITY = "authority"


class Audience(Enum):
    """For whom a reading edition is; asked of the person (promise 10)."""

    LAWYER = "lawyer"
    AUTHORITY = "authority"
    SUPPORT = "support"
    MYSELF = "myself"

    @property
    def may_name_others(self) -> bool:
        """Whether accounts and names of others may stand in it."""
        return self in {Audience.LAWYER, Audience.AUTHORITY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """
    Who gets an authority edition and why; asked of the person and logged before it is made.

    Attributes:
        recipient: name of the office or lawyer, printed on every page.
        recipient_key: their age public key, ``age1...``; the originals open for this key only.
    """

    recipient: str
    purpose: str
    legal_basis: str
    recipient_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """
    The reporter's own traces, searched in every disclosed text and masked.

    Attributes:
        names: names as written on the account or typed by the person.
        handles: with or without ``@``.
        account_ids: numbers or opaque ids of the account.
        avatars: addresses or file names of the account's picture.
        secrets: values of cookies, tokens and session keys that the capture saw.
    """

    names: tuple[str, ...] = field(default=())
    handles: tuple[str, ...] = field(default=())
    account_ids: tuple[str, ...] = field(default=())
    avatars: tuple[str, ...] = field(default=())
    secrets: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitEntry:
    """
    An exhibit chosen for this dossier.

    Attributes:
        position: 0-based position of its record in the log.
        text: readable text of a page exhibit (decoded, not masked yet); empty for everything else.
        video: what was read from a video; None for everything else and for one not read.
        unread_reason: code of the reason why it could not be read as a picture or a video; empty
            when it could, and when nobody tried.
    """

    exhibit: Exhibit
    position: int
    text: str = ""
    video: VideoFacts | None = None
    unread_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalEntry:
    """A declared original and the 0-based position of its record in the log."""

    original: Original
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """
    The typed declaration that the originals show the person of this case (HARM 11).

    Attributes:
        text: exactly as typed.
        position: 0-based position of its record in the log.
    """

    text: str
    declared_at: datetime
    position: int
    originals: tuple[OriginalEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonEntry:
    """
    One run: a questioned picture against all originals.

    Attributes:
        veiled_png: side by side, changed, undecided and outside cells destroyed; only for tier A
            and B, None otherwise.
        print_jpeg: the same picture for the report's page, far smaller; None prints the PNG.
        overlay_png: its halves on one grid; only beside *veiled_png*, as those that follow.
        map_png: the change map of the finding, drawn.
        links_png: the veiled pair with the links of the finding; only beside *veiled_png*.
        patches_png: windows out of the veiled pair; only beside *veiled_png*.
        overlay_jpeg, links_jpeg: as *print_jpeg*.
    """

    finding: CommonOrigin
    direction: Direction | None = None
    veiled_png: bytes | None = None
    print_jpeg: bytes | None = None
    overlay_png: bytes | None = None
    overlay_jpeg: bytes | None = None
    map_png: bytes | None = None
    links_png: bytes | None = None
    links_jpeg: bytes | None = None
    patches_png: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRate:
    """
    Error rates of the method on one kind of pictures, as measured for this version.

    Attributes:
        pictures: id of the kind; words stand under ``dossier.pictures.<id>`` or are printed as is.
        is_synthetic: the pairs were made by script; printed in a row of its own.
        scenes: independent scenes the pairs come from.
        different_pairs, tier_a_wrong: pairs from different shots, and how many got tier A.
        same_pairs, tier_a_right: pairs from the same shot, and how many got tier A.
        wrong_upper_95, right_lower_95: 95 % bounds clustered by scene, 0..1; None if not computed.
    """

    pictures: str
    is_synthetic: bool
    scenes: int
    different_pairs: int
    tier_a_wrong: int
    same_pairs: int
    tier_a_right: int
    wrong_upper_95: float | None = None
    right_lower_95: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCompared:
    """A questioned picture of this dossier that could not be compared, and why."""

    exhibit_id: ExhibitId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonSection:
    """
    All runs on the included pictures (EVIDENCE 5: complete or absent).

    Attributes:
        copies: copy matches between included exhibits.
        rates: error rates of this version; empty prints "not measured for this version".
        method: name and version of the method, for the stranger who repeats it.
        rates_version: version of the measurement that the rates come from.
    """

    entries: tuple[ComparisonEntry, ...]
    copies: tuple[CopyMatch, ...] = field(default=())
    not_compared: tuple[NotCompared, ...] = field(default=())
    rates: tuple[MeasuredRate, ...] = field(default=())
    method: str = ""
    rates_version: str = ""

    @property
    def matched_originals(self) -> frozenset[OriginalId]:
        """The originals that a tier A or B finding names; no other is named in any file."""
        return frozenset(
            entry.finding.original_id
            for entry in self.entries
            if entry.finding.tier in MATCHED_TIERS and entry.finding.original_id is not None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VeiledView:
    """A destructively veiled picture of one exhibit, PNG."""

    exhibit_id: ExhibitId
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """
    What the drafts for a lawyer need beyond the view; None of it is signed.

    Attributes:
        certificate_rule, record_rule: rules of the catalogue; None when it has none to use.
        veiled: of the questioned pictures, for a bailiff's record.
    """

    certificate_rule: Provision | None = None
    record_rule: Provision | None = None
    veiled: tuple[VeiledView, ...] = field(default=())


class Presence(Enum):
    """What a visit showed of the item it was made for."""

    THERE = "there"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenState:
    """
    What one visit showed.

    Attributes:
        reason: id of what it rests on; words stand under ``dossier.presence-basis.<id>``.
        stamped_at: when a stamped head of the log first covered the visit's record; None when the
            stamps of this dossier are the first that do.
    """

    capture_id: CaptureId
    at: datetime
    presence: Presence
    reason: str
    status: int | None = None
    stamped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """The visits of one canonical address, oldest first."""

    sighting_id: SightingId
    states: tuple[SeenState, ...]

    @property
    def there_then_gone(self) -> tuple[SeenState, SeenState] | None:
        """The last visit that found it before the first later one that found it gone; None."""
        there: SeenState | None = None
        for state in self.states:
            if state.presence is Presence.THERE:
                there = state
            elif state.presence is Presence.GONE and there is not None:
                return there, state
        return None

    @property
    def is_back(self) -> bool:
        """Whether a visit after it was gone found it again."""
        pair = self.there_then_gone
        return pair is not None and any(
            state.presence is Presence.THERE and state.at > pair[1].at for state in self.states
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolVersion:
    """A program that took part and its version."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierView:
    """
    Everything one dossier may say.

    Attributes:
        dossier_id: random, stands as ``External-Identifier`` and on the report.
        made_at: UTC; every date inside the files is this one: the same view gives the same bytes.
        utc_offset_s: observed local offset, printed beside UTC.
        languages: one report each, the first is the person's.
        disclosure: present exactly for the authority edition.
        declaration: None when no original was declared.
        comparison: None prints "No picture comparison is part of this dossier".
        events: disclosed custody events in order of position; forgotten ones stay in.
        missing: what else is missing, beyond the captures' own statements.
        imports: those of which something is part of the dossier.
        mentions: what messages name; only ever in an authority edition (HARM 14).
        entry_count: entries of the log when the view was made.
        tokens: the time stamps so far; those of the last checkpoint come after the report.
        verifier_sha256: published digest of the verifier's file; empty if not published yet.
        retractions: what the visits of one address show together.
        looks: of the watch, at the sightings of this dossier alone.
        audience: decides whether accounts and names of others stand in a reading edition.
        drafts: None leaves them out.
        witnesses: second captures made elsewhere.
    """

    dossier_id: str
    case: Case
    made_at: datetime
    edition: Edition
    origin: str
    key_id: str
    entry_count: int
    sightings: tuple[Sighting, ...]
    exhibits: tuple[ExhibitEntry, ...]
    captures: tuple[Capture, ...]
    events: tuple[CustodyEvent, ...]
    utc_offset_s: int = 7 * 3600
    languages: tuple[Language, ...] = field(default=(Language.VI, Language.EN))
    disclosure: Disclosure | None = None
    declaration: Declaration | None = None
    comparison: ComparisonSection | None = None
    plans: tuple[Plan, ...] = field(default=())
    notices: tuple[Notice, ...] = field(default=())
    missing: tuple[Missing, ...] = field(default=())
    imports: tuple[Import, ...] = field(default=())
    mentions: tuple[Mentions, ...] = field(default=())
    tokens: tuple[TimestampToken, ...] = field(default=())
    tools: tuple[ToolVersion, ...] = field(default=())
    own_account: OwnAccount = field(default_factory=OwnAccount)
    verifier_sha256: str = ""
    retractions: tuple[Retraction, ...] = field(default=())
    looks: tuple[Looked, ...] = field(default=())
    audience: Audience = Audience.LAWYER
    drafts: Drafts | None = None
    witnesses: tuple[Witness, ...] = field(default=())

    @property
    def is_demonstration(self) -> bool:
        """Whether every page says DEMONSTRATION."""
        return self.case.is_demonstration


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedOriginal:
    """
    One original byte stream for the authority edition's ``originals.tar.age``.

    Attributes:
        name: plain ASCII name inside the tar, made by casework from the exhibit's id.
        open: returns a readable stream of exactly ``size_bytes``; called once.
    """

    name: str
    size_bytes: int
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedField:
    """A sensitive field's salt and value; only those this edition may show reach the bag."""

    name: str
    salt: bytes
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosedRecord:
    """One entry of the log opened for the reader: record bytes and the leaf's salt."""

    position: int
    salt: bytes
    record: bytes
    opened: tuple[OpenedField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierStamp:
    """A stamped head of the log from before this dossier: proves when something was known."""

    size: int
    authority: str
    note: bytes
    response: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """
    What casework hands back after it logged ``dossier sealed`` with the manifest's SHA-256.

    Attributes:
        leaves: every leaf hash (32 bytes) up to the checkpoint's size.
        records: opened entries: the chosen exhibits', the ``dossier sealed`` event's, others shown.
        sealed_position: 0-based position of ``dossier sealed``.
        revocation: lists of withdrawn certificates about the certificates that signed the stamps.
        answers: what responders said of those certificates.
        earlier: stamped heads that the report rests on, e.g. "there at T1".
    """

    checkpoint: Checkpoint
    verifier_key: str
    tokens: tuple[TimestampToken, ...]
    leaves: tuple[bytes, ...]
    records: tuple[DisclosedRecord, ...]
    sealed_position: int
    revocation: tuple[RevocationList, ...] = field(default=())
    answers: tuple[RevocationAnswer, ...] = field(default=())
    earlier: tuple[EarlierStamp, ...] = field(default=())
