"""What it cost: a ledger of days, amounts and receipts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from benban.model.ids import DamageId, ExhibitId


class DamageKind(Enum):
    """What kind of loss (Civil Code of Viet Nam, article 592)."""

    COST = "cost"
    INCOME = "income"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """
    One entry.

    Attributes:
        amount_vnd: whole dong.
        receipt: the exhibit that shows it; None where there is none.
    """

    id: DamageId
    on: date
    kind: DamageKind
    what: str
    amount_vnd: int
    recorded_at: datetime
    receipt: ExhibitId | None = None
