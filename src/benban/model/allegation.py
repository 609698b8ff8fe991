"""What the person suspects about who did it: only ever as ciphertext in the case's database."""

from dataclasses import dataclass
from datetime import datetime

from benban.model.ids import AllegationId


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAllegation:
    """
    One text under the key of its own compartment.

    Attributes:
        nonce: 12 bytes.
        ciphertext: AES-256-GCM, bound to the case and to this id.
    """

    id: AllegationId
    kept_at: datetime
    nonce: bytes
    ciphertext: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Allegation:
    """The same, opened; it is never stored."""

    id: AllegationId
    kept_at: datetime
    text: str
