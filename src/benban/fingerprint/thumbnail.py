"""
Whether a small picture inside a photo's file shows more than the photo. Runs inside the fence only.

Both are compared in grey at the size of a thumbnail; nothing is hashed. It shows the same when it
agrees with the whole photo, or with its middle; black bars around it are left out first. It shows
more when the photo is found in a part of it, or when a part of both differs.
"""

from dataclasses import dataclass
from enum import Enum, auto
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benban.fingerprint.decode import BROKEN

Plane = NDArray[np.float32]

_LONG_SIDE = 64
# The photo is shrunk once to this, not anew for every place where it is looked for.
_PHOTO_SIDE_PX = 256
_MOST_PIXELS = 4_000_000
# Of agreement (correlation), -1..1: a thumbnail of the same picture reaches 0.97 and more after
# being shrunk and coded by another program; two pictures of one scene stay below 0.8.
_AGREES, _FOUND_INSIDE, _BETTER = 0.90, 0.93, 0.02
_BAR_LEVEL = 24
_ASPECT = 0.03
_SCALES = tuple(scale / 100 for scale in range(40, 98, 3))
# In cells of 4 x 4 pixels: how many grey levels differ, and how many such cells are a patch.
_CELL, _LEVELS, _PATCH_CELLS = 4, 28.0, 3


class Shows(Enum):
    """What a small picture shows."""

    SAME = auto()
    MORE = auto()
    # Another thing altogether: a map of depth, another shot.
    OTHER = auto()
    UNREAD = auto()


def judge_small(small: bytes, photo: NDArray[np.uint8]) -> Shows:
    """
    Return what the small picture in *small* shows beside *photo*.

    Args:
        small: a JPEG, as it lies in the file.
        photo: height x width, grey, upright.
    """
    plane = _grey(small)
    if plane is None or min(photo.shape) < 16:  # noqa: PLR2004 - nothing to be compared
        return Shows.UNREAD
    scale = min(1.0, _PHOTO_SIDE_PX / max(photo.shape))
    size = max(1, round(photo.shape[1] * scale)), max(1, round(photo.shape[0] * scale))
    photo = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)
    # One turn that shows the same decides: the likeliest is asked first, the others cost the most.
    turned = [_laid_beside(np.ascontiguousarray(np.rot90(plane, k)), photo) for k in range(4)]
    best = Shows.OTHER
    for laid in sorted(turned, key=lambda one: -one.agreement):
        found = _judge(laid, photo)
        if found is Shows.SAME:
            return found
        best = found if found is Shows.MORE else best
    return best


def _grey(small: bytes) -> NDArray[np.uint8] | None:
    try:
        with Image.open(BytesIO(small), formats=("JPEG",)) as picture:
            if picture.width * picture.height > _MOST_PIXELS or min(picture.size) < 16:  # noqa: PLR2004
                return None
            return np.array(picture.convert("L"))
    except BROKEN:
        return None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Laid:
    """A small picture without its bars, and both at the size of a thumbnail."""

    small: NDArray[np.uint8]
    seen: Plane
    middle: Plane
    agreement: float


def _laid_beside(small: NDArray[np.uint8], photo: NDArray[np.uint8]) -> _Laid:
    small = _without_bars(small, photo.shape[1] / photo.shape[0])
    size = _size_of(small)
    seen = _shrunk(small, size)
    middle = _shrunk(_middle(photo, small.shape[1] / small.shape[0]), size)
    return _Laid(small=small, seen=seen, middle=middle, agreement=_correlation(seen, middle))


def _judge(laid: _Laid, photo: NDArray[np.uint8]) -> Shows:
    small, seen, agreement = laid.small, laid.seen, laid.agreement
    if _aspect(small) - _aspect(photo) > _ASPECT or _aspect(photo) - _aspect(small) > _ASPECT:
        inside = _found_inside(seen, photo)
    else:
        inside = _found_inside(seen, photo) if agreement < 1 - _BETTER else 0.0
    if inside >= _FOUND_INSIDE and inside > agreement + _BETTER:
        return Shows.MORE
    if agreement < _AGREES:
        return Shows.MORE if agreement > 0.5 and _has_patch(seen, laid.middle) else Shows.OTHER  # noqa: PLR2004
    return Shows.MORE if _has_patch(seen, laid.middle) else Shows.SAME


