"""Points of a picture for the index: taken evenly over its area and over its octaves."""

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.local import Grey
from benban.compare.packed import PackedPoints, count_alike, pack_descriptors
from benban.compare.pair import Picture, working_copy

# Of an original; a questioned picture has less of it and more around it.
_ORIGINAL_POINTS, _QUESTIONED_POINTS = 500, 700
_ORIGINAL_SIDE_PX = 640
# Of a questioned picture so many are looked at. So many are kept as their turn comes; the other
# places go to those that repeat themselves least.
_LOOKED_AT, _KEPT_IN_TURN = 2000, 400
# As for the comparison itself (compare.local).
_CONTRAST = 0.015
_MIN_SIDE_PX = 24
_TILES, _OCTAVES = 4, 5
# Diameter of the finest points.
_FINEST_PX = 2.0


def describe_original(rgb: Picture) -> PackedPoints:
    """Return the points that the index keeps of an original."""
    return _describe(working_copy(rgb, _ORIGINAL_SIDE_PX), _ORIGINAL_POINTS)


def describe_questioned(rgb: Picture) -> PackedPoints:
    """Return the points of a questioned picture, in pixels of the comparison's working copy."""
    points = _describe(working_copy(rgb), _LOOKED_AT)
    repeats = count_alike(points.codes)
    # A weave repeats itself; within a power of two the turn decides.
    order = np.floor(np.log2(np.maximum(repeats, 1)))
    order[:_KEPT_IN_TURN] = -1
    return points.only(np.argsort(np.argsort(order, kind="stable")) < _QUESTIONED_POINTS)


def _describe(copy: Picture, limit: int) -> PackedPoints:
    """
    Return at most *limit* points of a working copy.

    What a tile of a picture would give beside the whole are the same points again; what matters is
    which are kept. Each of 16 tiles and 5 octaves gives its strongest in turn.
    """
    grey = np.asarray(cv2.cvtColor(copy, cv2.COLOR_RGB2GRAY), np.uint8)
    # All of them take part: a weave laid over a picture has thousands of strong ones, of one size.
    keypoints = _detected(grey)
    kept = [keypoints[k] for k in _in_turn(keypoints, grey.shape)[:limit]]
    if not kept:
        return _packed(grey.shape, [], np.empty((0, 128), np.float32))
    described, found = _sift().compute(grey, kept)
    root = np.sqrt(found / np.maximum(found.sum(axis=1, keepdims=True), 1e-9))
    return _packed(grey.shape, list(described), root.astype(np.float32))


def _sift() -> cv2.SIFT:
    return cv2.SIFT.create(nfeatures=0, contrastThreshold=_CONTRAST)


def _detected(grey: Grey) -> list[cv2.KeyPoint]:
    if min(grey.shape) < _MIN_SIDE_PX:
        return []
    return sorted(_sift().detect(grey, None), key=lambda k: (-k.response, k.pt, k.size, k.angle))


def _in_turn(keypoints: list[cv2.KeyPoint], shape: tuple[int, ...]) -> list[int]:
    """Return the positions in the order in which they are taken."""
    taken: dict[tuple[int, int, int], int] = {}
    ranked = []
    for position, keypoint in enumerate(keypoints):
        place = (
            min(_TILES - 1, int(keypoint.pt[1] * _TILES / shape[0])),
            min(_TILES - 1, int(keypoint.pt[0] * _TILES / shape[1])),
            int(np.clip(np.log2(keypoint.size / _FINEST_PX), 0, _OCTAVES - 1)),
        )
        rank = taken.get(place, 0)
        taken[place] = rank + 1
        ranked.append((rank, position))
    return [position for _, position in sorted(ranked)]


def _packed(
    shape: tuple[int, ...], keypoints: list[cv2.KeyPoint], descriptors: NDArray[np.float32]
) -> PackedPoints:
    return PackedPoints(
        size_px=(shape[1], shape[0]),
        places=np.array([k.pt for k in keypoints], np.float32).reshape(-1, 2),
        log_sizes=np.log2(np.array([k.size for k in keypoints], np.float32)),
        angles=np.deg2rad(np.array([k.angle for k in keypoints], np.float32)),
        codes=pack_descriptors(descriptors),
    )
