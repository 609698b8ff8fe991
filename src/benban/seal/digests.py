"""Digests of exactly the bytes that pass by."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from benban.model.ids import Digest, DigestAlgorithm

# As large as the vault's spool hands on at once; larger makes hashing no faster.
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Size and both digests of one byte sequence."""

    size_bytes: int
    sha256: Digest
    sha512: Digest


class DigestingStream:
    """Counts and hashes what is written to it, and keeps nothing."""

    __slots__ = ("_sha256", "_sha512", "_size")

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._sha512 = hashlib.sha512()
        self._size = 0

    def write(self, data: bytes) -> int:
        """Take the next bytes and return how many there were."""
        self._sha256.update(data)
        self._sha512.update(data)
        self._size += len(data)
        return len(data)

    def measured(self) -> Measured:
        """Return what has been measured up to now."""
        return Measured(
            size_bytes=self._size,
            sha256=Digest(algorithm=DigestAlgorithm.SHA256, hex=self._sha256.hexdigest()),
            sha512=Digest(algorithm=DigestAlgorithm.SHA512, hex=self._sha512.hexdigest()),
        )


def sha256_of(data: bytes) -> Digest:
    """Return the SHA-256 of *data*."""
    return Digest(algorithm=DigestAlgorithm.SHA256, hex=hashlib.sha256(data).hexdigest())


def sha512_of(data: bytes) -> Digest:
    """Return the SHA-512 of *data*."""
    return Digest(algorithm=DigestAlgorithm.SHA512, hex=hashlib.sha512(data).hexdigest())


def digest_bytes(digest: Digest) -> bytes:
    """Return the raw value of *digest*."""
    return bytes.fromhex(digest.hex)


def as_sha256(value: bytes) -> Digest:
    """
    Return 32 raw bytes as a SHA-256 digest.

    Raises:
        ValueError: not 32 bytes.
    """
    return Digest(algorithm=DigestAlgorithm.SHA256, hex=value.hex())


def measure(chunks: Iterable[bytes]) -> Measured:
    """Return size and digests of *chunks* one behind the other."""
    stream = DigestingStream()
    for chunk in chunks:
        stream.write(chunk)
    return stream.measured()


def measure_file(file: BinaryIO) -> Measured:
    """Return size and digests of what *file* holds from where it stands to its end."""
    return measure(chunks_of(file))


def chunks_of(file: BinaryIO, *, limit_bytes: int | None = None) -> Iterable[bytes]:
    """
    Yield the bytes of *file* in pieces of at most 1 MiB.

    Args:
        file: read from where it stands.
        limit_bytes: stop after so many; None reads to the end.
    """
    left = limit_bytes
    while left is None or left > 0:
        chunk = file.read(_CHUNK_BYTES if left is None else min(_CHUNK_BYTES, left))
        if not chunk:
            return
        if left is not None:
            left -= len(chunk)
        yield chunk
