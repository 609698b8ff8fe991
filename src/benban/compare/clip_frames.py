"""
Frames of a clip with their local features, thinned so that a long video stays small.

Runs inside the fence. Every half second is looked at; when a clip has more frames than are kept,
every other one goes and from then on twice the time is left between two.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.local import Features, extract_features
from benban.fingerprint.frames import Frame

Picture = NDArray[np.uint8]

# Of a clip: five minutes at two a second, ten at one. Of what is questioned fewer say enough.
MAX_SOURCE_FRAMES, MAX_QUESTIONED_FRAMES = 600, 24
STEP_MS = 500
# A frame is a small picture; more finds little more and does not fit many times into memory.
FRAME_SIDE_PX = 480
_POINTS = 500


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClipFrame:
    """One frame: RGB with its longest side at most 480, and its strongest features."""

    at_ms: int
    rgb: Picture
    features: Features

    @property
    def size_px(self) -> tuple[int, int]:
        """Return width and height."""
        return self.rgb.shape[1], self.rgb.shape[0]


def prepare_frames(frames: Iterable[Frame], *, most: int) -> tuple[ClipFrame, ...]:
    """Return at most *most* of *frames*, evenly over the time, with their features."""
    kept: list[tuple[int, Picture]] = []
    step_ms = 0
    for frame in frames:
        if kept and frame.at_ms - kept[-1][0] < step_ms:
            continue
        kept.append((frame.at_ms, small_copy(frame.rgb)))
        if len(kept) > most:
            kept = kept[::2]
            step_ms = 2 * (step_ms or STEP_MS)
    return tuple(_described(at_ms, rgb) for at_ms, rgb in kept)


def prepare_still(rgb: Picture) -> tuple[ClipFrame, ...]:
    """Return a still picture as the one frame of a clip."""
    return (_described(0, small_copy(rgb)),)


def small_copy(rgb: Picture) -> Picture:
    """Return *rgb* with its longest side at most 480 px; never enlarged."""
    height, width = rgb.shape[:2]
    factor = min(1.0, FRAME_SIDE_PX / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _described(at_ms: int, rgb: Picture) -> ClipFrame:
    found = extract_features(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8))
    # The strongest of every part of the picture come first.
    strongest = Features(found.points[:_POINTS], found.descriptors[:_POINTS])
    return ClipFrame(at_ms=at_ms, rgb=rgb, features=strongest)
