"""
Bytes of a picture to an upright RGB array. Runs inside the fence only.

What is decided here, because a hash has to agree with the ones other programs make:
EXIF orientation is applied; a colour profile (ICC) is not; transparency is dropped and the stored
colours stand, as ``convert("RGB")`` does; 16-bit grey keeps its upper eight bits; of an animation
the first frame counts. The name of a file and what a server said play no part.
"""

import struct
import zlib
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
import pi_heif
import simplejpeg
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from benban.errors import (
    PictureCodingError,
    PictureDamagedError,
    PictureFormatError,
    PictureTooLargeError,
)

# 50 Mpx: every phone's picture in its usual mode; decoded it takes 150 MB.
MAX_PIXELS = 50_000_000
MAX_SIDE_PX = 20_000
MAX_BYTES = 96 * 1024 * 1024

_EXIF_ORIENTATION = 0x0112

_PILLOW_FORMATS = {
    "image/jpeg": ("JPEG",),
    "image/png": ("PNG",),
    "image/gif": ("GIF",),
    "image/webp": ("WEBP",),
    "image/avif": ("AVIF",),
    "image/bmp": ("BMP",),
}
# Below this the shorter side is not shrunk for a scan: at half of it hashes drifted twice as far.
_SCAN_SIDE_PX = 1024

# The plugins raise all of these on damaged input; none says anything reliable.
BROKEN = (
    UnidentifiedImageError,
    ValueError,
    SyntaxError,
    EOFError,
    OSError,
    RuntimeError,
    LookupError,
    TypeError,
    struct.error,
    zlib.error,
)
_14_BITS = 0x3FFF
_TABLE_BYTES = 64 * 1024
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
# How the pictures inside may be coded (ISO/IEC 23008-12 annex B, AV1-ISOBMFF section 2.2).
_ITEM_CODINGS = {"image/heic": b"hvc1", "image/avif": b"av01"}
# What begins a frame in a JPEG, and of these: baseline, extended and progressive, the last two by
# Huffman or arithmetic coding.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_FRAMES_READ = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA})


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedPicture:
    """
    An upright picture.

    Attributes:
        rgb: height x width x 3, red green blue, 0..255, C order.
        is_whole: False when the file is damaged and the missing part is grey or black.
    """

    rgb: NDArray[np.uint8]
    media_type: str
    is_whole: bool


def decode_picture(data: bytes) -> DecodedPicture:
    """
    Return the upright RGB picture in *data*.

    Raises:
        PictureFormatError: BB-303, not one of the kinds that are read.
        PictureTooLargeError: BB-302, said by the header before anything is decoded.
        PictureDamagedError: BB-304, nothing could be decoded.
        PictureCodingError: BB-312, coded in a way for which there is no decoder here.
    """
    media_type = sniff_media_type(data)
    if len(data) > MAX_BYTES:
        raise PictureTooLargeError(limit=f"{MAX_BYTES // 2**20} MB")
    try:
        if media_type == "image/heic":
            return _decode_heic(data)
        return _decode_by_pillow(data, media_type)
    except BROKEN as error:
        if not _is_coded_as_known(data, media_type):
            raise PictureCodingError(type(error).__name__) from error
        raise PictureDamagedError(type(error).__name__) from error


def decode_grey(data: bytes) -> NDArray[np.uint8] | None:
    """
    Return the upright grey plane of a JPEG, shrunk while it is decoded; None where that is no use.

    The shorter side keeps at least 1,024 pixels, or all that it has. Everything but a whole JPEG
    in grey or in three colours has no such plane; :func:`decode_picture` reads it or says why not.

    Raises:
        PictureFormatError: BB-303.
        PictureTooLargeError: BB-302.
    """
    if sniff_media_type(data) != "image/jpeg" or len(data) > MAX_BYTES:
        return None
    try:
        with Image.open(BytesIO(data), formats=pillow_formats("image/jpeg")) as picture:
            _check_size(*picture.size)
            if picture.mode not in {"L", "RGB"}:
                return None
            orientation = orientation_of(picture)
        plane: NDArray[np.uint8] = simplejpeg.decode_jpeg(
            data, "GRAY", min_height=_SCAN_SIDE_PX, min_width=_SCAN_SIDE_PX, strict=True
        )
    except BROKEN:
        return None
    upright = _upright(plane, orientation)
    return upright.reshape(upright.shape[:2])


def sniff_media_type(data: bytes) -> str:
    """
    Return the media type that the first bytes show.

    Raises:
        PictureFormatError: BB-303.
    """
    signatures = (
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"BM", "image/bmp"),
    )
    for signature, media_type in signatures:
        if data.startswith(signature):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return _sniff_brand(data)
    raise PictureFormatError


def pillow_formats(media_type: str) -> tuple[str, ...]:
    """Return the names of the only plugins that may read this kind of picture."""
    return _PILLOW_FORMATS[media_type]


def _sniff_brand(data: bytes) -> str:
    length = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12]} | {data[k : k + 4] for k in range(16, length, 4)}
    if brands & _AVIF_BRANDS:
        return "image/avif"
    if brands & _HEIC_BRANDS:
        return "image/heic"
    raise PictureFormatError


