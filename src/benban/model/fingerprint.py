"""Fingerprints. A questioned one and an original's are different types (HARM 12)."""

import re
from dataclasses import dataclass

from benban.model.ids import ExhibitId, OriginalId

# Two pictures match at or below this distance when both reach the quality (PDQ's own advice);
# compare.copies has the same two of its own, so that the measured method stays as it was.
MATCH_DISTANCE_BITS = 31
MIN_QUALITY = 50
_PDQ_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdq:
    """
    A PDQ hash.

    Attributes:
        hex: 256 bits as 64 hexadecimal digits, most significant first.
        quality: 0..100; below 50 a hash is not used for matching.
    """

    hex: str
    quality: int

    def __post_init__(self) -> None:
        """Refuse what is not a PDQ hash."""
        if not _PDQ_HEX.fullmatch(self.hex) or not 0 <= self.quality <= 100:  # noqa: PLR2004 - percent
            message = "not a PDQ hash"
            raise ValueError(message)

    def distance_bits(self, other: "Pdq") -> int:
        """Return the Hamming distance, 0..256."""
        return (int(self.hex, 16) ^ int(other.hex, 16)).bit_count()


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFingerprint:
    """
    What was measured on one still picture.

    Attributes:
        pdq: hash of the picture upright.
        dihedral: the eight hashes: original, rotate 90, 180, 270, flip-x, flip-y, transpose,
            anti-transpose (PDQ's own order).
        width_px, height_px: after EXIF orientation.
        media_type: from the bytes.
        is_whole: False when the file is damaged and only a part could be read.
    """

    pdq: Pdq
    dihedral: tuple[Pdq, ...]
    width_px: int
    height_px: int
    media_type: str
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedPicture:
    """
    What a fast look at one of very many pictures gave; never kept, handed on or banked.

    Attributes:
        dihedral: the eight hashes, each a few bits from the exact one unless ``is_exact``.
        is_exact: they are those of a :class:`PictureFingerprint`.
        media_type: from the bytes.
    """

    dihedral: tuple[Pdq, ...]
    is_exact: bool
    media_type: str = "image/jpeg"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionedFingerprint:
    """The fingerprint of a suspected fake; only an exhibit with a sighting yields one."""

    exhibit_id: ExhibitId
    picture: PictureFingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalFingerprint:
    """The fingerprint of a declared original; never used to search outside the case."""

    original_id: OriginalId
    picture: PictureFingerprint
