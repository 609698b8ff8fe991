"""All pictures and films of one page behind one another in one part of the spool."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBody:
    """Where the body of one exchange lies."""

    offset: int
    size_bytes: int


class MediaStore:
    """
    Takes bodies one after the other; nothing stays in memory.

    Args:
        write: of the part they go to.
    """

    def __init__(self, write: Callable[[bytes], int]) -> None:
        self._write = write
        self.position = 0

    def write(self, data: bytes) -> int:
        """Take the next bytes and return how many there were."""
        self._write(data)
        self.position += len(data)
        return len(data)

    def put(self, body: bytes) -> StoredBody:
        """Take a whole body and return where it lies."""
        offset = self.position
        self.write(body)
        return StoredBody(offset=offset, size_bytes=len(body))

    def since(self, offset: int) -> StoredBody:
        """Return the body that was written from *offset* on."""
        return StoredBody(offset=offset, size_bytes=self.position - offset)


def open_body(file: BinaryIO, place: StoredBody) -> BinaryIO:
    """
    Return one body as a file of its own, seekable.

    Args:
        file: all of them; several may share it when they are read in turn.
        place: which stretch of it.
    """
    return io.BufferedReader(_StoredReader(file, place))


class _StoredReader(io.RawIOBase):
    """One stretch of a file that others read too: it seeks before it reads."""

    def __init__(self, file: BinaryIO, place: StoredBody) -> None:
        super().__init__()
        self._file = file
        self._place = place
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the place in this body."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move within this body and return the new place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._place.size_bytes}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override] # the stubs' Buffer is 3.12's
        """Fill *buffer* and return how many bytes there were."""
        left = max(0, self._place.size_bytes - self._at)
        self._file.seek(self._place.offset + self._at)
        data = self._file.read(min(len(buffer), left))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
