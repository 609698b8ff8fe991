"""All events of a case by item; what nobody did is said with "none" rather than left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from benban.errors import ExhibitMissingError
from benban.model.custody import CustodyEvent, EventKind
from benban.model.exhibit import Capture, Exhibit, Original
from benban.model.finding import CommonOrigin
from benban.model.ids import ExhibitId
from benban.model.imported import Import
from benban.model.remedy import Notice
from benban.model.sighting import Sighting
from benban.model.standing import StandingPermission
from benban.model.witness import Witness
from benban.vault import CaseStore

# What an opposing side asks first of each item; counted, also when that is none.
ASKED_OF_ITEM = (
    EventKind.SHOWN_VEILED,
    EventKind.SHOWN_UNVEILED,
    EventKind.DOSSIER_SEALED,
    EventKind.HANDED_OVER,
    EventKind.WITNESS_ADDED,
    EventKind.FORGOTTEN,
)
# What concerns the whole case, and with it every item.
ASKED_OF_CASE = (
    EventKind.HANDED_OVER,
    EventKind.TAKEN_OVER,
    EventKind.ENTRUSTED,
    EventKind.KEY_CHANGED,
    EventKind.DAMAGE_FOUND,
    EventKind.RECOVERED,
    EventKind.STAMPED,
    EventKind.RECEIPT_GIVEN,
)


class ItemKind(Enum):
    """What the events of one group are about."""

    CASE = "case"
    SIGHTING = "sighting"
    CAPTURE = "capture"
    IMPORT = "import"
    EXHIBIT = "exhibit"
    ORIGINAL = "original"
    COMPARISON = "comparison"
    NOTICE = "notice"
    DOSSIER = "dossier"
    PERMISSION = "permission"
    WITNESS = "witness"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCustody:
    """
    The events of one item, in order.

    Attributes:
        subject: its id; empty for what is gone.
        asked: each question of :data:`ASKED_OF_ITEM` or :data:`ASKED_OF_CASE` with its number.
    """

    kind: ItemKind
    subject: str
    events: tuple[CustodyEvent, ...]
    asked: tuple[tuple[EventKind, int], ...] = ()


def custody_of(store: CaseStore, exhibits: Sequence[ExhibitId] = ()) -> tuple[ItemCustody, ...]:
    """
    Return every event of the log, grouped by item.

    Args:
        store: of the case.
        exhibits: only these, with their places and visits; empty means everything.

    Raises:
        ExhibitMissingError: BB-104, one of them is not there.
    """
    events = store.events()
    groups = [_item(kind, subject, events) for kind, subject in _items(store, exhibits)]
    if exhibits:
        return tuple(groups)
    # Permissions and second captures are about the case as a whole and told one by one.
    groups += [_item(ItemKind.PERMISSION, one.id, events) for one in store.all(StandingPermission)]
    groups += [_item(ItemKind.WITNESS, one.id, events) for one in store.all(Witness)]
    return (
        _case(store, events),
        *groups,
        *_dossiers(events),
        _gone(events, {group.subject for group in groups} | {"", store.case.id}),
    )


def _items(store: CaseStore, exhibits: Sequence[ExhibitId]) -> tuple[tuple[ItemKind, str], ...]:
    kept = store.all(Exhibit)
    chosen = tuple(one for one in kept if not exhibits or one.id in exhibits)
    if exhibits and len(chosen) != len(set(exhibits)):
        raise ExhibitMissingError
    places = {one.sighting_id for one in chosen}
    visits = {one.capture_id for one in chosen}
    found: list[tuple[ItemKind, str]] = []
    found += [
        (ItemKind.SIGHTING, one.id)
        for one in store.all(Sighting)
        if not exhibits or one.id in places
    ]
    found += [
        (ItemKind.CAPTURE, one.id) for one in store.all(Capture) if not exhibits or one.id in visits
    ]
    found += [
        (ItemKind.IMPORT, one.id)
        for one in store.all(Import)
        if not exhibits or set(one.exhibits) & set(exhibits)
    ]
    found += [(ItemKind.EXHIBIT, one.id) for one in chosen]
    if not exhibits:
        found += [(ItemKind.ORIGINAL, one.id) for one in store.all(Original)]
        found += [(ItemKind.NOTICE, one.id) for one in store.all(Notice)]
    found += [
        (ItemKind.COMPARISON, one.id)
        for one in store.all(CommonOrigin)
        if not exhibits or one.exhibit_id in exhibits
    ]
    return tuple(found)


def _item(kind: ItemKind, subject: str, events: tuple[CustodyEvent, ...]) -> ItemCustody:
    own = tuple(one for one in events if _is_about(one, subject))
    asked = ASKED_OF_ITEM if kind is ItemKind.EXHIBIT else ()
    return ItemCustody(kind=kind, subject=subject, events=own, asked=_counted(asked, own))


def _case(store: CaseStore, events: tuple[CustodyEvent, ...]) -> ItemCustody:
    own = tuple(
        one for one in events if not one.is_forgotten and one.subject in {"", store.case.id}
    )
    return ItemCustody(
        kind=ItemKind.CASE,
        subject=store.case.id,
        events=own,
        asked=_counted(ASKED_OF_CASE, own),
    )


def _dossiers(events: tuple[CustodyEvent, ...]) -> tuple[ItemCustody, ...]:
    sealed = [one.subject for one in events if one.kind is EventKind.DOSSIER_SEALED]
    return tuple(
        ItemCustody(
            kind=ItemKind.DOSSIER,
            subject=subject,
            events=tuple(one for one in events if one.subject == subject),
        )
        for subject in dict.fromkeys(sealed)
    )


def _gone(events: tuple[CustodyEvent, ...], known: set[str]) -> ItemCustody:
    """Return what stands in no other group: the log is printed whole or not at all."""
    sealed = {one.subject for one in events if one.kind is EventKind.DOSSIER_SEALED}
    rest = tuple(one for one in events if one.is_forgotten or one.subject not in known | sealed)
    return ItemCustody(kind=ItemKind.GONE, subject="", events=rest)


def _is_about(entry: CustodyEvent, subject: str) -> bool:
    if entry.subject == subject:
        return True
    # A dossier or a hand-over names what it carried in one field, other acts in a field each.
    return any(subject in field.value.split(" ") for field in entry.fields)


def _counted(
    asked: Sequence[EventKind], events: tuple[CustodyEvent, ...]
) -> tuple[tuple[EventKind, int], ...]:
    return tuple((kind, sum(one.kind is kind for one in events)) for kind in asked)
