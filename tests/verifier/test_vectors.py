"""The vectors that benban's own writer follows too, read by the verifier alone."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from benban_verify.canonical import JsonRefusedError, parse_canonical
from benban_verify.merkle import tree_root
from benban_verify.note import (
    check_signature,
    key_id,
    parse_key_id,
    parse_note,
    parse_verifier_key,
)
from benban_verify.receipt import parse_receipt
from benban_verify.records import Opening, Proofs, check_records, field_commitment
from benban_verify.refusal import Refusal

VECTORS = Path(__file__).parents[2] / "vectors"


def load(name: str) -> Any:  # noqa: ANN401 -- a vector file is read as it stands
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


CANONICAL = load("canonical/canonical.json")
NOTES = load("log/notes.json")
RECEIPTS = load("log/receipts.json")
RECORDS = load("log/records.json")
TREES = load("log/trees.json")


def named(vectors: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("vector", vectors, ids=lambda vector: vector["name"])


def proofs_with(record: bytes, salt: bytes, leaf: bytes) -> Proofs:
    opening = Opening(position=0, salt=salt, record=record, opened={})
    return Proofs(
        origin="",
        verifier_key="",
        leaves=(leaf,),
        openings=(opening,),
        exhibits=(),
        sealed_position=0,
    )


@named(CANONICAL["accepted"])
def test_canonical_bytes_are_read(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["canonical_hex"])
    assert parse_canonical(data) == json.loads(vector["json"])


@named(CANONICAL["refused"])
def test_json_outside_the_subset_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(JsonRefusedError):
        parse_canonical(vector["json"].encode("utf-8", "surrogatepass"))


@named(CANONICAL["not_canonical"])
def test_another_spelling_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(JsonRefusedError):
        parse_canonical(bytes.fromhex(vector["bytes_hex"]))


@pytest.mark.parametrize("vector", TREES["trees"], ids=lambda vector: str(vector["size"]))
def test_the_root_of_the_first_leaves(vector: dict[str, Any]) -> None:
    # Written down for the first ten; the rule stands in the file.
    leaves = [
        hashlib.sha256(b"\0" + i.to_bytes(32, "big") + f"record {i}".encode()).digest()
        for i in range(vector["size"])
    ]
    assert [leaf.hex() for leaf in leaves[:10]] == TREES["leaves"][: min(10, vector["size"])]
    assert tree_root(leaves).hex() == vector["root"]


@named(NOTES["accepted"])
def test_a_note_is_read_and_its_signature_is_good(vector: dict[str, Any]) -> None:
    checkpoint = parse_note(base64.b64decode(vector["note"]))
    check_signature(checkpoint, bytes.fromhex(NOTES["keys"][0]["public"]))
    assert (checkpoint.origin, checkpoint.size, checkpoint.root.hex()) == (
        vector["origin"],
        vector["size"],
        vector["root"],
    )


@named(NOTES["refused"])
def test_a_note_that_must_be_refused_is(vector: dict[str, Any]) -> None:
    public = bytes.fromhex(NOTES["keys"][0]["public"])
    with pytest.raises(Refusal):
        check_signature(parse_note(base64.b64decode(vector["note"])), public)


@named(NOTES["keys"])
def test_a_verifier_key_and_its_id(vector: dict[str, Any]) -> None:
    public = parse_verifier_key(vector["verifier_key"], vector["origin"])
    assert (public.hex(), key_id(public)) == (vector["public"], vector["key_id"])


@named(RECEIPTS["accepted"])
def test_a_receipt_is_read(vector: dict[str, Any]) -> None:
    receipt = parse_receipt(vector["text"].encode())
    assert receipt is not None
    assert (receipt.origin, receipt.size, receipt.root.hex(), receipt.key_id) == (
        vector["origin"],
        vector["size"],
        vector["root"],
        vector["key_id"],
    )
    assert receipt.given_at.strftime("%Y-%m-%dT%H:%M:%SZ") == vector["given_at"]
    assert receipt.is_demonstration == vector["is_demonstration"]


@named(RECEIPTS["travelled"])
def test_a_receipt_that_went_through_a_chat_is_the_same(vector: dict[str, Any]) -> None:
    first = parse_receipt(RECEIPTS["accepted"][0]["text"].encode())
    assert parse_receipt(vector["text"].encode()) == first


@named(RECEIPTS["refused"])
def test_a_receipt_that_must_be_refused_is(vector: dict[str, Any]) -> None:
    assert parse_receipt(vector["text"].encode()) is None


@named(RECORDS["records"])
def test_a_record_is_read_when_its_leaf_is_right(vector: dict[str, Any]) -> None:
    record = base64.b64decode(vector["record"])
    salt, leaf = bytes.fromhex(vector["salt"]), bytes.fromhex(vector["leaf"])
    found = check_records(proofs_with(record, salt, leaf))[0]
    assert (found.at, found.kind, found.subject, found.actor) == (
        vector["at"],
        vector["kind"],
        vector["subject"],
        vector["actor"],
    )


@named(RECORDS["refused"])
def test_a_record_that_must_be_refused_is(vector: dict[str, Any]) -> None:
    record, salt = base64.b64decode(vector["record"]), bytes(32)
    leaf = hashlib.sha256(b"\0" + salt + record).digest()
    with pytest.raises(Refusal, match=r"records\.unreadable"):
        check_records(proofs_with(record, salt, leaf))


@named(RECORDS["commitments"])
def test_a_field_s_commitment(vector: dict[str, Any]) -> None:
    made = field_commitment(vector["field"], bytes.fromhex(vector["salt"]), vector["value"])
    assert made.hex() == vector["commitment"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("KZDV VJ2U MNDU YAUF 35O3 6K6K W462 MUJV", "kzdv-vj2u-mndu-yauf-35o3-6k6k-w462-mujv"),
        ("kzdvvj2umnduyauf35o36k6kw462mujv", "kzdv-vj2u-mndu-yauf-35o3-6k6k-w462-mujv"),
        ("kzdv-vj2u", None),
        ("0zdv-vj2u-mndu-yauf-35o3-6k6k-w462-mujv", None),
        ("", None),
    ],
)
def test_a_key_id_is_read_as_people_type_it(typed: str, expected: str | None) -> None:
    assert parse_key_id(typed) == expected
