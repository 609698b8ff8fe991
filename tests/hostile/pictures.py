"""Pictures as somebody made them to do harm: huge when unpacked, cut, two things at once."""

import struct
import zlib

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
