"""What was handed over as entries: one file, a folder, or a zip whose structure holds together."""

import hashlib
import io
import os
import re
import stat
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from benban.errors import (
    FileUnreadableError,
    ImportCutError,
    ImportDamagedError,
    ImportEncryptedError,
    ImportTooLargeError,
    ImportUnsafeError,
    PackageDamagedError,
)
from benban.seal.file_part import FilePart
from benban.seal.zip_structure import STORED, ZipMember, read_zip_structure
from benban.unpack.parts import Entry, Reason, Source, Unread

# A Telegram account of ten years holds some 100,000 files; a zip of a million is a trap.
MOST_ENTRIES = 200_000
# Pretty-printed JSON packs 30 times; deflate reaches 1,032 on nothing but one byte.
_LARGEST_RATIO = 200
# Below this a ratio says nothing and can do nothing.
_RATIO_FROM_BYTES = 16 << 20
_PIECE_BYTES = 1 << 16
# Deeper than any export; keeps a loop of mounts from being walked for ever.
_DEEPEST_FOLDER = 32
_KEY_CHARACTERS = 32
# Source: [MS-FSCC] 2.1.2.1, IO_REPARSE_TAG_MOUNT_POINT.
_MOUNT_POINT = 0xA0000003
_LEAVES_ITS_FOLDER = re.compile(r"[\x00\\]|^/|(?:^|/)\.\.(?:/|$)|^[A-Za-z]:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """
    A :class:`~benban.unpack.parts.Source` whose entries were listed once.

    Attributes:
        by_name: the same entries by their exact names.
        key: its name where nothing else was given.
    """

    name: str
    total_bytes: int
    listed: tuple[Entry, ...]
    refused: tuple[Unread, ...] = ()
    by_name: dict[str, Entry] = field(repr=False, compare=False)
    key: str = field(default="", repr=False)

    def entries(self) -> Sequence[Entry]:
        """Return its files in the order of their names."""
        return self.listed

    def find(self, name: str) -> Entry | None:
        """Return the entry of exactly this name; None if there is none."""
        return self.by_name.get(name)


def key_of_place(path: Path) -> str:
    """Return what tells a folder or file from another of its name: where it lies, unreadable."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:_KEY_CHARACTERS]


def single_source(stream: BinaryIO, name: str, key: str = "") -> Given:
    """
    Return one file as a source with a single entry.

    Args:
        stream: seekable, stays open as long as the source is used; several readers of the entry
            may be open at once.
        name: its own name, untrusted.
        key: from :func:`key_of_place`; empty where it lies nowhere.
    """
    size = stream.seek(0, io.SEEK_END)
    entry = Entry(
        name=name,
        size_bytes=size,
        open=partial(_open_stretch, stream, 0, size),
        version=_version(stream),
    )
    return _given(name, [entry], key=key)


def folder_source(path: Path) -> Given:
    """
    Return a folder as a source; links, devices and pipes in it are refused and never opened.

    Raises:
        FileUnreadableError: BB-002, the folder cannot be listed.
        ImportTooLargeError: BB-804, more files than an export holds.
    """
    found: list[Entry] = []
    refused: list[Unread] = []
    try:
        _walk(path, "", found, refused)
    except OSError as error:
        raise FileUnreadableError(name=path.name) from error
    return _given(path.name, found, refused, key=key_of_place(path))


def zip_source(stream: BinaryIO, name: str, key: str = "") -> Given:
    """
    Return a zip as a source once its structure was found to hold together.

    Args:
        stream: seekable, stays open as long as the source is used.
        name: its own name, untrusted.
        key: from :func:`key_of_place`; empty where it lies nowhere.

    Raises:
        ImportEncryptedError: BB-802.
        ImportCutError: BB-810, its end is missing.
        ImportTooLargeError: BB-804, too many members, or one that unpacks to too much.
        ImportUnsafeError: BB-805, headers disagree, bytes belong to nothing, a name stands twice
            or leaves its folder, a member is a link or a device.
    """
    try:
        members = read_zip_structure(stream, most_members=MOST_ENTRIES)
    except PackageDamagedError as error:
        raise _zip_error(error) from error
    files = [member for member in members if not _is_folder(member)]
    _require_ratio(files)
    _require_distinct(member.name for member in files)
    entries = [
        Entry(
            name=member.name,
            size_bytes=member.size_bytes,
            open=partial(_open_member, stream, member),
            version=str(member.packed_bytes),
            crc32=member.crc32,
        )
        for member in files
    ]
    return _given(name, entries, key=key)


def with_entries(source: Source, changed: Iterable[Entry]) -> Given:
    """Return *source* with each of *changed* in place of its entry of the same name."""
    by_name = {entry.name: entry for entry in changed}
    entries = [by_name.get(entry.name, entry) for entry in source.entries()]
    return _given(source.name, entries, source.refused, key=source.key)


def _given(
    name: str, entries: Iterable[Entry], refused: Sequence[Unread] = (), *, key: str
) -> Given:
    listed = tuple(sorted(entries, key=lambda entry: entry.name))
    return Given(
        name=name,
        total_bytes=sum(entry.size_bytes for entry in listed),
        listed=listed,
        refused=tuple(refused),
        by_name={entry.name: entry for entry in listed},
        key=key or name,
    )


def _version(stream: BinaryIO) -> str:
    try:
        return str(os.fstat(stream.fileno()).st_mtime_ns)
    except OSError:
        return ""  # it lies in memory alone


def _zip_error(error: PackageDamagedError) -> Exception:
    reason = error.params.get("reason")
    if reason == "encrypted":
        return ImportEncryptedError()
    if reason == "cut-off":
        return ImportCutError()
    if reason == "too-many":
        return ImportTooLargeError(reason=Reason.TOO_MANY.value)
    return ImportUnsafeError(error.detail)


def _is_folder(member: ZipMember) -> bool:
    kind = stat.S_IFMT(member.unix_mode)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise ImportUnsafeError("a member is a link or a device")
    is_folder = member.name.endswith("/")
    if (is_folder and member.size_bytes) or (kind == stat.S_IFDIR and not is_folder):
        raise ImportUnsafeError("a folder with content")
    return is_folder


def _require_ratio(members: Sequence[ZipMember]) -> None:
    for member in members:
        allowed = max(_RATIO_FROM_BYTES, _LARGEST_RATIO * member.packed_bytes)
        if member.size_bytes > allowed:
            raise ImportTooLargeError(reason=Reason.TOO_LARGE.value)


def _require_distinct(names: Iterable[str]) -> None:
    # The structure check compares names without case; macOS also takes "é" in two spellings for
    # one, and Windows drops blanks and dots at the end.
    seen: set[str] = set()
    for name in names:
        parts = unicodedata.normalize("NFC", name).casefold().split("/")
        folded = "/".join(part.rstrip(" .") for part in parts)
        if folded in seen:
            raise ImportUnsafeError("a name stands twice")
        seen.add(folded)


def _walk(folder: Path, prefix: str, found: list[Entry], refused: list[Unread]) -> None:
    if prefix.count("/") > _DEEPEST_FOLDER:
        refused.append(_refusal(refused, Reason.TOO_DEEP))
        return
    with os.scandir(folder) as listing:
        items = sorted(listing, key=lambda item: item.name)
    for item in items:
        name = f"{prefix}{item.name}"
        if _is_junction(item):
            refused.append(_refusal(refused, Reason.NOT_A_FILE))
        elif item.is_dir(follow_symlinks=False):
            _walk(Path(item.path), f"{name}/", found, refused)
        elif not item.is_file(follow_symlinks=False):
            refused.append(_refusal(refused, Reason.NOT_A_FILE))
        elif _LEAVES_ITS_FOLDER.search(name):
            refused.append(_refusal(refused, Reason.ESCAPE))
        else:
            found.append(_plain(item, name))
        if len(found) + len(refused) > MOST_ENTRIES:
            raise ImportTooLargeError(reason=Reason.TOO_MANY.value)


def _plain(item: "os.DirEntry[str]", name: str) -> Entry:
    listed = item.stat(follow_symlinks=False)
    return Entry(
        name=name,
        size_bytes=listed.st_size,
        open=partial(_open_plain, Path(item.path)),
        version=str(listed.st_mtime_ns),
    )


def _is_junction(item: "os.DirEntry[str]") -> bool:
    # Windows calls a folder that stands for another one a folder and no link.
    found = item.stat(follow_symlinks=False)
    return getattr(found, "st_reparse_tag", 0) == _MOUNT_POINT


def _refusal(refused: Sequence[Unread], reason: Reason) -> Unread:
    return Unread(position=len(refused), offset_bytes=0, where="entry", reason=reason)


def _open_plain(path: Path) -> BinaryIO:
    # Looked at again after opening: what was a file when it was listed may be a link by now. A
    # pipe would wait for ever without O_NONBLOCK. Windows has neither flag, nor such pipes.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError("not a file any more")
    return os.fdopen(handle, "rb")


def _open_stretch(stream: BinaryIO, start: int, size: int) -> BinaryIO:
    return io.BufferedReader(FilePart(stream, start, size), _PIECE_BYTES)


def _open_member(stream: BinaryIO, member: ZipMember) -> BinaryIO:
    packed = FilePart(stream, member.data_offset, member.packed_bytes)
    if member.method == STORED:
        return io.BufferedReader(_Stored(packed, member), _PIECE_BYTES)
    return io.BufferedReader(_Checked(_Inflater(packed).read, member), _PIECE_BYTES)


class _Checked(io.RawIOBase):
    """The content of a zip member, front to back; it must be what its headers say."""

    def __init__(self, following: Callable[[int], bytes], member: ZipMember) -> None:
        super().__init__()
        self._following, self._member = following, member
        self._crc32 = self._given_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # the stubs' Buffer is 3.12's
        data = self._following(len(buffer))
        self._crc32 = zlib.crc32(data, self._crc32)
        self._given_bytes += len(data)
        is_over = self._given_bytes > self._member.size_bytes
        is_short = not data and self._given_bytes != self._member.size_bytes
        is_other = not data and self._crc32 != self._member.crc32
        if is_over or is_short or is_other:
            raise ImportDamagedError
        buffer[: len(data)] = data
        return len(data)


class _Stored(_Checked):
    """A member that lies unpacked; whoever moves about in it gets no word on its checksum."""

    def __init__(self, stretch: FilePart, member: ZipMember) -> None:
        super().__init__(lambda wanted: stretch.read(wanted) or b"", member)
        self._stretch = stretch
        self._is_moved = False

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._stretch.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        before = self._stretch.tell()
        found = self._stretch.seek(offset, whence)
        self._is_moved = self._is_moved or found != before
        return found

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # the stubs' Buffer is 3.12's
        return self._stretch.readinto(buffer) if self._is_moved else super().readinto(buffer)


class _Inflater:
    """Gives what a deflated stretch unpacks to, never more at once than was asked for."""

    def __init__(self, packed: FilePart) -> None:
        self._packed = packed
        self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)

    def read(self, wanted: int) -> bytes:
        try:
            while not self._zlib.eof:
                piece = self._zlib.unconsumed_tail or self._packed.read(_PIECE_BYTES) or b""
                data = self._zlib.decompress(piece, wanted)
                if data:
                    return data
                if not piece:
                    break
        except zlib.error as error:
            raise ImportDamagedError from error
        # Another program might read on where this stream ends, or miss that it never does.
        if not self._zlib.eof or self._zlib.unused_data or self._packed.read(1):
            raise ImportDamagedError
        return b""
