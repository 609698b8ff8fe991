"""
What the key of a case's log may sign besides its heads: one use, one beginning of the bytes.

Source: RFC 8032 for Ed25519.
"""

from enum import Enum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class LogKeyUse(Enum):
    """
    Each stands before what is signed, so that one thing can never be taken for another.

    A head begins with ``benban/log/``, a change of key with ``benban/v1/key-changed``.
    """

    WITHDRAW_SHARED_HASH = b"benban/v1/withdraw-shared-hash\x00"


def sign_for(use: LogKeyUse, said: bytes, private_key: bytes) -> bytes:
    """
    Return the signature, 64 bytes.

    Args:
        use: of the key.
        said: what is signed, after the use.
        private_key: 32 bytes, Ed25519.
    """
    return Ed25519PrivateKey.from_private_bytes(private_key).sign(use.value + said)


def check_for(use: LogKeyUse, said: bytes, signature: bytes, public_key: bytes) -> None:
    """
    Return if *signature* is one of *public_key* for this use.

    Raises:
        InvalidSignature: of ``cryptography``; it is not.
        ValueError: no such key.
    """
    Ed25519PublicKey.from_public_bytes(public_key).verify(signature, use.value + said)
