"""One member of a gzip file as a stream: where it ends is known when it was read."""

import io
import zlib
from collections.abc import Callable
from typing import Protocol

_GZIP = 16 + zlib.MAX_WBITS
_PIECE_BYTES = 1 << 16


class Readable(Protocol):
    """What can be read from where it stands."""

    def read(self, size: int, /) -> bytes:
        """Return at most *size* bytes; none at the end."""
        ...


class GzipMember(io.RawIOBase):
    """
    The content of one gzip member; knows afterwards how long the member was.

    Args:
        file: stands where the member begins.
        broken: gives the error for bytes that are no gzip.
        cut: gives the error for a file that ends inside the member.
        largest: gives how many bytes may have come out of so many that went in; None for any
            number. More raise what *too_large* gives.
    """

    def __init__(
        self,
        file: Readable,
        *,
        broken: Callable[[], Exception],
        cut: Callable[[], Exception],
        largest: Callable[[int], int] | None = None,
        too_large: Callable[[], Exception] | None = None,
    ) -> None:
        super().__init__()
        self._file = file
        self._broken, self._cut = broken, cut
        self._largest, self._too_large = largest, too_large or broken
        self._gzip = zlib.decompressobj(_GZIP)
        self._taken = self._given = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    @property
    def is_over(self) -> bool:
        """Whether its end was reached."""
        return self._gzip.eof

    @property
    def packed_bytes(self) -> int:
        """How many bytes of the file it took; right once it is over."""
        return self._taken - len(self._gzip.unused_data)

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # the stubs' Buffer is 3.12's
        """Fill *buffer* from the member and return how many bytes came; 0 where it is over."""
        while not self._gzip.eof:
            packed = self._gzip.unconsumed_tail or self._read_packed()
            try:
                plain = self._gzip.decompress(packed, len(buffer))
            except zlib.error as error:
                raise self._broken() from error
            if plain:
                self._given += len(plain)
                if self._largest is not None and self._given > self._largest(self._taken):
                    raise self._too_large()
                buffer[: len(plain)] = plain
                return len(plain)
        return 0

    def _read_packed(self) -> bytes:
        packed = self._file.read(_PIECE_BYTES)
        if not packed:
            raise self._cut()
        self._taken += len(packed)
        return packed
