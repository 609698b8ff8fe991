"""Zips that mean two things, hide something, or unpack to too much: each refused by name."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from benban_verify import Anchors, CheckResult, NotADossier, Report, verify
from benban_verify.zipshape import read_members
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifier.dossier_maker import good_files, zip_of
from tests.verifier.zip_maker import Archive, Entry, entries_of, with_entry

NOW = datetime(2027, 1, 1, tzinfo=UTC)
FILES = good_files()[1]
ENTRIES = entries_of(FILES)
GOOD = Archive(entries=ENTRIES)
TOP = "tai-lieu-7f3a"
NOTE = "checkpoint.note"
EVIL = b"something else"


def checked(folder: Path, data: bytes) -> Report:
    path = folder / "d.zip"
    path.write_bytes(data)
    return verify(path, anchors=Anchors(), now=NOW, program=None)


def changed(path: str, **changes: object) -> bytes:
    return replace(GOOD, entries=with_entry(ENTRIES, path, **changes)).data()


def with_more(*more: Entry) -> bytes:
    return replace(GOOD, entries=(*ENTRIES, *more)).data()


def entry(name: str, data: bytes = EVIL, **changes: object) -> Entry:
    return replace(Entry(name=f"{TOP}/{name}".encode(), data=data), **changes)  # type: ignore[arg-type]


def deflated(data: bytes) -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflater.compress(data) + deflater.flush()


def unicode_path(name: bytes, path: bytes) -> bytes:
    body = struct.pack("<BI", 1, zlib.crc32(name)) + path
    return struct.pack("<2H", 0x7075, len(body)) + body


def zip64(*values: int) -> bytes:
    return struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values)


def end64_around(archive: Archive, **lies: int) -> bytes:
    """The archive with a zip64 end record before its end record; *lies* replace true values."""
    plain = archive.data()
    _, _, _, _, count, size, offset, _ = struct.unpack("<4s4H2IH", plain[-22:])
    true = {"count": count, "size": size, "offset": offset, "at": len(plain) - 22, "body": 44}
    told = {**true, **lies}
    record = struct.pack(
        "<4sQ2H2I4Q",
        *(b"PK\x06\x06", told["body"], 45, 45, 0, 0),
        *(told["count"], told["count"], told["size"], told["offset"]),
    )
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, told["at"], 1)
    return plain[:-22] + record + locator + plain[-22:]


def two_ends() -> bytes:
    inner = GOOD.data()
    return inner + GOOD.data()[len(inner) - 22 :]


def two_archives() -> bytes:
    """A whole other zip before ours, our offsets told from the start of the file."""
    before = Archive(entries=entries_of({"bagit.txt": EVIL})).data()
    return before + replace(GOOD, offset_shift=len(before)).data()


BOMB = b"\0" * (64 * 1024 * 1024)
BOMB_PACKED = deflated(BOMB)

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "prefix": (lambda: replace(GOOD, prefix=b"#!/bin/sh\n").data(), "structure.zip_gap"),
    "prefix, offsets shifted as zipfile tolerates": (
        lambda: b"MZ" + GOOD.data(),
        "structure.zip_gap",
    ),
    "another archive before": (two_archives, "structure.zip_gap"),
    "bytes behind": (lambda: GOOD.data() + b"\n", "structure.zip_end"),
    "cut off": (lambda: GOOD.data()[:-1], "structure.zip_end"),
    "archive comment": (lambda: replace(GOOD, comment=b"hello").data(), "structure.zip_end"),
    "suffix that is not the comment": (
        lambda: replace(GOOD, suffix=b"PK\x05\x06" + b"\0" * 10).data(),
        "structure.zip_end",
    ),
    "two end records": (two_ends, "structure.zip_gap"),
    "gap between files": (lambda: changed(NOTE, before=b"hidden"), "structure.zip_gap"),
    "gap before the directory": (
        lambda: replace(GOOD, before_directory=b"hidden").data(),
        "structure.zip_gap",
    ),
    "gap behind the directory": (
        lambda: replace(GOOD, before_end=b"hidden").data(),
        "structure.zip_gap",
    ),
    "local file that the directory omits": (
        lambda: with_more(entry("data/texts/hidden.txt", in_directory=False)),
        "structure.zip_gap",
    ),
    "directory entry without a file": (
        lambda: with_more(entry("data/texts/none.txt", has_local=False)),
        "structure.zip_headers",
    ),
    "two directory entries for one file": (
        lambda: with_more(entry("data/texts/again.txt", has_local=False, offset=0)),
        "structure.zip_gap",
    ),
    "directory names too few files": (
        lambda: replace(GOOD, count=3, count_here=3).data(),
        "structure.zip_directory",
    ),
    "directory counts differ": (lambda: replace(GOOD, count_here=3).data(), "structure.zip_end"),
    "directory size is wrong": (
        lambda: replace(GOOD, directory_size=100).data(),
        "structure.zip_gap",
    ),
    "directory offset is wrong": (
        lambda: replace(GOOD, directory_offset=100).data(),
        "structure.zip_gap",
    ),
    "several disks": (lambda: replace(GOOD, disk=1).data(), "structure.zip_end"),
    "entry on another disk": (lambda: changed(NOTE, disk=1), "structure.zip_directory"),
    "file comment": (lambda: changed(NOTE, comment=b"hi"), "structure.zip_directory"),
    "another name in the local header": (
        lambda: changed(NOTE, name_local=f"{TOP}/checkpoint.nota".encode()),
        "structure.zip_headers",
    ),
    "another CRC in the local header": (
        lambda: changed(NOTE, crc32_local=1),
        "structure.zip_headers",
    ),
    "another size in the local header": (
        lambda: changed(NOTE, size_local=1),
        "structure.zip_headers",
    ),
    "another packed size in the local header": (
        lambda: changed(NOTE, packed_size_local=1),
        "structure.zip_headers",
    ),
    "another method in the local header": (
        lambda: changed(NOTE, method_local=0),
        "structure.zip_headers",
    ),
    "another time in the local header": (
        lambda: changed(NOTE, time_local=1),
        "structure.zip_headers",
    ),
    "other flags in the local header": (
        lambda: changed(NOTE, flags_local=0x0800),
        "structure.zip_headers",
    ),
    "data descriptor": (lambda: changed(NOTE, flags=8), "structure.zip_flags"),
    "patched data": (lambda: changed(NOTE, flags=0x20), "structure.zip_flags"),
    "encrypted": (lambda: changed(NOTE, flags=1), "structure.zip_encrypted"),
    "strong encryption": (lambda: changed(NOTE, flags=0x41), "structure.zip_encrypted"),
    "encrypted directory": (lambda: changed(NOTE, flags=0x2000), "structure.zip_encrypted"),
    "unknown method": (lambda: changed(NOTE, method=12), "structure.zip_method"),
    "stored with two sizes": (
        lambda: changed(NOTE, method=0, size=3),
        "structure.zip_headers",
    ),
    "Unicode path that says another name": (
        lambda: changed(
            NOTE,
            extra=unicode_path(f"{TOP}/{NOTE}".encode(), f"{TOP}/other.note".encode()),
        ),
        "structure.zip_extra",
    ),
    "extra field of 3 bytes": (lambda: changed(NOTE, extra=b"\x01\x00\x00"), "structure.zip_extra"),
    "extra field longer than it is": (
        lambda: changed(NOTE, extra=b"\x55\x54\x09\x00\x00"),
        "structure.zip_extra",
    ),
    "extra field in the local header only": (
        lambda: changed(NOTE, extra_local=b"\x55\x54\x01\x00\x00"),
        "structure.zip_extra",
    ),
    "zip64 sizes that nothing asks for": (
        lambda: changed(NOTE, extra=zip64(len(FILES[NOTE]), len(FILES[NOTE]))),
        "structure.zip_extra",
    ),
    "zip64 size missing": (
        lambda: changed(NOTE, packed_size=0xFFFFFFFF, extra=b"", extra_local=b""),
        "structure.zip_extra",
    ),
    "zip64 field too long": (
        lambda: changed(NOTE, size=0xFFFFFFFF, extra=zip64(1, 2, 3, 4)),
        "structure.zip_extra",
    ),
    "zip64 end record elsewhere": (
        lambda: end64_around(GOOD, at=0),
        "structure.zip_end",
    ),
    "zip64 end record counts others": (
        lambda: end64_around(GOOD, count=2),
        "structure.zip_end",
    ),
    "zip64 end record with more behind it": (
        lambda: end64_around(GOOD, body=60),
        "structure.zip_end",
    ),
    "zip64 end record with another directory": (
        lambda: end64_around(GOOD, offset=0),
        "structure.zip_end",
    ),
    "name twice": (lambda: with_more(entry(NOTE)), "structure.twice"),
    "name twice in other case": (lambda: with_more(entry("CHECKPOINT.note")), "structure.twice"),
    "file and folder of one name": (
        lambda: with_more(entry("bagit.txt/x.txt")),
        "structure.twice",
    ),
    "name with a decomposed letter": (
        lambda: with_more(entry("data/texts/e\u0301.txt", flags=0x0800)),
        "structure.name",
    ),
    "name with a composed letter": (
        lambda: with_more(entry("data/texts/\u00e9.txt", flags=0x0800)),
        "structure.name",
    ),
    "path upwards": (lambda: with_more(entry("data/../../evil.txt")), "structure.name"),
    "absolute path": (
        lambda: with_more(Entry(name=b"/etc/cron.d/x", data=EVIL)),
        "structure.name",
    ),
    "drive letter": (lambda: with_more(Entry(name=b"C:/x", data=EVIL)), "structure.name"),
    "backslash": (lambda: with_more(entry("data\\texts\\x.txt")), "structure.name"),
    "NUL in a name": (lambda: with_more(entry("data/texts/a\0.txt")), "structure.name"),
    "empty part": (lambda: with_more(entry("data//x.txt")), "structure.name"),
    "device name": (lambda: with_more(entry("data/texts/aux.txt")), "structure.name"),
    "name with a dot at the end": (lambda: with_more(entry("data/texts/x.")), "structure.name"),
    "hidden file": (lambda: with_more(entry("data/.x")), "structure.name"),
    "very long name": (lambda: with_more(entry("data/" + "x" * 121)), "structure.name"),
    "folder entry": (lambda: with_more(entry("data/texts/", b"")), "structure.name"),
    "folder by attribute": (lambda: with_more(entry("data/x", attributes=0x10)), "structure.link"),
    "symbolic link": (
        lambda: with_more(entry("data/texts/l", b"/etc/passwd", attributes=0o120777 << 16)),
        "structure.link",
    ),
    "device file": (
        lambda: with_more(entry("data/texts/d", attributes=0o060644 << 16)),
        "structure.link",
    ),
    "setuid": (
        lambda: with_more(entry("data/texts/s", attributes=0o104755 << 16)),
        "structure.link",
    ),
    "two top folders": (
        lambda: with_more(Entry(name=b"other/data.txt", data=EVIL)),
        "structure.top",
    ),
    "file beside the top folder": (
        lambda: with_more(Entry(name=b"readme.txt", data=EVIL)),
        "structure.top",
    ),
    "bomb": (
        lambda: with_more(entry("data/x.bin", BOMB[:1], packed=BOMB_PACKED, size=len(BOMB))),
        "structure.bomb",
    ),
    "10 GB told, nothing there": (
        lambda: with_more(
            entry(
                "data/x.bin",
                packed=b"\0",
                size=0xFFFFFFFF,
                extra=zip64(10 * 2**30),
                size_local=0xFFFFFFFF,
                packed_size_local=0xFFFFFFFF,
                extra_local=zip64(10 * 2**30, 1),
            )
        ),
        "structure.bomb",
    ),
    "overlapping files": (
        lambda: replace(
            GOOD,
            entries=(
                *ENTRIES[:-1],
                replace(ENTRIES[-1], packed_size=9_000, packed_size_local=9000),
            ),
        ).data(),
        "structure.zip_gap",
    ),
}


def test_the_honest_zip_written_byte_by_byte_is_accepted(tmp_path: Path) -> None:
    report = checked(tmp_path, GOOD.data())
    assert report.exit_code == 2
    assert {check.result for check in report.checks[:10]} == {CheckResult.PASS}


@pytest.mark.parametrize("name", REFUSED)
def test_a_zip_with_two_meanings_is_refused_by_name(tmp_path: Path, name: str) -> None:
    make, expected = REFUSED[name]
    report = checked(tmp_path, make())
    assert (report.checks[0].name, report.checks[0].message_id) == ("structure", expected)
    assert report.exit_code == 1
    assert {check.message_id for check in report.checks[1:]} == {"skipped"}


LYING: dict[str, tuple[dict[str, object], str]] = {
    "wrong CRC": ({"crc32": 7}, "structure.zip_content"),
    "told longer than it is": ({"size": 9_999}, "structure.zip_content"),
    "told shorter than it is": ({"size": 3}, "structure.zip_content"),
    "bytes behind the deflate stream": (
        {"packed": deflated(FILES["data/VERIFY.txt"]) + b"x"},
        "structure.zip_content",
    ),
    "deflate stream cut off": (
        {"packed": deflated(FILES["data/VERIFY.txt"])[:-1]},
        "structure.zip_content",
    ),
    "not a deflate stream": ({"packed": b"\xff\xff\xff"}, "structure.zip_content"),
}


@pytest.mark.parametrize("name", LYING)
def test_content_that_is_not_what_the_headers_promise_is_named(tmp_path: Path, name: str) -> None:
    changes, expected = LYING[name]
    report = checked(tmp_path, changed("data/VERIFY.txt", **changes))
    failed = [check for check in report.checks if check.result is CheckResult.FAIL]
    assert (failed[0].name, failed[0].message_id) == ("payload manifest", expected)
    assert failed[0].about["name"] == "data/VERIFY.txt"


UNLISTED = "data/texts/sig-0000000000000009.txt"


def test_a_bomb_is_not_unpacked_beyond_what_its_header_tells(tmp_path: Path) -> None:
    told = len(BOMB_PACKED) * 100
    report = checked(tmp_path, with_more(entry(UNLISTED, b"", packed=BOMB_PACKED, size=told)))
    assert report.checks[1].message_id == "manifest.unlisted"


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_zip_is_no_dossier(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "d.zip"
    path.write_bytes(data)
    with pytest.raises(NotADossier):
        verify(path, anchors=Anchors(), now=NOW, program=None)


def test_another_zip_is_no_dossier(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    path.write_bytes(zip_of({"IMG 1.jpg": b"x"}, top="my photos"))
    with pytest.raises(NotADossier):
        verify(path, anchors=Anchors(), now=NOW, program=None)


def test_a_zip_of_five_gigabytes_is_read_by_its_zip64_fields(tmp_path: Path) -> None:
    # Sparse: nothing is written for the zeros, and only headers are read here.
    path = tmp_path / "big.zip"
    size = 5 * 2**30
    with path.open("wb") as file:
        header = struct.pack(
            "<4s5H3I2H", b"PK\x03\x04", 45, 0, 0, 0, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF, 5, 20
        )
        file.write(header + b"t/big" + zip64(size, size))
        file.seek(size, io.SEEK_CUR)
        behind = Entry(name=b"t/bagit.txt", data=b"x", method=0)
        small = Archive(entries=(behind,)).data()
        local_size = 30 + len(behind.name) + 1
        start = file.tell()
        file.write(small[:local_size])
        big = Entry(name=b"t/big", data=b"", method=0, crc32=0, size=0xFFFFFFFF)
        directory = struct.pack(
            "<4s6H3I5H2I",
            *(b"PK\x01\x02", 45, 45, 0, 0, 0, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF),
            *(len(big.name), 20, 0, 0, 0, 0, 0),
        )
        directory += big.name + zip64(size, size)
        second = small[local_size:-22]
        directory += second[:28] + struct.pack("<2H", len(behind.name), 12) + second[32:42]
        directory += b"\xff\xff\xff\xff" + behind.name + zip64(start)
        at = file.tell()
        file.write(directory)
        end = file.tell()
        file.write(
            struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 2, 2, len(directory), at)
        )
        file.write(struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1))
        file.write(
            struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), 0xFFFFFFFF, 0)
        )
    with path.open("rb") as file:
        members = read_members(file)
    assert [(member.path, member.size_bytes) for member in members] == [
        ("t/big", size),
        ("t/bagit.txt", 1),
    ]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_flipped_bit_of_the_zip_is_noticed_or_changes_no_file(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    good = zip_of(FILES)
    bit = data.draw(st.integers(0, 8 * len(good) - 1))
    flipped = bytearray(good)
    flipped[bit // 8] ^= 1 << bit % 8
    path = tmp_path_factory.mktemp("flip") / "d.zip"
    path.write_bytes(flipped)
    try:
        report = verify(path, anchors=Anchors(), now=NOW, program=None)
    except NotADossier:
        return
    if report.exit_code == 2:
        with zipfile.ZipFile(path) as archive:
            read = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
        assert read == FILES
