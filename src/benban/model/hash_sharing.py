"""That the hash of a picture may go to one exchange, and how it comes back."""

from dataclasses import dataclass
from datetime import datetime

from benban.model.ids import ExhibitId, SharingId, SightingId


@dataclass(frozen=True, slots=True, kw_only=True)
class HashSharing:
    """
    A consent to share one hash with one exchange; it holds no hash, so it outlives the picture.

    Attributes:
        id: subject of its two events, agreed and withdrawn.
        exchange: key id of the exchange.
        exchange_name: as its card had it.
        withdraw_at: address where it takes withdrawals; opened by the person, never by us.
        agreed_at: UTC.
        withdrawn_at: UTC; None while it stands.
        handed_in_at: UTC, when somebody said here that the exchange has the withdrawal; else None.
        withdrawal: the signed file that takes the hash back; empty until it was needed. The case
            gets another key where it is handed over, and only the old one could sign it.
    """

    id: SharingId
    sighting_id: SightingId
    exhibit_id: ExhibitId
    exchange: str
    exchange_name: str
    withdraw_at: str
    agreed_at: datetime
    withdrawn_at: datetime | None = None
    withdrawal: str = ""
    handed_in_at: datetime | None = None
