"""
Harmless films for tests: a pattern that moves, as WebM that a browser plays and seeks.

A lossy WebP picture is one VP8 key frame, so a film of key frames needs no video encoder.

Source: RFC 9649 2.5 (WebP, chunk ``VP8 ``), RFC 8794 (EBML), RFC 9559 (Matroska).
"""

import struct
from collections.abc import Sequence

import cv2
import numpy as np

_WIDTH_PX, _HEIGHT_PX = 640, 360
_QUALITY = 80
_TAGS = {
    "ebml": 0x1A45DFA3,
    "segment": 0x18538067,
    "info": 0x1549A966,
    "tracks": 0x1654AE6B,
    "cluster": 0x1F43B675,
    "cues": 0x1C53BB6B,
}


def draw_film(*, frames: int, per_second: int = 5, noise: int = 0, drawn: int = 6) -> bytes:
    """
    Return a WebM film of stripes that travel.

    Args:
        frames: how many; each is a key frame, and each second begins a cluster.
        per_second: frames in a second.
        noise: how much grain, 0 to 255; grain makes the file large.
        drawn: how many different frames; they come round again.
    """
    pictures = [_key_frame(number, drawn, noise) for number in range(drawn)]
    clusters = [
        _cluster(first, [pictures[at % drawn] for at in range(first, last)], per_second)
        for first, last in _seconds(frames, per_second)
    ]
    before = _info(frames, per_second) + _tracks()
    # The table of seeking points stands before the clusters, as players like it; its size does not
    # depend on what it says, so it is written twice.
    cues = _cues(clusters, 0, per_second)
    cues = _cues(clusters, len(before) + len(cues), per_second)
    body = before + cues + b"".join(clusters)
    head = _element(_TAGS["ebml"], _text(0x4282, "webm") + _number(0x4287, 4) + _number(0x4285, 2))
    return head + _element(_TAGS["segment"], body)


def _seconds(frames: int, per_second: int) -> list[tuple[int, int]]:
    starts = range(0, frames, per_second)
    return [(first, min(first + per_second, frames)) for first in starts]


def _key_frame(number: int, drawn: int, noise: int) -> bytes:
    across = np.arange(_WIDTH_PX)[None, :] + np.arange(_HEIGHT_PX)[:, None]
    stripes = ((across // 20 + number * 60 // drawn) % 3 * 80).astype(np.int16)
    picture = np.repeat(stripes[:, :, None], 3, axis=2)
    if noise:
        grain = np.random.default_rng(number).integers(-noise, noise + 1, picture.shape)
        picture = picture + grain
    packed = picture.clip(0, 255).astype(np.uint8)
    done, webp = cv2.imencode(".webp", packed, [cv2.IMWRITE_WEBP_QUALITY, _QUALITY])
    data = webp.tobytes()
    at = data.index(b"VP8 ")
    if not done:
        raise ValueError("the frame could not be drawn")
    (size,) = struct.unpack("<I", data[at + 4 : at + 8])
    return data[at + 8 : at + 8 + size]


def _info(frames: int, per_second: int) -> bytes:
    length_ms = struct.pack(">d", 1000.0 * frames / per_second)
    return _element(
        _TAGS["info"],
        _number(0x2AD7B1, 1_000_000)
        + _text(0x4D80, "benban")
        + _text(0x5741, "benban")
        + _element(0x4489, length_ms),
    )


def _tracks() -> bytes:
    shape = _element(0xE0, _number(0xB0, _WIDTH_PX) + _number(0xBA, _HEIGHT_PX))
    entry = _number(0xD7, 1) + _number(0x73C5, 1) + _number(0x83, 1) + _text(0x86, "V_VP8") + shape
    return _element(_TAGS["tracks"], _element(0xAE, entry))


def _cluster(first: int, pictures: Sequence[bytes], per_second: int) -> bytes:
    begin_ms = 1000 * first // per_second
    blocks = []
    for number, picture in enumerate(pictures):
        offset_ms = 1000 * number // per_second
        head = b"\x81" + struct.pack(">hB", offset_ms, 0x80)
        blocks.append(_element(0xA3, head + picture))
    return _element(_TAGS["cluster"], _number(0xE7, begin_ms) + b"".join(blocks))


def _cues(clusters: Sequence[bytes], before: int, per_second: int) -> bytes:
    points, place = [], before
    for second, cluster in enumerate(clusters):
        where = _number(0xF7, 1) + _number(0xF1, place)
        time_ms = 1000 * (second * per_second) // per_second
        points.append(_element(0xBB, _number(0xB3, time_ms) + _element(0xB7, where)))
        place += len(cluster)
    return _element(_TAGS["cues"], b"".join(points))


def _element(tag: int, content: bytes) -> bytes:
    name = tag.to_bytes((tag.bit_length() + 7) // 8, "big")
    # Eight bytes of length everywhere: nothing has to be moved afterwards.
    return name + b"\x01" + len(content).to_bytes(7, "big") + content


def _number(tag: int, value: int) -> bytes:
    return _element(tag, value.to_bytes(8, "big"))


def _text(tag: int, value: str) -> bytes:
    return _element(tag, value.encode())
