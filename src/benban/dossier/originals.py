"""``originals.tar.age``: the sealed originals for one recipient, streamed (authority edition)."""

import tarfile
from collections.abc import Generator, Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

from benban.dossier.view import SealedOriginal
from benban.errors import SealMismatchError
from benban.seal.age import check_recipient, sealed_chunks

__all__ = ["check_recipient", "most_sealed_bytes", "sealed_originals"]

_CHUNK_BYTES = 256 * 1024
# age v1: a header of about 200 bytes for one recipient, then 16 bytes for each 64 KiB.
_AGE_HEADER_BYTES, _AGE_PIECE_BYTES, _AGE_TAG_BYTES = 1024, 64 * 1024, 16
_TAR_OVERHEAD_BYTES = 8 * tarfile.BLOCKSIZE


def most_sealed_bytes(originals: Sequence[SealedOriginal]) -> int:
    """Return a size that the sealed file does not exceed."""
    tar = sum(one.size_bytes + _TAR_OVERHEAD_BYTES for one in originals) + _TAR_OVERHEAD_BYTES
    tags = (tar // _AGE_PIECE_BYTES + 1) * _AGE_TAG_BYTES
    return _AGE_HEADER_BYTES + tar + tags


def sealed_originals(
    originals: Sequence[SealedOriginal], recipient_key: str, made_at: datetime
) -> Generator[bytes]:
    """
    Return the originals as a tar inside age v1, piece by piece; no plain byte touches a file.

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
    return sealed_chunks(_tar(originals, int(made_at.timestamp())), recipient_key)


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
