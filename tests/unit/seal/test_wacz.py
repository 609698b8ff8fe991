import hashlib
import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from benban.errors import ExchangeMalformedError, PackageOrderError
from benban.model.report import CheckResult
from benban.seal.sinks import ByteSink
from benban.seal.stored_zip import StoredZip
from benban.seal.wacz import WaczPage, write_wacz
from benban.seal.wacz_check import check_wacz
from benban.wording import Language, message_ids
from tests.unit.seal.web import AT, FILM, HTML, PAGE, VIDEO, exchange, packed

Members = dict[str, bytes]


class WriteOnly:
    """What the vault's spool part offers: writing, and nothing else."""

    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, data: bytes, /) -> int:
        self.content += data
        return len(data)


def members_of(package: bytes) -> Members:
    with zipfile.ZipFile(BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def writing(content: bytes, sink: ByteSink) -> None:
    sink.write(content)


def zipped(members: Members) -> bytes:
    out = BytesIO()
    package = StoredZip(out, made_at=AT)
    for name, content in members.items():
        package.add(
            name,
            size_bytes=len(content),
            crc32=zlib.crc32(content),
            write=partial(writing, content),
        )
    package.close()
    return out.getvalue()


def relisted(members: Members) -> Members:
    """What an attacker recomputes who knows the format: listing and its digest."""
    listing = json.loads(members["datapackage.json"])
    for entry in listing["resources"]:
        content = members.get(entry["path"])
        if content is not None:
            entry["bytes"] = len(content)
            entry["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    text = json.dumps(listing).encode()
    digest = {
        "path": "datapackage.json",
        "hash": f"sha256:{hashlib.sha256(text).hexdigest()}",
    }
    seal = json.dumps(digest).encode()
    return {**members, "datapackage.json": text, "datapackage-digest.json": seal}


def found(package: bytes) -> list[tuple[str, str, str]]:
    return [
        (check.name, check.result.value, check.detail)
        for check in check_wacz(BytesIO(package)).checks
    ]


def failures(package: bytes) -> list[tuple[str, str]]:
    return [(name, detail) for name, result, detail in found(package) if result == "FAIL"]


GOOD = packed()


def test_every_check_of_what_was_written_passes() -> None:
    assert found(GOOD) == [
        (name, "PASS", "") for name in ("zip", "members", "listing", "records", "index", "pages")
    ]


def test_the_stock_validator_accepts_it(tmp_path: Path) -> None:
    (tmp_path / "capture.wacz").write_bytes(GOOD)

    done = subprocess.run(
        [sys.executable, "-m", "wacz", "validate", "-f", "capture.wacz"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "the passed WACZ is valid" in done.stdout) == (0, True), done.stdout


def test_the_output_need_not_seek() -> None:
    out = WriteOnly()

    write_wacz(
        out,
        exchanges=[exchange()],
        pages=[WaczPage(address=PAGE, at=AT, title="", text="")],
        made_at=AT,
        software="benban 0.1.0",
    )

    assert check_wacz(BytesIO(bytes(out.content))).exit_code == 0


def test_a_large_body_lies_uncompressed_and_whole_in_the_package() -> None:
    assert FILM in GOOD
    assert sorted(members_of(GOOD)) == [
        "archive/data.warc.gz",
        "archive/media.warc",
        "datapackage-digest.json",
        "datapackage.json",
        "indexes/index.cdx",
        "pages/pages.jsonl",
    ]


def test_small_bodies_make_no_second_archive() -> None:
    assert "archive/media.warc" not in members_of(packed((exchange(),)))


def test_the_page_list_has_the_text_of_the_page() -> None:
    header, page = members_of(GOOD)["pages/pages.jsonl"].splitlines()

    assert json.loads(header)["format"] == "json-pages-1.0"
    assert json.loads(page) == {
        "id": "page-1",
        "url": PAGE + "#c5",
        "ts": "2026-11-22T08:15:30Z",
        "title": "Nhóm",
        "text": "Ảnh bị ghép",
    }


def test_the_index_is_sorted_and_names_each_answer_and_resource() -> None:
    lines = members_of(GOOD)["indexes/index.cdx"].decode().splitlines()

    assert [line.split(" ")[0] for line in lines] == [
        "test,example)/api?__wb_method=post",
        "test,example)/nh%c3%b3m/12",
        "test,example)/nh%c3%b3m/12?single",
        "test,example,cdn)/v.mp4",
        f"urn:text:{PAGE}",
    ]
    assert json.loads(lines[3].split(" ", 2)[2])["filename"] == "media.warc"


def test_the_listing_names_the_page_and_the_program() -> None:
    listing = json.loads(members_of(GOOD)["datapackage.json"])

    assert (listing["wacz_version"], listing["mainPageUrl"], listing["software"]) == (
        "1.1.1",
        PAGE + "#c5",
        "benban 0.1.0",
    )


def test_nothing_that_a_page_says_of_itself_stops_it_from_being_packed() -> None:
    out = BytesIO()
    address = "https://example.test/\ud800 x" + "ả" * 100_000
    head = (("X\ny", "a\x00"), ("", "b"), ("Content-Type", "\udfff"))

    write_wacz(
        out,
        exchanges=[exchange(address, fields=head)],
        pages=[WaczPage(address=address, at=AT, title="\ud800", text="\udfff\n\x00\u2028")],
        made_at=AT,
        software="x",
    )

    assert failures(out.getvalue()) == []


def test_a_package_without_a_page_is_not_written() -> None:
    with pytest.raises(PackageOrderError):
        write_wacz(WriteOnly(), exchanges=[exchange()], pages=[], made_at=AT, software="x")


def test_an_exchange_that_cannot_be_written_leaves_nothing_behind() -> None:
    out = WriteOnly()

    with pytest.raises(ExchangeMalformedError):
        write_wacz(
            out,
            exchanges=[exchange(), exchange("/relative")],
            pages=[WaczPage(address=PAGE, at=AT, title="", text="")],
            made_at=AT,
            software="x",
        )

    assert out.content == b""


class Changing(BytesIO):
    """A body whose last byte is another one from the third reading on."""

    readings = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        if (offset, whence) == (0, 0):
            self.readings += 1
            if self.readings > 3:
                self.getbuffer()[-1] = 0
        return super().seek(offset, whence)


def test_a_body_that_changes_while_it_is_written_is_noticed() -> None:
    body = Changing(b"abc")
    changing = exchange()
    changing = type(changing)(
        method="GET",
        address=PAGE,
        request_fields=(),
        status=200,
        reason="OK",
        response_fields=(),
        body=body,
        body_form=changing.body_form,
        started_at=AT,
    )

    with pytest.raises(PackageOrderError):
        write_wacz(
            WriteOnly(),
            exchanges=[changing],
            pages=[WaczPage(address=PAGE, at=AT, title="", text="")],
            made_at=AT,
            software="x",
        )


def twice_listed(members: Members) -> Members:
    listing = json.loads(members["datapackage.json"])
    listing["resources"].append(listing["resources"][0])
    return {**members, "datapackage.json": json.dumps(listing).encode()}


def without(name: str) -> Callable[[Members], Members]:
    return lambda members: {key: value for key, value in members.items() if key != name}


def replaced(name: str, old: bytes, new: bytes) -> Callable[[Members], Members]:
    def change(members: Members) -> Members:
        assert old in members[name]
        return {**members, name: members[name].replace(old, new, 1)}

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            replaced("archive/media.warc", b"video/mp4", b"video/mp5"),
            ("listing", "digest differs: archive/media.warc"),
        ),
        (
            replaced("pages/pages.jsonl", "Nhóm".encode(), b"Khac"),
            ("listing", "digest differs: pages/pages.jsonl"),
        ),
        (
            replaced("datapackage.json", b"0.1.0", b"0.1.1"),
            ("listing", "digest differs: datapackage.json"),
        ),
        (
            replaced("datapackage-digest.json", b"datapackage.json", b"datapackage.jsox"),
            ("listing", "digest differs: datapackage.json"),
        ),
        (without("datapackage-digest.json"), ("listing", "missing: datapackage-digest.json")),
        (without("datapackage.json"), ("listing", "not in its form")),
        (without("indexes/index.cdx"), ("listing", "missing: indexes/index.cdx")),
        (without("pages/pages.jsonl"), ("listing", "missing: pages/pages.jsonl")),
        (without("archive/media.warc"), ("listing", "missing: archive/media.warc")),
        (lambda members: {**members, "extra.txt": b""}, ("listing", "not listed: extra.txt")),
        (twice_listed, ("listing", "a member is listed twice")),
        (lambda members: {**members, "datapackage.json": b"[]"}, ("listing", "not in its form")),
    ],
    ids=[
        *("an archive", "the pages", "the listing", "the digest's path", "no digest"),
        *(
            "no listing",
            "no index",
            "no pages",
            "no media",
            "an extra member",
            "a member listed twice",
            "another listing",
        ),
    ],
)
def test_what_was_changed_is_named(
    change: Callable[[Members], Members], expected: tuple[str, str]
) -> None:
    assert expected in failures(zipped(change(members_of(GOOD))))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            replaced("archive/media.warc", FILM[-64:], bytes(64)),
            ("records", "digest differs: archive/media.warc at 441"),
        ),
        (
            replaced(
                "archive/media.warc", b"WARC-Target-URI: https://c", b"WARC-Target-URI: https://d"
            ),
            ("index", "line 4 leads to another record"),
        ),
        (
            replaced("indexes/index.cdx", b'"status": "302"', b'"status": "200"'),
            ("index", "line 2 leads to another record"),
        ),
        (
            replaced("indexes/index.cdx", b"20261122081530", b"20261122081529"),
            ("index", "line 2 leads to another record"),
        ),
        (
            replaced("indexes/index.cdx", b'"digest": "sha256:', b'"digest": "sha512:'),
            ("index", "line 1 leads to another record"),
        ),
        (
            replaced("indexes/index.cdx", b'"offset": "', b'"offset": "1'),
            ("index", "line 1 leads to no record"),
        ),
        (
            lambda members: {
                **members,
                "indexes/index.cdx": b"".join(
                    members["indexes/index.cdx"].splitlines(keepends=True)[:-1]
                ),
            },
            ("index", "not in the index: data.warc.gz at "),
        ),
        (
            lambda members: {
                **members,
                "indexes/index.cdx": b"".join(
                    members["indexes/index.cdx"].splitlines(keepends=True)[::-1]
                ),
            },
            ("index", "not sorted, or cut off"),
        ),
        (
            lambda members: {**members, "indexes/index.cdx": b"not an index\n"},
            ("index", "not in its form"),
        ),
        (
            replaced("pages/pages.jsonl", b"12?single", b"13?single"),
            ("pages", "page 1 is not in the index"),
        ),
        (
            replaced("pages/pages.jsonl", b"08:15:30Z", b"08:15:31Z"),
            ("pages", "page 1 is not in the index"),
        ),
        (
            lambda members: {
                **members,
                "pages/pages.jsonl": members["pages/pages.jsonl"].splitlines()[0],
            },
            ("pages", "no pages"),
        ),
        (lambda members: {**members, "pages/pages.jsonl": b""}, ("pages", "not in its form")),
    ],
    ids=[
        *("a byte of a video", "an address in a record", "a status", "a time", "a digest"),
        *("a place", "a line left out", "lines turned", "no lines", "another page"),
        *("another second", "no page", "an empty list"),
    ],
)
def test_who_recomputes_the_listing_is_still_noticed(
    change: Callable[[Members], Members], expected: tuple[str, str]
) -> None:
    named = failures(zipped(relisted(change(members_of(GOOD)))))

    assert any((name, detail[: len(expected[1])]) == expected for name, detail in named), named
    assert all(name != "listing" for name, _ in named)


