"""
The structure of a zip, read strictly: one meaning for every reader.

The standard library reads what the central directory says and ignores the rest, so a zip can
show one content here and another elsewhere. Here the local headers, the central directory and
the bytes between them must all say the same, with nothing before, between or behind.

Source: APPNOTE 6.3.10 sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.4 and 4.5.3.
"""

import os
import stat
import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

from benban_verify.limits import (
    MAX_DEFLATED_FILE_BYTES,
    MAX_DEFLATED_TOTAL_BYTES,
    MAX_DIRECTORY_BYTES,
    MAX_FILES,
    MAX_RATIO,
    MAX_STORED_BYTES,
    RATIO_FREE_BYTES,
)
from benban_verify.names import MARKS, check_path, check_set
from benban_verify.refusal import NotADossier, Refusal, printable

STORED: Final = 0
DEFLATED: Final = 8

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_END64: Final = struct.Struct("<4sQ2H2I4Q")
_LOCATOR: Final = struct.Struct("<4sIQI")
_SATURATED: Final = 0xFFFFFFFF
_ZIP64_EXTRA: Final = 0x0001
_FLAG_ENCRYPTED: Final = 0x2041  # bits 0, 6, 13: any form of encryption
_FLAGS_HARMLESS: Final = 0x0806  # UTF-8 names; how hard deflate tried


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipMember:
    """One file of the zip: where its bytes lie and what they must come to."""

    path: str
    method: int
    crc32: int
    packed_bytes: int
    size_bytes: int
    header_at: int
    data_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Directory:
    offset: int
    size: int
    count: int


def read_members(file: BinaryIO) -> tuple[ZipMember, ...]:
    """
    Return the members of the zip in *file*, in order of their bytes.

    Raises:
        NotADossier: these bytes are no zip at all.
        Refusal: the structure has more than one meaning or is not allowed in a dossier.
    """
    length = file.seek(0, os.SEEK_END)
    directory = _find_directory(file, length)
    centrals = _read_directory(file, directory)
    check_set(member.path for member, _ in centrals)
    _check_limits([member for member, _ in centrals])
    members: list[ZipMember] = []
    expected_at = 0
    for member, shared in sorted(centrals, key=lambda pair: pair[0].header_at):
        if member.header_at != expected_at:
            raise Refusal("structure.zip_gap")
        data_at = _check_local(file, member, shared)
        expected_at = data_at + member.packed_bytes
        members.append(_placed(member, data_at))
    if expected_at != directory.offset:
        raise Refusal("structure.zip_gap")
    return tuple(members)


def _find_directory(file: BinaryIO, length: int) -> _Directory:
    end_at = length - _END.size
    found = _read_end(file, end_at)
    directory_end = end_at
    if end_at >= _LOCATOR.size + _END64.size:
        locator = _bytes_at(file, end_at - _LOCATOR.size, _LOCATOR.size)
        if locator.startswith(b"PK\x06\x07"):
            directory_end = end_at - _LOCATOR.size - _END64.size
            found = _check_end64(file, locator, directory_end, found)
    if found.offset + found.size != directory_end:
        raise Refusal("structure.zip_gap")
    if found.count > MAX_FILES or found.size > MAX_DIRECTORY_BYTES:
        raise Refusal("structure.too_many", limit=MAX_FILES)
    return found


def _read_end(file: BinaryIO, at: int) -> _Directory:
    if at < 0:
        raise NotADossier("not_a_dossier")
    signature, disk, first_disk, here, count, size, offset, comment = _END.unpack(
        _bytes_at(file, at, _END.size)
    )
    if signature != b"PK\x05\x06":
        if _bytes_at(file, 0, 4) == b"PK\x03\x04":
            raise Refusal("structure.zip_end")
        raise NotADossier("not_a_dossier")
    if disk or first_disk or comment or here != count:
        raise Refusal("structure.zip_end")
    return _Directory(offset=offset, size=size, count=count)


def _check_end64(file: BinaryIO, locator: bytes, at: int, short: _Directory) -> _Directory:
    _, disk, end64_at, disks = _LOCATOR.unpack(locator)
    signature, record_size, _, _, this_disk, first_disk, here, count, size, offset = _END64.unpack(
        _bytes_at(file, at, _END64.size)
    )
    record_is_plain = signature == b"PK\x06\x06" and record_size == _END64.size - 12
    one_disk = (disk, disks, this_disk, first_disk, here) == (0, 1, 0, 0, count)
    agrees = (
        short.offset == min(offset, _SATURATED)
        and short.size == min(size, _SATURATED)
        and short.count == count
    )
    if not (record_is_plain and one_disk and agrees and end64_at == at):
        raise Refusal("structure.zip_end")
    return _Directory(offset=offset, size=size, count=count)


def _read_directory(file: BinaryIO, directory: _Directory) -> list[tuple[ZipMember, bytes]]:
    """Members with the header bytes that the local header must repeat."""
    block = _bytes_at(file, directory.offset, directory.size)
    if not any(b"/" + mark.encode("ascii") in block for mark in MARKS):
        raise NotADossier("not_a_dossier")
    found: list[tuple[ZipMember, bytes]] = []
    at = 0
    while at < len(block):
        if len(block) - at < _CENTRAL.size:
            raise Refusal("structure.zip_directory")
        header = block[at : at + _CENTRAL.size]
        name_size, extra_size = struct.unpack_from("<2H", header, 28)
        at += _CENTRAL.size
        tail = block[at : at + name_size + extra_size]
        if len(tail) != name_size + extra_size:
            raise Refusal("structure.zip_directory")
        at += len(tail)
        found.append(_central_member(header, tail[:name_size], tail[name_size:]))
    if len(found) != directory.count:
        raise Refusal("structure.zip_directory")
    return found


