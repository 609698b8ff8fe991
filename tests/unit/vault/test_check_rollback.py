"""Rollback of a whole vault, and opening what is damaged."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from benban.errors import DiskFailedError, VaultDamagedError
from benban.model.case import Case
from benban.model.custody import Receipt
from benban.model.report import CheckResult
from benban.outside.platforms import ThisPlatform
from benban.seal.note import fresh_origin
from benban.vault import Vault, check_vault
from tests.unit.vault.keeping import (
    PASSPHRASE,
    a_case,
    adopted,
    an_event,
    copy_of,
    failures,
    laid,
    opened,
    reported,
    ticking,
)
from tests.unit.vault.kept import Kept, a_receipt, flip, results

# --- rollback -----------------------------------------------------------------------------


def test_a_receipt_of_the_present_log_passes(kept: Kept) -> None:
    report = kept.check(receipt=kept.receipt)

    assert results(report, "rollback") == [CheckResult.PASS]


def test_a_receipt_of_an_older_state_passes_after_more_was_written(kept: Kept) -> None:
    with opened(kept.folder) as vault, vault.open_case(kept.case.id) as store:
        store.record(an_event())

    assert results(kept.check(receipt=kept.receipt), "rollback") == [CheckResult.PASS]


def test_a_whole_vault_put_back_is_found_by_a_receipt_only(kept: Kept, tmp_path: Path) -> None:
    old = copy_of(kept.folder, tmp_path / "old")
    with opened(kept.folder) as vault, vault.open_case(kept.case.id) as store:
        store.record(an_event())
        store.record(an_event())
        receipt = a_receipt(store)
    with opened(old) as vault:
        without = check_vault(vault)
        with_receipt = failures(check_vault(vault, receipt=receipt))

    assert (failures(without), results(without, "rollback")) == ({}, [CheckResult.NOT_DONE])
    assert "2 entries fewer" in with_receipt[kept.case.id]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda receipt: replace(receipt, size=receipt.size - 1), "other entries"),
        (lambda receipt: replace(receipt, key_id="aaaa-" * 7 + "aaaa"), "another key"),
        (lambda receipt: replace(receipt, origin=fresh_origin()), "no case"),
    ],
)
def test_a_receipt_that_does_not_fit_fails(
    kept: Kept, change: Callable[[Receipt], Receipt], said: str
) -> None:
    failed = kept.failed(receipt=change(kept.receipt))

    assert [said in detail for detail in failed.values()] == [True]


class Counter:
    """A number kept outside."""

    def __init__(self) -> None:
        self.values: dict[str, int] = {}

    def read(self, vault_id: str) -> int | None:
        return self.values.get(vault_id)

    def write(self, vault_id: str, value: int) -> None:
        self.values[vault_id] = value


def test_a_counter_outside_shows_that_the_vault_was_put_back(folder: Path, tmp_path: Path) -> None:
    laid(folder)
    counter = Counter()

    def counted(place: Path) -> Vault:
        return Vault.open(
            place,
            passphrase=PASSPHRASE,
            clock=ticking(),
            platform=ThisPlatform(),
            counter=counter,
        )

    counted(folder).close()
    old = copy_of(folder, tmp_path / "old")
    for _ in range(3):
        counted(folder).close()
    with counted(folder) as vault:
        present = results(check_vault(vault), "counter")
    with counted(old) as vault:
        put_back = results(check_vault(vault), "counter")

    assert (present, put_back) == ([CheckResult.PASS], [CheckResult.FAIL])


# --- opening what is damaged --------------------------------------------------------------


def test_a_damaged_case_is_refused_by_name_and_the_other_opens(kept: Kept) -> None:
    flip(kept.case_folder / "case.db", 100)
    with opened(kept.folder) as vault:
        with pytest.raises(VaultDamagedError) as raised:
            vault.open_case(kept.case.id)
        with vault.open_case(kept.other.id) as store:
            assert store.get(Case, kept.other.id) == kept.other

    assert raised.value.params["part"] == f"cases/{kept.case.id}/case.db"


def test_the_folder_of_a_case_that_was_unplugged_is_said_so(kept: Kept) -> None:
    with opened(kept.folder) as vault, vault.open_case(kept.case.id) as store:
        shutil.rmtree(kept.case_folder / "blobs")
        (kept.case_folder / "blobs").write_bytes(b"in the way")
        with pytest.raises(DiskFailedError):
            adopted(store, reported(store), b"more")


def test_a_case_that_the_index_lost_is_named_and_nothing_of_it_is_removed(
    kept: Kept, tmp_path: Path
) -> None:
    with opened(kept.folder) as vault:
        vault.entered.index.database.truncate_wal()
        third = a_case("ba")
        vault.create_case(third).close()
        spoilt = copy_of(kept.folder, tmp_path / "copy")
    (spoilt / "index.db-wal").unlink()
    with opened(spoilt) as vault:
        failed = failures(check_vault(vault))
    key = next((spoilt / "keys").glob(f"{third.id}.*"))

    assert set(failed) == {f"cases/{third.id}", f"keys/{key.name}"}
    assert (spoilt / "cases" / third.id / "case.db").stat().st_size > 0
