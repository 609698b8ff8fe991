"""The proof that a consent to sharing exactly this hash stands in a case's log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from benban.errors import BenbanError
from benban.errors.exchange import AgeNotShownError, ProofRefusedError
from benban.exchange.fit import required_hash
from benban.model.custody import EventKind
from benban.model.fingerprint import Pdq
from benban.seal.canonical import JsonValue, canonical_json, parse_canonical
from benban.seal.leaf import FieldOpening, Record, check_openings, leaf_hash, parse_record
from benban.seal.merkle import verify_inclusion
from benban.seal.note import open_checkpoint

# A log of a million entries has twenty nodes on the way to its root.
MAX_PROOF_BYTES = 32_768
_MOST_NODES = 53
_KIND = "benban/consent-to-share"
_MEMBERS = frozenset({"v", "kind", "record", "salt", "index", "path", "note", "key", "openings"})
_AGES = ("adult_now", "adult_in_picture", "nobody_doubts")
# What an exchange has to read, and no other field of the event.
OPENED_FIELDS = frozenset({*_AGES, "exchange", "pdq", "quality"})
_YES = "yes"
# A person's clock may be wrong by so much.
_AHEAD = timedelta(days=1)
# A consent that lies somewhere for long says little about what the person wants today; and a
# withdrawal that came before it need not be kept for ever.
OLDEST_CONSENT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentProof:
    """
    A consent as its log shows it.

    Attributes:
        record: canonical JSON of the event.
        salt: 32 bytes of its leaf.
        index: its place in the log, from 0.
        path: from the leaf to the root, 32 bytes each.
        note: the signed head of the log.
        key: 32 bytes, the log's public key; a withdrawal must be signed with it.
        openings: of the six fields that the exchange has to read, and no other.
    """

    record: bytes
    salt: bytes
    index: int
    path: tuple[bytes, ...]
    note: bytes
    key: bytes
    openings: tuple[FieldOpening, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consented:
    """What a proof that holds says; ``leaf`` is used up with the hash."""

    pdq: Pdq
    leaf: str
    key: str
    at: datetime


def proof_bytes(proof: ConsentProof) -> bytes:
    """Return the file that a member hands in."""
    return canonical_json(
        {
            "v": 1,
            "kind": _KIND,
            "record": proof.record.decode(),
            "salt": proof.salt.hex(),
            "index": proof.index,
            "path": [node.hex() for node in proof.path],
            "note": proof.note.decode(),
            "key": proof.key.hex(),
            "openings": {
                one.name: {"salt": one.salt.hex(), "value": one.value} for one in proof.openings
            },
        }
    )


def read_proof(untrusted: bytes) -> ConsentProof:
    """
    Return a proof that has the layout of one; nothing of it is believed yet.

    Raises:
        ProofRefusedError: BB-952, too long, or another layout.
    """
    if len(untrusted) > MAX_PROOF_BYTES:
        raise ProofRefusedError("too long", why="layout")
    try:
        return _parsed(parse_canonical(untrusted))
    except (BenbanError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ProofRefusedError("not the layout of a proof", why="layout") from error


def check_proof(proof: ConsentProof, *, exchange: str, now: datetime) -> Consented:
    """
    Return what was consented to.

    Args:
        proof: as it was read.
        exchange: key id of this exchange; a consent to another is none.
        now: aware UTC.

    Raises:
        ProofRefusedError: BB-952; ``why`` is layout, log, fields, exchange or time.
        AgeNotShownError: BB-954, an age answer is not yes.
        HashRefusedError: BB-951, the hash is none that is shared.
    """
    # 1. The leaf stands in the log that the key signed.
    leaf = _leaf_in_log(proof)
    # 2. The event is a consent, and the opened fields are those of the record.
    record = _record(proof)
    said = _said(record, proof)
    # 3. It is for this exchange, and not of a day to come.
    if said["exchange"] != exchange:
        raise ProofRefusedError("for another exchange", why="exchange")
    if record.at > now + _AHEAD:
        raise ProofRefusedError("of a day to come", why="time")
    if record.at < now - OLDEST_CONSENT:
        raise ProofRefusedError("older than 30 days", why="time")
    # 4. Under 18 or unsure: before the hash is looked at.
    if any(said[name] != _YES for name in _AGES):
        raise AgeNotShownError
    return Consented(
        pdq=required_hash(said["pdq"], _quality(said["quality"])),
        leaf=leaf.hex(),
        key=proof.key.hex(),
        at=record.at,
    )


def _leaf_in_log(proof: ConsentProof) -> bytes:
    try:
        checkpoint = open_checkpoint(proof.note, proof.key)
        leaf = leaf_hash(proof.salt, proof.record)
        verify_inclusion(
            leaf=leaf,
            index=proof.index,
            size=checkpoint.size,
            proof=proof.path,
            root=bytes.fromhex(checkpoint.root.hex),
        )
    except BenbanError as error:
        raise ProofRefusedError("not in the signed log", why="log") from error
    return leaf


def _record(proof: ConsentProof) -> Record:
    try:
        record = parse_record(proof.record)
        check_openings(record, proof.openings)
    except BenbanError as error:
        raise ProofRefusedError("the fields are not those of the record", why="fields") from error
    if record.kind is not EventKind.SHARING_AGREED:
        raise ProofRefusedError("another event", why="fields")
    return record


def _said(record: Record, proof: ConsentProof) -> dict[str, str]:
    said = {one.name: one.value for one in proof.openings}
    sealed = {one.name for one in record.fields if one.is_sensitive}
    if len(said) != len(proof.openings) or set(said) != OPENED_FIELDS or not set(said) <= sealed:
        raise ProofRefusedError("not the fields of a consent", why="fields")
    return said


def _quality(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 3:  # noqa: PLR2004 - 100
        raise ProofRefusedError("not a quality", why="fields")
    return int(text)


def _parsed(value: JsonValue) -> ConsentProof:
    if not isinstance(value, Mapping) or set(value) != _MEMBERS:
        raise ProofRefusedError("not the members of a proof", why="layout")
    if value["v"] is True or value["v"] != 1 or value["kind"] != _KIND:
        raise ProofRefusedError("another kind or version", why="layout")
    index, path, openings = value["index"], value["path"], value["openings"]
    if isinstance(index, bool) or not isinstance(index, int) or not isinstance(path, Sequence):
        raise ProofRefusedError("not a place in a log", why="layout")
    if not isinstance(openings, Mapping) or len(path) > _MOST_NODES:
        raise ProofRefusedError("not openings, or a way too long", why="layout")
    return ConsentProof(
        record=_text(value["record"]).encode(),
        salt=_bytes(value["salt"]),
        index=index,
        path=tuple(_bytes(node) for node in path),
        note=_text(value["note"]).encode(),
        key=_bytes(value["key"]),
        openings=tuple(_opening(name, one) for name, one in openings.items()),
    )


def _opening(name: str, value: JsonValue) -> FieldOpening:
    if not isinstance(value, Mapping) or set(value) != {"salt", "value"}:
        raise ProofRefusedError("not an opening", why="layout")
    return FieldOpening(name=name, salt=_bytes(value["salt"]), value=_text(value["value"]))


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise ProofRefusedError("not text", why="layout")
    return value


def _bytes(value: JsonValue) -> bytes:
    text = _text(value)
    if text != text.lower() or len(text) != 64 or not text.isalnum():  # noqa: PLR2004 - 32 bytes
        raise ProofRefusedError("not 32 bytes in hexadecimal", why="layout")
    return bytes.fromhex(text)
