"""A scan with its sources, its folder and its resume; drawn pictures, decoded in this process."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from benban.bank.bank import Bank
from benban.errors.scan import ScanBankError, ScanFolderError, ScanSourceError
from benban.fingerprint.measure import measure_picture
from benban.outside import scan_run
from benban.outside.scan_bank import open_banked
from benban.outside.scan_run import run_scan
from benban.scan.ports import Done, Work
from benban.scan.unit import Unit, cut_units
from tests.scan_store import (
    PlainEngine,
    Store,
    gzipped,
    jpeg,
    make_store,
    mode_of,
    numbers,
    problems,
    rows,
    write_table,
)
from tests.unit.unpack.test_wacz import ARCHIVE, members
from tests.unit.unpack.webfiles import HTML, answer_record

ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_store(tmp_path)


@pytest.fixture
def small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_run, "cut_units", lambda listed: cut_units(listed, most_files=3))


class Counting(PlainEngine):
    """Notes which units it is given, and ends where it is told."""

    def __init__(self, stop_after: int = 1000) -> None:
        self.given: list[int] = []
        self.stop_after = stop_after

    def run(self, work: Work, units: Iterable[Unit]) -> Iterator[Done]:
        for done in super().run(work, units):
            if len(self.given) == self.stop_after:
                raise KeyboardInterrupt
            self.given.append(done.unit.index)
            yield done


def test_a_folder_gives_a_row_for_every_file_good_or_bad(store: Store) -> None:
    found = run_scan(store.work(), PlainEngine(), store.out)

    assert numbers(store.out) == {"deep/3.jpg": 70, "deep/5.jpg": 50, "turned.png": 70}
    assert problems(store.out) == {
        "broken.jpg": "BB-304",
        "empty.jpg": "BB-303",
        "link.jpg": "BB-002",
        "note.txt": "BB-303",
    }
    assert (found.files, found.matched, found.no_picture, found.problems) == (
        13,
        3,
        2,
        {"BB-002": 1, "BB-304": 1},
    )


def test_only_a_match_says_number_distance_and_digest_and_asks_for_review(store: Store) -> None:
    run_scan(store.work(), PlainEngine(), store.out)

    told = ("action", "number", "distance_bits", "match_count", "sha256")
    for row in rows(store.out):
        is_told = {row[name] is not None for name in told}
        assert is_told == {row["is_matched"]}
        assert row["action"] in {None, "review"}


def test_results_are_for_their_owner_alone_and_hold_no_hash(store: Store) -> None:
    run_scan(store.work(), PlainEngine(), store.out)

    paths = [path for path in store.out.rglob("*") if path.is_file()]
    assert {mode_of(path) for path in paths} == {0o600}
    hashes = [measure_picture(jpeg(seed)).pdq.hex for seed in range(8)]
    for path in paths:
        data = path.read_bytes()
        assert not [one for one in hashes if one.encode() in data or bytes.fromhex(one) in data]


@pytest.mark.usefixtures("small_units")
def test_a_scan_goes_on_where_it_ended_and_repeats_nothing(store: Store, tmp_path: Path) -> None:
    first, second = Counting(stop_after=2), Counting()
    with pytest.raises(KeyboardInterrupt):
        run_scan(store.work(), first, store.out)

    run_scan(store.work(), second, store.out)

    run_scan(store.work(), PlainEngine(), tmp_path / "at-once")
    assert first.given + second.given == list(range(5))
    assert rows(store.out) == rows(tmp_path / "at-once")


@pytest.mark.usefixtures("small_units")
def test_a_file_that_came_after_the_plan_is_not_mixed_in(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_scan(store.work(), Counting(stop_after=1), store.out)
    (store.source / "aaa.jpg").write_bytes(jpeg(1))

    run_scan(store.work(), PlainEngine(), store.out)

    paths = [row["path"] for row in rows(store.out)]
    assert len(paths) == len(set(paths)) == 13
    assert "aaa.jpg" not in paths


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
@pytest.mark.parametrize("where", ["written aside", "renamed"])
def test_after_a_kill_no_file_is_lost_and_none_stands_twice(
    store: Store, tmp_path: Path, where: str
) -> None:
    program = f"""
        import os, signal
        from pathlib import Path
        from benban.outside import scan_folder, scan_run
        from benban.scan.unit import cut_units
        from tests.scan_store import PlainEngine, Store
        scan_run.cut_units = lambda listed: cut_units(listed, most_files=3)
        class Killed(type(Path())):
            def replace(self, target):
                if {where == "renamed"}:
                    super().replace(target)
                if target.name == "000000002.parquet":
                    os.kill(os.getpid(), signal.SIGKILL)
                return super().replace(target) if {where != "renamed"} else target
        store = Store(source=Path({str(store.source)!r}), bank=Path({str(store.bank)!r}),
                      out=Killed({str(store.out)!r}))
        scan_run.run_scan(store.work(), PlainEngine(), store.out)
    """
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-2000:]
    goes_on = Counting()

    scan_run_small(store, goes_on)

    run_scan(store.work(), PlainEngine(), tmp_path / "at-once")
    assert goes_on.given == ([3, 4] if where == "renamed" else [2, 3, 4])
    assert rows(store.out) == rows(tmp_path / "at-once")
    assert len(json.loads((store.out / "manifest.json").read_text())["parts"]) == 5


def scan_run_small(store: Store, engine: Counting) -> None:
    """Go on; the plan that was written says where the units are cut."""
    run_scan(store.work(), engine, store.out)


def test_another_bank_or_source_never_mixes_with_what_was_begun(
    store: Store, tmp_path: Path
) -> None:
    run_scan(store.work(), PlainEngine(), store.out)
    before = {path: path.read_bytes() for path in store.out.rglob("*") if path.is_file()}

    with pytest.raises(ScanFolderError):
        run_scan(store.work(source=str(store.source / "deep")), PlainEngine(), store.out)
    store.bank.write_text("1," + "f0" * 32, encoding="ascii")
    with pytest.raises(ScanFolderError):
        run_scan(store.work(), PlainEngine(), store.out)

    assert {path: path.read_bytes() for path in before} == before


def test_results_are_put_neither_into_the_source_nor_among_other_files(store: Store) -> None:
    other = store.out.with_name("other")
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    for out in (store.source / "out", other):
        with pytest.raises(ScanFolderError):
            run_scan(store.work(), PlainEngine(), out)

    assert [path.name for path in other.iterdir()] == ["letter.txt"]
    assert not (store.source / "out").exists()


def test_a_list_of_files_is_read_line_by_line(store: Store) -> None:
    listed = store.source.parent / "list.txt"
    lines = ["store/deep/3.jpg", str(store.source / "turned.png"), "store/not-there.jpg"]
    listed.write_text("\n".join(lines), encoding="utf-8")

    run_scan(store.work(source=str(listed)), PlainEngine(), store.out)

    assert list(numbers(store.out).values()) == [70, 70]
    assert problems(store.out) == {"store/not-there.jpg": "BB-002"}


def test_pictures_in_a_web_archive_are_found_with_their_address(store: Store) -> None:
    address = "https://example.test/anh.jpg"
    records = [answer_record(HTML), answer_record(jpeg(3), "image/jpeg", address=address)]
    (store.source.parent / "a.warc.gz").write_bytes(gzipped(*records))

    run_scan(store.work(source=str(store.source.parent / "a.warc.gz")), PlainEngine(), store.out)

    said = [
        (row["within"], row["address"], row["number"], row["problem"]) for row in rows(store.out)
    ]
    assert said == [
        (0, None, None, "BB-303"),
        (1, address, 70, None),
    ]


def test_pictures_in_a_web_package_are_found(store: Store) -> None:
    records = gzipped(answer_record(jpeg(5), "image/jpeg", address="https://example.test/5"))
    path = store.source.parent / "saved.wacz"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**members(), ARCHIVE: records}.items():
            archive.writestr(name, data)

    run_scan(store.work(source=str(path)), PlainEngine(), store.out)

    assert numbers(store.out) == {"saved.wacz": 50}


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.wacz", "a.parquet"])
@pytest.mark.parametrize("data", [b"", b"no archive", b"PAR1" * 9, b"PK\x05\x06" + bytes(18)])
def test_an_archive_or_table_that_is_none_is_a_row(store: Store, name: str, data: bytes) -> None:
    path = store.source.parent / name
    path.write_bytes(data)

    run_scan(store.work(source=str(path)), PlainEngine(), store.out)

    assert [row["path"] for row in rows(store.out)] == [name]
    assert set(problems(store.out).values()) <= {"BB-803", "BB-810", "BB-002"}
    assert problems(store.out)


def test_rows_of_a_table_are_found_by_their_position(store: Store) -> None:
    path = store.source.parent / "t.parquet"
    write_table(path, [jpeg(1), jpeg(3), None, b"no", jpeg(5)], per_group=2)

    run_scan(store.work(source=str(path)), PlainEngine(), store.out)

    said = [(row["within"], row["number"], row["problem"]) for row in rows(store.out)]
    assert said == [
        *((0, None, None), (1, 70, None), (2, None, "BB-002")),
        *((3, None, "BB-303"), (4, 50, None)),
    ]


def test_a_column_that_is_not_there_is_said_and_one_in_a_structure_is_read(store: Store) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = store.source.parent / "t.parquet"
    inner = [{"bytes": jpeg(3), "path": "x"}]
    pq.write_table(pa.table({"image": inner, "thumb": [b"x"]}), path)

    run_scan(store.work(source=str(path)), PlainEngine(), store.out)
    named = store.out.with_name("named")
    run_scan(store.work(source=str(path), column="image.bytes"), PlainEngine(), named)

    assert problems(store.out) == {"t.parquet": "BB-981"}
    assert numbers(named) == {"t.parquet": 70}


def test_a_source_that_is_not_there_is_said_before_anything_is_made(store: Store) -> None:
    with pytest.raises(ScanSourceError):
        run_scan(store.work(source=str(store.source / "none")), PlainEngine(), store.out)

    assert not store.out.exists()


def test_a_banks_folder_and_its_list_are_the_same_bank(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    folder.mkdir()
    bank = Bank.open(folder)
    for line in store.bank.read_text(encoding="ascii").split():
        number, _, pdq = line.partition(",")
        bank.add(int(number), pdq)
    bank.add(1, "ab" * 32)
    bank.delete(1)
    run_scan(store.work(), PlainEngine(), store.out)

    same = Store(source=store.source, bank=folder, out=store.out)

    bank.close()
    assert run_scan(same.work(), PlainEngine(), same.out).matched == 3


@pytest.mark.parametrize(
    "line",
    [
        "1," + "A" * 64,
        "1," + "a" * 63,
        "x," + "a" * 64,
        "-1," + "a" * 64,
        f"{1 << 63}," + "a" * 64,
        "1",
        "1," + "a" * 64 + "," + "2",
        "1," + "a" * 64 + "\n1," + "b" * 64,
        "9" * 5000,
        "١," + "a" * 64,
    ],
)
def test_a_list_that_is_no_list_of_hashes_is_refused_without_repeating_it(
    tmp_path: Path, line: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(line, encoding="utf-8")

    with pytest.raises(ScanBankError) as raised:
        open_banked(path)

    assert "a" * 60 not in f"{raised.value} {raised.value.params}"