def test_a_package_without_any_archive_is_noticed() -> None:
    kept = {k: v for k, v in members_of(GOOD).items() if not k.startswith("archive/")}

    assert ("records", "missing: archive") in failures(zipped(relisted(kept)))


def test_a_compressed_member_is_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members_of(GOOD).items():
            archive.writestr(name, content)

    assert failures(out.getvalue()) == [("members", "a member is compressed")]


def test_what_is_no_zip_fails_and_the_rest_is_not_done() -> None:
    assert found(b"<html>") == [
        ("zip", "FAIL", "shorter than its headers say"),
        *((name, "NOT_DONE", "") for name in ("members", "listing", "records", "index", "pages")),
    ]


def test_a_byte_that_changed_in_a_member_is_found_by_its_crc() -> None:
    place = GOOD.index(FILM) + 1000
    changed = GOOD[:place] + bytes([GOOD[place] ^ 1]) + GOOD[place + 1 :]

    assert failures(changed) == [("members", "CRC differs: archive/media.warc")]


def test_no_finding_carries_an_address_or_a_text() -> None:
    changed = members_of(GOOD)
    changed["indexes/index.cdx"] = changed["indexes/index.cdx"].replace(b'"200"', b'"201"')
    changed["pages/pages.jsonl"] = changed["pages/pages.jsonl"].replace(b"?single", b"?double")

    said = " ".join(detail for _, detail in failures(zipped(relisted(changed))))

    assert said
    assert not [word for word in ("example", "http", "Nh", PAGE, VIDEO) if word in said]


def test_every_finding_can_be_told_in_both_languages() -> None:
    wanted = {
        f"check.wacz.{name}.{ending}"
        for name in ("zip", "members", "listing", "records", "index", "pages")
        for ending in (value.value.lower().replace("_", "-") for value in CheckResult)
    }

    assert all(wanted <= message_ids(language) for language in Language)


def test_the_html_of_the_page_is_kept_as_it_was_decoded() -> None:
    from warcio.archiveiterator import ArchiveIterator

    records = ArchiveIterator(BytesIO(members_of(GOOD)["archive/data.warc.gz"]))

    assert HTML in [
        record.content_stream().read() for record in records if record.rec_type == "response"
    ]
