"""
The signed note over one published catalogue.

Three lines and a signature line, as C2SP signed notes have it: the name, the number of the edition,
the SHA-256 of the listing of its files. Which keys may sign never comes from what is signed.
Source: docs/reference/catalogue.md, "A bundle"; c2sp.org/signed-note; RFC 8032 for Ed25519.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from benban.errors import BundleMalformedError, BundleSignatureError, NoteMalformedError
from benban.seal.canonical import LARGEST_INTEGER
from benban.seal.note import (
    KEY_HASH_BYTES,
    SIGNATURE_BYTES,
    exact_base64,
    key_hash,
    parse_size,
    public_key_in,
    public_key_of,
)

NAME = "benban/catalogue"
DIGEST_BYTES = 32

_NOTE = re.compile(
    rf"(?P<text>{NAME}\n(?P<edition>[^\n]+)\n(?P<digest>[^\n]+)\n)"
    rf"\n— {NAME} (?P<signature>[^ \n]+)\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedEdition:
    """
    What the note says, after its signature was verified.

    Attributes:
        edition: counts up.
        digest: 32 bytes, SHA-256 of the listing.
        public_key: of the signer, 32 bytes.
    """

    edition: int
    digest: bytes
    public_key: bytes


def sign_edition(edition: int, digest: bytes, private_key: bytes) -> bytes:
    """
    Return the note over one edition.

    Args:
        edition: from 1.
        digest: 32 bytes, SHA-256 of the listing.
        private_key: 32 bytes, Ed25519.

    Raises:
        BundleMalformedError: BB-621, a value does not fit the layout.
    """
    if not 0 < edition <= LARGEST_INTEGER or len(digest) != DIGEST_BYTES:
        raise BundleMalformedError("edition or digest does not fit the layout")
    text = f"{NAME}\n{edition}\n{base64.b64encode(digest).decode()}\n".encode()
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(text)
    shown = base64.b64encode(key_hash(NAME, public_key_of(private_key)) + signature).decode()
    return text + f"\n— {NAME} {shown}\n".encode()


def open_edition(untrusted_note: bytes, signers: Sequence[bytes]) -> SignedEdition:
    """
    Return what the note says.

    Args:
        untrusted_note: all its bytes.
        signers: public keys that may publish, 32 bytes each, from somewhere else than the note.

    Raises:
        BundleMalformedError: BB-621, not the layout of version 1.
        BundleSignatureError: BB-622, signed with another key, or not what was signed.
    """
    try:
        match = _NOTE.fullmatch(untrusted_note.decode("utf-8"))
        if match is None:
            raise BundleMalformedError("not a note over a catalogue")
        edition = parse_size(match["edition"])
        digest = exact_base64(match["digest"], DIGEST_BYTES)
        signature = exact_base64(match["signature"], KEY_HASH_BYTES + SIGNATURE_BYTES)
    except (UnicodeDecodeError, NoteMalformedError) as error:
        raise BundleMalformedError("not a note over a catalogue") from error
    for public_key in signers:
        if signature[:KEY_HASH_BYTES] != key_hash(NAME, public_key):
            continue
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(
                signature[KEY_HASH_BYTES:], match["text"].encode()
            )
        except (InvalidSignature, ValueError) as error:
            raise BundleSignatureError("the signature does not fit") from error
        return SignedEdition(edition=edition, digest=digest, public_key=public_key)
    raise BundleSignatureError("signed with a key that is not known")


def signer_keys(lines: bytes) -> tuple[bytes, ...]:
    """
    Return the keys that stand one on a line.

    Raises:
        BundleSignatureError: BB-622, a line is no such key.
    """
    return tuple(signer_key(line) for line in lines.decode("utf-8", "replace").splitlines())


def signer_key(untrusted_text: str) -> bytes:
    """
    Return the 32 bytes of a publisher's key as signed-note tools write it.

    Raises:
        BundleSignatureError: BB-622, not such a key.
    """
    try:
        return public_key_in(untrusted_text.strip(), NAME)
    except NoteMalformedError as error:
        raise BundleSignatureError("not a key of a publisher") from error
