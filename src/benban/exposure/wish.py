"""What the person asks of a safer copy, and what was done."""

import unicodedata
from dataclasses import dataclass
from enum import Enum

from benban.errors import MarkRefusedError, RawPictureError

# Below this nobody could use the copy; above it no picture is decoded (fingerprint.decode).
SMALLEST_SIDE_PX = 64
LARGEST_SIDE_PX = 20_000
# A line along an edge; longer text would be too small to read.
MARK_LETTERS = 80
# More than any phone writes into one picture; the fence takes no more either.
MAX_PHOTO_BYTES = 96 * 1024 * 1024

# Letters that are not seen, or that turn the order of others.
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# TIFF in both byte orders (also DNG, NEF, CR2, ARW, PEF), BigTIFF, then Olympus, Panasonic, Fuji,
# Sigma and Minolta: the first bytes as the makers' programs write them.
_RAW_BEGINNINGS = (
    *(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    *(b"IIRO", b"IIRS", b"IIU\0", b"FUJIFILMCCD-RAW", b"FOVb", b"\0MRM"),
)


class Redrawn(Enum):
    """Why a copy was decoded and written anew instead of being copied as it is."""

    KIND = "kind"
    SMALLER = "smaller"
    MARKED = "marked"
    TURNED = "turned"
    COLOURS = "colours"
    CODING = "coding"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaferWish:
    """
    What is asked.

    Attributes:
        max_side_px: the longer side at most; 0: as it is.
        mark: one line drawn at the lower edge, in NFC; empty: none.
    """

    max_side_px: int = 0
    mark: str = ""


def parse_mark(untrusted_text: str) -> str:
    """
    Return the text of a mark in NFC, without spaces around it.

    Raises:
        MarkRefusedError: BB-923, nothing to draw, more than 80 letters, or letters not seen.
    """
    text = unicodedata.normalize("NFC", untrusted_text.strip())
    if not 0 < len(text) <= MARK_LETTERS:
        raise MarkRefusedError(letters=MARK_LETTERS)
    if any(unicodedata.category(letter) in _UNSEEN for letter in text):
        raise MarkRefusedError(letters=MARK_LETTERS)
    return text


def require_no_raw(untrusted_photo: bytes) -> None:
    """
    Return if the bytes are not those of a camera's raw picture or a TIFF.

    Raises:
        RawPictureError: BB-921.
    """
    is_canon = untrusted_photo[4:12] == b"ftypcrx "
    if is_canon or untrusted_photo.startswith(_RAW_BEGINNINGS):
        raise RawPictureError
