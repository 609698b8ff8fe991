import struct
import zlib
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benban.capture.png_strips import StripJoiner
from benban.errors import PictureStripsError
from benban.testing.pictures import decode, encode_png

Rows = npt.NDArray[np.uint8]


def drawn(height: int, width: int, seed: int) -> Rows:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def joined(strips: list[bytes], height: int) -> bytes:
    out = bytearray()
    joiner = StripJoiner(out.extend, height)
    for strip in strips:
        joiner.add(strip)
    joiner.finish()
    return bytes(out)


def with_filter(kind: int) -> Callable[[Rows], bytes]:
    """Encode with every row filtered the same way, so that each first row is met."""

    def encode(picture: Rows) -> bytes:
        height, width = picture.shape[:2]
        raw, above = b"", np.zeros(width * 3, np.int32)
        for row in picture.reshape(height, -1).astype(np.int32):
            left = np.concatenate([np.zeros(3, np.int32), row[:-3]])
            corner = np.concatenate([np.zeros(3, np.int32), above[:-3]])
            guess = left + above - corner
            near = [abs(guess - one) for one in (left, above, corner)]
            paeth = np.where(
                (near[0] <= near[1]) & (near[0] <= near[2]),
                left,
                np.where(near[1] <= near[2], above, corner),
            )
            taken = [np.zeros_like(row), left, above, (left + above) // 2, paeth][kind]
            raw += bytes((kind,)) + ((row - taken) & 255).astype(np.uint8).tobytes()
            above = row
        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in chunks
        )

    return encode


@pytest.mark.parametrize("kind", range(5))
def test_strips_of_every_kind_of_row_join_to_the_whole(kind: int) -> None:
    picture = drawn(23, 17, kind)
    encode = with_filter(kind)

    whole = joined([encode(picture[:9]), encode(picture[9:10]), encode(picture[10:])], 23)

    assert np.array_equal(decode(whole), picture)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=5), st.integers(1, 300))
def test_strips_as_a_library_writes_them_join_to_the_whole(heights: list[int], width: int) -> None:
    picture = drawn(sum(heights), width, width)
    ends = np.cumsum(heights)
    strips = [
        encode_png(picture[end - size : end]) for end, size in zip(ends, heights, strict=True)
    ]

    assert np.array_equal(decode(joined(strips, sum(heights))), picture)


def test_what_is_no_picture_or_does_not_fit_is_refused() -> None:
    good = encode_png(drawn(8, 8, 1))
    grey = cv2.imencode(".png", np.zeros((8, 8), np.uint8))[1].tobytes()
    narrow = encode_png(drawn(8, 7, 1))
    cases = {
        "not a picture": ([b"GIF89a"], 8),
        "not as browsers write it": ([grey], 8),
        "of another width": ([good, narrow], 16),
        "rows too few": ([good], 9),
        "rows too many": ([good], 7),
        "cut off": ([good[:60]], 8),
        "damaged": ([good[:50] + b"\xff\xff" + good[52:]], 8),
    }

    for strips, height in cases.values():
        with pytest.raises(PictureStripsError):
            joined(strips, height)


def test_a_picture_that_unpacks_into_far_more_than_it_says_is_refused() -> None:
    raw = zlib.compress(b"\0" * (64 << 20))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + b"\0\0\0\0"
        for name, data in ((b"IHDR", head), (b"IDAT", raw))
    )
    written = bytearray()

    with pytest.raises(PictureStripsError):
        StripJoiner(written.extend, 8).add(bomb)

    assert len(written) < 1 << 20
