"""Videos as they come, and as somebody made them to do harm; all of them show drawn stripes."""

import io
import struct
from collections.abc import Callable
from typing import cast

import av
import numpy as np
from av.video.stream import VideoStream

WIDTH_PX, HEIGHT_PX, FRAMES = 320, 240, 50
# Boxes that hold other boxes, as far as they are edited here (ISO/IEC 14496-12).
_HOLDERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"edts")


def a_video(
    codec: str = "libx264",
    container: str = "mp4",
    *,
    frames: int = FRAMES,
    with_sound: bool = False,
) -> bytes:
    """Return a short video whose left half is orange."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = cast("VideoStream", out.add_stream(codec, rate=25))
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        sound = out.add_stream("aac", rate=8000) if with_sound else None
        for number in range(frames):
            rgb = np.full((HEIGHT_PX, WIDTH_PX, 3), 60, np.uint8)
            rgb[:, : WIDTH_PX // 2] = (200, 90, number)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        out.mux(stream.encode(None))
        if sound is not None:
            out.mux(sound.encode(_silence()))
            out.mux(sound.encode(None))
    return file.getvalue()


def only_sound() -> bytes:
    """Return an MP4 without any moving picture."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        sound = out.add_stream("aac", rate=8000)
        out.mux(sound.encode(_silence()))
        out.mux(sound.encode(None))
    return file.getvalue()


def pictures_in_a_video(picture: bytes, *, width_px: int, height_px: int) -> bytes:
    """Return a MOV whose one coded picture is *picture*, a PNG; nothing of it is looked at."""
    file = io.BytesIO()
    with av.open(file, "w", format="mov") as out:
        stream = out.add_stream("png", rate=25)
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, "rgb24"
        out.start_encoding()
        packet = av.Packet(picture)
        packet.stream, packet.pts, packet.dts, packet.is_keyframe = stream, 0, 0, True
        out.mux(packet)
    return file.getvalue()


def edited(video: bytes, name: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return *video* with the body of every box *name* changed; sizes around it follow."""
    out = b""
    for kind, body in _boxes(video):
        if kind == name:
            body = change(body)  # noqa: PLW2901 - the very purpose
        elif kind in _HOLDERS:
            body = edited(body, name, change)  # noqa: PLW2901 - the very purpose
        out += struct.pack(">I", len(body) + 8) + kind + body
    return out


def with_number(offset: int, number: int, size: str = "I") -> Callable[[bytes], bytes]:
    """Return a change that writes *number* at *offset* of a body."""

    def change(body: bytes) -> bytes:
        data = struct.pack(f">{size}", number)
        return body[:offset] + data + body[offset + len(data) :]

    return change


def _boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    boxes, at = [], 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        boxes.append((kind, data[at + 8 : at + size]))
        at += size
    return boxes


def _silence() -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(
        np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
    )
    frame.sample_rate = 8000
    return frame
