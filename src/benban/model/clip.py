"""Frames of a video as fingerprints, and which times of two videos show the same."""

import re
from dataclasses import dataclass

from benban.model.fingerprint import Pdq

_HASH = re.compile(r"[0-9a-f]{64}")
# 30,000 years; no honest time is longer.
_MOST_MS = 10**15


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFingerprint:
    """
    What was measured on one frame.

    Attributes:
        number: of the frame among those that could be decoded, from 0.
        at_ms: time since the first frame.
        quality: PDQ's, 0..100; below 50 a hash is not used for matching.
        dihedral: eight hashes as 64 hexadecimal digits, in the order of
            ``PictureFingerprint.dihedral``.
    """

    number: int
    at_ms: int
    quality: int
    dihedral: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what is not a frame's fingerprint."""
        is_fit = self.number >= 0 and 0 <= self.at_ms <= _MOST_MS and 0 <= self.quality <= 100  # noqa: PLR2004 - percent
        if not is_fit or len(self.dihedral) != 8 or not all(map(_HASH.fullmatch, self.dihedral)):  # noqa: PLR2004
            message = "not a frame's fingerprint"
            raise ValueError(message)

    @property
    def pdq(self) -> Pdq:
        """Return the hash of the frame as it stands."""
        return Pdq(hex=self.dihedral[0], quality=self.quality)


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFingerprint:
    """
    The fingerprints of a video's frames: one a second, and one after every cut.

    Attributes:
        frames: in order of time.
        read_ms: time of the last frame that was read.
        is_whole: False when damage or a limit ended the reading before the end.
    """

    frames: tuple[FrameFingerprint, ...]
    read_ms: int
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRange:
    """
    A range of a questioned video that a source shows too, in order.

    Attributes:
        query_from_ms, query_to_ms: first and last frame that agrees.
        source_from_ms, source_to_ms: the same times on the source's clock.
        rate: milliseconds of the source in one of the query, 0.5..2; 2 is twice as fast.
        offset_ms: source time at query time 0; negative where that lies before the source begins.
        agreeing_frames: frames of the query on the line.
        pictures: how many different pictures those are, counted on the side with fewer.
        dihedral: the query's orientation that agrees (``PictureFingerprint.dihedral``).
        log10_chance: of how many lines accident would give with as many pictures.
    """

    query_from_ms: int
    query_to_ms: int
    source_from_ms: int
    source_to_ms: int
    rate: float
    offset_ms: int
    agreeing_frames: int
    pictures: int
    dihedral: int
    log10_chance: float
