"""Where the files of a scan lie: a folder, a list of files, one file, or a store of fsspec."""

import io
import os
import stat
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol, cast
from urllib.parse import urlsplit

from benban.errors.scan import ScanEngineError, ScanSourceError

# Deeper than any store of pictures; keeps a loop of mounts from being walked for ever.
_DEEPEST_FOLDER = 64
_LIST_ENDING = ".txt"
_LINE_BYTES = 32 * 1024
# What is fetched of a store at once: a picture in one or two requests.
_BLOCK_BYTES = 4 << 20
# Stores that an operator owns. fsspec knows many more ways to open: web sites among them, this
# machine's files with links followed, and caches that write copies in clear.
_STORES = frozenset({"s3", "s3a", "gs", "az", "abfs"})
# The roots of what s3fs, gcsfs and adlfs let through; each is looked for alone.
_LIBRARY_ERRORS = (
    ("aiohttp", "ClientError"),
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
    ("gcsfs.retry", "HttpError"),
    ("google.auth.exceptions", "GoogleAuthError"),
    ("azure.core.exceptions", "AzureError"),
)
_CHAINED = "::"
_ADDRESS_MARK = "://"


class Place(Protocol):
    """A source whose files have names."""

    def names(self) -> Iterator[str]:
        """
        Yield the names of its files, always in the same order.

        Raises:
            ScanSourceError: BB-981, it cannot be listed.
        """
        ...

    def open(self, name: str) -> BinaryIO:
        """Return a file's bytes, seekable; ``OSError`` for what cannot be read or is no file."""
        ...


def open_place(source: str) -> Place:
    """
    Return the place that *source* names: ``s3://...``, a folder, a list (.txt) or a single file.

    Raises:
        ScanSourceError: BB-981, there is no such thing, or it is an address of something else
            than a store: a web site, a file of this machine, a chain, one with a name in it.
        ScanEngineError: BB-984, the library for this kind of store is not installed.
    """
    if _is_address(source):
        _check_store(source)
        return StorePlace(source)
    path = Path(source)
    if path.is_dir():
        return FolderPlace(path)
    if not path.is_file():
        raise ScanSourceError("no such folder or file")
    return ListPlace(path) if path.suffix.lower() == _LIST_ENDING else SinglePlace(path)


def whole_source(source: str) -> str:
    """Return *source* as any process of this machine understands it."""
    return source if _is_address(source) else str(Path(source).absolute())


def _is_address(source: str) -> bool:
    return _ADDRESS_MARK in source and not Path(source).is_absolute()


def _check_store(address: str) -> None:
    """Refuse what is no store of the operator's own, before any library sees it."""
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise ScanSourceError("no address") from error
    if _CHAINED in address or parts.scheme not in _STORES:
        raise ScanSourceError("not a store")
    # A key in an address would stand in scan.json and in the list of processes.
    # In abfs://container@account alone the "@" stands between two names of places.
    is_named = "@" in parts.netloc and parts.scheme != "abfs"
    if is_named or ":" in parts.netloc or parts.query:
        raise ScanSourceError("a name or a key in the address")


