"""Folders and archives of this computer, opened by their path."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benban.casework.audit_sources import archives_apart
from benban.errors import FileUnreadableError
from benban.unpack.parts import Source
from benban.unpack.reading import source_of_file
from benban.unpack.source import folder_source, key_of_place


def open_place(path: Path, held: ExitStack) -> Source:
    """
    Return a folder, an archive or a single photo; a file stays open as long as *held*.

    Raises:
        FileUnreadableError: BB-002.
        ImportEncryptedError, ImportCutError, ImportTooLargeError, ImportUnsafeError: BB-802,
            BB-810, BB-804, BB-805, see :func:`~benban.unpack.source.zip_source`.
    """
    if path.is_dir():
        return folder_source(path)
    if not path.is_file():
        raise FileUnreadableError(name=path.name)  # a pipe or a device may never end
    try:
        stream = held.enter_context(path.open("rb"))
    except OSError as error:
        raise FileUnreadableError(name=path.name) from error
    return source_of_file(stream, path.name, key_of_place(path))


@contextmanager
def opened_archives(paths: Sequence[Path]) -> Iterator[tuple[tuple[Source, ...], ...]]:
    """
    Give folders and archives, the parts of one archive together; :func:`open_place` may raise.
    """
    with ExitStack() as held:
        yield archives_apart([open_place(path, held) for path in paths])
