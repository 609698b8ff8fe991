"""
A very tall picture out of strips, joined without ever holding more than a piece of one.

A browser draws some 16,000 pixels at once; a page may be ten times as high. Each row of a PNG says
how it follows from the row above. Only the first row of a strip has to be said anew; all others
are passed on as they are, unpacked and packed again piece by piece.

Source: W3C PNG (Third Edition) 5.3 chunks, 9.2 filter types, 10 compression.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benban.errors import PictureStripsError

_MAGIC = b"\x89PNG\r\n\x1a\n"
_PIECE_BYTES = 1 << 16
# Colour types that a browser writes, and how many bytes a pixel has at eight bits.
_PIXEL_BYTES = {2: 3, 6: 4}
_NONE, _SUB, _UP, _AVERAGE, _PAETH = range(5)
_EIGHT_BITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    width_px: int
    height_px: int
    depth: int
    colour: int
    rest: bytes


class StripJoiner:
    """
    Writes one PNG from strips of the same width, top to bottom.

    Args:
        write: takes the bytes of the picture as they are made.
        height_px: of the whole; as many rows have to be given.
    """

    def __init__(self, write: Callable[[bytes], object], height_px: int) -> None:
        self._write = write
        self._height_px = height_px
        self._rows = 0
        self._head: _Head | None = None
        # The fastest but one: a page of 25,000 pixels takes a second instead of four.
        self._packer = zlib.compressobj(2)

    def add(self, png: bytes) -> None:
        """
        Append one strip.

        Raises:
            PictureStripsError: BB-214, it is no PNG as browsers write it, or does not fit.
        """
        head = _head_of(png)
        if self._head is None:
            self._begin(head)
        elif (head.width_px, head.depth, head.colour, head.rest) != (
            self._head.width_px,
            self._head.depth,
            self._head.colour,
            self._head.rest,
        ):
            raise PictureStripsError("a strip of another kind")
        self._rows += head.height_px
        if self._rows > self._height_px:
            raise PictureStripsError("more rows than there are")
        self._pass_on(png, head)

    def finish(self) -> None:
        """
        Write the end.

        Raises:
            PictureStripsError: BB-214, rows are missing.
        """
        if self._rows != self._height_px:
            raise PictureStripsError("rows are missing")
        self._chunk(b"IDAT", self._packer.flush())
        self._chunk(b"IEND", b"")

    def _begin(self, head: _Head) -> None:
        self._head = head
        self._write(_MAGIC)
        size = struct.pack(">IIBB", head.width_px, self._height_px, head.depth, head.colour)
        self._chunk(b"IHDR", size + head.rest)

    def _pass_on(self, png: bytes, head: _Head) -> None:
        pixel = _PIXEL_BYTES[head.colour]
        row_bytes = 1 + pixel * head.width_px
        unpacked, gathered, is_first = 0, b"", True
        for piece in _unpacked(png):
            unpacked += len(piece)
            if unpacked > row_bytes * head.height_px:
                break
            if is_first:
                gathered += piece
                if len(gathered) < row_bytes:
                    continue
                row = _NONE.to_bytes() + _row_without_above(gathered[:row_bytes], pixel)
                self._pack(row + gathered[row_bytes:])
                gathered, is_first = b"", False
            else:
                self._pack(piece)
        if unpacked != row_bytes * head.height_px:
            raise PictureStripsError("a strip is not whole")

    def _pack(self, data: bytes) -> None:
        packed = self._packer.compress(data)
        if packed:
            self._chunk(b"IDAT", packed)

    def _chunk(self, name: bytes, data: bytes) -> None:
        crc = zlib.crc32(data, zlib.crc32(name))
        self._write(struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc))


def _head_of(png: bytes) -> _Head:
    if png[:8] != _MAGIC or png[12:16] != b"IHDR":
        raise PictureStripsError("not a PNG")
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    rest = png[26:29]
    if depth != _EIGHT_BITS or colour not in _PIXEL_BYTES or rest != b"\0\0\0" or not width:
        raise PictureStripsError("not a PNG as browsers write it")
    return _Head(width_px=width, height_px=height, depth=depth, colour=colour, rest=rest)


def _unpacked(png: bytes) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    try:
        for data in _image_data(png):
            rest = data
            while rest:
                yield unpacker.decompress(rest, _PIECE_BYTES)
                rest = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as error:
        raise PictureStripsError("a strip is damaged") from error


def _image_data(png: bytes) -> Iterator[bytes]:
    place = 8
    while place + 12 <= len(png):
        (size,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            yield png[place + 8 : place + 8 + size]
        place += 12 + size


def _row_without_above(row: bytes, pixel: int) -> bytes:
    """Return the plain bytes of a row that has nothing above it."""
    kind, values = row[0], bytearray(row[1:])
    if kind in {_SUB, _PAETH}:
        # With nothing above, Paeth's guess is the pixel to the left.
        for place in range(pixel, len(values)):
            values[place] = (values[place] + values[place - pixel]) & 255
    elif kind == _AVERAGE:
        for place in range(pixel, len(values)):
            values[place] = (values[place] + values[place - pixel] // 2) & 255
    elif kind not in {_NONE, _UP}:
        raise PictureStripsError("a row of an unknown kind")
    return bytes(values)
