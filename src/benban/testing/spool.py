"""A spool in memory, for tests of what writes into one."""

import io
from dataclasses import dataclass, field
from typing import BinaryIO

from benban.model.ids import Digest
from benban.seal.digests import sha256_of, sha512_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorySpooled:
    """A finished part; ``data`` is what :meth:`open` gives back."""

    data: bytes
    size_bytes: int
    sha256: Digest
    sha512: Digest

    def open(self) -> BinaryIO:
        """Return the bytes from the first on."""
        return io.BytesIO(self.data)


@dataclass(slots=True)
class MemoryPart:
    """A part that is being written; *spoil* flips a byte between writing and reading back."""

    finished: list[MemorySpooled]
    spoil: bool = False
    written: bytearray = field(default_factory=bytearray)

    def write(self, data: bytes, /) -> int:
        """Take the next bytes and return how many there were."""
        self.written += data
        return len(data)

    def finish(self) -> MemorySpooled:
        """Close the part and return it with the digests of what was written."""
        data = bytes(self.written)
        kept = bytes((data[0] ^ 1,)) + data[1:] if self.spoil and data else data
        part = MemorySpooled(
            data=kept, size_bytes=len(data), sha256=sha256_of(data), sha512=sha512_of(data)
        )
        self.finished.append(part)
        return part

    def discard(self) -> None:
        """Forget what was written."""
        self.written.clear()


class MemorySpool:
    """
    A :class:`benban.capture.ports.Spool` that keeps every finished part in ``parts``.

    Args:
        spoil: every part reads back with its first bit flipped, as on a failing disk.
    """

    def __init__(self, *, spoil: bool = False) -> None:
        self.parts: list[MemorySpooled] = []
        self._spoil = spoil

    def open_part(self) -> MemoryPart:
        """Return a new, empty part."""
        return MemoryPart(self.parts, spoil=self._spoil)
