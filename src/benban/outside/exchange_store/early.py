"""Withdrawals that came before their hash: kept until the consent is too old to be handed in."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from benban.errors.exchange import TooManyRequestsError
from benban.exchange.attestation import OLDEST_CONSENT
from benban.outside.exchange_store.rows import as_number
from benban.outside.exchange_store.tables import early_withdrawals as early

# Anybody may send one: about 30 MB at most, and at most a thousand in an hour.
_MOST, _MOST_AN_HOUR, _MOST_OF_ONE = 100_000, 1_000, 8
_HOUR = 3_600_000_000
_DAY = 24 * _HOUR


def keep_early(connection: Connection, leaf: str, signature: bytes, at: datetime) -> None:
    """
    Keep a withdrawal of a consent that nobody handed in yet; the same one is kept once.

    Raises:
        TooManyRequestsError: BB-966, too many are kept, or came within the hour.
    """
    if signature in early_of(connection, leaf):
        return
    now = as_number(at)
    # A day more than a proof may be old: clocks of two machines are not the same.
    oldest = now - OLDEST_CONSENT.days * _DAY - _DAY
    connection.execute(delete(early).where(early.c.at < oldest))
    count = select(func.count()).select_from(early)
    bounds = (
        (count, _MOST),
        (count.where(early.c.at > now - _HOUR), _MOST_AN_HOUR),
        (count.where(early.c.leaf == leaf), _MOST_OF_ONE),
    )
    if any(connection.execute(counted).scalar_one() >= most for counted, most in bounds):
        raise TooManyRequestsError("withdrawals of what nobody handed in", seconds=3600)
    connection.execute(insert(early).values(leaf=leaf, signature=signature.hex(), at=now))


def early_of(connection: Connection, leaf: str) -> tuple[bytes, ...]:
    """Return the signatures of the withdrawals of a leaf that came before its hash."""
    found = connection.execute(select(early.c.signature).where(early.c.leaf == leaf))
    return tuple(bytes.fromhex(row.signature) for row in found)
