"""Inside an unlocked vault: its key, its index, and what an interruption left to mend."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Protocol

from benban.errors import (
    CaseMissingError,
    DiskFailedError,
    DiskFullError,
    VaultDamagedError,
    VaultInUseError,
)
from benban.model.clock import Clock
from benban.model.ids import CaseId
from benban.vault.database import Database
from benban.vault.disk import Disk
from benban.vault.index import CaseEntry, CaseState, Index
from benban.vault.kdf import KdfCost
from benban.vault.keys import (
    KeyRefusedError,
    KeyUse,
    commitment,
    open_sealed_key,
    seal_key,
    subkey,
    user_public_key,
)
from benban.vault.layout import VAULT_KEY, VaultFolder
from benban.vault.making import write_ballast
from benban.vault.people import People
from benban.vault.plain_files import (
    HEADER_NAME,
    Header,
    SealedKeyFile,
    SlotKind,
    is_header_mac,
    read_header,
    read_sealed_key,
)
from benban.vault.ports import FileLock, Platform, RollbackCounter
from benban.vault.unlocking import Unlocked, fresh_id, make_slot, settle_slots, write_slot

# The ballast is laid again only where it takes no more than a quarter of what is free.
_ROOM_PER_BALLAST = 4
# For the shared memory file (32 KiB) and the first pages of the log of each of two databases:
# without that room SQLite opens nothing, and whoever cannot come in can delete nothing.
_ROOM_TO_OPEN_BYTES = 1 << 20


class Among(Protocol):
    """Who else is in a shared vault."""

    @property
    def is_first(self) -> bool:
        """Whether nobody else is in."""
        ...

    def index(self, vault_key: bytes) -> Index:
        """Return a handle of the one index."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """
    An unlocked vault.

    Attributes:
        unlocked: who came in.
        lock: held until :meth:`leave`.
        counter: the number outside, and None where there is none.
        people: of a shared vault; None in a vault of one's own.
    """

    folder: VaultFolder
    header: Header
    unlocked: Unlocked
    index: Index
    disk: Disk
    clock: Clock
    lock: FileLock
    counter: RollbackCounter | None
    people: People | None = None

    @property
    def vault_id(self) -> str:
        """The vault's random id, 32 hex digits."""
        return self.header.vault_id

    def check_vault_key(self) -> None:
        """
        Return if the key file still holds the key that made ``vault.json``.

        Raises:
            VaultDamagedError: BB-406.
        """
        vault_key = self._opened_key(VAULT_KEY)
        if not is_header_mac(self.header, subkey(vault_key, KeyUse.HEADER)):
            raise VaultDamagedError("another key", part="keys")

    def vault_key(self) -> bytes:
        """
        Return the vault key, opened anew: nothing keeps it in memory.

        Raises:
            VaultDamagedError: BB-406.
        """
        return self._opened_key(VAULT_KEY)

    def held_case(self, case_id: CaseId) -> CaseEntry:
        """
        Return what the index says of a case that this person has.

        Raises:
            CaseMissingError: BB-103, in the same words when a colleague has it.
        """
        entry = self.index.case(case_id)
        if entry is None or entry.state is not CaseState.LIVE:
            raise CaseMissingError
        if self.people is not None and not self.people.holds(case_id, self.unlocked.user_id):
            raise CaseMissingError
        return entry

    def case_key(self, entry: CaseEntry) -> bytes:
        """
        Return the key of a case.

        Raises:
            VaultDamagedError: BB-406, missing, damaged, or not the one that the index commits to.
        """
        key = self._opened_key(entry.case_id)
        if commitment(key) != entry.key_commitment:
            path = self.folder.key(entry.case_id, self.unlocked.user_id)
            raise VaultDamagedError("another key", part=f"keys/{path.name}")
        return key

    def write_case_key(self, case_id: CaseId, key: bytes) -> None:
        """Seal the key of a new case to this user."""
        public_key = user_public_key(self.unlocked.private_key)
        user_id = self.unlocked.user_id
        sealed = seal_key(key, public_key, vault_id=self.vault_id, name=case_id, user_id=user_id)
        data = SealedKeyFile(name=case_id, user_id=user_id, sealed=sealed).to_bytes()
        path = self.folder.key(case_id, user_id)
        self.disk.replace_file(path, data, staging=self.folder.staging())
        if self.people is not None:
            found = hashlib.sha256(data).digest()
            with self.index.database.transaction():
                self.people.add_holder(case_id, user_id, found, self.clock.now(), user_id)

    def take_back_case(self, case_id: CaseId) -> None:
        """Remove all of a case that did not become whole or is to go, what was set about it too."""
        self.disk.remove_folder(self.folder.case(case_id).path)
        own = self.folder.key(case_id, self.unlocked.user_id)
        self.disk.unlink(own)
        if self.people is not None:
            # A key that is left would open what a backup or a remnant of the disk still holds.
            for path in sorted(set(self.folder.keys.glob(f"{case_id}.*.json")) - {own}):
                self.disk.unlink(path)
            self.people.drop_holders(case_id)
        # Before the row that an interruption is finished by: what is left after it stays for ever.
        self.index.drop_settings_of(case_id)
        self.index.drop_case(case_id)

    def replace_slot(self, secret: bytes, kind: SlotKind, cost: KdfCost) -> None:
        """Let *secret* open this user's slot of one kind."""
        known = [
            entry.slot_id
            for entry in self.index.slots()
            if (entry.user_id, entry.kind) == (self.unlocked.user_id, kind)
        ]
        slot = make_slot(
            secret,
            kind,
            slot_id=known[0] if known else fresh_id(),
            user_id=self.unlocked.user_id,
            private_key=self.unlocked.private_key,
            vault_id=self.vault_id,
            cost=cost,
        )
        write_slot(self.folder, slot, self.index, self.disk)

    def give_up_ballast(self) -> bool:
        """Free the ballast's room and return whether there was any."""
        return give_up_ballast(self.folder, self.disk)

    def without_key(self) -> "Entered":
        """Return the same without the person's private key, for when they are gone."""
        return replace(self, unlocked=replace(self.unlocked, private_key=b""))

    def leave(self) -> None:
        """Close the index, empty ``tmp/`` and let the lock go."""
        try:
            self.index.database.close()
            with suppress(DiskFullError, DiskFailedError):
                sweep(self.folder, self.disk)
        finally:
            self.lock.release()

    def _opened_key(self, name: str) -> bytes:
        return _opened_key(self.folder, name, self.vault_id, self.unlocked)


