"""
A list signed with a key of its own: what it says cannot be changed by whoever holds the vault.

Source: RFC 8032 for Ed25519; RFC 8785 for the bytes that are signed.
"""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from benban.errors import SignedListError

# Nothing else that is signed with such a key can be taken for a list.
_PURPOSE = b"benban/v1/handing-list\x00"
_VOICE = b"benban/v1/list-key\x00"
# As for the keys of recipients: 99 bits, in six groups of five digits.
_DIGITS, _GROUP = 30, 5


def fresh_list_key() -> bytes:
    """Return a new private key of 32 bytes."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def list_key_numbers(public_key: bytes) -> str:
    """Return six groups of five digits that two people read to each other."""
    number = int.from_bytes(hashlib.sha256(_VOICE + public_key).digest())
    digits = f"{number % 10**_DIGITS:0{_DIGITS}d}"
    return " ".join(digits[at : at + _GROUP] for at in range(0, _DIGITS, _GROUP))


def sign_list(said: bytes, private_key: bytes) -> bytes:
    """
    Return the signature of a list, 64 bytes.

    Args:
        said: its canonical JSON.
        private_key: 32 bytes, Ed25519.
    """
    return Ed25519PrivateKey.from_private_bytes(private_key).sign(_PURPOSE + said)


def require_signed_list(said: bytes, signature: bytes, public_key: bytes) -> None:
    """
    Return if *signature* is one of *public_key* over *said*.

    Raises:
        SignedListError: BB-036.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _PURPOSE + said)
    except (InvalidSignature, ValueError) as error:
        raise SignedListError("the signature does not fit") from error
