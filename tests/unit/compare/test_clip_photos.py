import io
from functools import cache

import numpy as np

from benban.compare.clip_photos import find_photos
from benban.fingerprint.frames import fingerprint_video
from benban.fingerprint.pdq import hash_picture
from benban.model.clip import VideoFingerprint
from benban.model.fingerprint import OriginalFingerprint, PictureFingerprint
from benban.model.ids import OriginalId
from benban.testing.clips import HEIGHT_PX, PER_SECOND, WIDTH_PX, code_video
from benban.testing.drawings import Picture, draw


def _photo(seed: int) -> Picture:
    return draw("shapes", seed=seed, width_px=WIDTH_PX, height_px=HEIGHT_PX)


def _original(seed: int) -> OriginalFingerprint:
    pdq, dihedral = hash_picture(_photo(seed))
    return OriginalFingerprint(
        original_id=OriginalId(f"photo-{seed}"),
        picture=PictureFingerprint(
            pdq=pdq,
            dihedral=dihedral,
            width_px=WIDTH_PX,
            height_px=HEIGHT_PX,
            media_type="image/png",
            is_whole=True,
        ),
    )


@cache
def _slides() -> VideoFingerprint:
    """Photo 1 for three seconds, 2 in the mirror for two, and 1 again for two."""
    mirrored = np.ascontiguousarray(_photo(2)[:, ::-1])
    shown = [(_photo(1), 3), (mirrored, 2), (_photo(1), 2)]
    frames = [rgb for rgb, seconds in shown for _ in range(seconds * PER_SECOND)]
    return fingerprint_video(io.BytesIO(code_video(frames)))


def test_each_showing_of_a_photo_has_its_times() -> None:
    (found,) = find_photos(_slides(), [_original(1), _original(3)])

    assert found.original_id == "photo-1"
    assert [(one.from_ms, one.to_ms, one.frames) for one in found.showings] == [
        (0, 2000, 3),
        (5000, 6000, 2),
    ]


def test_a_mirrored_photo_is_found_and_its_orientation_said() -> None:
    ((found,),) = (one.showings for one in find_photos(_slides(), [_original(2)]))

    assert (found.from_ms, found.to_ms, found.dihedral) == (3000, 4000, 5)


def test_a_photo_of_something_else_is_not_found() -> None:
    assert find_photos(_slides(), [_original(3), _original(4)]) == ()
