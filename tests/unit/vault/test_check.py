"""Every damaged, missing, swapped and extra part is named; the others go on working."""

import shutil
from pathlib import Path

import pytest

from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.report import CheckResult
from benban.vault import check_vault
from benban.vault.log import CustodyLog
from tests.unit.vault.keeping import (
    adopted,
    an_event,
    copy_of,
    failures,
    kept_text,
    laid,
    opened,
    reported,
)
from tests.unit.vault.kept import Kept, flip, results


def test_a_whole_vault_passes_but_for_what_needs_something_outside(kept: Kept) -> None:
    report = kept.check()
    not_done = [check.name for check in report.checks if check.result is CheckResult.NOT_DONE]

    assert (failures(report), not_done, report.exit_code) == ({}, ["rollback", "counter"], 2)


def test_without_reading_it_says_that_contents_were_not_read(kept: Kept) -> None:
    report = kept.check(read=False)

    assert (failures(report), results(report, "contents")) == (
        {},
        [CheckResult.NOT_DONE] * 2,
    )


def test_check_changes_nothing(kept: Kept, tmp_path: Path) -> None:
    with opened(kept.folder) as vault, vault.open_case(kept.case.id) as store:
        before = store.leaves()
        check_vault(vault, read=True)
        after = store.leaves()

    assert before == after


def test_check_works_beside_an_open_case(kept: Kept) -> None:
    with opened(kept.folder) as vault, vault.open_case(kept.case.id) as store:
        store.record(an_event())
        report = check_vault(vault, read=True)

    assert failures(report) == {}


@pytest.mark.parametrize("place", [5, 20, 40, 70_000, -1])
def test_a_flipped_bit_in_a_content_is_named_and_the_others_are_whole(
    kept: Kept, place: int
) -> None:
    flip(kept.first_file, place)
    failed = kept.failed()
    with opened(kept.folder) as vault, vault.open_case(kept.case.id) as store:
        second = kept_text(store, kept.second)

    assert list(failed) == [f"cases/{kept.case.id} exhibit {kept.first.id}"]
    assert second == b"second" * 40_000


def test_a_missing_content_is_named_also_without_reading(kept: Kept) -> None:
    kept.first_file.unlink()

    assert kept.failed(read=False) == {
        f"cases/{kept.case.id} exhibit {kept.first.id}": (
            f"cases/{kept.case.id} exhibit {kept.first.id}: missing"
        )
    }


def test_a_cut_content_is_named_also_without_reading(kept: Kept) -> None:
    kept.first_file.write_bytes(kept.first_file.read_bytes()[:-1])

    assert list(kept.failed(read=False)) == [f"cases/{kept.case.id} exhibit {kept.first.id}"]


def test_two_contents_exchanged_are_both_named(kept: Kept) -> None:
    files = [path for path in kept.contents() if path.stat().st_size > 100_000]
    one, two = (path.read_bytes() for path in files)
    files[0].write_bytes(two)
    files[1].write_bytes(one)

    assert set(kept.failed()) == {
        f"cases/{kept.case.id} exhibit {kept.first.id}",
        f"cases/{kept.case.id} exhibit {kept.second.id}",
    }


def test_an_extra_file_is_named_and_left_alone(kept: Kept) -> None:
    extras = [
        kept.folder / "notes.txt",
        kept.place.slots / "0123456789abcdef.json",
        kept.place.keys / "case-0000000000000000.0123456789abcdef.json",
        kept.place.cases / "case-0000000000000000",
        kept.place.slots / "slot.json.bak",
        kept.case_folder / "notes.txt",
        kept.case_folder / "log" / "000001.seg",
        kept.case_folder / "blobs" / "picture.png",
        kept.case_folder / "blobs" / "zz",
    ]
    for path in extras:
        path.write_bytes(b"x")
    (kept.folder / "Thumbs.db").write_bytes(b"x")

    assert set(kept.failed()) == {path.relative_to(kept.folder).as_posix() for path in extras}
    assert [path.exists() for path in extras] == [True] * 9


def test_an_extra_content_is_named(kept: Kept) -> None:
    extra = kept.case_folder / "blobs" / "ab" / ("ab" * 16)
    extra.parent.mkdir(exist_ok=True)
    extra.write_bytes(b"x")

    assert list(kept.failed()) == [f"cases/{kept.case.id}/blobs/ab/{'ab' * 16}"]


