"""
A whole case as files that another vault can take over.

Source: docs/reference/hand-over-format.md.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from benban.errors import VaultDamagedError
from benban.model.ids import CaseId
from benban.model.report import CheckResult
from benban.seal.canonical import JsonValue, canonical_json
from benban.vault.case_opening import open_case_database
from benban.vault.check_case import check_case
from benban.vault.index import CaseEntry
from benban.vault.keys import compartment_of
from benban.vault.layout import CaseFolder
from benban.vault.vault import Vault
from benban.vault.watching import Watch, unwatched
from benban.vault.writing import CasePlaces, OpenCase

FORMAT = "benban-hand-over"
MANIFEST_NAME = "hand-over.json"
# A loss of before that the log itself tells of goes on being told there.
_TOLD_IN_THE_LOG = "continuity"
_NOT_PACKED = "extra"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedFile:
    """
    One file of a case as it lies in the vault: encrypted, byte for byte.

    Attributes:
        name: below the case's folder, ``/`` between parts.
        open: returns a readable stream of exactly ``size_bytes``.
    """

    name: str
    size_bytes: int
    sha256: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedCase:
    """
    A case to be handed over.

    Attributes:
        manifest: holds the case key: it leaves only inside age.
        files: all others, in order of name.
    """

    case_id: CaseId
    manifest: bytes
    files: tuple[PackedFile, ...]


@contextmanager
def packed_case(
    vault: Vault,
    case_id: CaseId,
    *,
    with_allegations: bool = False,
    watch: Watch = unwatched,
) -> Iterator[PackedCase]:
    """
    Give a case as files; nobody writes while the block runs.

    Args:
        vault: of the case.
        case_id: which.
        with_allegations: their key goes along; without it they are noise to whoever takes over.
        watch: told while all of it is read before it is packed.

    Raises:
        CaseMissingError: BB-103.
        VaultDamagedError: BB-406, something of it is damaged: nobody could take it over.
    """
    # Opened once: what an interruption left is mended, and the write-ahead log is folded in below.
    with vault.open_case(case_id), vault.writers_held():
        entry = vault.case_entry(case_id)
        places = vault.case_places(entry)
        for part in why_not_whole(places, entry, besides=_NOT_PACKED, watch=watch):
            raise VaultDamagedError("not whole", part=part)
        files = tuple(_packed(places.folder.path, _files(places, entry), watch))
        content: dict[str, JsonValue] = {
            "format": FORMAT,
            "v": 1,
            "case": case_id,
            "origin": entry.origin,
            "case_key": places.key.hex(),
            "log_key_commitment": entry.log_key_commitment.hex(),
            "files": {
                one.name: {"size_bytes": one.size_bytes, "sha256": one.sha256} for one in files
            },
        }
        key = vault.setting(compartment_of(case_id))
        if with_allegations and key:
            content["allegation_key"] = key.hex()
        yield PackedCase(case_id=case_id, manifest=canonical_json(content), files=files)


def why_not_whole(
    places: CasePlaces, entry: CaseEntry, *, besides: str = "", watch: Watch = unwatched
) -> tuple[str, ...]:
    """
    Return which parts keep a case from being taken over; every leaf and byte is read.

    Args:
        places: where it lies, and its key.
        entry: what it must be.
        besides: name of a check that is of no concern.
        watch: told of each piece that was read.
    """
    checks, _ = check_case(places, entry, read=True, watch=watch)
    return tuple(
        check.subject
        for check in checks
        if check.result is CheckResult.FAIL and check.name not in {_TOLD_IN_THE_LOG, besides}
    )


def _files(places: CasePlaces, entry: CaseEntry) -> tuple[Path, ...]:
    """Return what the case consists of: not what a file manager or an interruption left there."""
    folder: CaseFolder = places.folder
    database = open_case_database(places, entry)
    try:
        blobs = OpenCase(places, database).blobs.all()
    finally:
        database.close()
    return (folder.database, folder.head, *(folder.blob(blob.name) for blob in blobs))


def _packed(folder: Path, paths: tuple[Path, ...], watch: Watch) -> Iterator[PackedFile]:
    for path in sorted(paths):
        watch(0, 0)
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        yield PackedFile(
            name=path.relative_to(folder).as_posix(),
            size_bytes=path.stat().st_size,
            sha256=sha256,
            open=lambda path=path: path.open("rb"),  # type: ignore[misc]
        )
