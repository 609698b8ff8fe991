"""
One capture as a WACZ: the web archives, their index, the page, and digests of everything.

Source: specs.webrecorder.net/wacz/1.1.1. Signatures of the format itself are left out: it allows
neither a time stamp nor a second signer; the vault's log and checkpoint cover the whole file.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from benban.errors import PackageOrderError
from benban.model.ids import Digest
from benban.seal.canonical import JsonValue, canonical_json
from benban.seal.digests import sha256_of
from benban.seal.exchange import (
    Exchange,
    Note,
    Resource,
    required_address,
    without_surrogates,
)
from benban.seal.sinks import ByteSink, MeasuringSink
from benban.seal.stored_zip import StoredZip
from benban.seal.warc import (
    IndexEntry,
    WarcFile,
    WarcRecord,
    exchange_records,
    note_record,
    resource_record,
    warcinfo_record,
    write_warc,
)

WACZ_VERSION = "1.1.1"
# A gzip member cannot be sought: larger bodies lie uncompressed, so that a video can be replayed
# from its middle (measured, see docs/explanation/interfaces.md).
LARGE_BODY_BYTES = 5_000_000

_DATA, _MEDIA = "data.warc.gz", "media.warc"
_ISO_SECONDS = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaczPage:
    """
    A page as a replaying program lists it.

    Attributes:
        address: of the answer that is the page, after redirects; a fragment may stay.
        at: when its exchange started, so that the list and the index agree to the second.
        text: what a reader sees; found by a search in the replaying program.
    """

    address: str
    at: datetime
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Archive:
    filename: str
    records: tuple[WarcRecord, ...]

    def write(self, out: ByteSink) -> WarcFile:
        return write_warc(
            out, self.records, filename=self.filename, compress=self.filename.endswith(".gz")
        )


def write_wacz(
    out: ByteSink,
    *,
    exchanges: Sequence[Exchange],
    pages: Sequence[WaczPage],
    made_at: datetime,
    software: str,
    resources: Sequence[Resource] = (),
    notes: Sequence[Note] = (),
) -> None:
    """
    Write one capture to *out*, which need not seek.

    Nothing is kept aside: each archive is written twice, first only to measure it. Bodies are
    read three times and must be the same each time.

    Args:
        out: takes the bytes; the vault's spool part.
        exchanges: in the order in which they started.
        pages: at least one; the first is the main page.
        made_at: aware.
        software: name and version of the program.
        resources: made from the page, e.g. its text.
        notes: facts about an address.

    Raises:
        ExchangeMalformedError: BB-520, an exchange cannot be written down.
        PackageOrderError: BB-521, no page, or a body changed while it was read.
    """
    if not pages:
        raise PackageOrderError("a package has at least one page")
    opening = warcinfo_record(made_at=made_at, software=software)
    package = StoredZip(out, made_at=made_at)
    members: list[JsonValue] = []
    entries: list[IndexEntry] = []
    for archive in _archives(opening, exchanges, resources, notes):
        measured = archive.write(MeasuringSink())
        name = f"archive/{archive.filename}"
        package.add(name, size_bytes=measured.size_bytes, crc32=measured.crc32, write=archive.write)
        members.append(_listed(name, measured.size_bytes, measured.sha256))
        entries.extend(measured.entries)
    for name, content in (
        ("indexes/index.cdx", _index(entries)),
        ("pages/pages.jsonl", _page_list(pages)),
    ):
        _add_bytes(package, name, content)
        members.append(_listed(name, len(content), sha256_of(content)))
    listing = _datapackage(members, pages[0], made_at, software)
    _add_bytes(package, "datapackage.json", listing)
    seal = canonical_json({"path": "datapackage.json", "hash": str(sha256_of(listing))})
    _add_bytes(package, "datapackage-digest.json", seal)
    package.close()


def _archives(
    opening: WarcRecord,
    exchanges: Sequence[Exchange],
    resources: Sequence[Resource],
    notes: Sequence[Note],
) -> Iterator[_Archive]:
    small: list[WarcRecord] = [opening]
    large: list[WarcRecord] = []
    for exchange in exchanges:
        records = exchange_records(exchange)
        (large if records[0].block_bytes > LARGE_BODY_BYTES else small).extend(records)
    for resource in resources:
        record = resource_record(resource)
        (large if record.block_bytes > LARGE_BODY_BYTES else small).append(record)
    small.extend(note_record(note) for note in notes)
    yield _Archive(filename=_DATA, records=tuple(small))
    if large:
        yield _Archive(filename=_MEDIA, records=(opening, *large))


def _add_bytes(package: StoredZip, name: str, content: bytes) -> None:
    package.add(
        name,
        size_bytes=len(content),
        crc32=zlib.crc32(content),
        write=lambda sink: sink.write(content),
    )


def _listed(name: str, size_bytes: int, digest: Digest) -> JsonValue:
    return {
        "name": name.rpartition("/")[2],
        "path": name,
        "hash": str(digest),
        "bytes": size_bytes,
    }


def _index(entries: Sequence[IndexEntry]) -> bytes:
    # Source: CDXJ as pywb and WACZ have it; sorted as bytes, which for UTF-8 is by code points.
    lines = sorted(_index_line(entry) for entry in entries)
    return "".join(f"{line}\n" for line in lines).encode()


def _index_line(entry: IndexEntry) -> str:
    # Not canonical JSON: readers of CDXJ expect text for offset and length.
    facts = {
        "url": entry.address,
        "mime": entry.media_type,
        "status": str(entry.status),
        "digest": entry.digest,
        "length": str(entry.length),
        "offset": str(entry.offset),
        "filename": entry.filename,
    }
    return f"{entry.key} {entry.timestamp} {json.dumps(facts, ensure_ascii=False)}"


def _page_list(pages: Sequence[WaczPage]) -> bytes:
    header: JsonValue = {
        "format": "json-pages-1.0",
        "id": "pages",
        "title": "Pages",
        "hasText": True,
    }
    listed: list[JsonValue] = [
        {
            "id": f"page-{number}",
            "url": required_address(page.address, with_fragment=True),
            "ts": _seconds(page.at),
            "title": without_surrogates(page.title),
            "text": without_surrogates(page.text),
        }
        for number, page in enumerate(pages, start=1)
    ]
    return b"".join(canonical_json(line) + b"\n" for line in (header, *listed))


def _datapackage(
    members: Sequence[JsonValue], main: WaczPage, made_at: datetime, software: str
) -> bytes:
    address = required_address(main.address, with_fragment=True)
    return canonical_json(
        {
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            "title": without_surrogates(main.title) or address,
            "mainPageUrl": address,
            "mainPageDate": _seconds(main.at),
            "created": _seconds(made_at),
            "software": software,
            "resources": members,
        }
    )


def _seconds(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_ISO_SECONDS)
