"""A scan of an object store; the store is a server on this machine that speaks S3."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from benban.errors.scan import ScanSourceError
from benban.outside.scan_run import run_scan
from benban.scan.ports import Done, Work
from benban.scan.unit import Unit
from tests.scan_store import PlainEngine, Store, jpeg, make_store, numbers, problems, write_table

# Libraries of the store and of the server that plays it speak of their own old ways.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    import s3fs

    for name, value in (
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "made-up"),
        ("AWS_SECRET_ACCESS_KEY", "made-up"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ):
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    store = s3fs.S3FileSystem()
    store.mkdir("kho")
    yield "kho"
    store.rm("kho", recursive=True)
    s3fs.S3FileSystem.clear_instance_cache()


def put(bucket: str, name: str, data: bytes) -> None:
    import s3fs

    s3fs.S3FileSystem().pipe_file(f"{bucket}/{name}", data)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_store(tmp_path)


def test_a_prefix_of_a_bucket_is_scanned_as_a_folder_is(
    bucket: str, store: Store, tmp_path: Path
) -> None:
    write_table(tmp_path / "t.parquet", [jpeg(1), jpeg(5)], per_group=1)
    put(bucket, "anh/deep/3.jpg", jpeg(3))
    put(bucket, "anh/chữ #1?.jpg", jpeg(5))
    put(bucket, "anh/note", b"no picture")
    put(bucket, "anh/t.parquet", (tmp_path / "t.parquet").read_bytes())
    put(bucket, "other/3.jpg", jpeg(3))

    run_scan(store.work(source=f"s3://{bucket}/anh"), PlainEngine(), store.out)

    assert numbers(store.out) == {"deep/3.jpg": 70, "chữ #1?.jpg": 50, "t.parquet": 50}
    assert problems(store.out) == {"note": "BB-303"}


def test_a_file_that_went_since_it_was_listed_is_a_row(bucket: str, store: Store) -> None:
    import s3fs

    put(bucket, "a/1.jpg", jpeg(1))
    put(bucket, "a/3.jpg", jpeg(3))

    class Losing(PlainEngine):
        def run(self, work: Work, units: Iterable[Unit]) -> Iterator[Done]:
            s3fs.S3FileSystem().rm_file(f"{bucket}/a/1.jpg")
            return super().run(work, units)

    run_scan(store.work(source=f"s3://{bucket}/a"), Losing(), store.out)

    assert problems(store.out) == {"1.jpg": "BB-002"}
    assert numbers(store.out) == {"3.jpg": 70}


@pytest.mark.parametrize("source", ["s3://kho/nothing-here", "s3://no-such-bucket/a", "nosuch://a"])
@pytest.mark.usefixtures("bucket")
def test_a_store_that_has_nothing_there_is_said(store: Store, source: str) -> None:
    with pytest.raises(ScanSourceError):
        run_scan(store.work(source=source), PlainEngine(), store.out)
