"""What every import begins with: the attempt in the log, and what was handed over, measured."""

import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from io import SEEK_END
from pathlib import Path
from typing import BinaryIO, cast

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
from benban.seal.digests import DigestingStream, Measured
from benban.seal.sinks import ByteSink
from benban.unpack.parts import Entry, Source
from benban.unpack.pinned import PinnedEntry, PinnedFile, Pinning
from benban.unpack.reading import source_of_file, source_of_folder
from benban.unpack.source import with_entries
from benban.vault import CaseStore

_ACT = "import"
_LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """
    What the person handed over, open for as long as the import lasts.

    Attributes:
        source: gives exactly the bytes that :attr:`received` covers, or raises
            ``ImportChangedError`` (BB-808); of what is not covered, what is there.
        start: its first bytes; none of a folder.
        size_bytes: of an archive or a file its own, of a folder that of its files together.
        covers: what :attr:`received` covers: ``file``, ``folder``, ``text`` or nothing.
        received: size and digests as it was received; None when it was not digested.
        blanked_count: pictures written into a text, which no digest covers.
        require_unchanged: reads what is covered once more; raises ``ImportChangedError``.
    """

    source: Source
    start: bytes
    size_bytes: int
    covers: str = ""
    received: Measured | None = None
    blanked_count: int = 0
    require_unchanged: Callable[[], None] = field(default=lambda: None, repr=False, compare=False)


@contextmanager
def opened_export(path: Path, *, is_digested: bool) -> Iterator[Handed]:
    """
    Give what lies at *path*: a folder, an archive or a single file.

    Args:
        path: untrusted.
        is_digested: whether pictures in it may be digested (HARM 2).

    Raises:
        FileUnreadableError: BB-002.
        ImportChangedError: BB-808, it changed while it was digested.
        ImportEncryptedError, ImportTooLargeError, ImportUnsafeError: BB-802, BB-804, BB-805.
        ImportCutError: BB-810, its end is missing.
    """
    try:
        mode = path.stat().st_mode
        # Opening a pipe would wait for ever.
        # Without a buffer: what was swapped meanwhile must not be hidden by one.
        stream = path.open("rb", buffering=0) if stat.S_ISREG(mode) else None
    except OSError as error:
        raise FileUnreadableError(name=path.name) from error
    if stat.S_ISDIR(mode):
        yield _folder(source_of_folder(path), is_digested=is_digested)
        return
    if stream is None:
        raise FileUnreadableError(name=path.name)
    with stream:
        yield _file(cast("BinaryIO", stream), path.name, is_digested=is_digested)


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


def documents_digested(handed: Handed, documents: Iterable[Entry]) -> Handed:
    """
    Return *handed* with its *documents* alone digested: without a permit no picture is (HARM 2).

    Pictures written into them are neither digested nor given.

    Raises:
        FileUnreadableError: BB-002, one of them cannot be read.
        ImportDamagedError: BB-803, a member of an archive is not what its headers say.
        ImportChangedError: BB-808, it changed while it was digested.
    """
    return _held(handed, documents, "text", Pinning().text)


def _permit(store: CaseStore, sighting: Sighting) -> StoragePermit | None:
    try:
        return store.case.storage_permit(sighting)
    except (PermitRefusedError, KindNotCapturedError):
        return None


def _folder(source: Source, *, is_digested: bool) -> Handed:
    handed = Handed(source=source, start=b"", size_bytes=source.total_bytes)
    if not is_digested:
        return handed
    return _held(handed, source.entries(), "folder", Pinning().entry)


def _held(
    handed: Handed,
    entries: Iterable[Entry],
    covers: str,
    pin: Callable[[Entry, ByteSink], PinnedEntry],
) -> Handed:
    """Return *handed* with *entries* held fast and digested (docs/reference/import-format.md)."""
    digest = DigestingStream()
    held: list[PinnedEntry] = []
    for entry in entries:
        name = entry.name.encode("utf-8", errors="surrogateescape")
        digest.write(len(name).to_bytes(_LENGTH_BYTES, "big") + name)
        digest.write(entry.size_bytes.to_bytes(_LENGTH_BYTES, "big"))
        try:
            held.append(pin(entry, digest))
        except OSError as error:
            raise FileUnreadableError(name=entry.name.rpartition("/")[2]) from error

    def require_unchanged() -> None:
        for one in held:
            try:
                one.require_unchanged()
            except OSError as error:
                raise FileUnreadableError(name=one.entry.name.rpartition("/")[2]) from error

    return replace(
        handed,
        source=with_entries(handed.source, [one.entry for one in held]),
        covers=covers,
        received=digest.measured(),
        blanked_count=sum(one.taken_count for one in held),
        require_unchanged=require_unchanged,
    )


def _file(stream: BinaryIO, name: str, *, is_digested: bool) -> Handed:
    digest = DigestingStream()
    held: PinnedFile | None = None
    # A stick that is pulled out, a file in the cloud that does not come.
    try:
        start = stream.read(SNIFF_BYTES)
        size_bytes = stream.seek(0, SEEK_END)
        if is_digested:
            held = Pinning().file(stream, digest)
        source = source_of_file(held.stream if held else stream, name)
    except OSError as error:
        raise FileUnreadableError(name=name) from error
    handed = Handed(source=source, start=start, size_bytes=size_bytes)
    if held is None:
        return handed
    return replace(
        handed,
        covers="file",
        received=digest.measured(),
        require_unchanged=partial(_require_unchanged, held, name),
    )


def _require_unchanged(held: PinnedFile, name: str) -> None:
    try:
        held.require_unchanged()
    except OSError as error:
        raise FileUnreadableError(name=name) from error
