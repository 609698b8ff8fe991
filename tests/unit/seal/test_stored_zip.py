import struct
import zipfile
import zlib
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import pytest

from benban.errors import PackageDamagedError, PackageOrderError
from benban.seal.stored_zip import StoredZip, StreamingZip
from benban.seal.zip_structure import open_stored, read_zip_structure

AT = datetime(2026, 11, 22, 8, 15, 31, tzinfo=UTC)
CONTENT = {"a/one.txt": b"one", "a/empty": b"", "two.bin": bytes(range(256)) * 8}


def add(package: StoredZip, name: str, content: bytes, *, said: bytes | None = None) -> None:
    announced = content if said is None else said
    package.add(
        name,
        size_bytes=len(announced),
        crc32=zlib.crc32(announced),
        write=lambda sink: sink.write(content),
    )


def stored(at: datetime = AT, *, zip64_from_bytes: int = 0xFFFFFFFF) -> bytes:
    out = BytesIO()
    package = StoredZip(out, made_at=at, zip64_from_bytes=zip64_from_bytes)
    for name, content in CONTENT.items():
        add(package, name, content)
    package.close()
    return out.getvalue()


def streamed(*, zip64_from_bytes: int = 0xFFFFFFFF, expected_bytes: int = 0) -> bytes:
    out = BytesIO()
    package = StreamingZip(out, made_at=AT, zip64_from_bytes=zip64_from_bytes)
    for name, content in CONTENT.items():
        pieces = [content[at : at + 100] for at in range(0, len(content), 100)]
        package.add_stream(name, pieces, expected_bytes=expected_bytes)
    package.close()
    return out.getvalue()


def read_by_python(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def read_strictly(content: bytes) -> dict[str, bytes]:
    file = BytesIO(content)
    return {member.name: open_stored(file, member).read() for member in read_zip_structure(file)}


@pytest.mark.parametrize(
    "content",
    [
        stored(),
        stored(zip64_from_bytes=100),
        stored(zip64_from_bytes=1),
        streamed(),
        streamed(zip64_from_bytes=100, expected_bytes=100),
    ],
    ids=["stored", "some zip64", "all zip64", "streamed", "streamed zip64"],
)
def test_what_is_written_is_read_by_two_readers(content: bytes) -> None:
    assert read_by_python(content) == CONTENT
    assert read_strictly(content) == CONTENT


def test_streaming_gives_the_same_bytes_as_knowing_the_sizes() -> None:
    assert streamed() == stored()


def test_no_member_needs_a_descriptor() -> None:
    with zipfile.ZipFile(BytesIO(streamed())) as archive:
        assert [info.flag_bits for info in archive.infolist()] == [0, 0, 0]


def test_the_time_is_utc_and_the_rights_are_those_of_a_plain_file() -> None:
    content = stored(AT.astimezone(timezone(timedelta(hours=7))))

    with zipfile.ZipFile(BytesIO(content)) as archive:
        info = archive.infolist()[0]

    assert (info.date_time, info.external_attr >> 16) == ((2026, 11, 22, 8, 15, 30), 0o100644)


def test_a_time_before_the_calendar_of_zip_becomes_its_first_day() -> None:
    with zipfile.ZipFile(BytesIO(stored(datetime(1970, 1, 1, tzinfo=UTC)))) as archive:
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_a_member_that_is_not_what_was_announced_is_refused() -> None:
    with pytest.raises(PackageOrderError):
        add(StoredZip(BytesIO(), made_at=AT), "a", b"abc", said=b"abd")


def test_a_stream_larger_than_the_room_that_was_kept_is_refused() -> None:
    package = StreamingZip(BytesIO(), made_at=AT, zip64_from_bytes=100)

    with pytest.raises(PackageOrderError):
        package.add_stream("a", [bytes(100)])


def test_nothing_is_added_to_a_closed_package() -> None:
    package = StreamingZip(BytesIO(), made_at=AT)
    package.close()

    with pytest.raises(PackageOrderError):
        add(package, "a", b"")
    with pytest.raises(PackageOrderError):
        package.add_stream("a", [])
    with pytest.raises(PackageOrderError):
        package.close()


def test_a_slice_of_a_package_seeks_like_a_file() -> None:
    file = BytesIO(stored())
    member = open_stored(file, read_zip_structure(file)[2])

    member.seek(-3, 2)

    assert member.read() == b"\xfd\xfe\xff"
    member.seek(256)
    member.seek(1, 1)
    assert member.read(2) == b"\x01\x02"


def patched(old: bytes, new: bytes, *, count: int = 1) -> bytes:
    content = stored()
    assert content.count(old) >= count
    return content.replace(old, new, count)


def packed_by_python(name: str, *, compression: int = zipfile.ZIP_STORED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        archive.writestr(name, b"x" * 100)
    return out.getvalue()


def twice(first: str, second: str) -> bytes:
    out = BytesIO()
    package = StoredZip(out, made_at=AT)
    add(package, first, b"1")
    add(package, second, b"2")
    package.close()
    return out.getvalue()


GOOD = stored()
DIRECTORY = GOOD.index(b"PK\x01\x02")
END = GOOD.index(b"PK\x05\x06")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        GOOD[:-1],
        GOOD + b"\x00",
        b"\x00" + GOOD,
        GOOD[:DIRECTORY] + b"hidden" + GOOD[DIRECTORY:],
        GOOD[:END] + b"hidden" + GOOD[END:],
        GOOD[:-2] + b"\x04\x00note",
        GOOD[END:],
        GOOD[: END + 10] + b"\x02" + GOOD[END + 11 :],
        GOOD[: END + 8] + b"\x02\x00\x02" + GOOD[END + 11 :],
        GOOD[: END + 4] + b"\x01" + GOOD[END + 5 :],
        patched(b"a/one.txt", b"a/two.txt"),
        patched(b"a/one.txt", b"../ne.txt", count=2),
        patched(b"a/one.txt", b"/aone.txt", count=2),
        patched(b"a/one.txt", b"a\\one.tx", count=2),
        patched(b"a/one.txt", b"C:one.txt", count=2),
        patched(b"a/one.txt", b"a\x00one.tx", count=2),
        patched(b"a/one.txt", b"a//ne.txt", count=2),
        patched(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00"),
        patched(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"),
        patched(b"\x14\x00\x00\x00\x00\x00", b"\x14\x00\x00\x00\x0c\x00", count=6),
        patched(zlib.crc32(b"one").to_bytes(4, "little"), b"\x00\x00\x00\x00"),
        twice("same", "same"),
        twice("Same", "sAME"),
        twice("a", "A/b"),
        GOOD[:DIRECTORY] + GOOD[DIRECTORY:].replace(b"PK\x01\x02", b"PK\x01\x03", 1),
        stored(zip64_from_bytes=1).replace(b"PK\x06\x07", b"PK\x06\x08"),
        stored(zip64_from_bytes=1).replace(b"PK\x06\x06", b"PK\x06\x09"),
        patched(b"\x03\x00\x00\x00\x03\x00\x00\x00", b"\xff\xff\xff\xff\xff\xff\xff\xff"),
    ],
    ids=[
        *("nothing", "cut", "behind the end", "before the start", "before the directory"),
        *("before the end", "a comment", "an end alone", "one count", "fewer members than listed"),
        *("another disk", "two names", "above its folder", "an absolute name", "a backslash"),
        *("a drive", "NUL", "an empty folder name", "a local flag", "an encryption flag"),
        *(
            "an unknown method",
            "another CRC",
            "a name twice",
            "a name twice in another case",
            "a file and a folder",
        ),
        *("a broken directory", "no zip64 locator", "no zip64 end", "no zip64 field"),
    ],
)
def test_a_zip_that_two_readers_could_read_differently_is_refused(content: bytes) -> None:
    with pytest.raises(PackageDamagedError):
        read_zip_structure(BytesIO(content))


def test_a_deflated_member_holds_together_and_is_not_opened_as_stored() -> None:
    file = BytesIO(packed_by_python("a", compression=zipfile.ZIP_DEFLATED))
    (member,) = read_zip_structure(file)

    with pytest.raises(PackageDamagedError):
        open_stored(file, member)


def crafted(
    *,
    flags: int = 0,
    sizes: tuple[int, int] = (4, 4),
    extra: bytes = b"",
    gap: bytes = b"",
    place: int = 0,
    behind: bytes = b"",
) -> bytes:
    """One stored member ``a`` of four bytes, whose directory entry says what a test wants."""
    crc = zlib.crc32(b"data")
    shown = (0, 0) if flags & 8 else sizes
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, flags, 0, 0, 0, crc, *shown, 1, 0)
    start = local + b"a" + b"data" + gap
    central = struct.pack("<IHHHHHHIII", 0x02014B50, 20, 20, flags, 0, 0, 0, crc, *sizes)
    central += struct.pack("<HHHHHII", 1, len(extra), 0, 0, 0, 0, place) + b"a" + extra + behind
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(central), len(start), 0)
    return start + central + end


