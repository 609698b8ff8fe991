"""
A log changes its key: both keys sign the same words, and those stand in one event.

Source: docs/reference/log-format.md, "Change of key".
"""

import base64
import binascii
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from benban.errors import NoteSignatureError
from benban.seal.note import public_key_of

_CONTEXT = "benban/v1/key-changed"


def key_change_fields(
    origin: str, size: int, root: bytes, *, old_private_key: bytes, new_private_key: bytes
) -> dict[str, str]:
    """
    Return the plain fields of a ``key changed`` event.

    Args:
        origin: name of the log; it stays.
        size: entries before this event.
        root: 32 bytes, over them.
        old_private_key: 32 bytes, Ed25519; signs a last time.
        new_private_key: 32 bytes, Ed25519; signs every head from now on.
    """
    old, new = public_key_of(old_private_key), public_key_of(new_private_key)
    said = _statement(origin, size, root, (old, new))
    return {
        "size": str(size),
        "root": _text(root),
        "old_key": _text(old),
        "new_key": _text(new),
        "old_signature": _text(Ed25519PrivateKey.from_private_bytes(old_private_key).sign(said)),
        "new_signature": _text(Ed25519PrivateKey.from_private_bytes(new_private_key).sign(said)),
    }


def check_key_change(fields: Mapping[str, str], origin: str) -> tuple[bytes, bytes]:
    """
    Return the old and the new public key of a ``key changed`` event that both have signed.

    Raises:
        NoteSignatureError: BB-506, a signature does not fit, or the fields are not those.
    """
    try:
        old, new = _bytes(fields["old_key"]), _bytes(fields["new_key"])
        said = _statement(origin, int(fields["size"]), _bytes(fields["root"]), (old, new))
        Ed25519PublicKey.from_public_bytes(old).verify(_bytes(fields["old_signature"]), said)
        Ed25519PublicKey.from_public_bytes(new).verify(_bytes(fields["new_signature"]), said)
    except (KeyError, ValueError, InvalidSignature) as error:
        raise NoteSignatureError("the change of key is not signed by both") from error
    return old, new


def _statement(origin: str, size: int, root: bytes, keys: tuple[bytes, bytes]) -> bytes:
    lines = (_CONTEXT, origin, str(size), _text(root), *map(_text, keys))
    return "".join(f"{line}\n" for line in lines).encode()


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
