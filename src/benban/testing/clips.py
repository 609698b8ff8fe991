"""Harmless videos for tests, coded from drawings that move in a window."""

import io
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import cast

import av
import cv2
import numpy as np
from av.video.stream import VideoStream

from benban.testing.drawings import Picture, draw

WIDTH_PX, HEIGHT_PX, PER_SECOND = 320, 240, 10


def drawn_shots(
    seeds: Iterable[int], *, seconds: float = 2.0, per_second: int = PER_SECOND
) -> Iterator[Picture]:
    """Yield the frames of one shot for each seed: a window that travels over a drawing."""
    for seed in seeds:
        yield from _shot(seed, round(seconds * per_second))


def code_video(
    frames: Iterable[Picture],
    *,
    codec: str = "libx264",
    container: str = "mp4",
    per_second: int = PER_SECOND,
    bit_rate: int | None = None,
) -> bytes:
    """Return the frames as a video; all of them have the size of the first, in even pixels."""
    file = io.BytesIO()
    # In fragments: what is left of a cut file can be read.
    options = {"movflags": "empty_moov+frag_keyframe"} if container == "mp4" else {}
    with av.open(file, "w", format=container, options=options) as out:
        stream: VideoStream | None = None
        for rgb in frames:
            if stream is None:
                stream = cast("VideoStream", out.add_stream(codec, rate=Fraction(per_second)))
                stream.height, stream.width = rgb.shape[:2]
                stream.pix_fmt = "yuv420p"
                if bit_rate:
                    stream.bit_rate = bit_rate
                stream.gop_size = per_second
                stream.options = {"threads": "1"}
            out.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        if stream is not None:
            out.mux(stream.encode(None))
    return file.getvalue()


def _shot(seed: int, frames: int) -> Iterator[Picture]:
    scene = draw("clouds", seed=seed, width_px=WIDTH_PX * 2, height_px=HEIGHT_PX * 2)
    spots = draw("shapes", seed=seed, width_px=WIDTH_PX * 2, height_px=HEIGHT_PX * 2)
    scene = np.asarray(cv2.addWeighted(scene, 0.5, spots, 0.5, 0), np.uint8)
    for number in range(frames):
        done = number / max(1, frames - 1)
        x, y = round(done * WIDTH_PX * 0.6), round((1 - done) * HEIGHT_PX * 0.4)
        yield np.ascontiguousarray(scene[y : y + HEIGHT_PX, x : x + WIDTH_PX])
