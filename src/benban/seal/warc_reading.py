"""
WARC records read back, by other code than that which writes them.

Every byte is read and both digests are computed anew; nothing is held in memory but a head.
Source: WARC 1.1, sections 4 to 6; RFC 9112 section 2.1 for where a payload begins.
"""

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from benban.errors import PackageDamagedError
from benban.seal.gzip_member import GzipMember

_VERSION = b"WARC/1.1\r\n"
_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ?([^\r\n]*)\r\n")
# Chromium follows addresses of 2 MiB, and each byte may be percent-encoded.
_LARGEST_LINE_BYTES = 8 << 20
_MOST_LINES = 100
_LARGEST_HTTP_HEAD_BYTES = 4 << 20
_CHUNK_BYTES = 1 << 18
_BEHIND = b"\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecord:
    """
    One record as it was read.

    Attributes:
        offset, length: of the record in its file, compressed when the file is.
        address: WARC-Target-URI; empty when there is none.
        date: WARC-Date as written.
        status: of the answer, as written; empty for anything else.
        payload_sha256: computed, hex.
        has_right_digests: both digests stand in the record and are those of its bytes.
    """

    type: str
    address: str
    date: str
    status: str
    offset: int
    length: int
    payload_sha256: str
    has_right_digests: bool


def read_plain_records(file: BinaryIO) -> Iterator[ReadRecord]:
    """
    Yield the records of an uncompressed WARC file.

    Raises:
        PackageDamagedError: BB-522, a record is broken or cut off; the detail has its place.
    """
    offset = 0
    while True:
        file.seek(offset)
        stream = io.BufferedReader(_Onward(file), _CHUNK_BYTES)
        if not stream.peek(1):
            return
        record, length = _read_record(stream, offset)
        yield _finished(record, length)
        offset += length


def read_gzip_records(file: BinaryIO) -> Iterator[ReadRecord]:
    """
    Yield the records of a WARC file in which each record is a gzip member of its own.

    Raises:
        PackageDamagedError: BB-522, a record is broken or cut off; the detail has its place.
    """
    offset = 0
    while True:
        file.seek(offset)
        if not file.read(1):
            return
        file.seek(offset)
        member = _member(file, offset)
        stream = io.BufferedReader(member, _CHUNK_BYTES)
        record, _ = _read_record(stream, offset)
        if stream.read(1):
            raise PackageDamagedError(f"more than one record in the member at {offset}")
        yield _finished(record, member.packed_bytes)
        offset += member.packed_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parsed:
    fields: dict[str, str]
    offset: int
    status: str
    payload_sha256: str
    block_sha256: str


class _Onward(io.RawIOBase):
    """The rest of a file; closing it leaves the file open."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # the stubs' Buffer is 3.12's
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _member(file: BinaryIO, offset: int) -> GzipMember:
    return GzipMember(
        file,
        broken=lambda: PackageDamagedError(f"broken gzip member at {offset}"),
        cut=lambda: PackageDamagedError(f"cut off in the member at {offset}"),
    )


def _read_record(stream: BinaryIO, offset: int) -> tuple[_Parsed, int]:
    fields, head_bytes = _read_head(stream, offset)
    length = fields.get("content-length", "")
    if not re.fullmatch("[0-9]{1,18}", length):
        raise PackageDamagedError(f"no length in the record at {offset}")
    is_http = fields.get("content-type", "").startswith("application/http")
    parsed = _digest_block(stream, fields, (offset, int(length)), is_http=is_http)
    if stream.read(len(_BEHIND)) != _BEHIND:
        raise PackageDamagedError(f"the record at {offset} does not end where it should")
    return parsed, head_bytes + int(length) + len(_BEHIND)


def _read_head(stream: BinaryIO, offset: int) -> tuple[dict[str, str], int]:
    if stream.readline(len(_VERSION)) != _VERSION:
        raise PackageDamagedError(f"no WARC record at {offset}")
    fields: dict[str, str] = {}
    size = len(_VERSION)
    for _ in range(_MOST_LINES):
        line = stream.readline(_LARGEST_LINE_BYTES)
        size += len(line)
        if line == b"\r\n":
            return fields, size
        match = _LINE.fullmatch(line)
        name = match[1].decode("ascii").lower() if match else ""
        if match is None or name in fields:
            raise PackageDamagedError(f"a broken field in the record at {offset}")
        fields[name] = match[2].decode("utf-8", "replace")
    raise PackageDamagedError(f"no end of the fields of the record at {offset}")


def _digest_block(
    stream: BinaryIO, fields: dict[str, str], place: tuple[int, int], *, is_http: bool
) -> _Parsed:
    offset, left = place
    block, payload = hashlib.sha256(), hashlib.sha256()
    head = b""
    in_head = is_http
    while left:
        chunk = stream.read(min(_CHUNK_BYTES, left))
        if not chunk:
            raise PackageDamagedError(f"cut off in the record at {offset}")
        left -= len(chunk)
        block.update(chunk)
        if in_head:
            head += chunk
            in_head, head, chunk = _after_head(head, offset)
        payload.update(chunk)
    if in_head:
        raise PackageDamagedError(f"no end of the HTTP head in the record at {offset}")
    start = head.split(b"\r\n", 1)[0].split(b" ", 2)
    is_answer = start[0].startswith(b"HTTP/") and len(start) > 1
    return _Parsed(
        fields=fields,
        offset=offset,
        status=start[1].decode("ascii", "replace") if is_answer else "",
        payload_sha256=payload.hexdigest(),
        block_sha256=block.hexdigest(),
    )


def _after_head(seen: bytes, offset: int) -> tuple[bool, bytes, bytes]:
    head, separator, payload = seen.partition(b"\r\n\r\n")
    if separator:
        return False, head, payload
    if len(seen) > _LARGEST_HTTP_HEAD_BYTES:
        raise PackageDamagedError(f"no end of the HTTP head in the record at {offset}")
    return True, seen, b""


def _finished(record: _Parsed, length: int) -> ReadRecord:
    fields = record.fields
    return ReadRecord(
        type=fields.get("warc-type", ""),
        address=fields.get("warc-target-uri", ""),
        date=fields.get("warc-date", ""),
        status=record.status,
        offset=record.offset,
        length=length,
        payload_sha256=record.payload_sha256,
        has_right_digests=(
            fields.get("warc-payload-digest") == f"sha256:{record.payload_sha256}"
            and fields.get("warc-block-digest") == f"sha256:{record.block_sha256}"
        ),
    )
