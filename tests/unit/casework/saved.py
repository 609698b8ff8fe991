"""Saved pages of every format with the same page and pictures in them."""

import base64
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tests.unit.unpack.mails import PAGE_PART, mime_part, saved_page
from tests.unit.unpack.test_har import exchange, har
from tests.unit.unpack.test_wacz import ARCHIVE, members
from tests.unit.unpack.webfiles import HTML, PAGE, answer_record, packed

FORMATS = ("mhtml", "single-file", "har", "warc", "wacz")


def picture(number: int) -> bytes:
    """Return bytes that begin as a PNG and hold a mark of their own."""
    return b"\x89PNG\r\n\x1a\n" + canary(number) * 30


def canary(number: int) -> bytes:
    return f"<canary {number:04d}>".encode()


def save(folder: Path, form: str, pictures: Sequence[bytes]) -> Path:
    """Write a page with *pictures* in the format *form* and return where."""
    path = folder / f"trang.{form}"
    path.write_bytes(_MAKERS[form](pictures))
    return path


def _address(number: int) -> str:
    return f"https://example.test/anh-{number}.png"


def _mhtml(pictures: Sequence[bytes]) -> bytes:
    parts = [
        mime_part(
            base64.encodebytes(one),
            "Content-Type: image/png",
            "Content-Transfer-Encoding: base64",
            f"Content-Location: {_address(number)}",
        )
        for number, one in enumerate(pictures)
    ]
    return saved_page(PAGE_PART, *parts)


def _single_file(pictures: Sequence[bytes]) -> bytes:
    inline = "".join(
        f'<img src="data:image/png;base64,{base64.b64encode(one).decode()}">' for one in pictures
    )
    said = f"<!--\n Page saved with SingleFile\n url: {PAGE}\n-->"
    text = "<title>Bài</title><p>Chữ trên trang</p>"
    return f"<!doctype html><html>{said}{text}{inline}</html>".encode()


def _har(pictures: Sequence[bytes]) -> bytes:
    made = [exchange()]
    for number, one in enumerate(pictures):
        content = {
            "mimeType": "image/png",
            "encoding": "base64",
            "text": base64.b64encode(one).decode(),
        }
        made.append(
            exchange(
                request={"method": "GET", "url": _address(number)},
                response={"status": 200, "headers": [], "content": content},
            )
        )
    return har(*made)


def _records(pictures: Sequence[bytes]) -> list[bytes]:
    return [answer_record(HTML)] + [
        answer_record(one, "image/png", address=_address(number))
        for number, one in enumerate(pictures)
    ]


def _warc(pictures: Sequence[bytes]) -> bytes:
    return packed(*_records(pictures))


def _wacz(pictures: Sequence[bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members(**{ARCHIVE: packed(*_records(pictures))}).items():
            archive.writestr(name, data)
    return out.getvalue()


_MAKERS = {
    "mhtml": _mhtml,
    "single-file": _single_file,
    "har": _har,
    "warc": _warc,
    "wacz": _wacz,
}
