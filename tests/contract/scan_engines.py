"""What every engine of a scan does; the same tests for each."""

from dataclasses import replace

import pytest
import simplejpeg

from benban.outside import scan_run
from benban.outside.scan_bank import open_banked
from benban.outside.scan_run import run_scan
from benban.scan.ports import Engine
from benban.scan.unit import cut_units
from benban.testing.clips import code_video
from tests.pulled_store import make_pulled
from tests.scan_store import PlainEngine, Store, gzipped, jpeg, numbers, rows, write_table
from tests.unit.unpack.webfiles import answer_record


class EngineContract:
    """Subclasses give ``engine``."""

    @pytest.fixture(autouse=True)
    def _small_units(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(scan_run, "cut_units", lambda listed: cut_units(listed, most_files=2))

    @pytest.fixture
    def full_store(self, store: Store) -> Store:
        write_table(store.source / "t.parquet", [jpeg(3), None, b"no", jpeg(1)], per_group=2)
        records = [
            answer_record(jpeg(seed), "image/jpeg", address=f"https://example.test/{seed}")
            for seed in (4, 5)
        ]
        (store.source / "a.warc.gz").write_bytes(gzipped(*records))
        shown = simplejpeg.decode_jpeg(jpeg(3))
        (store.source / "film.mp4").write_bytes(code_video([shown] * 3, codec="mpeg4"))
        return store

    def test_it_says_what_one_process_alone_says(self, engine: Engine, full_store: Store) -> None:
        alone = full_store.out.with_name("alone")
        expected = run_scan(full_store.work(), PlainEngine(), alone)

        found = run_scan(full_store.work(), engine, full_store.out)

        assert found == expected
        assert found.matched == 6
        assert rows(full_store.out) == rows(alone)

    def test_nothing_matches_near_a_negative_hash_of_a_bank_that_was_taken_over(
        self, engine: Engine, store: Store
    ) -> None:
        bank = make_pulled(store.out.with_name("pulled"), positive=(3, 5), negative=(5,))
        work = replace(store.work(), banked=open_banked(bank))

        run_scan(work, engine, store.out)

        assert set(numbers(store.out)) == {"deep/3.jpg", "turned.png"}

    def test_it_goes_on_with_what_is_left_and_does_nothing_twice(
        self, engine: Engine, full_store: Store
    ) -> None:
        run_scan(full_store.work(), engine, full_store.out)
        parts = sorted((full_store.out / "parts").iterdir())
        kept = {path: path.stat().st_mtime_ns for path in parts[::2]}
        expected = rows(full_store.out)
        for path in parts[1::2]:
            path.unlink()

        run_scan(full_store.work(), engine, full_store.out)

        assert rows(full_store.out) == expected
        assert {path: path.stat().st_mtime_ns for path in kept} == kept
