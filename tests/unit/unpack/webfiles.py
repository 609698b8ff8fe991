"""Small WARC files made by hand, so that every byte can be wrong on purpose."""

import base64
import gzip
import hashlib
from io import BytesIO

from benban.unpack.parts import Part
from benban.unpack.source import single_source
from benban.unpack.warc import WarcReader

PAGE = "https://example.test/a"
PICTURE = "https://example.test/anh.png"
HTML = b"<!doctype html><title>B\xc3\xa0i</title><p>Ch\xe1\xbb\xaf tr\xc3\xaan trang</p>"
PNG = b"\x89PNG\r\n\x1a\n" + b"canary picture" * 20


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def http_answer(body: bytes, media_type: str = "text/html", *more: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Type: {media_type}", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def warc_record(
    block: bytes,
    *more: str,
    kind: str = "response",
    address: str = PAGE,
    length: int | str | None = None,
    content_type: str = "application/http; msgtype=response",
) -> bytes:
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {address}",
        "WARC-Date: 2026-11-22T08:15:30Z",
        f"Content-Type: {content_type}",
        *more,
        f"Content-Length: {len(block) if length is None else length}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def answer_record(
    body: bytes, media_type: str = "text/html", *more: str, address: str = PAGE
) -> bytes:
    return warc_record(http_answer(body, media_type), *more, address=address)


def packed(*records: bytes) -> bytes:
    return b"".join(gzip.compress(record, mtime=0) for record in records)


def parts_of(content: bytes) -> list[Part]:
    return list(WarcReader().parts(single_source(BytesIO(content), "a.warc")))
