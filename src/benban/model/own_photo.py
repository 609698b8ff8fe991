"""One's own photos: where they are public, and what travels with their files."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NewType

from benban.model.fingerprint import Pdq

OwnPhotoId = NewType("OwnPhotoId", str)


class PhotoService(Enum):
    """Where a list of photos came from. A value stands in records for ever."""

    FOLDER = "folder"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    X = "x"
    TIKTOK = "tiktok"
    TELEGRAM = "telegram"
    GOOGLE = "google"


class PhotoPlace(Enum):
    """As what a photo stands there. A value stands in records for ever."""

    PROFILE = "profile"
    COVER = "cover"
    POST = "post"
    STORY = "story"
    ALBUM = "album"
    MESSAGE = "message"
    TAGGED = "tagged"
    BACKUP = "backup"
    UNKNOWN = "unknown"


class Audience(Enum):
    """
    Who can see a photo, as the archive says. A value stands in records for ever.

    ``LIMITED`` is friends, followers or chosen people; ``PRIVATE`` the account alone.
    """

    PUBLIC = "public"
    LIMITED = "limited"
    PRIVATE = "private"
    UNKNOWN = "unknown"


class Trace(Enum):
    """What travels with a photo's file beside its picture. A value stands in records for ever."""

    PLACE = "place"
    SERIAL = "serial"
    OWNER = "owner"
    THUMBNAIL = "thumbnail"
    # It shows more than the picture: what was cropped away or covered later.
    OTHER_THUMBNAIL = "other-thumbnail"
    TIME = "time"
    DEVICE = "device"
    PROGRAM = "program"
    TEXT = "text"
    FILM = "film"
    CREDENTIALS = "credentials"
    # Something that no rule here reads.
    UNREAD = "unread"


class Sorting(Enum):
    """How the person sorted a photo; nothing else decides it."""

    PORTRAIT = "portrait"
    NOT = "not"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingHash:
    """
    A hash of one of one's own photos: a type of its own, so that nothing else takes it (HARM 12).

    Attributes:
        hex: 256 bits as 64 hexadecimal digits, as of a PDQ hash.
        quality: 0..100; below 50 it is not used for grouping.
    """

    hex: str
    quality: int

    def __post_init__(self) -> None:
        """Refuse what is no such hash."""
        Pdq(hex=self.hex, quality=self.quality)

    def distance_bits(self, other: "GroupingHash") -> int:
        """Return the Hamming distance, 0..256."""
        return (int(self.hex, 16) ^ int(other.hex, 16)).bit_count()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingFingerprint:
    """
    What groups one's own photos and nothing else: it is no fingerprint to search or bank with.

    Attributes:
        dihedral: eight hashes, upright first, in the order of PDQ. They were taken while the
            picture was shrunk and lie up to 10 bits from those that other programs make.
    """

    dihedral: tuple[GroupingHash, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFacts:
    """
    What was found out about one file of a photo.

    Attributes:
        media_type: from its first bytes; empty when they show nothing known.
        width_px, height_px: upright, as shown; 0 when it could not be read.
        taken_at_shown: as the file writes it; empty if it does not.
        traces: what travels with it, in the order of :class:`Trace`.
        fingerprint: for grouping one's own photos alone; None where nothing may be hashed and
            where it could not be read.
        problem: code of the error for which it was not looked into; empty if it was.
    """

    media_type: str
    width_px: int
    height_px: int
    taken_at_shown: str = ""
    traces: tuple[Trace, ...] = ()
    fingerprint: GroupingFingerprint | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedPhoto:
    """
    One's own photo with what is known of it and what the person did about it.

    Attributes:
        id: the same for the same file of the same source, so that work goes on after a break.
        source: own name of the folder or archive, untrusted.
        name: of the file in it, untrusted, never used as a path.
        at: when it was posted, else taken, UTC; None if unknown.
        sorting: None until the person decided.
        done: ids of the steps that the person ticked off.
        source_key: tells the source from another of the same name; says nothing to a reader.
    """

    id: OwnPhotoId
    source: str
    name: str
    size_bytes: int
    service: PhotoService
    place: PhotoPlace
    audience: Audience
    audience_shown: str
    album: str
    at: datetime | None
    is_others: bool
    facts: PhotoFacts
    sorting: Sorting | None = None
    done: tuple[str, ...] = ()
    source_key: str = ""
