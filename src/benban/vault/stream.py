"""
One format for blobs and spool parts: AES-256-GCM in chunks that can be read from anywhere.

Source: docs/reference/vault-format-v1.md section 7; the STREAM construction of Hoang, Reyhanitabar,
Rogaway and Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015.
"""

import io
import secrets
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benban.errors import ContentDamagedError
from benban.vault.disk import NewFile

MAGIC = b"BENBANB1"
CHUNK_BYTES = 65_536
TAG_BYTES = 16
HEADER_BYTES = 32
_RANDOM_BYTES = 16
_COUNTER_BYTES = 11
_SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
# Now and then, so that the disk works while the next bytes are still being hashed.
_FLUSH_EVERY_BYTES = 32 << 20
_FIXED = MAGIC + CHUNK_BYTES.to_bytes(4, "big") + bytes(4)


class Failure(Enum):
    """How stored content can be damaged; the value stands in reports and vectors."""

    MISSING = "missing"
    HEADER = "header"
    LENGTH = "length"
    CHUNK = "chunk"
    DIGEST = "digest"
    UNREADABLE = "unreadable"


def fresh_header() -> bytes:
    """Return the 32 bytes that begin a blob; every chunk is bound to them."""
    return _FIXED + secrets.token_bytes(_RANDOM_BYTES)


def sealed_size(plain_bytes: int) -> int:
    """Return the size of the file that holds *plain_bytes* bytes."""
    chunks = max(1, -(-plain_bytes // CHUNK_BYTES))
    return HEADER_BYTES + plain_bytes + chunks * TAG_BYTES


class ChunkWriter:
    """Encrypts what is written to it into a new file; :meth:`finish` writes the last chunk."""

    def __init__(self, file: NewFile, key: bytes, header: bytes) -> None:
        """
        Write the header.

        Args:
            file: empty.
            key: 32 bytes, used for this file only: that is what keeps every nonce unique.
            header: 32 bytes from :func:`fresh_header`.
        """
        self._file = file
        self._cipher = AESGCM(key)
        self._header = header
        self._counter = 0
        # A chunk may be the last one as long as nothing follows it, so one stays behind.
        self._waiting = b""
        self._unflushed = 0
        file.write(header)

    def write(self, data: bytes) -> None:
        """Take the next plain bytes; only chunks that cannot be the last one are written."""
        if len(self._waiting) + len(data) <= CHUNK_BYTES:
            self._waiting += data
            return
        missing = CHUNK_BYTES - len(self._waiting)
        first, rest = self._waiting + data[:missing], memoryview(data)[missing:]
        chunks = (len(rest) - 1) // CHUNK_BYTES if rest else 0
        sealed = bytearray((1 + chunks) * _SEALED_CHUNK_BYTES)
        self._seal_into(memoryview(sealed)[:_SEALED_CHUNK_BYTES], first)
        for at in range(chunks):
            place = memoryview(sealed)[(at + 1) * _SEALED_CHUNK_BYTES :][:_SEALED_CHUNK_BYTES]
            self._seal_into(place, rest[at * CHUNK_BYTES : (at + 1) * CHUNK_BYTES])
        self._waiting = bytes(rest[chunks * CHUNK_BYTES :])
        self._file.write(sealed)
        self._unflushed += len(sealed)
        if self._unflushed >= _FLUSH_EVERY_BYTES:
            self._unflushed = 0
            self._file.flush()

    def finish(self) -> None:
        """Write the last chunk and make the file last."""
        nonce = chunk_nonce(self._counter, is_last=True)
        self._file.write(self._cipher.encrypt(nonce, self._waiting, self._header))
        self._waiting = b""
        self._file.flush()
        self._file.close()

    def _seal_into(self, place: memoryview, plain: bytes | memoryview) -> None:
        nonce = chunk_nonce(self._counter, is_last=False)
        self._counter += 1
        self._cipher.encrypt_into(nonce, plain, self._header, place)


def chunk_nonce(counter: int, *, is_last: bool) -> bytes:
    """Return the 12-byte nonce of a chunk."""
    return counter.to_bytes(_COUNTER_BYTES, "big") + (b"\x01" if is_last else b"\x00")


class ChunkReader(io.RawIOBase):
    """Reads the plain bytes; every byte it returns has been authenticated."""

    def __init__(self, file: BinaryIO, key: bytes, size_bytes: int) -> None:
        """
        Check header and length.

        Args:
            file: the stored bytes, seekable; closed together with the reader.
            key: 32 bytes.
            size_bytes: of the plain content, from a place the file's owner cannot change.

        Raises:
            ContentDamagedError: BB-413, ``header`` or ``length``.
        """
        super().__init__()
        self._file = file
        self._size = size_bytes
        self._cipher = AESGCM(key)
        self._position = 0
        self._held_index = -1
        self._held = b""
        self._header = self._checked_header()

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the plain offset of the next byte."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a plain offset; beyond the end reads nothing."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # the stubs' Buffer is 3.12's
        """
        Fill *buffer* with the next plain bytes of one chunk and return how many.

        Raises:
            ContentDamagedError: BB-413, ``chunk``.
        """
        if self._position >= self._size:
            if self._size == 0 and self._held_index != 0:
                self._hold(0)
            return 0
        index, offset = divmod(self._position, CHUNK_BYTES)
        self._hold(index)
        piece = self._held[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the stored file too."""
        if not self.closed:
            self._held = b""
            self._file.close()
        super().close()

    def _checked_header(self) -> bytes:
        header = self._stored(0, HEADER_BYTES)
        if len(header) != HEADER_BYTES or not header.startswith(_FIXED):
            raise damaged(Failure.HEADER)
        try:
            stored_bytes = self._file.seek(0, io.SEEK_END)
        except OSError as error:
            raise damaged(Failure.UNREADABLE) from error
        if stored_bytes != sealed_size(self._size):
            raise damaged(Failure.LENGTH)
        return header

    def _hold(self, index: int) -> None:
        if index == self._held_index:
            return
        is_last = (index + 1) * CHUNK_BYTES >= self._size
        sealed = self._stored(HEADER_BYTES + index * _SEALED_CHUNK_BYTES, _SEALED_CHUNK_BYTES)
        try:
            nonce = chunk_nonce(index, is_last=is_last)
            self._held = self._cipher.decrypt(nonce, sealed, self._header)
        except (InvalidTag, ValueError) as error:
            raise damaged(Failure.CHUNK, f"chunk {index}") from error
        self._held_index = index

    def _stored(self, offset: int, size: int) -> bytes:
        try:
            self._file.seek(offset)
            return self._file.read(size)
        except OSError as error:
            raise damaged(Failure.UNREADABLE) from error


def open_stored(path: Path, key: bytes, size_bytes: int) -> BinaryIO:
    """
    Return a seekable reader of the plain bytes stored at *path*.

    Raises:
        ContentDamagedError: BB-413, ``missing``, ``header``, ``length`` or ``unreadable``.
    """
    try:
        # Unbuffered below: the reader asks for whole chunks and holds one.
        file = path.open("rb", buffering=0)
    except FileNotFoundError as error:
        raise damaged(Failure.MISSING) from error
    except OSError as error:
        raise damaged(Failure.UNREADABLE) from error
    try:
        reader = ChunkReader(file, key, size_bytes)
    except BaseException:
        file.close()
        raise
    return io.BufferedReader(reader, CHUNK_BYTES)


def damaged(failure: Failure, detail: str = "") -> ContentDamagedError:
    """Return the error that names how content is damaged."""
    return ContentDamagedError(detail or failure.value, failure=failure.value)