def _is_coded_as_known(data: bytes, media_type: str) -> bool:
    """Return False where a JPEG, HEIC or AVIF says a coding that is not decoded here."""
    if media_type == "image/jpeg":
        return _is_jpeg_coded_as_known(data)
    if media_type not in _ITEM_CODINGS:
        return True
    # An item information entry of version 2: flags, id, protection, then the type of the item
    # (ISO/IEC 14496-12 8.11.6).
    kinds = {data[at + 12 : at + 16] for at in _places_of(data, b"infe")}
    return not kinds or _ITEM_CODINGS[media_type] in kinds


def _is_jpeg_coded_as_known(data: bytes) -> bool:
    """Return False for 12 bits, lossless and hierarchical coding (ITU-T T.81 B.1.1.3, B.2.2)."""
    at = 2
    while data[at : at + 1] == b"\xff":
        kind = data[at + 1]
        if kind in _JPEG_FRAMES:
            return kind in _JPEG_FRAMES_READ and data[at + 4 : at + 5] == b"\x08"
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return True


def _places_of(data: bytes, mark: bytes) -> list[int]:
    # The tables stand at the beginning; a mark further on is part of a picture.
    found, at = [], data.find(mark, 0, _TABLE_BYTES)
    while at >= 0:
        found.append(at)
        at = data.find(mark, at + 1, _TABLE_BYTES)
    return found


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
        raise PictureTooLargeError(limit=f"{MAX_PIXELS // 1_000_000} Mpx")


def _decode_by_pillow(data: bytes, media_type: str) -> DecodedPicture:
    # Our own limit is checked first; Pillow's would be a warning, then another error.
    Image.MAX_IMAGE_PIXELS = None
    if media_type == "image/webp":
        # Its library takes the memory of a whole canvas before it tells a size.
        _check_size(*_webp_size(data))
    try:
        return _opened_and_decoded(data, media_type)
    except BROKEN:
        # What is cut off is filled up, and a text that unpacks without end is left out.
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            return replace(_opened_and_decoded(data, media_type), is_whole=False)
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False


def _opened_and_decoded(data: bytes, media_type: str) -> DecodedPicture:
    with Image.open(BytesIO(data), formats=pillow_formats(media_type)) as picture:
        _check_size(*picture.size)
        orientation = orientation_of(picture)
        is_whole = True
        if media_type == "image/jpeg" and picture.mode in {"L", "RGB"}:
            rgb, is_whole = _jpeg_pixels(data)
        else:
            picture.load()
            rgb = _rgb(picture)
    return DecodedPicture(rgb=_upright(rgb, orientation), media_type=media_type, is_whole=is_whole)


def _webp_size(data: bytes) -> tuple[int, int]:
    """
    Return width and height as the header of a WebP says; zeros where it says nothing.

    Source: RFC 9649 sections 2.5 (VP8), 2.6 (VP8L), 2.7 (VP8X).
    """
    head, body = data[12:16], data[20:30].ljust(10, b"\0")
    if head == b"VP8X":
        width, height = (int.from_bytes(body[at : at + 3], "little") + 1 for at in (4, 7))
        return width, height
    if head == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & _14_BITS) + 1, (bits >> 14 & _14_BITS) + 1
    width, height = (int.from_bytes(body[at : at + 2], "little") & _14_BITS for at in (6, 8))
    return width, height


def _jpeg_pixels(data: bytes) -> tuple[NDArray[np.uint8], bool]:
    try:
        whole: NDArray[np.uint8] = simplejpeg.decode_jpeg(data, "RGB", strict=True)
        return whole, True
    except ValueError:
        part: NDArray[np.uint8] = simplejpeg.decode_jpeg(data, "RGB", strict=False)
        return part, False


def _decode_heic(data: bytes) -> DecodedPicture:
    heif = pi_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=True)
    _check_size(*heif.size)
    with heif.to_pillow() as picture:
        return DecodedPicture(rgb=_rgb(picture), media_type="image/heic", is_whole=True)


def _rgb(picture: Image.Image) -> NDArray[np.uint8]:
    if picture.mode.startswith("I;16") or picture.mode == "I":
        # convert("RGB") would clip sixteen bits to white.
        grey = (np.asarray(picture, np.uint32) >> 8).clip(0, 255).astype(np.uint8)
        return np.repeat(grey[:, :, None], 3, axis=2)
    return np.array(picture.convert("RGB"))


def orientation_of(picture: Image.Image) -> int:
    """Return how an open picture says that it is turned (EXIF), 1 to 8."""
    try:
        value = picture.getexif().get(_EXIF_ORIENTATION, 1)
    except (ValueError, SyntaxError, OSError, KeyError, TypeError):
        return 1  # a broken EXIF block says nothing about how to turn
    return value if isinstance(value, int) and 1 <= value <= 8 else 1  # noqa: PLR2004 - EXIF


def _upright(rgb: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    # EXIF 2.3, tag 274: where the 0th row and the 0th column lie.
    turned = {
        1: rgb,
        2: rgb[:, ::-1],
        3: rgb[::-1, ::-1],
        4: rgb[::-1],
        5: rgb.transpose(1, 0, 2),
        6: rgb[::-1].transpose(1, 0, 2),
        7: rgb[::-1, ::-1].transpose(1, 0, 2),
        8: rgb[:, ::-1].transpose(1, 0, 2),
    }[orientation]
    return np.ascontiguousarray(turned)
