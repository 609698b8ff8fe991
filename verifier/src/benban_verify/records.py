"""
The log's entries: leaves, tree, and the records that this dossier opens.

Source: docs/reference/log-format.md; docs/reference/bag-format.md, proofs.json.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from benban_verify.canonical import (
    JsonRefusedError,
    JsonValue,
    integer_of,
    list_of,
    object_of,
    parse_canonical,
    text_of,
)
from benban_verify.limits import MAX_LEAVES, MAX_RECORD_BYTES
from benban_verify.merkle import tree_root
from benban_verify.note import Checkpoint, decode_base64
from benban_verify.refusal import Refusal

# docs/reference/log-format.md, Kinds.
KINDS: Final = frozenset(
    {
        "case opened",
        "reported",
        "answers changed",
        "attempt",
        "attempt failed",
        "captured",
        "adopted",
        "originals declared",
        "original added",
        "fingerprinted",
        "compared",
        "shown veiled",
        "shown unveiled",
        "planned",
        "notice drafted",
        "notice approved",
        "notice sent",
        "notice answered",
        "someone may be under 18",
        "forgotten",
        "receipt given",
        "letter written",
        "dossier sealed",
        "stamped",
        "damage found",
        "recovered after interruption",
        "key changed",
        "imported",
        "video read",
        "standing permission given",
        "standing permission withdrawn",
        "old stamps covered again",
        "state of certificates kept",
        "second capture set beside",
        "handed over",
        "taken over",
        "entrusted",
        "mail tried",
        "question about a route answered",
        "host looked up",
        "paper written",
        "consent given",
        "consent withdrawn",
        "document of the capacity recorded",
        "allegation kept",
        "allegations destroyed",
        "damage recorded",
        "damage entry removed",
        "place named",
        "place let go",
        "looked again",
        "find answered",
        "clock changed during the watch",
        "capacity of the holder stated",
        "note kept",
        "sharing of a hash agreed",
        "sharing of a hash withdrawn",
        "withdrawal of a hash handed in",
        "note removed",
        "colleague let in",
        "colleague taken out",
        "lead given",
    }
)

_HEX32: Final = re.compile(r"[0-9a-f]{64}")
_AT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,29}")
_MAX_OFFSET_S: Final = 86_399
_NAMES: Final = ("v", "at", "mono", "off", "kind", "subject", "actor", "fields")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A disclosed entry as it stands in ``proofs.json``; ``opened`` is name -> (salt, value)."""

    position: int
    salt: bytes
    record: bytes
    opened: Mapping[str, tuple[bytes, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitProof:
    """Which entry speaks of an exhibit, and where its bytes lie in the bag, if they do."""

    subject: str
    position: int
    path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """``proofs.json``, parsed and not yet checked against anything; leaves are 32 bytes each."""

    origin: str
    verifier_key: str
    leaves: tuple[bytes, ...]
    openings: tuple[Opening, ...]
    exhibits: tuple[ExhibitProof, ...]
    sealed_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """
    An entry whose leaf stands in the tree.

    Attributes:
        plain: fields that stand in the record as text.
        opened: sensitive fields whose commitment was matched.
    """

    position: int
    at: str
    kind: str
    subject: str
    actor: str
    plain: Mapping[str, str]
    opened: Mapping[str, str]


def parse_proofs(untrusted: bytes) -> Proofs:
    """Return what ``proofs.json`` says."""
    try:
        top = object_of(
            parse_canonical(untrusted),
            ("v", "origin", "verifier_key", "leaves", "records", "exhibits", "sealed"),
        )
        if integer_of(top["v"]) != 1:
            raise JsonRefusedError("another version")
        leaves = list_of(top["leaves"])
        if len(leaves) > MAX_LEAVES:
            raise JsonRefusedError("too many leaves")
        openings = tuple(_opening(item) for item in list_of(top["records"]))
        return Proofs(
            origin=text_of(top["origin"]),
            verifier_key=text_of(top["verifier_key"]),
            leaves=tuple(hex32(leaf) for leaf in leaves),
            openings=openings,
            exhibits=tuple(_exhibit(item) for item in list_of(top["exhibits"])),
            sealed_position=integer_of(object_of(top["sealed"], ("position",))["position"]),
        )
    except JsonRefusedError as error:
        raise Refusal("log.proofs_unreadable", why=str(error)) from error


def check_log(proofs: Proofs, checkpoint: Checkpoint) -> None:
    """Refuse leaves that do not give the checkpoint's size and root."""
    if proofs.origin != checkpoint.origin:
        raise Refusal("log.other_origin")
    if len(proofs.leaves) != checkpoint.size:
        raise Refusal("log.size", leaves=len(proofs.leaves), size=checkpoint.size)
    if tree_root(proofs.leaves) != checkpoint.root:
        raise Refusal("log.root")


def check_records(proofs: Proofs) -> Mapping[int, Record]:
    """Return position -> record; every record and opened field matches its leaf."""
    found: dict[int, Record] = {}
    for opening in proofs.openings:
        position = opening.position
        if found and position <= next(reversed(found)):
            raise Refusal("records.order", position=position)
        if position >= len(proofs.leaves):
            raise Refusal("records.position", position=position)
        leaf = hashlib.sha256(b"\x00" + opening.salt + opening.record).digest()
        if leaf != proofs.leaves[position]:
            raise Refusal("records.leaf", position=position)
        found[position] = _record(opening)
    return found


def check_sealed(proofs: Proofs, records: Mapping[int, Record], manifest_sha256: str) -> Record:
    """Return the event that sealed this manifest."""
    record = records.get(proofs.sealed_position)
    if record is None or record.kind != "dossier sealed":
        raise Refusal("sealed.no_event")
    if record.plain.get("manifest_sha256") != manifest_sha256:
        raise Refusal("sealed.other_manifest")
    return record


def is_example(records: Mapping[int, Record]) -> bool:
    """Return whether an entry says that the case was opened as a demonstration."""
    return any(
        record.kind == "case opened" and record.plain.get("demonstration") == "yes"
        for record in records.values()
    )


def hex32(value: JsonValue) -> bytes:
    """Return the 32 bytes of *value*, 64 hex digits in lower case."""
    text = text_of(value)
    if not _HEX32.fullmatch(text):
        raise JsonRefusedError("64 hex digits expected")
    return bytes.fromhex(text)


def _opening(value: JsonValue) -> Opening:
    item = object_of(value, ("position", "salt", "record", "opened"))
    record = decode_base64(text_of(item["record"]))
    if record is None or len(record) > MAX_RECORD_BYTES:
        raise JsonRefusedError("base64 expected")
    opened: dict[str, tuple[bytes, str]] = {}
    for name, inner in object_of(item["opened"]).items():
        pair = object_of(inner, ("salt", "value"))
        opened[name] = (hex32(pair["salt"]), text_of(pair["value"]))
    return Opening(
        position=integer_of(item["position"]),
        salt=hex32(item["salt"]),
        record=record,
        opened=opened,
    )


def _exhibit(value: JsonValue) -> ExhibitProof:
    item = object_of(value, ("subject", "position", "path"))
    return ExhibitProof(
        subject=text_of(item["subject"]),
        position=integer_of(item["position"]),
        path=None if item["path"] is None else text_of(item["path"]),
    )


def _record(opening: Opening) -> Record:
    try:
        top = object_of(parse_canonical(opening.record), _NAMES)
        _check_frame(top)
        plain, commitments = _fields(object_of(top["fields"]))
        return Record(
            position=opening.position,
            at=text_of(top["at"]),
            kind=text_of(top["kind"]),
            subject=text_of(top["subject"]),
            actor=text_of(top["actor"]),
            plain=plain,
            opened=_opened(opening, commitments),
        )
    except JsonRefusedError as error:
        raise Refusal("records.unreadable", position=opening.position, why=str(error)) from error


def _check_frame(top: Mapping[str, JsonValue]) -> None:
    offset = top["off"]
    if isinstance(offset, bool) or not isinstance(offset, int) or abs(offset) > _MAX_OFFSET_S:
        raise JsonRefusedError("offset")
    if integer_of(top["v"]) != 1:
        raise JsonRefusedError("another version")
    if not _DECIMAL.fullmatch(text_of(top["mono"])) or text_of(top["kind"]) not in KINDS:
        raise JsonRefusedError("mono or kind")
    parse_time(text_of(top["at"]))


def parse_time(text: str) -> datetime:
    """Return the aware time of a record's ``at``."""
    try:
        if _AT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise JsonRefusedError("time")


def _fields(untrusted: Mapping[str, JsonValue]) -> tuple[dict[str, str], dict[str, bytes]]:
    plain: dict[str, str] = {}
    commitments: dict[str, bytes] = {}
    for name, value in untrusted.items():
        if not name or "\x00" in name:
            raise JsonRefusedError("field name")
        if isinstance(value, str):
            plain[name] = value
        else:
            commitments[name] = hex32(object_of(value, ("c",))["c"])
    return plain, commitments


def _opened(opening: Opening, commitments: Mapping[str, bytes]) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for name, (salt, value) in opening.opened.items():
        if name not in commitments or field_commitment(name, salt, value) != commitments[name]:
            raise Refusal("records.field", position=opening.position)
        values[name] = value
    return values


def field_commitment(name: str, salt: bytes, value: str) -> bytes:
    """Return the 32 bytes that stand in a record for a sensitive field."""
    named = b"benban/v1/field\x00" + name.encode("utf-8") + b"\x00"
    return hashlib.sha256(named + salt + value.encode("utf-8")).digest()