def test_a_missing_slot_is_named(kept: Kept) -> None:
    with opened(kept.folder) as vault:
        recovery = next(
            path for path in kept.place.slots.iterdir() if b'"kind":"recovery"' in path.read_bytes()
        )
        recovery.unlink()
        failed = failures(check_vault(vault))

    assert failed == {f"slots/{recovery.name}": f"slots/{recovery.name}: missing"}


def test_a_slot_put_back_to_an_older_passphrase_is_named(kept: Kept) -> None:
    slot = next(
        path for path in kept.place.slots.iterdir() if b'"kind":"passphrase"' in path.read_bytes()
    )
    old = slot.read_bytes()
    from tests.unit.vault.keeping import CHEAP

    with opened(kept.folder) as vault:
        vault.change_passphrase("new", CHEAP)
    slot.write_bytes(old)

    assert list(kept.failed()) == [f"slots/{slot.name}"]


def test_a_swapped_case_key_is_named(kept: Kept) -> None:
    mine = next(kept.place.keys.glob(f"{kept.case.id}.*"))
    theirs = next(kept.place.keys.glob(f"{kept.other.id}.*"))
    mine.write_bytes(theirs.read_bytes())

    assert list(kept.failed()) == [f"keys/{mine.name}"]


def test_a_missing_case_key_is_named_and_the_other_case_opens(kept: Kept) -> None:
    mine = next(kept.place.keys.glob(f"{kept.case.id}.*"))
    mine.unlink()
    with opened(kept.folder) as vault:
        failed = failures(check_vault(vault))
        readable = vault.cases()

    assert (list(failed), readable) == ([f"keys/{mine.name}"], (kept.other,))


def test_a_changed_vault_json_is_named_while_the_vault_is_open(kept: Kept) -> None:
    with opened(kept.folder) as vault:
        flip(kept.place.header, 30)
        failed = failures(check_vault(vault))

    assert list(failed) == ["vault.json"]


def test_a_zeroed_sector_of_a_case_database_is_named_by_page(kept: Kept) -> None:
    path = kept.case_folder / "case.db"
    whole = bytearray(path.read_bytes())
    whole[3 * 4096 : 4 * 4096] = bytes(4096)
    path.write_bytes(whole)
    failed = kept.failed()

    assert "page 4" in failed[f"cases/{kept.case.id}/case.db"]


def test_one_flipped_bit_in_a_page_is_found(kept: Kept) -> None:
    path = kept.case_folder / "case.db"
    flip(path, 5 * 4096 + 100)

    assert f"cases/{kept.case.id}/case.db" in kept.failed()


@pytest.mark.parametrize("content", [None, b""])
def test_a_missing_case_database_is_named_and_not_made_anew(
    kept: Kept, content: bytes | None
) -> None:
    path = kept.case_folder / "case.db"
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    assert list(kept.failed()) == [f"cases/{kept.case.id}/case.db"]
    assert path.exists() is (content is not None)


def test_a_case_folder_of_another_vault_is_named(kept: Kept, tmp_path: Path) -> None:
    theirs = Kept(tmp_path / "theirs")
    shutil.rmtree(kept.case_folder)
    shutil.copytree(theirs.case_folder, kept.case_folder)

    assert list(kept.failed()) == [f"cases/{kept.case.id}/case.db"]


def killed_with_wal(kept: Kept, target: Path) -> tuple[Path, int]:
    """Return a copy as a kill would leave it, its last commits in the write-ahead log only."""
    with opened(kept.folder) as vault, vault.open_case(kept.case.id) as store:
        store._opened.database.truncate_wal()  # noqa: SLF001 - the state on disk is what is tested
        for _ in range(5):
            store.record(an_event())
        copy_of(kept.folder, target)
        return target, store.checkpoint().size


def test_a_killed_vault_keeps_every_commit(kept: Kept, tmp_path: Path) -> None:
    spoilt, size = killed_with_wal(kept, tmp_path / "copy")
    with opened(spoilt) as vault, vault.open_case(kept.case.id) as store:
        assert store.checkpoint().size == size


