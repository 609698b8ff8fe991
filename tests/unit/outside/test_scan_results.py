"""What the folder of a scan says when it cannot be written or read, and what it counts."""

import errno
import json
import sys
from pathlib import Path

import pytest

from benban.errors.scan import ScanEngineError, ScanError, ScanUnwrittenError
from benban.outside.scan_run import run_scan
from tests.scan_store import PlainEngine, Store, make_store, rows


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_store(tmp_path, pictures=1)


def test_a_full_disk_has_a_code_of_its_own_and_the_same_command_goes_on(store: Store) -> None:
    import pyarrow.parquet as pq

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pq, "write_table", full)
        with pytest.raises(ScanUnwrittenError):
            run_scan(store.work(), PlainEngine(), store.out)

    assert run_scan(store.work(), PlainEngine(), store.out).files == len(rows(store.out))


def test_a_damaged_part_is_set_aside_and_done_anew(store: Store) -> None:
    found = run_scan(store.work(), PlainEngine(), store.out)
    part = store.out / "parts" / "000000000.parquet"
    part.write_bytes(part.read_bytes()[:20])

    with pytest.raises(ScanError) as raised:
        run_scan(store.work(), PlainEngine(), store.out)

    assert raised.value.code == "BB-980"
    assert part.with_name(f"{part.name}.damaged").exists()
    assert run_scan(store.work(), PlainEngine(), store.out) == found


def test_what_is_no_picture_is_counted_apart_from_damage(store: Store) -> None:
    found = run_scan(store.work(), PlainEngine(), store.out)

    said = [row["problem"] for row in rows(store.out)]
    assert found.no_picture == said.count("BB-303") > 0
    assert "BB-303" not in found.problems
    assert sum(found.problems.values()) == len([one for one in said if one]) - found.no_picture
    manifest = json.loads((store.out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["no_picture"] == found.no_picture


def test_a_missing_library_is_said_before_anything_begins(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)

    with pytest.raises(ScanEngineError):
        run_scan(store.work(), PlainEngine(), store.out)

    assert not store.out.exists()
