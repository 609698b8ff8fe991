"""
The tamper matrix: what an attacker changes, with and without writing anew all that is not signed.

The person who checks has a receipt, the key id and the root of the time stamps.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from benban_verify import Anchors, CheckResult, Report, verify
from benban_verify.receipt import Receipt, parse_receipt
from benban_verify.token_cryptography import CryptographyProgram
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.verifier.dossier_maker import (
    EXHIBITS,
    MADE_AT,
    OTHER_KEY,
    Case,
    Exhibit,
    Files,
    Json,
    canonical,
    event,
    key_id_of,
    list_files_anew,
    manifest_of,
    opening,
    payload_of,
    proofs_of,
    seal,
    started_case,
    zip_of,
)
from tests.verifier.tsa_maker import STAMPED_AT, Authority, authority

NOW = STAMPED_AT + timedelta(days=30)
PDF = "data/report.vi.pdf"
TEXT = "data/texts/exh-0000000000000002.txt"
OTHER_TEXT = "data/texts/exh-0000000000000003.txt"
INVENTORY = "data/inventory.json"
CUSTODY = "data/custody.json"
PROOFS = "proofs.json"
NOTE = "checkpoint.note"


@dataclass(kw_only=True)
class Scene:
    """A good dossier, the case it comes from, and what the checking person has."""

    case: Case
    files: Files
    tsa: Authority
    anchors: Anchors
    receipt: Receipt | None = field(default=None)


def stamp(files: Files, *authorities: Authority) -> Files:
    """The bag with a time stamp of each authority over its note, listed anew."""
    names = ("one", "two")
    tokens = {
        f"tsa-{name}.tsr": tsa.stamp(files[NOTE])
        for name, tsa in zip(names, authorities, strict=False)
    }
    return list_files_anew({**files, **tokens})


def made() -> Scene:
    case = started_case()
    receipt = parse_receipt(case.receipt(4))
    tsa = authority()
    files = stamp(seal(case, payload_of(case)), tsa, authority("two"))
    anchors = Anchors(key_id=key_id_of(case.private), receipt=receipt, tsa_roots=(tsa.root.der,))
    return Scene(case=case, files=files, tsa=tsa, anchors=anchors, receipt=receipt)


SCENE = made()


def checked(folder: Path, files: Files, anchors: Anchors = SCENE.anchors) -> Report:
    path = folder / "d.zip"
    path.write_bytes(zip_of(files))
    return verify(path, anchors=anchors, now=NOW, program=CryptographyProgram())


def failures(report: Report) -> dict[str, str]:
    return {
        check.name: check.message_id for check in report.checks if check.result is CheckResult.FAIL
    }


def tags_anew(files: Files) -> Files:
    """Only the tag manifest written anew."""
    return {**files, "tagmanifest-sha256.txt": manifest_of(files, payload=False)}


def edit(files: Files, path: str, change: Callable[[Json], None]) -> Files:
    """The files with the JSON at *path* changed and spelt canonically again."""
    value: Json = json.loads(files[path])
    change(value)
    return {**files, path: canonical(value)}


def replaced(path: str, old: bytes, new: bytes) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        assert old in files[path]
        return {**files, path: files[path].replace(old, new)}

    return change


def dropped(path: str) -> Callable[[Files], Files]:
    return lambda files: {name: data for name, data in files.items() if name != path}


def without_an_exhibit(files: Files) -> Files:
    """Exhibit 3 gone from everything that the attacker can write."""
    case = SCENE.case
    fewer = EXHIBITS[:2]
    payload = payload_of(case, fewer)
    kept = {path: data for path, data in files.items() if path != OTHER_TEXT}
    proofs = proofs_of(case, len(case.events) - 1, fewer)
    return {**kept, **payload, PROOFS: proofs}


def with_an_exhibit(files: Files) -> Files:
    """A fourth exhibit, made up, with an entry that the log never had."""
    extra = Exhibit(subject="exh-ffff", kind="media", media_type="image/png", data=b"made up")
    forged = event(
        "forged",
        "adopted",
        subject=extra.subject,
        plain={"exhibit_kind": extra.kind},
        sensitive=extra.values(),
    )
    fake = Case(events=[forged])

    def into_inventory(value: Json) -> None:
        exhibits = json_list(value, "exhibits")
        exhibits.append(
            {
                **extra.values(),
                "subject": extra.subject,
                "kind": extra.kind,
                "position": 1,
                "taken_in_at": "2026-11-22T08:15:30.123456Z",
                "in_bag": None,
            }
        )

    def into_proofs(value: Json) -> None:
        item = opening(fake, 0)
        assert isinstance(item, dict)
        json_list(value, "records").insert(0, {**item, "position": 1})
        tied: Json = {"subject": extra.subject, "position": 1, "path": None}
        json_list(value, "exhibits").append(tied)

    return edit(edit(files, INVENTORY, into_inventory), PROOFS, into_proofs)


def with_swapped_files(files: Files) -> Files:
    return {**files, TEXT: files[OTHER_TEXT], OTHER_TEXT: files[TEXT]}


def with_swapped_proofs(files: Files) -> Files:
    def swap(value: Json) -> None:
        tied = json_list(value, "exhibits")
        tied[1], tied[2] = tied[2], tied[1]

    return edit(files, PROOFS, swap)


def with_swapped_openings(files: Files) -> Files:
    def swap(value: Json) -> None:
        first, second = (json_object(item) for item in json_list(value, "records")[:2])
        first["opened"], second["opened"] = second["opened"], first["opened"]

    return edit(files, PROOFS, swap)


def without_a_tie(files: Files) -> Files:
    return edit(files, PROOFS, popped("exhibits", -1))


def without_a_record(files: Files) -> Files:
    return edit(files, PROOFS, popped("records", 0))


def with_a_changed_record(files: Files) -> Files:
    """Another time in the record itself."""

    def change(value: Json) -> None:
        item = json_object(json_list(value, "records")[0])
        record = base64.b64decode(str(item["record"]))
        later = record.replace(b"2026-11-22T08:15", b"2026-11-20T08:15")
        assert later != record
        item["record"] = base64.b64encode(later).decode()

    return edit(files, PROOFS, change)


def with_a_changed_record_and_leaf(files: Files) -> Files:
    """Another time in the record, and the leaf that fits."""
    case = Case(events=list(SCENE.case.events))
    old = case.events[2]
    case.events[2] = type(old)(
        record=old.record.replace(b"2026-11-22T08:15", b"2026-11-20T08:15"),
        salt=old.salt,
        sensitive=old.sensitive,
    )
    return {**files, PROOFS: proofs_of(case, len(case.events) - 1)}


def with_another_value(files: Files) -> Files:
    def change(value: Json) -> None:
        opened = json_object(json_object(json_list(value, "records")[0])["opened"])
        json_object(opened["media_type"])["value"] = "image/gif"

    return edit(files, PROOFS, change)


def with_an_old_checkpoint(files: Files) -> Files:
    """The genuine note of an earlier day, with a genuine time stamp over it."""
    old = Case(events=SCENE.case.events[:5])
    return stamp({**files, NOTE: old.note()}, SCENE.tsa)


def with_an_old_checkpoint_and_its_leaves(files: Files) -> Files:
    old = with_an_old_checkpoint(files)
    return edit(old, PROOFS, updated(leaves=leaf_texts()[:5]))


def with_an_old_log_and_no_seal(files: Files) -> Files:
    """As above, and the event that lies behind its end is left out."""
    old = with_an_old_checkpoint_and_its_leaves(files)
    return edit(old, PROOFS, popped("records", -1))


def with_another_signature(files: Files) -> Files:
    other = Case(private=OTHER_KEY, events=SCENE.case.events)
    return stamp({**files, NOTE: other.note()}, authority("evil"))


def with_another_key(files: Files) -> Files:
    other = Case(private=OTHER_KEY, events=SCENE.case.events)
    forged = with_another_signature(files)
    return {**forged, PROOFS: proofs_of(other, len(other.events) - 1)}


def with_another_seal(files: Files) -> Files:
    """The seal points at another entry of the log."""
    return edit(files, PROOFS, updated(sealed={"position": 2}))


def with_the_token_of_another_note(files: Files) -> Files:
    other = seal(started_case(), payload_of(SCENE.case, EXHIBITS[:1]))
    return {**files, "tsa-one.tsr": SCENE.tsa.stamp(other[NOTE])}


def popped(name: str, at: int) -> Callable[[Json], None]:
    """One item of a list taken out."""

    def change(value: Json) -> None:
        del json_list(value, name)[at]

    return change


def updated(**members: Json) -> Callable[[Json], None]:
    """Members of the document replaced."""
    return lambda value: json_object(value).update(members)


def json_list(value: Json, name: str) -> list[Json]:
    found = json_object(value)[name]
    assert isinstance(found, list)
    return found


def json_object(value: Json) -> dict[str, Json]:
    assert isinstance(value, dict)
    return value


def leaf_texts() -> list[Json]:
    return [leaf.hex() for leaf in SCENE.case.leaves]


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
        lambda files: {**files, "data/texts/new.txt": b"new"},
        ("payload manifest", "manifest.unlisted"),
        OTHER_FILES,
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


def remade(*, with_true_tsa: bool, with_true_origin: bool) -> Files:
    """The whole bag made again by somebody else, with another story."""
    origin = SCENE.case.origin if with_true_origin else "benban/log/" + "f" * 32
    case = started_case(OTHER_KEY, origin)
    payload = payload_of(case)
    payload[PDF] = b"%PDF-1.7\n% another story\n%%EOF\n"
    tsa = SCENE.tsa if with_true_tsa else authority("evil")
    return stamp(seal(case, payload), tsa)


KEY_ONLY = Anchors(key_id=SCENE.anchors.key_id)
RECEIPT_ONLY = Anchors(receipt=SCENE.receipt)
ROOT_ONLY = Anchors(tsa_roots=SCENE.anchors.tsa_roots)


@pytest.mark.parametrize("with_true_origin", [True, False])
@pytest.mark.parametrize(
    ("anchors", "with_true_tsa", "exit_code", "failed"),
    [
        (Anchors(), False, 2, set()),
        (Anchors(), True, 2, set()),
        (KEY_ONLY, False, 1, {"signer"}),
        (RECEIPT_ONLY, False, 1, {"signer", "receipt"}),
        (ROOT_ONLY, False, 1, {"time"}),
        (ROOT_ONLY, True, 2, set()),
        (SCENE.anchors, False, 1, {"signer", "receipt", "time"}),
        (SCENE.anchors, True, 1, {"signer", "receipt"}),
    ],
)
def test_a_bag_made_anew_with_another_key_never_passes(
    tmp_path: Path,
    with_true_origin: bool,
    anchors: Anchors,
    with_true_tsa: bool,
    exit_code: int,
    failed: set[str],
) -> None:
    files = remade(with_true_tsa=with_true_tsa, with_true_origin=with_true_origin)
    report = checked(tmp_path, files, anchors)
    # With the same public origin and the same first entries the receipt's past is the same.
    same_past = failed - {"receipt"} if with_true_origin else failed
    assert (report.exit_code, set(failures(report))) == (exit_code, same_past)


def test_without_anchors_the_bag_only_agrees_with_itself(tmp_path: Path) -> None:
    report = checked(tmp_path, SCENE.files, Anchors())
    not_done = {
        check.name: check.message_id
        for check in report.checks
        if check.result is CheckResult.NOT_DONE
    }
    assert not_done == {"signer": "signer.not_shown", "time": "time.not_shown"}
    assert report.exit_code == 2


def test_the_receipt_of_another_case_fails(tmp_path: Path) -> None:
    other = started_case(origin="benban/log/" + "e" * 32)
    report = checked(tmp_path, SCENE.files, Anchors(receipt=parse_receipt(other.receipt(4))))
    assert failures(report) == {"receipt": "receipt.other_case"}


def test_a_receipt_younger_than_the_dossier_is_not_compared(tmp_path: Path) -> None:
    later = Case(events=[*SCENE.case.events, event("later", "planned")])
    anchors = Anchors(receipt=parse_receipt(later.receipt()), tsa_roots=SCENE.anchors.tsa_roots)
    report = checked(tmp_path, SCENE.files, anchors)
    not_done = [check for check in report.checks if check.result is CheckResult.NOT_DONE]
    assert [(check.name, check.message_id) for check in not_done] == [("receipt", "receipt.later")]
    assert report.exit_code == 2


def test_a_past_rewritten_by_the_holder_of_the_key_fails_against_the_receipt(
    tmp_path: Path,
) -> None:
    case = started_case()
    case.events[1] = event("1", "reported", at="2026-11-01T00:00:00.000000Z")
    files = stamp(seal(case, payload_of(case)), SCENE.tsa)
    assert failures(checked(tmp_path, files)) == {"receipt": "receipt.other_past"}


def test_the_receipt_of_a_demonstration_is_called_that(tmp_path: Path) -> None:
    receipt = parse_receipt(SCENE.case.receipt(4, demonstration=True))
    anchors = Anchors(receipt=receipt, tsa_roots=SCENE.anchors.tsa_roots)
    report = checked(tmp_path, SCENE.files, anchors)
    signer = next(check for check in report.checks if check.name == "signer")
    assert (report.exit_code, signer.message_id) == (0, "signer.demonstration")


def test_an_unpacked_dossier_is_checked_like_its_zip(tmp_path: Path) -> None:
    for path, data in SCENE.files.items():
        target = tmp_path / "bag" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    for folder in (tmp_path, tmp_path / "bag"):
        report = verify(folder, anchors=SCENE.anchors, now=NOW, program=CryptographyProgram())
        assert report.exit_code == 0


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda bag: (bag / "data" / "link").symlink_to("/etc/passwd"), "structure.link"),
        (lambda bag: (bag / "data" / "more").symlink_to(bag), "structure.link"),
        (lambda bag: (bag / ".DS_Store").write_bytes(b""), "structure.name"),
        (lambda bag: (bag / "Thumbs.db").write_bytes(b""), "structure.extra"),
        (lambda bag: (bag / "data" / "é").write_bytes(b""), "structure.name"),
        (lambda bag: (bag / "proofs.json").unlink(), "structure.missing"),
    ],
)
def test_an_unpacked_dossier_with_something_else_in_it_is_refused(
    tmp_path: Path, spoil: Callable[[Path], object], expected: str
) -> None:
    for path, data in SCENE.files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    spoil(tmp_path)
    report = verify(tmp_path, anchors=SCENE.anchors, now=NOW, program=None)
    assert (report.checks[0].message_id, report.exit_code) == (expected, 1)


def test_the_day_of_making_is_that_of_the_inventory() -> None:
    assert SCENE.files["bag-info.txt"].decode().split("\n")[1].endswith(MADE_AT[:10])
