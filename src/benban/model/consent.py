"""A yes for one purpose and one recipient, and the document behind a capacity."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from benban.model.ids import CapacityDocumentId, ConsentId, Digest
from benban.wording import Language


class ConsentPurpose(Enum):
    """What the data may be used for; one consent is for one of them."""

    REMOVAL = "removal"
    PAPERS = "papers"
    DOSSIER = "dossier"
    HAND_OVER = "hand-over"
    SHARE_HASH = "share-hash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """
    What the person agreed to, in the words that they read.

    Attributes:
        recipient: one office, service, lawyer or organisation, as it is named in what leaves.
        version: of the text.
        text: exactly what was shown, with the warning that the data are sensitive.
        withdrawn_at: UTC; None while it stands. What was done before stays done.
    """

    id: ConsentId
    purpose: ConsentPurpose
    recipient: str
    version: str
    text: str
    language: Language
    given_at: datetime
    withdrawn_at: datetime | None = None

    def covers(self, purpose: ConsentPurpose, recipient: str) -> bool:
        """Return whether it stands for this purpose and recipient; nothing is inferred."""
        is_same = _plain(self.recipient) == _plain(recipient) != ""
        return self.withdrawn_at is None and self.purpose is purpose and is_same


class CapacityPaper(Enum):
    """What shows that somebody may act (HARM 9); a guardian of an adult needs a decision."""

    AUTHORISATION = "authorisation"
    LAWYERS_LICENCE = "lawyers-licence"
    COURT_DECISION = "court-decision"
    GUARDIAN_OF_A_MINOR = "guardian-of-a-minor"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityDocument:
    """
    A document that was shown; the file stays where it is, its digest stands here.

    Attributes:
        valid_until: its last day as somebody read it; None where none is named.
    """

    id: CapacityDocumentId
    kind: CapacityPaper
    sha256: Digest
    size_bytes: int
    added_at: datetime
    valid_until: date | None = None


def _plain(text: str) -> str:
    # Upper case, spaces and composed letters are no other recipient.
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
