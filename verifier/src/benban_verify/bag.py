"""A dossier as named files, from a zip or from the folder it was unpacked to."""

import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Protocol, Self

from benban_verify.limits import CHUNK_BYTES, MAX_FILES, MAX_PATH_DEPTH
from benban_verify.names import MARKS, check_path, check_set
from benban_verify.refusal import NotADossier, Refusal, printable
from benban_verify.zipshape import STORED, ZipMember, read_members


class Bag(Protocol):
    """Named files; paths are relative to the dossier's top folder, ``/`` between parts."""

    @property
    def paths(self) -> frozenset[str]:
        """Every file."""

    def size_bytes(self, path: str) -> int:
        """Return how long the file is."""

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield the bytes of the file; raise Refusal when they are not what the zip promises."""


def read_whole(bag: Bag, path: str, limit: int) -> bytes:
    """Return the bytes of *path*, at most *limit* of them."""
    if bag.size_bytes(path) > limit:
        raise Refusal("structure.too_big", name=path, limit=limit)
    return b"".join(bag.chunks(path))


class ZipBag:
    """A dossier in its zip. The structure is checked when this is made."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        members = read_members(file)
        tops = {member.path.partition("/")[0] for member in members}
        if len(tops) != 1 or any("/" not in member.path for member in members):
            raise Refusal("structure.top")
        self._members = {_inside(member): member for member in members}

    @property
    def paths(self) -> frozenset[str]:
        """Every file."""
        return frozenset(self._members)

    def size_bytes(self, path: str) -> int:
        """Return how long the file is."""
        return self._members[path].size_bytes

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield the bytes of the file; length and CRC-32 must be those of the headers."""
        member = self._members[path]
        stored = _packed_chunks(self._file, member)
        plain = stored if member.method == STORED else _inflated(stored, member)
        crc32 = 0
        left = member.size_bytes
        for chunk in plain:
            crc32 = zlib.crc32(chunk, crc32)
            left -= len(chunk)
            if left < 0:
                break
            yield chunk
        if left or crc32 != member.crc32:
            raise Refusal("structure.zip_content", name=path)


class FolderBag:
    """A dossier that somebody unpacked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        if not any((folder / mark).is_file() for mark in MARKS):
            raise NotADossier("not_a_dossier")
        self._sizes = dict(_regular_files(folder))
        check_set(self._sizes)

    @property
    def paths(self) -> frozenset[str]:
        """Every file."""
        return frozenset(self._sizes)

    def size_bytes(self, path: str) -> int:
        """Return how long the file is."""
        return self._sizes[path]

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield the bytes of the file."""
        # Not a link even if somebody swapped the file after the walk.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        try:
            with os.fdopen(os.open(self._folder / path, flags), "rb") as file:
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk
        except OSError as error:
            raise Refusal("structure.unreadable", name=path) from error


class OpenedBag:
    """A bag and the file it may hold open; use it in a with-statement."""

    def __init__(self, path: Path) -> None:
        """
        Open *path*.

        Raises:
            NotADossier: there is nothing there, or it is neither a zip nor a folder of ours.
            Refusal: the structure is not that of a dossier.
        """
        self._stack = ExitStack()
        self.bag: Bag
        try:
            if path.is_dir():
                self.bag = FolderBag(_top_folder(path))
            elif not path.is_file():
                # A pipe or a device would keep us waiting.
                raise NotADossier("unreadable")
            else:
                self.bag = ZipBag(self._stack.enter_context(path.open("rb")))
        except OSError as error:
            raise NotADossier("unreadable") from error
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _inside(member: ZipMember) -> str:
    return member.path.partition("/")[2]


def _packed_chunks(file: BinaryIO, member: ZipMember) -> Iterator[bytes]:
    at, left = member.data_at, member.packed_bytes
    while left:
        file.seek(at)
        chunk = file.read(min(left, CHUNK_BYTES))
        if not chunk:
            raise Refusal("structure.zip_content", name=_inside(member))
        at, left = at + len(chunk), left - len(chunk)
        yield chunk


def _inflated(packed: Iterator[bytes], member: ZipMember) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for chunk in packed:
            pending = chunk
            is_full = True
            while (pending or is_full) and not inflater.eof:
                plain = inflater.decompress(pending, CHUNK_BYTES)
                yield plain
                pending = inflater.unconsumed_tail
                is_full = len(plain) == CHUNK_BYTES
            if inflater.eof and (inflater.unused_data or next(packed, b"")):
                raise Refusal("structure.zip_content", name=_inside(member))
    except zlib.error as error:
        raise Refusal("structure.zip_content", name=_inside(member)) from error
    if not inflater.eof:
        raise Refusal("structure.zip_content", name=_inside(member))


def _top_folder(path: Path) -> Path:
    if any((path / mark).is_file() for mark in MARKS):
        return path
    inside = list(path.iterdir())
    if len(inside) == 1 and inside[0].is_dir() and not inside[0].is_symlink():
        return inside[0]
    return path


def _regular_files(folder: Path) -> Iterator[tuple[str, int]]:
    waiting = [""]
    count = 0
    while waiting:
        prefix = waiting.pop()
        with os.scandir(folder / prefix if prefix else folder) as entries:
            for entry in entries:
                count += 1
                if count > MAX_FILES:
                    raise Refusal("structure.too_many", limit=MAX_FILES)
                path = check_path(f"{prefix}/{entry.name}" if prefix else entry.name)
                facts = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(facts.st_mode) and path.count("/") < MAX_PATH_DEPTH:
                    waiting.append(path)
                elif stat.S_ISREG(facts.st_mode):
                    yield path, facts.st_size
                else:
                    raise Refusal("structure.link", name=printable(path))
