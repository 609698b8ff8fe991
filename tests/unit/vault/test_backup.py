"""Copies elsewhere and back: whole or not at all, never over anything."""

import errno
import shutil
from pathlib import Path

import pytest

from benban.errors import (
    BackupDamagedError,
    DiskFailedError,
    DiskFullError,
    TargetExistsError,
    VaultFolderTakenError,
)
from benban.model.exhibit import Exhibit
from benban.model.report import CheckResult
from benban.outside.platforms import ThisPlatform
from benban.vault import Step, StepKind, back_up, check_vault, restore
from tests.unit.vault.keeping import (
    a_case,
    adopted,
    an_event,
    copy_of,
    failures,
    kept_text,
    laid,
    opened,
    reported,
)

CASE = a_case()


@pytest.fixture
def backup(folder: Path, tmp_path: Path) -> Path:
    laid(folder)
    with opened(folder) as vault, vault.create_case(CASE) as store:
        adopted(store, reported(store), b"a drawing" * 20_000)
        back_up(vault, tmp_path / "backup")
    return tmp_path / "backup"


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_backup_opens_with_the_same_passphrase_after_restoring(
    backup: Path, tmp_path: Path
) -> None:
    restore(backup, tmp_path / "again", platform=ThisPlatform())
    with opened(tmp_path / "again") as vault, vault.open_case(CASE.id) as store:
        content = kept_text(store, store.all(Exhibit)[0])
        failed = failures(check_vault(vault, read=True))

    assert (content, failed) == (b"a drawing" * 20_000, {})


def test_a_backup_of_an_open_case_holds_its_last_commit(folder: Path, tmp_path: Path) -> None:
    laid(folder)
    with opened(folder) as vault, vault.create_case(CASE) as store:
        store.record(an_event())
        size = store.checkpoint().size
        back_up(vault, tmp_path / "backup")
        store.record(an_event())
    restore(tmp_path / "backup", tmp_path / "again", platform=ThisPlatform())
    with opened(tmp_path / "again") as vault, vault.open_case(CASE.id) as store:
        assert store.checkpoint().size == size


def test_a_backup_leaves_out_lock_ballast_and_tmp(backup: Path) -> None:
    names = {path.name for path in backup.iterdir()}

    assert names == {"vault.json", "slots", "keys", "index.db", "cases", "backup.json"}


def test_a_backup_names_every_file_it_copied(folder: Path, tmp_path: Path) -> None:
    laid(folder)
    with opened(folder) as vault:
        report = back_up(vault, tmp_path / "backup")
    copied = {check.subject for check in report.checks if check.result is CheckResult.PASS}

    assert copied == set(files_of(tmp_path / "backup")) - {"backup.json"}


def test_a_backup_overwrites_nothing(folder: Path, tmp_path: Path) -> None:
    laid(folder)
    (tmp_path / "backup").mkdir()
    with opened(folder) as vault, pytest.raises(TargetExistsError):
        back_up(vault, tmp_path / "backup")

    assert list((tmp_path / "backup").iterdir()) == []


def test_restoring_overwrites_nothing(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "letter.txt").write_text("mine")
    with pytest.raises(VaultFolderTakenError):
        restore(backup, tmp_path / "again", platform=ThisPlatform())

    assert files_of(tmp_path / "again") == {"letter.txt": b"mine"}


def test_restoring_removes_nothing_that_came_while_the_copy_was_read(
    backup: Path, tmp_path: Path
) -> None:
    target = tmp_path / "again"
    target.mkdir()

    def somebody_writes(_done: int, _total: int) -> None:
        (target / "letter.txt").write_text("mine")

    with pytest.raises(VaultFolderTakenError):
        restore(backup, target, platform=ThisPlatform(), watch=somebody_writes)

    assert files_of(target) == {"letter.txt": b"mine"}


