"""
Drawn pictures with a canary in every place where a file can carry more than its picture.

For the proof that none of it is in a safer copy; the picture itself is a drawing.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from benban.exposure.colour import Space, own_profile
from benban.testing.drawings import draw

CANARY = b"CANARY-7f3a-Ben-Ban"
_TEXT = CANARY.decode("ascii")
_EXIF_MAKER_NOTE = 0x927C
_EXIF_USER_COMMENT = 0x9286
_ARTIST, _SERIAL = 0x013B, 0xA431


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A file whose *kind* of metadata holds the canary."""

    container: str
    kind: str
    data: bytes


def drawn_picture(width_px: int = 320, height_px: int = 240) -> Image.Image:
    """Return a drawing."""
    return Image.fromarray(draw("shapes", seed=4, width_px=width_px, height_px=height_px))


def planted_files(heic: bytes) -> Iterator[Planted]:
    """Return every kind of metadata in every container that has it; *heic* is one with one item."""
    for container, files in (
        ("JPEG", _jpegs()),
        ("PNG", _pngs()),
        ("WebP", _webps()),
        ("GIF", _gifs()),
        ("AVIF", _by_library("AVIF")),
        ("HEIC", _heics(heic)),
    ):
        for kind, data in files:
            yield Planted(container=container, kind=kind, data=data)


def canary_exif() -> Image.Exif:
    """Return EXIF with the canary as owner, serial number, comment, maker's note and place."""
    exif = Image.Exif()
    exif[_ARTIST] = _TEXT
    exif.get_ifd(0x8769).update(
        {_SERIAL: _TEXT, _EXIF_USER_COMMENT: CANARY, _EXIF_MAKER_NOTE: b"Apple iOS\0" + CANARY}
    )
    exif.get_ifd(0x8825).update({1: "N", 2: (21.0, 1.0, 42.5), 29: _TEXT})
    return exif


def private_profile(space: Space = Space.DISPLAY_P3) -> bytes:
    """Return the profile of a well-known space with a serial number in a private tag."""
    plain = own_profile(space)
    (count,) = struct.unpack_from(">I", plain, 128)
    tags = bytearray(plain[132 : 132 + 12 * count])
    for number in range(count):
        (at,) = struct.unpack_from(">I", tags, 12 * number + 4)
        struct.pack_into(">I", tags, 12 * number + 4, at + 12)
    body = plain[132 + 12 * count :]
    tag = b"data\0\0\0\0" + CANARY
    table = struct.pack(">I", count + 1) + tags
    table += struct.pack(">4sII", b"MSN ", len(plain) + 12, len(tag))
    return struct.pack(">I", len(plain) + 12 + len(tag)) + plain[4:128] + table + body + tag


def jpeg_segment(marker: int, payload: bytes) -> bytes:
    """Return one segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def png_chunk(name: bytes, body: bytes) -> bytes:
    """Return one chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def encoded(picture: Image.Image, container: str, **options: object) -> bytes:
    """Return *picture* as Pillow writes it."""
    out = BytesIO()
    picture.save(out, container, **options)
    return out.getvalue()


def _jpegs() -> Iterator[tuple[str, bytes]]:
    picture = drawn_picture()
    plain = encoded(picture, "JPEG", quality=90)
    exif = b"Exif\0\0" + canary_exif().tobytes()[6:]
    small = encoded(picture.resize((80, 60)), "JPEG", comment=CANARY)
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    more = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + struct.pack(">II", 19, 0)
    resource = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(CANARY)) + CANARY
    for kind, segment in (
        ("EXIF", jpeg_segment(0xE1, exif)),
        ("EXIF thumbnail", jpeg_segment(0xE1, _exif_with_thumbnail(small))),
        ("XMP", jpeg_segment(0xE1, xmp)),
        ("XMP extended", jpeg_segment(0xE1, more + CANARY)),
        ("IPTC", jpeg_segment(0xED, resource)),
        ("comment", jpeg_segment(0xFE, CANARY)),
        ("JFXX thumbnail", jpeg_segment(0xE0, b"JFXX\0\x10" + small)),
        ("Content Credentials", jpeg_segment(0xEB, b"JP\0\1\0\0\0\1" + _jumbf())),
        ("ICC private", jpeg_segment(0xE2, b"ICC_PROFILE\0\1\1" + private_profile())),
        ("unknown segment", jpeg_segment(0xE7, CANARY)),
        ("unknown Adobe", jpeg_segment(0xEE, b"Adobe\0\x64\0\0\0\0\1" + CANARY)),
    ):
        yield kind, plain[:2] + segment + plain[2:]
    film = struct.pack(">I4s", 16, b"ftyp") + b"mp42" + bytes(4) + CANARY
    yield "short film", plain + film
    yield "second picture", encoded(picture, "MPO", save_all=True, append_images=[picture]) + small


