"""
The people of a shared vault: their rows in ``index.db``, their names in ``people.json``.

Source: docs/reference/vault-format-v1.md section 13.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benban.errors import VaultDamagedError
from benban.model.ids import CaseId
from benban.model.people import Person, PersonState, Role
from benban.seal.canonical import JsonValue, canonical_json
from benban.vault.database import Row, bytes_of, text_of
from benban.vault.disk import Disk
from benban.vault.index import Index, stamp
from benban.vault.layout import VaultFolder
from benban.vault.names import folded, look_of
from benban.vault.plain_files import checked, read_small, summed, text_in

FORMAT = "benban-people"
PART = "people.json"
_USER_ID = re.compile(r"[0-9a-f]{16}")
_HOLDER = "SELECT 1 FROM holders WHERE case_id = ? AND user_id = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """
    A name of ``people.json``.

    Attributes:
        invitation: user id of the slot that the code opens; empty after the first entry.
    """

    user_id: str
    invitation: str


class People:
    """Reads and writes what ``index.db`` says of people; whoever calls holds the vault's lock."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._database = index.database

    def all(self) -> tuple[Person, ...]:
        """Return everybody, also whose access ended, in the order in which they were invited."""
        return tuple(_person(row) for row in self._rows())

    def invitation(self, user_id: str) -> str:
        """Return the user id of an invitation that was not taken up; empty when there is none."""
        row = self._database.row("SELECT invitation FROM people WHERE user_id = ?", (user_id,))
        return "" if row is None else text_of(row[0])

    def by_id(self, user_id: str) -> Person | None:
        """Return one person; None if there is none."""
        return next((one for one in self.all() if one.user_id == user_id), None)

    def by_name(self, name: str) -> Person | None:
        """Return who comes in, or may come in, under a name."""
        return next(
            (
                one
                for one in self.all()
                if folded(one.name) == folded(name) and one.state is not PersonState.ENDED
            ),
            None,
        )

    def is_taken(self, name: str) -> bool:
        """Return whether somebody comes in, or may, under a name that looks like this one."""
        return any(
            look_of(one.name) == look_of(name) or folded(one.name) == folded(name)
            for one in self.all()
            if one.state is not PersonState.ENDED
        )

    def add(self, person: Person, invitation: str) -> None:
        """Note somebody, in the running transaction."""
        self._database.execute(
            "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                person.user_id,
                person.name,
                person.role.value,
                person.state.value,
                stamp(person.added_at),
                person.invited_by,
                invitation,
            ),
        )

    def add_user(self, user_id: str, public_key: bytes, role: str, at: datetime) -> None:
        """Note a public key, in the running transaction."""
        self._database.execute(
            "INSERT INTO users VALUES (?, ?, ?, ?)", (user_id, public_key, role, stamp(at))
        )

    def add_slot(self, slot_id: str, user_id: str, kind: str, file_sha256: bytes) -> None:
        """Note a slot whose file is there, in the running transaction."""
        self._database.execute(
            "INSERT INTO slots (slot_id, user_id, kind, file_sha256) VALUES (?, ?, ?, ?)",
            (slot_id, user_id, kind, file_sha256),
        )

    def set_state(self, user_id: str, state: PersonState) -> None:
        """Note that somebody came in for the first time or was let out, in the transaction."""
        self._database.execute(
            "UPDATE people SET state = ?, invitation = '' WHERE user_id = ?", (state.value, user_id)
        )

    def drop_user(self, user_id: str) -> None:
        """Forget a public key with its ways in and its cases, in the running transaction."""
        for table in ("holders", "slots", "users"):
            self._database.execute(f"DELETE FROM {table} WHERE user_id = ?", (user_id,))  # noqa: S608 - names above

    # --- who has a case -------------------------------------------------------------------

    def holder_ids(self, case_id: str) -> tuple[str, ...]:
        """Return who has the key of a case."""
        rows = self._database.rows(
            "SELECT user_id FROM holders WHERE case_id = ? ORDER BY added_at, user_id", (case_id,)
        )
        return tuple(text_of(user_id) for (user_id,) in rows)

    def held_by(self, user_id: str) -> frozenset[CaseId]:
        """Return the cases whose key somebody has."""
        rows = self._database.rows("SELECT case_id FROM holders WHERE user_id = ?", (user_id,))
        return frozenset(CaseId(text_of(case_id)) for (case_id,) in rows)

    def holds(self, case_id: str, user_id: str) -> bool:
        """Return whether somebody has the key of a case."""
        return self._database.row(_HOLDER, (case_id, user_id)) is not None

    def key_digests(self) -> Mapping[str, bytes]:
        """Return the SHA-256 of every case's key file, by the file's name without its ending."""
        rows = self._database.rows("SELECT case_id, user_id, file_sha256 FROM holders")
        return {
            f"{text_of(case_id)}.{text_of(user_id)}": bytes_of(sha256)
            for case_id, user_id, sha256 in rows
        }

    def add_holder(
        self, case_id: str, user_id: str, file_sha256: bytes, at: datetime, by: str
    ) -> None:
        """Note who has the key of a case, in the running transaction."""
        self._database.execute(
            "INSERT OR REPLACE INTO holders VALUES (?, ?, ?, ?, ?)",
            (case_id, user_id, file_sha256, stamp(at), by),
        )

    def drop_holder(self, case_id: str, user_id: str) -> None:
        """Note that somebody has a case no more, in the running transaction."""
        self._database.execute(
            "DELETE FROM holders WHERE case_id = ? AND user_id = ?", (case_id, user_id)
        )

    def drop_holders(self, case_id: str) -> None:
        """Note that nobody has a case."""
        with self._database.transaction():
            self._database.execute("DELETE FROM holders WHERE case_id = ?", (case_id,))

    # --- files that go ---------------------------------------------------------------------

    def plan(self, paths: Sequence[str]) -> None:
        """Note files, below the vault, that go unless an act takes them off; in a transaction."""
        for path in paths:
            self._database.execute("INSERT OR IGNORE INTO unlinks VALUES (?)", (path,))

    def keep(self, paths: Sequence[str]) -> None:
        """Note that files stay, in the running transaction."""
        for path in paths:
            self._database.execute("DELETE FROM unlinks WHERE path = ?", (path,))

    def planned(self) -> tuple[str, ...]:
        """Return the files that are to go."""
        rows = self._database.rows("SELECT path FROM unlinks ORDER BY path")
        return tuple(text_of(path) for (path,) in rows)

    def unlink(self, folder: VaultFolder, disk: Disk, paths: Sequence[str]) -> None:
        """Remove planned files; what the disk does not let go stays planned."""
        for path in paths:
            disk.unlink(folder.path / path)
        for parent in sorted({(folder.path / path).parent for path in paths}):
            disk.flush_folder(parent)
        if paths:
            with self._database.transaction():
                self.keep(paths)

    def _rows(self) -> list[Row]:
        return self._database.rows(
            "SELECT user_id, name, role, state, added_at, invited_by FROM people ORDER BY rowid"
        )

    # --- people.json ------------------------------------------------------------------------

    def names_file(self, vault_id: str, mac_key: bytes) -> bytes:
        """Return ``people.json`` as it must be."""
        names: dict[str, JsonValue] = {
            folded(one.name): {"user": one.user_id, "invitation": self.invitation(one.user_id)}
            for one in self.all()
            if one.state is not PersonState.ENDED
        }
        content: dict[str, JsonValue] = {
            "format": FORMAT,
            "v": 1,
            "vault_id": vault_id,
            "people": names,
        }
        return summed(
            {**content, "mac": hmac.digest(mac_key, canonical_json(content), "sha256").hex()}
        )


