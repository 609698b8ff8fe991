"""
Frames of a video: one at every full second, and the first after every cut. Inside the fence only.

Source: vPDQ (facebook/ThreatExchange, vpdq/README.md) takes one frame a second; the frames after
cuts are added here, so that a shot shorter than a second is seen.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from benban.errors import VideoDamagedError
from benban.fingerprint.decode import MAX_PIXELS
from benban.fingerprint.pdq import hash_picture
from benban.fingerprint.video import (
    check_frame_size,
    claimed_duration_ms,
    moving_picture,
    open_video,
    sniff_container,
    upright_rgb,
)
from benban.model.clip import FrameFingerprint, VideoFingerprint

Clock = Callable[[], float]

# Two hours at one frame a second; the answer stays below what the fence takes back.
MAX_FRAMES = 7_200
# A quarter of what the fence's process may use of the processor.
READING_S = 240.0
# Mean difference of brightness blocks, of 255. Fast pans of photographs stayed below 15.
_CUT_DIFFERENCE = 24.0
_CUT_BLOCKS = 16
# A strobe must not fill the list.
_SHORTEST_SHOT_MS = 200
# A file that claims to go on for longer than this was cut, or its claim is not true.
_CLAIMED_BEYOND_MS = 1500
# Pieces in a row that cannot be decoded before the rest is given up.
_MAX_BAD_PIECES = 400


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """One frame that was taken, upright, as height x width x 3 RGB."""

    number: int
    at_ms: int
    rgb: NDArray[np.uint8]


class FrameReader:
    """
    Gives the frames of one video in order of time; afterwards it says how far it came.

    Attributes:
        read_ms: time of the last frame that was read.
        is_whole: the end was reached, nothing was damaged and no limit met.
    """

    def __init__(
        self,
        source: BinaryIO,
        *,
        max_frames: int = MAX_FRAMES,
        reading_s: float = READING_S,
        every_ms: int = 1000,
        clock: Clock = time.monotonic,
    ) -> None:
        self.read_ms = 0
        self.is_whole = False
        self._source = source
        self._max_frames = max_frames
        self._reading_s = reading_s
        self._every_ms = every_ms
        self._clock = clock
        self._is_damaged = False
        self._is_ended = False

    def frames(self) -> Iterator[Frame]:
        """
        Yield the frames of every full step of time and those after cuts.

        Raises:
            PictureError: BB-308, BB-309, BB-310, BB-313, or BB-311 when not one can be decoded.
        """
        container = sniff_container(self._source)
        taken, claimed_ms = 0, 0
        try:
            with open_video(self._source, container) as opened:
                stream = moving_picture(opened)
                check_frame_size(stream.width, stream.height)
                claimed_ms = claimed_duration_ms(opened, stream) or 0
                for frame in self._taken(opened, stream):
                    taken += 1
                    yield frame
                    if taken >= self._max_frames:
                        break
        except VideoDamagedError:
            if not taken:
                raise
            self._is_damaged = True
        if not taken:
            raise VideoDamagedError("no picture")
        is_short = claimed_ms - self.read_ms > _CLAIMED_BEYOND_MS
        self.is_whole = self._is_ended and not self._is_damaged and not is_short

    def _taken(self, opened: InputContainer, stream: VideoStream) -> Iterator[Frame]:
        stop_at = self._clock() + self._reading_s
        first_ms: int | None = None
        next_ms, taken_ms = 0, -_SHORTEST_SHOT_MS
        before: NDArray[np.float32] | None = None
        for number, frame in enumerate(self._decoded(opened, stream, stop_at)):
            if first_ms is None:
                first_ms = _time_ms(frame, number, stream)
            at_ms = max(self.read_ms, _time_ms(frame, number, stream) - first_ms)
            self.read_ms = at_ms
            blocks = _blocks(frame)
            is_cut = before is not None and is_a_cut(before, blocks)
            before = blocks
            if at_ms >= next_ms or (is_cut and at_ms - taken_ms >= _SHORTEST_SHOT_MS):
                if at_ms >= next_ms:
                    next_ms = (at_ms // self._every_ms + 1) * self._every_ms
                taken_ms = at_ms
                yield Frame(number=number, at_ms=at_ms, rgb=upright_rgb(frame))

    def _decoded(
        self, opened: InputContainer, stream: VideoStream, stop_at: float
    ) -> Iterator[VideoFrame]:
        context = stream.codec_context
        context.thread_count = 1
        context.options = {"max_pixels": str(MAX_PIXELS), "threads": "1"}
        context.skip_frame = "DEFAULT"
        packets = opened.demux(stream)
        bad = 0
        # Asked for every piece: a video may hold very many that are never shown.
        while bad < _MAX_BAD_PIECES and self._clock() <= stop_at:
            try:
                packet = next(packets, None)
                if packet is None:
                    break
                decoded = packet.decode()
                # The decoder hides some damage and marks it; the file's end is an empty packet.
                self._is_damaged |= packet.is_corrupt
                self._is_ended |= not packet.size
            except (av.FFmpegError, ValueError, EOFError):
                self._is_damaged = True
                bad += 1
                continue
            for frame in decoded:
                if isinstance(frame, VideoFrame):
                    self._is_damaged |= frame.is_corrupt
                    check_frame_size(frame.width, frame.height)
                    yield frame


def fingerprint_video(
    source: BinaryIO, *, max_frames: int = MAX_FRAMES, reading_s: float = READING_S
) -> VideoFingerprint:
    """
    Return the fingerprints of the video in *source*, a stream that can be sought.

    Raises:
        PictureError: BB-308, BB-309, BB-310, BB-313, or BB-311 when not one can be decoded.
    """
    reader = FrameReader(source, max_frames=max_frames, reading_s=reading_s)
    found = []
    for frame in reader.frames():
        _, dihedral = hash_picture(frame.rgb)
        found.append(
            FrameFingerprint(
                number=frame.number,
                at_ms=frame.at_ms,
                quality=dihedral[0].quality,
                dihedral=tuple(pdq.hex for pdq in dihedral),
            )
        )
    return VideoFingerprint(frames=tuple(found), read_ms=reader.read_ms, is_whole=reader.is_whole)


def is_a_cut(before: NDArray[np.float32], after: NDArray[np.float32]) -> bool:
    """Return whether two frames' brightness blocks (16 x 16, 0..255) belong to two shots."""
    return float(np.abs(after - before).mean()) > _CUT_DIFFERENCE


def _blocks(frame: VideoFrame) -> NDArray[np.float32]:
    small = frame.reformat(
        width=_CUT_BLOCKS, height=_CUT_BLOCKS, format="gray", interpolation="AREA", threads=1
    )
    return np.asarray(small.to_ndarray(), np.float32)


def _time_ms(frame: VideoFrame, number: int, stream: VideoStream) -> int:
    if frame.pts is not None and frame.time_base:
        return int(frame.pts * frame.time_base * 1000)
    # Without times the claimed rate stands in; 25 where the file claims none.
    rate = stream.average_rate or stream.guessed_rate or 25
    return int(number * 1000 / rate) if rate > 0 else number * 40
