"""The audit's lines: appended, read, and how far each chain goes."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from sqlalchemy import Connection, func, insert, literal, select

from benban.exchange.audit import START, AuditEntry, AuditLine, ChainEnd, chained
from benban.exchange.entry import OPERATORS
from benban.model.shared_hash import MemberId
from benban.outside.exchange_store.rows import line_in, line_values
from benban.outside.exchange_store.tables import audit, members


def add_lines(connection: Connection, entries: Iterable[AuditEntry]) -> None:
    """Append entries to the chain of each member."""
    by_member = sorted(entries, key=lambda one: one.member)
    for member, own in groupby(by_member, key=lambda one: one.member):
        # One writer at a time for each chain; released with the transaction.
        if connection.dialect.name != "sqlite":
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(member, 0))))
        last = connection.execute(
            select(audit.c.number, audit.c.digest)
            .where(audit.c.member == member)
            .order_by(audit.c.number.desc())
            .limit(1)
        ).first()
        lines = chained(
            own,
            after_number=0 if last is None else last.number,
            after_digest=START if last is None else last.digest,
        )
        connection.execute(insert(audit), [line_values(line) for line in lines])


def lines_after(
    connection: Connection, member: MemberId, after: int, most: int
) -> tuple[AuditLine, ...]:
    """Return the lines of a member after a number, in order."""
    wanted = select(audit).where(audit.c.member == member, audit.c.number > after)
    rows = connection.execute(wanted.order_by(audit.c.number).limit(most))
    return tuple(line_in(row) for row in rows)


def length_of(connection: Connection, member: MemberId) -> int:
    """Return the number of the last line of a member; 0 before the first."""
    wanted = select(func.max(audit.c.number)).where(audit.c.member == member)
    return connection.execute(wanted).scalar_one() or 0


def ends_of(connection: Connection, member: MemberId | None) -> Mapping[MemberId, ChainEnd]:
    """Return the last line of a member's chain; for None of everybody's, the people's too."""
    named = select(members.c.id)
    if member is None:
        chains = named.union_all(select(literal(OPERATORS))).subquery()
    else:
        chains = named.where(members.c.id == member).subquery()
    # For each chain its last line by the key's own order: the rest is not read.
    number, digest = (
        select(column)
        .where(audit.c.member == chains.c.id)
        .order_by(audit.c.number.desc())
        .limit(1)
        .correlate(chains)
        .scalar_subquery()
        for column in (audit.c.number, audit.c.digest)
    )
    rows = connection.execute(select(chains.c.id, number.label("number"), digest.label("digest")))
    return {
        MemberId(row.id): ChainEnd(number=row.number, digest=row.digest)
        for row in rows
        if row.number is not None
    }