def read_names(path: Path) -> Mapping[str, Known]:
    """
    Return who comes in under which name; not authenticated: a key must open behind each.

    Raises:
        VaultDamagedError: BB-406.
    """
    content = checked(read_small(path, PART), PART)
    names = content.get("people")
    if content.get("format") != FORMAT or not isinstance(names, Mapping):
        raise VaultDamagedError("not of this format", part=PART)
    return {name: _known(said) for name, said in names.items()}


def _known(said: JsonValue) -> Known:
    if not isinstance(said, Mapping):
        raise VaultDamagedError("not an entry", part=PART)
    try:
        return Known(user_id=_id_in(said["user"]), invitation=_id_in(said["invitation"]))
    except (KeyError, ValueError) as error:
        raise VaultDamagedError("not an entry", part=PART) from error


def _id_in(value: JsonValue) -> str:
    # It becomes part of a path: whoever can write this file must not name another one by it.
    user_id = text_in(value)
    if user_id and not _USER_ID.fullmatch(user_id):
        raise ValueError("no id")
    return user_id


def _person(row: Row) -> Person:
    user_id, name, role, state, added_at, invited_by = map(text_of, row)
    return Person(
        user_id=user_id,
        name=name,
        role=Role(role),
        state=PersonState(state),
        added_at=datetime.fromisoformat(added_at),
        invited_by=invited_by,
    )
