"""What every import begins with: the attempt in the log, and what was handed over, measured."""

import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from benban.capture.media_types import SNIFF_BYTES
from benban.casework.events import event, open_field
from benban.errors import (
    BenbanError,
    DiskFailedError,
    DiskFullError,
    FileUnreadableError,
    KindNotCapturedError,
    PermitRefusedError,
)
from benban.model.case import StoragePermit
from benban.model.custody import EventKind
from benban.model.sighting import Sighting
from benban.seal.digests import DigestingStream, Measured, chunks_of, measure_file
from benban.unpack.parts import Entry, Source
from benban.unpack.reading import source_of_file, source_of_folder
from benban.vault import CaseStore

_ACT = "import"
_LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """
    What the person handed over, open for as long as the import lasts.

    Attributes:
        start: its first bytes; none of a folder.
        size_bytes: of an archive or a file its own, of a folder that of its files together.
        covers: what :attr:`measure` covers, ``file`` or ``folder``.
        measure: gives size and digests of all of it, as they are now.
    """

    source: Source
    start: bytes
    size_bytes: int
    covers: str
    measure: Callable[[], Measured]


@contextmanager
def opened_export(path: Path) -> Iterator[Handed]:
    """
    Give what lies at *path*: a folder, an archive or a single file.

    Raises:
        FileUnreadableError: BB-002.
        ImportEncryptedError, ImportTooLargeError, ImportUnsafeError: BB-802, BB-804, BB-805.
    """
    try:
        mode = path.stat().st_mode
        # Opening a pipe would wait for ever.
        stream = path.open("rb") if stat.S_ISREG(mode) else None
    except OSError as error:
        raise FileUnreadableError(name=path.name) from error
    if stat.S_ISDIR(mode):
        yield _folder(source_of_folder(path))
        return
    if stream is None:
        raise FileUnreadableError(name=path.name)
    with stream:
        yield _file(stream, path.name)


@contextmanager
def recorded_attempt(store: CaseStore, sighting: Sighting) -> Iterator[StoragePermit | None]:
    """
    Give the permit for *sighting*, None to keep text only; the attempt stands in the log before.

    What ends it early stands there, too.
    """
    permit = _permit(store, sighting)
    act = open_field("act", _ACT if permit else f"{_ACT} of text only")
    store.record(event(EventKind.ATTEMPT, sighting.id, act))
    try:
        yield permit
    except BenbanError as error:
        reason = open_field("reason", error.code)
        failed = event(EventKind.ATTEMPT_FAILED, sighting.id, open_field("act", _ACT), reason)
        # On a full disk there may be no room for this either; the attempt stands alone then.
        with suppress(DiskFullError, DiskFailedError):
            store.record(failed)
        raise


def measure_entries(entries: Iterable[Entry]) -> Measured:
    """
    Return size and digests of files together, names included (docs/reference/import-format.md).

    Raises:
        FileUnreadableError: BB-002, one of them cannot be read any more.
        ImportDamagedError: BB-803, a member of an archive is not what its headers say.
    """
    digest = DigestingStream()
    for entry in entries:
        name = entry.name.encode("utf-8", errors="surrogateescape")
        digest.write(len(name).to_bytes(_LENGTH_BYTES, "big") + name)
        digest.write(entry.size_bytes.to_bytes(_LENGTH_BYTES, "big"))
        try:
            with entry.open() as stream:
                for chunk in chunks_of(stream):
                    digest.write(chunk)
        except OSError as error:
            raise FileUnreadableError(name=entry.name.rpartition("/")[2]) from error
    return digest.measured()


def _permit(store: CaseStore, sighting: Sighting) -> StoragePermit | None:
    try:
        return store.case.storage_permit(sighting)
    except (PermitRefusedError, KindNotCapturedError):
        return None


def _folder(source: Source) -> Handed:
    return Handed(
        source=source,
        start=b"",
        size_bytes=source.total_bytes,
        covers="folder",
        measure=lambda: measure_entries(source.entries()),
    )


def _file(stream: BinaryIO, name: str) -> Handed:
    try:
        start = stream.read(SNIFF_BYTES)
        source = source_of_file(stream, name)
        size_bytes = stream.seek(0, 2)
    except OSError as error:
        raise FileUnreadableError(name=name) from error

    def measure() -> Measured:
        # A stick that is pulled out, a file in the cloud that does not come.
        try:
            stream.seek(0)
            return measure_file(stream)
        except OSError as error:
            raise FileUnreadableError(name=name) from error

    return Handed(source=source, start=start, size_bytes=size_bytes, covers="file", measure=measure)
