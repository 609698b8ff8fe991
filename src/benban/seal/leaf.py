"""Records of the custody log and their salted leaves (docs/reference/log-format.md)."""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest

from benban.errors import CommitmentError, RecordMalformedError
from benban.model.custody import EventDraft, EventKind
from benban.seal.canonical import JsonValue, canonical_json, parse_canonical

SALT_BYTES = 32

_FIELD_CONTEXT = b"benban/v1/field\x00"
_LEAF_PREFIX = b"\x00"
# Not hour 24, which newer Pythons read as the next day.
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_MONOTONIC = re.compile(r"0|[1-9][0-9]{0,29}")
_COMMITMENT = re.compile(r"[0-9a-f]{64}")
# The offsets in use reach from -12 h to +14 h; a day is what datetime can hold.
_OFFSET_LIMIT_S = 86_400
_MEMBERS = frozenset({"v", "at", "mono", "off", "kind", "subject", "actor", "fields"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOpening:
    """What opens one sensitive field: without the salt nobody can test a guess."""

    name: str
    salt: bytes
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedField:
    """
    One field as it stands in a record.

    Attributes:
        value: of a plain field; empty for a sensitive one.
        commitment: hex of a sensitive field; empty for a plain one.
    """

    name: str
    value: str = ""
    commitment: str = ""

    @property
    def is_sensitive(self) -> bool:
        """Whether the record holds a commitment instead of the value."""
        return bool(self.commitment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """
    A parsed record.

    Attributes:
        at: UTC, to the microsecond.
        monotonic_ns: boot-monotonic nanoseconds.
        local_utc_offset_s: the local offset observed then, seconds.
        fields: in the order of their names in the record.
    """

    at: datetime
    monotonic_ns: int
    local_utc_offset_s: int
    kind: EventKind
    subject: str
    actor: str
    fields: tuple[RecordedField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRecord:
    """
    A record with everything that its keeper must store.

    Attributes:
        record: canonical JSON.
        salt: 32 bytes of this record's leaf.
        leaf: 32 bytes.
        openings: one for each sensitive field.
    """

    record: bytes
    salt: bytes
    leaf: bytes
    openings: tuple[FieldOpening, ...]


def fresh_salt() -> bytes:
    """Return 32 random bytes; every leaf and every sensitive field has its own."""
    return secrets.token_bytes(SALT_BYTES)


def field_commitment(name: str, salt: bytes, value: str) -> bytes:
    """
    Return the 32 bytes that stand for a sensitive field.

    Args:
        name: not empty, without NUL, so that no two fields share one input.
        salt: 32 bytes.
        value: any text that UTF-8 can hold.

    Raises:
        RecordMalformedError: BB-502, the name or the salt is not of this kind.

    Source: docs/reference/log-format.md, "Field commitment".
    """
    _require_name(name)
    _require_salt(salt)
    try:
        content = name.encode() + b"\x00" + salt + value.encode()
    except UnicodeEncodeError as error:
        raise RecordMalformedError("a field holds a lone surrogate") from error
    return hashlib.sha256(_FIELD_CONTEXT + content).digest()


def leaf_hash(salt: bytes, record: bytes) -> bytes:
    """
    Return the 32 bytes of a record's leaf.

    Raises:
        RecordMalformedError: BB-502, the salt is not 32 bytes.

    Source: docs/reference/log-format.md, "Leaf and tree".
    """
    _require_salt(salt)
    return hashlib.sha256(_LEAF_PREFIX + salt + record).digest()


def build_record(
    draft: EventDraft,
    *,
    at: datetime,
    monotonic_ns: int,
    local_utc_offset_s: int,
    actor: str,
    field_salts: Mapping[str, bytes],
) -> bytes:
    """
    Return the record bytes of an event.

    Args:
        draft: kind, subject and fields; no field name twice.
        at: aware; written in UTC to the microsecond.
        monotonic_ns: nanoseconds since boot, >= 0.
        local_utc_offset_s: observed local offset, within a day.
        actor: who acted, e.g. ``person``.
        field_salts: 32 bytes for the name of each sensitive field.

    Raises:
        RecordMalformedError: BB-502, a value does not fit the layout.
        NotCanonicalError: BB-501, a text holds a lone surrogate.
    """
    if at.utcoffset() is None:
        raise RecordMalformedError("the time has no zone")
    if monotonic_ns < 0 or abs(local_utc_offset_s) >= _OFFSET_LIMIT_S:
        raise RecordMalformedError("monotonic clock or offset out of range")
    return canonical_json(
        {
            "v": 1,
            "at": at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z",
            "mono": str(monotonic_ns),
            "off": local_utc_offset_s,
            "kind": draft.kind.value,
            "subject": draft.subject,
            "actor": actor,
            "fields": _fields(draft, field_salts),
        }
    )


def seal_event(
    draft: EventDraft,
    *,
    at: datetime,
    monotonic_ns: int,
    local_utc_offset_s: int,
    actor: str,
) -> SealedRecord:
    """
    Return the record of an event with fresh salts, its leaf and its openings.

    Args and errors as for :func:`build_record`.
    """
    salts = {field.name: fresh_salt() for field in draft.fields if field.is_sensitive}
    record = build_record(
        draft,
        at=at,
        monotonic_ns=monotonic_ns,
        local_utc_offset_s=local_utc_offset_s,
        actor=actor,
        field_salts=salts,
    )
    salt = fresh_salt()
    return SealedRecord(
        record=record,
        salt=salt,
        leaf=leaf_hash(salt, record),
        openings=tuple(
            FieldOpening(name=field.name, salt=salts[field.name], value=field.value)
            for field in draft.fields
            if field.is_sensitive
        ),
    )


def parse_record(untrusted_record: bytes) -> Record:
    """
    Return what a record says.

    Raises:
        NotCanonicalError: BB-501, not canonical JSON.
        RecordMalformedError: BB-502, canonical JSON of another layout.
    """
    value = parse_canonical(untrusted_record)
    if not isinstance(value, Mapping) or set(value) != _MEMBERS:
        raise RecordMalformedError("not the members of a record")
    version, offset = value["v"], value["off"]
    if isinstance(version, bool) or version != 1:
        raise RecordMalformedError("not version 1")
    if isinstance(offset, bool) or not isinstance(offset, int) or abs(offset) >= _OFFSET_LIMIT_S:
        raise RecordMalformedError("not an offset")
    return Record(
        at=_parsed_time(value["at"]),
        monotonic_ns=_parsed_monotonic(value["mono"]),
        local_utc_offset_s=offset,
        kind=_parsed_kind(value["kind"]),
        subject=_text(value["subject"]),
        actor=_text(value["actor"]),
        fields=_parsed_fields(value["fields"]),
    )


def check_openings(record: Record, openings: Sequence[FieldOpening]) -> None:
    """
    Return if every opening is of a sensitive field of *record* and yields its commitment.

    Raises:
        CommitmentError: BB-509, ``field`` names the first that does not.
    """
    commitments = {field.name: field.commitment for field in record.fields if field.is_sensitive}
    for opening in openings:
        found = field_commitment(opening.name, opening.salt, opening.value).hex()
        if not compare_digest(found, commitments.get(opening.name, "")):
            raise CommitmentError(field=opening.name)


def _require_name(name: str) -> None:
    if not name or "\x00" in name:
        raise RecordMalformedError("a field name is empty or holds NUL")


def _require_salt(salt: bytes) -> None:
    if len(salt) != SALT_BYTES:
        raise RecordMalformedError("a salt is not 32 bytes")


def _fields(draft: EventDraft, salts: Mapping[str, bytes]) -> dict[str, JsonValue]:
    sensitive = {field.name for field in draft.fields if field.is_sensitive}
    if len({field.name for field in draft.fields}) != len(draft.fields) or sensitive != set(salts):
        raise RecordMalformedError("a field stands twice, or the salts are not those of the fields")
    fields: dict[str, JsonValue] = {}
    for field in draft.fields:
        _require_name(field.name)
        if field.is_sensitive:
            commitment = field_commitment(field.name, salts[field.name], field.value)
            fields[field.name] = {"c": commitment.hex()}
        else:
            fields[field.name] = field.value
    return fields


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise RecordMalformedError("not text where text belongs")
    return value


def _parsed_time(value: JsonValue) -> datetime:
    text = _text(value)
    if not _TIME.fullmatch(text):
        raise RecordMalformedError("not a time with six decimals in UTC")
    try:
        # Several times as fast as strptime, and a log is as long as the year it tells of.
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise RecordMalformedError("not a time") from error


def _parsed_monotonic(value: JsonValue) -> int:
    text = _text(value)
    if not _MONOTONIC.fullmatch(text):
        raise RecordMalformedError("not a decimal number of nanoseconds")
    return int(text)


def _parsed_kind(value: JsonValue) -> EventKind:
    try:
        return EventKind(_text(value))
    except ValueError as error:
        raise RecordMalformedError("not a kind of event") from error


def _parsed_fields(value: JsonValue) -> tuple[RecordedField, ...]:
    if not isinstance(value, Mapping):
        raise RecordMalformedError("the fields are not an object")
    fields = []
    for name, content in value.items():
        _require_name(name)
        if isinstance(content, str):
            fields.append(RecordedField(name=name, value=content))
        elif isinstance(content, Mapping) and set(content) == {"c"}:
            commitment = _text(content["c"])
            if not _COMMITMENT.fullmatch(commitment):
                raise RecordMalformedError("not a commitment")
            fields.append(RecordedField(name=name, commitment=commitment))
        else:
            raise RecordMalformedError("neither a value nor a commitment")
    return tuple(fields)