def test_a_deleted_write_ahead_log_shows_as_a_shorter_log(kept: Kept, tmp_path: Path) -> None:
    spoilt, _ = killed_with_wal(kept, tmp_path / "copy")
    (spoilt / "cases" / kept.case.id / "case.db-wal").unlink()
    with opened(spoilt) as vault:
        failed = failures(check_vault(vault))

    name = f"cases/{kept.case.id}/log/head"
    assert failed == {name: f"{name}: the log is 5 entries shorter"}


@pytest.mark.parametrize("spoil", ["cut", "garbage", "zero"])
def test_a_damaged_write_ahead_log_leaves_a_prefix_and_is_found(
    kept: Kept, tmp_path: Path, spoil: str
) -> None:
    spoilt, size = killed_with_wal(kept, tmp_path / "copy")
    wal = spoilt / "cases" / kept.case.id / "case.db-wal"
    whole = bytearray(wal.read_bytes())
    half = len(whole) // 2
    if spoil == "cut":
        whole = whole[:half]
    else:
        whole[half : half + 512] = b"\xa5" * 512 if spoil == "garbage" else bytes(512)
    wal.write_bytes(whole)
    with opened(spoilt) as vault, vault.open_case(kept.other.id):
        failed = failures(check_vault(vault))
        with vault.open_case(kept.case.id) as store:
            leaves = store.leaves()
    with opened(kept.folder) as vault, vault.open_case(kept.case.id) as store:
        all_leaves = store.leaves()

    assert list(failed) == [f"cases/{kept.case.id}/log/head"]
    assert len(leaves) - 1 < size
    assert leaves[:-1] == all_leaves[: len(leaves) - 1]


def test_a_loss_stays_written_in_the_log_after_going_on(kept: Kept, tmp_path: Path) -> None:
    spoilt, size = killed_with_wal(kept, tmp_path / "copy")
    (spoilt / "cases" / kept.case.id / "case.db-wal").unlink()
    with opened(spoilt) as vault, vault.open_case(kept.case.id) as store:
        found = store.events()[-1]
    with opened(spoilt) as vault:
        failed = failures(check_vault(vault))

    assert (found.kind, found.actor) == (EventKind.DAMAGE_FOUND, "program")
    assert {field.name: field.value for field in found.fields}["head_size"] == str(size)
    assert list(failed) == [f"cases/{kept.case.id} log"]
    assert "5 entries were lost" in failed[f"cases/{kept.case.id} log"]


def test_contents_of_lost_commits_are_set_aside_not_removed(kept: Kept, tmp_path: Path) -> None:
    with opened(kept.folder) as vault, vault.open_case(kept.case.id) as store:
        store._opened.database.truncate_wal()  # noqa: SLF001 - the state on disk is what is tested
        sighting = store.get(type(reported(store)), store.all(Exhibit)[0].sighting_id)
        adopted(store, sighting, b"third")
        spoilt = copy_of(kept.folder, tmp_path / "copy")
    before = len(list(spoilt.rglob("blobs/*/*")))
    (spoilt / "cases" / kept.case.id / "case.db-wal").unlink()
    with opened(spoilt) as vault, vault.open_case(kept.case.id):
        pass
    case_folder = spoilt / "cases" / kept.case.id

    assert len(list((case_folder / "lost+found").iterdir())) == 1
    assert len(list(spoilt.rglob("blobs/*/*"))) == before - 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE log SET record = cast(replace(record, 'report', 'recall') AS BLOB)",
        "UPDATE log SET salt = randomblob(32) WHERE position = 1",
        "UPDATE log SET leaf = randomblob(32) WHERE position = 1",
        "UPDATE openings SET value = 'other' WHERE position = 2 AND name = 'sha256'",
    ],
)
def test_an_edited_record_is_named(kept: Kept, change: str) -> None:
    edited(kept, change)
    failed = kept.failed()
    shown = failed[f"cases/{kept.case.id} log"]

    assert "is not what its leaf stands for" in shown


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM openings WHERE position = 2; DELETE FROM log WHERE position = 2",
        "UPDATE log SET position = 99 WHERE position = 1",
    ],
)
def test_a_removed_record_is_named(kept: Kept, change: str) -> None:
    edited(kept, change)

    assert list(kept.failed()) == [f"cases/{kept.case.id}/case.db"]


