"""A bundle is read as if its maker wished us ill."""

import base64
import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from benban.errors import BundleFaultyError, BundleMalformedError, BundleSignatureError
from benban.remedies import load_catalogue, packaged_catalogue
from benban.remedies.bundle import NOTE, pinned_signers, read_bundle, write_bundle
from benban.remedies.memory_folder import MemoryFolder
from tests.unit.remedies.bundles import (
    KEY,
    OTHER_KEY,
    OTHER_SIGNER,
    SIGNER,
    bundle,
    packaged_files,
    signed_all_the_same,
    zipped,
)

GOOD = bundle()


def _read(data: bytes, *signers: bytes) -> None:
    read_bundle(io.BytesIO(data), signers or (SIGNER,))


def _members(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return [(one.filename, opened.read(one)) for one in opened.infolist()]


def test_what_was_published_is_what_is_read() -> None:
    found = read_bundle(io.BytesIO(GOOD), (OTHER_SIGNER, SIGNER))

    packaged = packaged_catalogue()
    assert (found.signer, found.catalogue.edition, found.catalogue.faults) == (SIGNER, 2, ())
    assert found.catalogue.services == packaged.services
    assert found.catalogue.provisions == packaged.provisions
    assert found.catalogue.forms == packaged.forms


def test_the_same_files_and_key_give_the_same_bytes() -> None:
    assert bundle() == GOOD


def test_stock_tools_can_check_the_listing() -> None:
    members = dict(_members(GOOD))
    note = members.pop(NOTE).decode().split("\n")
    listing = "".join(
        f"{hashlib.sha256(members[one]).hexdigest()}  {one}\n" for one in sorted(members)
    )

    assert base64.b64decode(note[2]) == hashlib.sha256(listing.encode()).digest()


@pytest.mark.parametrize("signers", [(OTHER_SIGNER,), ()])
def test_a_signer_who_is_not_known_is_refused(signers: tuple[bytes, ...]) -> None:
    with pytest.raises(BundleSignatureError):
        read_bundle(io.BytesIO(GOOD), signers)


def test_another_file_under_the_same_note_is_refused() -> None:
    members = dict(_members(GOOD))
    members["channels/x.toml"] = members["channels/x.toml"].replace(b"help.x.com", b"help.y.com")

    with pytest.raises(BundleMalformedError):
        _read(zipped(list(members.items())))


def test_a_file_that_was_left_out_is_missed() -> None:
    members = [one for one in _members(GOOD) if one[0] != "laws/repealed.toml"]

    with pytest.raises(BundleMalformedError):
        _read(zipped(members))


@pytest.mark.parametrize(
    "name",
    [
        "channels/../../x.toml",
        "signers.toml",
        "messages/vi/x.po",
        "channels/x.py",
        "laws/vn/deep/x.toml",
        "CHANNELS/x.toml",
        "channels/X.toml",
        "thresholds.toml",
        "channels/x.toml/y.toml",
    ],
)
def test_a_file_that_no_catalogue_has_is_refused_even_whensigned_all_the_same(name: str) -> None:
    with pytest.raises(BundleMalformedError):
        _read(signed_all_the_same({**packaged_files(), name: b"x = 1\n"}))


def test_a_compressed_member_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in _members(GOOD):
            package.writestr(name, data)

    with pytest.raises(BundleMalformedError):
        _read(out.getvalue())


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", GOOD[:-1], GOOD + b"\0", b"\0" + GOOD, GOOD[: len(GOOD) // 2]],
    ids=["empty", "two bytes", "short", "tail", "head", "half"],
)
def test_what_is_no_whole_zip_is_refused(data: bytes) -> None:
    with pytest.raises(BundleMalformedError):
        _read(data)


def test_a_bundle_beyond_all_measure_is_refused_before_it_is_read() -> None:
    with pytest.raises(BundleMalformedError):
        _read(b"\0" * ((8 << 20) + 1))


def test_a_bundle_without_a_note_is_refused() -> None:
    with pytest.raises(BundleMalformedError):
        _read(zipped(_members(GOOD)[1:]))


def test_note_and_files_must_agree_about_the_edition() -> None:
    with pytest.raises(BundleMalformedError):
        _read(signed_all_the_same(packaged_files(edition=2), edition=3))


def test_a_catalogue_with_a_fault_is_not_published() -> None:
    found = packaged_files()
    found["channels/x.toml"] = b"id = "

    with pytest.raises(BundleFaultyError) as caught:
        write_bundle(MemoryFolder(found), io.BytesIO(), KEY)

    assert caught.value.params == {"count": 1, "file": "channels/x.toml", "line": 1}


@pytest.mark.parametrize(
    "words",
    [
        "{service.__class__}",
        "{0}",
        "{name!r}",
        "{name:>99999999}",
        "{",
        "Revenge porn was posted",
    ],
)
def test_a_signed_form_that_could_not_be_filled_or_blames_is_a_fault(words: str) -> None:
    found = packaged_files()
    found["forms/en/us-tida.txt"] += f"{words}\n".encode()

    read = read_bundle(io.BytesIO(signed_all_the_same(found)), (SIGNER,)).catalogue

    assert [one.file for one in read.faults] == ["forms/en/us-tida.txt"]
    assert read.form("us-tida") is None


def test_papers_for_offices_are_no_part_of_a_bundle() -> None:
    out = io.BytesIO()
    write_bundle(MemoryFolder({**packaged_files(), "forms/papers/vi/x.toml": b""}), out, KEY)

    assert out.getvalue() == GOOD


def test_another_key_makes_another_note_only() -> None:
    mine, others = dict(_members(GOOD)), dict(_members(bundle(key=OTHER_KEY)))

    assert {one for one in mine if mine[one] != others[one]} == {NOTE}


def test_the_keys_that_came_with_the_program_are_keys() -> None:
    assert all(len(one) == 32 for one in pinned_signers())


def test_a_folder_in_memory_is_read_like_one_on_disk(tmp_path: Path) -> None:
    for name, data in packaged_files().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)

    assert load_catalogue(tmp_path) == load_catalogue(MemoryFolder(packaged_files()))
