"""The rarer ways: each of them has happened to somebody's disk."""

import errno
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from benban.errors import (
    BackupDamagedError,
    ContentDamagedError,
    DiskFailedError,
    DiskFullError,
    MemoryShortError,
    VaultDamagedError,
    VaultTooNewError,
    WrongPassphraseError,
)
from benban.model.custody import EventKind
from benban.model.report import CheckResult
from benban.outside.platforms import ThisPlatform
from benban.seal.canonical import canonical_json
from benban.testing.clock import FakeClock
from benban.vault import CaseStore, KdfCost, Step, StepKind, Vault, back_up, check_vault, restore
from benban.vault.blobs import Role
from benban.vault.database import Database, bytes_of, number_of, text_of
from benban.vault.disk import Disk
from benban.vault.kdf import FLOOR_MEMORY_KIB, calibrated_cost
from benban.vault.plain_files import Slot, SlotKind, read_header, read_sealed_key, read_slot
from benban.vault.recovery import code_of
from benban.vault.unlocking import settle_slots
from tests.unit.vault.keeping import (
    NOW,
    PASSPHRASE,
    a_case,
    adopted,
    an_event,
    copy_of,
    failures,
    kept_text,
    laid,
    new_vault,
    opened,
    reported,
    spooled,
    ticking,
)

DISK = Disk(ThisPlatform())


def database(path: Path, disk: Disk = DISK) -> Database:
    return Database.new(path, bytes(32), disk)


# --- what the disk and SQLite say ---------------------------------------------------------


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_room_is_no_room_whether_disk_quota_or_limit(number: int) -> None:
    with pytest.raises(DiskFullError), DISK.failures():
        raise OSError(number, "refused")


def test_an_error_without_a_number_has_no_reason() -> None:
    with pytest.raises(DiskFailedError) as raised, DISK.failures():
        raise OSError("odd")

    assert raised.value.params == {"reason": "unknown"}


def test_a_closed_file_takes_nothing_more(tmp_path: Path) -> None:
    file = DISK.create(tmp_path / "file")
    file.close()
    with pytest.raises(DiskFailedError):
        file.write(b"x")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("database or disk is full", DiskFullError),
        ("disk I/O error", DiskFailedError),
        ("attempt to write a readonly database", DiskFailedError),
        ("database is locked", DiskFailedError),
        ("out of memory", MemoryShortError),
        ("database disk image is malformed", VaultDamagedError),
        ("file is not a database", VaultDamagedError),
    ],
)
def test_what_sqlite_says_becomes_one_of_our_errors(
    tmp_path: Path, said: str, expected: type[Exception]
) -> None:
    one = database(tmp_path / "a.db")
    with pytest.raises(expected), one.failures():
        raise dbapi2.OperationalError(said)
    one.close()


def test_a_mistake_of_the_code_stays_what_it_is(tmp_path: Path) -> None:
    one = database(tmp_path / "a.db")
    with pytest.raises(dbapi2.ProgrammingError):
        one.rows("SELECT ?", (1, 2))
    one.close()


def test_a_rollback_that_fails_too_hides_nothing(tmp_path: Path) -> None:
    one = database(tmp_path / "a.db")
    with pytest.raises(ZeroDivisionError), one.transaction():
        closed_and_failed(one)


def closed_and_failed(one: Database) -> None:
    one.close()
    raise ZeroDivisionError


def test_values_of_another_kind_are_damage() -> None:
    with pytest.raises(VaultDamagedError):
        text_of(1)
    with pytest.raises(VaultDamagedError):
        number_of("1")
    with pytest.raises(VaultDamagedError):
        bytes_of("1")


def test_a_machine_without_the_memory_gets_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(**_kwargs: object) -> bytes:
        raise MemoryError

    # The library's own door: there is no port below Argon2.
    monkeypatch.setattr("benban.vault.kdf.hash_secret_raw", refuses)

    assert calibrated_cost(FakeClock(NOW)) == KdfCost(memory_kib=FLOOR_MEMORY_KIB)


