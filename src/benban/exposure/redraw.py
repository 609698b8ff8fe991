"""
A picture decoded and written anew, as JPEG or PNG. Runs inside the fence only.

Only pixels go from one to the other: the new file is made from an array, so that nothing the
library remembers of the old one (comments, EXIF, text, profiles) can be written again. Colours
stay in the space they are in where everybody knows it, else they become sRGB. Sixteen bits become
eight. Lossless kinds and pictures that let something shine through become PNG, all others JPEG.
"""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pi_heif
import simplejpeg
from PIL import Image, ImageCms

from benban.errors import AnimatedPictureError, PictureDamagedError, PictureTooLargeError
from benban.exposure.colour import Space, own_profile, recognise
from benban.exposure.mark import draw_mark
from benban.exposure.wish import MAX_PHOTO_BYTES, SaferWish
from benban.fingerprint.decode import (
    BROKEN,
    MAX_PIXELS,
    MAX_SIDE_PX,
    decode_picture,
    pillow_formats,
    sniff_media_type,
)

# Close to what phones write; colours at full resolution, so that a second writing costs little.
_JPEG_QUALITY = 95
_FULL_COLOUR = 0
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LOSSLESS = frozenset({"image/png", "image/bmp", "image/gif"})
# ISO/IEC 23091-2 8.1: colour primaries 12 are those of Display P3.
_P3_PRIMARIES = 12
_OPAQUE = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """Pixels as L, LA, RGB, RGBA or CMYK, upright; the profile they came with; their kind."""

    picture: Image.Image
    profile: bytes
    space: Space | None
    is_lossless: bool


def redraw(data: bytes, wish: SaferWish) -> bytes:
    """
    Return the picture in *data* written anew with *wish* fulfilled.

    Raises:
        PictureFormatError: BB-303.
        PictureTooLargeError: BB-302, the picture or what would be written.
        PictureDamagedError: BB-304, it is not whole.
        PictureCodingError: BB-312.
        AnimatedPictureError: BB-922.
        MarkRefusedError: BB-923.
    """
    media_type = sniff_media_type(data)
    try:
        opened = _open(data, media_type)
        picture, space = _known_colours(opened)
    except BROKEN as error:
        decode_picture(data)  # says better than the library what is wrong
        raise PictureDamagedError(type(error).__name__) from error
    picture = _within(picture, wish.max_side_px)
    if wish.mark:
        picture = draw_mark(picture, wish.mark)
    return _write(picture, space, is_lossless=opened.is_lossless)


def shows_same(photo: bytes, copy: bytes) -> bool:
    """Return whether two JPEG files decode without a complaint, to exactly the same pixels."""
    try:
        first, second = (_strict_pixels(data) for data in (photo, copy))
    except BROKEN:
        return False
    return first.shape == second.shape and bool(np.array_equal(first, second))


def _strict_pixels(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(BytesIO(data), formats=pillow_formats("image/jpeg")) as picture:
        _require_size(picture.size)
        mode = picture.mode
    colours = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}[mode]
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = simplejpeg.decode_jpeg(
        data, colours, strict=True
    )
    return pixels


def _open(data: bytes, media_type: str) -> _Opened:
    if len(data) > MAX_PHOTO_BYTES:
        raise PictureTooLargeError(limit=f"{MAX_PHOTO_BYTES // 2**20} MB")
    if media_type == "image/heic":
        return _open_heic(data)
    # Our own limit is checked; Pillow's would be a warning, then another error.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(BytesIO(data), formats=pillow_formats(media_type)) as picture:
        _require_size(picture.size)
        # A second picture in a JPEG is a preview or a depth map, no next frame.
        if media_type != "image/jpeg" and getattr(picture, "is_animated", False):
            raise AnimatedPictureError
        profile = picture.info.get("icc_profile") or b""
        turn = _TURNS.get(_orientation(picture))
        plain = _plain_mode(picture)
    is_lossless = media_type in _LOSSLESS or (media_type == "image/webp" and b"VP8L" in data)
    return _Opened(
        picture=plain.transpose(turn) if turn is not None else plain,
        profile=profile,
        space=None,
        is_lossless=is_lossless,
    )


def _open_heic(data: bytes) -> _Opened:
    heif = pi_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=True)
    _require_size(heif.size)
    primaries = (heif.info.get("nclx_profile") or {}).get("color_primaries")
    profile = heif.info.get("icc_profile") or b""
    space = Space.DISPLAY_P3 if primaries == _P3_PRIMARIES and not profile else None
    # The library turns by the container's own word; EXIF says nothing about it.
    with heif.to_pillow() as picture:
        plain = _plain_mode(picture)
    return _Opened(picture=plain, profile=profile, space=space, is_lossless=False)


def _require_size(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS or max(size) > MAX_SIDE_PX:
        raise PictureTooLargeError(limit=f"{MAX_PIXELS // 1_000_000} Mpx")


def _orientation(picture: Image.Image) -> int:
    try:
        value = picture.getexif().get(_ORIENTATION, 1)
    except BROKEN:
        return 1  # a broken EXIF block says nothing about how to turn
    return value if isinstance(value, int) else 1


def _plain_mode(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        # Sixteen bits of grey; a plain conversion would clip them to white.
        grey = (np.asarray(picture, np.uint32) >> 8).clip(0, 255).astype(np.uint8)
        return Image.fromarray(grey)
    if "transparency" in picture.info or picture.mode in {"RGBA", "LA", "PA", "RGBa", "La"}:
        clear = picture.convert("RGBA")
        is_opaque = clear.getchannel("A").getextrema() == (_OPAQUE, _OPAQUE)
        return clear.convert("RGB") if is_opaque else clear
    if picture.mode in {"L", "RGB", "CMYK"}:
        return picture.copy()
    return picture.convert("RGB")


def _known_colours(opened: _Opened) -> tuple[Image.Image, Space | None]:
    """Return the pixels and the space to name; without a profile nothing is named."""
    picture, mode = opened.picture, opened.picture.mode
    if not opened.profile:
        return (picture.convert("RGB") if mode == "CMYK" else picture), opened.space
    space = recognise(opened.profile)
    if space is not None and mode in {"RGB", "RGBA"}:
        return picture, space
    converted = _as_srgb(picture, opened.profile)
    return converted, Space.SRGB if converted.mode in {"RGB", "RGBA"} else None


def _as_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = picture.convert("RGB") if alpha is not None else picture
    try:
        converted = ImageCms.profileToProfile(
            colours, BytesIO(profile), BytesIO(own_profile(Space.SRGB)), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, ValueError):
        converted = None  # a profile for other channels than the picture has says nothing
    if converted is None:
        converted = colours.convert("RGB")
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _within(picture: Image.Image, max_side_px: int) -> Image.Image:
    longer = max(picture.size)
    if not 0 < max_side_px < longer:
        return picture
    width, height = (max(1, round(side * max_side_px / longer)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _write(picture: Image.Image, space: Space | None, *, is_lossless: bool) -> bytes:
    # From the bare pixels: the library writes what it remembers of the file they came from.
    bare = Image.fromarray(np.asarray(picture))
    profile = own_profile(space) if space is not None else None
    out = BytesIO()
    if is_lossless or bare.mode == "RGBA":
        bare.save(out, "PNG", icc_profile=profile)
    else:
        bare.save(out, "JPEG", quality=_JPEG_QUALITY, subsampling=_FULL_COLOUR, icc_profile=profile)
    if out.tell() > MAX_PHOTO_BYTES:
        raise PictureTooLargeError(limit=f"{MAX_PHOTO_BYTES // 2**20} MB")
    return out.getvalue()
