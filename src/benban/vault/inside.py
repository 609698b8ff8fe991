"""What the people who are in one shared vault have in common while the program runs."""

import threading
from typing import Protocol

from benban.errors import VaultDamagedError
from benban.model.ids import CaseId
from benban.vault.database import Database
from benban.vault.disk import Disk
from benban.vault.entering import Entered, open_index
from benban.vault.index import Index
from benban.vault.keys import KeyUse, subkey
from benban.vault.layout import VaultFolder
from benban.vault.open_cases import OpenCases


class OneIn(Protocol):
    """The vault of somebody who is in, as the others need it."""

    @property
    def entered(self) -> Entered:
        """Folder, keys and index."""
        ...

    def let_go(self, case_id: CaseId) -> None:
        """Let a case go that this person has no more."""
        ...

    def close(self) -> None:
        """Let the person out."""
        ...


class Inside:
    """
    One lock, one index, one chain of views, each case's database once; nobody's keys.

    Attributes:
        lock: held by whoever changes what others see.
        cases: that are open.
        vaults: of everybody who is in.
    """

    def __init__(self, folder: VaultFolder, disk: Disk) -> None:
        self.lock = threading.RLock()
        self.cases = OpenCases()
        self.vaults: list[OneIn] = []
        self._folder = folder
        self._disk = disk
        self._index: Database | None = None
        self._audit: Database | None = None

    @property
    def is_first(self) -> bool:
        """Whether nobody else is in."""
        return not self.vaults

    def index(self, vault_key: bytes) -> Index:
        """
        Return a handle of the one index.

        Raises:
            VaultDamagedError: BB-406.
        """
        if self._index is None:
            self._index = open_index(self._folder, vault_key, self._disk).database
        return Index(self._index.share())

    def audit(self, vault_key: bytes) -> Database:
        """
        Return a handle of the one database of views.

        Raises:
            VaultDamagedError: BB-406.
        """
        if self._audit is None:
            path = self._folder.audit
            # SQLite would make an empty database in the place of a missing one.
            if not path.is_file() or not path.stat().st_size:
                raise VaultDamagedError("missing", part=path.name)
            self._audit = Database(path, subkey(vault_key, KeyUse.AUDIT), self._disk)
        return self._audit.share()

    def left(self, room: str) -> None:
        """Note that somebody is gone; with the last one the databases close."""
        with self.lock:
            self.vaults = [one for one in self.vaults if one.entered.folder.room != room]
            if self.vaults:
                return
            for database in (self._index, self._audit):
                if database is not None:
                    database.close()
            self._index = self._audit = None

    def databases(self) -> tuple[Database, ...]:
        """Return all that are open: to hold their writers."""
        common = tuple(one for one in (self._index, self._audit) if one is not None)
        return (*common, *self.cases.databases())
