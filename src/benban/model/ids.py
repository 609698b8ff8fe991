"""Random identifiers and digests that carry their algorithm."""

import re
import secrets
from dataclasses import dataclass
from enum import Enum
from typing import NewType

CaseId = NewType("CaseId", str)
SightingId = NewType("SightingId", str)
ExhibitId = NewType("ExhibitId", str)
OriginalId = NewType("OriginalId", str)
CaptureId = NewType("CaptureId", str)
NoticeId = NewType("NoticeId", str)
StepId = NewType("StepId", str)
ComparisonId = NewType("ComparisonId", str)
ImportId = NewType("ImportId", str)
StandingId = NewType("StandingId", str)
WitnessId = NewType("WitnessId", str)
ConsentId = NewType("ConsentId", str)
SharingId = NewType("SharingId", str)
CapacityDocumentId = NewType("CapacityDocumentId", str)
DamageId = NewType("DamageId", str)
AllegationId = NewType("AllegationId", str)
PlaceId = NewType("PlaceId", str)
LookId = NewType("LookId", str)
OfferId = NewType("OfferId", str)
NoteId = NewType("NoteId", str)
RecordingId = NewType("RecordingId", str)

_HEX = re.compile(r"[0-9a-f]+")


class DigestAlgorithm(Enum):
    """Hash functions in use and the length of their value in bytes."""

    SHA256 = "sha256"
    SHA512 = "sha512"

    @property
    def size_bytes(self) -> int:
        """Length of a value in bytes."""
        return 32 if self is DigestAlgorithm.SHA256 else 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A hash value together with its algorithm; printed as ``sha256:<hex>``."""

    algorithm: DigestAlgorithm
    hex: str

    def __post_init__(self) -> None:
        """Refuse a value that the algorithm cannot have made."""
        if len(self.hex) != 2 * self.algorithm.size_bytes or not _HEX.fullmatch(self.hex):
            message = "not a lower-case hexadecimal value of the algorithm's length"
            raise ValueError(message)

    def __str__(self) -> str:
        """``algorithm:hex``."""
        return f"{self.algorithm.value}:{self.hex}"

    @classmethod
    def parse(cls, text: str) -> "Digest":
        """
        Return the digest written as ``algorithm:hex``.

        Raises:
            ValueError: unknown algorithm or wrong length.
        """
        name, _, value = text.partition(":")
        return cls(algorithm=DigestAlgorithm(name), hex=value)


def _random_id(prefix: str) -> str:
    # 64 random bits: ids are never guessed across vaults and carry no time or order.
    return f"{prefix}-{secrets.token_hex(8)}"


def new_case_id() -> CaseId:
    """Return a fresh random case id."""
    return CaseId(_random_id("case"))


def new_sighting_id() -> SightingId:
    """Return a fresh random sighting id."""
    return SightingId(_random_id("sig"))


def new_exhibit_id() -> ExhibitId:
    """Return a fresh random exhibit id."""
    return ExhibitId(_random_id("exh"))


def new_original_id() -> OriginalId:
    """Return a fresh random original id."""
    return OriginalId(_random_id("org"))


def new_capture_id() -> CaptureId:
    """Return a fresh random capture id."""
    return CaptureId(_random_id("cap"))


def new_notice_id() -> NoticeId:
    """Return a fresh random notice id."""
    return NoticeId(_random_id("not"))


def new_comparison_id() -> ComparisonId:
    """Return a fresh random comparison id."""
    return ComparisonId(_random_id("cmp"))


def new_import_id() -> ImportId:
    """Return a fresh random import id."""
    return ImportId(_random_id("imp"))


def new_standing_id() -> StandingId:
    """Return a fresh random id of a standing permission."""
    return StandingId(_random_id("per"))


def new_witness_id() -> WitnessId:
    """Return a fresh random id of a second capture made elsewhere."""
    return WitnessId(_random_id("wit"))


def new_consent_id() -> ConsentId:
    """Return a fresh random id of a consent."""
    return ConsentId(_random_id("con"))


def new_sharing_id() -> SharingId:
    """Return a fresh random id of a consent to share a hash."""
    return SharingId(_random_id("shr"))


def new_capacity_document_id() -> CapacityDocumentId:
    """Return a fresh random id of a document of a capacity."""
    return CapacityDocumentId(_random_id("doc"))


def new_damage_id() -> DamageId:
    """Return a fresh random id of an entry of the ledger."""
    return DamageId(_random_id("dam"))


def new_allegation_id() -> AllegationId:
    """Return a fresh random id of an allegation."""
    return AllegationId(_random_id("alg"))


def new_place_id() -> PlaceId:
    """Return a fresh random id of a place that is looked at again."""
    return PlaceId(_random_id("plc"))


def new_look_id() -> LookId:
    """Return a fresh random id of one look."""
    return LookId(_random_id("look"))


def new_offer_id() -> OfferId:
    """Return a fresh random id of a find that waits."""
    return OfferId(_random_id("find"))


def new_note_id() -> NoteId:
    """Return a fresh random id of a note."""
    return NoteId(_random_id("note"))


def new_recording_id() -> RecordingId:
    """Return a fresh random id of something that the person said aloud."""
    return RecordingId(_random_id("spoken"))
