"""What a shared hash weighs on PostgreSQL's disk: its row, its indices, its changes, its audit."""

import psycopg

from benban.exchange.audit import AuditEntry
from benban.exchange.ports import Part, Who
from benban.model.shared_hash import Act
from benban.outside.clock import SystemClock
from benban.outside.exchange_store.store import DatabaseStore
from benchmarks import _exchange_node as node_of
from benchmarks._document import Claim

# What becomes of nearly every hash before it answers; each leaves a change and a line.
_ACTS = (Act.ATTEST, Act.CONFIRM)
_AT_ONCE = 20_000


def weigh(address: str, note: str) -> list[Claim]:
    """
    Return claims on the bytes of a hash; its changes and lines of the audit are written first.

    Args:
        address: of a database in which hashes answer, as the role that owns it.
        note: what goes before every note.
    """
    with psycopg.connect(address, autocommit=True) as connection:
        count = _number(connection, "SELECT count(*) FROM hashes")
        connection.execute(
            "INSERT INTO changes (number, at, act, hash_id, bank)"
            " SELECT 1 + row_number() OVER (ORDER BY hashes.id, acts.place),"
            " hashes.attested_at, acts.act, hashes.id, hashes.bank FROM hashes"
            " CROSS JOIN unnest(%s::text[]) WITH ORDINALITY AS acts (act, place)",
            ([one.value for one in _ACTS],),
        )
        _write_audit(address, count)
        connection.execute("VACUUM ANALYZE")
        hashes, changes, audit = (
            _number(connection, f"SELECT pg_total_relation_size('{name}')") / count
            for name in ("hashes", "changes", "audit")
        )
        row = _number(connection, "SELECT pg_relation_size('hashes')") / count
        pieces = _number(connection, "SELECT pg_relation_size('hashes_pieces')") / count
    parts = (
        f"its row {row:.0f}, the index of its pieces {pieces:.0f}, other indices"
        f" {hashes - row - pieces:.0f}, two changes {changes:.0f}, two lines of the audit"
        f" {audit:.0f}"
    )
    return [
        Claim(
            name="PostgreSQL's disk for a hash that answers",
            value=round(hashes + changes + audit),
            unit="bytes",
            n=count,
            note=f"{note}{parts}; after VACUUM, without its log of writes",
        )
    ]


def _write_audit(address: str, count: int) -> None:
    store, now = DatabaseStore(address), SystemClock().now()
    for start in range(0, count, _AT_ONCE):
        with store.within(Who(part=Part.OPERATOR)) as work:
            work.add_audit(
                AuditEntry(
                    member=node_of.MEMBER, at=now, actor="0" * 16, deed=act.value, subject=f"{one}"
                )
                for one in range(start, min(start + _AT_ONCE, count))
                for act in _ACTS
            )
    store.close()


def _number(connection: psycopg.Connection[tuple[int]], question: str) -> int:
    found = connection.execute(question.encode()).fetchone()
    return 0 if found is None else found[0]
