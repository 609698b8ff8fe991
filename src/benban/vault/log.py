"""
The custody log inside a case database, and its head beside it.

Source: docs/reference/log-format.md; docs/reference/vault-format-v1.md sections 6 and 8.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benban.errors import BenbanError, NotStoredError, VaultDamagedError
from benban.model.clock import Clock
from benban.model.custody import CustodyEvent, EventDraft, Field
from benban.seal.digests import as_sha256
from benban.seal.leaf import FieldOpening, parse_record, seal_event
from benban.vault.database import Database, Row, bytes_of, number_of, text_of
from benban.vault.disk import Disk

HEAD_PART = "log/head"
_HEAD_MAGIC = b"BENBANH1"
_NONCE_BYTES = 12
_HEAD_BYTES = len(_HEAD_MAGIC) + _NONCE_BYTES + 8 + 32 + 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """
    What opens one record.

    Attributes:
        fields: by name; only sensitive fields, and only those not forgotten.
    """

    position: int
    record: bytes
    salt: bytes
    fields: Mapping[str, FieldOpening]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Size and root of a log at one moment; the root is 32 bytes."""

    size: int
    root: bytes


class Frontier:
    """
    The roots of the whole subtrees of a growing RFC 6962 tree: a new leaf costs a few hashes.

    Source: RFC 6962 section 2.1.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._peaks: list[bytes] = []
        self._size = 0
        for leaf in leaves:
            self.add(leaf)

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash."""
        node, size = leaf, self._size
        while size & 1:
            node = _node(self._peaks.pop(), node)
            size >>= 1
        self._peaks.append(node)
        self._size += 1

    def head(self) -> Head:
        """Return size and root."""
        if not self._peaks:
            return Head(size=0, root=hashlib.sha256(b"").digest())
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = _node(peak, root)
        return Head(size=self._size, root=root)


class CustodyLog:
    """The ``log`` and ``openings`` tables."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def append(self, draft: EventDraft, position: int, actor: str) -> CustodyEvent:
        """
        Write an event as leaf *position* in the running transaction and return it.

        Raises:
            RecordMalformedError: BB-502, a field stands twice or is no text.
        """
        at = self._clock.now()
        sealed = seal_event(
            draft,
            at=at,
            monotonic_ns=self._clock.monotonic_ns(),
            local_utc_offset_s=self._clock.local_utc_offset_s(),
            actor=actor,
        )
        self._database.execute(
            "INSERT INTO log (position, leaf, salt, record) VALUES (?, ?, ?, ?)",
            (position, sealed.leaf, sealed.salt, sealed.record),
        )
        for one in sealed.openings:
            self._database.execute(
                "INSERT INTO openings (position, name, salt, value) VALUES (?, ?, ?, ?)",
                (position, one.name, one.salt, one.value),
            )
        return CustodyEvent(
            position=position,
            at=at,
            kind=draft.kind,
            subject=draft.subject,
            actor=actor,
            fields=draft.fields,
            leaf_sha256=as_sha256(sealed.leaf),
        )

    def leaves(self) -> tuple[bytes, ...]:
        """
        Return all leaf hashes in order.

        Raises:
            VaultDamagedError: BB-406, a position is missing.
        """
        rows = self._database.rows("SELECT position, leaf FROM log ORDER BY position")
        for expected, (position, _) in enumerate(rows):
            if position != expected:
                raise VaultDamagedError(f"no leaf {expected}", part="log")
        return tuple(bytes_of(leaf) for _, leaf in rows)

    def events(self) -> tuple[CustodyEvent, ...]:
        """Return all events in order, as far as they can still be read."""
        openings: dict[int, dict[str, str]] = {}
        for position, name, value in self._database.rows(
            "SELECT position, name, value FROM openings"
        ):
            openings.setdefault(number_of(position), {})[text_of(name)] = text_of(value)
        rows = self._database.rows("SELECT position, leaf, record FROM log ORDER BY position")
        return tuple(_event(row, openings.get(number_of(row[0]), {})) for row in rows)

    def events_from(self, first: int, count: int) -> tuple[CustodyEvent, ...]:
        """Return at most *count* events from position *first* on; a long log is read in pages."""
        within = (first, first + count)
        openings: dict[int, dict[str, str]] = {}
        for position, name, value in self._database.rows(
            "SELECT position, name, value FROM openings WHERE position >= ? AND position < ?",
            within,
        ):
            openings.setdefault(number_of(position), {})[text_of(name)] = text_of(value)
        rows = self._database.rows(
            "SELECT position, leaf, record FROM log WHERE position >= ? AND position < ?"
            " ORDER BY position",
            within,
        )
        return tuple(_event(row, openings.get(number_of(row[0]), {})) for row in rows)

    def opening(self, position: int) -> Opening:
        """
        Return what opens the record at *position*.

        Raises:
            NotStoredError: BB-412, no such position, or forgotten.
        """
        row = self._database.row("SELECT record, salt FROM log WHERE position = ?", (position,))
        if row is None or row[0] is None:
            raise NotStoredError("no such record", what=f"log {position}")
        rows = self._database.rows(
            "SELECT name, salt, value FROM openings WHERE position = ? ORDER BY name", (position,)
        )
        fields = [
            FieldOpening(name=text_of(name), salt=bytes_of(salt), value=text_of(value))
            for name, salt, value in rows
        ]
        return Opening(
            position=position,
            record=bytes_of(row[0]),
            salt=bytes_of(row[1]),
            fields={one.name: one for one in fields},
        )

    def forget_records(self, positions: Sequence[int]) -> None:
        """Remove salt, record and openings of these positions; the leaves stay."""
        for position in positions:
            self._database.execute("DELETE FROM openings WHERE position = ?", (position,))
            self._database.execute(
                "UPDATE log SET salt = NULL, record = NULL WHERE position = ?", (position,)
            )

    def forget_values(self, values: Sequence[str]) -> None:
        """Remove every opening, of any event, whose value is one of *values*."""
        for value in values:
            self._database.execute("DELETE FROM openings WHERE value = ?", (value,))


def write_head(
    path: Path, head: Head, *, key: bytes, origin: str, disk: Disk, staging: Path
) -> None:
    """Put size and root beside the database and make them last."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = head.size.to_bytes(8, "big") + head.root
    sealed = AESGCM(key).encrypt(nonce, plain, _head_context(origin))
    disk.replace_file(path, _HEAD_MAGIC + nonce + sealed, staging=staging)


