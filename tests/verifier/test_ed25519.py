"""Ed25519 with the standard library: RFC 8032's vectors, another implementation, forgeries."""

import pytest
from benban_verify.ed25519 import is_valid_key, is_valid_signature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

L = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19

# RFC 8032 section 7.1, TEST 1 to 3: secret, public, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
            "f9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
            "f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f76098"
            "4dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]

# The eight points of small order, each in every spelling that 32 bytes can hold.
SMALL_ORDER_Y = [
    0,
    1,
    P - 1,
    P,
    P + 1,
    int.from_bytes(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        "little",
    ),
    int.from_bytes(
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        "little",
    ),
]
SMALL_ORDER = [(y | sign << 255).to_bytes(32, "little") for y in SMALL_ORDER_Y for sign in (0, 1)]

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
MESSAGE = b"a message"
SIGNATURE = KEY.sign(MESSAGE)


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_the_vectors_of_rfc_8032_are_valid(
    secret: str, public: str, message: str, signature: str
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert is_valid_signature(
        bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    )


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_what_another_implementation_signs_is_valid(secret: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert is_valid_signature(public, message, key.sign(message))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 8 * (32 + 64 + len(MESSAGE)) - 1))
def test_one_flipped_bit_anywhere_makes_it_invalid(bit: int) -> None:
    whole = bytearray(PUBLIC + SIGNATURE + MESSAGE)
    whole[bit // 8] ^= 1 << bit % 8
    assert not is_valid_signature(bytes(whole[:32]), bytes(whole[96:]), bytes(whole[32:96]))


def test_s_made_larger_by_the_order_of_the_group_is_invalid() -> None:
    s = int.from_bytes(SIGNATURE[32:], "little") + L
    assert not is_valid_signature(PUBLIC, MESSAGE, SIGNATURE[:32] + s.to_bytes(32, "little"))


@pytest.mark.parametrize("key", SMALL_ORDER, ids=lambda key: key.hex()[:8] + key.hex()[-4:])
def test_a_key_of_small_order_signs_nothing(key: bytes) -> None:
    # With R the neutral point and S = 0 the equation holds for every message and such a key,
    # in one of eight tries.
    forged = (1).to_bytes(32, "little") + bytes(32)
    accepted = [n for n in range(16) if is_valid_signature(key, b"%d" % n, forged)]
    assert (is_valid_key(key), accepted) == (False, [])


@pytest.mark.parametrize(
    "key",
    [
        b"",
        bytes(31),
        PUBLIC + b"\0",
        (2**255 - 1).to_bytes(32, "little"),
        (2).to_bytes(32, "little"),
        (P + 3).to_bytes(32, "little"),
    ],
)
def test_bytes_that_are_no_point_in_its_only_spelling_are_no_key(key: bytes) -> None:
    assert not is_valid_key(key)


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_of_another_length_is_invalid(length: int) -> None:
    assert not is_valid_signature(PUBLIC, MESSAGE, (SIGNATURE + b"\0")[:length])
