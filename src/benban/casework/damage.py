"""The ledger of damage: what it cost, when, and which receipt shows it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from benban.casework.events import event, open_field, sealed_field
from benban.errors import DamageEntryError
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.damage import Damage, DamageKind
from benban.model.exhibit import Exhibit
from benban.model.ids import DamageId, ExhibitId, new_damage_id
from benban.vault import CaseStore

# More than anybody's loss, and whole numbers stay exact in what is stored.
_MOST_VND = 10**13
_MOST_DIGITS = 20
_SPACING = re.compile(r"[.\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class DamageEntry:
    """What was typed; *receipt* is an exhibit of the case."""

    on: date
    kind: DamageKind
    what: str
    amount_vnd: int
    receipt: ExhibitId | None = None


def record_damage(store: CaseStore, entry: DamageEntry, clock: Clock) -> Damage:
    """
    Return the entry as it was kept.

    Raises:
        DamageEntryError: BB-654, a day that has not come, no words, or no amount.
        ExhibitMissingError: BB-104, the receipt is not in this case.
    """
    # The day where the person is: in Viet Nam it begins seven hours before that of UTC.
    today = (clock.now() + timedelta(seconds=clock.local_utc_offset_s())).date()
    is_amount = 0 < entry.amount_vnd <= _MOST_VND
    if not is_amount or not entry.what.strip() or entry.on > today:
        raise DamageEntryError
    if entry.receipt is not None:
        store.get(Exhibit, entry.receipt)
    damage = Damage(
        id=new_damage_id(),
        on=entry.on,
        kind=entry.kind,
        what=entry.what.strip(),
        amount_vnd=entry.amount_vnd,
        recorded_at=clock.now(),
        receipt=entry.receipt,
    )
    recorded = event(
        EventKind.DAMAGE_RECORDED,
        damage.id,
        open_field("damage_kind", damage.kind.value),
        sealed_field("amount_vnd", damage.amount_vnd),
        sealed_field("text", damage.what),
    )
    store.record(recorded, save=[damage])
    return damage


def amount_of(untrusted: str) -> int:
    """
    Return whole dong as somebody typed them: ``1500000``, ``1.500.000``, ``1 500 000 đ``.

    Raises:
        DamageEntryError: BB-654, anything else; a comma may be meant as cents or as thousands.
    """
    digits = _SPACING.sub("", untrusted.strip().removesuffix("đ"))
    if not digits.isascii() or not digits.isdigit() or len(digits) > _MOST_DIGITS:
        raise DamageEntryError
    return int(digits)


def money(amount_vnd: int) -> str:
    """Return an amount as it is read: ``1.500.000 đ``."""
    return f"{amount_vnd:,} đ".replace(",", ".")


def remove_damage(store: CaseStore, damage_id: DamageId) -> Damage:
    """
    Return the entry that was taken out of the ledger; the log keeps that it was.

    Raises:
        NotStoredError: BB-412.
    """
    damage = store.get(Damage, damage_id)
    store.record(event(EventKind.DAMAGE_REMOVED, damage.id), remove=[damage])
    return damage


def ledger(store: CaseStore) -> tuple[Damage, ...]:
    """Return all entries by day."""
    return tuple(sorted(store.all(Damage), key=lambda one: (one.on, one.recorded_at, one.id)))


def total_vnd(entries: tuple[Damage, ...]) -> int:
    """Return the sum in whole dong."""
    return sum(one.amount_vnd for one in entries)
