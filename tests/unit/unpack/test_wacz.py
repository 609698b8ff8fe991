import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benban.errors import ImportUnsafeError
from benban.seal.exchange import BodyForm, Exchange
from benban.seal.wacz import WaczPage, write_wacz
from benban.unpack.parts import DigestState, Reason, Resource, Unread
from benban.unpack.source import Given, zip_source
from benban.unpack.wacz import WaczReader
from tests.unit.unpack.webfiles import HTML, PAGE, PICTURE, PNG, answer_record, packed

ARCHIVE = "archive/data.warc.gz"
PAGES = "pages/pages.jsonl"


def members(**changes: bytes | None) -> dict[str, bytes]:
    records = packed(answer_record(HTML), answer_record(PNG, "image/png", address=PICTURE))
    page = {"id": "1", "url": PAGE, "ts": "2026-11-22T08:15:30Z", "title": "Bài"}
    pages = '{"format": "json-pages-1.0", "id": "pages"}\n' + json.dumps(page) + "\n"
    files = {ARCHIVE: records, "indexes/index.cdx": b"", PAGES: pages.encode()}
    listing = json.dumps(
        {
            "profile": "data-package",
            "resources": [
                {"path": name, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
                for name, data in files.items()
            ],
        }
    ).encode()
    seal = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(listing).hexdigest()}"}
    files |= {"datapackage.json": listing, "datapackage-digest.json": json.dumps(seal).encode()}
    for name, data in changes.items():
        if data is None:
            del files[name]
        else:
            files[name] = data
    return files