def read_head(path: Path, *, key: bytes, origin: str) -> Head:
    """
    Return what :func:`write_head` put there.

    Raises:
        VaultDamagedError: BB-406, missing, changed, or another log's.
    """
    try:
        stored = path.read_bytes()
    except OSError as error:
        raise VaultDamagedError("missing", part=HEAD_PART) from error
    if len(stored) != _HEAD_BYTES or not stored.startswith(_HEAD_MAGIC):
        raise VaultDamagedError("of another form", part=HEAD_PART)
    nonce = stored[len(_HEAD_MAGIC) : len(_HEAD_MAGIC) + _NONCE_BYTES]
    sealed = stored[len(_HEAD_MAGIC) + _NONCE_BYTES :]
    try:
        plain = AESGCM(key).decrypt(nonce, sealed, _head_context(origin))
    except InvalidTag as error:
        raise VaultDamagedError("changed", part=HEAD_PART) from error
    return Head(size=int.from_bytes(plain[:8], "big"), root=plain[8:])


def _head_context(origin: str) -> bytes:
    return b"benban/vault/v1/log-head\x00" + origin.encode()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _event(row: Row, opened: Mapping[str, str]) -> CustodyEvent:
    position, leaf = number_of(row[0]), as_sha256(bytes_of(row[1]))
    if row[2] is None:
        return CustodyEvent(
            position=position,
            at=None,
            kind=None,
            subject="",
            actor="",
            fields=(),
            leaf_sha256=leaf,
            is_forgotten=True,
        )
    try:
        record = parse_record(bytes_of(row[2]))
    except BenbanError as error:
        raise VaultDamagedError(f"record {position}", part="log") from error
    return CustodyEvent(
        position=position,
        at=record.at,
        kind=record.kind,
        subject=record.subject,
        actor=record.actor,
        fields=tuple(
            Field(
                name=field.name,
                value=opened.get(field.name, "") if field.is_sensitive else field.value,
                is_sensitive=field.is_sensitive,
            )
            for field in record.fields
        ),
        leaf_sha256=leaf,
    )
