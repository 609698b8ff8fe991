"""Open one's own photos for whoever looks at them, and notice what changes meanwhile."""

import io
from typing import BinaryIO

from benban.errors import BenbanError, ImportDamagedError
from benban.unpack.own_photos.parts import OwnPhoto
from benban.unpack.parts import Entry

_PIECE_BYTES = 1 << 16


class Waiting:
    """
    A photo that is handed over to be looked at.

    Whoever looks never meets an error of the folder or the archive: what breaks off ends there.
    :attr:`is_changed` says that what was found out counts for nothing, :attr:`problem` by the
    code of its error that the photo is damaged where it lies.
    """

    def __init__(self, photo: OwnPhoto, entry: Entry) -> None:
        """Wait with *photo*, whose bytes are those of *entry*."""
        self.photo = photo
        self.entry = entry
        self.is_changed = False
        self.problem = ""

    def open(self) -> BinaryIO:
        """Return its bytes from the beginning, front to back only."""
        try:
            stream = self.entry.open()
        except (OSError, BenbanError) as error:
            self.end(error)
            return io.BytesIO()
        return io.BufferedReader(_Guarded(stream, self), _PIECE_BYTES)

    def end(self, error: OSError | BenbanError) -> None:
        """Note why nothing more comes."""
        if isinstance(error, ImportDamagedError):
            self.problem = error.code
        else:
            self.is_changed = True


class _Guarded(io.RawIOBase):
    def __init__(self, stream: BinaryIO, waiting: Waiting) -> None:
        super().__init__()
        self._stream, self._waiting = stream, waiting
        self._given_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # the stubs' Buffer is 3.12's
        try:
            data = self._stream.read(len(buffer))
        except (OSError, BenbanError) as error:
            self._waiting.end(error)
            return 0
        self._given_bytes += len(data)
        size = self._waiting.entry.size_bytes
        if self._given_bytes > size or (not data and self._given_bytes != size):
            # It grew or shrank since it was listed: another program writes to it now.
            self._waiting.is_changed = True
            return 0
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