def _central_member(header: bytes, name: bytes, extra: bytes) -> tuple[ZipMember, bytes]:
    fields = _CENTRAL.unpack(header)
    signature, _, _, flags, method, _, _, crc32, packed, size, _, _, comment = fields[:13]
    disk, _, attributes, header_at = fields[13:]
    shown = printable(name.decode("latin-1"))
    if signature != b"PK\x01\x02" or comment or disk:
        raise Refusal("structure.zip_directory")
    path = check_path(name.decode("latin-1"))
    _check_kind(flags, method, shown)
    _check_attributes(attributes, shown)
    size, packed, header_at = _central_sizes(extra, (size, packed, header_at), shown)
    if method == STORED and packed != size:
        raise Refusal("structure.zip_headers", name=shown)
    member = ZipMember(
        path=path,
        method=method,
        crc32=crc32,
        packed_bytes=packed,
        size_bytes=size,
        header_at=header_at,
    )
    return member, header[8:20]


def _check_kind(flags: int, method: int, shown: str) -> None:
    if flags & _FLAG_ENCRYPTED:
        raise Refusal("structure.zip_encrypted", name=shown)
    if flags & ~_FLAGS_HARMLESS:
        raise Refusal("structure.zip_flags", name=shown)
    if method not in {STORED, DEFLATED}:
        raise Refusal("structure.zip_method", name=shown)


def _check_attributes(attributes: int, shown: str) -> None:
    kind = stat.S_IFMT(attributes >> 16)
    is_folder = bool(attributes & 0x10)
    if kind not in {0, stat.S_IFREG} or is_folder or (attributes >> 16) & 0o7000:
        raise Refusal("structure.link", name=shown)


def _central_sizes(extra: bytes, sizes: tuple[int, int, int], shown: str) -> tuple[int, int, int]:
    """Size, packed size and offset, each from the zip64 field exactly when it is saturated."""
    missing = [index for index, value in enumerate(sizes) if value == _SATURATED]
    if not extra and not missing:
        return sizes
    values = _zip64_values(extra, len(missing), shown)
    filled = list(sizes)
    for index, value in zip(missing, values, strict=True):
        filled[index] = value
    return (filled[0], filled[1], filled[2])


def _zip64_values(extra: bytes, count: int, shown: str) -> tuple[int, ...]:
    if count == 0 or len(extra) != 4 + 8 * count:
        raise Refusal("structure.zip_extra", name=shown)
    if struct.unpack_from("<2H", extra) != (_ZIP64_EXTRA, 8 * count):
        raise Refusal("structure.zip_extra", name=shown)
    return struct.unpack_from(f"<{count}Q", extra, 4)


def _check_local(file: BinaryIO, member: ZipMember, shared: bytes) -> int:
    """Offset of the member's data, after its local header said what the directory says."""
    header = _bytes_at(file, member.header_at, _LOCAL.size)
    fields = _LOCAL.unpack(header)
    if fields[0] != b"PK\x03\x04":
        raise Refusal("structure.zip_headers", name=member.path)
    packed, size, name_size, extra_size = fields[7:]
    name_at = member.header_at + _LOCAL.size
    name = _bytes_at(file, name_at, name_size)
    extra = _bytes_at(file, name_at + name_size, extra_size)
    if (size, packed) == (_SATURATED, _SATURATED):
        size, packed = _zip64_values(extra, 2, member.path)
    elif extra:
        raise Refusal("structure.zip_extra", name=member.path)
    agrees = (
        header[6:18] == shared
        and name == member.path.encode("ascii")
        and (size, packed) == (member.size_bytes, member.packed_bytes)
    )
    if not agrees:
        raise Refusal("structure.zip_headers", name=member.path)
    data_at: int = name_at + name_size + extra_size
    return data_at


def _check_limits(members: list[ZipMember]) -> None:
    deflated = [member for member in members if member.method == DEFLATED]
    for member in deflated:
        is_dense = member.size_bytes > RATIO_FREE_BYTES + MAX_RATIO * member.packed_bytes
        if is_dense or member.size_bytes > MAX_DEFLATED_FILE_BYTES:
            raise Refusal("structure.bomb", name=member.path)
    deflated_total = sum(member.size_bytes for member in deflated)
    total = sum(member.size_bytes for member in members)
    if deflated_total > MAX_DEFLATED_TOTAL_BYTES or total > MAX_STORED_BYTES:
        raise Refusal("structure.bomb", name="*")


def _placed(member: ZipMember, data_at: int) -> ZipMember:
    return ZipMember(
        path=member.path,
        method=member.method,
        crc32=member.crc32,
        packed_bytes=member.packed_bytes,
        size_bytes=member.size_bytes,
        header_at=member.header_at,
        data_at=data_at,
    )


def _bytes_at(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    data = file.read(size)
    if len(data) != size:
        raise Refusal("structure.zip_directory")
    return data
