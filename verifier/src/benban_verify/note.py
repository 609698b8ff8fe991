"""
The signed head of the log: a C2SP signed note with one Ed25519 signature.

Source: C2SP signed-note and tlog-checkpoint; docs/reference/log-format.md.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from benban_verify.ed25519 import KEY_BYTES, SIGNATURE_BYTES, is_valid_key, is_valid_signature
from benban_verify.limits import MAX_SAFE_INTEGER
from benban_verify.refusal import Refusal

ORIGIN: Final = r"benban/log/[0-9a-f]{32}"

_NOTE: Final = re.compile(
    rf"(?P<text>(?P<origin>{ORIGIN})\n(?P<size>0|[1-9][0-9]{{0,15}})\n(?P<root>[A-Za-z0-9+/=]{{44}})\n)"
    rf"\n\u2014 (?P<signer>{ORIGIN}) (?P<signature>[A-Za-z0-9+/=]{{92}})\n",
    re.ASCII,
)
_VERIFIER_KEY: Final = re.compile(rf"({ORIGIN})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/=]{{44}})", re.ASCII)
_KEY_ID: Final = re.compile(r"(?:[a-z2-7]{4}-){7}[a-z2-7]{4}")
_HASH_BYTES: Final = 32
_KEY_HASH_BYTES: Final = 4
_ED25519: Final = b"\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """
    The head of a log as its note says it.

    Attributes:
        root: 32 bytes.
        text: the signed bytes.
        key_hash: first 4 bytes that name the key.
        signature: 64 bytes.
    """

    origin: str
    size: int
    root: bytes
    text: bytes
    key_hash: bytes
    signature: bytes


def parse_note(untrusted: bytes) -> Checkpoint:
    """Return what the note says; its signature is not checked here."""
    try:
        match = _NOTE.fullmatch(untrusted.decode("utf-8"))
    except UnicodeDecodeError:
        match = None
    if match is None or match["signer"] != match["origin"]:
        raise Refusal("log.note_unreadable")
    root = decode_base64(match["root"])
    signed = decode_base64(match["signature"])
    size = int(match["size"])
    lengths = (len(root or b""), len(signed or b""))
    if root is None or signed is None or size > MAX_SAFE_INTEGER:
        raise Refusal("log.note_unreadable")
    if lengths != (_HASH_BYTES, _KEY_HASH_BYTES + SIGNATURE_BYTES):
        raise Refusal("log.note_unreadable")
    return Checkpoint(
        origin=match["origin"],
        size=size,
        root=root,
        text=match["text"].encode("utf-8"),
        key_hash=signed[:_KEY_HASH_BYTES],
        signature=signed[_KEY_HASH_BYTES:],
    )


def parse_verifier_key(untrusted: str, origin: str) -> bytes:
    """Return the 32-byte public key of a verifier key for *origin*."""
    match = _VERIFIER_KEY.fullmatch(untrusted)
    if match is None or match[1] != origin:
        raise Refusal("signature.key_unreadable")
    typed_key = decode_base64(match[3])
    if typed_key is None or len(typed_key) != 1 + KEY_BYTES or typed_key[:1] != _ED25519:
        raise Refusal("signature.key_unreadable")
    public_key = typed_key[1:]
    if key_hash(origin, public_key).hex() != match[2]:
        raise Refusal("signature.key_unreadable")
    return public_key


def check_signature(checkpoint: Checkpoint, public_key: bytes) -> None:
    """Refuse a note that was not signed with *public_key*."""
    if not is_valid_key(public_key):
        raise Refusal("signature.key_weak")
    if checkpoint.key_hash != key_hash(checkpoint.origin, public_key):
        raise Refusal("signature.other_key")
    if not is_valid_signature(public_key, checkpoint.text, checkpoint.signature):
        raise Refusal("signature.wrong")


def key_hash(origin: str, public_key: bytes) -> bytes:
    """Return the 4 bytes that name a key on a signature line."""
    named = origin.encode("utf-8") + b"\n" + _ED25519 + public_key
    return hashlib.sha256(named).digest()[:_KEY_HASH_BYTES]


def key_id(public_key: bytes) -> str:
    """Return what people compare by eye or voice: eight groups of four."""
    digest = hashlib.sha256(public_key).digest()[:20]
    text = base64.b32encode(digest).decode("ascii").lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def parse_key_id(untrusted: str) -> str | None:
    """Return a key id as typed by a person, or None; case, blanks and joins are forgiven."""
    letters = re.sub(r"[\s-]", "", untrusted).lower()
    joined = "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    return joined if _KEY_ID.fullmatch(joined) else None


def decode_base64(text: str) -> bytes | None:
    """Return the bytes of base64 with padding, or None when it is not their only spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode("ascii") == text else None