def test_a_log_cut_and_written_on_is_found_by_the_head(kept: Kept) -> None:
    edited(
        kept,
        "DELETE FROM openings WHERE position = 4;"
        "UPDATE log SET leaf = randomblob(32), salt = NULL, record = NULL WHERE position = 4",
    )

    assert list(kept.failed()) == [f"cases/{kept.case.id}/log/head"]


@pytest.mark.parametrize("content", [None, b"", b"BENBANH1" + bytes(68)])
def test_a_missing_or_forged_head_is_named(kept: Kept, content: bytes | None) -> None:
    head = kept.case_folder / "log" / "head"
    head.unlink()
    if content is not None:
        head.write_bytes(content)

    assert list(kept.failed()) == [f"cases/{kept.case.id}/log/head"]


def test_a_head_that_lags_is_no_damage_and_is_mended(kept: Kept, tmp_path: Path) -> None:
    head = kept.case_folder / "log" / "head"
    old = head.read_bytes()
    with opened(kept.folder) as vault, vault.open_case(kept.case.id) as store:
        store.record(an_event())
    head.write_bytes(old)
    lagging = kept.failed()
    with opened(kept.folder) as vault, vault.open_case(kept.case.id) as store:
        kinds = [event.kind for event in store.events()]

    assert (lagging, EventKind.DAMAGE_FOUND in kinds) == ({}, False)
    assert head.read_bytes() != old


def test_an_exhibit_without_its_content_row_is_named(kept: Kept) -> None:
    edited(kept, "DELETE FROM blobs WHERE role = 'exhibit' AND size_bytes = 200000")
    failed = kept.failed()

    assert f"cases/{kept.case.id} exhibit {kept.first.id}" in failed


def test_an_exhibit_that_names_another_digest_is_named(kept: Kept) -> None:
    edited(
        kept,
        "UPDATE blobs SET sha256 = zeroblob(32) WHERE role = 'exhibit' AND size_bytes = 200000",
    )
    failed = kept.failed()

    assert f"cases/{kept.case.id} exhibit {kept.first.id}" in failed


def test_a_stored_value_that_does_not_fit_is_named(kept: Kept) -> None:
    edited(kept, "UPDATE items SET json = x'7b7d' WHERE type = 'Sighting'")

    assert f"cases/{kept.case.id} Sighting" in kept.failed()


def edited(kept: Kept, statements: str) -> None:
    """Change the database with its own key, as whoever has the passphrase could."""
    with opened(kept.folder) as vault, vault.open_case(kept.case.id) as store:
        database = store._opened.database  # noqa: SLF001 - the state on disk is what is tested
        database.execute("PRAGMA foreign_keys = OFF")
        for statement in statements.split(";"):
            database.execute(statement)


def test_a_case_database_that_cannot_be_opened_is_named_and_the_others_are_checked(
    kept: Kept,
) -> None:
    # A folder in the place of the write-ahead log: SQLite says "unable to open database file".
    (kept.case_folder / "case.db-wal").mkdir()
    report = kept.check(read=False)

    assert list(failures(report)) == [f"cases/{kept.case.id}/case.db"]
    assert f"cases/{kept.other.id}/case.db" in {check.subject for check in report.checks}


def test_a_vault_whose_empty_folders_were_lost_in_copying_can_be_checked(folder: Path) -> None:
    laid(folder)
    (folder / "cases").rmdir()
    with opened(folder) as vault:
        assert failures(check_vault(vault)) == {}


def test_an_act_that_ends_during_the_check_is_no_loss(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(kept.folder) as vault, vault.open_case(kept.case.id) as store:
        before, read_leaves = store.leaves(), CustodyLog.leaves

        def leaves_and_an_act(log: CustodyLog) -> tuple[bytes, ...]:
            leaves = read_leaves(log)
            if leaves == before:
                monkeypatch.undo()
                store.record(an_event())
            return leaves

        monkeypatch.setattr(CustodyLog, "leaves", leaves_and_an_act)

        assert failures(check_vault(vault)) == {}


def test_a_damaged_page_writes_nothing_to_the_terminal(
    kept: Kept, capfd: pytest.CaptureFixture[str]
) -> None:
    # SQLCipher by itself writes lines to standard error for every page that does not verify.
    flip(kept.case_folder / "case.db", 4096 * 3 + 100)
    failed = kept.failed()

    assert (len(failed), capfd.readouterr().err) == (1, "")
