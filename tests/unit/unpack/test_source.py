import io
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from benban.errors import (
    BenbanError,
    ImportCutError,
    ImportDamagedError,
    ImportEncryptedError,
    ImportTooLargeError,
    ImportUnsafeError,
)
from benban.unpack.parts import Reason
from benban.unpack.source import folder_source, single_source, zip_source
from tests.verifier.test_zip_structure import LYING, REFUSED, changed


def packed(*files: tuple[str | zipfile.ZipInfo, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out


def refused(stream: io.BytesIO) -> type[BenbanError]:
    with pytest.raises(BenbanError) as caught:
        zip_source(stream, "x.zip")
    return type(caught.value)


def special(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (mode | 0o777) << 16
    return info


def test_two_entries_can_be_read_in_turn() -> None:
    source = zip_source(packed(("a", b"1" * 200_000), ("b/c", b"2" * 200_000)), "x.zip")
    one, two = (entry.open() for entry in source.entries())

    read = [(one.read(70_000), two.read(70_000)) for _ in range(3)]

    assert b"".join(first for first, _ in read) == b"1" * 200_000
    assert b"".join(second for _, second in read) == b"2" * 200_000


def test_a_single_file_is_one_entry() -> None:
    source = single_source(io.BytesIO(b"abc"), "result.json")

    assert [(entry.name, entry.open().read()) for entry in source.entries()] == [
        ("result.json", b"abc")
    ]
    assert source.total_bytes == 3


def test_folders_are_no_entries() -> None:
    source = zip_source(packed(("photos/", b""), ("photos/a.jpg", b"x")), "x.zip")

    assert [entry.name for entry in source.entries()] == ["photos/a.jpg"]


@pytest.mark.parametrize(
    "name",
    ["../a", "a/../../b", "/etc/a", "C:/a", "C:a", "\\\\server\\share\\a", "a\\b", "./a", "a//b"],
)
def test_a_name_that_leaves_its_folder_is_refused(name: str) -> None:
    stream = packed(("xx" * 8, b"x"))
    # zipfile tidies names up; the bytes are written by hand.
    raw = stream.getvalue().replace(b"xx" * 8, name.encode().ljust(16, b"a"))

    assert refused(io.BytesIO(raw)) is ImportUnsafeError


@pytest.mark.parametrize("missing", [1, 22, 60, 150])
def test_a_zip_whose_end_is_missing_is_cut_and_no_trick(missing: int) -> None:
    raw = packed(("result.json", b"x" * 200)).getvalue()

    assert refused(io.BytesIO(raw[:-missing])) is ImportCutError


def test_what_stands_behind_the_end_is_a_trick_and_no_cut() -> None:
    raw = packed(("result.json", b"x" * 200)).getvalue()

    assert refused(io.BytesIO(raw + b"more")) is ImportUnsafeError


def test_a_zero_byte_in_a_name_is_refused() -> None:
    raw = packed(("aaaabbbb", b"x")).getvalue().replace(b"aaaabbbb", b"a.jpg\x00.p")

    assert refused(io.BytesIO(raw)) is ImportUnsafeError


@pytest.mark.parametrize(
    "name", ["CON", "aux.json", "a.", "a ", "x" * 300, "\u202egpj.exe", "\u200ba"]
)
def test_odd_names_are_names_and_nothing_more(name: str) -> None:
    source = zip_source(packed((name, b"x")), "x.zip")

    found = source.find(name)
    assert found is not None
    assert found.open().read() == b"x"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "a"),
        ("A.json", "a.json"),
        ("é.jpg", unicodedata.normalize("NFD", "é.jpg")),
        ("a", "a/b"),
        ("a", "a."),
        ("b/c ", "b/c"),
    ],
)
def test_a_name_that_stands_twice_for_some_system_is_refused(one: str, other: str) -> None:
    assert refused(packed((one, b"1"), (other, b"2"))) is ImportUnsafeError


@pytest.mark.parametrize(
    "kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK]
)
def test_links_and_devices_in_a_zip_are_refused(kind: int) -> None:
    assert refused(packed((special("a", kind), b"/etc/passwd"))) is ImportUnsafeError


def test_rights_of_a_member_mean_nothing() -> None:
    info = special("a", stat.S_IFREG | stat.S_ISUID)

    assert zip_source(packed((info, b"x")), "x.zip").entries()[0].open().read() == b"x"


def test_a_locked_zip_is_told_apart() -> None:
    raw = bytearray(packed(("a", b"x")).getvalue())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1

    assert refused(io.BytesIO(bytes(raw))) is ImportEncryptedError


def test_a_member_that_unpacks_to_far_too_much_is_refused_unopened() -> None:
    assert refused(packed(("bomb", bytes(40 << 20)))) is ImportTooLargeError


def test_pretty_printed_text_is_no_bomb() -> None:
    text = b"".join(
        b'   {\n    "id": %d,\n    "type": "message",\n    "date_unixtime": "%d"\n   },\n'
        % (number, 1_700_000_000 + 7919 * number)
        for number in range(300_000)
    )

    source = zip_source(packed(("result.json", text)), "x.zip")

    assert zlib.crc32(source.entries()[0].open().read()) == zlib.crc32(text)


def test_a_million_members_are_refused_before_one_is_read() -> None:
    # Only the end of the zip is looked at: it names more members than are ever read.
    end = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**6, 10**6, 0, 0)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, 0, 1)
    last = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65535, 65535, 0xFFFFFFFF, 0xFFFFFFFF, 0)

    assert refused(io.BytesIO(end + locator + last)) is ImportTooLargeError


def test_a_zip_in_a_zip_stays_closed() -> None:
    inner = packed(("a", b"x")).getvalue()
    for _ in range(100):
        inner = packed(("next.zip", inner)).getvalue()

    source = zip_source(io.BytesIO(inner), "x.zip")

    assert [entry.name for entry in source.entries()] == ["next.zip"]


