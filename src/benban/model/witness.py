"""A second capture of the same thing, made elsewhere under another key (EVIDENCE 4)."""

from dataclasses import dataclass, field
from datetime import datetime

from benban.model.ids import Digest, ExhibitId, WitnessId


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessItem:
    """One item of the other dossier, as its sealed inventory says."""

    subject: str
    kind: str
    media_type: str
    size_bytes: int
    sha256: Digest
    taken_in_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """
    What somebody else's dossier says of the same thing; nothing of its content is kept.

    Attributes:
        name: what the person calls whoever made it.
        origin, key_id: of the other log; never those of this case.
        addresses: canonical ones that its opened records name.
        stamped_at: earliest time stamp that leads to a root known here; None when none does.
        items: all that its inventory holds; only those of ``same`` where an age answer is not yes.
        dossier_sha256: of the whole file.
        same: pairs of an exhibit here and a subject there with the same SHA-256.
    """

    id: WitnessId
    name: str
    origin: str
    key_id: str
    dossier_id: str
    made_at: datetime
    added_at: datetime
    dossier_sha256: Digest
    items: tuple[WitnessItem, ...]
    addresses: tuple[str, ...] = field(default=())
    stamped_at: datetime | None = None
    same: tuple[tuple[ExhibitId, str], ...] = field(default=())
