"""
A bank's folder: the parts of a segment, a journal, and the manifest that names them.

The manifest is replaced in one step; whatever it does not name is left over from a process that
ended too early and is removed at the next opening. Parts are plain numpy files, mapped into
memory and read by nothing that could run code.
"""

import hashlib
import json
import math
import mmap
import os
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.lib.format import read_array_header_1_0, read_magic
from numpy.typing import NDArray

from benban.bank.journal import Journal
from benban.bank.pieces import cut
from benban.bank.segment import Segment
from benban.bank.words import FRONT
from benban.errors import BankDamagedError, BankFolderError

_MANIFEST = "bank.json"
_FORMAT = 1
_KINDS: dict[str, np.dtype[Any]] = {
    "front": np.dtype(np.uint64),
    "back": np.dtype(np.uint64),
    "number": np.dtype(np.int64),
    "offsets": np.dtype(np.uint32),
    "rows": np.dtype(np.uint32),
}
_PARTS = tuple(_KINDS)
# In how many pieces a segment is cut; none without a segment.
_CUTS = (0, 12, 16)
# A manifest is half a kilobyte; the generation names files.
_MANIFEST_BYTES = 1 << 16
_MAX_GENERATION = (1 << 63) - 1
# What readers of JSON and of numpy's files say of bytes that somebody made up.
_NONSENSE = (
    *(OSError, EOFError, ValueError, TypeError, KeyError, AttributeError),
    *(OverflowError, SyntaxError, RecursionError, TokenError),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """
    What belongs to the bank now.

    Attributes:
        generation: counts the merges; part of every file's name.
        pieces: in how many pieces the segment's fingerprints are cut; 0 without a segment.
        digests: SHA-256 of each part of the segment.
    """

    generation: int
    pieces: int
    digests: dict[str, str]

    @property
    def journal(self) -> str:
        """Name of the journal's file."""
        return f"journal-{self.generation}"

    def part(self, name: str) -> str:
        """Return the name of the file of one part."""
        return f"{name}-{self.generation}.npy"

    def names(self) -> set[str]:
        """Return the names of all files that belong to the bank."""
        return {_MANIFEST, self.journal, *(self.part(name) for name in self.digests)}


def _refuse_links(folder: Path) -> None:
    """Raise where a file of the bank is a link or no file: opening would write through it."""
    begins = (_MANIFEST, "journal-", *(f"{name}-" for name in _PARTS))
    for path in folder.iterdir():
        if path.name.startswith(begins) and (path.is_symlink() or not path.is_file()):
            raise BankDamagedError(part=path.name)


def read_manifest(folder: Path) -> Manifest | None:
    """
    Return what the folder says belongs to the bank, or None where none was begun.

    Raises:
        BankFolderError: BB-340, there is no such folder.
        BankDamagedError: BB-332.
    """
    path = folder / _MANIFEST
    if not folder.is_dir():
        raise BankFolderError(folder=folder.name)
    _refuse_links(folder)
    if not path.exists():
        return None
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(_MANIFEST_BYTES))
        manifest = Manifest(
            generation=int(said["generation"]),
            pieces=int(said["pieces"]),
            digests={str(name): str(digest) for name, digest in said["digests"].items()},
        )
        # All parts or none: what is not named would be taken for left over.
        is_whole = set(manifest.digests) == (set(_PARTS) if manifest.pieces else set())
        is_known = said["format"] == _FORMAT and manifest.pieces in _CUTS and is_whole
        is_known &= 0 <= manifest.generation <= _MAX_GENERATION
        is_known &= said["check"] == _check_of(manifest)
    except _NONSENSE as error:
        raise BankDamagedError(part=_MANIFEST) from error
    if not is_known:
        raise BankDamagedError(part=_MANIFEST)
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Return once *manifest* has taken the place of the one before, on disk."""
    said = {
        "format": _FORMAT,
        "generation": manifest.generation,
        "pieces": manifest.pieces,
        "digests": manifest.digests,
        "check": _check_of(manifest),
    }
    written = folder / f"{_MANIFEST}.new"
    with written.open("w", encoding="utf-8") as out:
        json.dump(said, out)
        out.flush()
        os.fsync(out.fileno())
    written.replace(folder / _MANIFEST)
    _sync_folder(folder)


def write_segment(folder: Path, segment: Segment | None, generation: int) -> Manifest:
    """Return the manifest of a segment whose parts are on disk; the folder does not name it yet."""
    if segment is None:
        return Manifest(generation=generation, pieces=0, digests={})
    manifest = Manifest(generation=generation, pieces=len(segment.pieces), digests={})
    for name in _PARTS:
        path = folder / manifest.part(name)
        with path.open("wb") as out:
            np.save(out, getattr(segment, name), allow_pickle=False)
            out.flush()
            os.fsync(out.fileno())
        manifest.digests[name] = _digest(path)
    return manifest


def open_segment(folder: Path, manifest: Manifest) -> Segment | None:
    """
    Return the segment that *manifest* names, every part held against its digest.

    Raises:
        BankDamagedError: BB-332, a part is missing, or is not the one that was written.
    """
    for name, digest in manifest.digests.items():
        path = folder / manifest.part(name)
        if not path.is_file() or _digest(path) != digest:
            raise BankDamagedError(part=path.name)
    segment = map_segment(folder, manifest)
    if segment is not None:
        _check_places(segment, folder.name)
    return segment


def map_segment(folder: Path, manifest: Manifest) -> Segment | None:
    """
    Return the segment that *manifest* names, its parts mapped into memory and not read.

    Raises:
        BankDamagedError: BB-332, its parts do not belong together.
    """
    if not manifest.digests:
        return None
    try:
        parts: dict[str, Any] = {
            name: _mapped(folder / manifest.part(name), kind) for name, kind in _KINDS.items()
        }
    except _NONSENSE as error:
        raise BankDamagedError(part=folder.name) from error
    segment = Segment(pieces=cut(manifest.pieces), **parts)
    _check_shapes(segment, folder.name)
    return segment


def remove_left_over(folder: Path, manifest: Manifest) -> None:
    """Remove what an interrupted merge left; files of others are not touched."""
    named = manifest.names()
    beginnings = tuple(f"{name}-" for name in ("journal", *_PARTS))
    for path in folder.iterdir():
        is_ours = path.name.startswith(beginnings) or path.name == f"{_MANIFEST}.new"
        if is_ours and path.name not in named:
            # Where another process has it mapped (Windows), it goes at a later opening.
            try:
                path.unlink()
            except PermissionError:
                continue


def begin_journal(folder: Path, manifest: Manifest) -> Journal:
    """Return the journal of *manifest*, made if it is not there."""
    journal = Journal(folder / manifest.journal)
    try:
        _sync_folder(folder)
    except OSError:
        journal.close()
        raise
    return journal


def _mapped(path: Path, kind: np.dtype[Any]) -> NDArray[Any]:
    """Return the array of a file; ValueError when it is not wholly one of *kind*, row by row."""
    # Unlike numpy's own opening: nothing is unpacked, run, or mapped before its size is known.
    with path.open("rb") as file:
        version = read_magic(file)
        shape, is_by_column, said = read_array_header_1_0(file)
        start = file.tell()
        size = file.seek(0, os.SEEK_END)
    sides = [side for side in shape if type(side) is int and side >= 0]
    is_whole = start + math.prod(sides) * kind.itemsize == size and len(sides) == len(shape)
    if version != (1, 0) or said != kind or is_by_column or not is_whole:
        raise ValueError(path.name)
    return np.memmap(path, dtype=kind, mode="r", offset=start, shape=tuple(sides))


def _check_shapes(segment: Segment, part: str) -> None:
    # The digest says that these are the bytes that were written; this, that a program of another
    # version did not write them.
    count = segment.number.size
    fits = (
        segment.front.shape == segment.back.shape == (count, FRONT)
        and segment.number.shape == (count,)
        and segment.rows.shape == (len(segment.pieces), count)
        and segment.offsets.shape == (segment.pieces.table_length,)
    )
    if not fits:
        raise BankDamagedError(part=part)


def _check_places(segment: Segment, part: str) -> None:
    """
    Refuse a segment in which a look-up would lead outside of it.

    Whoever may write the folder can name other parts with their digests. They can make it answer
    wrongly, but not read memory that is not the bank's: what looks up checks no place any more.
    """
    count, pieces = len(segment), segment.pieces
    fits = count == 0 or int(segment.rows.max()) < count
    fits = fits and bool((segment.number[:1] >= 0).all())
    fits = fits and bool((segment.number[1:] > segment.number[:-1]).all())
    for start, width in zip(pieces.row_start, pieces.width, strict=True):
        table = segment.offsets[start : start + (1 << width) + 1]
        fits = fits and bool(table[0] == 0 and table[-1] == count)
        fits = fits and bool((table[1:] >= table[:-1]).all())
    if not fits:
        raise BankDamagedError(part=part)


def _check_of(manifest: Manifest) -> str:
    """Return what shows that a manifest is the one that was written (not by whom)."""
    said = [manifest.generation, manifest.pieces, sorted(manifest.digests.items())]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _digest(path: Path) -> str:
    # Mapped as it is for look-ups afterwards: reading would copy each byte once more.
    with path.open("rb") as part:
        if not os.fstat(part.fileno()).st_size:
            return hashlib.sha256().hexdigest()
        with mmap.mmap(part.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            return hashlib.sha256(mapped).hexdigest()


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # a folder cannot be opened there; the file system keeps its names itself
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
