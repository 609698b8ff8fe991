"""
The structure of a zip, read strictly: what one reader sees is what every reader sees.

Nothing before the first member, between two, behind the last or behind the end; the directory and
the local headers say the same; no name twice; no name that could leave its folder.
Source: PKWARE APPNOTE 6.3.10, sections 4.3.6 to 4.3.16, 4.4 and 4.5.3. Python's zipfile reads
archives that PyPI refuses as ambiguous (measured: 29 of 35), hence a reader of its own.
"""

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import SEEK_END
from typing import BinaryIO

from benban.errors import PackageDamagedError
from benban.seal.file_part import FilePart

STORED, DEFLATED = 0, 8

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END_64, _LOCATOR_64, _DESCRIPTOR = b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08"
# Section 4.3.16: the end and the longest comment that may stand behind it.
_LARGEST_END_BYTES = 22 + 0xFFFF
_CUT_OFF = {"reason": "cut-off"}
_END_BYTES, _END_64_BYTES, _LOCATOR_BYTES, _CENTRAL_BYTES, _LOCAL_BYTES = 22, 56, 20, 46, 30
_FULL_32, _FULL_16 = 0xFFFFFFFF, 0xFFFF
_ZIP64_FIELD = 1
# APPNOTE 4.6.9: a second name, which some programs show instead of the first.
_UNICODE_PATH_FIELD, _BEFORE_PATH_BYTES = 0x7075, 5
# Section 4.4.4: bit 3 a data descriptor follows, bit 11 the name is UTF-8; bits 1 and 2 tell the
# compressor's effort. Everything else (encryption, patches) is refused.
_ALLOWED_FLAGS = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 11
_HAS_DESCRIPTOR = 1 << 3
_IS_UTF_8 = 1 << 11
# Bit 0 the content, bit 13 the directory.
_IS_ENCRYPTED = 1 << 0 | 1 << 13
_LARGEST_DIRECTORY_BYTES = 64 << 20
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f\\:]|^/|(?:^|/)\.{1,2}(?:/|$)|//")


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipMember:
    """
    One member whose headers agree.

    Attributes:
        method: ``STORED`` or ``DEFLATED``.
        size_bytes: of the content; ``packed_bytes`` of what lies in the zip.
        data_offset: where its bytes begin.
        unix_mode: kind and rights where the maker wrote them (a link, a device), else 0.
    """

    name: str
    method: int
    crc32: int
    size_bytes: int
    packed_bytes: int
    data_offset: int
    unix_mode: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Directory:
    start: int
    size: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    raw_name: bytes
    flags: int
    method: int
    crc32: int
    size: int
    packed: int
    offset: int
    unix_mode: int


def read_zip_structure(file: BinaryIO, *, most_members: int | None = None) -> tuple[ZipMember, ...]:
    """
    Return the members of a zip in the order in which they lie in it.

    Args:
        file: seekable; its whole content is the zip.
        most_members: more are refused before any of them is read.

    Raises:
        PackageDamagedError: BB-522, the detail says what does not hold together; ``reason`` is
            ``encrypted``, ``too-many`` or ``cut-off`` where that is all that is wrong.
    """
    size = file.seek(0, SEEK_END)
    directory = _read_end(file, size)
    if most_members is not None and directory.count > most_members:
        raise PackageDamagedError("more members than are read", reason="too-many")
    listed = sorted(_read_directory(file, directory), key=lambda member: member.offset)
    members = []
    position = 0
    for member in listed:
        if member.offset != position:
            raise PackageDamagedError("bytes that belong to no member, or members that overlap")
        data_offset = _check_local(file, member)
        position = _end_of_member(file, member, data_offset + member.packed)
        members.append(
            ZipMember(
                name=_decoded(member),
                method=member.method,
                crc32=member.crc32,
                size_bytes=member.size,
                packed_bytes=member.packed,
                data_offset=data_offset,
                unix_mode=member.unix_mode,
            )
        )
    if position != directory.start:
        raise PackageDamagedError("bytes that belong to no member")
    _require_names([member.name for member in members])
    return tuple(members)