class Broken:
    """A stored file that opens and cannot be read."""

    def __init__(self, fails_at: int) -> None:
        self._left = fails_at

    def __call__(self, *_arguments: object) -> int:
        self._left -= 1
        if self._left < 0:
            raise OSError(errno.EIO, "bad sector")
        return 0


def test_a_bad_sector_is_said_so(tmp_path: Path) -> None:
    import io

    from benban.vault.stream import ChunkReader, ChunkWriter, fresh_header

    writer = ChunkWriter(DISK.create(tmp_path / "blob"), bytes(32), fresh_header())
    writer.write(b"x" * 10)
    writer.finish()
    stored = (tmp_path / "blob").read_bytes()
    found = []
    for fails_at in range(3):

        class Failing(io.BytesIO):
            broken = Broken(fails_at)

            def seek(self, *arguments: int) -> int:
                self.broken()
                return super().seek(*arguments)

        with pytest.raises(ContentDamagedError) as raised:
            ChunkReader(Failing(stored), bytes(32), 10).readall()
        found.append(raised.value.params["failure"])

    assert found == ["unreadable"] * 3


def test_a_code_is_printed_when_it_is_meant_to() -> None:
    code = code_of(bytes(16))

    assert str(code) == code.text


# --- small files --------------------------------------------------------------------------


def test_a_header_without_a_vault_id_is_damage(tmp_path: Path) -> None:
    (tmp_path / "vault.json").write_bytes(
        canonical_json({"format": "benban-vault", "min_reader": 1, "vault_id": "short"})
    )
    with pytest.raises(VaultDamagedError):
        read_header(tmp_path)


def summed(content: dict[str, object]) -> bytes:
    import hashlib
    import json

    plain = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    whole = {**content, "sum": hashlib.sha256(plain).hexdigest()}
    return json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "content",
    [
        {"v": 1},
        {"v": 1, "kdf": {}},
        {"v": 1, "kdf": 3},
        {"v": 2, "kdf": {}},
    ],
)
def test_a_slot_of_another_layout_is_damage(tmp_path: Path, content: dict[str, object]) -> None:
    path = tmp_path / "0123456789abcdef.json"
    path.write_bytes(summed(content))
    with pytest.raises(VaultDamagedError):
        read_slot(path)


@pytest.mark.parametrize(
    "content",
    [
        {"v": 1, "key": "vault", "user": "u"},
        {"v": 1, "key": 3, "user": "u", "sealed": "00"},
        {"v": 1, "key": "vault", "user": "u", "sealed": "xyz"},
    ],
)
def test_a_key_file_of_another_layout_is_damage(tmp_path: Path, content: dict[str, object]) -> None:
    path = tmp_path / "vault.u.json"
    path.write_bytes(summed(content))
    with pytest.raises(VaultDamagedError):
        read_sealed_key(path)


def test_a_slot_that_was_announced_and_never_written_is_dropped(vault: Vault) -> None:
    entered = vault.entered
    user_id = entered.unlocked.user_id
    before = entered.index.slots()
    entered.index.announce_slot("00000000000000aa", user_id, SlotKind.RECOVERY, bytes(32))
    settle_slots(entered.folder, entered.index)

    assert entered.index.slots() == before


def test_a_slot_shows_no_secret_in_its_representation(vault: Vault) -> None:
    path = next(iter(vault.entered.folder.slots.iterdir()))

    assert isinstance(read_slot(path), Slot)
    assert vault.entered.unlocked.private_key.hex() not in path.read_text()


# --- opening ------------------------------------------------------------------------------


def test_an_opening_without_passphrase_and_code_is_a_mistake(folder: Path) -> None:
    laid(folder)
    with pytest.raises(ValueError, match="passphrase"):
        Vault.open(folder, clock=ticking(), platform=ThisPlatform())


