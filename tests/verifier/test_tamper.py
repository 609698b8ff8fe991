"""
The tamper matrix: what an attacker changes, with and without writing anew all that is not signed.

The person who checks has a receipt, the key id and the root of the time stamps.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from benban_verify import CheckResult
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.verifier.attacks import (
    CUSTODY,
    INVENTORY,
    NOTE,
    PDF,
    PROOFS,
    SCENE,
    TEXT,
    checked,
    dropped,
    failures,
    replaced,
    tags_anew,
    with_a_changed_record,
    with_a_changed_record_and_leaf,
    with_an_exhibit,
    with_an_old_checkpoint,
    with_an_old_checkpoint_and_its_leaves,
    with_an_old_log_and_no_seal,
    with_another_key,
    with_another_seal,
    with_another_signature,
    with_another_value,
    with_swapped_files,
    with_swapped_openings,
    with_swapped_proofs,
    with_the_token_of_another_note,
    without_a_record,
    without_a_tie,
    without_an_exhibit,
)
from tests.verifier.dossier_maker import (
    EXHIBITS,
    MADE_AT,
    Files,
    list_files_anew,
)

CHANGED = ("payload manifest", "manifest.changed")
TAG_CHANGED = ("tag manifest", "manifest.changed")
OTHER_FILES = ("manifest sealed", "sealed.other_manifest")

# name -> the act, what is seen at once, what is seen when all that is unsigned is written anew.
MATRIX: dict[str, tuple[Callable[[Files], Files], tuple[str, str], tuple[str, str]]] = {
    "edit the PDF": (replaced(PDF, b"without", b"with   "), CHANGED, OTHER_FILES),
    "edit VERIFY.txt": (replaced("data/VERIFY.txt", b"how", b"HOW"), CHANGED, OTHER_FILES),
    "edit a text": (replaced(TEXT, b"text", b"test"), CHANGED, OTHER_FILES),
    "edit a time in the inventory": (
        replaced(INVENTORY, b"2026-11-22T08:15", b"2026-11-20T08:15"),
        CHANGED,
        ("exhibits", "exhibits.other_record"),
    ),
    "edit a time in the events": (
        replaced(CUSTODY, b"2026-11-22T08:15", b"2026-11-20T08:15"),
        CHANGED,
        ("custody", "custody.other_record"),
    ),
    "edit a digest in the inventory": (
        replaced(INVENTORY, EXHIBITS[0].values()["sha256"].encode(), b"0" * 64),
        CHANGED,
        ("exhibits", "exhibits.other_value"),
    ),
    "edit the day of making": (
        replaced("bag-info.txt", b"2026-11-22", b"2026-11-20"),
        TAG_CHANGED,
        ("bag info", "bag_info.other"),
    ),
    "edit the number of the dossier": (
        replaced("bag-info.txt", b"dos-42", b"dos-43"),
        TAG_CHANGED,
        ("bag info", "bag_info.other"),
    ),
    "call it an edition for an authority": (
        replaced("bag-info.txt", b"reading", b"authority"),
        TAG_CHANGED,
        ("bag info", "bag_info.edition"),
    ),
    "drop an exhibit's file": (
        dropped(TEXT),
        ("payload manifest", "manifest.missing"),
        ("exhibits", "exhibits.no_file"),
    ),
    "drop an exhibit everywhere": (
        without_an_exhibit,
        ("payload manifest", "manifest.missing"),
        OTHER_FILES,
    ),
    "drop the PDF": (
        dropped(PDF),
        ("payload manifest", "manifest.missing"),
        OTHER_FILES,
    ),
    "drop VERIFY.txt": (
        dropped("data/VERIFY.txt"),
        ("structure", "structure.missing"),
        ("structure", "structure.missing"),
    ),
    "drop the proofs": (
        dropped(PROOFS),
        ("structure", "structure.missing"),
        ("structure", "structure.missing"),
    ),
    "drop the checkpoint": (
        dropped(NOTE),
        ("structure", "structure.missing"),
        ("structure", "structure.missing"),
    ),
    "add a file to the payload": (
        lambda files: {**files, "data/texts/sig-0000000000000009.txt": b"new"},
        ("payload manifest", "manifest.unlisted"),
        OTHER_FILES,
    ),
    "add the text of an exhibit that was not chosen": (
        lambda files: {**files, "data/texts/exh-0000000000000009.txt": b"new"},
        ("payload manifest", "manifest.unlisted"),
        ("exhibits", "exhibits.other_text"),
    ),
    "add a file that no dossier has": (
        lambda files: {**files, "data/texts/new.txt": b"new"},
        ("structure", "structure.extra"),
        ("structure", "structure.extra"),
    ),
    "add a picture beside the report": (
        lambda files: {**files, "data/picture.png": b"new"},
        ("structure", "structure.extra"),
        ("structure", "structure.extra"),
    ),
    "add a file beside the payload": (
        lambda files: {**files, "readme.txt": b"new"},
        ("structure", "structure.extra"),
        ("structure", "structure.extra"),
    ),
    "add an exhibit": (with_an_exhibit, CHANGED, ("records", "records.leaf")),
    "swap two exhibits' files": (with_swapped_files, CHANGED, ("exhibits", "exhibits.other_file")),
    "swap two exhibits in the proofs": (
        with_swapped_proofs,
        TAG_CHANGED,
        ("exhibits", "exhibits.other_list"),
    ),
    "swap two records' openings": (
        with_swapped_openings,
        TAG_CHANGED,
        ("records", "records.field"),
    ),
    "drop an exhibit from the proofs": (
        without_a_tie,
        TAG_CHANGED,
        ("exhibits", "exhibits.other_list"),
    ),
    "drop a record": (without_a_record, TAG_CHANGED, ("exhibits", "exhibits.no_record")),
    "edit a time in a record": (with_a_changed_record, TAG_CHANGED, ("records", "records.leaf")),
    "edit a time in a record and its leaf": (
        with_a_changed_record_and_leaf,
        TAG_CHANGED,
        ("log", "log.root"),
    ),
    "edit an opened value": (with_another_value, TAG_CHANGED, ("records", "records.field")),
    "old checkpoint": (with_an_old_checkpoint, ("log", "log.size"), ("log", "log.size")),
    "old checkpoint with its leaves": (
        with_an_old_checkpoint_and_its_leaves,
        ("records", "records.position"),
        ("records", "records.position"),
    ),
    "old checkpoint with its leaves and no seal": (
        with_an_old_log_and_no_seal,
        ("manifest sealed", "sealed.no_event"),
        ("manifest sealed", "sealed.no_event"),
    ),
    "sign with another key": (
        with_another_signature,
        ("signature", "signature.other_key"),
        ("signature", "signature.other_key"),
    ),
    "sign with another key and name it": (
        with_another_key,
        ("signer", "signer.other_key"),
        ("signer", "signer.other_key"),
    ),
    "name another event as the seal": (
        with_another_seal,
        TAG_CHANGED,
        ("manifest sealed", "sealed.no_event"),
    ),
    "time stamp of another note": (
        with_the_token_of_another_note,
        TAG_CHANGED,
        ("token one", "token.other_note"),
    ),
    "time stamp that is a refusal": (
        lambda files: {**files, "tsa-one.tsr": bytes.fromhex("30053003020102")},
        TAG_CHANGED,
        ("token one", "token.refused"),
    ),
    "time stamp that is no time stamp": (
        lambda files: {**files, "tsa-one.tsr": b"<html>"},
        TAG_CHANGED,
        ("token one", "token.unreadable"),
    ),
    "note with Windows line ends": (
        lambda files: {**files, NOTE: files[NOTE].replace(b"\n", b"\r\n")},
        TAG_CHANGED,
        ("log", "log.note_unreadable"),
    ),
}


def test_the_good_dossier_passes_every_check(tmp_path: Path) -> None:
    report = checked(tmp_path, SCENE.files)
    shown = {check.name: check.result for check in report.checks}
    assert (report.exit_code, set(shown.values())) == (0, {CheckResult.PASS})
    assert list(shown) == [
        "structure",
        "payload manifest",
        "tag manifest",
        "bag info",
        "log",
        "signature",
        "records",
        "manifest sealed",
        "exhibits",
        "custody",
        "signer",
        "receipt",
        "token one",
        "token two",
        "time",
        "comparison",
        "originals",
    ]


@pytest.mark.parametrize("name", MATRIX)
def test_a_change_is_named(tmp_path: Path, name: str) -> None:
    change, expected, _ = MATRIX[name]
    report = checked(tmp_path, change(SCENE.files))
    assert (report.exit_code, failures(report).get(expected[0])) == (1, expected[1])


@pytest.mark.parametrize("name", MATRIX)
def test_a_change_is_named_when_all_that_is_unsigned_is_written_anew(
    tmp_path: Path, name: str
) -> None:
    change, _, expected = MATRIX[name]
    report = checked(tmp_path, list_files_anew(change(SCENE.files)))
    assert (report.exit_code, failures(report).get(expected[0])) == (1, expected[1])
    assert not {"payload manifest", "tag manifest"} & set(failures(report))


@pytest.mark.parametrize("path", sorted(SCENE.files))
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_a_flipped_byte_is_seen_in_every_member(tmp_path: Path, path: str, place: float) -> None:
    data = bytearray(SCENE.files[path])
    data[round(place * (len(data) - 1))] ^= 0x20
    report = checked(tmp_path, {**SCENE.files, path: bytes(data)})
    seen = failures(report)
    manifest = "payload manifest" if path.startswith("data/") else "tag manifest"
    expected = "structure" if path == "bagit.txt" else manifest
    assert (report.exit_code, expected in seen) == (1, True)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_flipped_bit_is_noticed_although_the_lists_are_written_anew(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(sorted(set(SCENE.files) - {"tagmanifest-sha256.txt"})))
    changed = bytearray(SCENE.files[path])
    bit = data.draw(st.integers(0, 8 * len(changed) - 1))
    changed[bit // 8] ^= 1 << bit % 8
    # The one bit of a response that says the same: granted, or granted with modifications.
    assume(not (path.endswith(".tsr") and (bit // 8, bit % 8) == (changed.index(0x02) + 2, 0)))
    anew = list_files_anew if path.startswith("data/") else tags_anew
    files = anew({**SCENE.files, path: bytes(changed)})
    report = checked(tmp_path_factory.mktemp("flip"), files)
    # In a time stamp the bit may turn the way of signing into one that nobody knows.
    assert report.exit_code in ({1, 2} if path.endswith(".tsr") else {1})


def test_the_day_of_making_is_that_of_the_inventory() -> None:
    assert SCENE.files["bag-info.txt"].decode().split("\n")[1].endswith(MADE_AT[:10])
