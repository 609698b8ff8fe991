"""Pictures as somebody made them to do harm: huge when unpacked, cut, two things at once."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

VECTORS = Path(__file__).parents[2] / "vectors"
SIDE_PX = 16_000


def png_bomb(side_px: int = SIDE_PX) -> bytes:
    """Return a whole PNG of one-bit pixels: a few kB that unpack to 256 million pixels."""
    row = b"\0" + bytes((side_px + 7) // 8)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(side_px)) + packer.flush()
    head = struct.pack(">IIBBBBB", side_px, side_px, 1, 0, 0, 0, 0)
    return png(("IHDR", head), ("IDAT", body), ("IEND", b""))


def png(*chunks: tuple[str, bytes]) -> bytes:
    """Return a PNG of these chunks, with right checksums."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + name.encode()
        + data
        + struct.pack(">I", zlib.crc32(name.encode() + data))
        for name, data in chunks
    )


def drawn(width_px: int = 80, height_px: int = 60) -> Image.Image:
    """Return a picture with as much detail as noise has."""
    rng = np.random.default_rng([width_px, height_px])
    return Image.fromarray(rng.integers(0, 255, (height_px, width_px, 3), np.uint8))


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Return *picture* as a file of this kind."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def heic() -> bytes:
    """Return a HEIC of 240 x 160 pixels."""
    return (VECTORS / "pictures" / "landscape-240x160.heic").read_bytes()


def gif(frames: int = 1) -> bytes:
    """Return a GIF whose one frame comes *frames* times."""
    data = encoded(drawn(16, 12).quantize(4), "GIF")
    frame = data[data.index(b",") : -1]
    return data[:-1] + frame * (frames - 1) + b";"


def gif_frame_of(side_px: int) -> bytes:
    """Return a GIF whose screen is small and whose frame claims to be huge."""
    data = gif()
    at = data.index(b",") + 5
    return data[:at] + struct.pack("<HH", side_px, side_px) + data[at + 4 :]


def gif_screen_of(side_px: int) -> bytes:
    """Return a GIF whose screen claims to be huge."""
    return gif()[:6] + struct.pack("<HH", side_px, side_px) + gif()[10:]


def webp_canvas_of(side_px: int) -> bytes:
    """Return an animated WebP: one small frame on a huge canvas (RFC 9649 section 2.7)."""
    size = (side_px - 1).to_bytes(3, "little")
    frame = bytes(6) + (79).to_bytes(3, "little") + (59).to_bytes(3, "little") + bytes(4)
    frame += encoded(drawn(), "WEBP", lossless=True)[12:]
    body = b"WEBP" + _riff(b"VP8X", b"\2\0\0\0" + size * 2)
    body += _riff(b"ANIM", bytes(6)) + _riff(b"ANMF", frame)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_of(side_px: int) -> bytes:
    """Return a lossless WebP whose header claims to be huge (RFC 9649 section 2.6)."""
    data = encoded(drawn(), "WEBP", lossless=True)
    at = data.index(b"VP8L") + 9
    alpha_and_version = int.from_bytes(data[at : at + 4], "little") >> 28 << 28
    bits = alpha_and_version | (side_px - 1) | (side_px - 1) << 14
    return data[:at] + bits.to_bytes(4, "little") + data[at + 4 :]


def bmp_of(side_px: int) -> bytes:
    """Return a BMP whose header claims to be huge."""
    data = encoded(drawn(), "BMP")
    return data[:18] + struct.pack("<ii", side_px, side_px) + data[26:]


def jpeg_of(side_px: int) -> bytes:
    """Return a JPEG whose frame header claims to be huge."""
    data = encoded(drawn(), "JPEG")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", side_px, side_px) + data[at + 4 :]


def items_of(data: bytes, side_px: int) -> bytes:
    """Return a HEIC or AVIF whose pictures inside claim to be huge (ispe, ISO/IEC 23008-12)."""
    at = data.find(b"ispe")
    while at >= 0:
        data = data[: at + 8] + struct.pack(">II", side_px, side_px) + data[at + 16 :]
        at = data.find(b"ispe", at + 4)
    return data


def jpeg_with_exif(exif: bytes) -> bytes:
    """Return a JPEG with these bytes as its EXIF block."""
    data = encoded(drawn(), "JPEG")
    block = b"Exif\0\0" + exif
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:]


def looping_exif() -> bytes:
    """Return an EXIF block whose directories point at themselves, and that asks for a turn."""
    # Big-endian TIFF; one directory at 8: orientation 6, and the EXIF and GPS directories at 8.
    entries = struct.pack(">HHII", 0x0112, 3, 1, 6 << 16)
    entries += struct.pack(">HHII", 0x8769, 4, 1, 8) + struct.pack(">HHII", 0x8825, 4, 1, 8)
    return b"MM\0*" + struct.pack(">IH", 8, 3) + entries + struct.pack(">I", 8)


def crowded_exif() -> bytes:
    """Return an EXIF block as large as one can be: thousands of tags, each of much data."""
    count = 5_000
    entry = struct.pack(">HHII", 0x9286, 7, 0xFFFFFFFF, 8)
    return b"MM\0*" + struct.pack(">IH", 8, count) + entry * count + bytes(4)


def _riff(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)
