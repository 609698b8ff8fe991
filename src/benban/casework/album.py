"""
A whole album of originals: every file that can be read is kept once, the others are named.

What is there already is not doubled, so that an album that was interrupted goes on where it was.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from benban.casework.originals import (
    GivenFile,
    SpooledOriginal,
    has_declared_originals,
    is_measured,
    keep_original,
    present_original,
    receive_original,
    require_answers,
)
from benban.errors import (
    BenbanError,
    DeclarationMissingError,
    EmptyFileError,
    FileUnreadableError,
    OriginalLimitError,
    OriginalOfOtherCaseError,
    OriginalUnknownError,
    PictureError,
    SpoolDamagedError,
)
from benban.fingerprint.ports import Decoder
from benban.model.clock import Clock
from benban.model.custody import EventKind, TimestampToken, TokenState
from benban.model.exhibit import Original
from benban.model.ids import Digest
from benban.seal.digests import measure_file
from benban.unpack.source import folder_source
from benban.vault import CaseStore

# Told before each file and at the end how many are done, of how many; may raise to stop.
Progress = Callable[[int, int], None]
Keep = Callable[[SpooledOriginal], Original]

# What is wrong with one file without being wrong with the others.
_OF_ONE_FILE = (
    PictureError,
    OriginalLimitError,
    OriginalOfOtherCaseError,
    OriginalUnknownError,
    FileUnreadableError,
    EmptyFileError,
    SpoolDamagedError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumFile:
    """A file that was named or lies in a folder; opened when its turn comes."""

    name: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """
    Files of an album in their order.

    Attributes:
        refused: links, devices and names that leave their folder; never opened.
    """

    files: tuple[AlbumFile, ...]
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A file that was not kept, by its own name, and why."""

    name: str
    error: BenbanError


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumKept:
    """
    What came of an album.

    Attributes:
        added: new in the case, or kept whole from now on.
        known: were there already.
        left: could not be kept; the others were.
    """

    added: tuple[Original, ...]
    known: tuple[Original, ...]
    left: tuple[LeftOut, ...]


def album_in(paths: Sequence[Path]) -> Album:
    """
    Return the files named, and those in the folders named; none is opened.

    Args:
        paths: in the order in which they were given; of a folder, all within it by their names.

    Raises:
        FileUnreadableError: BB-002, a folder cannot be listed.
        ImportTooLargeError: BB-804, more files than an album holds.
    """
    files: list[AlbumFile] = []
    refused = 0
    for path in paths:
        if not _is_folder(path):
            files.append(AlbumFile(name=path.name, open=_opener(path)))
            continue
        source = folder_source(path)
        refused += len(source.refused)
        files += [AlbumFile(name=one.name, open=one.open) for one in source.entries()]
    return Album(files=tuple(files), refused=refused)


def add_album(
    store: CaseStore,
    files: Iterable[AlbumFile],
    decoder: Decoder,
    clock: Clock,
    *,
    is_in_other_case: Callable[[Digest], bool],
    digests_only: bool = False,
    tell: Progress = lambda _done, _count: None,
) -> AlbumKept:
    """
    Keep every file that is a photo or a video, once; what cannot be kept stops no other.

    Of a person's plain copies the first thirty are kept (HARM 11), in the order given.

    Args:
        store: of the case.
        files: in their order.
        decoder: the fence.
        clock: for the time of the declaration.
        is_in_other_case: tells by SHA-256 whether another case of this vault holds the photo.
        digests_only: keep digests and fingerprints, and nothing of the pictures.
        tell: told how far it is.

    Raises:
        SightingNeededError: BB-112; PermitRefusedError: BB-101; nothing was read.
        DeclarationMissingError: BB-107; nothing was read.
        FenceUnavailableError: BB-306; DiskFullError: BB-410; what was kept before stays.
    """

    def keep(spooled: SpooledOriginal) -> Original:
        return keep_original(
            store,
            spooled,
            decoder,
            clock,
            is_in_other_case=is_in_other_case,
            digests_only=digests_only,
        )

    return _each(store, files, keep, tell, is_enough=lambda one: digests_only or one.is_kept)


def present_album(
    store: CaseStore,
    files: Iterable[AlbumFile],
    decoder: Decoder,
    *,
    tell: Progress = lambda _done, _count: None,
) -> AlbumKept:
    """
    Keep whole the files of which digests were kept; a file that is not one of them is left out.

    Raises:
        SightingNeededError: BB-112; PermitRefusedError: BB-101; nothing was read.
        DeclarationMissingError: BB-107; nothing was read.
    """

    def keep(spooled: SpooledOriginal) -> Original:
        return present_original(store, spooled, decoder)

    return _each(store, files, keep, tell, is_enough=lambda one: one.is_kept)


def _each(
    store: CaseStore,
    files: Iterable[AlbumFile],
    keep: Keep,
    tell: Progress,
    *,
    is_enough: Callable[[Original], bool],
) -> AlbumKept:
    require_answers(store)
    if not has_declared_originals(store):
        raise DeclarationMissingError
    given = tuple(files)
    added: list[Original] = []
    known: list[Original] = []
    left: list[LeftOut] = []
    for done, file in enumerate(given):
        tell(done, len(given))
        try:
            with closing(_opened(file)) as stream:
                found = _found(store, stream, file.name)
                if found is not None and is_enough(found):
                    known.append(found)
                else:
                    added.append(_taken(store, stream, file.name, keep))
        except _OF_ONE_FILE as error:
            left.append(LeftOut(name=file.name, error=error))
    tell(len(given), len(given))
    return AlbumKept(added=tuple(added), known=tuple(known), left=tuple(left))


def _taken(store: CaseStore, stream: BinaryIO, name: str, keep: Keep) -> Original:
    # Only the file's own name is kept, not in which folders of the person it lay.
    given = GivenFile(stream=stream, name=name.rpartition("/")[2])
    spooled = receive_original(store, given)
    try:
        return keep(spooled)
    finally:
        # What was not adopted goes at once: an album may be larger than the disk has room for.
        store.discard(spooled.part)


def _found(store: CaseStore, stream: BinaryIO, name: str) -> Original | None:
    """Return what is kept of exactly these bytes, measured as well; the stream is at its start."""
    try:
        digest = measure_file(stream).sha256
        stream.seek(0)
    except OSError as error:
        raise FileUnreadableError(name=name) from error
    known = next((one for one in store.all(Original) if one.sha256 == digest), None)
    if known is None or known.is_video:
        return known
    # Kept and not measured: the program was stopped in between.
    return known if is_measured(store, known) else None


def _opened(file: AlbumFile) -> BinaryIO:
    try:
        return file.open()
    except OSError as error:
        raise FileUnreadableError(name=file.name) from error


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # nobody may look there, or no name is that long: said when its turn comes


def _opener(path: Path) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        # A pipe or a device would be waited for without end.
        if path.exists() and not path.is_file():
            raise FileUnreadableError(name=path.name)
        return path.open("rb")

    return opened


def uncovered_originals(store: CaseStore) -> int:
    """Return how many declared originals no stamp covers yet."""
    reached = max(
        (
            one.checkpoint_size
            for one in store.all(TimestampToken)
            if one.state is TokenState.STAMPED
        ),
        default=0,
    )
    kept = {one.id for one in store.all(Original)}
    covered = {
        one.subject
        for one in store.events()[:reached]
        if one.kind is EventKind.ORIGINAL_ADDED and one.subject in kept
    }
    return len(kept) - len(covered)
