"""
What the dossier says about exhibits and events, held against the entries of the log.

Source: docs/reference/bag-format.md, inventory.json and custody.json.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benban_verify.bag import Bag, read_whole
from benban_verify.bagit import CUSTODY, INVENTORY, BagInfo, texts_of
from benban_verify.canonical import (
    JsonRefusedError,
    JsonValue,
    integer_of,
    list_of,
    object_of,
    parse_canonical,
    text_of,
)
from benban_verify.limits import MAX_JSON_BYTES
from benban_verify.records import ExhibitProof, Proofs, Record, parse_time
from benban_verify.refusal import Refusal, printable

_EXHIBIT_NAMES: Final = (
    "subject",
    "kind",
    "media_type",
    "size_bytes",
    "sha256",
    "sha512",
    "position",
    "taken_in_at",
    "in_bag",
)
_EXHIBIT_PREFIX: Final = "exh-"
# Fields of the record that an inventory must be able to open.
_OPENED: Final = ("sha256", "sha512", "size_bytes", "media_type")


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryExhibit:
    """One exhibit as the inventory describes it; ``values`` holds the four opened fields."""

    subject: str
    kind: str
    position: int
    taken_in_at: str
    in_bag: str | None
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """``inventory.json``, parsed; the payload manifest covers its bytes."""

    info: BagInfo
    exhibits: tuple[InventoryExhibit, ...]


def read_inventory(bag: Bag) -> Inventory:
    """Return what the inventory says."""
    try:
        top = object_of(
            parse_canonical(read_whole(bag, INVENTORY, MAX_JSON_BYTES)),
            ("v", "dossier_id", "edition", "made_at", "software", "exhibits"),
        )
        if integer_of(top["v"]) != 1:
            raise JsonRefusedError("another version")
        made_at = text_of(top["made_at"])
        parse_time(made_at)
        info = BagInfo(
            software=text_of(top["software"]),
            date=made_at[:10],
            oxum="",
            dossier_id=text_of(top["dossier_id"]),
            edition=text_of(top["edition"]),
        )
        exhibits = tuple(_exhibit(item) for item in list_of(top["exhibits"]))
    except JsonRefusedError as error:
        raise Refusal("exhibits.unreadable", why=str(error)) from error
    return Inventory(info=info, exhibits=exhibits)


def check_info_agrees(inventory: Inventory, info: BagInfo) -> None:
    """Refuse a ``bag-info.txt`` that says something else than the inventory."""
    for name in ("software", "date", "dossier_id", "edition"):
        if getattr(inventory.info, name) != getattr(info, name):
            raise Refusal("bag_info.other", name=name)


def check_exhibits(
    bag: Bag,
    inventory: Inventory,
    proofs: Proofs,
    records: Mapping[int, Record],
    payload: Mapping[str, str],
) -> None:
    """
    Refuse an inventory that says something else than the log or the files.

    Args:
        bag: where the files lie.
        inventory: what the dossier says.
        proofs: which exhibits are tied to which entries.
        records: position -> entry, checked.
        payload: path -> SHA-256 of the payload's files as they were read.
    """
    listed = tuple((item.subject, item.position, item.in_bag) for item in inventory.exhibits)
    proven = tuple((item.subject, item.position, item.path) for item in proofs.exhibits)
    if listed != proven:
        raise Refusal("exhibits.other_list", subject=_first_difference(inventory, proofs.exhibits))
    if len({item.subject for item in inventory.exhibits}) != len(listed):
        raise Refusal("exhibits.twice")
    subjects = {item.subject for item in inventory.exhibits}
    for path, subject in sorted(texts_of(bag).items()):
        if subject.startswith(_EXHIBIT_PREFIX) and subject not in subjects:
            raise Refusal("exhibits.other_text", name=path)
    for item in inventory.exhibits:
        _check_exhibit(item, records.get(item.position))
        if item.in_bag is not None:
            _check_file(bag, item, item.in_bag, payload)


def check_custody(bag: Bag, proofs: Proofs, records: Mapping[int, Record]) -> int:
    """Return how many events the dossier tells; each agrees with its record."""
    try:
        top = object_of(parse_canonical(read_whole(bag, CUSTODY, MAX_JSON_BYTES)), ("v", "events"))
        if integer_of(top["v"]) != 1:
            raise JsonRefusedError("another version")
        events = list_of(top["events"])
        last = -1
        for event in events:
            last = _check_event(event, records, (last, len(proofs.leaves)))
    except JsonRefusedError as error:
        raise Refusal("custody.unreadable", why=str(error)) from error
    return len(events)


def _exhibit(value: JsonValue) -> InventoryExhibit:
    item = object_of(value, _EXHIBIT_NAMES)
    return InventoryExhibit(
        subject=text_of(item["subject"]),
        kind=text_of(item["kind"]),
        position=integer_of(item["position"]),
        taken_in_at=text_of(item["taken_in_at"]),
        in_bag=None if item["in_bag"] is None else text_of(item["in_bag"]),
        values={name: text_of(item[name]) for name in _OPENED},
    )


def _first_difference(inventory: Inventory, proven: Sequence[ExhibitProof]) -> str:
    for listed, proof in zip(inventory.exhibits, proven, strict=False):
        if (listed.subject, listed.position, listed.in_bag) != (
            proof.subject,
            proof.position,
            proof.path,
        ):
            return printable(listed.subject)
    longer = inventory.exhibits[len(proven) :] or proven[len(inventory.exhibits) :]
    return printable(longer[0].subject)


def _check_exhibit(item: InventoryExhibit, record: Record | None) -> None:
    subject = printable(item.subject)
    if record is None:
        raise Refusal("exhibits.no_record", subject=subject)
    said = (item.subject, "adopted", item.kind, item.taken_in_at)
    if said != (record.subject, record.kind, record.plain.get("exhibit_kind"), record.at):
        raise Refusal("exhibits.other_record", subject=subject)
    for name in _OPENED:
        if record.opened.get(name) != item.values[name]:
            raise Refusal("exhibits.other_value", subject=subject, name=name)


def _check_file(bag: Bag, item: InventoryExhibit, path: str, payload: Mapping[str, str]) -> None:
    subject = printable(item.subject)
    if path not in payload:
        raise Refusal("exhibits.no_file", subject=subject)
    is_same = (
        payload[path] == item.values["sha256"]
        and str(bag.size_bytes(path)) == item.values["size_bytes"]
    )
    if not is_same:
        raise Refusal("exhibits.other_file", subject=subject)


def _check_event(value: JsonValue, records: Mapping[int, Record], between: tuple[int, int]) -> int:
    event = object_of(value)
    position = integer_of(event.get("position"))
    if not between[0] < position < between[1]:
        raise JsonRefusedError("positions out of order")
    if event.get("forgotten") is True:
        object_of(value, ("position", "forgotten", "vi", "en"))
        if position in records:
            raise Refusal("custody.not_forgotten", position=position)
        return position
    event = object_of(value, ("position", "at", "kind", "subject", "actor", "fields", "vi", "en"))
    record = records.get(position)
    if record is None:
        raise Refusal("custody.no_record", position=position)
    said = tuple(text_of(event[name]) for name in ("at", "kind", "subject", "actor"))
    known = {**record.plain, **record.opened}
    fields = {name: text_of(shown) for name, shown in object_of(event["fields"]).items()}
    # What stands in the record as text is told whole: leaving a field out is another story, too.
    is_whole = record.plain.items() <= fields.items() <= known.items()
    if said != (record.at, record.kind, record.subject, record.actor) or not is_whole:
        raise Refusal("custody.other_record", position=position)
    return position
