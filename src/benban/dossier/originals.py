"""``originals.tar.age``: the sealed originals for one recipient, streamed (authority edition)."""

import tarfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import BinaryIO, Protocol

import pyrage

from benban.dossier.view import SealedOriginal
from benban.errors import RecipientKeyError, SealMismatchError

_CHUNK_BYTES = 256 * 1024


class Sink(Protocol):
    """Where the sealed bytes go."""

    def write(self, data: bytes, /) -> int | None:
        """Take *data*."""
        ...


def check_recipient(recipient_key: str) -> None:
    """
    Refuse what is not an age public key.

    Raises:
        RecipientKeyError: BB-703.
    """
    _recipient(recipient_key)


def seal_originals(
    originals: Sequence[SealedOriginal], recipient_key: str, made_at: datetime, out: Sink
) -> None:
    """
    Write the originals to *out* as a tar inside age v1; no plain byte touches a file.

    Args:
        originals: each is opened once, in order, and closed.
        recipient_key: ``age1...`` (X25519).
        made_at: stands as the time of every tar entry.
        out: receives the sealed bytes.

    Raises:
        RecipientKeyError: BB-703, not an age public key.
        SealMismatchError: BB-707, a stream is shorter or longer than its exhibit.

    Source: age-encryption.org/v1; POSIX.1-2001 pax interchange format.
    """
    recipient = _recipient(recipient_key)
    stream = _TarStream(originals, made_at)
    try:
        pyrage.encrypt_io(stream, out, [recipient])
    except pyrage.EncryptError as error:
        # The library turns what the stream raised into text; the cause itself is more useful.
        raise stream.failure or error from error


def _recipient(recipient_key: str) -> "pyrage.x25519.Recipient":
    try:
        return pyrage.x25519.Recipient.from_str(recipient_key.strip())
    except pyrage.RecipientError as error:
        raise RecipientKeyError from error


class _TarStream:
    """A tar that is made while it is read."""

    def __init__(self, originals: Sequence[SealedOriginal], made_at: datetime) -> None:
        self._chunks = _tar(originals, int(made_at.timestamp()))
        self._rest = b""
        self.failure: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        """Return up to *size* bytes; nothing at the end."""
        try:
            while not self._rest:
                self._rest = next(self._chunks)
        except StopIteration:
            return b""
        except Exception as error:
            self.failure = error
            raise
        wanted = len(self._rest) if size < 0 else size
        taken, self._rest = self._rest[:wanted], self._rest[wanted:]
        return taken


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
