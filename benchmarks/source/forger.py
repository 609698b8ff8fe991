"""
Alters photographs without people, by rule and seed, with the truth of every pixel carried along.

A region is covered (``fills``) or a piece of the photograph is put into another picture; then the
result is treated as pictures are on their way (``attacks``).
"""

import cv2
import numpy as np

from benchmarks.source.attacks import ATTACKS
from benchmarks.source.fills import FILLS, clone, region
from benchmarks.source.forgery import (
    CHANGED,
    OUTSIDE,
    SAME,
    Forgery,
    Picture,
    Places,
    truth_between,
    untouched,
)

# Share of the smaller side that a piece put into another picture takes in its own photograph, and
# how large it arrives there. A face in a picture of two people is about so large.
_PIECE = (0.3, 0.6)
_ARRIVES = (0.6, 1.1)


def forge(original: Picture, donor: Picture, *, fill: str, attack: str, seed: int) -> Forgery:
    """Return an altered copy of *original*; see ``FILLS`` and ``ATTACKS``."""
    rng = np.random.default_rng([seed, list(FILLS).index(fill), list(ATTACKS).index(attack)])
    start = untouched(original)
    rgb = FILLS[fill](rng, original, donor, region(rng, *original.shape[:2]))
    truth = truth_between(original, rgb)
    return ATTACKS[attack](rng, Forgery(rgb=rgb, truth=truth, places=start.places))


def put_into(original: Picture, host: Picture, *, attack: str, seed: int) -> Forgery:
    """
    Return *host* with an oval piece of *original* in it: the inverse pattern.

    Every other time it is cloned by Poisson's equation instead of pasted. Nothing but the piece is
    of the original.
    """
    rng = np.random.default_rng([seed, len(FILLS), list(ATTACKS).index(attack)])
    moved, places, oval = _piece_on(rng, original, host)
    if seed % 2:
        rgb = clone(host, moved, oval)
    else:
        soft = cv2.GaussianBlur(oval.astype(np.float32), (0, 0), 1.5)[..., None]
        rgb = np.asarray(np.rint(host * (1 - soft) + moved * soft), np.uint8)
    # Where the host was written over, the original shows; elsewhere it was never.
    written = truth_between(host, rgb)
    truth = np.full(written.shape, OUTSIDE, np.uint8)
    truth[written == CHANGED] = SAME
    truth[written == SAME] = CHANGED
    truth[np.isnan(places[..., 0])] = OUTSIDE
    return ATTACKS[attack](rng, Forgery(rgb=rgb, truth=truth, places=places))


def send(picture: Picture, *, attack: str, seed: int) -> Picture:
    """Return *picture* with nothing covered, only treated as pictures are on their way."""
    rng = np.random.default_rng([seed, list(ATTACKS).index(attack)])
    return ATTACKS[attack](rng, untouched(picture)).rgb


def _piece_on(
    rng: np.random.Generator, original: Picture, host: Picture
) -> tuple[Picture, Places, np.ndarray[tuple[int, int], np.dtype[np.bool_]]]:
    """Return the original moved onto the host's area, its places there, and the oval to show."""
    height, width = original.shape[:2]
    rows, columns = host.shape[:2]
    radius = rng.uniform(*_PIECE) * min(height, width) / 2
    x, y = rng.uniform(radius, width - radius), rng.uniform(radius, height - radius)
    scale = min(rng.uniform(*_ARRIVES), 0.3 * min(rows, columns) / radius)
    arrived = radius * scale
    # In the middle part, where a crop leaves it.
    at_x, at_y = columns * rng.uniform(0.35, 0.65), rows * rng.uniform(0.35, 0.65)
    to = np.array([[scale, 0, at_x - scale * x], [0, scale, at_y - scale * y], [0, 0, 1]])
    size, nowhere = (columns, rows), (float("nan"),) * 4
    moved = cv2.warpPerspective(original, to, size, flags=cv2.INTER_LINEAR, borderMode=1)
    places = cv2.warpPerspective(
        untouched(original).places, to, size, flags=cv2.INTER_LINEAR, borderValue=nowhere
    )
    v, u = np.indices((rows, columns))
    oval = np.hypot((u - at_x) / 0.85, v - at_y) < arrived
    return np.asarray(moved, np.uint8), np.asarray(places, np.float32), oval
