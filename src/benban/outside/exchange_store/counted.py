"""How much a member, or a bank, did lately; for the bounds of the exchange."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from benban.model.shared_hash import BankId, MemberId
from benban.outside.exchange_store.rows import as_number
from benban.outside.exchange_store.tables import hashes


def attested_since(
    connection: Connection, since: datetime, *, by: MemberId | None, bank: BankId | None
) -> int:
    """Return how many hashes were attested since then."""
    wanted = select(func.count()).where(hashes.c.attested_at >= as_number(since))
    if by is not None:
        wanted = wanted.where(hashes.c.attested_by == by)
    if bank is not None:
        wanted = wanted.where(hashes.c.bank == bank)
    return connection.execute(wanted).scalar_one()


def disputed_since(connection: Connection, since: datetime, by: MemberId) -> int:
    """Return how many hashes a member disputed since then, other than those that were kept."""
    wanted = select(func.count()).where(
        hashes.c.disputed_by == by, hashes.c.disputed_at >= as_number(since)
    )
    return connection.execute(wanted).scalar_one()


def confirmed_since(connection: Connection, since: datetime, by: MemberId, of: MemberId) -> int:
    """Return how many hashes that another member handed in a member confirmed since then."""
    wanted = select(func.count()).where(
        hashes.c.confirmed_by == by,
        hashes.c.confirmed_at >= as_number(since),
        hashes.c.attested_by == of,
    )
    return connection.execute(wanted).scalar_one()
