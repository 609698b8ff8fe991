import hashlib
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import bagit
import pytest

from benban.errors import BagNameError, PackageOrderError
from benban.seal.bag import BagWriter, Manifest
from benban.seal.zip_structure import read_zip_structure

AT = datetime(2026, 11, 22, 8, 15, 30, tzinfo=UTC)
REPORT = "Báo cáo".encode() * 1000


def make_bag(out: BytesIO, at: datetime = AT) -> Manifest:
    bag = BagWriter(out, "tai-lieu-7f3a", at, info=[("Bag-Software-Agent", "benban 0.1.0 – thử")])
    bag.add_payload("data/report.vi.pdf", REPORT)
    bag.add_payload("data/texts/a.txt", iter([b"one ", b"", b"two"]))
    manifest = bag.finish_payload()
    bag.add_tag("checkpoint.note", b"note\n")
    bag.close()
    return manifest


def unpacked(out: BytesIO, folder: Path) -> Path:
    with zipfile.ZipFile(out) as archive:
        archive.extractall(folder)
    return folder / "tai-lieu-7f3a"


def test_the_stock_validator_accepts_the_unpacked_bag(tmp_path: Path) -> None:
    out = BytesIO()
    make_bag(out)

    bag = bagit.Bag(str(unpacked(out, tmp_path)))

    assert bag.validate(fast=False) is True
    assert bag.info["Payload-Oxum"] == f"{len(REPORT) + 7}.2"
    assert bag.info["Bagging-Date"] == "2026-11-22"


@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_reads_the_manifests(tmp_path: Path, manifest: str) -> None:
    out = BytesIO()
    make_bag(out)

    done = subprocess.run(
        ["sha256sum", "--strict", "-c", manifest],
        cwd=unpacked(out, tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_the_manifest_that_is_returned_is_the_one_in_the_bag() -> None:
    out = BytesIO()

    manifest = make_bag(out)

    with zipfile.ZipFile(out) as archive:
        assert archive.read("tai-lieu-7f3a/manifest-sha256.txt") == manifest.text
    assert manifest.sha256.hex == hashlib.sha256(manifest.text).hexdigest()
    assert manifest.text.decode().splitlines() == [
        f"{hashlib.sha256(REPORT).hexdigest()}  data/report.vi.pdf",
        f"{hashlib.sha256(b'one two').hexdigest()}  data/texts/a.txt",
    ]


def test_the_tag_manifest_names_every_file_outside_data_but_itself() -> None:
    out = BytesIO()
    make_bag(out)

    with zipfile.ZipFile(out) as archive:
        lines = archive.read("tai-lieu-7f3a/tagmanifest-sha256.txt").decode().splitlines()

    assert [line.split("  ")[1] for line in lines] == [
        "bag-info.txt",
        "bagit.txt",
        "checkpoint.note",
        "manifest-sha256.txt",
    ]


def test_the_same_content_at_the_same_time_gives_the_same_bytes() -> None:
    one, two = BytesIO(), BytesIO()

    make_bag(one)
    make_bag(two, AT.astimezone(timezone(timedelta(hours=7))))

    assert one.getvalue() == two.getvalue()


def test_the_zip_holds_together_and_lies_in_one_folder() -> None:
    out = BytesIO()
    make_bag(out)

    members = read_zip_structure(out)

    assert {member.name.split("/")[0] for member in members} == {"tai-lieu-7f3a"}
    assert {member.method for member in members} == {0}


def test_a_bag_may_begin_behind_something_else() -> None:
    alone, behind = BytesIO(), BytesIO(b"before")
    behind.seek(6)
    make_bag(alone)

    make_bag(behind)

    assert behind.getvalue() == b"before" + alone.getvalue()


def test_adding_returns_the_digest_of_what_was_written() -> None:
    bag = BagWriter(BytesIO(), "b", AT)

    digest = bag.add_payload("data/x", iter([b"ab", b"c"]))

    assert digest.hex == hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize(
    "path",
    [
        "report.pdf",
        "data",
        "data/",
        "data/../x",
        "data/./x",
        "data//x",
        "/data/x",
        "data/x y",
        "data/ảnh.jpg",
        "data/a%20b",
        "data/a\nb",
        "data/x.",
        "data/.hidden",
        "data/CON",
        "data/nul.txt",
        "data/" + "a" * 101,
        "data/" + "/".join(["a" * 90] * 3),
        "data\\x",
    ],
)
def test_a_path_that_does_not_unpack_everywhere_is_refused(path: str) -> None:
    bag = BagWriter(BytesIO(), "b", AT)

    with pytest.raises(BagNameError):
        bag.add_payload(path, b"")


@pytest.mark.parametrize("path", ["data/x", "tagmanifest-sha256.txt", "bagit.txt", "../x", ""])
def test_a_tag_file_has_its_own_places(path: str) -> None:
    bag = BagWriter(BytesIO(), "b", AT)
    bag.add_payload("data/x", b"")
    bag.finish_payload()

    with pytest.raises(BagNameError):
        bag.add_tag(path, b"")


@pytest.mark.parametrize(
    ("first", "second"), [("A", "a"), ("a", "A/b"), ("a/b", "a"), ("a/b/c", "A")]
)
def test_names_that_cannot_be_unpacked_together_are_refused(first: str, second: str) -> None:
    bag = BagWriter(BytesIO(), "b", AT)
    bag.add_payload(f"data/{first}", b"")

    with pytest.raises(BagNameError):
        bag.add_payload(f"data/{second}", b"")


@pytest.mark.parametrize("name", ["", "a/b", "..", "ảnh"])
def test_a_bag_has_a_plain_name(name: str) -> None:
    with pytest.raises(BagNameError):
        BagWriter(BytesIO(), name, AT)


@pytest.mark.parametrize(
    "entry",
    [("Bad Label", "x"), ("Payload-Oxum", "0.0"), ("Bagging-Date", "x"), ("A", "two\nlines")],
)
def test_bag_info_takes_one_line_for_each_label(entry: tuple[str, str]) -> None:
    with pytest.raises(BagNameError):
        BagWriter(BytesIO(), "b", AT, info=[entry])


def steps(out: BytesIO) -> Iterator[BagWriter]:
    empty = BagWriter(out, "b", AT)
    yield empty
    filled = BagWriter(out, "b", AT)
    filled.add_payload("data/x", b"")
    filled.finish_payload()
    yield filled
    filled.close()
    yield filled


@pytest.mark.parametrize(
    ("step", "act"),
    [
        (0, "finish_payload"),
        (0, "add_tag"),
        (0, "close"),
        (1, "add_payload"),
        (1, "finish_payload"),
        (2, "add_payload"),
        (2, "add_tag"),
        (2, "finish_payload"),
        (2, "close"),
    ],
)
def test_a_step_out_of_order_is_refused(step: int, act: str) -> None:
    made = steps(BytesIO())
    bag = next(made)
    for _ in range(step):
        bag = next(made)
    acts: dict[str, Callable[[], object]] = {
        "finish_payload": bag.finish_payload,
        "close": bag.close,
        "add_tag": lambda: bag.add_tag("t", b""),
        "add_payload": lambda: bag.add_payload("data/y", b""),
    }

    with pytest.raises(PackageOrderError):
        acts[act]()
