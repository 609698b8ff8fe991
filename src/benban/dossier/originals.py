"""``originals.tar.age``: the sealed originals for one recipient, streamed (authority edition)."""

import queue
import tarfile
import threading
from collections.abc import Generator, Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

import pyrage

from benban.dossier.view import SealedOriginal
from benban.errors import RecipientKeyError, SealMismatchError

_CHUNK_BYTES = 256 * 1024
# What may wait between the tar and the cipher: a few pieces, whatever the size of a video.
_WAITING_PIECES = 4
# age v1: a header of about 200 bytes for one recipient, then 16 bytes for each 64 KiB.
_AGE_HEADER_BYTES, _AGE_PIECE_BYTES, _AGE_TAG_BYTES = 1024, 64 * 1024, 16
_TAR_OVERHEAD_BYTES = 8 * tarfile.BLOCKSIZE


def check_recipient(recipient_key: str) -> None:
    """
    Refuse what is not an age public key.

    Raises:
        RecipientKeyError: BB-703.
    """
    _recipient(recipient_key)


def most_sealed_bytes(originals: Sequence[SealedOriginal]) -> int:
    """Return a size that the sealed file does not exceed."""
    tar = sum(one.size_bytes + _TAR_OVERHEAD_BYTES for one in originals) + _TAR_OVERHEAD_BYTES
    tags = (tar // _AGE_PIECE_BYTES + 1) * _AGE_TAG_BYTES
    return _AGE_HEADER_BYTES + tar + tags


def sealed_originals(
    originals: Sequence[SealedOriginal], recipient_key: str, made_at: datetime
) -> Generator[bytes]:
    """
    Yield the originals as a tar inside age v1; no plain byte touches a file.

    The originals are read in the caller's thread: a vault's connection belongs to one thread.

    Args:
        originals: each is opened once, in order, and closed.
        recipient_key: ``age1...`` (X25519).
        made_at: stands as the time of every tar entry.

    Raises:
        RecipientKeyError: BB-703, not an age public key.
        SealMismatchError: BB-707, a stream is shorter or longer than its exhibit.

    Source: age-encryption.org/v1; POSIX.1-2001 pax interchange format.
    """
    cipher = _Cipher(_recipient(recipient_key))
    try:
        for chunk in _tar(originals, int(made_at.timestamp())):
            cipher.feed(chunk)
            yield from cipher.ready()
    except BaseException:
        # The half-made file is thrown away; the thread still has to come to an end.
        cipher.finish()
        raise
    cipher.finish()
    yield from cipher.ready()


def _recipient(recipient_key: str) -> "pyrage.x25519.Recipient":
    try:
        return pyrage.x25519.Recipient.from_str(recipient_key.strip())
    except pyrage.RecipientError as error:
        raise RecipientKeyError from error


class _Cipher:
    """Turns the library, which pulls and pushes in one call, into something that is fed."""

    def __init__(self, recipient: "pyrage.x25519.Recipient") -> None:
        self._plain: queue.Queue[bytes] = queue.Queue(_WAITING_PIECES)
        # Holds no more than what was fed: the caller empties it after each piece.
        self._sealed: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._rest = b""
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(recipient,), daemon=True)
        self._thread.start()

    def feed(self, chunk: bytes) -> None:
        """Hand over plain bytes; waits while the cipher is behind."""
        if chunk:
            self._plain.put(chunk)

    def ready(self) -> Iterator[bytes]:
        """Yield what is sealed so far."""
        if self._failure is not None:
            raise self._failure
        while True:
            try:
                yield self._sealed.get_nowait()
            except queue.Empty:
                return

    def finish(self) -> None:
        """Say that no more comes and wait for the last piece."""
        self._plain.put(b"")
        self._thread.join()

    def read(self, size: int = -1) -> bytes:
        """Return up to *size* plain bytes; called by the library."""
        if not self._rest:
            self._rest = self._plain.get()
        wanted = len(self._rest) if size < 0 else size
        taken, self._rest = self._rest[:wanted], self._rest[wanted:]
        return taken

    def write(self, data: bytes) -> int:
        """Take sealed bytes; called by the library."""
        self._sealed.put(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing; called by the library."""

    def _run(self, recipient: "pyrage.x25519.Recipient") -> None:
        try:
            pyrage.encrypt_io(self, self, [recipient])
        except pyrage.EncryptError as error:
            self._failure = error
            # Whoever feeds must not wait for ever.
            while self._plain.get():
                pass


def _tar(originals: Sequence[SealedOriginal], mtime: int) -> Iterator[bytes]:
    for original in originals:
        entry = tarfile.TarInfo(original.name)
        entry.size, entry.mtime, entry.mode = original.size_bytes, mtime, 0o600
        yield entry.tobuf(format=tarfile.PAX_FORMAT)
        with original.open() as stream:
            yield from _exactly(stream, original.size_bytes)
        yield b"\0" * (-original.size_bytes % tarfile.BLOCKSIZE)
    yield b"\0" * (2 * tarfile.BLOCKSIZE)


def _exactly(stream: BinaryIO, size_bytes: int) -> Iterator[bytes]:
    left = size_bytes
    while chunk := stream.read(_CHUNK_BYTES):
        left -= len(chunk)
        yield chunk
    if left:
        raise SealMismatchError("an original has another size than its exhibit")
