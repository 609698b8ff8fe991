"""What tells a change from every other that ever had its number; after a put-back there are two."""

import hashlib
import hmac

from benban.exchange.ports import Transaction

_CONTEXT = b"benban/v1/feed-mark\x00"
_DIGITS = 32


def mark_of(work: Transaction, number: int) -> str:
    """
    Return what tells the change of that number from one in any other database; or nothing.

    Each change was made once, in one microsecond: a database that was put back from a copy and
    went on has other ones under the numbers after the copy, and the same ones before.

    Args:
        work: of the matcher, who reads the changes of every bank.
        number: of a change.
    """
    found = work.changes(number - 1, 1)
    if not found or found[0].number != number:
        return ""
    one = found[0]
    said = f"{one.number} {one.at.isoformat()} {one.act.value} {one.hash_id} {one.bank}"
    return hashlib.sha256(said.encode()).hexdigest()


def mark_for_member(number: int, mark: str, secret: bytes) -> str:
    """
    Return the mark of a change as a member keeps it: 32 hexadecimal digits.

    The change may be one of a bank that the member does not read: under a key of that member it
    says nothing, and no two members can join what they have.

    Args:
        number: of the change.
        mark: see :func:`mark_of`.
        secret: of the member, never told to anyone.
    """
    said = _CONTEXT + f"{number} {mark}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:_DIGITS]