def test_a_failure_that_cannot_be_noted_is_still_a_wrong_passphrase(folder: Path) -> None:
    laid(folder)

    def full(step: Step) -> None:
        if step.kind is StepKind.CREATE:
            raise OSError(errno.ENOSPC, "refused")

    with pytest.raises(WrongPassphraseError):
        opened(folder, "wrong", on_step=full)


def test_an_index_with_another_users_key_is_named(folder: Path) -> None:
    laid(folder)
    with opened(folder) as vault:
        vault.entered.index.database.execute("UPDATE users SET public_key = zeroblob(32)")
    with pytest.raises(VaultDamagedError) as raised:
        opened(folder)

    assert raised.value.params == {"part": "index.db"}


def test_an_index_without_its_tables_is_named_and_let_go(folder: Path) -> None:
    laid(folder)
    with opened(folder) as vault:
        vault.entered.index.database.execute("DROP TABLE slots")
    with pytest.raises(VaultDamagedError):
        opened(folder)
    with pytest.raises(VaultDamagedError):
        opened(folder)


def test_closing_twice_does_nothing(folder: Path) -> None:
    laid(folder)
    vault = opened(folder)
    vault.close()
    vault.close()

    assert opened(folder).close() is None  # type: ignore[func-returns-value]


def test_a_vault_closes_the_cases_that_are_still_open(folder: Path) -> None:
    laid(folder)
    vault = opened(folder)
    store = vault.create_case(a_case())
    vault.close()
    store.close()

    assert list(folder.rglob("*-wal")) == []


@pytest.mark.parametrize(
    "change",
    [
        "PRAGMA user_version = 2",
        "DELETE FROM keeper",
        "DELETE FROM items WHERE type = 'Case'",
        "UPDATE keeper SET origin = 'benban/log/00000000000000000000000000000000'",
        "UPDATE keeper SET log_private_key = zeroblob(32)",
    ],
)
def test_a_database_that_is_not_the_one_committed_to_is_named(folder: Path, change: str) -> None:
    laid(folder)
    case = a_case()
    with opened(folder) as vault:
        with vault.create_case(case) as store:
            store._opened.database.execute(change)  # noqa: SLF001 - the state on disk is tested
        with pytest.raises(VaultDamagedError) as raised:
            vault.open_case(case.id)
        failed = failures(check_vault(vault))

    part = f"cases/{case.id}/case.db"
    assert (raised.value.params, list(failed)) == ({"part": part}, [part])


def test_a_case_whose_log_has_a_hole_is_refused_and_let_go(folder: Path) -> None:
    laid(folder)
    case = a_case()
    with opened(folder) as vault:
        with vault.create_case(case) as store:
            store._opened.database.execute("UPDATE log SET position = 5")  # noqa: SLF001 - as above
        with pytest.raises(VaultDamagedError):
            vault.open_case(case.id)

    assert list(folder.rglob("case.db-wal")) == []


def test_a_head_that_was_taken_away_is_written_into_the_log(folder: Path) -> None:
    laid(folder)
    case = a_case()
    with opened(folder) as vault:
        vault.create_case(case).close()
        (folder / "cases" / case.id / "log" / "head").unlink()
        with vault.open_case(case.id) as store:
            last = store.events()[-1]
        failed = failures(check_vault(vault))

    assert (last.kind, last.fields[0].value) == (EventKind.DAMAGE_FOUND, "log/head missing")
    assert "log/head missing before entry 1" in failed[f"cases/{case.id} log"]


def test_derived_content_whose_owner_is_gone_goes_at_the_next_opening(folder: Path) -> None:
    laid(folder)
    case = a_case()
    with opened(folder) as vault, vault.create_case(case) as store:
        inner = store._opened  # noqa: SLF001 - a state that an older program may have left
        part = spooled(store, b"grey")
        with inner.database.transaction():
            inner.blobs.add(inner.blobs.place(part), part, Role.DERIVED, "cmp-gone", "veiled")
    with opened(folder) as vault, vault.open_case(case.id) as store:
        rows = store._opened.blobs.all()  # noqa: SLF001 - as above

    assert (rows, [path for path in folder.rglob("blobs/*/*") if path.is_file()]) == ((), [])


