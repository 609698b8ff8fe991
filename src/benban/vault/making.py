"""Make a new vault beside its place and move it there whole."""

import secrets
from datetime import datetime
from pathlib import Path

from benban.errors import DiskFailedError, DiskFullError, VaultFolderTakenError
from benban.model.clock import Clock
from benban.model.people import Person, PersonState, Role
from benban.vault.audit import lay_audit
from benban.vault.database import Database
from benban.vault.disk import Disk
from benban.vault.index import Index
from benban.vault.kdf import KdfCost, passphrase_bytes
from benban.vault.keys import KeyUse, fresh_key, seal_key, subkey, user_public_key
from benban.vault.layout import VAULT_KEY, VaultFolder
from benban.vault.people import People
from benban.vault.plain_files import SealedKeyFile, SlotKind, header_bytes
from benban.vault.recovery import RecoveryCode, new_recovery_code, recovery_secret
from benban.vault.schema import PEOPLE_SQL, lay_tables
from benban.vault.unlocking import Unlocked, fresh_id, make_slot, write_slot

_BALLAST_PIECE_BYTES = 1 << 20


def make_vault(
    target: Path,
    *,
    passphrase: str,
    cost: KdfCost,
    clock: Clock,
    disk: Disk,
    ballast_bytes: int,
    first: str = "",
) -> tuple[Unlocked, RecoveryCode]:
    """
    Lay a new vault at *target*, whole or not at all.

    Args:
        target: empty or not there yet.
        passphrase: of the first who comes in.
        cost: of trying it.
        clock: of the program.
        disk: of the program.
        ballast_bytes: given up on a full disk.
        first: name of the first administrator of a shared vault; empty for a vault of one's own.

    Raises:
        VaultFolderTakenError: BB-402, *target* holds something.
        PassphraseRefusedError: BB-404.
        DiskFullError: BB-410.
    """
    secret = passphrase_bytes(passphrase)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise VaultFolderTakenError
    disk.make_folder(target.parent)
    disk.require_free(target.parent, ballast_bytes)
    building = VaultFolder(target.with_name(f"{target.name}.new-{secrets.token_hex(8)}"))
    try:
        made = _build(
            building,
            secret,
            cost=cost,
            clock=clock,
            disk=disk,
            ballast_bytes=ballast_bytes,
            first=first,
        )
        if ballast_bytes:
            write_ballast(building, disk, ballast_bytes)
        if target.is_dir():
            # An empty folder in the place: not every system renames onto it.
            disk.remove_folder(target)
        disk.rename(building.path, target)
        # From here on it has its lasting name; if that cannot be made to last, it goes too.
        building = VaultFolder(target)
        disk.flush_folder(target.parent)
    except Exception:
        _take_back(building, disk)
        raise
    return made


def write_ballast(folder: VaultFolder, disk: Disk, size_bytes: int) -> None:
    """Fill the ballast with random bytes: a file of zeros may take no room at all."""
    staging = folder.staging()
    with disk.create(staging) as file:
        left = size_bytes
        while left > 0:
            file.write(secrets.token_bytes(min(left, _BALLAST_PIECE_BYTES)))
            left -= _BALLAST_PIECE_BYTES
        file.flush()
    disk.rename(staging, folder.ballast)


def _build(
    folder: VaultFolder,
    secret: bytes,
    *,
    cost: KdfCost,
    clock: Clock,
    disk: Disk,
    ballast_bytes: int,
    first: str,
) -> tuple[Unlocked, RecoveryCode]:
    for path in (folder.path, folder.slots, folder.keys, folder.cases, folder.tmp):
        disk.make_folder(path)
    vault_id, user_id = secrets.token_hex(16), fresh_id()
    private_key, vault_key = fresh_key(), fresh_key()
    public_key = user_public_key(private_key)
    code = new_recovery_code()
    header = header_bytes(vault_id, subkey(vault_key, KeyUse.HEADER), is_shared=bool(first))
    _write(folder.header, header, folder, disk)
    sealed = SealedKeyFile(
        name=VAULT_KEY,
        user_id=user_id,
        sealed=seal_key(vault_key, public_key, vault_id=vault_id, name=VAULT_KEY, user_id=user_id),
    )
    _write(folder.key(VAULT_KEY, user_id), sealed.to_bytes(), folder, disk)
    index = Index(Database.new(folder.index, subkey(vault_key, KeyUse.INDEX), disk))
    try:
        index.lay(user_id, public_key, ballast_bytes=ballast_bytes, at=clock.now())
        unlocked = Unlocked(user_id=user_id, slot_id=fresh_id(), private_key=private_key)
        ways = (
            (secret, SlotKind.PASSPHRASE, unlocked.slot_id),
            (recovery_secret(code.text), SlotKind.RECOVERY, fresh_id()),
        )
        for way_secret, kind, slot_id in ways:
            slot = make_slot(
                way_secret,
                kind,
                slot_id=slot_id,
                user_id=user_id,
                private_key=private_key,
                vault_id=vault_id,
                cost=cost,
            )
            write_slot(folder, slot, index, disk)
        if first:
            people = _lay_people(index, user_id, first, clock.now())
            names = people.names_file(vault_id, subkey(vault_key, KeyUse.PEOPLE))
            _write(folder.people, names, folder, disk)
            audit = Database.new(folder.audit, subkey(vault_key, KeyUse.AUDIT), disk)
            try:
                lay_audit(audit)
            finally:
                audit.close()
    finally:
        index.database.close()
    disk.flush_folder(folder.path)
    return unlocked, code


def _lay_people(index: Index, user_id: str, name: str, at: datetime) -> People:
    people = People(index)
    first = Person(
        user_id=user_id,
        name=name,
        role=Role.ADMINISTRATOR,
        state=PersonState.ACTIVE,
        added_at=at,
    )
    with index.database.transaction():
        lay_tables(index.database, PEOPLE_SQL)
        people.add(first, "")
        index.database.execute("UPDATE users SET role = ?", (Role.ADMINISTRATOR.value,))
    return people


def _write(path: Path, data: bytes, folder: VaultFolder, disk: Disk) -> None:
    disk.replace_file(path, data, staging=folder.staging())


def _take_back(building: VaultFolder, disk: Disk) -> None:
    try:
        disk.remove_folder(building.path)
    except (DiskFullError, DiskFailedError):
        # The error that stopped the making is the one to tell; the name says what this folder is.
        return