def open_stored(file: BinaryIO, member: ZipMember) -> BinaryIO:
    """
    Return the bytes of a stored member as a seekable file of their own.

    Reading moves *file*; use one member at a time.

    Raises:
        PackageDamagedError: BB-522, the member is compressed.
    """
    if member.method != STORED:
        raise PackageDamagedError("a member is compressed")
    return io.BufferedReader(FilePart(file, member.data_offset, member.size_bytes), 1 << 18)


def _at(file: BinaryIO, offset: int, size: int) -> bytes:
    if offset < 0:
        raise PackageDamagedError("shorter than its headers say")
    file.seek(offset)
    data = file.read(size)
    if len(data) != size:
        raise PackageDamagedError("shorter than its headers say")
    return data


def _read_end(file: BinaryIO, size: int) -> _Directory:
    if size < _END_BYTES:
        raise PackageDamagedError("shorter than its headers say", **_CUT_OFF)
    # Exactly the last 22 bytes: a comment would be a place to hide something behind the end.
    end_offset = size - _END_BYTES
    values = struct.unpack("<4sHHHHIIH", _at(file, end_offset, _END_BYTES))
    signature, disk, first_disk, here, count, directory_bytes, start, comment = values
    if signature != _END or comment or disk or first_disk or here != count:
        # Nowhere near its end: a download or a copy that stopped, and no trick.
        tail = _at(file, max(0, size - _LARGEST_END_BYTES), min(size, _LARGEST_END_BYTES))
        found = tail.rfind(_END)
        is_cut = found < 0 or len(tail) - found < _END_BYTES
        raise PackageDamagedError("no end of a zip at its end", **_CUT_OFF if is_cut else {})
    directory_end = end_offset
    if count == _FULL_16 or _FULL_32 in {directory_bytes, start}:
        directory_end, count, directory_bytes, start = _read_end_64(file, end_offset)
    if start + directory_bytes != directory_end or directory_bytes > _LARGEST_DIRECTORY_BYTES:
        raise PackageDamagedError("the directory does not lie before the end")
    return _Directory(start=start, size=directory_bytes, count=count)


def _read_end_64(file: BinaryIO, end_offset: int) -> tuple[int, int, int, int]:
    locator = _at(file, end_offset - _LOCATOR_BYTES, _LOCATOR_BYTES)
    signature, disk, record_offset, disks = struct.unpack("<4sIQI", locator)
    expected = end_offset - _LOCATOR_BYTES - _END_64_BYTES
    if signature != _LOCATOR_64 or disk or disks != 1 or record_offset != expected:
        raise PackageDamagedError("no zip64 end where it belongs")
    record = struct.unpack("<4sQHHIIQQQQ", _at(file, record_offset, _END_64_BYTES))
    if record[0] != _END_64 or record[1] != _END_64_BYTES - 12 or record[6] != record[7]:
        raise PackageDamagedError("no zip64 end where it belongs")
    return record_offset, record[7], record[8], record[9]


def _read_directory(file: BinaryIO, directory: _Directory) -> Iterator[_Listed]:
    data = _at(file, directory.start, directory.size)
    position = 0
    for _ in range(directory.count):
        fixed = data[position : position + _CENTRAL_BYTES]
        if len(fixed) != _CENTRAL_BYTES or fixed[:4] != _CENTRAL:
            raise PackageDamagedError("the directory is broken")
        flags, method = struct.unpack("<HH", fixed[8:12])
        crc32, packed, size, name_bytes, extra_bytes, comment_bytes, disk = struct.unpack(
            "<IIIHHHH", fixed[16:36]
        )
        mode, offset = struct.unpack("<2xHI", fixed[38:46])
        position += _CENTRAL_BYTES
        name = data[position : position + name_bytes]
        extra = data[position + name_bytes : position + name_bytes + extra_bytes]
        position += name_bytes + extra_bytes + comment_bytes
        large = _zip64_values(extra, (size, packed, offset))
        _require_one_name(extra, name)
        if flags & _IS_ENCRYPTED:
            raise PackageDamagedError("a member is encrypted", reason="encrypted")
        if disk or flags & ~_ALLOWED_FLAGS or method not in {STORED, DEFLATED}:
            raise PackageDamagedError("a member is packed in an unknown way")
        yield _Listed(
            raw_name=name,
            flags=flags,
            method=method,
            crc32=crc32,
            size=large[0],
            packed=large[1],
            offset=large[2],
            unix_mode=mode,
        )
    if position != directory.size:
        raise PackageDamagedError("the directory is broken")


