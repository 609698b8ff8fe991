"""A second capture of the same thing, set beside ours (EVIDENCE 4)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from benban.model.ids import Digest, ExhibitId, WitnessId


class WitnessForm(Enum):
    """What the second capture is. A value stands in records for ever."""

    # A dossier that the independent verifier did not refuse: it has a log and a key of its own.
    DOSSIER = "dossier"
    # A web archive of any recorder: nobody signed it that benban could check.
    RECORDING = "recording"


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessItem:
    """
    One item of the other capture, as its sealed inventory or the recording itself says.

    Attributes:
        taken_in_at: None where a recording states no time.
    """

    subject: str
    kind: str
    media_type: str
    size_bytes: int
    sha256: Digest
    taken_in_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """
    What another capture says of the same thing; nothing of its content is kept.

    Attributes:
        name: what the person calls whoever made it.
        origin, key_id: of the other log; never those of a case of this vault. Empty, like
            ``dossier_id``, for a recording.
        made_at: of a dossier; of a recording, when it says that it received the earliest of what
            was noted; None if it does not say.
        addresses: of a dossier, those that its opened records name; of a recording, those of this
            case that it holds, and no other.
        stamped_at: earliest time stamp that leads to a root known here; None when none does.
        items: all that its inventory holds; only those of ``same`` where an age answer is not yes,
            and of a recording.
        dossier_sha256: of the whole file; None for a recording where an age answer is not yes, or
            once a picture in it was forgotten here.
        same: pairs of an exhibit here and a subject there with the same SHA-256.
        format: of a recording, ``wacz`` or ``warc``.
        differing: claimed digests of a recording that its own bytes contradict; None where they
            were not compared.
        unread: parts of a recording that could not be read.
    """

    id: WitnessId
    name: str
    origin: str
    key_id: str
    dossier_id: str
    made_at: datetime | None
    added_at: datetime
    dossier_sha256: Digest | None
    items: tuple[WitnessItem, ...]
    addresses: tuple[str, ...] = field(default=())
    stamped_at: datetime | None = None
    same: tuple[tuple[ExhibitId, str], ...] = field(default=())
    form: WitnessForm = WitnessForm.DOSSIER
    format: str = ""
    differing: int | None = None
    unread: int = 0
