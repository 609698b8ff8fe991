"""Which photo appears in a video, and when, by fingerprint."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from benban.compare.copies import MATCH_DISTANCE_BITS, MIN_QUALITY
from benban.model.clip import FrameFingerprint, VideoFingerprint
from benban.model.finding import Showing
from benban.model.fingerprint import OriginalFingerprint
from benban.model.ids import OriginalId

# Between two frames of one a second, with what a player rounds; longer, and it is shown twice.
_SAME_SHOWING_MS = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPhoto:
    """A photo that a video shows, and every time it does; at least one."""

    original_id: OriginalId
    showings: tuple[Showing, ...]


def find_photos(
    video: VideoFingerprint, photos: Sequence[OriginalFingerprint]
) -> tuple[ShownPhoto, ...]:
    """
    Return which of *photos* the video shows as they are, in the order given.

    A crop or a covered part moves the hash too far; what is not found may be there all the same.

    Source: PDQ README (distance 31, quality 50).
    """
    found: list[ShownPhoto] = []
    for photo in photos:
        if photo.picture.pdq.quality < MIN_QUALITY:
            continue
        bits = int(photo.picture.pdq.hex, 16)
        showings: list[Showing] = []
        for frame in video.frames:
            distance, dihedral = _nearest(frame, bits)
            if distance <= MATCH_DISTANCE_BITS:
                _note(showings, frame.at_ms, distance, dihedral)
        if showings:
            found.append(ShownPhoto(original_id=photo.original_id, showings=tuple(showings)))
    return tuple(found)


def _nearest(frame: FrameFingerprint, bits: int) -> tuple[int, int]:
    if frame.quality < MIN_QUALITY:
        return 256, 0
    return min(
        ((int(turned, 16) ^ bits).bit_count(), index) for index, turned in enumerate(frame.dihedral)
    )


def _note(found: list[Showing], at_ms: int, distance: int, dihedral: int) -> None:
    last = found[-1] if found else None
    if last is None or last.dihedral != dihedral or at_ms - last.to_ms > _SAME_SHOWING_MS:
        now = Showing(
            from_ms=at_ms, to_ms=at_ms, frames=1, distance_bits=distance, dihedral=dihedral
        )
        found.append(now)
        return
    found[-1] = replace(
        last,
        to_ms=at_ms,
        frames=last.frames + 1,
        distance_bits=min(last.distance_bits, distance),
    )