def _decoded(member: _Listed) -> str:
    try:
        return member.raw_name.decode("utf-8")
    except UnicodeDecodeError as error:
        if member.flags & _IS_UTF_8:
            raise PackageDamagedError("a name is not UTF-8") from error
        # Appendix D.1: without the flag the name is in code page 437, whatever its maker meant.
        return member.raw_name.decode("cp437")


def _zip64_values(extra: bytes, values: tuple[int, ...]) -> tuple[int, ...]:
    # Section 4.5.3: the field holds, in this order, only what stood as all ones in the header.
    field = _fields(extra).get(_ZIP64_FIELD, b"")
    found = []
    for value in values:
        if value != _FULL_32:
            found.append(value)
            continue
        if len(field) < 8:  # noqa: PLR2004 - one number of 64 bits
            raise PackageDamagedError("a zip64 field is missing")
        found.append(int.from_bytes(field[:8], "little"))
        field = field[8:]
    return tuple(found)


def _fields(extra: bytes) -> dict[int, bytes]:
    found = {}
    position = 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack("<HH", extra[position : position + 4])
        found[kind] = extra[position + 4 : position + 4 + size]
        position += 4 + size
    return found


def _require_one_name(extra: bytes, name: bytes) -> None:
    other = _fields(extra).get(_UNICODE_PATH_FIELD)
    if other is not None and other[_BEFORE_PATH_BYTES:] != name:
        raise PackageDamagedError("a member has two names")


def _check_local(file: BinaryIO, member: _Listed) -> int:
    fixed = _at(file, member.offset, _LOCAL_BYTES)
    flags, method = struct.unpack("<HH", fixed[6:10])
    crc32, packed, size = struct.unpack("<III", fixed[14:26])
    name_bytes: int
    extra_bytes: int
    name_bytes, extra_bytes = struct.unpack("<HH", fixed[26:30])
    rest = _at(file, member.offset + _LOCAL_BYTES, name_bytes + extra_bytes)
    _require_one_name(rest[name_bytes:], member.raw_name)
    said = (fixed[:4], flags, method, rest[:name_bytes])
    if said != (_LOCAL, member.flags, member.method, member.raw_name):
        raise PackageDamagedError("a member and the directory disagree")
    if not flags & _HAS_DESCRIPTOR:
        sizes = _zip64_values(rest[name_bytes:], (size, packed))
        if (crc32, *sizes) != (member.crc32, member.size, member.packed):
            raise PackageDamagedError("a member and the directory disagree")
    if member.method == STORED and member.size != member.packed:
        raise PackageDamagedError("a stored member has two sizes")
    return member.offset + _LOCAL_BYTES + name_bytes + extra_bytes


def _end_of_member(file: BinaryIO, member: _Listed, data_end: int) -> int:
    if not member.flags & _HAS_DESCRIPTOR:
        return data_end
    # Section 4.3.9: with or without its signature, sizes in 32 or 64 bits.
    file.seek(data_end)
    found = file.read(24)
    for signature in (_DESCRIPTOR, b""):
        for layout in ("<III", "<IQQ"):
            expected = signature + _descriptor(layout, member)
            if expected and found.startswith(expected):
                return data_end + len(expected)
    raise PackageDamagedError("a member and what is written behind it disagree")


def _descriptor(layout: str, member: _Listed) -> bytes:
    try:
        return struct.pack(layout, member.crc32, member.packed, member.size)
    except struct.error:
        # More than 32 bits: only the other layout can hold it.
        return b""


def _require_names(names: list[str]) -> None:
    if any(not name or _UNSAFE_NAME.search(name) for name in names):
        raise PackageDamagedError("a name that could leave its folder")
    # Windows and macOS unpack "A" over "a"; nobody can unpack "a" and "a/b".
    folded = {name.casefold() for name in names}
    above = {name[:at] for name in folded for at, character in enumerate(name) if character == "/"}
    if len(folded) != len(names) or folded & above:
        raise PackageDamagedError("a name stands twice, or is a file and a folder")
