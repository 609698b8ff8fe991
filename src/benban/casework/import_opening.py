"""Open what the person hands over: which reader reads it, and how it is measured as received."""

import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from benban.errors import FileUnreadableError
from benban.seal.digests import DigestingStream, Measured, chunks_of, measure_file
from benban.unpack.parts import ConversationReader, Entry, Source
from benban.unpack.reading import conversation_reader_for, source_of_file, source_of_folder

_LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """
    What the person handed over, open for as long as the import lasts.

    Attributes:
        size_bytes: of an archive or a file its own, of a folder that of its files together.
        covers: what :attr:`measure` covers, ``file`` or ``folder``.
        measure: gives size and digests of all of it, as they are now.
        measure_text: the same of its documents alone, without any media.
    """

    source: Source
    reader: ConversationReader
    size_bytes: int
    covers: str
    measure: Callable[[], Measured]
    measure_text: Callable[[], Measured]


@contextmanager
def opened_export(path: Path) -> Iterator[Handed]:
    """
    Give the export at *path*: a folder, an archive or a single file.

    Raises:
        FileUnreadableError: BB-002.
        ImportUnknownError: BB-801, no reader of conversations knows it.
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
        yield _file(stream, source_of_file(stream, path.name))


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


def _folder(source: Source) -> Handed:
    reader = conversation_reader_for(source)
    return Handed(
        source=source,
        reader=reader,
        size_bytes=source.total_bytes,
        covers="folder",
        measure=lambda: measure_entries(source.entries()),
        measure_text=lambda: measure_entries(reader.documents(source)),
    )


def _file(stream: BinaryIO, source: Source) -> Handed:
    reader = conversation_reader_for(source)
    size_bytes = stream.seek(0, 2)

    def measure() -> Measured:
        stream.seek(0)
        return measure_file(stream)

    return Handed(
        source=source,
        reader=reader,
        size_bytes=size_bytes,
        covers="file",
        measure=measure,
        measure_text=lambda: measure_entries(reader.documents(source)),
    )