def _aspect(plane: NDArray[np.uint8]) -> float:
    return float(np.log(plane.shape[1] / plane.shape[0]))


def _without_bars(small: NDArray[np.uint8], aspect: float) -> NDArray[np.uint8]:
    """Return *small* without the black bars that make up for another shape of the photo."""
    height, width = small.shape
    if abs(width / height / aspect - 1) <= _ASPECT:
        return small
    if aspect > width / height:
        bar = round((height - width / aspect) / 2)
        bars, inner = (
            (small[: bar - 1], small[height - bar + 1 :]),
            small[bar + 1 : height - bar - 1],
        )
    else:
        bar = round((width - height * aspect) / 2)
        bars, inner = (
            (small[:, : bar - 1], small[:, width - bar + 1 :]),
            small[:, bar + 1 : width - bar - 1],
        )
    is_dark = all(part.size and part.mean() < _BAR_LEVEL for part in bars)
    return inner if is_dark and min(inner.shape) >= 8 else small  # noqa: PLR2004 - something is left


def _middle(photo: NDArray[np.uint8], aspect: float) -> NDArray[np.uint8]:
    height, width = photo.shape
    if abs(width / height / aspect - 1) <= _ASPECT:
        return photo
    if width / height > aspect:
        left = int(width - height * aspect) // 2
        return photo[:, left : width - left]
    top = int(height - width / aspect) // 2
    return photo[top : height - top]


def _size_of(small: NDArray[np.uint8]) -> tuple[int, int]:
    height, width = small.shape
    scale = _LONG_SIDE / max(height, width)
    return max(12, round(width * scale)), max(12, round(height * scale))


def _shrunk(plane: NDArray[np.uint8], size: tuple[int, int]) -> Plane:
    shrunk = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(shrunk.astype(np.float32), (3, 3), 0), np.float32)


def _correlation(first: Plane, second: Plane) -> float:
    a, b = first - first.mean(), second - second.mean()
    norm = float(np.sqrt((a * a).sum() * (b * b).sum()))
    # Two even planes show the same; an even one and another do not.
    return float((a * b).sum()) / norm if norm > 1e-3 else float(np.allclose(a, b, atol=8))  # noqa: PLR2004


def _found_inside(seen: Plane, photo: NDArray[np.uint8]) -> float:
    """Return the best agreement of the whole photo with a part of what the small picture shows."""
    height, width = seen.shape
    aspect = photo.shape[1] / photo.shape[0]
    best = 0.0
    for scale in _SCALES:
        across = min(width * scale, height * scale * aspect)
        size = round(across), round(across / aspect)
        if min(size) < 12:  # noqa: PLR2004 - too little to be sure
            continue
        found = cv2.matchTemplate(seen, _shrunk(photo, size), cv2.TM_CCOEFF_NORMED)
        best = max(best, float(np.nan_to_num(found).max()))
    return best


def _has_patch(seen: Plane, photo: Plane) -> bool:
    """Return whether a part differs after the tones were brought to one another."""
    is_like = np.ones(seen.shape, bool)
    rest: Plane = np.zeros_like(seen)
    for _ in range(3):
        if is_like.sum() < seen.size // 4:
            break
        tones = np.polyfit(seen[is_like].astype(np.float64), photo[is_like], 1)
        rest = np.abs(np.polyval(tones, seen) - photo).astype(np.float32)
        is_like = rest <= max(12.0, 2 * float(np.median(rest)))
    height, width = seen.shape[:2]
    rows, columns = height // _CELL * _CELL, width // _CELL * _CELL
    cells = rest[:rows, :columns].reshape(rows // _CELL, _CELL, columns // _CELL, _CELL)
    different = (cells.mean(axis=(1, 3)) > _LEVELS).astype(np.uint8)
    _, _, facts, _ = cv2.connectedComponentsWithStats(different, connectivity=4)
    return bool((facts[1:, cv2.CC_STAT_AREA] >= _PATCH_CELLS).any())
