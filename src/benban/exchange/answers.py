"""What a member is told: a match or none, a number that is theirs alone, and never to block."""

import hashlib
import hmac
import re
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from benban.errors.exchange import HashUnknownError
from benban.model.shared_hash import HashId

# HARM 19: a person looks before anything happens to a post.
ACTION = "review"
_CONTEXT = b"benban/v1/opaque-number\x00"
_ZERO = bytes(8)
_DIGITS = 32
_FORM = re.compile(r"[0-9a-f]{32}")


def opaque_number(hash_id: HashId, member_secret: bytes) -> str:
    """
    Return 32 hexadecimal digits: always the same for one member, and of no use to another.

    Args:
        hash_id: of the shared hash.
        member_secret: 32 bytes, made for the member and never told to anyone.

    Source: one block of AES-128 (FIPS 197) under a key of that member; half of the block is the
    number and half is zero, so that a number that was made up is recognised.
    """
    return opaque_numbers([hash_id], member_secret)[0]


def opaque_numbers(hash_ids: Sequence[HashId], member_secret: bytes) -> list[str]:
    """Return the number of each of them: to begin with a key takes longer than a block."""
    block = _cipher(member_secret).encryptor()
    said = block.update(b"".join(one.to_bytes(8) + _ZERO for one in hash_ids)) + block.finalize()
    digits = said.hex()
    return [digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS)]


def hash_id_in(untrusted_number: str, member_secret: bytes) -> HashId:
    """
    Return the id that a member's own number stands for.

    Raises:
        HashUnknownError: BB-956, not a number of this member.
    """
    if not _FORM.fullmatch(untrusted_number):
        raise HashUnknownError("not the form of a number")
    block = _cipher(member_secret).decryptor()
    said = block.update(bytes.fromhex(untrusted_number)) + block.finalize()
    if said[8:] != _ZERO or said[0] >> 7:
        raise HashUnknownError("not a number of this member")
    return HashId(int.from_bytes(said[:8]))


def _cipher(member_secret: bytes) -> Cipher[modes.ECB]:
    key = hmac.new(member_secret, _CONTEXT, hashlib.sha256).digest()[:16]
    # Each block is a number of its own that nobody chooses: what ECB is bad at does not arise.
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - see above