@pytest.mark.parametrize("field", ["crc", "size", "packed"])
def test_headers_that_lie_are_refused(field: str) -> None:
    raw = bytearray(packed(("a", b"hello" * 99)).getvalue())
    at = raw.index(b"PK\x01\x02") + {"crc": 16, "packed": 20, "size": 24}[field]
    raw[at] ^= 1

    assert refused(io.BytesIO(bytes(raw))) is ImportUnsafeError


def test_overlapping_members_are_refused() -> None:
    raw = packed(("a", b"x" * 99), ("b", b"y" * 99)).getvalue()
    second = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02") + 4)
    changed = bytearray(raw)
    changed[second + 42 : second + 46] = bytes(4)

    assert refused(io.BytesIO(bytes(changed))) is ImportUnsafeError


@pytest.mark.parametrize("around", [(b"MZ prefix", b""), (b"", b"suffix")])
def test_bytes_around_the_zip_are_refused(around: tuple[bytes, bytes]) -> None:
    before, behind = around

    raw = before + packed(("a", b"x")).getvalue() + behind

    assert refused(io.BytesIO(raw)) is ImportUnsafeError


def test_content_that_is_not_what_the_headers_say_is_found_while_reading() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a", b"hello hello hello")
    raw = out.getvalue().replace(b"hello hello", b"hellO hello")
    entry = zip_source(io.BytesIO(raw), "x.zip").entries()[0]

    with pytest.raises(ImportDamagedError):
        entry.open().read()


def test_a_damaged_deflate_stream_is_found_while_reading() -> None:
    raw = bytearray(packed(("a", os.urandom(99) * 50)).getvalue())
    raw[60] ^= 0xFF
    entry = zip_source(io.BytesIO(bytes(raw)), "x.zip").entries()[0]

    with pytest.raises(ImportDamagedError):
        entry.open().read()


def test_names_in_an_old_code_page_are_read_as_the_standard_says() -> None:
    raw = packed(("aaaa", b"x")).getvalue().replace(b"aaaa", b"anh\x82")

    assert [one.name for one in zip_source(io.BytesIO(raw), "x.zip").entries()] == ["anhé"]


# What a dossier of ours never holds, and what honest programs write into other people's zips.
HARMLESS = {
    "another time in the local header",
    "device name",
    "extra field in the local header only",
    "extra field longer than it is",
    "extra field of 3 bytes",
    "file beside the top folder",
    "file comment",
    "folder by attribute",
    "folder entry",
    "hidden file",
    "name with a composed letter",
    "name with a decomposed letter",
    "name with a dot at the end",
    "setuid",
    "two top folders",
    "very long name",
    "zip64 sizes that nothing asks for",
}


def is_read(content: bytes) -> bool:
    """Return whether every entry of a zip can be read to its end."""
    try:
        for entry in zip_source(io.BytesIO(content), "x.zip").entries():
            with entry.open() as stream:
                while stream.read(1 << 20):
                    pass
    except BenbanError:
        return False
    return True


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_zip_with_two_meanings_is_refused(name: str) -> None:
    make, _ = REFUSED[name]

    assert is_read(make()) is (name in HARMLESS)


@pytest.mark.parametrize("name", sorted(LYING))
def test_content_that_lies_about_itself_is_not_read(name: str) -> None:
    changes, _ = LYING[name]

    assert not is_read(changed("data/VERIFY.txt", **changes))


def test_links_pipes_and_what_lies_behind_them_are_not_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "behind").mkdir()
    (tmp_path / "behind" / "secret").write_bytes(b"s")
    folder = tmp_path / "export"
    (folder / "photos").mkdir(parents=True)
    (folder / "result.json").write_bytes(b"{}")
    (folder / "photos" / "a.jpg").write_bytes(b"x")
    (folder / "to-file").symlink_to(tmp_path / "behind" / "secret")
    (folder / "to-folder").symlink_to(tmp_path / "behind")
    os.mkfifo(folder / "pipe")

    source = folder_source(folder)

    assert [entry.name for entry in source.entries()] == ["photos/a.jpg", "result.json"]
    assert [one.reason for one in source.refused] == [Reason.NOT_A_FILE] * 3


def test_a_file_that_became_a_link_after_it_was_listed_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"s")
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "a").write_bytes(b"x")
    (entry,) = folder_source(folder).entries()
    (folder / "a").unlink()
    (folder / "a").symlink_to(secret)

    with pytest.raises(OSError, match=r"."):
        entry.open()


class Junction:
    """What Windows lists where a folder stands for another one: a folder, and no link."""

    def __init__(self, entry: "os.DirEntry[str]") -> None:
        self.name, self.path = entry.name, entry.path

    def is_dir(self, *, follow_symlinks: bool) -> bool:
        return not follow_symlinks

    def is_file(self, *, follow_symlinks: bool) -> bool:
        return follow_symlinks

    def stat(self, *, follow_symlinks: bool) -> SimpleNamespace:
        return SimpleNamespace(st_reparse_tag=0 if follow_symlinks else 0xA0000003)


def test_what_lies_behind_a_junction_is_not_in_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret").write_bytes(b"secret")
    found = os.scandir

    def listed(folder: Path) -> AbstractContextManager[list[object]]:
        entries = found(folder)
        return nullcontext([Junction(one) if one.name == "elsewhere" else one for one in entries])

    monkeypatch.setattr("benban.unpack.source.os.scandir", listed)
    source = folder_source(tmp_path)

    assert [entry.name for entry in source.entries()] == []
    assert [one.reason for one in source.refused] == [Reason.NOT_A_FILE]
