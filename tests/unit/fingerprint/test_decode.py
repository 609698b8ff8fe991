import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benban.errors import PictureDamagedError, PictureFormatError, PictureTooLargeError
from benban.fingerprint.decode import decode_picture, sniff_media_type
from benban.fingerprint.measure import measure_picture
from benban.testing.drawings import Picture, draw

_HEIC = Path(__file__).parents[3] / "vectors" / "pictures" / "landscape-240x160.heic"
_ORIENTATION = 0x0112


def _drawn() -> Picture:
    return draw("landscape", seed=11, width_px=320, height_px=200)


def _encode(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _difference(one: Picture, other: Picture) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def _turned(orientation: int) -> bytes:
    """A file whose pixels lie as a camera held that way would write them."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    picture = Image.fromarray(_drawn())
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    stored = picture if undo is None else picture.transpose(undo)
    return _encode(stored, "JPEG", quality=95, exif=exif)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_whatever_its_exif_orientation(orientation: int) -> None:
    decoded = decode_picture(_turned(orientation))

    assert decoded.rgb.shape == (200, 320, 3)
    assert _difference(decoded.rgb, _drawn()) < 4


def test_a_jpeg_is_decoded_to_the_pixels_that_pillow_gives() -> None:
    data = _encode(Image.fromarray(_drawn()), "JPEG", quality=80)

    decoded = decode_picture(data)

    assert np.array_equal(decoded.rgb, np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))


def _as_is(picture: Image.Image) -> Image.Image:
    return picture


def _cmyk(picture: Image.Image) -> Image.Image:
    return picture.convert("CMYK")


def _palette(picture: Image.Image) -> Image.Image:
    return picture.quantize(64)


def _bilevel(picture: Image.Image) -> Image.Image:
    return picture.convert("1")


def _grey(picture: Image.Image) -> Image.Image:
    return picture.convert("L")


@pytest.mark.parametrize(
    ("kind", "convert", "media_type", "tolerance"),
    [
        ("JPEG", _as_is, "image/jpeg", 6),
        ("JPEG", _grey, "image/jpeg", 6),
        ("JPEG", _cmyk, "image/jpeg", 6),
        ("PNG", _as_is, "image/png", 0),
        ("PNG", _palette, "image/png", 0),
        ("PNG", _bilevel, "image/png", 0),
        ("GIF", _palette, "image/gif", 0),
        ("WEBP", _as_is, "image/webp", 8),
        ("AVIF", _as_is, "image/avif", 8),
        ("BMP", _as_is, "image/bmp", 0),
    ],
)
def test_every_kind_of_picture_gives_the_colours_it_shows(
    kind: str,
    convert: Callable[[Image.Image], Image.Image],
    media_type: str,
    tolerance: float,
) -> None:
    shown = convert(Image.fromarray(_drawn()))

    decoded = decode_picture(_encode(shown, kind))

    assert (decoded.media_type, decoded.is_whole) == (media_type, True)
    assert _difference(decoded.rgb, np.asarray(shown.convert("RGB"))) <= tolerance


def test_a_heic_picture_is_read() -> None:
    decoded = decode_picture(_HEIC.read_bytes())

    expected = draw("landscape", seed=3, width_px=240, height_px=160)
    assert decoded.media_type == "image/heic"
    assert _difference(decoded.rgb, expected) < 8


def test_sixteen_bit_grey_keeps_its_upper_eight_bits() -> None:
    values = (np.arange(64 * 80, dtype=np.uint32) * 13 % 65536).astype(np.uint16).reshape(64, 80)
    data = _encode(Image.fromarray(values), "PNG")

    decoded = decode_picture(data)

    assert np.array_equal(decoded.rgb[:, :, 0], (values >> 8).astype(np.uint8))


def test_transparency_is_dropped_and_the_stored_colours_stand() -> None:
    rgba = np.dstack([_drawn(), np.zeros((200, 320), np.uint8)])

    decoded = decode_picture(_encode(Image.fromarray(rgba), "PNG"))

    assert np.array_equal(decoded.rgb, _drawn())


def test_of_an_animation_the_first_frame_counts() -> None:
    first = Image.fromarray(_drawn()).quantize(64)
    second = Image.fromarray(_drawn()[::-1].copy()).quantize(64)
    data = _encode(first, "GIF", save_all=True, append_images=[second])

    decoded = decode_picture(data)

    assert _difference(decoded.rgb, np.asarray(first.convert("RGB"))) == 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_cut_file_is_measured_as_far_as_it_goes_and_called_not_whole(kind: str) -> None:
    data = _encode(Image.fromarray(_drawn()), kind)

    decoded = decode_picture(data[: len(data) * 2 // 3])

    assert not decoded.is_whole
    assert _difference(decoded.rgb[:60], _drawn()[:60]) < 8


def _png_header_only(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    body = b"IDAT" + zlib.compress(b"\0" * 64)
    data = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return b"\x89PNG\r\n\x1a\n" + chunk + data


def test_a_picture_that_claims_too_many_pixels_is_refused_before_decoding() -> None:
    with pytest.raises(PictureTooLargeError):
        decode_picture(_png_header_only(16_000, 16_000))


def test_a_picture_with_one_immense_side_is_refused() -> None:
    with pytest.raises(PictureTooLargeError):
        decode_picture(_png_header_only(30_000, 10))


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 100, b"<svg></svg>", b"%PDF-1.7", b"\0\0\0\x18ftypmp42" + b"\0" * 20]
)
def test_what_is_not_a_picture_is_named_as_such(data: bytes) -> None:
    with pytest.raises(PictureFormatError):
        decode_picture(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xe0" + b"\0" * 60,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 60,
        b"GIF89a" + b"\0" * 3,
        b"BM" + b"\0" * 30,
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"\0\0\0\x18ftypheic" + b"\0" * 20,
        b"\0\0\0\x18ftypavif" + b"\0" * 20,
    ],
)
def test_a_picture_of_which_nothing_can_be_decoded_is_named_damaged(data: bytes) -> None:
    with pytest.raises(PictureDamagedError):
        decode_picture(data)


def test_the_kind_comes_from_the_bytes_alone() -> None:
    data = _encode(Image.fromarray(_drawn()), "PNG")

    assert sniff_media_type(data) == "image/png"


def test_a_photo_turned_by_exif_has_the_hash_of_the_upright_one() -> None:
    upright, turned = measure_picture(_turned(1)), measure_picture(_turned(6))

    assert upright.pdq.distance_bits(turned.pdq) <= 10
    assert (turned.width_px, turned.height_px) == (320, 200)
