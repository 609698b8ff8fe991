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

from benban.model.ids import CaseId
from benban.seal.canonical import JsonValue, canonical_json
from benban.vault.vault import Vault

FORMAT = "benban-hand-over"
MANIFEST_NAME = "hand-over.json"
_LEFT_BEHIND = "lost+found"


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
def packed_case(vault: Vault, case_id: CaseId) -> Iterator[PackedCase]:
    """
    Give a case as files; nobody writes while the block runs.

    Raises:
        CaseMissingError: BB-103.
        VaultDamagedError: BB-406.
    """
    # Opened once: what an interruption left is mended, and the write-ahead log is folded in below.
    with vault.open_case(case_id), vault.writers_held():
        entry = vault.case_entry(case_id)
        places = vault.case_places(entry)
        files = tuple(_packed(places.folder.path))
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
        yield PackedCase(case_id=case_id, manifest=canonical_json(content), files=files)


def _packed(folder: Path) -> Iterator[PackedFile]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_made_anew = name.endswith(("-shm", "-wal"))
        if not path.is_file() or is_made_anew or name.startswith(_LEFT_BEHIND):
            continue
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        yield PackedFile(
            name=name,
            size_bytes=path.stat().st_size,
            sha256=sha256,
            open=lambda path=path: path.open("rb"),  # type: ignore[misc]
        )
