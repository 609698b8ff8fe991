"""SQLCipher databases: opened with every pragma of the format, failing with our own errors."""

import copy
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias, cast

from sqlcipher3 import dbapi2

from benban.errors import (
    BenbanError,
    CaseMissingError,
    DiskFailedError,
    DiskFullError,
    MemoryShortError,
    VaultDamagedError,
)
from benban.vault.disk import Disk, StepKind

Value: TypeAlias = str | int | bytes | None
Row: TypeAlias = tuple[Value, ...]

SCHEMA_VERSION = 1
# docs/reference/vault-format-v1.md section 6, in this order; the key stands second.
_PRAGMAS = (
    "cipher_compatibility = 4",
    "cipher_memory_security = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "busy_timeout = 5000",
)
_FULL = re.compile("database or disk is full")
_FAILED = re.compile("disk I/O error|readonly database|unable to open|is locked|is busy")
_NO_MEMORY = re.compile("out of memory")


class _Connection:
    """SQLite's own connection, and how many handles it still has."""

    def __init__(self, connection: dbapi2.Connection) -> None:
        self.connection = connection
        self.handles = 1
        self.is_destroyed = False


class Database:
    """
    One open SQLCipher database, used from any thread, one statement at a time.

    A transaction holds the lock for its whole length, so the threads of one program queue up here
    instead of meeting "database is locked".
    """

    def __init__(self, path: Path, key: bytes, disk: Disk) -> None:
        """
        Open the database and set every pragma of the format.

        Args:
            path: existing or to be made.
            key: 32 raw bytes.
            disk: told of each commit.

        Raises:
            VaultDamagedError: BB-406, not a database under this key.
        """
        self.path = path
        self._disk = disk
        self._lock = threading.RLock()
        with self.failures():
            self._held = _Connection(
                dbapi2.connect(
                    str(path), timeout=5.0, isolation_level=None, check_same_thread=False
                )
            )
        self._is_closed = self._is_taken = False
        try:
            self._prepare(key)
        except BaseException:
            self._connection.close()
            raise

    @classmethod
    def new(cls, path: Path, key: bytes, disk: Disk) -> "Database":
        """Return a new, empty database; SQLite itself would let others read the file."""
        disk.create(path).close()
        return cls(path, key, disk)

    def share(self) -> "Database":
        """
        Return another handle of this connection, closed by itself; the last one closes the file.

        Two connections of one program would meet "database is locked"; handles queue up.
        """
        with self._lock:
            _ = self._connection
            other = copy.copy(self)
            self._held.handles += 1
            return other

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return all rows of a query."""
        with self._lock, self.failures():
            return cast("list[Row]", self._connection.execute(sql, parameters).fetchall())

    def row(self, sql: str, parameters: Sequence[Value] = ()) -> Row | None:
        """Return the first row of a query; None if there is none."""
        with self._lock, self.failures():
            return cast("Row | None", self._connection.execute(sql, parameters).fetchone())

    def execute(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """Run one statement and return how many rows it changed."""
        with self._lock, self.failures():
            return cast("int", self._connection.execute(sql, parameters).rowcount)

    def rekey(self, key: bytes) -> None:
        """Encrypt every page anew under *key*, 32 raw bytes; no transaction may be open."""
        with self._lock:
            self.truncate_wal()
            self.row("PRAGMA journal_mode = DELETE")
            self.execute(f"PRAGMA rekey = \"x'{key.hex()}'\"")
            self.row("PRAGMA journal_mode = WAL")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the body one transaction: all of it lasts or none."""
        with self._lock:
            self.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._disk.tell(StepKind.COMMIT, self.path)
                self.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other thread out for the body, e.g. while the file is copied."""
        with self._lock:
            yield

    def truncate_wal(self) -> None:
        """
        Fold the write-ahead log into the database and cut it to nothing.

        Raises:
            DiskFailedError: BB-411, somebody reads in it for longer than ``busy_timeout``.
        """
        self._disk.tell(StepKind.TRUNCATE_WAL, self.path)
        # SQLite does not raise here: the first column says that the log was left as it is.
        if self.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]:
            raise DiskFailedError("write-ahead log in use", reason="database")

    def problems(self) -> tuple[str, ...]:
        """Return what is wrong with the pages and the structure, by page; empty when whole."""
        found: list[str] = []
        try:
            # SQLCipher's own check authenticates each page; SQLite's does not see a flipped bit.
            found += [text_of(row[0]) for row in self.rows("PRAGMA cipher_integrity_check")]
            found += [text_of(row[0]) for row in self.rows("PRAGMA integrity_check(20)")]
        except BenbanError as error:
            found.append(error.detail)
        return tuple(text for text in dict.fromkeys(found) if text != "ok")

    def close(self) -> None:
        """Close; the last one to close folds the write-ahead log in."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            self._held.handles -= 1
            if not self._held.handles:
                self._held.connection.close()

    def take_away(self) -> None:
        """Close; whoever goes on using this handle is told that the case is not theirs any more."""
        with self._lock:
            self._is_taken = True
            self.close()

    def close_for_all(self) -> None:
        """Close the file whoever still has a handle: what it holds is to be destroyed."""
        with self._lock:
            self._is_closed = self._held.is_destroyed = True
            self._held.connection.close()

    @property
    def is_gone(self) -> bool:
        """Whether the case was taken from whoever has this handle, or is destroyed."""
        return self._is_taken or self._held.is_destroyed

    @property
    def _connection(self) -> dbapi2.Connection:
        if self.is_gone:
            raise CaseMissingError
        if self._is_closed:
            raise dbapi2.ProgrammingError("Cannot operate on a closed database.")
        return self._held.connection

    def _prepare(self, key: bytes) -> None:
        # Pragmas take no parameters; the key is hex of random bytes, never text from outside.
        with self.failures():
            self._connection.execute("PRAGMA cipher_log_level = NONE")
            self._connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            for pragma in _PRAGMAS:
                self._connection.execute(f"PRAGMA {pragma}")
            # The first read is where a wrong key or a foreign file shows.
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()

    def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except dbapi2.Error:
            # SQLite rolled back by itself when the disk failed, or the journal does it at the
            # next opening: the error that brought us here is the one to tell.
            return

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Turn what SQLite raises in the body into our own errors; mistakes of code stay."""
        try:
            yield
        except dbapi2.Error as error:
            raise _translated(error, self.path.name) from error


def _translated(error: Exception, part: str) -> BenbanError:
    text = str(error)
    if _FULL.search(text):
        return DiskFullError("database")
    if _FAILED.search(text):
        return DiskFailedError("database", reason="database")
    if _NO_MEMORY.search(text):
        return MemoryShortError("database")
    if isinstance(error, dbapi2.DatabaseError) and not isinstance(
        error, (dbapi2.IntegrityError, dbapi2.ProgrammingError, dbapi2.InterfaceError)
    ):
        return VaultDamagedError(f"{part}: {text}", part=part)
    raise error


def text_of(value: Value) -> str:
    """Return a value that the schema says is text."""
    if not isinstance(value, str):
        raise VaultDamagedError("not text", part="database")
    return value


def number_of(value: Value) -> int:
    """Return a value that the schema says is a whole number."""
    if not isinstance(value, int):
        raise VaultDamagedError("not a number", part="database")
    return value


def bytes_of(value: Value) -> bytes:
    """Return a value that the schema says is bytes."""
    if not isinstance(value, bytes):
        raise VaultDamagedError("not bytes", part="database")
    return value
