"""
The text in a screenshot, read by a machine: kept beside it and never taken for what was seen.

It never runs without a permit: the picture is opened for it (DESIGN promise 3).
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from benban.casework.events import event, open_field
from benban.errors import BenbanError, DiskFailedError, DiskFullError, NotAPictureError
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.ids import ExhibitId, new_exhibit_id
from benban.model.sighting import Sighting
from benban.vault import CaseStore

_ACT = "read text from a picture by machine"
# Whole screens of phones fit at their full size, doubled for small letters.
_MAX_SIDE_PX = 4000
# The first line of what is kept, so that it cannot be printed without it; in both languages,
# because the text goes wherever the case goes.
_NOTICE = (
    "Máy đọc từ ảnh chụp màn hình, có thể sai; hãy so với ảnh. "
    "Read by a machine from a screenshot, may be wrong; compare with the picture."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """
    What a program read from a picture.

    Attributes:
        program: its name and version.
        languages: those it read with, e.g. ``vie``.
    """

    text: str
    program: str
    languages: tuple[str, ...]


class TextReader(Protocol):
    """Reads text from pictures that the fence made anew."""

    def read(self, png: bytes) -> ReadText:
        """
        Return the text in *png*.

        Raises:
            TextReaderMissingError: BB-830, no such program or no language data here.
            TextReaderFailedError: BB-831, it broke off or took too long.
        """
        ...


class PictureCopier(Protocol):
    """Makes a picture from outside anew, in the fence."""

    def grey_copy(self, picture: BinaryIO, max_side_px: int) -> bytes:
        """
        Return the picture in grey as PNG.

        Raises:
            PictureError: BB-301 to BB-305.
            FenceUnavailableError: BB-306.
        """
        ...


def read_screen_text(
    store: CaseStore,
    exhibit_id: ExhibitId,
    *,
    copier: PictureCopier,
    reader: TextReader,
    clock: Clock,
) -> Exhibit:
    """
    Return the text of a picture as an exhibit; of a picture that was read before, that one.

    The attempt stands in the log, and so does the reason when it came to nothing.

    Raises:
        ExhibitMissingError: BB-104.
        PermitRefusedError: BB-101; the picture was not opened.
        KindNotCapturedError: BB-105; the picture was not opened.
        NotAPictureError: BB-832; it was not opened.
        BenbanError: BB-301 to BB-307, BB-830, BB-831: it could not be read.
    """
    picture = store.get(Exhibit, exhibit_id)
    permit = store.case.storage_permit(store.get(Sighting, picture.sighting_id))
    if not picture.media_type.startswith("image/"):
        raise NotAPictureError
    known = text_of_picture(store, exhibit_id)
    if known is not None:
        return known
    store.record(event(EventKind.ATTEMPT, picture.id, open_field("act", _ACT)))
    try:
        with store.open_exhibit(exhibit_id) as file:
            copy = copier.grey_copy(file, _MAX_SIDE_PX)
        found = reader.read(copy)
    except BenbanError as error:
        act, reason = open_field("act", _ACT), open_field("reason", error.code)
        with suppress(DiskFullError, DiskFailedError):
            store.record(event(EventKind.ATTEMPT_FAILED, picture.id, act, reason))
        raise
    part = store.spool("text").open_part()
    try:
        part.write(_written(found).encode())
        spooled = part.finish()
    finally:
        part.discard()
    exhibit = Exhibit(
        id=new_exhibit_id(),
        kind=ExhibitKind.MACHINE_READ_TEXT,
        sighting_id=picture.sighting_id,
        media_type="text/plain",
        claimed_media_type="",
        size_bytes=spooled.size_bytes,
        sha256=spooled.sha256,
        sha512=spooled.sha512,
        taken_in_at=clock.now(),
        derived_from=(picture.id,),
    )
    return store.adopt(spooled, exhibit, permit)


def text_of_picture(store: CaseStore, exhibit_id: ExhibitId) -> Exhibit | None:
    """Return the text that was read from a picture; None if none was."""
    for exhibit in store.all(Exhibit):
        if exhibit.kind is ExhibitKind.MACHINE_READ_TEXT and exhibit_id in exhibit.derived_from:
            return exhibit
    return None


def read_kept_text(store: CaseStore, exhibit: Exhibit) -> str:
    """Return the text as kept, with the line that says that a machine read it."""
    with store.open_exhibit(exhibit.id) as file:
        return file.read().decode()


def _written(found: ReadText) -> str:
    languages = "+".join(found.languages)
    lines = [" ".join(line.split()) for line in found.text.splitlines()]
    body = "\n".join(_printable(line) for line in lines).strip("\n")
    return f"{_NOTICE}\n{found.program}, {languages}\n\n{body}\n"


def _printable(line: str) -> str:
    return "".join(one for one in line if one.isprintable())
