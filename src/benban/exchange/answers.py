"""What a member is told: a match or none, a number that is theirs alone, and never to block."""

import hashlib
import hmac
from dataclasses import dataclass

from benban.model.shared_hash import BankId, HashId

# HARM 19: a person looks before anything happens to a post.
ACTION = "review"
_CONTEXT = b"benban/v1/opaque-number\x00"
_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    What is said of one asked hash.

    Attributes:
        numbers: one for each near hash of the banks that the member may ask, in an order that
            says nothing of distances; empty for no match.
    """

    numbers: tuple[str, ...] = ()
    action: str = ACTION

    @property
    def is_match(self) -> bool:
        """Whether anything is near."""
        return bool(self.numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratorsMatch:
    """What scope ``curator`` is told of one near hash, with a reason and an audit line."""

    number: str
    bank: BankId
    distance_bits: int
    quality: int


def opaque_number(hash_id: HashId, member_secret: bytes) -> str:
    """
    Return 32 hexadecimal digits: always the same for one member, and of no use to another.

    Args:
        hash_id: of the shared hash.
        member_secret: 32 bytes, made for the member and never told to anyone.
    """
    said = _CONTEXT + hash_id.to_bytes(8)
    return hmac.new(member_secret, said, hashlib.sha256).hexdigest()[:_DIGITS]


def answer(near: tuple[HashId, ...], member_secret: bytes) -> Answer:
    """Return the answer for one asked hash; sorted by the member's own numbers."""
    return Answer(numbers=tuple(sorted(opaque_number(one, member_secret) for one in near)))