def give_up_ballast(folder: VaultFolder, disk: Disk) -> bool:
    """Free the ballast's room and return whether there was any; needs no key and holds none."""
    if not folder.ballast.is_file():
        return False
    disk.unlink(folder.ballast)
    return True


def enter(
    folder: VaultFolder,
    unlocked: Unlocked,
    *,
    disk: Disk,
    clock: Clock,
    lock: FileLock,
    counter: RollbackCounter | None = None,
    among: Among | None = None,
) -> Entered:
    """
    Return the inside of a vault after mending what an interruption left.

    Args:
        folder: of the vault.
        unlocked: who comes in.
        disk: of the program.
        clock: of the program.
        lock: held; let go by :meth:`Entered.leave`.
        counter: a number kept outside.
        among: who else is in; None in a vault of one's own.

    Raises:
        VaultDamagedError: BB-406; ``part`` names what is damaged or not this vault's.
    """
    disk.platform.forbid_core_dumps()
    header = read_header(folder.path)
    vault_key = _opened_key(folder, VAULT_KEY, header.vault_id, unlocked)
    if not is_header_mac(header, subkey(vault_key, KeyUse.HEADER)):
        raise VaultDamagedError("the mac does not fit", part=HEADER_NAME)
    if disk.free_bytes(folder.path) < _ROOM_TO_OPEN_BYTES:
        disk.unlink(folder.ballast)
    index = among.index(vault_key) if among is not None else open_index(folder, vault_key, disk)
    try:
        if index.public_key(unlocked.user_id) != user_public_key(unlocked.private_key):
            raise VaultDamagedError("another user's key", part="index.db")
        entered = Entered(
            folder=folder,
            header=header,
            unlocked=unlocked,
            index=index,
            disk=disk,
            clock=clock,
            lock=lock,
            counter=counter,
            people=People(index) if among is not None else None,
        )
        if among is None or among.is_first:
            # What somebody else is about to make looks like what an interruption left.
            _mend(entered)
        else:
            disk.make_folder(folder.tmp)
        if counter is not None:
            generation = index.advance()
            # Never turned back: a vault put back to an older state must not lower it.
            counter.write(header.vault_id, max(generation, counter.read(header.vault_id) or 0))
    except BaseException:
        index.database.close()
        raise
    return entered


def sweep(folder: VaultFolder, disk: Disk) -> None:
    """
    Empty ``tmp/``: spools whose key died with their process, folders lent out.

    What another program still holds open (on Windows a browser that outlived us) stays until the
    next time; it must not keep anybody out of the vault.
    """
    if folder.tmp.is_symlink():
        disk.unlink(folder.tmp)
    disk.make_folder(folder.tmp)
    for path in folder.tmp.iterdir():
        with suppress(DiskFailedError):
            disk.remove(path)


def open_index(folder: VaultFolder, vault_key: bytes, disk: Disk) -> Index:
    """
    Return the index under the vault's key.

    Raises:
        VaultDamagedError: BB-406.
    """
    # SQLite would make an empty database in the place of a missing one.
    if not folder.index.is_file() or not folder.index.stat().st_size:
        raise VaultDamagedError("missing", part="index.db")
    return Index(Database(folder.index, subkey(vault_key, KeyUse.INDEX), disk))


def _opened_key(folder: VaultFolder, name: str, vault_id: str, unlocked: Unlocked) -> bytes:
    path = folder.key(name, unlocked.user_id)
    file = read_sealed_key(path)
    try:
        return open_sealed_key(
            file.sealed,
            unlocked.private_key,
            vault_id=vault_id,
            name=name,
            user_id=unlocked.user_id,
        )
    except KeyRefusedError as error:
        raise VaultDamagedError("not sealed for this", part=f"keys/{path.name}") from error


def _mend(entered: Entered) -> None:
    folder, disk, index = entered.folder, entered.disk, entered.index
    sweep(folder, disk)
    settle_slots(folder, index)
    if entered.people is not None:
        entered.people.unlink(folder, disk, entered.people.planned())
    for entry in index.cases():
        if entry.state is CaseState.CREATING:
            entered.take_back_case(entry.case_id)
    size_bytes = index.ballast_bytes()
    if folder.ballast.is_file() or not size_bytes:
        return
    if disk.free_bytes(folder.path) >= _ROOM_PER_BALLAST * size_bytes:
        with suppress(DiskFullError):
            write_ballast(folder, disk, size_bytes)


@contextmanager
def locked(place: VaultFolder, platform: Platform, disk: Disk) -> Iterator[FileLock]:
    """Hold the vault's lock; it stays held when the body succeeds, and is let go when it fails."""
    with disk.failures():
        lock = platform.lock(place.lock)
    if lock is None:
        raise VaultInUseError
    try:
        yield lock
    except BaseException:
        lock.release()
        raise
