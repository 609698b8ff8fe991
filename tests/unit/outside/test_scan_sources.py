"""What a scan takes for a source, and how a bad part of one is told."""

import io
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

import pytest

from benban.errors.scan import ScanSourceError
from benban.outside import scan_places, scan_run
from benban.outside.scan_places import Place, open_place
from benban.outside.scan_run import run_scan
from benban.scan.ports import Done, Work
from benban.scan.unit import Unit
from tests.scan_store import (
    PlainEngine,
    Store,
    gzipped,
    jpeg,
    make_store,
    numbers,
    problems,
    rows,
    write_table,
)
from tests.unit.unpack.webfiles import answer_record


@pytest.mark.parametrize(
    "source",
    [
        "https://example.test/pictures/",
        "http://example.test/",
        "file:///",
        "memory://pictures",
        "ftp://user:word@example.test/",
        "simplecache::s3://bucket/pictures",
        "s3://bucket::file:///",
        "s3://key:secret@bucket/pictures",
        "s3://key@bucket/pictures",
        "abfs://key:secret@account/pictures",
        "az://container/pictures?sig=secret",
        "s3://[bucket",
    ],
)
def test_an_address_that_is_no_store_is_refused_before_a_library_sees_it(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(scan_places, "StorePlace", opened.append)

    with pytest.raises(ScanSourceError):
        open_place(source)

    assert opened == []


@pytest.mark.parametrize(
    "source",
    ["s3://b/p", "s3a://b/p", "gs://b/p", "az://c/p", "abfs://container@account.example.test/p"],
)
def test_a_store_is_opened_as_one(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(scan_places, "StorePlace", opened.append)

    open_place(source)

    assert opened == [source]


class Failing:
    """A place that gives no bytes while a scan is planned, as a store that is busy."""

    def __init__(self, inner: Place) -> None:
        self.inner = inner

    def names(self) -> Iterator[str]:
        return self.inner.names()

    def open(self, name: str) -> BinaryIO:
        raise OSError(name)


def planned_as(groups: int, store: Store, *, failing: bool = False) -> None:
    """Scan a table of 4 groups of 2 rows whose plan was made when it had *groups*."""
    values: list[bytes | None] = [jpeg(seed) for seed in range(2 * groups)]
    write_table(store.source / "t.parquet", values, per_group=2)

    class Later(PlainEngine):
        def run(self, work: Work, units: Iterable[Unit]) -> Iterator[Done]:
            again: list[bytes | None] = [jpeg(seed) for seed in range(8)]
            write_table(store.source / "t.parquet", again, per_group=2)
            return super().run(work, units)

    with pytest.MonkeyPatch.context() as patched:
        if failing:
            patched.setattr(scan_run, "open_place", lambda source: Failing(open_place(source)))
        run_scan(store.work(), Later(), store.out)


def table_rows(store: Store) -> list[tuple[object, object]]:
    return [
        (row["within"], row["problem"]) for row in rows(store.out) if row["path"] == "t.parquet"
    ]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_store(tmp_path, pictures=1)


def test_a_table_whose_footer_could_not_be_read_when_planned_is_read_whole(store: Store) -> None:
    planned_as(4, store, failing=True)

    assert table_rows(store) == [(row, None) for row in range(8)]


def test_a_table_as_it_was_planned_has_no_problem(store: Store) -> None:
    planned_as(4, store)

    assert table_rows(store) == [(row, None) for row in range(8)]


def test_a_table_that_grew_since_it_was_planned_is_said_to_have_changed(store: Store) -> None:
    planned_as(1, store)

    assert table_rows(store) == [(0, None), (1, None), (None, "BB-803")]


def test_a_table_that_shrank_since_it_was_planned_is_said_to_have_changed(store: Store) -> None:
    planned_as(5, store)

    assert table_rows(store)[-1] == (None, "BB-803")
    assert {row for row, _ in table_rows(store)} == {*range(8), None}


def test_a_folder_that_cannot_be_listed_is_one_row(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = os.scandir

    def refusing(folder: Path) -> "os._ScandirIterator[str]":
        if Path(folder).name == "deep":
            raise PermissionError(str(folder))
        return listed(str(folder))

    monkeypatch.setattr(os, "scandir", refusing)

    run_scan(store.work(), PlainEngine(), store.out)

    assert problems(store.out)["deep"] == "BB-002"
    assert numbers(store.out) == {"turned.png": 70}


def test_what_lies_too_deep_is_one_row(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_places, "_DEEPEST_FOLDER", 1)
    (store.source / "deep" / "deeper").mkdir()
    (store.source / "deep" / "deeper" / "3.jpg").write_bytes(jpeg(3))

    run_scan(store.work(), PlainEngine(), store.out)

    assert problems(store.out)["deep/deeper"] == "BB-002"


def test_an_address_of_an_archive_stands_on_matches_alone(store: Store) -> None:
    records = [
        answer_record(jpeg(seed), "image/jpeg", address=f"https://example.test/{seed}")
        for seed in (3, 4)
    ]
    (store.source / "a.warc.gz").write_bytes(gzipped(*records))

    run_scan(store.work(), PlainEngine(), store.out)

    found = [
        (row["is_matched"], row["address"]) for row in rows(store.out) if row["path"] == "a.warc.gz"
    ]
    assert found == [(True, "https://example.test/3"), (False, None)]


class OwnError(Exception):
    """As the root of a store's library is: neither ``OSError`` nor botocore's."""


@pytest.mark.parametrize("breaks", ["open", "read"])
def test_an_error_of_a_store_is_one_of_the_file_also_without_botocore(
    breaks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fsspec

    azure = ModuleType("azure.core.exceptions")
    monkeypatch.setattr(azure, "AzureError", OwnError, raising=False)
    for name, module in (
        ("azure", ModuleType("azure")),
        ("azure.core", ModuleType("azure.core")),
        ("azure.core.exceptions", azure),
        ("botocore.exceptions", None),
    ):
        monkeypatch.setitem(sys.modules, name, module)

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OwnError

    class Busy:
        def open(self, name: str, mode: str, block_size: int) -> BinaryIO:
            if breaks == "open":
                raise OwnError
            return Broken(b"bytes")

    monkeypatch.setattr(fsspec.core, "url_to_fs", lambda address: (Busy(), "b/p"))
    place = open_place("gs://b/p")

    with pytest.raises(OSError, match="the store"):
        place.open("1.jpg").read(10)
