"""Everything that can be read out of a bag, however often it is wrapped."""

import base64
import binascii
import gzip
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Iterator

from tests.unit.dossier.reading import streams, text

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")


def decoded(name: str, data: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield *data* and, one below the other, everything inside it with a name that tells where."""
    yield name, data
    assert depth < 8, name
    for inner, content in _inside(data):
        yield from decoded(f"{name}!{inner}", content, depth + 1)


def _inside(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())
    elif data.startswith(b"%PDF-"):
        yield "text", text(data).encode()
        yield from ((f"stream{number}", one) for number, one in enumerate(streams(data)))
    elif data.startswith(b"\x1f\x8b"):
        yield "gunzip", gzip.decompress(data)
    elif data[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(data)) as archive_tar:
            for entry in archive_tar:
                file = archive_tar.extractfile(entry)
                yield entry.name, file.read() if file else b""
    elif data[:1] in {b"{", b"["}:
        yield from _json(data)
    else:
        yield from _base64(data)


def _json(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        value = json.loads(data)
    except ValueError:
        return
    for number, words in enumerate(_strings(value)):
        raw = words.encode()
        yield f"string{number}", raw
        yield from _base64(raw)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield str(key)
            yield from _strings(one)


def _base64(data: bytes) -> Iterator[tuple[str, bytes]]:
    if len(data) > 1_000_000 or b"\0" in data[:64]:
        return
    for number, match in enumerate(_BASE64.finditer(data)):
        raw = match[0].replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
        try:
            content = base64.b64decode(raw + b"=" * (-len(raw) % 4), validate=True)
        except binascii.Error:
            continue
        # Anything that decodes to one of these is worth another look.
        if content.startswith(
            (b"PK\x03\x04", b"%PDF-", b"\x1f\x8b", b"{", b"\xff\xd8", b"\x89PNG")
        ):
            yield f"base64-{number}", content