def test_every_spoilt_file_of_a_backup_is_named_and_nothing_is_made(
    backup: Path, tmp_path: Path
) -> None:
    named = {}
    for name in files_of(backup):
        with_fault = copy_of(backup, tmp_path / "spoilt")
        path = with_fault / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(BackupDamagedError) as raised:
            restore(with_fault, tmp_path / "again", platform=ThisPlatform())
        named[name] = raised.value.params["part"]
        shutil.rmtree(with_fault)

    assert named == {name: name for name in named}
    assert not (tmp_path / "again").exists()


def test_every_missing_file_of_a_backup_is_named(backup: Path, tmp_path: Path) -> None:
    named = {}
    for name in files_of(backup):
        with_fault = copy_of(backup, tmp_path / "spoilt")
        (with_fault / name).unlink()
        with pytest.raises(BackupDamagedError) as raised:
            restore(with_fault, tmp_path / "again", platform=ThisPlatform())
        named[name] = raised.value.params["part"]
        shutil.rmtree(with_fault)

    assert named == {name: name for name in named}


def test_an_extra_file_of_a_backup_is_named_and_not_copied(backup: Path, tmp_path: Path) -> None:
    (backup / "cases" / "notes.txt").write_text("x")
    report = restore(backup, tmp_path / "again", platform=ThisPlatform())

    assert list(failures(report)) == ["cases/notes.txt"]
    assert not (tmp_path / "again" / "cases" / "notes.txt").exists()


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/etc/passwd",
        "a/../../b",
        "a\\..\\b",
        "",
        ".",
        "a//b",
        "C:outside",
        "C:/outside",
        "vault.json:hidden",
    ],
)
def test_a_backup_that_names_a_place_outside_is_refused(
    backup: Path, tmp_path: Path, name: str
) -> None:
    from benban.seal.canonical import canonical_json

    (backup / "backup.json").write_bytes(
        canonical_json(
            {
                "format": "benban-vault-backup",
                "v": 1,
                "files": {name: {"size_bytes": 0, "sha256": "0" * 64}},
            }
        )
    )
    with pytest.raises(BackupDamagedError) as raised:
        restore(backup, tmp_path / "again", platform=ThisPlatform())

    # Refused for its name, before anything is looked for under it.
    assert (raised.value.detail, (tmp_path / "again").exists()) == ("not an entry", False)


def test_every_folder_of_a_backup_lasts_before_it_gets_its_name(
    folder: Path, tmp_path: Path
) -> None:
    laid(folder)
    steps: list[Step] = []
    with (
        opened(folder, on_step=steps.append) as vault,
        vault.create_case(CASE) as store,
    ):
        adopted(store, reported(store), b"a drawing")
        steps.clear()
        back_up(vault, tmp_path / "backup")
    flushed = {step.path for step in steps if step.kind is StepKind.FLUSH_FOLDER}
    made = [step.path for step in steps if step.kind is StepKind.MAKE_FOLDER]

    assert (len(made), [path for path in made if path not in flushed]) == (8, [])


@pytest.mark.parametrize("number_of_error", [errno.ENOSPC, errno.EIO])
def test_a_refused_backup_leaves_nothing_behind_at_any_step(
    folder: Path, number_of_error: int
) -> None:
    laid(folder)
    left: dict[int, list[str]] = {}
    number = 0
    while not is_backed_up(folder, number, number_of_error):
        left[number] = [path.name for path in folder.parent.iterdir() if path != folder]
        shutil.rmtree(folder.parent / "backup", ignore_errors=True)
        number += 1

    assert (number > 20, {at: names for at, names in left.items() if names}) == (True, {})


def is_backed_up(folder: Path, number: int, number_of_error: int) -> bool:
    """Back up with step *number* refused; return whether the backup went through."""
    armed, left = False, number

    def listener(_step: Step) -> None:
        nonlocal left
        left -= armed
        if armed and left == -1:
            raise OSError(number_of_error, "refused")

    with opened(folder, on_step=listener) as vault:
        armed = True
        try:
            back_up(vault, folder.parent / "backup")
        except (DiskFullError, DiskFailedError):
            return False
        finally:
            armed = False
    return True
