"""Places to write bytes to, from the first to the last, that need not seek."""

import hashlib
import zlib
from typing import Protocol

from benban.model.ids import Digest
from benban.seal.digests import as_sha256


class ByteSink(Protocol):
    """Takes bytes one behind the other: a file, a part of the vault's spool."""

    def write(self, data: bytes, /) -> int | None:
        """Take all of *data*."""
        ...


class CrcSink:
    """
    Counts what is written and computes its CRC-32, and hands it on when there is somewhere to.

    Args:
        onward: where the bytes go; None only measures.
    """

    __slots__ = ("_crc", "_onward", "_size")

    def __init__(self, onward: ByteSink | None = None) -> None:
        self._onward = onward
        self._size = 0
        self._crc = 0

    def write(self, data: bytes, /) -> int:
        """Take the next bytes and return how many there were."""
        if self._onward is not None:
            self._onward.write(data)
        self._size += len(data)
        self._crc = zlib.crc32(data, self._crc)
        return len(data)

    def flush(self) -> None:
        """Do nothing: writers of archives call it after each record."""

    @property
    def size_bytes(self) -> int:
        """How much was written."""
        return self._size

    @property
    def crc32(self) -> int:
        """CRC-32 as zip has it."""
        return self._crc


class MeasuringSink(CrcSink):
    """A :class:`CrcSink` that computes SHA-256 as well."""

    __slots__ = ("_sha256",)

    def __init__(self, onward: ByteSink | None = None) -> None:
        super().__init__(onward)
        self._sha256 = hashlib.sha256()

    def write(self, data: bytes, /) -> int:
        """Take the next bytes and return how many there were."""
        self._sha256.update(data)
        return super().write(data)

    @property
    def sha256(self) -> Digest:
        """SHA-256 of what was written."""
        return as_sha256(self._sha256.digest())
