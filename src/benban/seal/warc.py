"""
Exchanges as WARC records.

Source: WARC 1.1 (iipc.github.io/warc-specifications) for the records; their serialisation is
warcio's. Bodies are streamed: never whole in memory, never on a disk in the clear.
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import SEEK_END, SEEK_SET, BytesIO
from typing import BinaryIO

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benban.errors import ExchangeMalformedError
from benban.model.ids import Digest
from benban.seal.digests import as_sha256, chunks_of
from benban.seal.exchange import (
    BodyForm,
    Exchange,
    HeaderFields,
    Note,
    Resource,
    field_lines,
    is_repaired,
    media_type_of,
    request_head,
    required_address,
    response_head,
    well_formed,
)
from benban.seal.index_key import index_key
from benban.seal.sinks import ByteSink, MeasuringSink

_WARC = "WARC/1.1"
_FIELDS = "application/warc-fields"
_SHORT_TIME = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRecord:
    """
    A record with its digests, ready to be written as often as needed.

    Attributes:
        fields: all WARC fields but Content-Length and Content-Type, in order.
        head: first bytes of the block: the HTTP head, or the whole block of a small record.
        body: what follows; None when nothing does.
        block_bytes: size of head and body together.
        status, media_type: of an answer or a resource, for the index.
        query: for the index, when the method was not GET.
    """

    type: str
    address: str
    at: datetime
    content_type: str
    fields: tuple[tuple[str, str], ...]
    head: bytes
    body: BinaryIO | None
    block_bytes: int
    payload_digest: str = ""
    status: int = 0
    media_type: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """One line of the CDXJ index; offset and length are of the record in its file."""

    key: str
    timestamp: str
    address: str
    media_type: str
    status: int
    digest: str
    offset: int
    length: int
    filename: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcFile:
    """A written WARC file."""

    size_bytes: int
    crc32: int
    sha256: Digest
    entries: tuple[IndexEntry, ...]


def warcinfo_record(*, made_at: datetime, software: str) -> WarcRecord:
    """Return the record that opens a file; it names the program and no person or computer."""
    block = field_lines((("software", software), ("format", "WARC File Format 1.1"))).encode()
    return _small("warcinfo", "", made_at, block, _FIELDS)


def exchange_records(exchange: Exchange) -> tuple[WarcRecord, WarcRecord]:
    """
    Return the records of the answer and of the request.

    Reads the body once for its digests.

    Raises:
        ExchangeMalformedError: BB-520, the method is no word, the address is not absolute or the
            time has no zone.
    """
    address = required_address(exchange.address)
    response_id, request_id = _record_id(), _record_id()
    size_bytes = _size_of(exchange.body)
    head = response_head(exchange, size_bytes)
    common = [("WARC-Date", _date(exchange.started_at)), ("WARC-Target-URI", address)]
    if exchange.remote_ip:
        common.append(("WARC-IP-Address", well_formed(exchange.remote_ip)))
    payload, block = _digests(head, exchange.body)
    response = WarcRecord(
        type="response",
        address=address,
        at=exchange.started_at,
        content_type="application/http; msgtype=response",
        fields=(
            ("WARC-Type", "response"),
            ("WARC-Record-ID", response_id),
            *common,
            *_form_fields(exchange),
            ("WARC-Payload-Digest", payload),
            ("WARC-Block-Digest", block),
        ),
        head=head,
        body=exchange.body,
        block_bytes=len(head) + size_bytes,
        payload_digest=payload,
        status=exchange.status,
        media_type=media_type_of(exchange.response_fields),
        query="" if exchange.method == "GET" else f"__wb_method={exchange.method}",
    )
    request_block = request_head(exchange) + exchange.request_body
    request = _small(
        "request",
        address,
        exchange.started_at,
        request_block,
        "application/http; msgtype=request",
        record_id=request_id,
        payload=exchange.request_body,
        extra=(*common, ("WARC-Concurrent-To", response_id)),
    )
    return response, request


def resource_record(resource: Resource) -> WarcRecord:
    """
    Return the record of something that was made from the page. Reads the body once.

    Raises:
        ExchangeMalformedError: BB-520, the address is not absolute or the time has no zone.
    """
    address = required_address(resource.address)
    media_type = well_formed(resource.media_type)
    digest, _ = _digests(b"", resource.body)
    return WarcRecord(
        type="resource",
        address=address,
        at=resource.made_at,
        content_type=media_type,
        fields=(
            ("WARC-Type", "resource"),
            ("WARC-Record-ID", _record_id()),
            ("WARC-Date", _date(resource.made_at)),
            ("WARC-Target-URI", address),
            ("WARC-Payload-Digest", digest),
            ("WARC-Block-Digest", digest),
        ),
        head=b"",
        body=resource.body,
        block_bytes=_size_of(resource.body),
        payload_digest=digest,
        status=200,
        media_type=media_type,
    )


def note_record(note: Note) -> WarcRecord:
    """
    Return the metadata record of *note*.

    Raises:
        ExchangeMalformedError: BB-520, the address is not absolute or the time has no zone.
    """
    address = required_address(note.address)
    fields = (("WARC-Date", _date(note.made_at)), ("WARC-Target-URI", address))
    block = field_lines(note.fields).encode()
    return _small("metadata", address, note.made_at, block, _FIELDS, extra=fields)


def write_warc(
    out: ByteSink, records: Iterable[WarcRecord], *, filename: str, compress: bool
) -> WarcFile:
    """
    Write *records* and return what was written with its index entries.

    Args:
        out: need not seek.
        records: in the order in which they shall stand.
        filename: the file's name in the package, for the index.
        compress: a gzip member for each record; otherwise plain, so that a video can be sought.
    """
    sink = MeasuringSink(out)
    writer = WARCWriter(sink, gzip=compress, warc_version=_WARC)
    entries = []
    for record in records:
        offset = sink.size_bytes
        writer.write_record(_as_warcio(record))
        if record.type in {"response", "resource"}:
            entries.append(_entry(record, filename, (offset, sink.size_bytes - offset)))
    return WarcFile(
        size_bytes=sink.size_bytes,
        crc32=sink.crc32,
        sha256=sink.sha256,
        entries=tuple(entries),
    )


class _Block:
    """Head and body one behind the other, as warcio reads them."""

    def __init__(self, head: bytes, body: BinaryIO | None) -> None:
        self._parts = self._chunks(head, body)
        # A view: warcio takes 16 KiB at a time, and nothing may be copied over and over.
        self._rest = memoryview(b"")

    def read(self, size: int) -> bytes:
        while not self._rest:
            chunk = next(self._parts, None)
            if chunk is None:
                return b""
            self._rest = memoryview(chunk)
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)

    @staticmethod
    def _chunks(head: bytes, body: BinaryIO | None) -> Iterator[bytes]:
        if head:
            yield head
        if body is not None:
            body.seek(0)
            yield from chunks_of(body)


def _as_warcio(record: WarcRecord) -> object:
    # Length and both digests are given, so that warcio neither rewrites the HTTP head nor buffers
    # the body in a file of its own, in the clear.
    fields = StatusAndHeaders("", list(record.fields), protocol=_WARC)
    block = _Block(record.head, record.body)
    return ArcWarcRecord(
        "warc", record.type, fields, block, None, record.content_type, record.block_bytes
    )


def _entry(record: WarcRecord, filename: str, place: tuple[int, int]) -> IndexEntry:
    joint = "&" if "?" in record.address else "?"
    address = record.address + (joint + record.query if record.query else "")
    return IndexEntry(
        key=index_key(address),
        timestamp=record.at.astimezone(UTC).strftime(_SHORT_TIME),
        address=record.address,
        media_type=record.media_type,
        status=record.status,
        digest=record.payload_digest,
        offset=place[0],
        length=place[1],
        filename=filename,
    )


def _small(
    kind: str,
    address: str,
    at: datetime,
    block: bytes,
    content_type: str,
    *,
    record_id: str = "",
    payload: bytes | None = None,
    extra: HeaderFields = (),
) -> WarcRecord:
    _, digest = _digests(block, BytesIO())
    # Both digests always stand: for a missing one warcio would buffer the block once more.
    _, payload_digest = _digests(block if payload is None else payload, BytesIO())
    return WarcRecord(
        type=kind,
        address=address,
        at=at,
        content_type=content_type,
        fields=(
            ("WARC-Type", kind),
            ("WARC-Record-ID", record_id or _record_id()),
            *(extra or (("WARC-Date", _date(at)),)),
            ("WARC-Payload-Digest", payload_digest),
            ("WARC-Block-Digest", digest),
        ),
        head=block,
        body=None,
        block_bytes=len(block),
    )


def _form_fields(exchange: Exchange) -> list[tuple[str, str]]:
    # Fields that WARC does not know are passed over by readers; ours say what cannot be seen.
    fields = [
        ("Benban-Body-Form", exchange.body_form.value),
        ("Benban-Exchange", exchange.kind.value),
    ]
    if exchange.protocol:
        fields.append(("WARC-Protocol", well_formed(exchange.protocol).lower()))
    if is_repaired(exchange):
        fields.append(("Benban-Head", "repaired"))
    if exchange.body_form is BodyForm.TRUNCATED:
        fields.append(("WARC-Truncated", exchange.truncation.value))
    return fields


def _digests(head: bytes, body: BinaryIO) -> tuple[str, str]:
    payload, block = hashlib.sha256(), hashlib.sha256(head)
    body.seek(0)
    for chunk in chunks_of(body):
        payload.update(chunk)
        block.update(chunk)
    return str(as_sha256(payload.digest())), str(as_sha256(block.digest()))


def _size_of(body: BinaryIO) -> int:
    size_bytes = body.seek(0, SEEK_END)
    body.seek(0, SEEK_SET)
    return size_bytes


def _date(at: datetime) -> str:
    if at.utcoffset() is None:
        raise ExchangeMalformedError("the time has no zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"