class FolderPlace:
    """A folder and all that lies in it; links are named, and never followed."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self) -> Iterator[str]:
        """
        Yield names with ``/`` between folders, folder by folder.

        A folder below the first that cannot be listed, or lies too deep, is named itself: opened
        as a file it is an ``OSError``, and so one row with its problem.
        """
        try:
            items = _listed(self._root)
        except OSError as error:
            raise ScanSourceError(type(error).__name__) from error
        yield from self._walk(items, self._root, "")

    def open(self, name: str) -> BinaryIO:
        """Return a regular file; a link, a pipe or a device is an ``OSError``."""
        return _open_plain(self._root / name)

    def _walk(self, items: list[tuple[str, bool]], folder: Path, prefix: str) -> Iterator[str]:
        for name, is_folder in items:
            inner = _listed_or_none(folder / name, prefix) if is_folder else None
            if inner is None:
                yield f"{prefix}{name}"
            else:
                yield from self._walk(inner, folder / name, f"{prefix}{name}/")


def _listed(folder: Path) -> list[tuple[str, bool]]:
    with os.scandir(folder) as listing:
        return sorted((item.name, item.is_dir(follow_symlinks=False)) for item in listing)


def _listed_or_none(folder: Path, prefix: str) -> list[tuple[str, bool]] | None:
    try:
        return None if prefix.count("/") >= _DEEPEST_FOLDER else _listed(folder)
    except OSError:
        return None


class ListPlace:
    """The files that a text names, one a line; a relative name is taken from the list's folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> Iterator[str]:
        """Yield the lines as they stand."""
        try:
            with self._path.open("rb") as file:
                while line := file.readline(_LINE_BYTES):
                    name = os.fsdecode(line.rstrip(b"\r\n"))
                    if name:
                        yield name
        except OSError as error:
            raise ScanSourceError(type(error).__name__) from error

    def open(self, name: str) -> BinaryIO:
        """Return the file of a line."""
        return _open_plain(self._path.parent / name)


class SinglePlace:
    """One file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> Iterator[str]:
        """Yield its name."""
        yield self._path.name

    def open(self, name: str) -> BinaryIO:
        """Return the file."""
        return _open_plain(self._path.parent / name)


class StorePlace:
    """
    A prefix in a store that fsspec knows; keys and secrets come from the environment alone.

    Each library has errors of its own; what one raises while a file is opened or read is that
    file's fault, so that no network error ends a scan.
    """

    def __init__(self, address: str) -> None:
        try:
            import fsspec

            self._store, self._root = fsspec.core.url_to_fs(address)
        except ImportError as error:
            raise ScanEngineError("the library of this store is not installed") from error
        except _store_errors() as error:
            raise ScanSourceError("an address that no store takes") from error

    def names(self) -> Iterator[str]:
        """Yield names below the prefix, or the one name of a file; all are held while sorted."""
        try:
            found = sorted(self._store.find(self._root))
        except _store_errors() as error:
            raise ScanSourceError(type(error).__name__) from error
        if not found:
            raise ScanSourceError("nothing there")
        root = self._root.rstrip("/") + "/"
        yield from (name.removeprefix(root) for name in found)

    def open(self, name: str) -> BinaryIO:
        """Return a file of the store."""
        full = name if name == self._root else f"{self._root.rstrip('/')}/{name}"
        try:
            file = cast("BinaryIO", self._store.open(full, "rb", block_size=_BLOCK_BYTES))
        except _store_errors() as error:
            raise OSError("the store would not give it") from error
        return io.BufferedReader(_Stored(file), _BLOCK_BYTES)


class _Stored(io.RawIOBase):
    """A file of a store whose library's own errors are ``OSError``, also half-way."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return self._file.seek(offset, whence)
        except _store_errors() as error:
            raise OSError("the store broke off") from error

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # the stubs' Buffer is 3.12's
        try:
            data = self._file.read(len(buffer))
        except _store_errors() as error:
            raise OSError("the store broke off") from error
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def _store_errors() -> tuple[type[Exception], ...]:
    """Return what libraries of stores raise beside ``OSError``, of those that are installed."""
    found: list[type[Exception]] = [OSError, ValueError, RuntimeError]
    for module, name in _LIBRARY_ERRORS:
        try:
            found.append(getattr(import_module(module), name))
        except (ImportError, AttributeError):  # another store's library, or another release
            continue
    return tuple(found)


def _open_plain(path: Path) -> BinaryIO:
    # A pipe would wait for ever without O_NONBLOCK. Windows has neither flag, nor such pipes.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags)
    except ValueError as error:  # a name with a zero byte
        raise OSError("no name of a file") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError("not a file")
    return os.fdopen(handle, "rb")