def _exif_with_thumbnail(small: bytes) -> bytes:
    # One empty directory, then one with the place and the size of the thumbnail behind it.
    tiff = b"MM\0*" + struct.pack(">IHI", 8, 0, 14)
    tiff += struct.pack(">H", 2) + struct.pack(">HHII", 0x0201, 4, 1, 44)
    return b"Exif\0\0" + tiff + struct.pack(">HHIII", 0x0202, 4, 1, len(small), 0) + small


def _jumbf() -> bytes:
    body = b"jumd" + b"c2pa" + bytes(12) + b"\3c2pa\0" + CANARY
    return struct.pack(">I4sI", len(body) + 12, b"jumb", len(body) + 4) + body


def _pngs() -> Iterator[tuple[str, bytes]]:
    picture = drawn_picture()
    plain = encoded(picture, "PNG")
    packed = zlib.compress(CANARY)
    for kind, chunk in (
        ("text", png_chunk(b"tEXt", b"Author\0" + CANARY)),
        ("packed text", png_chunk(b"zTXt", b"Author\0\0" + packed)),
        ("XMP", png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + CANARY)),
        ("EXIF", png_chunk(b"eXIf", canary_exif().tobytes()[6:])),
        ("Content Credentials", png_chunk(b"caBX", _jumbf())),
        ("unknown chunk", png_chunk(b"prVt", CANARY)),
        ("ICC private", png_chunk(b"iCCP", b"x\0\0" + zlib.compress(private_profile()))),
        ("ICC name", png_chunk(b"iCCP", CANARY + b"\0\0" + zlib.compress(own_profile(Space.SRGB)))),
    ):
        yield kind, plain[:33] + chunk + plain[33:]
    text = png_chunk(b"tEXt", b"Comment\0" + CANARY)
    yield "text behind the picture", plain[:-12] + text + plain[-12:]
    yield "after the picture", plain + CANARY


def _webps() -> Iterator[tuple[str, bytes]]:
    yield from _by_library("WEBP")
    plain = encoded(drawn_picture(), "WEBP", lossless=True, exif=canary_exif().tobytes())
    yield "EXIF beside a lossless picture", plain
    yield "after the picture", plain + CANARY


def _by_library(container: str) -> Iterator[tuple[str, bytes]]:
    picture = drawn_picture()
    yield "EXIF", encoded(picture, container, exif=canary_exif().tobytes())
    yield "XMP", encoded(picture, container, xmp=b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>")
    yield "ICC private", encoded(picture, container, icc_profile=private_profile())


def _gifs() -> Iterator[tuple[str, bytes]]:
    picture = drawn_picture()
    plain = encoded(picture, "GIF")
    yield "comment", encoded(picture, "GIF", comment=CANARY)
    yield "XMP", plain[:-1] + b"!\xff\x0bXMP DataXMP" + bytes([len(CANARY)]) + CANARY + b"\0;"
    yield "after the picture", plain + CANARY


def _heics(heic: bytes) -> Iterator[tuple[str, bytes]]:
    xmp = b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    exif = struct.pack(">I", 6) + canary_exif().tobytes()
    yield "EXIF item", heic_with_item(heic, b"Exif", b"", exif)
    yield "XMP item", heic_with_item(heic, b"mime", b"application/rdf+xml\0", xmp)
    yield "unknown item", heic_with_item(heic, b"prVt", b"", CANARY)
    yield "unknown box", heic + struct.pack(">I4s", 8 + len(CANARY), b"free") + CANARY


def heic_with_item(heic: bytes, kind: bytes, more: bytes, payload: bytes) -> bytes:
    """
    Return *heic* with a second item that describes the first.

    Source: ISO/IEC 14496-12 8.11.3 (iloc), 8.11.6 (iinf), 8.11.12 (iref).
    """
    name = b"infe\2\0\0\0\0\2\0\0" + kind + b"\0" + more
    name = struct.pack(">I", 4 + len(name)) + name
    reference = struct.pack(">I4sI", 26, b"iref", 0) + struct.pack(">I4sHHH", 14, b"cdsc", 2, 1, 1)
    added = 18 + len(name) + len(reference)
    # Id, no other file, base, one part: from where it begins, all of it.
    place = struct.pack(">HHIHII", 2, 0, len(heic) + added + 8, 1, 0, len(payload))
    data = heic
    for box, growth, counted_at, tail in (
        (b"iloc", 18, 10, place),
        (b"iinf", len(name), 8, name),
        (b"meta", added, 0, b""),
    ):
        at = data.index(box) - 4
        (size,) = struct.unpack_from(">I", data, at)
        inner = bytearray(data[at : at + size])
        struct.pack_into(">I", inner, 0, size + growth)
        if counted_at:
            struct.pack_into(">H", inner, 4 + counted_at, 2)
        data = data[:at] + bytes(inner) + tail + data[at + size :]
    at = data.index(b"pitm") - 4
    data = data[:at] + reference + data[at:]
    # The picture itself now begins further on.
    at = data.index(b"iloc") + 16
    (begins,) = struct.unpack_from(">I", data, at)
    data = data[:at] + struct.pack(">I", begins + added) + data[at + 4 :]
    return data + struct.pack(">I4s", 8 + len(payload), b"mdat") + payload