def test_a_crafted_zip_that_holds_together_is_read() -> None:
    assert read_strictly(crafted()) == {"a": b"data"}


@pytest.mark.parametrize(
    "content",
    [
        crafted(gap=b"hidden"),
        crafted(place=1),
        crafted(sizes=(3, 4)),
        crafted(sizes=(4000, 4000)),
        crafted(flags=8),
        crafted(flags=8, sizes=(0xFFFFFFFF,) * 2, extra=struct.pack("<HHQQ", 1, 16, 2**33, 2**33)),
        crafted(sizes=(0xFFFFFFFF,) * 2, extra=struct.pack("<HHQ", 1, 8, 4)),
        crafted(behind=b"hidden"),
        struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0, 0, 0),
        crafted()[:-22] + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, 2**31, 2**31, 0),
    ],
    ids=[
        *("a gap behind the data", "a member that begins elsewhere", "two sizes"),
        *("larger than the file", "no descriptor", "no descriptor of 8 GiB", "half a zip64 field"),
        *(
            "something at the end of the directory",
            "a zip64 end before the file",
            "a directory beyond the file",
        ),
    ],
)
def test_a_crafted_zip_that_does_not_hold_together_is_refused(content: bytes) -> None:
    with pytest.raises(PackageDamagedError):
        read_zip_structure(BytesIO(content))


class Unseekable(BytesIO):
    """Makes Python's zipfile write descriptors."""

    def seekable(self) -> bool:
        return False

    def seek(self, offset: int, whence: int = 0) -> int:
        raise OSError("cannot seek")


@pytest.mark.parametrize("large", [False, True])
def test_descriptors_of_other_writers_are_compared(*, large: bool) -> None:
    out = Unseekable()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a", "w", force_zip64=large) as member:
        member.write(b"content")
    content = out.getvalue()

    (found,) = read_zip_structure(BytesIO(content))
    crc = zlib.crc32(b"content").to_bytes(4, "little")

    assert found.size_bytes == 7
    with pytest.raises(PackageDamagedError):
        read_zip_structure(BytesIO(content.replace(crc, bytes(4), 1)))
