"""
The pieces of a photo's file beside its picture, as the walkers of its containers find them.

All of it is hostile: no length in a file is believed, every walk goes forward only, and what is
taken out is bounded in number and in size. Runs inside the fence only.
"""

import zlib
from dataclasses import dataclass
from enum import Enum, auto

# More than any program writes into one photo; a burst of one phone has some twenty pictures.
MOST_PARTS = 2_000
# What is unpacked of one text or profile.
MOST_UNPACKED_BYTES = 4 * 1024 * 1024


class PartKind(Enum):
    """What a piece is."""

    EXIF = auto()
    XMP = auto()
    IPTC = auto()
    ICC = auto()
    OWNER = auto()
    PLACE = auto()
    TIME = auto()
    PROGRAM = auto()
    TEXT = auto()
    # A small copy of the picture by its very purpose, as a JPEG; empty when it is of another kind.
    THUMBNAIL = auto()
    # Another picture of which only its look tells what it is.
    PICTURE = auto()
    FILM = auto()
    TRAILER = auto()
    CREDENTIALS = auto()
    UNREAD = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    One piece.

    Attributes:
        data: its bytes without what marks them; may be empty.
    """

    kind: PartKind
    data: bytes = b""


def unpacked(data: bytes) -> bytes:
    """Return what a zlib stream unpacks to, at most 4 MB; what is broken ends where it breaks."""
    unpack = zlib.decompressobj()
    try:
        return unpack.decompress(data, MOST_UNPACKED_BYTES)
    except zlib.error:
        return b""
