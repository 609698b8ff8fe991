"""Encrypted contents of one case: a file under a random name, its own key in its row."""

import io
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from benban.errors import DiskFailedError, DiskFullError, NotStoredError
from benban.vault.database import Database, Row, bytes_of, number_of, text_of
from benban.vault.disk import Disk
from benban.vault.layout import CaseFolder
from benban.vault.spool import Spool, SpooledPart
from benban.vault.stream import open_stored

_NAME_BYTES = 16
_KNOWN_NAMES = "SELECT name FROM blobs UNION SELECT name FROM unlinks"


class Role(Enum):
    """What a blob holds."""

    EXHIBIT = "exhibit"
    ORIGINAL = "original"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """
    One row.

    Attributes:
        owner: id of the exhibit, original or comparison.
        kind: of derived content, e.g. ``veiled``; else empty.
        size_bytes, sha256: of the plain bytes.
    """

    name: str
    role: Role
    owner: str
    kind: str
    key: bytes
    size_bytes: int
    sha256: bytes


class Blobs:
    """The ``blobs`` and ``unlinks`` tables and the files they name."""

    def __init__(self, database: Database, folder: CaseFolder, disk: Disk, tmp: Path) -> None:
        self._database = database
        self._folder = folder
        self._disk = disk
        self._tmp = tmp

    def place(self, part: SpooledPart) -> str:
        """
        Give a spooled part its lasting place and return its name; no row names it yet.

        Raises:
            ValueError: it was adopted already, or belongs to another vault; a mistake of the
                calling code, which would take the content away from where it is.
        """
        if part.place.path.parent != self._tmp:
            raise ValueError("the part is not in this vault's spool")
        name = secrets.token_hex(_NAME_BYTES)
        target = self._folder.blob(name)
        self._disk.make_folder(target.parent)
        self._disk.rename(part.place.path, target)
        part.place.path = target
        try:
            # ``blobs/`` too: whoever made the folder may have been stopped before its flush.
            for folder in (target.parent, self._folder.blobs, self._tmp):
                self._disk.flush_folder(folder)
        except Exception:
            with suppress(DiskFullError, DiskFailedError):
                self._disk.unlink(target)
            raise
        return name

    def add(self, name: str, part: SpooledPart, role: Role, owner: str, kind: str = "") -> None:
        """Write the row of a placed part in the running transaction."""
        self._database.execute(
            "INSERT INTO blobs (name, role, owner, kind, key, size_bytes, sha256)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                name,
                role.value,
                owner,
                kind,
                part.key,
                part.size_bytes,
                bytes.fromhex(part.sha256.hex),
            ),
        )

    def spooled(self, data: bytes) -> SpooledPart:
        """Return *data* as a finished part."""
        part = Spool(self._disk, self._tmp).open_part(expected_bytes=len(data))
        part.write(data)
        return part.finish()

    def open(self, role: Role, owner: str, kind: str = "") -> BinaryIO:
        """
        Return a seekable reader of one content.

        Raises:
            NotStoredError: BB-412.
            ContentDamagedError: BB-413.
        """
        blob = self.maybe(role, owner, kind)
        if blob is None:
            raise NotStoredError("no such content", what=kind or role.value)
        return self.open_blob(blob)

    def maybe(self, role: Role, owner: str, kind: str = "") -> Blob | None:
        """Return the row of one content; None if there is none."""
        row = self._database.row(
            "SELECT name, role, owner, kind, key, size_bytes, sha256 FROM blobs"
            " WHERE role = ? AND owner = ? AND kind = ?",
            (role.value, owner, kind),
        )
        return None if row is None else _blob(row)

    def open_blob(self, blob: Blob) -> BinaryIO:
        """Return a seekable reader of one content."""
        return open_stored(self._folder.blob(blob.name), blob.key, blob.size_bytes)

    def all(self) -> tuple[Blob, ...]:
        """Return every row."""
        rows = self._database.rows(
            "SELECT name, role, owner, kind, key, size_bytes, sha256 FROM blobs ORDER BY rowid"
        )
        return tuple(_blob(row) for row in rows)

    def is_named(self, name: str) -> bool:
        """Return whether a row names this file."""
        return self._database.row("SELECT 1 FROM blobs WHERE name = ?", (name,)) is not None

    def destroy(self, blobs: Sequence[Blob]) -> None:
        """Remove rows, and with them the keys, in the running transaction; files go later."""
        for blob in blobs:
            self._database.execute("DELETE FROM blobs WHERE name = ?", (blob.name,))
            self._database.execute("INSERT INTO unlinks (name) VALUES (?)", (blob.name,))

    def unlink_destroyed(self) -> None:
        """
        Remove the files of destroyed rows; what the disk does not let go stays on the list.

        The act that destroyed them has been committed and must not look refused: without a key
        the file is noise, and the next act or opening tries again.
        """
        gone = []
        for (name,) in self._database.rows("SELECT name FROM unlinks"):
            with suppress(DiskFullError, DiskFailedError):
                self._disk.unlink(self._folder.blob(text_of(name)))
                gone.append(name)
        if gone:
            with suppress(DiskFullError, DiskFailedError), self._database.transaction():
                for name in gone:
                    self._database.execute("DELETE FROM unlinks WHERE name = ?", (name,))

    def is_to_go(self, name: str) -> bool:
        """Return whether a file belongs to a destroyed row and has yet to be removed."""
        return self._database.row("SELECT 1 FROM unlinks WHERE name = ?", (name,)) is not None

    def take_back(self, name: str) -> None:
        """Remove a placed file again, unless a row names it after all."""
        if not self.is_named(name):
            self._disk.unlink(self._folder.blob(name))

    def unnamed_files(self) -> tuple[Path, ...]:
        """Return the files under ``blobs/`` that no row names and that are not to go anyway."""
        named = {text_of(name) for (name,) in self._database.rows(_KNOWN_NAMES)}
        if not self._folder.blobs.is_dir():
            return ()
        return tuple(
            path
            for path in sorted(self._folder.blobs.glob("*/*"))
            if path.is_file() and (path.name not in named or path.parent.name != path.name[:2])
        )


def read_whole(stream: BinaryIO) -> bytes:
    """Return all bytes of a reader and close it."""
    with stream:
        stream.seek(0, io.SEEK_SET)
        return stream.read()


def _blob(row: Row) -> Blob:
    name, role, owner, kind, key, size_bytes, sha256 = row
    return Blob(
        name=text_of(name),
        role=Role(text_of(role)),
        owner=text_of(owner),
        kind=text_of(kind),
        key=bytes_of(key),
        size_bytes=number_of(size_bytes),
        sha256=bytes_of(sha256),
    )
