"""Encrypted spools: what is being taken in, under keys that are in memory only."""

import hashlib
import io
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from benban.model.ids import Digest, DigestAlgorithm
from benban.vault.disk import Disk
from benban.vault.keys import fresh_key
from benban.vault.stream import ChunkWriter, fresh_header, open_stored

# Below this a second thread costs more than it saves.
_THREAD_FROM_BYTES = 1 << 18
# How many pieces may wait for the slowest: what is in memory stays small.
_MOST_WAITING = 8


@dataclass(slots=True)
class Place:
    """Where a part lies; adopting moves it, and whoever still reads the part follows."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SpooledPart:
    """
    A finished part: encrypted in ``tmp/`` until the vault closes, or adopted and lasting.

    It can be read before and after it is adopted.

    Attributes:
        size_bytes, sha256, sha512: of the plain bytes.
        place, key: where and how it is stored; an adopted part keeps its key.
    """

    size_bytes: int
    sha256: Digest
    sha512: Digest
    place: Place = field(repr=False, compare=False)
    key: bytes = field(repr=False)

    def open(self) -> BinaryIO:
        """
        Return a seekable reader of the plain bytes, read back from the disk and authenticated.

        Raises:
            ContentDamagedError: BB-413, what was stored is not what was written.
        """
        return open_stored(self.place.path, self.key, self.size_bytes)


class SpoolPart(io.RawIOBase):
    """
    A part being written: an unseekable binary file that measures what passes.

    Leaving the with-block without :meth:`finish` removes it.
    """

    def __init__(self, disk: Disk, path: Path) -> None:
        super().__init__()
        self._disk = disk
        self._path = path
        self._key = fresh_key()
        self._file = disk.create(path)
        self._chunks = ChunkWriter(self._file, self._key, fresh_header())
        self._sha256 = hashlib.sha256()
        self._sha512 = hashlib.sha512()
        self._hashing, self._storing = _Lane(), _Lane()
        self._size = 0
        self._is_done = False

    def writable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return how many plain bytes were written."""
        return self._size

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override] # the stubs' Buffer is 3.12's
        """
        Take the next plain bytes and return how many there were.

        Raises:
            DiskFullError: BB-410; the part is gone.
            DiskFailedError: BB-411; the part is gone.
        """
        plain = bytes(data)
        try:
            self._hashing.run(self._sha512.update, plain)
            self._storing.run(self._chunks.write, plain)
            self._sha256.update(plain)
        except Exception:
            self.discard()
            raise
        self._size += len(plain)
        return len(plain)

    def finish(self) -> SpooledPart:
        """
        Return the finished part, flushed to the disk.

        Raises:
            DiskFullError: BB-410; the part is gone.
            DiskFailedError: BB-411; the part is gone.
        """
        try:
            self._storing.finish()
            self._chunks.finish()
            self._hashing.finish()
        except Exception:
            self.discard()
            raise
        self._is_done = True
        self.close()
        return SpooledPart(
            size_bytes=self._size,
            sha256=Digest(algorithm=DigestAlgorithm.SHA256, hex=self._sha256.hexdigest()),
            sha512=Digest(algorithm=DigestAlgorithm.SHA512, hex=self._sha512.hexdigest()),
            place=Place(self._path),
            key=self._key,
        )

    def discard(self) -> None:
        """Remove what was written; a second call does nothing."""
        if not self._is_done:
            self._is_done = True
            self._hashing.stop()
            self._storing.stop()
            self._file.discard()
        super().close()

    def close(self) -> None:
        """Close; a part that was not finished is removed."""
        if not self.closed:
            self.discard()


class Spool:
    """Makes parts in the vault's ``tmp/``."""

    def __init__(self, disk: Disk, folder: Path) -> None:
        self._disk = disk
        self._folder = folder

    def open_part(self, *, expected_bytes: int = 0) -> SpoolPart:
        """
        Return a new part.

        Args:
            expected_bytes: plain size when known; twice as much must be free.

        Raises:
            DiskFullError: BB-410; nothing was written.
        """
        self._disk.require_free(self._folder, expected_bytes)
        return SpoolPart(self._disk, self._folder / f"part-{secrets.token_hex(16)}")


class _Lane:
    """Does one kind of work on each piece in order; in a thread of its own once they are large."""

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._running: list[Future[object]] = []

    def run(self, work: Callable[[bytes], object], piece: bytes) -> None:
        """Do the work, now or soon; an earlier piece's error is raised here."""
        if len(piece) < _THREAD_FROM_BYTES and self._thread is None:
            work(piece)
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1)
        if len(self._running) >= _MOST_WAITING:
            self._running.pop(0).result()
        self._running.append(self._thread.submit(work, piece))

    def finish(self) -> None:
        """Wait for all pieces; an error of any is raised here."""
        for future in self._running:
            future.result()
        self.stop()

    def stop(self) -> None:
        """Let the thread go; pieces that still wait are dropped."""
        if self._thread is not None:
            self._thread.shutdown(wait=True, cancel_futures=True)
            self._thread = None