def test_an_unreadable_record_is_damage(store: CaseStore) -> None:
    store._opened.database.execute("UPDATE log SET record = x'7b7d'")  # noqa: SLF001 - as above
    with pytest.raises(VaultDamagedError) as raised:
        store.events()

    assert raised.value.params == {"part": "log"}


def test_a_part_too_large_for_memory_waits_for_the_slowest(store: CaseStore) -> None:
    piece = bytes(300_000)
    with store.spool("large").open_part() as part:
        for _ in range(120):
            part.write(piece)
        done = part.finish()
    exhibit = adopted(store, reported(store), b"small")

    assert (done.size_bytes, kept_text(store, exhibit)) == (36_000_000, b"small")


def test_a_part_tells_that_it_can_be_written(store: CaseStore) -> None:
    with store.spool("x").open_part() as part:
        assert (part.writable(), part.readable(), part.seekable()) == (True, False, False)


# --- check --------------------------------------------------------------------------------


def test_check_names_what_is_spoilt_while_the_vault_is_open(folder: Path) -> None:
    laid(folder)
    with opened(folder) as vault:
        place = vault.entered.folder
        place.header.unlink()
        slot = min(place.slots.iterdir())
        slot.write_bytes(b"{}")
        key = next(iter(place.keys.iterdir()))
        key.write_bytes(b"{}")
        failed = failures(check_vault(vault))

    assert set(failed) == {"vault.json", f"slots/{slot.name}", f"keys/{key.name}"}


def test_check_names_a_vault_json_that_is_another_one(folder: Path, tmp_path: Path) -> None:
    laid(folder)
    new_vault(tmp_path / "other")[0].close()
    with opened(folder) as vault:
        (folder / "vault.json").write_bytes((tmp_path / "other" / "vault.json").read_bytes())
        failed = failures(check_vault(vault))

    assert list(failed) == ["vault.json"]


def test_check_names_the_page_of_a_spoilt_index(folder: Path) -> None:
    laid(folder)
    with opened(folder) as vault:
        for _ in range(400):
            vault.entered.index.note_unlock(1, NOW)
    path = folder / "index.db"
    whole = bytearray(path.read_bytes())
    # The last page holds old unlocks only: the vault still opens.
    whole[-4000] ^= 1
    path.write_bytes(whole)
    with opened(folder) as vault:
        failed = failures(check_vault(vault))

    assert "page" in failed["index.db"]


def test_check_names_content_that_is_no_file(folder: Path) -> None:
    laid(folder)
    case = a_case()
    with opened(folder) as vault, vault.create_case(case) as store:
        exhibit = adopted(store, reported(store), b"x")
        path = next(path for path in folder.rglob("blobs/*/*"))
        path.unlink()
        path.symlink_to(path)
        failed = failures(check_vault(vault))

    assert f"cases/{case.id} exhibit {exhibit.id}" in failed


def test_the_exit_code_of_a_damaged_vault_is_one(folder: Path) -> None:
    laid(folder)
    (folder / "extra").write_bytes(b"x")
    with opened(folder) as vault:
        report = check_vault(vault)

    assert (report.exit_code, CheckResult.FAIL in {one.result for one in report.checks}) == (
        1,
        True,
    )


# --- making and copying -------------------------------------------------------------------


def test_what_cannot_be_taken_back_hides_nothing(folder: Path) -> None:
    def refuses(step: Step) -> None:
        if step.kind in {StepKind.FLUSH, StepKind.REMOVE_FOLDER}:
            raise OSError(errno.EROFS, "refused")

    with pytest.raises(DiskFailedError) as raised:
        new_vault(folder, on_step=refuses)

    assert (raised.value.params, folder.exists()) == ({"reason": "EROFS"}, False)


