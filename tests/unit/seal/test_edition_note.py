import json
from pathlib import Path
from typing import Any

import pytest

from benban.errors import BenbanError, BundleMalformedError, BundleSignatureError
from benban.seal.edition_note import NAME, open_edition, sign_edition, signer_key, signer_keys
from benban.seal.note import key_id, public_key_of, verifier_key

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "catalogue" / "notes.json").read_text("utf-8")
)
KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
PUBLIC, OTHER_PUBLIC = public_key_of(KEY), public_key_of(OTHER)
DIGEST = b"\x07" * 32
NOTE = sign_edition(41, DIGEST, KEY)


def test_what_was_signed_is_what_is_read() -> None:
    signed = open_edition(NOTE, [OTHER_PUBLIC, PUBLIC])

    assert (signed.edition, signed.digest, signed.public_key) == (41, DIGEST, PUBLIC)


def test_the_note_is_a_signed_note_of_three_lines() -> None:
    text, signature = NOTE.decode().split("\n\n")

    assert text.split("\n")[:2] == [NAME, "41"]
    assert signature.startswith(f"— {NAME} ")


@pytest.mark.parametrize("signers", [[], [OTHER_PUBLIC]])
def test_a_key_that_is_not_known_signs_nothing(signers: list[bytes]) -> None:
    with pytest.raises(BundleSignatureError):
        open_edition(NOTE, signers)


@pytest.mark.parametrize("place", range(len(NOTE)))
def test_no_byte_can_be_changed(place: int) -> None:
    changed = NOTE[:place] + bytes([NOTE[place] ^ 1]) + NOTE[place + 1 :]

    with pytest.raises((BundleMalformedError, BundleSignatureError)):
        open_edition(changed, [PUBLIC])


@pytest.mark.parametrize(
    "note",
    [
        b"",
        NOTE + b"\n",
        NOTE.replace(b"\n41\n", b"\n041\n"),
        NOTE.replace(b"\n41\n", b"\n-41\n"),
        NOTE.replace(b"\n41\n", b"\n41\nmore\n"),
        NOTE + NOTE.split(b"\n\n")[1],
        b"\xff" + NOTE,
    ],
)
def test_another_layout_is_no_note(note: bytes) -> None:
    with pytest.raises(BundleMalformedError):
        open_edition(note, [PUBLIC])


@pytest.mark.parametrize(("edition", "digest"), [(0, DIGEST), (-1, DIGEST), (1, b"short")])
def test_what_does_not_fit_is_not_signed(edition: int, digest: bytes) -> None:
    with pytest.raises(BundleMalformedError):
        sign_edition(edition, digest, KEY)


def test_a_key_is_read_as_it_is_written() -> None:
    line = verifier_key(NAME, PUBLIC)

    assert (signer_key(f" {line}\n"), signer_keys(f"{line}\n".encode())) == (PUBLIC, (PUBLIC,))


@pytest.mark.parametrize("text", ["", "benban/catalogue", verifier_key("benban/log", PUBLIC)])
def test_what_is_no_key_of_a_publisher_is_refused(text: str) -> None:
    with pytest.raises(BundleSignatureError):
        signer_key(text)


@pytest.mark.parametrize("case", VECTORS["accepted"], ids=lambda case: case["name"])
def test_a_note_of_the_vectors_is_made_and_opened(case: dict[str, Any]) -> None:
    private, public = (bytes.fromhex(VECTORS["key"][one]) for one in ("private", "public"))
    digest = bytes.fromhex(case["digest"])

    assert sign_edition(case["edition"], digest, private).decode() == case["note"]
    opened = open_edition(case["note"].encode(), [public])
    assert (opened.edition, opened.digest) == (case["edition"], digest)


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_a_note_of_the_vectors_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(BenbanError) as caught:
        open_edition(case["note"].encode(), [bytes.fromhex(VECTORS["key"]["public"])])

    assert caught.value.code == case["code"]


def test_the_key_of_the_vectors_is_written_so() -> None:
    key = VECTORS["key"]
    public = bytes.fromhex(key["public"])

    assert (verifier_key(NAME, public), key_id(public)) == (key["verifier_key"], key["key_id"])