def package(files: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> Given:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return zip_source(out, "saved.wacz")


def faults(files: dict[str, bytes]) -> list[tuple[str, Reason]]:
    parts = WaczReader().parts(package(files))
    return [(part.where, part.reason) for part in parts if isinstance(part, Unread)]


def states(files: dict[str, bytes]) -> dict[str, DigestState]:
    return {one.where: one.check() for one in WaczReader().claims(package(files))}


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_sound_package_has_its_resources_and_no_fault(how: int) -> None:
    source = package(members(), how)
    parts = list(WaczReader().parts(source))

    assert WaczReader().recognises(source)
    assert [part.address for part in parts if isinstance(part, Resource)] == [PAGE, PICTURE]
    assert [part.open().read() for part in parts if isinstance(part, Resource)] == [HTML, PNG]


def test_every_claimed_digest_of_a_sound_package_agrees() -> None:
    found = states(members())

    assert set(found) == {ARCHIVE, "indexes/index.cdx", PAGES, "datapackage.json"}
    assert set(found.values()) == {DigestState.AGREES}


def test_claims_say_which_of_them_cover_pictures() -> None:
    covering = [one.where for one in WaczReader().claims(package(members())) if one.covers_media]

    assert covering == [ARCHIVE]


def test_a_changed_archive_is_read_and_its_digest_differs() -> None:
    changed = members(**{ARCHIVE: packed(answer_record(b"changed"))})

    assert states(changed)[ARCHIVE] is DigestState.DIFFERS
    parts = list(WaczReader().parts(package(changed)))
    assert [part.open().read() for part in parts if isinstance(part, Resource)] == [b"changed"]


def test_a_changed_listing_differs_from_its_seal() -> None:
    listing = members()["datapackage.json"].replace(b"data-package", b"data-packagE")

    assert states(members(**{"datapackage.json": listing}))["datapackage.json"] is (
        DigestState.DIFFERS
    )


def test_a_signature_is_named_and_not_believed() -> None:
    seal = json.loads(members()["datapackage-digest.json"]) | {"signedData": {"signature": "AA=="}}
    signed = members(**{"datapackage-digest.json": json.dumps(seal).encode()})

    assert states(signed)["signature"] is DigestState.NOT_CHECKED


def test_a_file_that_is_listed_and_not_there_is_said() -> None:
    assert faults(members(**{"indexes/index.cdx": None})) == [
        ("a file that is listed", Reason.MISSING)
    ]


def test_a_file_that_is_there_and_not_listed_is_said() -> None:
    assert faults(members(**{"extra/secret.bin": b"x"})) == [
        ("a file in the package", Reason.NOT_LISTED)
    ]


@pytest.mark.parametrize(
    "pages",
    [
        b"",
        b"\xff\xfe",
        b"{}\n",
        b'{"format": "json-pages-1.0"}\n',
        b'{"format": "json-pages-1.0"}\n{"url": 5}\n',
        b'{"format": "json-pages-1.0"}\n[]\n',
        b"[" * 100_000,
        b'{"format": "json-pages-1.0"}\n{"url": "https://a.test/", "ts"',
    ],
)
def test_a_page_list_that_is_none_is_said_and_the_archives_are_read(pages: bytes) -> None:
    files = members(**{PAGES: pages})

    assert ("the list of pages", Reason.NOT_PARSED) in faults(files)
    parts = list(WaczReader().parts(package(files)))
    assert sum(isinstance(part, Resource) for part in parts) == 2
    assert isinstance(WaczReader().pages(package(files)), tuple)


@pytest.mark.parametrize("listing", [b"", b"[]", b'{"resources": 5}', b"{" * 50_000, b"\x00"])
def test_a_listing_that_is_none_is_said_and_the_archives_are_read(listing: bytes) -> None:
    files = members(**{"datapackage.json": listing})

    assert ("the package's listing", Reason.NOT_PARSED) in faults(files)
    assert sum(isinstance(one, Resource) for one in WaczReader().parts(package(files))) == 2


@pytest.mark.parametrize(
    "resource", [5, {}, {"path": 5}, {"path": "../../etc/passwd", "hash": "sha256:00"}, {"hash": 1}]
)
def test_strange_entries_of_a_listing_lead_nowhere(resource: object) -> None:
    listing = json.dumps({"resources": [resource]}).encode()
    source = package(members(**{"datapackage.json": listing}))

    assert [claim.where for claim in WaczReader().claims(source)] == ["datapackage.json"]


@pytest.mark.parametrize("name", [PAGES, "datapackage-digest.json"])
def test_what_a_package_lacks_is_said(name: str) -> None:
    assert Reason.MISSING in [reason for _, reason in faults(members(**{name: None}))]


def test_several_captures_of_one_address_stay_apart() -> None:
    second = packed(answer_record(b"second"))
    source = package(members(**{"archive/second.warc.gz": second}))

    found = [part for part in WaczReader().parts(source) if isinstance(part, Resource)]

    assert [part.address for part in found] == [PAGE, PICTURE, PAGE]
    assert [part.open().read() for part in found] == [HTML, PNG, b"second"]
    assert sorted({part.position for part in found}) == [part.position for part in found]


def test_a_zip_that_two_programs_read_differently_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("datapackage.json", b"{}")
    hidden = b"prefix" + out.getvalue()

    with pytest.raises(ImportUnsafeError):
        zip_source(io.BytesIO(hidden), "a.wacz")


def test_a_package_of_our_own_is_read() -> None:
    at = datetime(2026, 11, 22, 8, 15, 30, tzinfo=UTC)
    film = b"film" * 2_000_000
    exchanges = [
        Exchange(
            method="GET",
            address=address,
            request_fields=(),
            status=200,
            reason="OK",
            response_fields=(("Content-Type", media_type),),
            body=io.BytesIO(body),
            body_form=BodyForm.DECODED,
            started_at=at,
        )
        for address, media_type, body in (
            (PAGE, "text/html", HTML),
            ("https://example.test/phim.mp4", "video/mp4", film),
        )
    ]
    out = io.BytesIO()
    page = WaczPage(address=PAGE, at=at, title="Bài", text="Chữ")
    write_wacz(out, exchanges=exchanges, pages=[page], made_at=at, software="benban")
    source = zip_source(out, "own.wacz")

    found = list(WaczReader().parts(source))

    assert [part.open().read() for part in found if isinstance(part, Resource)] == [HTML, film]
    assert {one.check() for one in WaczReader().claims(source)} == {DigestState.AGREES}
    checks = [one.check_digest for one in found if isinstance(one, Resource)]
    assert [check() for check in checks if check is not None] == [DigestState.AGREES] * 2
    assert [one.title for one in WaczReader().pages(source)] == ["Bài"]


def test_a_package_of_py_wacz_is_read(tmp_path: Path) -> None:
    warc = tmp_path / "data.warc.gz"
    warc.write_bytes(packed(answer_record(HTML), answer_record(PNG, "image/png", address=PICTURE)))
    made = tmp_path / "made.wacz"
    command = [sys.executable, "-m", "wacz.main", "create", "-o", str(made), "-d", "-t", str(warc)]
    subprocess.run(command, check=True, capture_output=True)
    with made.open("rb") as file:
        source = zip_source(file, "made.wacz")

        found = list(WaczReader().parts(source))

        assert [one.address for one in found if isinstance(one, Resource)] == [PAGE, PICTURE]
        assert DigestState.DIFFERS not in {one.check() for one in WaczReader().claims(source)}
