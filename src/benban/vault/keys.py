"""
Who wraps what: slots, sealed keys, sub-keys, commitments.

Source: docs/reference/vault-format-v1.md section 2; RFC 5869 (HKDF), RFC 9180 (HPKE).
"""

import hashlib
import hmac
import secrets
from enum import Enum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
_PREFIX = b"benban/vault/v1/"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class KeyUse(Enum):
    """What a sub-key is for; the value is its HKDF label."""

    HEADER = "header"
    INDEX = "index"
    DATABASE = "db"
    LOG_HEAD = "log-head"
    # Of a shared vault only.
    PEOPLE = "people"
    AUDIT = "audit"
    SETTINGS = "settings"
    SETTING_NAMES = "setting-names"


class KeyRefusedError(Exception):
    """A wrapped or sealed key does not open; the caller says what that means to people."""


def fresh_key() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def subkey(key: bytes, use: KeyUse) -> bytes:
    """Return the 32-byte sub-key of a vault or case key for one use."""
    info = _PREFIX + use.value.encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)


def commitment(key: bytes) -> bytes:
    """Return the 32 bytes by which index.db knows a key without holding it."""
    return hashlib.sha256(_PREFIX + b"commit\x00" + key).digest()


def user_public_key(private_key: bytes) -> bytes:
    """Return the 32 bytes of the public half of a user's X25519 key."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def wrap_key(kek: bytes, nonce: bytes, key: bytes, bound: bytes) -> bytes:
    """Return *key* encrypted for a slot; *bound* is the JSON that the slot binds."""
    return AESGCM(kek).encrypt(nonce, key, _slot_context(bound))


def unwrap_key(kek: bytes, nonce: bytes, ciphertext: bytes, bound: bytes) -> bytes:
    """
    Return the key of a slot.

    Raises:
        KeyRefusedError: another secret, or anything of the slot was changed.
    """
    try:
        return AESGCM(kek).decrypt(nonce, ciphertext, _slot_context(bound))
    except (InvalidTag, ValueError) as error:
        raise KeyRefusedError from error


def seal_key(key: bytes, public_key: bytes, *, vault_id: str, name: str, user_id: str) -> bytes:
    """
    Return *key* sealed to a user: ``enc[32] || ciphertext[48]``.

    Args:
        key: 32 bytes.
        public_key: 32 bytes, X25519.
        vault_id: 32 hex digits.
        name: ``vault`` or a case id.
        user_id: 16 hex digits.
    """
    recipient = X25519PublicKey.from_public_bytes(public_key)
    return _SUITE.encrypt(key, recipient, _seal_context(vault_id, name, user_id))


def open_sealed_key(
    sealed: bytes, private_key: bytes, *, vault_id: str, name: str, user_id: str
) -> bytes:
    """
    Return the key sealed by :func:`seal_key`.

    Raises:
        KeyRefusedError: another user's, another case's or another vault's, or changed.
    """
    own = X25519PrivateKey.from_private_bytes(private_key)
    try:
        return _SUITE.decrypt(sealed, own, _seal_context(vault_id, name, user_id))
    except (InvalidTag, ValueError) as error:
        raise KeyRefusedError from error


def compartment_of(case_id: str) -> str:
    """Return the name of the setting that holds the key of a case's allegations."""
    return f"allegations/{case_id}"


def seal_text(key: bytes, text: str, *, case_id: str, item_id: str) -> tuple[bytes, bytes]:
    """Return nonce and ciphertext of *text*, bound to its case and its own id."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce, AESGCM(key).encrypt(nonce, text.encode(), _text_context(case_id, item_id))


def open_text(key: bytes, nonce: bytes, ciphertext: bytes, *, case_id: str, item_id: str) -> str:
    """
    Return the text sealed by :func:`seal_text`.

    Raises:
        KeyRefusedError: another key, another case or id, or changed.
    """
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, _text_context(case_id, item_id)).decode()
    except (InvalidTag, ValueError) as error:
        raise KeyRefusedError from error


def setting_tag(key: bytes, name: str) -> str:
    """Return what stands for the name of a setting: 64 hex digits that only *key* makes."""
    return hmac.new(subkey(key, KeyUse.SETTING_NAMES), name.encode(), hashlib.sha256).hexdigest()


def seal_setting(key: bytes, value: bytes, *, vault_id: str, kept_as: str, name: str) -> bytes:
    """Return nonce and ciphertext of a setting, bound to its vault, its place and its name."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    aes = AESGCM(subkey(key, KeyUse.SETTINGS))
    return nonce + aes.encrypt(nonce, value, _setting_context(vault_id, kept_as, name))


def open_setting(key: bytes, sealed: bytes, *, vault_id: str, kept_as: str, name: str) -> bytes:
    """
    Return the setting sealed by :func:`seal_setting`.

    Raises:
        KeyRefusedError: another key, vault, place or name, or changed.
    """
    aes = AESGCM(subkey(key, KeyUse.SETTINGS))
    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return aes.decrypt(nonce, ciphertext, _setting_context(vault_id, kept_as, name))
    except (InvalidTag, ValueError) as error:
        raise KeyRefusedError from error


def key_numbers(public_key: bytes, *, vault_id: str, user_id: str) -> str:
    """Return what two people compare by voice: six groups of five digits, 99 bits."""
    said = b"\x00".join((vault_id.encode(), user_id.encode(), public_key))
    number = int.from_bytes(hashlib.sha256(_PREFIX + b"numbers\x00" + said).digest(), "big")
    digits = f"{number % 10**30:030d}"
    return " ".join(digits[at : at + 5] for at in range(0, 30, 5))


def _setting_context(vault_id: str, kept_as: str, name: str) -> bytes:
    return (
        _PREFIX + b"setting\x00" + b"\x00".join(part.encode() for part in (vault_id, kept_as, name))
    )


def _text_context(case_id: str, item_id: str) -> bytes:
    return _PREFIX + b"allegation\x00" + b"\x00".join((case_id.encode(), item_id.encode()))


def _slot_context(bound: bytes) -> bytes:
    return _PREFIX + b"slot\x00" + bound


def _seal_context(vault_id: str, name: str, user_id: str) -> bytes:
    return _PREFIX + b"seal\x00" + b"\x00".join(part.encode() for part in (vault_id, name, user_id))