def test_a_backup_that_cannot_be_taken_back_hides_nothing(folder: Path, tmp_path: Path) -> None:
    laid(folder)
    is_on = False

    def refuses(step: Step) -> None:
        if is_on and step.kind in {StepKind.FLUSH, StepKind.REMOVE_FOLDER}:
            raise OSError(errno.EIO, "refused")

    with opened(folder, on_step=refuses) as vault:
        is_on = True
        with pytest.raises(DiskFailedError):
            back_up(vault, tmp_path / "backup")
        is_on = False

    assert not (tmp_path / "backup").exists()


def test_a_copy_that_reads_back_differently_is_refused(folder: Path, tmp_path: Path) -> None:
    laid(folder)
    target = tmp_path / "backup"

    def spoils(step: Step) -> None:
        copied = step.path.name == "vault.json" and step.path.parent.name.startswith("backup")
        if copied and step.kind is StepKind.FLUSH:
            step.path.write_bytes(b"what a failing stick made of it")

    with opened(folder, on_step=spoils) as vault, pytest.raises(BackupDamagedError) as raised:
        back_up(vault, target)

    assert (raised.value.params, target.exists()) == ({"part": "vault.json"}, False)


@pytest.mark.parametrize(
    "content",
    [
        {"format": "other", "v": 1, "files": {}},
        {"format": "benban-vault-backup", "v": 2, "files": {}},
        {"format": "benban-vault-backup", "v": 1, "files": []},
        {"format": "benban-vault-backup", "v": 1, "files": {"a": {"size_bytes": "1"}}},
        {"format": "benban-vault-backup", "v": 1, "files": {"a": 1}},
    ],
)
def test_another_manifest_is_refused(tmp_path: Path, content: dict[str, object]) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "backup.json").write_bytes(canonical_json(content))  # type: ignore[arg-type]
    with pytest.raises(BackupDamagedError):
        restore(tmp_path / "backup", tmp_path / "again", platform=ThisPlatform())


def test_a_backup_of_a_newer_vault_is_not_restored(folder: Path, tmp_path: Path) -> None:
    import hashlib
    import json

    laid(folder)
    with opened(folder) as vault:
        back_up(vault, tmp_path / "backup")
    header = tmp_path / "backup" / "vault.json"
    header.write_bytes(canonical_json({**json.loads(header.read_bytes()), "min_reader": 9}))
    path = tmp_path / "backup" / "backup.json"
    manifest = json.loads(path.read_bytes())
    manifest["files"]["vault.json"] = {
        "size_bytes": header.stat().st_size,
        "sha256": hashlib.sha256(header.read_bytes()).hexdigest(),
    }
    path.write_bytes(canonical_json(manifest))
    with pytest.raises(VaultTooNewError):
        restore(tmp_path / "backup", tmp_path / "again", platform=ThisPlatform())

    assert not (tmp_path / "again").exists()


def test_a_backup_is_restored_into_an_empty_folder(folder: Path, tmp_path: Path) -> None:
    laid(folder)
    with opened(folder) as vault:
        back_up(vault, tmp_path / "backup")
    (tmp_path / "again").mkdir()
    restore(tmp_path / "backup", tmp_path / "again", platform=ThisPlatform())

    with opened(tmp_path / "again", PASSPHRASE) as vault:
        assert vault.case_ids() == ()


def test_a_case_that_nobody_recorded_in_is_backed_up_too(folder: Path, tmp_path: Path) -> None:
    laid(folder)
    case = a_case()
    with opened(folder) as vault:
        vault.create_case(case).close()
        back_up(vault, tmp_path / "backup")
    again = copy_of(tmp_path / "backup", tmp_path / "again")
    (again / "backup.json").unlink()
    with opened(again) as vault, vault.open_case(case.id) as store:
        store.record(an_event())
        exhibit = adopted(store, reported(store), b"later")

        assert kept_text(store, exhibit) == b"later"
