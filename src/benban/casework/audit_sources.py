"""Open the folders and archives that the person names, the parts of one archive together."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benban.errors import (
    FileUnreadableError,
    ImportCutError,
    ImportUnsafeError,
    OwnArchiveDamagedError,
)
from benban.unpack.own_photos.joined import archive_name
from benban.unpack.parts import Source
from benban.unpack.reading import source_of_file, source_of_folder
from benban.unpack.source import key_of_place

Archive = tuple[Source, ...]


@contextmanager
def opened_archives(paths: Sequence[Path]) -> Iterator[tuple[Archive, ...]]:
    """
    Give what was named, each with its parts, in the order given; closed at the end.

    A place that is named twice is given once.

    Args:
        paths: folders, zips and single photos. Zips in one folder that are numbered at the end are
            one archive.

    Raises:
        FileUnreadableError: BB-002, it is not there, is no file, or a folder cannot be listed.
        ImportEncryptedError, ImportTooLargeError: BB-802, BB-804.
        OwnArchiveDamagedError: BB-902, its end is missing, or it contradicts itself.
    """
    archives: dict[tuple[Path, str], dict[str, Source]] = {}
    with ExitStack() as streams:
        for path in paths:
            source = _source(streams, path)
            archive = archives.setdefault((path.resolve().parent, _archive_of(path)), {})
            archive.setdefault(source.key, source)
        yield tuple(tuple(parts.values()) for parts in archives.values())


def _archive_of(path: Path) -> str:
    return path.resolve().name if path.is_dir() else archive_name(path.resolve().name)


def _source(streams: ExitStack, path: Path) -> Source:
    if path.is_dir():
        return source_of_folder(path)
    if not path.is_file():
        raise FileUnreadableError(name=path.name)  # a pipe or a device may never end
    try:
        stream = streams.enter_context(path.open("rb"))
        return source_of_file(stream, path.name, key_of_place(path))
    except OSError as error:
        raise FileUnreadableError(name=path.name) from error
    except (ImportCutError, ImportUnsafeError) as error:
        # Those offer to keep the file as evidence, which is not for one's own photos, nor under 18.
        raise OwnArchiveDamagedError(name=path.name) from error
