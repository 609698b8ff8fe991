"""
A catalogue in one signed file: written by whoever publishes it, read as hostile input.

Source: docs/reference/catalogue.md, "A bundle".
"""

import hashlib
import io
import re
import tomllib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import BinaryIO

import msgspec

from benban.errors import (
    BundleFaultyError,
    BundleMalformedError,
    BundleSignatureError,
    PackageDamagedError,
)
from benban.model.catalogue import Catalogue
from benban.remedies.catalogue import EDITION, load_catalogue
from benban.remedies.catalogue_reading import MAX_FILE_BYTES, Reading
from benban.remedies.file_formats import EditionFile, SignersFile
from benban.remedies.memory_folder import MemoryFolder
from benban.seal.edition_note import open_edition, sign_edition, signer_key
from benban.seal.stored_zip import StoredZip
from benban.seal.zip_structure import open_stored, read_zip_structure

NOTE = "catalogue.note"
# Ours has 250 kB in 100 files.
MAX_BUNDLE_BYTES = 8 << 20
_MOST_FILES = 1000
_NAMES = re.compile(
    r"channels/[a-z0-9_]+\.toml|laws/[a-z]{2}/[a-z0-9-]+\.toml|laws/repealed\.toml"
    r"|forms/forms\.toml|forms/(?:vi|en)/[a-z0-9-]+\.txt|terms\.toml|edition\.toml"
)
_PAPERS = "forms/papers/"
_PARTS = ("channels", "laws", "forms", "terms.toml", EDITION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """
    A bundle whose signature was verified.

    Attributes:
        catalogue: what it holds, with its faults if it has any.
        signer: the public key, 32 bytes.
    """

    catalogue: Catalogue
    signer: bytes


@cache
def pinned_signers() -> tuple[bytes, ...]:
    """
    Return the public keys that came with the program; a bundle cannot change them.

    A list that cannot be read holds no key: then nobody may publish, and nothing else is blocked.
    """
    listed = Reading(files("benban.catalogue")).toml("signers.toml", SignersFile)
    try:
        return () if listed is None else tuple(signer_key(one.key) for one in listed.signer)
    except BundleSignatureError:
        return ()


def read_bundle(untrusted_file: BinaryIO, signers: Sequence[bytes]) -> Bundle:
    """
    Return what *untrusted_file* holds after its signature was verified; nothing is unpacked.

    Args:
        untrusted_file: seekable.
        signers: public keys that may publish, 32 bytes each.

    Raises:
        BundleMalformedError: BB-621. BundleSignatureError: BB-622.
    """
    # 1. One zip of stored members with the names that a catalogue has, and no others.
    members = _members(untrusted_file)
    note = members.pop(NOTE, None)
    if note is None:
        raise BundleMalformedError("no note")
    # 2. The signature, before a byte of the rest is understood.
    signed = open_edition(note, signers)
    if signed.digest != hashlib.sha256(_listing(members)).digest():
        raise BundleMalformedError("not the files that were signed")
    # 3. The files.
    catalogue = load_catalogue(MemoryFolder(members))
    if catalogue.edition != signed.edition:
        raise BundleMalformedError("the note and the files disagree about the edition")
    return Bundle(catalogue=catalogue, signer=signed.public_key)


def write_bundle(folder: Traversable, out: BinaryIO, private_key: bytes) -> Catalogue:
    """
    Write the catalogue in *folder* as a bundle, the same bytes for the same files and key.

    Raises:
        BundleFaultyError: BB-624, the catalogue has a fault: such a one is not published.
        BundleMalformedError: BB-621, a file is called as none of a catalogue is.
    """
    catalogue = load_catalogue(folder)
    refuse_faults(catalogue)
    members = {name: data for part in _PARTS for name, data in _below(folder.joinpath(part), part)}
    # Papers for offices are the program's own, as the messages are.
    members = {name: data for name, data in members.items() if not name.startswith(_PAPERS)}
    strange = sorted(name for name in members if not _NAMES.fullmatch(name))
    if strange:
        raise BundleMalformedError(f"{len(strange)} files of other names")
    note = sign_edition(catalogue.edition, hashlib.sha256(_listing(members)).digest(), private_key)
    day = msgspec.convert(tomllib.loads(members[EDITION].decode()), EditionFile).made_on
    package = StoredZip(out, made_at=datetime(day.year, day.month, day.day, tzinfo=UTC))
    for name, data in ((NOTE, note), *sorted(members.items())):
        _add(package, name, data)
    package.close()
    return catalogue


def refuse_faults(catalogue: Catalogue) -> None:
    """
    Return when *catalogue* checks clean.

    Raises:
        BundleFaultyError: BB-624.
    """
    if catalogue.faults:
        first = catalogue.faults[0]
        raise BundleFaultyError(count=len(catalogue.faults), file=first.file, line=first.line)


def _add(package: StoredZip, name: str, data: bytes) -> None:
    package.add(
        name, size_bytes=len(data), crc32=zlib.crc32(data), write=lambda sink: sink.write(data)
    )


def _members(untrusted_file: BinaryIO) -> dict[str, bytes]:
    size = untrusted_file.seek(0, io.SEEK_END)
    if size > MAX_BUNDLE_BYTES:
        raise BundleMalformedError("too large")
    try:
        listed = read_zip_structure(untrusted_file, most_members=_MOST_FILES)
        if any(one.size_bytes > MAX_FILE_BYTES for one in listed):
            raise BundleMalformedError("a file is too large")
        # Stored only: nothing is unpacked, so nothing can grow.
        found = {one.name: open_stored(untrusted_file, one).read() for one in listed}
    except PackageDamagedError as error:
        raise BundleMalformedError("not a zip of stored members") from error
    if any(name != NOTE and not _NAMES.fullmatch(name) for name in found):
        raise BundleMalformedError("a file that no catalogue has")
    return found


def _listing(members: Mapping[str, bytes]) -> bytes:
    # As sha256sum writes it, so that it can be checked by hand.
    lines = (f"{hashlib.sha256(members[name]).hexdigest()}  {name}\n" for name in sorted(members))
    return "".join(lines).encode()


def _below(entry: Traversable, name: str) -> Iterable[tuple[str, bytes]]:
    if entry.is_file():
        yield name, entry.read_bytes()
        return
    for one in entry.iterdir():
        if one.is_dir() or one.name.endswith((".toml", ".txt")):
            yield from _below(one, f"{name}/{one.name}")
