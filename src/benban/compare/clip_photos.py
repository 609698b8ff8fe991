"""Which photo appears in a video, and when, by fingerprint."""

from collections.abc import Sequence
from dataclasses import dataclass

from benban.compare.copies import MATCH_DISTANCE_BITS, MIN_QUALITY
from benban.model.clip import FrameFingerprint, VideoFingerprint
from benban.model.fingerprint import OriginalFingerprint
from benban.model.ids import OriginalId

# Between two frames of one a second, with what a player rounds; longer, and it is shown twice.
_SAME_SHOWING_MS = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoShowing:
    """
    A photo that a video shows without a break that its frames would reveal.

    Attributes:
        from_ms, to_ms: first and last frame that shows it.
        frames: how many do.
        distance_bits: smallest PDQ distance over the eight orientations, 0..31.
        dihedral: the frame's orientation that gave it (``PictureFingerprint.dihedral``).
    """

    original_id: OriginalId
    from_ms: int
    to_ms: int
    frames: int
    distance_bits: int
    dihedral: int


def find_photos(
    video: VideoFingerprint, photos: Sequence[OriginalFingerprint]
) -> tuple[PhotoShowing, ...]:
    """
    Return which of *photos* the video shows as they are, by photo and then by time.

    A crop or a covered part moves the hash too far; what is not found may be there all the same.

    Source: PDQ README (distance 31, quality 50).
    """
    found: list[PhotoShowing] = []
    for photo in photos:
        if photo.picture.pdq.quality < MIN_QUALITY:
            continue
        bits = int(photo.picture.pdq.hex, 16)
        for frame in video.frames:
            distance, dihedral = _nearest(frame, bits)
            if distance <= MATCH_DISTANCE_BITS:
                _note(found, photo.original_id, frame.at_ms, distance, dihedral)
    return tuple(found)


def _nearest(frame: FrameFingerprint, bits: int) -> tuple[int, int]:
    if frame.quality < MIN_QUALITY:
        return 256, 0
    return min(
        ((int(turned, 16) ^ bits).bit_count(), index) for index, turned in enumerate(frame.dihedral)
    )


def _note(
    found: list[PhotoShowing], photo: OriginalId, at_ms: int, distance: int, dihedral: int
) -> None:
    last = found[-1] if found else None
    goes_on = (
        last is not None
        and last.original_id == photo
        and last.dihedral == dihedral
        and at_ms - last.to_ms <= _SAME_SHOWING_MS
    )
    if last is None or not goes_on:
        found.append(
            PhotoShowing(
                original_id=photo,
                from_ms=at_ms,
                to_ms=at_ms,
                frames=1,
                distance_bits=distance,
                dihedral=dihedral,
            )
        )
        return
    found[-1] = PhotoShowing(
        original_id=photo,
        from_ms=last.from_ms,
        to_ms=at_ms,
        frames=last.frames + 1,
        distance_bits=min(last.distance_bits, distance),
        dihedral=dihedral,
    )
