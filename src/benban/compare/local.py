"""
Local features of a picture and the pairs between two pictures.

RootSIFT on a working copy; the strongest points are taken evenly over the picture, so that the
text of a screenshot's frame does not use up the places. A mirrored picture needs no second
extraction: under a mirror the rows and directions of a SIFT descriptor change places.

Source: Lowe 2004 (SIFT); Arandjelovic and Zisserman 2012 (RootSIFT).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Points = NDArray[np.float32]

# Measured in research on 350 altered pictures: more points or less contrast found nothing more.
_MAX_POINTS = 2000
_CONTRAST = 0.015
_TILES = 4
# A thinner working copy holds two cells across, and the optical flow cannot work on it.
_MIN_SIDE_PX = 24
# Nearest over second nearest distance; mutual pairs allow a loose one.
_RATIO = 0.85


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """
    Points of one picture and their descriptors.

    Attributes:
        points: N x 2, x and y in pixels of the working copy.
        descriptors: N x 128, each of length 1 (RootSIFT).
    """

    points: Points
    descriptors: NDArray[np.float32]

    def mirrored(self) -> "Features":
        """Return what a mirror image would give, at the points of the picture as it is."""
        grid = self.descriptors.reshape(-1, 4, 4, 8)
        # The patch turns over its own direction: rows change sides, an angle becomes its negative.
        turned = grid[:, ::-1, :, [0, 7, 6, 5, 4, 3, 2, 1]]
        return Features(self.points, np.ascontiguousarray(turned.reshape(-1, 128)))


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Tentative pairs, each point at most once: N x 2 in the original and in the questioned."""

    original: Points
    questioned: Points

    def __len__(self) -> int:
        return len(self.original)


def extract_features(grey: Grey) -> Features:
    """Return the features of a picture; none for one without texture or too thin to lay over."""
    if min(grey.shape) < _MIN_SIDE_PX:
        return Features(np.empty((0, 2), np.float32), np.empty((0, 128), np.float32))
    sift = cv2.SIFT.create(nfeatures=0, contrastThreshold=_CONTRAST)
    keypoints = _spread(list(sift.detect(grey, None)), grey.shape)
    if not keypoints:
        return Features(np.empty((0, 2), np.float32), np.empty((0, 128), np.float32))
    described, descriptors = sift.compute(grey, keypoints)
    root = np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-9))
    points = np.array([keypoint.pt for keypoint in described], np.float32)
    return Features(points, root.astype(np.float32))


def match_features(original: Features, questioned: Features) -> Pairs:
    """Return the mutual nearest pairs that pass the ratio test, each place used once."""
    nothing = np.empty((0, 2), np.float32)
    if min(len(original.points), len(questioned.points)) < 2:  # noqa: PLR2004 - a ratio needs two
        return Pairs(nothing, nothing)
    likeness = original.descriptors @ questioned.descriptors.T
    forth = likeness.argmax(axis=1)
    back = likeness.argmax(axis=0)
    rows = np.arange(len(forth))
    best = likeness[rows, forth]
    likeness[rows, forth] = -1
    second = likeness.max(axis=1)
    # Squared distance of unit vectors is 2 - 2 cos.
    is_clear = (1 - best) < _RATIO**2 * (1 - second)
    kept = rows[(back[forth] == rows) & is_clear]
    kept = kept[np.argsort(-best[kept], kind="stable")]
    pairs = np.hstack([original.points[kept], questioned.points[forth[kept]]])
    pairs = pairs[_first_of_each(pairs[:, :2])]
    pairs = pairs[_first_of_each(pairs[:, 2:])]
    return Pairs(pairs[:, :2].copy(), pairs[:, 2:].copy())


def _spread(keypoints: list[cv2.KeyPoint], shape: tuple[int, ...]) -> list[cv2.KeyPoint]:
    """Return at most the allowed number, the strongest of every tile first."""
    # Ties are broken by place, so that the order never depends on how many threads detected.
    keypoints.sort(key=lambda k: (-k.response, k.pt, k.size, k.angle))
    ranks = [0] * (_TILES * _TILES)
    placed: list[tuple[int, int]] = []
    for keypoint in keypoints:
        row = min(_TILES - 1, int(keypoint.pt[1] * _TILES / shape[0]))
        column = min(_TILES - 1, int(keypoint.pt[0] * _TILES / shape[1]))
        placed.append((ranks[row * _TILES + column], len(placed)))
        ranks[row * _TILES + column] += 1
    return [keypoints[k] for _, k in sorted(placed)[:_MAX_POINTS]]


def _first_of_each(points: Points) -> NDArray[np.intp]:
    """Return the positions of the first pair at every place of two by two pixels, in order."""
    places = np.round(points / 2).astype(np.int64)
    _, first = np.unique(places, axis=0, return_index=True)
    return np.sort(first)
