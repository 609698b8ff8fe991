"""
Every vector of C2SP/CCTV for age: what must open opens, what must fail fails with a typed error.

What this program does not read (armour by promise, passphrases, hybrid keys) is refused whatever
the vector expects; each such group is named here with its reason.
"""

import hashlib
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from benban.errors import AgeIdentityError, BenbanError, HandOverDamagedError
from benban.seal.age import OpenedAge, fresh_identity

FOLDER = Path(__file__).parents[3] / "vectors" / "age"
# Small enough that nothing which came out before an error is lost with it.
PIECE_BYTES = 16

# Group -> why a vector of it that should open is refused here.
NOT_READ = {
    "scrypt": "a case is sealed for a key, never for a passphrase",
    "hybrid": "the library has X25519 keys only",
    "armour": "what is sealed here is binary; armour is read as far as the library reads it",
}
# Of the armoured vectors that should open, those that the library does not read.
ARMOUR_NOT_READ = {"armor_whitespace_outside", "armor_hybrid", "armor_scrypt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    name: str
    expect: str
    identities: tuple[str, ...]
    payload: str
    is_armoured: bool
    has_passphrase: bool
    sealed: bytes

    @property
    def group(self) -> str:
        """The group of :data:`NOT_READ` it belongs to; empty for what is read here."""
        if self.has_passphrase:
            return "scrypt"
        if self.is_armoured:
            return "armour"
        return "hybrid" if any("-PQ-" in one for one in self.identities) else ""


def read_vector(path: Path) -> Vector:
    head, _, body = path.read_bytes().partition(b"\n\n")
    said = [line.partition(": ")[::2] for line in head.decode().split("\n")]
    values = dict(said)
    return Vector(
        name=path.name,
        expect=values["expect"],
        identities=tuple(value for name, value in said if name == "identity"),
        payload=values.get("payload", ""),
        is_armoured=values.get("armored") == "yes",
        has_passphrase="passphrase" in values,
        sealed=zlib.decompress(body) if "compressed" in values else body,
    )


VECTORS = tuple(read_vector(path) for path in sorted(FOLDER.iterdir()) if path.name != "README.md")


def opened(vector: Vector, identity: str) -> tuple[bytes, type[BenbanError] | None]:
    """What came out, and what ended it early."""
    found: list[bytes] = []
    with OpenedAge(BytesIO(vector.sealed), identity) as stream:
        try:
            while piece := stream.read(PIECE_BYTES):
                found.append(piece)
        except (AgeIdentityError, HandOverDamagedError) as error:
            return b"".join(found), type(error)
    return b"".join(found), None


def named(vectors: list[Vector]) -> list[object]:
    return [pytest.param(one, id=one.name) for one in vectors]


READ = [one for one in VECTORS if not one.group]
OPENS = [
    one
    for one in VECTORS
    if one.expect == "success"
    and (one in READ or (one.group == "armour" and one.name not in ARMOUR_NOT_READ))
]
FAILS = [one for one in VECTORS if one not in OPENS]


@pytest.mark.parametrize("vector", named(OPENS))
def test_what_must_open_gives_its_payload(vector: Vector) -> None:
    answers = [opened(vector, one) for one in vector.identities]

    contents = [data for data, error in answers if error is None]
    assert [hashlib.sha256(data).hexdigest() for data in contents[:1]] == [vector.payload]


@pytest.mark.parametrize("vector", named(FAILS))
def test_what_must_fail_fails_with_a_typed_error(vector: Vector) -> None:
    # A vector without a key of ours is tried with one that fits nothing.
    usable = [one for one in vector.identities if "-PQ-" not in one] or [fresh_identity()]
    for identity in usable:
        data, error = opened(vector, identity)

        assert error is not None
        if data:
            # What came out before the damage is what was sealed.
            assert vector.expect == "payload failure"
            assert hashlib.sha256(data).hexdigest() == vector.payload


def test_a_wrong_key_is_told_apart_from_damage() -> None:
    told = {
        (one.expect, opened(one, one.identities[0])[1])
        for one in READ
        if one.expect in {"no match", "HMAC failure", "payload failure"}
    }

    assert told == {
        ("no match", AgeIdentityError),
        ("HMAC failure", HandOverDamagedError),
        ("payload failure", HandOverDamagedError),
    }


def test_every_vector_is_tried_and_only_named_groups_are_refused_against_their_wish() -> None:
    refused = [one for one in FAILS if one.expect == "success"]

    assert len(OPENS) + len(FAILS) == len(VECTORS) == 143
    assert {one.group for one in refused} == set(NOT_READ)
    assert sum(one.expect == "success" for one in OPENS) == len(OPENS) == 18
    assert len(refused) == 8


def test_a_key_that_is_none_is_refused_and_nothing_waits_for_it() -> None:
    sealed = BytesIO(OPENS[0].sealed)

    with pytest.raises(AgeIdentityError):
        OpenedAge(sealed, "not a key")
    # The half-made stream was let go of: Python closed it, and that came to an end.
    assert sealed.tell() == 0
