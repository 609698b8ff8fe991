"""
A zip written byte by byte, so that every field can lie.

Source: APPNOTE 6.3.10 sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

_T = TypeVar("_T")

LOCAL = "<4s5H3I2H"
CENTRAL = "<4s6H3I5H2I"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """
    One file; what stays None is told truly.

    ``*_local`` stands in the local header only, ``*_central`` in the directory only.
    """

    name: bytes
    data: bytes
    method: int = 8
    flags: int = 0
    time: int = 0x4280
    packed: bytes | None = None
    behind: bytes = b""
    crc32: int | None = None
    name_local: bytes | None = None
    name_central: bytes | None = None
    flags_local: int | None = None
    method_local: int | None = None
    time_local: int | None = None
    crc32_local: int | None = None
    packed_size: int | None = None
    size: int | None = None
    packed_size_local: int | None = None
    size_local: int | None = None
    extra: bytes = b""
    extra_local: bytes | None = None
    comment: bytes = b""
    attributes: int = 0o100644 << 16
    offset: int | None = None
    disk: int = 0
    in_directory: bool = True
    has_local: bool = True
    before: bytes = b""

    def stored_bytes(self) -> bytes:
        if self.packed is not None:
            return self.packed
        if self.method != 8:
            return self.data
        deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
        return deflater.compress(self.data) + deflater.flush()


@dataclass(frozen=True, kw_only=True)
class Archive:
    """Entries and what stands around them."""

    entries: tuple[Entry, ...]
    prefix: bytes = b""
    before_directory: bytes = b""
    before_end: bytes = b""
    suffix: bytes = b""
    comment: bytes = b""
    offset_shift: int = 0
    count: int | None = None
    count_here: int | None = None
    directory_size: int | None = None
    directory_offset: int | None = None
    disk: int = 0

    def data(self) -> bytes:
        out = bytearray(self.prefix)
        directory = bytearray()
        count = 0
        for entry in self.entries:
            out += entry.before
            at = len(out)
            if entry.has_local:
                out += local_header(entry) + entry.stored_bytes() + entry.behind
            if entry.in_directory:
                directory += central_header(entry, at + self.offset_shift)
                count += 1
        out += self.before_directory
        start = len(out)
        out += directory + self.before_end
        out += struct.pack(
            "<4s4H2IH",
            b"PK\x05\x06",
            self.disk,
            self.disk,
            count if self.count_here is None else self.count_here,
            count if self.count is None else self.count,
            len(directory) if self.directory_size is None else self.directory_size,
            (start + self.offset_shift if self.directory_offset is None else self.directory_offset),
            len(self.comment),
        )
        return bytes(out + self.comment + self.suffix)


def local_header(entry: Entry) -> bytes:
    name = first(entry.name_local, entry.name)
    extra = first(entry.extra_local, entry.extra)
    packed = entry.stored_bytes()
    crc32 = first(entry.crc32, zlib.crc32(entry.data))
    packed_size = first(entry.packed_size, len(packed))
    size = first(entry.size, len(entry.data))
    fixed = struct.pack(
        LOCAL,
        b"PK\x03\x04",
        20,
        first(entry.flags_local, entry.flags),
        first(entry.method_local, entry.method),
        first(entry.time_local, entry.time),
        0x5D76,
        first(entry.crc32_local, crc32),
        first(entry.packed_size_local, packed_size),
        first(entry.size_local, size),
        len(name),
        len(extra),
    )
    return fixed + name + extra


def central_header(entry: Entry, at: int) -> bytes:
    name = first(entry.name_central, entry.name)
    fixed = struct.pack(
        CENTRAL,
        b"PK\x01\x02",
        (3 << 8) | 20,
        20,
        entry.flags,
        entry.method,
        entry.time,
        0x5D76,
        first(entry.crc32, zlib.crc32(entry.data)),
        first(entry.packed_size, len(entry.stored_bytes())),
        first(entry.size, len(entry.data)),
        len(name),
        len(entry.extra),
        len(entry.comment),
        entry.disk,
        0,
        entry.attributes,
        first(entry.offset, at),
    )
    return fixed + name + entry.extra + entry.comment


def entries_of(files: Mapping[str, bytes], top: str = "tai-lieu-7f3a") -> tuple[Entry, ...]:
    """The files as honest entries, in order of name."""
    return tuple(Entry(name=f"{top}/{path}".encode(), data=files[path]) for path in sorted(files))


def with_entry(entries: tuple[Entry, ...], path: str, **changes: object) -> tuple[Entry, ...]:
    """The entries, the one that ends in *path* changed."""
    return tuple(
        replace(entry, **changes) if entry.name.decode().endswith("/" + path) else entry  # type: ignore[arg-type]
        for entry in entries
    )


def first(value: _T | None, otherwise: _T) -> _T:
    return otherwise if value is None else value
