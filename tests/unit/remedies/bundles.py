"""Bundles for tests, signed with keys that exist nowhere else."""

import hashlib
import io
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path

from benban.remedies.bundle import NOTE, write_bundle
from benban.remedies.memory_folder import MemoryFolder
from benban.seal.edition_note import sign_edition
from benban.seal.note import public_key_of
from benban.seal.sinks import ByteSink
from benban.seal.stored_zip import StoredZip

KEY, OTHER_KEY = b"\x01" * 32, b"\x02" * 32
SIGNER, OTHER_SIGNER = public_key_of(KEY), public_key_of(OTHER_KEY)
_PACKAGED = Path(str(files("benban.catalogue")))


def packaged_files(*, edition: int = 2) -> dict[str, bytes]:
    """Return the files of the packaged catalogue under another edition."""
    parts = ["terms.toml", "edition.toml"]
    for pattern in ("channels/*.toml", "laws/*.toml", "laws/*/*.toml"):
        parts += [path.relative_to(_PACKAGED).as_posix() for path in _PACKAGED.glob(pattern)]
    for pattern in ("forms/*.toml", "forms/*/*.txt"):
        parts += [path.relative_to(_PACKAGED).as_posix() for path in _PACKAGED.glob(pattern)]
    found = {name: (_PACKAGED / name).read_bytes() for name in parts}
    found["edition.toml"] = f"serial = {edition}\nmade_on = 2026-12-01\n".encode()
    return found


def bundle(
    found: Mapping[str, bytes] | None = None, *, key: bytes = KEY, edition: int = 2
) -> bytes:
    """Return a bundle as a publisher makes it."""
    out = io.BytesIO()
    write_bundle(MemoryFolder(found or packaged_files(edition=edition)), out, key)
    return out.getvalue()


def signed_all_the_same(found: Mapping[str, bytes], *, edition: int = 2) -> bytes:
    """Return a bundle that a publisher would not make, with a good signature all the same."""
    listing = "".join(f"{hashlib.sha256(found[one]).hexdigest()}  {one}\n" for one in sorted(found))
    note = sign_edition(edition, hashlib.sha256(listing.encode()).digest(), KEY)
    return zipped([(NOTE, note), *sorted(found.items())])


def zipped(members: list[tuple[str, bytes]]) -> bytes:
    """Return a zip of stored *members*, whatever they are called."""
    out = io.BytesIO()
    package = StoredZip(out, made_at=datetime(2026, 12, 1, tzinfo=UTC))
    for name, data in members:
        write = partial(_write, data)
        package.add(name, size_bytes=len(data), crc32=zlib.crc32(data), write=write)
    package.close()
    return out.getvalue()


def _write(data: bytes, sink: ByteSink) -> None:
    sink.write(data)
