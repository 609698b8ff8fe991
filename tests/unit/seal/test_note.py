import base64

import pytest

from benban.errors import BenbanError, NoteMalformedError
from benban.seal.digests import as_sha256
from benban.seal.note import (
    fresh_origin,
    is_origin,
    key_id,
    open_checkpoint,
    public_key_in,
    public_key_of,
    sign_checkpoint,
    verifier_key,
)
from tests.unit.seal.reading import Case, cases, named

KEYS = cases("log/notes.json", "keys")
ACCEPTED = cases("log/notes.json", "accepted")
REFUSED = cases("log/notes.json", "refused")


@pytest.mark.parametrize("case", KEYS, ids=named(KEYS))
def test_a_key_has_the_public_key_id_and_verifier_key_of_the_vector(case: Case) -> None:
    public = public_key_of(case.raw("private"))

    assert (public, key_id(public), verifier_key(case.text("origin"), public)) == (
        case.raw("public"),
        case.text("key_id"),
        case.text("verifier_key"),
    )


@pytest.mark.parametrize("case", ACCEPTED, ids=named(ACCEPTED))
def test_a_checkpoint_has_the_note_of_the_vector(case: Case) -> None:
    checkpoint = sign_checkpoint(
        case.text("origin"), case.number("size"), case.raw("root"), KEYS[0].raw("private")
    )

    assert checkpoint.note == base64.b64decode(case.text("note"))


@pytest.mark.parametrize("case", ACCEPTED, ids=named(ACCEPTED))
def test_the_note_of_the_vector_opens_to_what_it_says(case: Case) -> None:
    checkpoint = open_checkpoint(base64.b64decode(case.text("note")), KEYS[0].raw("public"))

    assert (checkpoint.origin, checkpoint.size, checkpoint.root, checkpoint.key_id) == (
        case.text("origin"),
        case.number("size"),
        as_sha256(case.raw("root")),
        KEYS[0].text("key_id"),
    )


def test_what_was_signed_opens_to_the_same_checkpoint() -> None:
    signed = sign_checkpoint(fresh_origin(), 3, bytes(32), KEYS[1].raw("private"))

    assert open_checkpoint(signed.note, KEYS[1].raw("public")) == signed


@pytest.mark.parametrize("case", REFUSED, ids=named(REFUSED))
def test_a_note_that_is_not_as_it_was_signed_is_refused(case: Case) -> None:
    with pytest.raises(BenbanError) as caught:
        open_checkpoint(base64.b64decode(case.text("note")), KEYS[0].raw("public"))

    assert caught.value.code == case.text("failure")


def test_a_key_that_is_not_thirty_two_bytes_opens_nothing() -> None:
    note = base64.b64decode(ACCEPTED[0].text("note"))

    with pytest.raises(NoteMalformedError):
        open_checkpoint(note, b"short")


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [
        ("example.test/log", 1, bytes(32)),
        ("benban/log/" + "0" * 32 + "\n", 1, bytes(32)),
        ("benban/log/" + "0" * 32, -1, bytes(32)),
        ("benban/log/" + "0" * 32, 2**53, bytes(32)),
        ("benban/log/" + "0" * 32, 1, bytes(31)),
    ],
    ids=["origin", "origin with a line end", "negative size", "size too large", "root"],
)
def test_what_does_not_fit_the_layout_is_not_signed(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(NoteMalformedError):
        sign_checkpoint(origin, size, root, KEYS[0].raw("private"))


def test_two_fresh_origins_differ() -> None:
    one, two = fresh_origin(), fresh_origin()

    assert is_origin(one)
    assert one != two


@pytest.mark.parametrize("number", range(64))
def test_a_key_reads_back_also_where_its_base64_holds_a_plus(number: int) -> None:
    origin = fresh_origin()
    public_key = public_key_of(bytes([number]) * 32)

    assert public_key_in(verifier_key(origin, public_key), origin) == public_key


def test_some_of_these_keys_hold_a_plus() -> None:
    keys = [verifier_key("o", public_key_of(bytes([number]) * 32)) for number in range(64)]

    assert any(key.count("+") > 2 for key in keys)


@pytest.mark.parametrize("change", ["", "+", "x+00000000+AAAA"])
def test_what_is_no_key_is_refused(change: str) -> None:
    origin = fresh_origin()
    with pytest.raises(NoteMalformedError):
        public_key_in(change, origin)
    with pytest.raises(NoteMalformedError):
        public_key_in(verifier_key(fresh_origin(), public_key_of(bytes(32))), origin)
