"""What messages name that leads to who sells and who publishes (HARM 14); there is no person."""

from dataclasses import dataclass
from enum import Enum

from benban.model.ids import SightingId


class MentionKind(Enum):
    """What kind of thing is named; the five that HARM 14 allows."""

    ACCOUNT = "account"
    INVITE = "invite"
    PAYMENT_ACCOUNT = "payment-account"
    PRICE = "price"
    WEB_ADDRESS = "web-address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """
    One thing that is named.

    Attributes:
        value: as written; never opened, never asked about.
        count: in how many messages.
    """

    kind: MentionKind
    value: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """
    Everything named in the messages of one sighting.

    Attributes:
        masked_accounts: how many accounts are named that neither posted nor sold.
    """

    sighting_id: SightingId
    found: tuple[Mention, ...]
    masked_accounts: int
