"""Round trips and tampering for canonical JSON, records, trees, checkpoints and receipts."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benban.errors import BenbanError, ConsistencyProofError, InclusionProofError
from benban.model.custody import EventDraft, EventKind, Field, Receipt
from benban.seal.canonical import JsonValue, canonical_json, parse_canonical
from benban.seal.digests import as_sha256
from benban.seal.leaf import check_openings, leaf_hash, parse_record, seal_event
from benban.seal.merkle import (
    consistency_proof,
    inclusion_proof,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from benban.seal.note import key_id, open_checkpoint, public_key_of, sign_checkpoint
from benban.seal.receipt import parse_receipt, receipt_text

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
SCALARS = st.one_of(st.none(), st.booleans(), WHOLE, TEXT)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=20,
)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1)
HASH = st.binary(min_size=32, max_size=32)
LEAVES = st.lists(HASH, max_size=40)
KEY = bytes(range(32))
ORIGIN = "benban/log/" + "0f" * 16


@given(VALUES)
def test_canonical_json_goes_there_and_back(value: JsonValue) -> None:
    assert parse_canonical(canonical_json(value)) == value


@given(VALUES)
def test_stock_json_reads_canonical_json(value: JsonValue) -> None:
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(TEXT, SCALARS, max_size=8), st.randoms(use_true_random=False))
def test_the_order_in_which_keys_came_does_not_matter(
    value: dict[str, JsonValue], random: "st.DataObject"
) -> None:
    pairs = list(value.items())
    random.shuffle(pairs)  # type: ignore[attr-defined] # hypothesis hands over a random.Random

    assert canonical_json(dict(pairs)) == canonical_json(value)


@given(VALUES, st.data())
def test_bytes_with_one_bit_flipped_are_refused_or_another_value(
    value: JsonValue, data: st.DataObject
) -> None:
    true = canonical_json(value)
    changed = flipped(true, data)

    try:
        read = parse_canonical(changed)
    except BenbanError:
        return

    assert canonical_json(read) == changed != true


def flipped(content: bytes, data: st.DataObject) -> bytes:
    bit = data.draw(st.integers(0, 8 * len(content) - 1))
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)


FIELDS = st.lists(
    st.builds(
        lambda name, value, is_sensitive: Field(name=name, value=value, is_sensitive=is_sensitive),
        NAMES,
        TEXT,
        st.booleans(),
    ),
    max_size=5,
    unique_by=lambda field: field.name,
)


@given(FIELDS, TIMES, st.integers(0, 2**64), st.integers(-86_399, 86_399), TEXT)
def test_an_event_can_be_read_and_opened_again(
    fields: list[Field], at: datetime, monotonic_ns: int, offset: int, actor: str
) -> None:
    draft = EventDraft(kind=EventKind.REPORTED, subject="sig-1", fields=tuple(fields))

    sealed = seal_event(
        draft, at=at, monotonic_ns=monotonic_ns, local_utc_offset_s=offset, actor=actor
    )
    record = parse_record(sealed.record)
    check_openings(record, sealed.openings)

    opened = {opening.name: opening.value for opening in sealed.openings}
    shown = {field.name: opened.get(field.name, field.value) for field in record.fields}
    assert shown == {field.name: field.value for field in fields}
    assert (record.at, record.monotonic_ns, record.local_utc_offset_s, record.actor) == (
        at,
        monotonic_ns,
        offset,
        actor,
    )


@given(st.binary(max_size=60), HASH, st.data())
def test_one_flipped_bit_of_record_or_salt_is_another_leaf(
    record: bytes, salt: bytes, data: st.DataObject
) -> None:
    changed = flipped(salt + record, data)

    assert leaf_hash(changed[:32], changed[32:]) != leaf_hash(salt, record)


@given(LEAVES.filter(bool), st.data())
def test_every_leaf_is_proved_and_one_flipped_bit_of_the_proof_is_noticed(
    leaves: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, proof = tree_root(leaves), inclusion_proof(leaves, index)
    verify_inclusion(leaf=leaves[index], index=index, size=len(leaves), proof=proof, root=root)

    changed = flipped(leaves[index] + root + b"".join(proof), data)
    parts = [changed[at : at + 32] for at in range(0, len(changed), 32)]

    with pytest.raises(InclusionProofError):
        verify_inclusion(
            leaf=parts[0], index=index, size=len(leaves), proof=parts[2:], root=parts[1]
        )


@given(st.lists(HASH, min_size=2, max_size=40, unique=True), st.data())
def test_a_proof_for_one_position_proves_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.integers(0, len(leaves) - 1).filter(lambda number: number != index))
    proof = inclusion_proof(leaves, index)

    with pytest.raises(InclusionProofError):
        verify_inclusion(
            leaf=leaves[index],
            index=other,
            size=len(leaves),
            proof=proof,
            root=tree_root(leaves),
        )


def test_every_older_tree_is_shown_to_be_the_beginning_of_every_newer_one() -> None:
    leaves = [number.to_bytes(32, "big") for number in range(66)]

    for new_size in range(len(leaves) + 1):
        for old_size in range(new_size + 1):
            verify_consistency(
                old_size=old_size,
                new_size=new_size,
                old_root=tree_root(leaves[:old_size]),
                new_root=tree_root(leaves[:new_size]),
                proof=consistency_proof(leaves[:new_size], old_size),
            )


@given(LEAVES.filter(lambda leaves: len(leaves) > 1), st.data())
def test_one_flipped_bit_of_a_consistency_proof_or_root_is_noticed(
    leaves: list[bytes], data: st.DataObject
) -> None:
    old_size = data.draw(st.integers(1, len(leaves)))
    proof = consistency_proof(leaves, old_size)
    roots = tree_root(leaves[:old_size]) + tree_root(leaves)
    changed = flipped(roots + b"".join(proof), data)
    parts = [changed[at : at + 32] for at in range(0, len(changed), 32)]

    with pytest.raises(ConsistencyProofError):
        verify_consistency(
            old_size=old_size,
            new_size=len(leaves),
            old_root=parts[0],
            new_root=parts[1],
            proof=parts[2:],
        )


@given(LEAVES.filter(bool), st.data())
def test_a_log_in_which_an_old_leaf_was_changed_does_not_continue_the_old_one(
    leaves: list[bytes], data: st.DataObject
) -> None:
    old_size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, old_size - 1))
    forged = [*leaves]
    forged[index] = flipped(leaves[index], data)

    with pytest.raises(ConsistencyProofError):
        verify_consistency(
            old_size=old_size,
            new_size=len(leaves),
            old_root=tree_root(leaves[:old_size]),
            new_root=tree_root(forged),
            proof=consistency_proof(forged, old_size),
        )


@given(st.integers(0, 2**53 - 1), HASH)
def test_a_checkpoint_opens_to_what_was_signed(size: int, root: bytes) -> None:
    signed = sign_checkpoint(ORIGIN, size, root, KEY)

    assert open_checkpoint(signed.note, public_key_of(KEY)) == signed


def test_every_flipped_bit_of_a_checkpoint_is_noticed() -> None:
    note = sign_checkpoint(ORIGIN, 12, bytes(range(32)), KEY).note
    public_key = public_key_of(KEY)
    accepted = []

    for bit in range(8 * len(note)):
        changed = bytearray(note)
        changed[bit // 8] ^= 1 << (bit % 8)
        try:
            open_checkpoint(bytes(changed), public_key)
        except BenbanError:
            continue
        accepted.append(bit)

    assert accepted == []


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_of_notes_fail_otherwise(content: bytes) -> None:
    with pytest.raises(BenbanError):
        open_checkpoint(content, public_key_of(KEY))


RECEIPTS = st.builds(
    lambda size, root, key, at, is_demonstration: Receipt(
        origin=ORIGIN,
        size=size,
        root=as_sha256(root),
        key_id=key_id(key),
        given_at=at.replace(microsecond=0),
        is_demonstration=is_demonstration,
    ),
    st.integers(0, 2**53 - 1),
    HASH,
    HASH,
    TIMES,
    st.booleans(),
)


@given(RECEIPTS)
def test_a_receipt_goes_there_and_back(receipt: Receipt) -> None:
    assert parse_receipt(receipt_text(receipt)) == receipt


@given(RECEIPTS, st.data())
@settings(max_examples=300)
def test_a_receipt_with_one_character_changed_is_refused_or_says_something_else(
    receipt: Receipt, data: st.DataObject
) -> None:
    text = receipt_text(receipt)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda one: one != text[place]))
    changed = text[:place] + other + text[place + 1 :]

    try:
        read = parse_receipt(changed)
    except BenbanError:
        return

    # Only white space at the ends of lines may change without changing what it says.
    assert read != receipt or changed.split() == text.split()


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_of_receipts_fail_otherwise(text: str) -> None:
    with pytest.raises(BenbanError):
        parse_receipt(text)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_of_records_fail_otherwise(content: bytes) -> None:
    with pytest.raises(BenbanError):
        parse_record(content)


@given(st.binary(min_size=31, max_size=33), st.integers(-1, 2**54))
def test_the_root_in_a_note_is_the_one_that_was_signed(root: bytes, size: int) -> None:
    try:
        note = sign_checkpoint(ORIGIN, size, root, KEY).note
    except BenbanError:
        return

    assert base64.b64decode(note.split(b"\n")[2]) == root
