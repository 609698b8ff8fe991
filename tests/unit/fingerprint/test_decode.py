import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from benban.errors import (
    PictureCodingError,
    PictureDamagedError,
    PictureFormatError,
    PictureTooLargeError,
)
from benban.fingerprint.decode import decode_grey, decode_picture, sniff_media_type
from benban.fingerprint.measure import measure_picture
from benban.fingerprint.pdq import hash_picture
from benban.testing.drawings import Picture, draw

_VECTORS = Path(__file__).parents[3] / "vectors" / "pictures"
_HEIC = _VECTORS / "landscape-240x160.heic"
_ORIENTATION = 0x0112


def _drawn() -> Picture:
    return draw("landscape", seed=11, width_px=320, height_px=200)


def _encode(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _difference(one: Picture, other: Picture) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def _turned(orientation: int, kind: str = "JPEG") -> bytes:
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
    return _encode(stored, kind, quality=95, exif=exif)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_whatever_its_exif_orientation(orientation: int) -> None:
    decoded = decode_picture(_turned(orientation))

    assert decoded.rgb.shape == (200, 320, 3)
    assert _difference(decoded.rgb, _drawn()) < 4


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", [2, 3, 6, 8])
def test_exif_orientation_counts_in_every_kind_that_carries_it(kind: str, orientation: int) -> None:
    decoded = decode_picture(_turned(orientation, kind))

    assert decoded.rgb.shape == (200, 320, 3)
    assert _difference(decoded.rgb, _drawn()) < 8


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_heic_turned_by_its_own_box_stands_as_it_is_shown(quarters: int) -> None:
    decoded = decode_picture(_heic_turned_left(quarters))

    shown = np.rot90(draw("landscape", seed=3, width_px=240, height_px=160), quarters)
    assert decoded.rgb.shape == shown.shape
    assert _difference(decoded.rgb, shown) < 8


def _heic_turned_left(quarters: int) -> bytes:
    """The HEIC vector with a fifth property: turned anti-clockwise (ISO/IEC 23008-12 6.5.10)."""
    box = struct.pack(">I", 9) + b"irot" + bytes([quarters])
    data = _HEIC.read_bytes()
    start = data.index(b"ipma") - 4
    # What the picture has: four properties, then five.
    data = data[:start] + box + data[start:].replace(b"\x04\x81\2\3\4", b"\x05\x81\2\3\4\x85", 1)
    for name, more in ((b"meta", 10), (b"iprp", 10), (b"ipco", 9), (b"ipma", 1)):
        at = data.index(name) - 4
        data = data[:at] + _added(data[at : at + 4], more) + data[at + 4 :]
    # Where the picture begins: sixteen bytes on in this table of one item.
    at = data.index(b"iloc") + 16
    return data[:at] + _added(data[at : at + 4], 10) + data[at + 4 :]


def _added(size: bytes, more: int) -> bytes:
    return (int.from_bytes(size, "big") + more).to_bytes(4, "big")


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


def _png(depth: int, colour: int, width: int, rows: list[bytes], extra: bytes = b"") -> bytes:
    """A PNG in a form that no writer at hand makes (RFC 2083)."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, len(rows), depth, colour, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + row for row in rows))
    body = chunk(b"IHDR", head) + extra + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(("colour", "samples"), [(2, 3), (6, 4), (4, 2)])
def test_sixteen_bit_colours_keep_their_upper_eight_bits(colour: int, samples: int) -> None:
    values = np.arange(40 * 30 * samples, dtype=np.uint32) * 7919 % 65536
    deep = values.astype(">u2").reshape(30, 40, samples)

    decoded = decode_picture(_png(16, colour, 40, [row.tobytes() for row in deep]))

    upper = (deep >> 8).astype(np.uint8)
    shown = upper[:, :, :3] if samples > 2 else np.repeat(upper[:, :, :1], 3, axis=2)
    assert np.array_equal(decoded.rgb, shown)


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_a_palette_of_few_bits_gives_its_colours(depth: int) -> None:
    colours = np.arange(3 << depth, dtype=np.uint8).reshape(-1, 3) * 5
    indices = np.arange(24 * 16).reshape(16, 24) * 7 % (1 << depth)
    bits = (indices[:, :, None] >> np.arange(depth)[::-1]) & 1
    rows = [np.packbits(line.ravel()).tobytes() for line in bits.astype(np.uint8)]
    body = b"PLTE" + colours.tobytes()
    palette = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))

    decoded = decode_picture(_png(depth, 3, 24, rows, palette))

    assert np.array_equal(decoded.rgb, colours[indices])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_colour_profile_changes_nothing(kind: str) -> None:
    picture = Image.fromarray(_drawn())
    # Colours of this profile are far from those of a screen: applied, it would be seen.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()

    with_profile = decode_picture(_encode(picture, kind, icc_profile=profile))

    assert np.array_equal(with_profile.rgb, decode_picture(_encode(picture, kind)).rgb)


@pytest.mark.parametrize(
    "options", [{"progressive": True}, {"keep_rgb": True}, {"subsampling": 0}, {"subsampling": 2}]
)
def test_every_common_coding_of_a_jpeg_gives_its_colours(options: dict[str, object]) -> None:
    data = _encode(Image.fromarray(_drawn()), "JPEG", quality=90, **options)

    decoded, grey = decode_picture(data), decode_grey(data)

    luma = _drawn() @ np.array([0.299, 0.587, 0.114])
    assert decoded.is_whole
    assert _difference(decoded.rgb, _drawn()) < 4
    assert grey is not None
    assert float(np.abs(grey - luma).mean()) < 4


def test_an_arithmetically_coded_jpeg_is_read() -> None:
    data = (_VECTORS / "landscape-120x80-arithmetic.jpg").read_bytes()

    decoded = decode_picture(data)

    expected = draw("landscape", seed=3, width_px=120, height_px=80)
    assert (data.index(b"\xff\xc9") > 0, decoded.is_whole) == (True, True)
    assert _difference(decoded.rgb, expected) < 6


def _with_frame(kind: int) -> bytes:
    data = _encode(Image.fromarray(_drawn()), "JPEG")
    return data.replace(b"\xff\xc0", bytes([0xFF, kind]), 1)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param((_VECTORS / "landscape-120x80-12-bit.jpg").read_bytes(), id="12 bits"),
        pytest.param(_with_frame(0xC3), id="lossless"),
        pytest.param(_with_frame(0xC5), id="hierarchical"),
        pytest.param(_with_frame(0xCB), id="lossless, arithmetic"),
    ],
)
def test_a_jpeg_without_a_decoder_is_named_so_and_not_called_damaged(data: bytes) -> None:
    with pytest.raises(PictureCodingError):
        decode_picture(data)


def test_transparency_is_dropped_and_the_stored_colours_stand() -> None:
    rgba = np.dstack([_drawn(), np.zeros((200, 320), np.uint8)])

    decoded = decode_picture(_encode(Image.fromarray(rgba), "PNG"))

    assert np.array_equal(decoded.rgb, _drawn())


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_frame_counts(kind: str) -> None:
    first = Image.fromarray(_drawn())
    second = Image.fromarray(_drawn()[::-1].copy())

    decoded = decode_picture(_encode(first, kind, save_all=True, append_images=[second]))

    assert decoded.is_whole
    assert _difference(decoded.rgb, _drawn()) < 8


@pytest.mark.parametrize("mode", ["LA", "RGBA", "PA"])
def test_half_transparent_pictures_keep_the_colours_that_are_stored(mode: str) -> None:
    alpha = np.tile(np.arange(320, dtype=np.uint8), (200, 1))
    picture = Image.fromarray(np.dstack([_drawn(), alpha]))
    stored = picture.quantize(64) if mode == "PA" else picture.convert(mode)
    options = {} if mode != "PA" else {"transparency": 3}

    decoded = decode_picture(_encode(stored, "PNG", **options))

    assert np.array_equal(decoded.rgb, np.asarray(stored.convert("RGBA"))[:, :, :3])


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


@pytest.mark.parametrize("kind", ["turned", "four colours", "palette", "two tones"])
def test_kinds_that_other_programs_hash_as_stored_are_hashed_as_shown(kind: str) -> None:
    """threatexchange 1.2.17 hands the stored numbers to PDQ; the hash of what is seen is missed."""
    drawn = Image.fromarray(_drawn())
    data, shown = {
        "turned": (_turned(6), drawn),
        "four colours": (_encode(drawn.convert("CMYK"), "JPEG"), drawn),
        "palette": (_encode(drawn.quantize(64), "PNG"), drawn.quantize(64)),
        "two tones": (_encode(drawn.convert("1"), "PNG"), drawn.convert("1")),
    }[kind]
    stored = np.asarray(Image.open(io.BytesIO(data))).astype(np.uint8)
    stored = np.dstack([stored] * 3) if stored.ndim == 2 else stored[:, :, :3]

    truth, _ = hash_picture(np.asarray(shown.convert("RGB")))
    theirs, _ = hash_picture(np.ascontiguousarray(stored))
    ours = measure_picture(data).pdq

    is_missed = theirs.quality < 50 or theirs.distance_bits(truth) > 31
    assert (ours.distance_bits(truth) <= 10, is_missed) == (True, True)
