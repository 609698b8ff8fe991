"""
A BagIt bag in a zip, written in the order that makes it provable.

Source: RFC 8493 for the bag, docs/reference/bag-format.md for what stands in it. The same content
with the same time gives the same bytes.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import BinaryIO

from benban.errors import BagNameError, PackageOrderError
from benban.model.ids import Digest
from benban.seal.digests import as_sha256, sha256_of
from benban.seal.stored_zip import StreamingZip

PAYLOAD_FOLDER = "data/"

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_MANIFEST, _TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
# Names that unpack the same on Windows, macOS and Linux and need no escape in a manifest.
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._\-]{0,98}[A-Za-z0-9_\-])?")
_WINDOWS_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LONGEST_PATH = 200
_LABEL = re.compile(r"[A-Z][A-Za-z0-9\-]*")
_COMPUTED = frozenset({"Bagging-Date", "Payload-Oxum"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """
    The list of the payload, which the log seals.

    Attributes:
        text: bytes of ``manifest-sha256.txt``; ``sha256sum -c`` reads it.
        sha256: of these bytes; stands in the event ``dossier sealed``.
        payload_oxum: ``<bytes>.<files>`` as BagIt has it.
    """

    text: bytes
    sha256: Digest
    payload_oxum: str


class _State(Enum):
    PAYLOAD = "payload"
    TAGS = "tags"
    CLOSED = "closed"


class BagWriter:
    """
    Writes one bag: payload, :meth:`finish_payload`, tag files, :meth:`close`.

    Args:
        out: seekable, binary; the zip begins where it stands. The caller closes it.
        bag_name: the one folder at the top.
        made_at: aware; the time of every member and the date of bagging, in UTC.
        info: labels and values of ``bag-info.txt``; Bagging-Date and Payload-Oxum are added.

    Raises:
        BagNameError: BB-530, the name or a label is not allowed.
    """

    def __init__(
        self,
        out: BinaryIO,
        bag_name: str,
        made_at: datetime,
        *,
        info: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._folder = _checked_path(bag_name)
        if "/" in bag_name:
            raise BagNameError("a bag has one folder at the top")
        self._zip = StreamingZip(out, made_at=made_at)
        self._bagged_on = made_at.astimezone(UTC).date().isoformat()
        self._info = tuple(_checked_info(label, value) for label, value in info)
        self._state = _State.PAYLOAD
        self._payload: dict[str, tuple[str, int]] = {}
        self._tags: dict[str, str] = {}
        self._names: set[str] = set()
        self._folders: set[str] = set()

    def add_payload(
        self, path: str, content: bytes | Iterable[bytes], *, expected_bytes: int = 0
    ) -> Digest:
        """
        Write a payload file and return the SHA-256 of what was written.

        Args:
            path: below ``data/``, e.g. ``data/report.vi.pdf``.
            content: bytes, or pieces that are read once; a binary file yields such pieces through
                :func:`benban.seal.digests.chunks_of`.
            expected_bytes: only needed for pieces that may reach 4 GiB.

        Raises:
            BagNameError: BB-530, the path is not allowed or stands already.
            PackageOrderError: BB-521, the payload is finished.
        """
        self._require(_State.PAYLOAD)
        if not path.startswith(PAYLOAD_FOLDER):
            raise BagNameError("a payload file lies below data/")
        self._claim(path)
        pieces = (content,) if isinstance(content, bytes) else content
        measured = _Measured(pieces)
        self._zip.add_stream(
            f"{self._folder}/{path}", measured.pieces(), expected_bytes=expected_bytes
        )
        self._payload[path] = (measured.sha256.hex, measured.size_bytes)
        return measured.sha256

    def finish_payload(self) -> Manifest:
        """
        Write ``bagit.txt``, ``bag-info.txt`` and the manifest, and return the manifest.

        Raises:
            PackageOrderError: BB-521, the payload is finished already or there is none.
        """
        self._require(_State.PAYLOAD)
        if not self._payload:
            raise PackageOrderError("a bag has a payload")
        self._state = _State.TAGS
        total = sum(size for _, size in self._payload.values())
        oxum = f"{total}.{len(self._payload)}"
        text = _manifest((path, value[0]) for path, value in self._payload.items())
        # The order of docs/reference/bag-format.md: who wrote it, when, how much, then the rest.
        computed = (("Bagging-Date", self._bagged_on), ("Payload-Oxum", oxum))
        info = (*self._info[:1], *computed, *self._info[1:])
        self.add_tag("bagit.txt", _DECLARATION)
        self.add_tag(
            "bag-info.txt", "".join(f"{label}: {value}\n" for label, value in info).encode()
        )
        self.add_tag(_MANIFEST, text)
        return Manifest(text=text, sha256=sha256_of(text), payload_oxum=oxum)

    def add_tag(self, path: str, content: bytes) -> None:
        """
        Write a file outside ``data/``.

        Raises:
            BagNameError: BB-530, the path is not allowed or stands already.
            PackageOrderError: BB-521, the payload is not finished, or the bag is closed.
        """
        self._require(_State.TAGS)
        if path.startswith(PAYLOAD_FOLDER) or path == _TAG_MANIFEST:
            raise BagNameError("not a place for a tag file")
        self._claim(path)
        self._write(path, content)
        self._tags[path] = sha256_of(content).hex

    def close(self) -> None:
        """
        Write the tag manifest and the end of the zip.

        Raises:
            PackageOrderError: BB-521, the payload is not finished, or the bag is closed.
        """
        self._require(_State.TAGS)
        self._state = _State.CLOSED
        self._write(_TAG_MANIFEST, _manifest(self._tags.items()))
        self._zip.close()

    def _require(self, state: _State) -> None:
        if self._state is not state:
            raise PackageOrderError(f"the bag is at: {self._state.value}")

    def _claim(self, path: str) -> None:
        # Windows and macOS unpack "A" over "a"; nobody can unpack "a" and "a/b".
        folded = _checked_path(path).casefold()
        above = {folded[:at] for at, character in enumerate(folded) if character == "/"}
        if folded in self._names | self._folders or above & self._names:
            raise BagNameError("a name stands twice, or is a file and a folder")
        self._names.add(folded)
        self._folders |= above

    def _write(self, path: str, content: bytes) -> None:
        self._zip.add(
            f"{self._folder}/{path}",
            size_bytes=len(content),
            crc32=zlib.crc32(content),
            write=lambda sink: sink.write(content),
        )


class _Measured:
    """Passes pieces on and measures them."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._sha256 = hashlib.sha256()
        self.size_bytes = 0

    def pieces(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._sha256.update(piece)
            self.size_bytes += len(piece)
            yield piece

    @property
    def sha256(self) -> Digest:
        return as_sha256(self._sha256.digest())


def _manifest(entries: Iterable[tuple[str, str]]) -> bytes:
    # RFC 8493 section 2.1.3; two blanks, as sha256sum writes them.
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(entries)).encode("ascii")


def _checked_path(path: str) -> str:
    parts = path.split("/")
    is_allowed = all(
        _NAME.fullmatch(part) and not _WINDOWS_DEVICES.fullmatch(part) for part in parts
    )
    if not is_allowed or len(path) > _LONGEST_PATH:
        raise BagNameError("a name is not allowed in a bag")
    return path


def _checked_info(label: str, value: str) -> tuple[str, str]:
    if not _LABEL.fullmatch(label) or label in _COMPUTED or not value.isprintable():
        raise BagNameError("a label or value of bag-info.txt is not allowed")
    return label, value
