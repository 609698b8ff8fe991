"""Where each file of a vault lies (docs/reference/vault-format-v1.md section 1)."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from benban.model.ids import CaseId
from benban.vault.plain_files import HEADER_NAME

VAULT_KEY = "vault"


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """The paths of one case."""

    path: Path

    @property
    def database(self) -> Path:
        """SQLCipher: everything textual."""
        return self.path / "case.db"

    @property
    def write_ahead_log(self) -> Path:
        """SQLite's own; there only while the case is open, or after an interruption."""
        return self.path / "case.db-wal"

    @property
    def head(self) -> Path:
        """Size and root of the log."""
        return self.path / "log" / "head"

    @property
    def blobs(self) -> Path:
        """Encrypted contents."""
        return self.path / "blobs"

    @property
    def lost(self) -> Path:
        """Blobs that a damaged database no longer names."""
        return self.path / "lost+found"

    def blob(self, name: str) -> Path:
        """The file of one blob."""
        return self.blobs / name[:2] / name


@dataclass(frozen=True, slots=True)
class VaultFolder:
    """
    The paths of a vault.

    Attributes:
        room: below ``tmp/``, for one of several people; empty where there is one person.
    """

    path: Path
    room: str = ""

    @property
    def header(self) -> Path:
        """``vault.json``."""
        return self.path / HEADER_NAME

    @property
    def slots(self) -> Path:
        """The ways in."""
        return self.path / "slots"

    @property
    def keys(self) -> Path:
        """Sealed keys."""
        return self.path / "keys"

    @property
    def index(self) -> Path:
        """The vault's own database."""
        return self.path / "index.db"

    @property
    def cases(self) -> Path:
        """One folder for each case."""
        return self.path / "cases"

    @property
    def tmp(self) -> Path:
        """Spools and temporary folders; emptied at every opening."""
        return self.path / "tmp" / self.room

    @property
    def ballast(self) -> Path:
        """What can be given up on a full disk."""
        return self.path / "ballast.bin"

    @property
    def attempts(self) -> Path:
        """Failed unlocks since the last success."""
        return self.path / "attempts"

    @property
    def people(self) -> Path:
        """Names for entering; in a shared vault only."""
        return self.path / "people.json"

    @property
    def audit(self) -> Path:
        """Who saw what; in a shared vault only."""
        return self.path / "audit.db"

    def attempts_of(self, user_id: str) -> Path:
        """Failed entries under one name since its last success; in a shared vault only."""
        return self.path / "attempts" / user_id

    @property
    def lock(self) -> Path:
        """The file whose lock is held while the vault is open."""
        return self.path / "LOCK"

    def slot(self, slot_id: str) -> Path:
        """The file of one slot."""
        return self.slots / f"{slot_id}.json"

    def key(self, name: str, user_id: str) -> Path:
        """The file of one sealed key."""
        return self.keys / f"{name}.{user_id}.json"

    def case(self, case_id: CaseId) -> CaseFolder:
        """The paths of one case."""
        return CaseFolder(self.cases / case_id)

    def staging(self) -> Path:
        """A fresh name in ``tmp/``."""
        return self.tmp / f"new-{secrets.token_hex(16)}"
