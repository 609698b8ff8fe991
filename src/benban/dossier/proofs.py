"""
``proofs.json``: the log's leaves and the entries that this dossier opens.

Before it is written, what the log handed back is held against the payload: a dossier whose own
verifier would say FAIL is never handed to anybody.

Source: docs/reference/bag-format.md, proofs.json and custody.json.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from benban.dossier.disclosure import is_disclosable, open_record, opened_fields
from benban.dossier.mask import Masker
from benban.dossier.payload import taken_in_at
from benban.dossier.times import record_time
from benban.dossier.view import DisclosedRecord, DossierView, ExhibitEntry, Sealed
from benban.errors import CommitmentError, SealMismatchError
from benban.model.custody import CustodyEvent, EventKind
from benban.seal.canonical import JsonValue, canonical_json
from benban.seal.leaf import FieldOpening, check_openings, leaf_hash, parse_record
from benban.seal.merkle import tree_root


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A record as it will be read: its plain text and what is opened of it."""

    at: str
    kind: str
    subject: str
    actor: str
    fields: dict[str, str]


def proofs_json(view: DossierView, sealed: Sealed, manifest_sha256: str, masker: Masker) -> bytes:
    """
    Return the file's bytes.

    Args:
        view: what the payload was made from.
        sealed: what casework handed back.
        manifest_sha256: hex digest of ``manifest-sha256.txt``.
        masker: keeps own traces closed.

    Raises:
        SealMismatchError: BB-707, the log's answer does not belong to this payload.
    """
    records = _disclosed(view, sealed, masker)
    entries = {record.position: _entry(record) for record in records}
    _check_log(sealed, records)
    _check_sealing(entries.get(sealed.sealed_position), manifest_sha256)
    for exhibit in view.exhibits:
        _check_exhibit(view, exhibit, entries.get(exhibit.position))
    for event in view.events:
        if not event.is_forgotten and is_disclosable(event, masker):
            _check_event(view, event, entries.get(event.position), masker)
    return canonical_json(
        {
            "v": 1,
            "origin": sealed.checkpoint.origin,
            "verifier_key": sealed.verifier_key,
            "leaves": [leaf.hex() for leaf in sealed.leaves],
            "records": [_record(record) for record in records],
            "exhibits": [
                {"subject": entry.exhibit.id, "position": entry.position, "path": None}
                for entry in view.exhibits
            ],
            "sealed": {"position": sealed.sealed_position},
        }
    )


def _disclosed(view: DossierView, sealed: Sealed, masker: Masker) -> tuple[DisclosedRecord, ...]:
    """Return the records this dossier speaks of; anything else that was handed back stays out."""
    wanted = {entry.position for entry in view.exhibits} | {sealed.sealed_position}
    wanted |= {event.position for event in view.events if is_disclosable(event, masker)}
    if view.declaration is not None:
        named = view.comparison.matched_originals if view.comparison else frozenset()
        wanted.add(view.declaration.position)
        wanted |= {
            entry.position for entry in view.declaration.originals if entry.original.id in named
        }
    opened = (
        open_record(view, record, masker)
        for record in sorted(sealed.records, key=lambda one: one.position)
        if record.position in wanted
    )
    return tuple(record for record in opened if record is not None)


def _entry(record: DisclosedRecord) -> _Entry:
    frame = parse_record(record.record)
    plain = {field.name: field.value for field in frame.fields if not field.is_sensitive}
    return _Entry(
        at=record_time(frame.at),
        kind=frame.kind.value,
        subject=frame.subject,
        actor=frame.actor,
        fields={**plain, **{one.name: one.value for one in record.opened}},
    )


def _check_log(sealed: Sealed, records: Sequence[DisclosedRecord]) -> None:
    checkpoint = sealed.checkpoint
    if (len(sealed.leaves), tree_root(sealed.leaves).hex()) != (
        checkpoint.size,
        checkpoint.root.hex,
    ):
        raise SealMismatchError("the leaves are not those of the checkpoint")
    for one in records:
        if sealed.leaves[one.position : one.position + 1] != (leaf_hash(one.salt, one.record),):
            raise SealMismatchError("a record is not the leaf at its position")
        openings = [
            FieldOpening(name=part.name, salt=part.salt, value=part.value) for part in one.opened
        ]
        try:
            check_openings(parse_record(one.record), openings)
        except CommitmentError as error:
            raise SealMismatchError("a field is not what its record commits to") from error


def _check_sealing(entry: _Entry | None, manifest_sha256: str) -> None:
    if (
        entry is None
        or entry.kind != EventKind.DOSSIER_SEALED.value
        or entry.fields.get("manifest_sha256") != manifest_sha256
    ):
        raise SealMismatchError("the sealing event does not hold this manifest")


def _check_exhibit(view: DossierView, item: ExhibitEntry, entry: _Entry | None) -> None:
    exhibit = item.exhibit
    wanted = _Entry(
        at=taken_in_at(view, item),
        kind=EventKind.ADOPTED.value,
        subject=exhibit.id,
        actor=entry.actor if entry else "",
        fields={
            "exhibit_kind": exhibit.kind.value,
            "media_type": exhibit.media_type,
            "sha256": exhibit.sha256.hex,
            "sha512": exhibit.sha512.hex,
            "size_bytes": str(exhibit.size_bytes),
        },
    )
    _check_says(entry, wanted, "an exhibit's record says something else")


def _check_event(
    view: DossierView, event: CustodyEvent, entry: _Entry | None, masker: Masker
) -> None:
    wanted = _Entry(
        at=record_time(event.at) if event.at else "",
        kind=event.kind.value if event.kind else "",
        subject=event.subject,
        actor=event.actor,
        fields={field.name: field.value for field in opened_fields(view, event, masker)},
    )
    _check_says(entry, wanted, "an event's record says something else")


def _check_says(entry: _Entry | None, wanted: _Entry, detail: str) -> None:
    if entry is None or (entry.at, entry.kind, entry.subject, entry.actor) != (
        wanted.at,
        wanted.kind,
        wanted.subject,
        wanted.actor,
    ):
        raise SealMismatchError(detail)
    if not wanted.fields.items() <= entry.fields.items():
        raise SealMismatchError(detail)


def _record(record: DisclosedRecord) -> JsonValue:
    return {
        "position": record.position,
        "salt": record.salt.hex(),
        "record": base64.b64encode(record.record).decode("ascii"),
        "opened": {one.name: {"salt": one.salt.hex(), "value": one.value} for one in record.opened},
    }
