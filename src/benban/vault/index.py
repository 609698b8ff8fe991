"""``index.db``: users, slots, cases and what commits to their keys. No case text."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from benban.model.ids import CaseId
from benban.vault.database import Database, Row, Value, bytes_of, number_of, text_of
from benban.vault.plain_files import SlotKind
from benban.vault.schema import INDEX_SQL, SETTINGS_SQL, lay_tables

_GENERATION = "generation"
_BALLAST_BYTES = "ballast_bytes"


class CaseState(Enum):
    """How far a case has been made."""

    CREATING = "creating"
    LIVE = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEntry:
    """A case as the index knows it; the commitments are 32 bytes."""

    case_id: CaseId
    state: CaseState
    key_commitment: bytes
    log_key_commitment: bytes
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotEntry:
    """
    A slot as the index knows it.

    Attributes:
        file_sha256: of the slot's file as last written; None while the first is being written.
        next_sha256: of a file that is being written; None otherwise.
    """

    slot_id: str
    user_id: str
    kind: SlotKind
    file_sha256: bytes | None
    next_sha256: bytes | None

    def is_file(self, sha256: bytes) -> bool:
        """Return whether a file with this digest is the slot's."""
        return sha256 in {self.file_sha256, self.next_sha256}


class Index:
    """Reads and writes ``index.db``; each method that writes is one transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def lay(self, user_id: str, public_key: bytes, *, ballast_bytes: int, at: datetime) -> None:
        """Make the tables and the first user."""
        with self.database.transaction():
            lay_tables(self.database, INDEX_SQL)
            self.database.execute(
                "INSERT INTO users VALUES (?, ?, 'person', ?)", (user_id, public_key, stamp(at))
            )
            self.database.execute(
                "INSERT INTO numbers VALUES (?, 0), (?, ?)",
                (_GENERATION, _BALLAST_BYTES, ballast_bytes),
            )

    def drop_settings_below(self, beginning: str) -> None:
        """Destroy every setting whose name begins so, in the running transaction."""
        if self.database.row("SELECT 1 FROM sqlite_master WHERE name = 'settings'") is not None:
            self.database.execute(
                "DELETE FROM settings WHERE substr(name, 1, ?) = ?", (len(beginning), beginning)
            )

    def public_key(self, user_id: str) -> bytes | None:
        """Return a user's public key; None if there is no such user."""
        row = self.database.row("SELECT public_key FROM users WHERE user_id = ?", (user_id,))
        return None if row is None else bytes_of(row[0])

    def user_ids(self) -> tuple[str, ...]:
        """Return all users."""
        rows = self.database.rows("SELECT user_id FROM users ORDER BY user_id")
        return tuple(text_of(user_id) for (user_id,) in rows)

    def slots(self) -> tuple[SlotEntry, ...]:
        """Return all slots."""
        rows = self.database.rows(
            "SELECT slot_id, user_id, kind, file_sha256, next_sha256 FROM slots ORDER BY slot_id"
        )
        return tuple(
            SlotEntry(
                slot_id=text_of(slot_id),
                user_id=text_of(user_id),
                kind=SlotKind(text_of(kind)),
                file_sha256=_maybe_bytes(current),
                next_sha256=_maybe_bytes(following),
            )
            for slot_id, user_id, kind, current, following in rows
        )

    def announce_slot(self, slot_id: str, user_id: str, kind: SlotKind, sha256: bytes) -> None:
        """Note the file that is about to be written."""
        with self.database.transaction():
            self.database.execute(
                "INSERT INTO slots (slot_id, user_id, kind, next_sha256) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (slot_id) DO UPDATE SET next_sha256 = excluded.next_sha256",
                (slot_id, user_id, kind.value, sha256),
            )

    def settle_slot(self, slot_id: str, sha256: bytes) -> None:
        """Note which file is there now."""
        with self.database.transaction():
            self.database.execute(
                "UPDATE slots SET file_sha256 = ?, next_sha256 = NULL WHERE slot_id = ?",
                (sha256, slot_id),
            )

    def drop_slot(self, slot_id: str) -> None:
        """Forget a slot whose file was never written."""
        with self.database.transaction():
            self.database.execute("DELETE FROM slots WHERE slot_id = ?", (slot_id,))

    def cases(self) -> tuple[CaseEntry, ...]:
        """Return all cases, oldest first."""
        rows = self.database.rows(
            "SELECT case_id, state, key_commitment, log_key_commitment, origin FROM cases"
            " ORDER BY rowid"
        )
        return tuple(_case(row) for row in rows)

    def case(self, case_id: CaseId) -> CaseEntry | None:
        """Return one case; None if there is no such case."""
        return next((entry for entry in self.cases() if entry.case_id == case_id), None)

    def has_log(self, origin: str, log_key_commitment: bytes) -> bool:
        """Return whether a case has this log or signs with this key."""
        known = ((one.origin, one.log_key_commitment) for one in self.cases())
        return any(a == origin or b == log_key_commitment for a, b in known)

    def announce_case(self, entry: CaseEntry, at: datetime) -> None:
        """Note a case that is being made."""
        with self.database.transaction():
            self.database.execute(
                "INSERT INTO cases VALUES (?, ?, ?, ?, ?, ?)",
                (
                    entry.case_id,
                    stamp(at),
                    entry.state.value,
                    entry.key_commitment,
                    entry.log_key_commitment,
                    entry.origin,
                ),
            )

    def settle_case(self, case_id: CaseId) -> None:
        """Note that a case is whole."""
        with self.database.transaction():
            self.database.execute(
                "UPDATE cases SET state = ? WHERE case_id = ?", (CaseState.LIVE.value, case_id)
            )

    def unsettle_case(self, case_id: CaseId) -> None:
        """Note that a case is to go: until it is dropped, the next opening removes it."""
        with self.database.transaction():
            self.database.execute(
                "UPDATE cases SET state = ? WHERE case_id = ?", (CaseState.CREATING.value, case_id)
            )

    def drop_case(self, case_id: CaseId) -> None:
        """Forget a case that was never whole."""
        with self.database.transaction():
            self.database.execute("DELETE FROM cases WHERE case_id = ?", (case_id,))

    def note_unlock(self, failed_before: int, at: datetime) -> None:
        """Note how many unlocks failed before this one."""
        with self.database.transaction():
            self.database.execute(
                "INSERT INTO unlocks (at, failed_before) VALUES (?, ?)", (stamp(at), failed_before)
            )

    def failed_unlocks(self) -> tuple[tuple[str, int], ...]:
        """Return when a success followed failures, and how many; oldest first."""
        rows = self.database.rows("SELECT at, failed_before FROM unlocks ORDER BY position")
        return tuple((text_of(at), number_of(failed)) for at, failed in rows)

    def generation(self) -> int:
        """Return how often this vault was opened where a counter is kept outside."""
        return self._number(_GENERATION)

    def ballast_bytes(self) -> int:
        """Return how large the ballast of this vault is when it is there."""
        return self._number(_BALLAST_BYTES)

    def advance(self) -> int:
        """Count one more opening and return the new number."""
        with self.database.transaction():
            self.database.execute(
                "UPDATE numbers SET value = value + 1 WHERE name = ?", (_GENERATION,)
            )
            return self.generation()

    def setting(self, name: str) -> bytes:
        """Return a setting of this vault; empty when it was never set."""
        # The table came later than version 1's first vaults; an older program never looks.
        if self.database.row("SELECT 1 FROM sqlite_master WHERE name = 'settings'") is None:
            return b""
        row = self.database.row("SELECT value FROM settings WHERE name = ?", (name,))
        return b"" if row is None else bytes_of(row[0])

    def set_setting(self, name: str, value: bytes) -> None:
        """Keep a setting of this vault."""
        with self.database.transaction():
            self.database.execute(SETTINGS_SQL)
            self.database.execute(
                "INSERT INTO settings (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, value),
            )

    def drop_settings_of(self, case_id: str) -> None:
        """Destroy every setting whose name holds the id of a case: it goes with the case."""
        if self.database.row("SELECT 1 FROM sqlite_master WHERE name = 'settings'") is not None:
            with self.database.transaction():
                self.database.execute("DELETE FROM settings WHERE instr(name, ?)", (case_id,))
        # The old pages, and with them the values, stand in the write-ahead log until it is cut.
        self.database.truncate_wal()

    def drop_setting(self, name: str) -> None:
        """Destroy a setting; one that was never set is no error."""
        if self.setting(name):
            with self.database.transaction():
                self.database.execute("DELETE FROM settings WHERE name = ?", (name,))
        # The old page, and with it the value, stands in the write-ahead log until it is cut.
        self.database.truncate_wal()

    def _number(self, name: str) -> int:
        row = self.database.row("SELECT value FROM numbers WHERE name = ?", (name,))
        return 0 if row is None else number_of(row[0])


def stamp(at: datetime) -> str:
    """Return a time as the databases keep it: UTC, six decimals, Z."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _maybe_bytes(value: Value) -> bytes | None:
    return None if value is None else bytes_of(value)


def _case(row: Row) -> CaseEntry:
    case_id, state, key, log_key, origin = row
    return CaseEntry(
        case_id=CaseId(text_of(case_id)),
        state=CaseState(text_of(state)),
        key_commitment=bytes_of(key),
        log_key_commitment=bytes_of(log_key),
        origin=text_of(origin),
    )
