"""What was read from a video: what its file claims, and what was found in it."""

from dataclasses import dataclass
from enum import Enum


class Container(Enum):
    """Kinds of video files that are read; everything else is refused before it is opened."""

    MOV = "mov"
    MATROSKA = "matroska"
    AVI = "avi"
    MPEG_TS = "mpegts"
    FLV = "flv"


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFacts:
    """
    Facts of one video. What is claimed stands in its header and anyone can write it.

    Attributes:
        codec: the decoder's name of the first moving picture's coding, e.g. ``h264``.
        width_px, height_px: of the first picture that was decoded, upright; as claimed where none
            was.
        claimed_duration_ms, found_duration_ms: None where the file does not say or it cannot be
            told; a claim may be negative or absurd and is kept as it is.
        claimed_frame_rate: ``n/d`` frames per second; empty where the file does not say.
        claimed_frames: None where the file does not say.
        found_frames: coded pictures met while reading to the end.
        is_counted_whole: False when reading stopped at a limit or at damage; what was found is
            then the part that was read.
        is_shown: a key frame could be decoded, so that a veiled still can be made.
        has_sound: there is at least one track of sound.
    """

    container: Container
    codec: str
    width_px: int
    height_px: int
    claimed_duration_ms: int | None
    found_duration_ms: int | None
    claimed_frame_rate: str
    claimed_frames: int | None
    found_frames: int
    is_counted_whole: bool
    is_shown: bool
    has_sound: bool
