"""Input made to break the reader: every time a named check or exit code 3, never a traceback."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from benban_verify import Anchors, Language, NotADossier, Report, verify
from benban_verify.canonical import JsonRefusedError, parse_canonical
from benban_verify.der import DerRefusedError
from benban_verify.refusal import Refusal
from benban_verify.timestamp import parse_certificate, parse_stamp
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifier.attacks import SCENE, failures, tags_anew
from tests.verifier.dossier_maker import (
    Files,
    Json,
    canonical,
    list_files_anew,
    payload_of,
    seal,
    started_case,
    zip_of,
)
from tests.verifier.tsa_maker import STAMPED_AT

NOW = STAMPED_AT + timedelta(days=30)
PROOFS = json.loads(SCENE.files["proofs.json"])
LEAF = PROOFS["leaves"][0]


def checked(folder: Path, files: Files) -> Report:
    path = folder / "d.zip"
    path.write_bytes(zip_of(files))
    return verify(path, anchors=Anchors(), now=NOW, program=None)


def proofs(**changes: Json) -> bytes:
    return canonical({**PROOFS, **changes})


def with_record(**changes: Json) -> bytes:
    first, *rest = PROOFS["records"]
    return proofs(records=[{**first, **changes}, *rest])


UNREADABLE: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"hello",
    "not UTF-8": b"\xff\xfe",
    "UTF-16": '{"v":1}'.encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + SCENE.files["proofs.json"],
    "a list": b"[]",
    "null": b"null",
    "white space": SCENE.files["proofs.json"].replace(b":", b": ", 1),
    "last line end": SCENE.files["proofs.json"] + b"\n",
    "a name twice": SCENE.files["proofs.json"].replace(b'{"exhibits"', b'{"v":1,"exhibits"', 1),
    "NaN": SCENE.files["proofs.json"].replace(b'"v":1', b'"v":NaN'),
    "Infinity": SCENE.files["proofs.json"].replace(b'"v":1', b'"v":Infinity'),
    "a fraction": SCENE.files["proofs.json"].replace(b'"v":1', b'"v":1.0'),
    "an exponent": SCENE.files["proofs.json"].replace(b'"v":1', b'"v":1e0'),
    "minus zero": SCENE.files["proofs.json"].replace(b'"v":1', b'"v":-0'),
    "5,000 digits": SCENE.files["proofs.json"].replace(b'"v":1', b'"v":' + b"9" * 5000),
    "very deep": b"[" * 200_000,
    "deep and closed": b"[" * 900 + b"]" * 900,
    "lone surrogate": b'"\\ud800"',
    "another version": proofs(v=2),
    "version true": proofs(v=True),
    "an extra member": proofs(extra=1),
    "leaves as an object": proofs(leaves={}),
    "leaf in upper case": proofs(leaves=[LEAF.upper()]),
    "leaf too short": proofs(leaves=[LEAF[:-2]]),
    "leaf as a number": proofs(leaves=[1]),
    "a million leaves and one": proofs(leaves=[1] * 1_000_001),
    "records as text": proofs(records="x"),
    "negative position": with_record(position=-1),
    "position as text": with_record(position="2"),
    "position true": with_record(position=True),
    "record in URL base64": with_record(record="_-__"),
    "record with loose base64": with_record(record="AB=="),
    "salt too short": with_record(salt="00"),
    "opened a list": with_record(opened=[]),
    "opened without salt": with_record(opened={"sha256": {"value": "x"}}),
    "opened value a number": with_record(opened={"sha256": {"salt": LEAF, "value": 1}}),
    "sealed without a position": proofs(sealed={}),
    "sealed at a name": proofs(sealed={"position": None}),
    "path as a number": proofs(exhibits=[{"subject": "x", "position": 1, "path": 3}]),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_proofs_that_cannot_be_read_are_named(tmp_path: Path, name: str) -> None:
    report = checked(tmp_path, tags_anew({**SCENE.files, "proofs.json": UNREADABLE[name]}))
    assert failures(report).get("log") == "log.proofs_unreadable"
    assert report.exit_code == 1


UNREADABLE_KEY = "signature.key_unreadable"


def verifier_key(typed: bytes, first_digit: str = "") -> str:
    origin = SCENE.case.origin
    key_hash = hashlib.sha256(origin.encode() + b"\n" + typed).hexdigest()[:8]
    told = (first_digit + key_hash)[:8]
    return f"{origin}+{told}+{base64.b64encode(typed).decode()}"


@pytest.mark.parametrize(
    ("changes", "check", "message_id"),
    [
        ({"verifier_key": ""}, "signature", "signature.key_unreadable"),
        ({"verifier_key": "x" * 100_000}, "signature", "signature.key_unreadable"),
        ({"verifier_key": verifier_key(b"\x02" + bytes(32))}, "signature", UNREADABLE_KEY),
        ({"verifier_key": verifier_key(b"\x01" + bytes(32), "0")}, "signature", UNREADABLE_KEY),
        ({"verifier_key": verifier_key(b"\x01" + bytes(32))}, "signature", "signature.key_weak"),
        ({"origin": "benban/log/" + "0" * 32}, "log", "log.other_origin"),
        ({"leaves": []}, "log", "log.size"),
        ({"leaves": PROOFS["leaves"][::-1]}, "log", "log.root"),
        ({"records": PROOFS["records"][::-1]}, "records", "records.order"),
        ({"records": PROOFS["records"][:1] * 2}, "records", "records.order"),
        ({"sealed": {"position": 2**53 - 1}}, "manifest sealed", "sealed.no_event"),
        ({"exhibits": []}, "exhibits", "exhibits.other_list"),
    ],
)
def test_proofs_that_say_something_else_fail_where_they_do(
    tmp_path: Path, changes: dict[str, Json], check: str, message_id: str
) -> None:
    report = checked(tmp_path, tags_anew({**SCENE.files, "proofs.json": proofs(**changes)}))
    assert (failures(report).get(check), report.exit_code) == (message_id, 1)


def sealed_with(path: str, data: bytes) -> Files:
    """A bag whose maker holds the key and seals whatever *data* is."""
    case = started_case()
    return seal(case, {**payload_of(case), path: data})


def with_members(path: str, **changes: Json) -> bytes:
    return canonical({**json.loads(SCENE.files[path]), **changes})


FIRST_EVENT = json.loads(SCENE.files["data/custody.json"])["events"][0]
WITHOUT_A_FIELD: Json = {**FIRST_EVENT, "fields": {}}
FORGOTTEN_BUT_SHOWN: Json = {
    **{name: FIRST_EVENT[name] for name in ("position", "vi", "en")},
    "forgotten": True,
}


def test_an_exhibit_twice_is_named(tmp_path: Path) -> None:
    case = started_case()
    inventory = json.loads(SCENE.files["data/inventory.json"])
    twice = [*inventory["exhibits"], inventory["exhibits"][0]]
    doubled = canonical({**inventory, "exhibits": twice})
    files = seal(case, {**payload_of(case), "data/inventory.json": doubled})
    tied = json.loads(files["proofs.json"])
    tied["exhibits"].append(tied["exhibits"][0])
    report = checked(tmp_path, tags_anew({**files, "proofs.json": canonical(tied)}))
    assert failures(report) == {"exhibits": "exhibits.twice"}


@pytest.mark.parametrize(
    ("path", "changes", "check", "message_id"),
    [
        ("data/inventory.json", {"v": 2}, "bag info", "exhibits.unreadable"),
        ("data/inventory.json", {"made_at": "yesterday"}, "bag info", "exhibits.unreadable"),
        ("data/inventory.json", {"software": "other 9"}, "bag info", "bag_info.other"),
        ("data/custody.json", {"v": 2}, "custody", "custody.unreadable"),
        ("data/custody.json", {"events": [{"position": 10**9}]}, "custody", "custody.unreadable"),
        ("data/custody.json", {"events": [WITHOUT_A_FIELD]}, "custody", "custody.other_record"),
        (
            "data/custody.json",
            {"events": [FORGOTTEN_BUT_SHOWN]},
            "custody",
            "custody.not_forgotten",
        ),
    ],
)
def test_a_sealed_file_that_says_something_else_is_named(
    tmp_path: Path, path: str, changes: dict[str, Json], check: str, message_id: str
) -> None:
    report = checked(tmp_path, sealed_with(path, with_members(path, **changes)))
    assert failures(report).get(check) == message_id


@pytest.mark.parametrize("data", [b"", b"\xff", b"[" * 100_000, b"[]", b'{"v":1}', b"null"])
@pytest.mark.parametrize(
    ("path", "check", "message_id"),
    [
        ("data/inventory.json", "bag info", "exhibits.unreadable"),
        ("data/custody.json", "custody", "custody.unreadable"),
        ("data/comparison/geometry.json", "comparison", "comparison.unreadable"),
    ],
)
def test_a_sealed_file_that_cannot_be_read_is_named(
    tmp_path: Path, data: bytes, path: str, check: str, message_id: str
) -> None:
    report = checked(tmp_path, sealed_with(path, data))
    assert failures(report).get(check) == message_id


JSON_LEAF = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 2**53 - 1),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.just("\u202e{position}\x1b[2J"),
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_sealed_document_brings_the_reader_down(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(["data/inventory.json", "data/custody.json", "proofs.json"]))
    document: Json = json.loads(SCENE.files[path])
    changed = canonical(spoilt(document, data))
    if path == "proofs.json":
        files = tags_anew({**SCENE.files, path: changed})
    else:
        files = sealed_with(path, changed)
    report = checked(tmp_path_factory.mktemp("spoilt"), files)
    said = [check.message(language) for check in report.checks for language in Language]
    assert report.exit_code in {1, 2}
    assert [text for text in said if not text.isprintable()] == []


def spoilt(value: Json, data: st.DataObject) -> Json:
    """The document with one value somewhere replaced."""
    if isinstance(value, dict) and value and data.draw(st.integers(0, 4)):
        name = data.draw(st.sampled_from(sorted(value)))
        return {**value, name: spoilt(value[name], data)}
    if isinstance(value, list) and value and data.draw(st.integers(0, 4)):
        at = data.draw(st.integers(0, len(value) - 1))
        return [*value[:at], spoilt(value[at], data), *value[at + 1 :]]
    leaf: Json = data.draw(JSON_LEAF)
    return leaf


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_bring_the_json_reader_down(data: bytes) -> None:
    try:
        value = parse_canonical(data)
    except JsonRefusedError:
        return
    assert canonical(value) == data


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 700), st.integers(0, 60))
def test_no_bytes_bring_the_time_stamp_reader_down(data: bytes, at: int, length: int) -> None:
    good = SCENE.files["tsa-one.tsr"]
    for untrusted in (data, good[:at] + data + good[at + length :]):
        try:
            parse_stamp(untrusted, "one")
        except Refusal:
            continue


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=30), st.integers(0, 400), st.integers(0, 30))
def test_no_bytes_bring_the_certificate_reader_down(data: bytes, at: int, length: int) -> None:
    good = SCENE.tsa.root.der
    try:
        parse_certificate(good[:at] + data + good[at + length :])
    except DerRefusedError:
        return


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_bring_the_zip_reader_down(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("zip") / "d.zip"
    for untrusted in (data, b"PK\x03\x04" + data, data + SCENE_ZIP[-400:], SCENE_ZIP[:300] + data):
        path.write_bytes(untrusted)
        try:
            report = verify(path, anchors=Anchors(), now=NOW, program=None)
        except NotADossier:
            continue
        assert report.exit_code == 1


SCENE_ZIP = zip_of(SCENE.files)

TOO_LONG: dict[str, tuple[Callable[[Files], Files], str]] = {
    "note": (lambda files: {**files, "checkpoint.note": b"x" * 5_000}, "log"),
    "bag-info": (lambda files: {**files, "bag-info.txt": b"x" * 70_000}, "bag info"),
    "time stamp": (lambda files: {**files, "tsa-one.tsr": b"x" * 300_000}, "token one"),
}


@pytest.mark.parametrize("name", TOO_LONG)
def test_a_file_that_is_longer_than_it_can_be_is_not_read(tmp_path: Path, name: str) -> None:
    change, check = TOO_LONG[name]
    report = checked(tmp_path, tags_anew(change(SCENE.files)))
    assert failures(report)[check] == "structure.too_big"


def test_more_time_stamps_than_a_dossier_can_have_are_refused(tmp_path: Path) -> None:
    tokens = {f"tsa-{n}.tsr": b"x" for n in range(17)}
    report = checked(tmp_path, list_files_anew({**SCENE.files, **tokens}))
    assert report.checks[0].message_id == "structure.too_many"
