import struct
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from benban.exposure.proof import prove_clean
from benban.exposure.redraw import shows_same
from benban.exposure.strip_jpeg import StrippedJpeg, strip_jpeg
from benban.exposure.wish import Redrawn
from benban.testing.planted import drawn_picture, encoded, jpeg_segment

_PLAIN = encoded(drawn_picture(), "JPEG", quality=90)
_WAYS: dict[str, bytes] = {
    "baseline": _PLAIN,
    "progressive": encoded(drawn_picture(), "JPEG", quality=80, progressive=True),
    "grey": encoded(drawn_picture().convert("L"), "JPEG", quality=80),
    "four colours": encoded(drawn_picture().convert("CMYK"), "JPEG", quality=80),
    "kept as RGB": encoded(drawn_picture(), "JPEG", quality=80, keep_rgb=True),
    "full colour": encoded(drawn_picture(), "JPEG", quality=80, subsampling=0),
    "restarts": encoded(drawn_picture(), "JPEG", quality=80, restart_marker_rows=1),
    "no JFIF": _PLAIN[:2] + _PLAIN[20:],
    "fill bytes": _PLAIN[:20] + b"\xff\xff" + _PLAIN[20:],
}


def _upright(orientation: int, order: str = ">") -> bytes:
    tag = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    start = b"MM\0*" if order == ">" else b"II*\0"
    tiff = start + struct.pack(order + "IH", 8, 1) + tag + bytes(4)
    return _PLAIN[:2] + jpeg_segment(0xE1, b"Exif\0\0" + tiff) + _PLAIN[2:]


@pytest.mark.parametrize("way", _WAYS)
def test_every_pixel_is_the_same_and_nothing_else_is_left(way: str) -> None:
    photo = _WAYS[way]

    copy = strip_jpeg(photo)

    assert isinstance(copy, StrippedJpeg)
    assert np.array_equal(
        np.asarray(Image.open(BytesIO(copy.data))), np.asarray(Image.open(BytesIO(photo)))
    )
    assert shows_same(photo, copy.data)
    proof = prove_clean(copy.data)
    assert (proof.leftovers, proof.width_px, proof.height_px) == ((), 320, 240)


def test_a_copy_of_a_copy_is_the_same_file() -> None:
    copy = strip_jpeg(_PLAIN)

    assert isinstance(copy, StrippedJpeg)
    assert strip_jpeg(copy.data) == copy


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_photo_on_its_side_is_not_copied_as_it_is(orientation: int, order: str) -> None:
    assert strip_jpeg(_upright(orientation, order)) is Redrawn.TURNED


def test_an_upright_photo_that_says_so_is_copied() -> None:
    assert isinstance(strip_jpeg(_upright(1)), StrippedJpeg)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff",
        _PLAIN[:-2],
        _PLAIN[: len(_PLAIN) // 2],
        _PLAIN[:2] + _PLAIN[20:400] + b"\xff\xd9",
        b"\xff\xd8\xff\xd9",
        # Four more bytes in a table than its own numbers ask for.
        _PLAIN[:20] + jpeg_segment(0xDB, bytes(65) + b"more") + _PLAIN[20:],
        _PLAIN[:20] + jpeg_segment(0xC4, bytes(17) + b"more") + _PLAIN[20:],
        _PLAIN[:20] + jpeg_segment(0xDC, b"\0\1") + _PLAIN[20:],
        _PLAIN[:20] + b"\xff",
        # More parts than any camera writes, each as it should be.
        _PLAIN[:20] + jpeg_segment(0xDD, b"\0\0") * 4097 + _PLAIN[20:],
    ],
)
def test_what_is_not_built_as_expected_is_left_to_the_decoder(data: bytes) -> None:
    assert strip_jpeg(data) is Redrawn.CODING


def test_bytes_hidden_behind_the_coded_picture_make_the_decoder_complain() -> None:
    photo = _PLAIN[:-2] + b"hidden in the coded picture" + _PLAIN[-2:]

    copy = strip_jpeg(photo)

    assert isinstance(copy, StrippedJpeg)
    assert not shows_same(photo, copy.data)


@given(st.integers(2, len(_PLAIN) - 1), st.binary(max_size=40))
def test_a_damaged_photo_gives_a_clean_copy_or_a_reason(at: int, instead: bytes) -> None:
    result = strip_jpeg(_PLAIN[:at] + instead + _PLAIN[at + len(instead) :])

    if isinstance(result, StrippedJpeg):
        assert prove_clean(result.data).leftovers == ()
