"""
age v1, streamed: sealed for one recipient, opened with an identity; nothing is kept aside.

Source: age-encryption.org/v1.
"""

import hashlib
import queue
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from io import RawIOBase
from typing import BinaryIO, Self

import pyrage

from benban.errors import AgeIdentityError, HandOverDamagedError, RecipientKeyError

# What may wait between the two sides: a few pieces, whatever the size of a video.
_WAITING_PIECES = 4
_READ_BYTES = 256 * 1024
# The parts of a head; a full line of a stanza's body has 64 characters, its last has fewer.
_VERSION_LINE, _STANZA, _HEAD_END = b"age-encryption.org/v1\n", b"-> ", b"---"
_BODY_LINE_CHARACTERS = 64
# What is opened here was sealed for one key, or a few; a head takes some hundred bytes.
_HEAD_BYTES = 64 * 1024
_VOICE_DIGITS = 30
_VOICE_GROUP = 5


def check_recipient(recipient_key: str) -> str:
    """
    Return the key without what stands around it.

    Raises:
        RecipientKeyError: BB-703, not an age public key.
    """
    _recipient(recipient_key)
    return recipient_key.strip()


def fresh_identity() -> str:
    """Return a new private key, ``AGE-SECRET-KEY-1...``."""
    return str(pyrage.x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """
    Return the public key of a private one.

    Raises:
        AgeIdentityError: BB-419, not an age private key.
    """
    return str(_identity(identity).to_public())


def voice_code(recipient_key: str) -> str:
    """
    Return six groups of five digits that two people read to each other.

    99 bits of ``SHA-256("benban/v1/voice" || 0x00 || key)``: digits are said alike in every
    language, and nobody finds another key with the same ones.

    Raises:
        RecipientKeyError: BB-703.
    """
    key = check_recipient(recipient_key)
    number = int.from_bytes(hashlib.sha256(b"benban/v1/voice\x00" + key.encode()).digest())
    digits = f"{number % 10**_VOICE_DIGITS:0{_VOICE_DIGITS}d}"
    return " ".join(digits[at : at + _VOICE_GROUP] for at in range(0, _VOICE_DIGITS, _VOICE_GROUP))


def sealed_chunks(plain: Iterable[bytes], recipient_key: str) -> Generator[bytes]:
    """
    Yield *plain* sealed for one recipient.

    *plain* is read in the caller's thread: a vault's connection belongs to one thread.

    Args:
        plain: pieces of any size.
        recipient_key: ``age1...`` (X25519).

    Raises:
        RecipientKeyError: BB-703, not an age public key.
    """
    cipher = _Cipher(_recipient(recipient_key))
    try:
        for chunk in plain:
            cipher.feed(chunk)
            yield from cipher.ready()
    except BaseException:
        # The half-made file is thrown away; the thread still has to come to an end.
        cipher.finish()
        raise
    cipher.finish()
    yield from cipher.ready()


class OpenedAge(RawIOBase):
    """
    A readable stream of what an age file holds; each 64 KiB is authenticated before it comes out.

    Only reading to the end shows that the file is whole: an age file that was cut ends in an error.
    """

    def __init__(self, sealed: BinaryIO, identity: str) -> None:
        """
        Begin to open *sealed*.

        Args:
            sealed: readable, binary; read in another thread until this is closed.
            identity: ``AGE-SECRET-KEY-1...``.

        Raises:
            AgeIdentityError: BB-419, not an age private key.
        """
        super().__init__()
        self._pieces: queue.Queue[bytes] = queue.Queue(_WAITING_PIECES)
        self._rest = b""
        # Until the other thread runs there is nothing to wait for: Python closes this stream also
        # when a wrong key ends it here.
        self._is_at_end = True
        self._thread: threading.Thread | None = None
        self._is_unwanted = threading.Event()
        self._failure: Exception | None = None
        arguments = (sealed, _identity(identity))
        self._is_at_end = False
        self._thread = threading.Thread(target=self._run, args=arguments, daemon=True)
        self._thread.start()

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """
        Return up to *size* bytes, all for -1; empty at the end.

        Raises:
            AgeIdentityError: BB-419, sealed for somebody else.
            HandOverDamagedError: BB-417, changed or cut.
        """
        pieces = [self._rest]
        found = len(self._rest)
        while not self._is_at_end and (size < 0 or found < size):
            piece = self._pieces.get()
            if not piece:
                self._is_at_end = True
                if self._failure is not None:
                    raise self._failure
            pieces.append(piece)
            found += len(piece)
        whole = b"".join(pieces)
        wanted = len(whole) if size < 0 else size
        self._rest = whole[wanted:]
        return whole[:wanted]

    def close(self) -> None:
        """Let the other thread come to an end."""
        self._is_unwanted.set()
        while not self._is_at_end:
            self._is_at_end = not self._pieces.get()
        if self._thread is not None:
            self._thread.join()
        super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _run(self, sealed: BinaryIO, identity: "pyrage.x25519.Identity") -> None:
        # Stands until the whole came out: whatever ends this thread, the reader learns of it.
        unfinished = HandOverDamagedError("not read to its end")
        self._failure = unfinished
        try:
            pyrage.decrypt_io(_with_strict_head(sealed), _Taker(self._take), [identity])
            self._failure = None
        except HandOverDamagedError as error:
            self._failure = error
        except pyrage.DecryptError as error:
            # The library has one error for both; its words are its own affair.
            is_other = "no matching" in str(error).lower()
            self._failure = AgeIdentityError() if is_other else HandOverDamagedError("age")
            self._failure.__cause__ = error
        except (OSError, ValueError) as error:
            unfinished.__cause__ = error
        finally:
            self._pieces.put(b"")

    def _take(self, data: bytes) -> int:
        if self._is_unwanted.is_set():
            raise _UnwantedError
        if data:
            self._pieces.put(bytes(data))
        return len(data)


def _with_strict_head(sealed: BinaryIO) -> "_Rejoined":
    """
    Return *sealed* from where it stands, after the stanzas of its head were looked at.

    The library also reads files of the betas of age, whose stanzas may lack their last, short line.
    Version 1 has no such files, and other programs refuse them.

    Raises:
        HandOverDamagedError: BB-417.

    Source: age-encryption.org/v1, recipient stanza.
    """
    head = line = sealed.readline(_HEAD_BYTES)
    is_open = False
    while head.startswith(_VERSION_LINE) and not line.startswith(_HEAD_END):
        line = sealed.readline(_HEAD_BYTES)
        head += line
        is_cut = is_open and line.startswith((_STANZA, _HEAD_END))
        if is_cut or not line or len(head) > _HEAD_BYTES:
            raise HandOverDamagedError("head")
        is_full = len(line) == _BODY_LINE_CHARACTERS + 1
        is_open = line.startswith(_STANZA) or (is_open and is_full)
    return _Rejoined(head, sealed)


class _Rejoined:
    """What was read already, then the rest."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start, self._rest = start, rest

    def read(self, size: int = -1) -> bytes:
        """Return up to *size* bytes, all for -1; called by the library."""
        if size < 0:
            given, self._start = self._start, b""
            return given + self._rest.read()
        given, self._start = self._start[:size], self._start[size:]
        return given or self._rest.read(size)


class _UnwantedError(OSError):
    """Nobody reads any more."""


class _Taker:
    """What the library writes plain bytes to."""

    def __init__(self, take: Callable[[bytes], int]) -> None:
        self._take = take

    def write(self, data: bytes) -> int:
        """Take plain bytes."""
        return self._take(data)

    def flush(self) -> None:
        """Do nothing."""


def _recipient(recipient_key: str) -> "pyrage.x25519.Recipient":
    try:
        return pyrage.x25519.Recipient.from_str(recipient_key.strip())
    except pyrage.RecipientError as error:
        raise RecipientKeyError from error


def _identity(identity: str) -> "pyrage.x25519.Identity":
    try:
        return pyrage.x25519.Identity.from_str(identity.strip())
    except pyrage.IdentityError as error:
        raise AgeIdentityError from error


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
