"""A photo that somebody's own folder or account archive lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from benban.model.own_photo import Audience, PhotoPlace, PhotoService
from benban.unpack.parts import Entry, Source, Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPhoto:
    """
    One photo, as the folder or the archive describes it; none of its bytes.

    Attributes:
        position: 0-based ordinal among what one reading yields.
        entry: holds it; None when the archive speaks of it and no file came with it.
        name: of the entry, or as the archive calls it; untrusted.
        audience_shown: the archive's own word; empty where it says nothing.
        album: as the archive calls it; empty if it names none.
        at: when it was posted, else taken, UTC; None if the archive does not say.
        at_shown: the same as the archive writes it.
        is_others: somebody else took, sent or posted it; left out unless asked for.
        belongs_to: name of the entry of which this one is a part (the film of a Live Photo, the
            RAW beside a JPEG); empty for a photo on its own.
    """

    position: int
    entry: Entry | None
    name: str
    service: PhotoService
    place: PhotoPlace = PhotoPlace.UNKNOWN
    audience: Audience = Audience.UNKNOWN
    audience_shown: str = ""
    album: str = ""
    at: datetime | None = None
    at_shown: str = ""
    is_others: bool = False
    belongs_to: str = ""


OwnPart: TypeAlias = OwnPhoto | Unread


class OwnPhotoReader(Protocol):
    """The archive of one service: what it looks like, and the photos in it one by one."""

    @property
    def service(self) -> PhotoService:
        """Whose archive it reads."""
        ...

    def recognises(self, source: Source) -> bool:
        """Return whether *source* looks like it, from names and first bytes only."""
        ...

    def photos(self, source: Source) -> Iterator[OwnPart]:
        """
        Yield every photo once, in an order that is the same every time.

        Memory does not grow with the bytes of the pictures; none of them is opened. A list that
        cannot be read is an :class:`~benban.unpack.parts.Unread`, and the pictures it would have
        named come with ``Audience.UNKNOWN``.
        """
        ...
