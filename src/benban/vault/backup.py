"""
Copy a whole vault elsewhere and bring it back; both whole or not at all, never over anything.

A backup is the same encrypted files, byte for byte, with ``backup.json`` beside them. Nobody needs
a key to make sure that a backup is complete, and the same passphrase opens it.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from benban.errors import (
    BackupDamagedError,
    BenbanError,
    DiskFailedError,
    DiskFullError,
    TargetExistsError,
    VaultFolderTakenError,
)
from benban.model.report import Check, Report
from benban.seal.canonical import JsonValue, canonical_json, parse_canonical
from benban.vault.disk import Disk
from benban.vault.layout import VaultFolder
from benban.vault.plain_files import read_header
from benban.vault.ports import Platform
from benban.vault.reporting import EXTRA, failed, passed
from benban.vault.vault import Vault
from benban.vault.watching import Watch, unwatched

MANIFEST = "backup.json"
# The name under which the index keeps when the last copy was made; where it lies is not kept.
BACKED_UP_AT = "backed-up-at"
_FORMAT = "benban-vault-backup"
_PIECE_BYTES = 1 << 20
# Made anew at the restoring, or of this moment only.
_LEFT_OUT = frozenset({"LOCK", "ballast.bin", "attempts", "tmp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    name: str
    size_bytes: int
    sha256: str


def back_up(vault: Vault, target: Path, watch: Watch = unwatched) -> Report:
    """
    Copy an open vault to *target* and return what was compared; nobody writes meanwhile.

    Args:
        vault: open; cases may be open too.
        target: a folder that is not there yet.
        watch: told of each piece; what it raises ends the copy, and nothing is left behind.

    Raises:
        TargetExistsError: BB-003; nothing is overwritten.
        DiskFullError: BB-410; nothing is left behind.
        DiskFailedError: BB-411; nothing is left behind.
    """
    if target.exists():
        raise TargetExistsError(name=target.name)
    disk, source = vault.entered.disk, vault.entered.folder.path
    with vault.writers_held():
        names = [path.relative_to(source).as_posix() for path in _files(source)]
        files = _copy(source, names, target, disk, watch=watch)
    # The copy is whole; a disk too full for one line does not undo that.
    with suppress(DiskFullError, DiskFailedError):
        now = vault.entered.clock.now()
        vault.entered.index.set_setting(BACKED_UP_AT, now.isoformat().encode())
    return Report(checks=tuple(passed("copied", file.name) for file in files))


def restore(backup: Path, target: Path, *, platform: Platform, watch: Watch = unwatched) -> Report:
    """
    Make a vault at *target* from a backup and return what was compared.

    Args:
        backup: folder made by :func:`back_up`.
        target: a folder that is empty or not there yet.
        platform: of this system.
        watch: told of each piece; what it raises ends it, and nothing is left behind.

    Raises:
        BackupDamagedError: BB-416, a file is missing or not what was written; nothing is made.
        VaultFolderTakenError: BB-402; nothing is overwritten.
        VaultTooNewError: BB-405.
        DiskFullError: BB-410; nothing is left behind.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise VaultFolderTakenError
    wanted = _manifest(backup)
    disk = Disk(platform)
    _require_whole(backup, wanted, disk, watch)
    read_header(backup)
    # Whatever came to be there while the copy was read is not ours to remove.
    if target.exists():
        try:
            target.rmdir()
        except OSError as error:
            raise VaultFolderTakenError from error
    files = _copy(backup, list(wanted), target, disk, expected=wanted, watch=watch)
    extra = [
        path.relative_to(backup).as_posix()
        for path in _files(backup)
        if path.relative_to(backup).as_posix() not in {*wanted, MANIFEST}
    ]
    return Report(
        checks=(
            *(passed("restored", file.name) for file in files),
            *(_left(name) for name in extra),
        )
    )


def _left(name: str) -> Check:
    return failed("extra", name, "not part of the backup, left where it is", EXTRA)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        top = path.relative_to(folder).parts[0]
        is_made_anew = path.name.endswith("-shm") or top in _LEFT_OUT
        is_empty_wal = path.name.endswith("-wal") and not path.stat().st_size
        if path.is_file() and not is_made_anew and not is_empty_wal:
            yield path


