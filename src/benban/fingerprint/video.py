"""
Facts and one still of a video. Runs inside the fence only; with ``frames``, the only user of PyAV.

The demuxer gets a stream that can be read and sought, and the name of the one container whose
signature the first bytes show: nothing is probed, and no list of addresses (HLS, DASH, concat) is
ever a container. Protocols do not exist for it: none is allowed, and opening anything else than
the stream is refused by ourselves.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO, NoReturn

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from benban.errors import (
    PlaylistError,
    VideoDamagedError,
    VideoEmptyError,
    VideoFormatError,
    VideoTooLargeError,
)
from benban.fingerprint.decode import MAX_PIXELS, MAX_SIDE_PX
from benban.model.video import Container, VideoFacts

# What is tried before a video counts as one without a picture that can be decoded.
_MAX_TRIED_PACKETS = 400
# 100 hours at 30 frames a second, and no hostile file is counted for longer than the seconds.
_MAX_COUNTED_PACKETS = 12_000_000
_COUNTING_S = 20.0
# More tracks than any camera or editor writes.
_MAX_STREAMS = 32

# 30,000 years.
_ABSURD_MS = 10**15

_SNIFF_BYTES = 1024
_TS_PACKET_BYTES = 188
# ISO/IEC 14496-12 and 23009-1: what a file, or a piece of a streamed one, begins with.
_BOXES = frozenset(
    {b"ftyp", b"moov", b"wide", b"mdat", b"skip", b"free", b"styp", b"moof", b"sidx"}
)
# Source: RFC 8216 section 4.3.1.1 (HLS), ISO/IEC 23009-1 (DASH), FFmpeg's concat demuxer.
_LISTS = (b"#EXTM3U", b"ffconcat version", b"<MPD", b"[playlist]", b"<smil", b"v=0\r\n", b"v=0\n")

# Everything the library could open by itself is closed: formats, protocols, time to guess.
_OPTIONS = {
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,flv",
    "protocol_whitelist": "none",
    "probesize": "5000000",
    "analyzeduration": "5000000",
    "max_streams": str(_MAX_STREAMS),
    # While it is opened only sizes are read; a limit there would hide what the header claims.
    "skip_frame": "all",
    "threads": "1",
    "enable_drefs": "0",
    "use_absolute_path": "0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    packets: int
    duration_ms: int | None
    is_whole: bool


def probe_video(source: BinaryIO) -> VideoFacts:
    """
    Return the facts of the video in *source*, a stream that can be sought.

    Raises:
        PlaylistError: BB-313.
        VideoFormatError: BB-308.
        VideoEmptyError: BB-309.
        VideoTooLargeError: BB-310, said by its header or its first picture.
        VideoDamagedError: BB-311.
    """
    container = sniff_container(source)
    with open_video(source, container) as opened:
        stream = moving_picture(opened)
        claimed = check_frame_size(stream.width, stream.height)
        codec = stream.codec_context.codec.canonical_name
        has_sound = bool(opened.streams.audio)
        frame_rate = _fraction_text(stream.average_rate)
        frames = max(0, stream.frames) or None
        duration_ms = claimed_duration_ms(opened, stream)
        frame = _first_frame(opened, stream)
    # Read anew: a decoder that has stumbled must not disturb the counting.
    with open_video(source, container) as opened:
        counted = _count(opened, moving_picture(opened))
    if frame is None and not counted.packets:
        raise VideoDamagedError("no picture")
    width, height = claimed if frame is None else (frame.shape[1], frame.shape[0])
    return VideoFacts(
        container=container,
        codec=codec,
        width_px=width,
        height_px=height,
        claimed_duration_ms=duration_ms,
        found_duration_ms=counted.duration_ms,
        claimed_frame_rate=frame_rate,
        claimed_frames=frames,
        found_frames=counted.packets,
        is_counted_whole=counted.is_whole,
        is_shown=frame is not None,
        has_sound=has_sound,
    )


def first_picture(source: BinaryIO) -> NDArray[np.uint8]:
    """
    Return the first key frame that can be decoded, upright RGB.

    Raises:
        PictureError: as :func:`probe_video`; BB-311 when no key frame can be decoded.
    """
    container = sniff_container(source)
    with open_video(source, container) as opened:
        stream = moving_picture(opened)
        check_frame_size(stream.width, stream.height)
        frame = _first_frame(opened, stream)
    if frame is None:
        raise VideoDamagedError("no picture")
    return frame


def sniff_container(source: BinaryIO) -> Container:
    """
    Return the container that the first bytes show; *source* stands at its beginning again.

    Raises:
        PlaylistError: BB-313.
        VideoFormatError: BB-308.
    """
    source.seek(0)
    start = source.read(_SNIFF_BYTES)
    source.seek(0)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\t\n\x0c\r ")
    if text.startswith(_LISTS) or (text.startswith(b"<?xml") and b"<MPD" in text):
        raise PlaylistError
    for container, is_shown in (
        (Container.MOV, start[4:8] in _BOXES),
        (Container.MATROSKA, start.startswith((b"\x1aE\xdf\xa3", b"\x1f\x43\xb6\x75"))),
        (Container.AVI, start[:4] == b"RIFF" and start[8:12] == b"AVI "),
        (Container.FLV, start.startswith(b"FLV\x01")),
        (Container.MPEG_TS, _is_transport_stream(start)),
    ):
        if is_shown:
            return container
    raise VideoFormatError


def _is_transport_stream(start: bytes) -> bool:
    # ISO/IEC 13818-1 2.4.3.2: every packet begins with the sync byte.
    return len(start) > 2 * _TS_PACKET_BYTES and {start[0], *start[::_TS_PACKET_BYTES]} == {0x47}


@contextmanager
def open_video(source: BinaryIO, container: Container) -> Iterator[InputContainer]:
    """
    Open *source* as *container* and as nothing else.

    Raises:
        VideoDamagedError: BB-311, also for what the library raises while it is open.
    """
    source.seek(0)
    try:
        with av.open(
            source,
            mode="r",
            format=container.value,
            options=_OPTIONS,
            metadata_errors="replace",
            io_open=_refuse_to_open,
        ) as opened:
            yield opened
    except (av.FFmpegError, ValueError, OverflowError, EOFError) as error:
        raise VideoDamagedError(type(error).__name__) from error


def _refuse_to_open(address: str, flags: int, options: object) -> NoReturn:
    """Open nothing, whatever a file names."""
    del address, flags, options
    raise PermissionError


def moving_picture(opened: InputContainer) -> VideoStream:
    """
    Return the first moving picture for which there is a decoder.

    Raises:
        VideoEmptyError: BB-309.
    """
    for stream in opened.streams.video:
        # A cover of a song is one still picture, not a video. Without a decoder there is no
        # context, although the type says otherwise.
        is_cover = bool(stream.disposition & type(stream.disposition).attached_pic)
        if not is_cover and getattr(stream, "codec_context", None) is not None:
            return stream
    raise VideoEmptyError


def check_frame_size(width: int, height: int) -> tuple[int, int]:
    """
    Return the two, in pixels.

    Raises:
        VideoTooLargeError: BB-310.
    """
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
        raise VideoTooLargeError(limit=f"{MAX_PIXELS // 1_000_000} Mpx")
    return width, height


def _first_frame(opened: InputContainer, stream: VideoStream) -> NDArray[np.uint8] | None:
    context = stream.codec_context
    context.thread_count = 1
    context.options = {"max_pixels": str(MAX_PIXELS), "threads": "1"}
    context.skip_frame = "NONKEY"
    packets = opened.demux(stream)
    for _ in range(_MAX_TRIED_PACKETS):
        try:
            packet = next(packets, None)
            if packet is None:
                return None
            for frame in packet.decode():
                if isinstance(frame, VideoFrame):
                    check_frame_size(frame.width, frame.height)
                    return upright_rgb(frame)
        except (av.FFmpegError, ValueError, EOFError):
            # A damaged beginning does not end the search; the library raises all of these.
            continue
    return None


def upright_rgb(frame: VideoFrame) -> NDArray[np.uint8]:
    """Return a decoded frame as height x width x 3 RGB, turned as the file says."""
    converted = frame.reformat(format="rgb24", threads=1)
    rgb = np.asarray(converted.to_ndarray(), np.uint8)
    # The display matrix turns counter-clockwise by multiples of 90 in what cameras write.
    return np.ascontiguousarray(np.rot90(rgb, frame.rotation // 90 % 4))


def _count(opened: InputContainer, stream: VideoStream) -> _Counted:
    packets, first, last = 0, None, None
    stop_at = time.monotonic() + _COUNTING_S
    is_whole = False
    try:
        for packet in opened.demux(stream):
            if not packet.size:
                is_whole = True  # the empty packet that the library sends at the end
                break
            packets += 1
            if packet.pts is not None:
                end = packet.pts + (packet.duration or 0)
                first = packet.pts if first is None else min(first, packet.pts)
                last = end if last is None else max(last, end)
            if packets >= _MAX_COUNTED_PACKETS or time.monotonic() > stop_at:
                break
    except (av.FFmpegError, ValueError, OverflowError, EOFError):
        is_whole = False
    base = stream.time_base
    found = None
    if first is not None and last is not None and base:
        found = _kept_ms((last - first) * base * 1000)
    return _Counted(packets=packets, duration_ms=found, is_whole=is_whole)


def claimed_duration_ms(opened: InputContainer, stream: VideoStream) -> int | None:
    """Return the duration that the file claims; it may be negative or absurd."""
    if stream.duration is not None and stream.time_base:
        return _kept_ms(stream.duration * stream.time_base * 1000)
    # In millionths of a second (AV_TIME_BASE).
    return None if opened.duration is None else _kept_ms(Fraction(opened.duration, 1000))


def _kept_ms(value: Fraction | int) -> int:
    # A header can claim more than any number that is passed on holds; the sign and "absurd" stay.
    return max(-_ABSURD_MS, min(int(value), _ABSURD_MS))


def _fraction_text(rate: Fraction | None) -> str:
    return f"{rate.numerator}/{rate.denominator}" if rate and rate > 0 else ""
