"""Artefacts on their way into the vault: written to the spool, read back, then adopted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Generic

from benban.capture.media_types import SNIFF_BYTES, UNKNOWN, sniff_media_type
from benban.capture.ports import Part, PartT, Spool, SpoolPart
from benban.capture.read_back import read_back
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.ids import CaptureId, ExhibitId, SightingId, new_exhibit_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """
    What an artefact is, before its bytes are counted.

    Attributes:
        media_type: empty to find it out from the bytes.
    """

    kind: ExhibitKind
    media_type: str
    source_address: str
    made_at: datetime
    claimed_media_type: str = ""
    derived_from: tuple[ExhibitId, ...] = ()
    contains_media: bool = False


class Keeper(Generic[PartT]):
    """
    Takes artefacts in for one capture.

    Args:
        spool: encrypted room.
        on_part: keeps a finished part as an exhibit.
        sighting_id, capture_id: what they belong to.
    """

    def __init__(
        self,
        *,
        spool: Spool[PartT],
        on_part: Callable[[Part[PartT]], Exhibit],
        sighting_id: SightingId,
        capture_id: CaptureId,
    ) -> None:
        self._spool = spool
        self._on_part = on_part
        self._sighting_id = sighting_id
        self._capture_id = capture_id
        self.adopted: list[ExhibitId] = []

    def open_part(self) -> SpoolPart[PartT]:
        """Return a new part, for what is written while other parts are."""
        return self._spool.open_part()

    def spool(self, write: Callable[[SpoolPart[PartT]], None]) -> PartT:
        """
        Return what *write* wrote, finished and read back; what it left half-written is discarded.

        Raises:
            SpoolDamagedError: BB-213.
        """
        part = self._spool.open_part()
        try:
            write(part)
            spooled = part.finish()
        finally:
            part.discard()
        read_back(spooled)
        return spooled

    def adopt(self, spooled: PartT, draft: Draft) -> Exhibit:
        """Return the exhibit that was made of *spooled*."""
        exhibit = self._on_part(Part(spooled=spooled, exhibit=self._exhibit(spooled, draft)))
        self.adopted.append(exhibit.id)
        return exhibit

    def keep_bytes(self, data: bytes, draft: Draft) -> Exhibit:
        """Return the exhibit that was made of *data*."""

        def write(part: SpoolPart[PartT]) -> None:
            part.write(data)

        return self.adopt(self.spool(write), draft)

    def _exhibit(self, spooled: PartT, draft: Draft) -> Exhibit:
        media_type = draft.media_type or media_type_of(spooled.open()) or UNKNOWN
        return Exhibit(
            id=new_exhibit_id(),
            kind=draft.kind,
            sighting_id=self._sighting_id,
            media_type=media_type,
            claimed_media_type=draft.claimed_media_type,
            size_bytes=spooled.size_bytes,
            sha256=spooled.sha256,
            sha512=spooled.sha512,
            taken_in_at=draft.made_at,
            source_address=draft.source_address,
            capture_id=self._capture_id,
            derived_from=draft.derived_from,
            contains_media=draft.contains_media,
        )


def media_type_of(file: BinaryIO) -> str:
    """Return the media type by the first bytes of *file*, which is closed."""
    with file:
        return sniff_media_type(file.read(SNIFF_BYTES))