def _copy(
    source: Path,
    names: list[str],
    target: Path,
    disk: Disk,
    *,
    expected: Mapping[str, _File] | None = None,
    watch: Watch = unwatched,
) -> tuple[_File, ...]:
    with disk.failures():
        total = sum((source / name).stat().st_size for name in names)
    disk.make_folder(target.parent)
    disk.require_free(target.parent, total // 2)
    building = target.with_name(f"{target.name}.new-{secrets.token_hex(8)}")
    # Each byte is written once and read back once.
    told = _Told(watch, 2 * total)
    try:
        disk.make_folder(building)
        files = tuple(_copy_file(source, name, building, disk, told) for name in names)
        for file in files:
            _require_same(file, building, disk, told)
            if expected is not None and file != expected[file.name]:
                raise BackupDamagedError("changed while it was read", part=file.name)
        _finish(building, files, disk, is_backup=expected is None)
        disk.rename(building, target)
        # From here on the copy has its lasting name; if that cannot be made to last, it goes too.
        building = target
        disk.flush_folder(target.parent)
    except Exception:
        _take_back(building, disk)
        raise
    return files


class _Told:
    def __init__(self, watch: Watch, total: int) -> None:
        self._watch = watch
        self._total = total
        self._done = 0

    def add(self, size_bytes: int) -> None:
        self._done += size_bytes
        # A file may have grown since it was measured; more than all of it is never told.
        self._watch(min(self._done, self._total), self._total)


def _copy_file(source: Path, name: str, building: Path, disk: Disk, told: _Told) -> _File:
    found, size = hashlib.sha256(), 0
    disk.make_folder((building / name).parent)
    with (
        disk.failures(),
        (source / name).open("rb") as original,
        disk.create(building / name) as copy,
    ):
        while piece := original.read(_PIECE_BYTES):
            found.update(piece)
            size += len(piece)
            copy.write(piece)
            told.add(len(piece))
        copy.flush()
    return _File(name=name, size_bytes=size, sha256=found.hexdigest())


def _require_same(file: _File, folder: Path, disk: Disk, told: _Told) -> None:
    found = hashlib.sha256()
    with disk.failures(), (folder / file.name).open("rb") as copy:
        while piece := copy.read(_PIECE_BYTES):
            found.update(piece)
            told.add(len(piece))
    if found.hexdigest() != file.sha256:
        raise BackupDamagedError("read back differently", part=file.name)


def _finish(building: Path, files: tuple[_File, ...], disk: Disk, *, is_backup: bool) -> None:
    if is_backup:
        content: dict[str, JsonValue] = {
            "format": _FORMAT,
            "v": 1,
            "files": {
                file.name: {"size_bytes": file.size_bytes, "sha256": file.sha256} for file in files
            },
        }
        with disk.create(building / MANIFEST) as manifest:
            manifest.write(canonical_json(content))
            manifest.flush()
    else:
        place = VaultFolder(building)
        for folder in (place.tmp, place.cases, place.slots, place.keys):
            disk.make_folder(folder)
    # Also those that hold folders only: a name that does not last takes all below it with it.
    parents = {parent for file in files for parent in PurePosixPath(file.name).parents}
    for parent in sorted(parents):
        disk.flush_folder(building / parent)


def _manifest(backup: Path) -> dict[str, _File]:
    try:
        content = parse_canonical((backup / MANIFEST).read_bytes())
    except (OSError, BenbanError) as error:
        raise BackupDamagedError("no manifest", part=MANIFEST) from error
    files = content.get("files") if isinstance(content, Mapping) else None
    if not isinstance(content, Mapping) or content.get("format") != _FORMAT:
        raise BackupDamagedError("not a manifest", part=MANIFEST)
    if not isinstance(files, Mapping) or content.get("v") != 1:
        raise BackupDamagedError("not a manifest", part=MANIFEST)
    return {name: _entry(name, stated) for name, stated in files.items()}


def _entry(name: str, stated: JsonValue) -> _File:
    size = stated.get("size_bytes") if isinstance(stated, Mapping) else None
    sha256 = stated.get("sha256") if isinstance(stated, Mapping) else None
    path = PurePosixPath(name)
    is_inside = path.parts and path.as_posix() == name and ".." not in path.parts
    # On Windows a colon names another disk, and a backslash a folder.
    is_inside = is_inside and not path.is_absolute() and not {":", "\\"} & set(name)
    if not is_inside or not isinstance(size, int) or not isinstance(sha256, str):
        raise BackupDamagedError("not an entry", part=MANIFEST)
    return _File(name=name, size_bytes=size, sha256=sha256)


def _require_whole(backup: Path, wanted: Mapping[str, _File], disk: Disk, watch: Watch) -> None:
    for file in wanted.values():
        watch(0, 0)
        path = backup / file.name
        if not path.is_file() or path.is_symlink() or path.stat().st_size != file.size_bytes:
            raise BackupDamagedError("missing or of another size", part=file.name)
        with disk.failures(), path.open("rb") as stored:
            found = hashlib.file_digest(stored, "sha256").hexdigest()
        if found != file.sha256:
            raise BackupDamagedError("changed", part=file.name)


def _take_back(building: Path, disk: Disk) -> None:
    try:
        disk.remove_folder(building)
    except (DiskFullError, DiskFailedError):
        # The error that stopped the copy is the one to tell; the name says what this folder is.
        return
