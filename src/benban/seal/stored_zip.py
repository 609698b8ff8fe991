"""
A zip of stored members whose sizes are known before they are written.

Every local header is complete, so that no reader needs a data descriptor, although the output
cannot seek; Python's zipfile writes descriptors then, which some readers refuse for stored members.
Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16 and 4.5.3.
"""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import BinaryIO

from benban.errors import PackageOrderError
from benban.seal.sinks import ByteSink, CrcSink

_LOCAL, _CENTRAL, _END = 0x04034B50, 0x02014B50, 0x06054B50
_END_64, _LOCATOR_64 = 0x06064B50, 0x07064B50
_VERSION, _VERSION_64 = 20, 45
_MADE_BY_UNIX = 3 << 8
# A regular file that its owner may read and write, as unpackers on Unix take it.
_ATTRIBUTES = 0o100644 << 16
_ZIP64_FIELD = 0x0001
_FULL_32, _FULL_16 = 0xFFFFFFFF, 0xFFFF
# Section 4.4.6: the calendar of zip begins in 1980.
_FIRST_YEAR = 1980


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    name: bytes
    crc32: int
    size: int
    offset: int
    is_large: bool


class StoredZip:
    """
    Writes a zip to a sink that need not seek.

    Args:
        out: takes the bytes.
        made_at: aware; stands in every member, in UTC.
        zip64_from_bytes: sizes and places from here on are written in 64 bits.
    """

    def __init__(
        self, out: ByteSink, *, made_at: datetime, zip64_from_bytes: int = _FULL_32
    ) -> None:
        self._sink = CrcSink(out)
        self._stamp = _dos_time(made_at)
        self._limit = zip64_from_bytes
        self._members: list[_Member] = []
        self._is_closed = False

    def add(
        self, name: str, *, size_bytes: int, crc32: int, write: Callable[[ByteSink], object]
    ) -> None:
        """
        Write one member.

        Args:
            name: ASCII, with "/" between folders.
            size_bytes: of the content.
            crc32: of the content.
            write: writes the content to the sink that it is given.

        Raises:
            PackageOrderError: BB-521, closed already, or the content is not what was announced.
        """
        if self._is_closed:
            raise PackageOrderError("the package is closed")
        member = _Member(
            name=name.encode("ascii"),
            crc32=crc32,
            size=size_bytes,
            offset=self._sink.size_bytes,
            is_large=size_bytes >= self._limit,
        )
        self._sink.write(self._local_header(member))
        content = CrcSink(self._sink)
        write(content)
        if (content.size_bytes, content.crc32) != (size_bytes, crc32):
            raise PackageOrderError("a member changed while it was written")
        self._members.append(member)

    def close(self) -> None:
        """
        Write the directory.

        Raises:
            PackageOrderError: BB-521, closed already.
        """
        if self._is_closed:
            raise PackageOrderError("the package is closed")
        self._is_closed = True
        start = self._sink.size_bytes
        for member in self._members:
            self._sink.write(self._central_header(member))
        size, count = self._sink.size_bytes - start, len(self._members)
        if start >= self._limit or size >= self._limit or count >= _FULL_16:
            self._sink.write(_zip64_end(count, size, start))
            start, size, count = _FULL_32, _FULL_32, _FULL_16
        self._sink.write(struct.pack("<IHHHHIIH", _END, 0, 0, count, count, size, start, 0))

    def _local_header(self, member: _Member) -> bytes:
        extra = b""
        if member.is_large:
            extra = struct.pack("<HHQQ", _ZIP64_FIELD, 16, member.size, member.size)
        size = _FULL_32 if member.is_large else member.size
        version = _VERSION_64 if member.is_large else _VERSION
        fixed = struct.pack("<IHHH", _LOCAL, version, 0, 0) + self._stamp
        sizes = struct.pack("<IIIHH", member.crc32, size, size, len(member.name), len(extra))
        return fixed + sizes + member.name + extra

    def _central_header(self, member: _Member) -> bytes:
        is_far = member.offset >= self._limit
        content = struct.pack("<QQ", member.size, member.size) if member.is_large else b""
        content += struct.pack("<Q", member.offset) if is_far else b""
        extra = struct.pack("<HH", _ZIP64_FIELD, len(content)) + content if content else b""
        version = _VERSION_64 if content else _VERSION
        size = _FULL_32 if member.is_large else member.size
        offset = _FULL_32 if is_far else member.offset
        fixed = struct.pack("<IHHHH", _CENTRAL, _MADE_BY_UNIX | version, version, 0, 0)
        sizes = struct.pack("<IIIHH", member.crc32, size, size, len(member.name), len(extra))
        place = struct.pack("<HHHII", 0, 0, 0, _ATTRIBUTES, offset)
        return fixed + self._stamp + sizes + place + member.name + extra


class StreamingZip(StoredZip):
    """
    A :class:`StoredZip` on a seekable file, for members whose size is known only afterwards.

    Args:
        out: seekable; the zip begins where it stands.
        made_at: aware; stands in every member, in UTC.
        zip64_from_bytes: sizes and places from here on are written in 64 bits.
    """

    def __init__(
        self, out: BinaryIO, *, made_at: datetime, zip64_from_bytes: int = _FULL_32
    ) -> None:
        super().__init__(out, made_at=made_at, zip64_from_bytes=zip64_from_bytes)
        self._file = out
        self._start = out.tell()

    def add_stream(self, name: str, chunks: Iterable[bytes], *, expected_bytes: int = 0) -> None:
        """
        Write one member; its header is completed once its size is known.

        Args:
            name: ASCII, with "/" between folders.
            chunks: the content, read once.
            expected_bytes: room for a 64-bit size is kept when this says that it is needed.

        Raises:
            PackageOrderError: BB-521, closed already, or larger than the room that was kept.
        """
        if self._is_closed:
            raise PackageOrderError("the package is closed")
        empty = _Member(
            name=name.encode("ascii"),
            crc32=0,
            size=0,
            offset=self._sink.size_bytes,
            is_large=expected_bytes >= self._limit,
        )
        self._sink.write(self._local_header(empty))
        content = CrcSink(self._sink)
        for chunk in chunks:
            content.write(chunk)
        if content.size_bytes >= self._limit and not empty.is_large:
            raise PackageOrderError("a member is larger than was said")
        member = replace(empty, crc32=content.crc32, size=content.size_bytes)
        self._file.seek(self._start + member.offset)
        self._file.write(self._local_header(member))
        self._file.seek(self._start + self._sink.size_bytes)
        self._members.append(member)


def _zip64_end(count: int, size: int, start: int) -> bytes:
    made_by = _MADE_BY_UNIX | _VERSION_64
    record = struct.pack("<IQHHII", _END_64, 44, made_by, _VERSION_64, 0, 0)
    record += struct.pack("<QQQQ", count, count, size, start)
    return record + struct.pack("<IIQI", _LOCATOR_64, 0, start + size, 1)


def _dos_time(made_at: datetime) -> bytes:
    at = made_at.astimezone(UTC)
    if at.year < _FIRST_YEAR:
        at = datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC)
    day = (at.year - _FIRST_YEAR) << 9 | at.month << 5 | at.day
    return struct.pack("<HH", at.hour << 11 | at.minute << 5 | at.second // 2, day)
