"""
Checkpoints: the signed head of a log as a C2SP signed note.

Source: docs/reference/log-format.md, "Checkpoint"; c2sp.org/signed-note, c2sp.org/tlog-checkpoint;
RFC 8032 for Ed25519.
"""

import base64
import binascii
import hashlib
import re
import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from benban.errors import NoteKeyError, NoteMalformedError, NoteSignatureError
from benban.model.custody import Checkpoint
from benban.seal.canonical import LARGEST_INTEGER
from benban.seal.digests import as_sha256
from benban.seal.merkle import HASH_BYTES

_ORIGIN = re.compile(r"benban/log/[0-9a-f]{32}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_NOTE = re.compile(
    r"(?P<text>(?P<origin>[^\n]+)\n(?P<size>[^\n]+)\n(?P<root>[^\n]+)\n)"
    r"\n— (?P<name>[^ \n]+) (?P<signature>[^ \n]+)\n"
)
# signed-note: 0x01 is the type of plain Ed25519.
_ED25519 = b"\x01"
KEY_HASH_BYTES = 4
SIGNATURE_BYTES = 64
_PUBLIC_KEY_BYTES = 32


def fresh_origin() -> str:
    """Return a random origin for a new log; it says nothing about the case."""
    return f"benban/log/{secrets.token_hex(16)}"


def public_key_of(private_key: bytes) -> bytes:
    """Return the 32 bytes of the public key of an Ed25519 private key of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def key_id(public_key: bytes) -> str:
    """
    Return what people compare by eye or voice: eight groups of four letters and digits.

    Args:
        public_key: 32 bytes, Ed25519.
    """
    text = base64.b32encode(hashlib.sha256(public_key).digest()[:20]).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def verifier_key(origin: str, public_key: bytes) -> str:
    """Return the key in the form that stock signed-note tools take."""
    shown = base64.b64encode(_ED25519 + public_key).decode()
    return f"{origin}+{key_hash(origin, public_key).hex()}+{shown}"


def public_key_in(untrusted_verifier_key: str, origin: str) -> bytes:
    """
    Return the 32 bytes of a key as :func:`verifier_key` writes it.

    Raises:
        NoteMalformedError: BB-505, not such a key, or another log's.
    """
    # The key's own base64 may hold a plus; an origin and a hash in hex cannot.
    name, _, rest = untrusted_verifier_key.partition("+")
    typed_key = exact_base64(rest.partition("+")[2], 1 + _PUBLIC_KEY_BYTES)
    public_key = typed_key[1:]
    if name != origin or untrusted_verifier_key != verifier_key(origin, public_key):
        raise NoteMalformedError("not a verifier key of this log")
    return public_key


def sign_checkpoint(origin: str, size: int, root: bytes, private_key: bytes) -> Checkpoint:
    """
    Return the signed head of a log.

    Args:
        origin: ``benban/log/<32 hex>``.
        size: number of leaves.
        root: 32 bytes.
        private_key: 32 bytes, Ed25519.

    Raises:
        NoteMalformedError: BB-505, a value does not fit the layout.
    """
    if not is_origin(origin) or not 0 <= size <= LARGEST_INTEGER or len(root) != HASH_BYTES:
        raise NoteMalformedError("origin, size or root does not fit the layout")
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
    public_key = public_key_of(private_key)
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(text)
    shown = base64.b64encode(key_hash(origin, public_key) + signature).decode()
    return Checkpoint(
        origin=origin,
        size=size,
        root=as_sha256(root),
        key_id=key_id(public_key),
        note=text + f"\n— {origin} {shown}\n".encode(),
    )


def open_checkpoint(untrusted_note: bytes, public_key: bytes) -> Checkpoint:
    """
    Return the head of a log after its signature was verified.

    Args:
        untrusted_note: all bytes of the note.
        public_key: 32 bytes, Ed25519, from somewhere else than the note.

    Raises:
        NoteMalformedError: BB-505, not the layout of version 1.
        NoteKeyError: BB-507, signed with another key or under another name.
        NoteSignatureError: BB-506, not what was signed.
    """
    # 1. The layout, byte for byte: nothing may be added that the signature does not cover.
    match = _NOTE.fullmatch(_decoded(untrusted_note))
    if match is None or not is_origin(match["origin"]) or len(public_key) != _PUBLIC_KEY_BYTES:
        raise NoteMalformedError("not a checkpoint of version 1")
    size = parse_size(match["size"])
    root = exact_base64(match["root"], HASH_BYTES)
    signature = exact_base64(match["signature"], KEY_HASH_BYTES + SIGNATURE_BYTES)
    # 2. The name and the key hash say which key it wants.
    wanted = key_hash(match["origin"], public_key)
    if match["name"] != match["origin"] or signature[:KEY_HASH_BYTES] != wanted:
        raise NoteKeyError("signed with another key or under another name")
    # 3. The signature.
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(
            signature[KEY_HASH_BYTES:], match["text"].encode()
        )
    except (InvalidSignature, ValueError) as error:
        raise NoteSignatureError("the signature does not fit") from error
    return Checkpoint(
        origin=match["origin"],
        size=size,
        root=as_sha256(root),
        key_id=key_id(public_key),
        note=untrusted_note,
    )


def is_origin(text: str) -> bool:
    """Return whether *text* is an origin of version 1."""
    return _ORIGIN.fullmatch(text) is not None


def parse_size(untrusted_text: str) -> int:
    """
    Return a tree size written in decimal without leading zeros.

    Raises:
        NoteMalformedError: BB-505, anything else, or beyond 2^53-1.
    """
    if not _SIZE.fullmatch(untrusted_text) or int(untrusted_text) > LARGEST_INTEGER:
        raise NoteMalformedError("not a tree size")
    return int(untrusted_text)


def parse_root(untrusted_text: str) -> bytes:
    """
    Return the 32 bytes of a root written in base64, in the only form that a writer makes.

    Raises:
        NoteMalformedError: BB-505, anything else.
    """
    return exact_base64(untrusted_text, HASH_BYTES)


def key_hash(origin: str, public_key: bytes) -> bytes:
    """Return the four bytes by which a note says which key signed it."""
    whole = hashlib.sha256(origin.encode() + b"\n" + _ED25519 + public_key).digest()
    return whole[:KEY_HASH_BYTES]


def exact_base64(untrusted_text: str, size_bytes: int) -> bytes:
    """
    Return the bytes of a base64 text in the only form that a writer makes.

    Raises:
        NoteMalformedError: BB-505, another length or form.
    """
    try:
        value = base64.b64decode(untrusted_text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteMalformedError("not base64") from error
    # Unused bits and missing padding would let two notes say the same.
    if len(value) != size_bytes or base64.b64encode(value).decode() != untrusted_text:
        raise NoteMalformedError("base64 of another length or form")
    return value


def _decoded(untrusted_note: bytes) -> str:
    try:
        return untrusted_note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteMalformedError("not UTF-8") from error
