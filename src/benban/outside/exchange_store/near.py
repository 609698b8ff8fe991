"""How the database itself finds hashes near one, without the matcher."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Select, func, select, text

from benban.model.shared_hash import HashState
from benban.outside.exchange_store.rows import pieces_to_ask
from benban.outside.exchange_store.tables import hash_pieces, hashes


def wanted_near(pdq_hex: str, *, is_sqlite: bool) -> Select[Any]:
    """
    Return the question for the numbers of active hashes near one, in order.

    Its parameters are ``asked`` (the hash, 64 hexadecimal digits) and ``radius`` (0 .. 31 bits).
    """
    keys = pieces_to_ask(pdq_hex)
    wanted = select(hashes.c.id).where(hashes.c.state == HashState.ACTIVE.value)
    if is_sqlite:
        stands = select(hash_pieces.c.hash_id).where(hash_pieces.c.piece.in_(keys))
        near = wanted.where(hashes.c.id.in_(stands)).where(
            text("benban_distance(hashes.pdq, :asked) <= :radius")
        )
    else:
        near = wanted.where(hashes.c.pieces.overlap(keys)).where(
            text("bit_count(('x' || hashes.pdq)::bit(256) # ('x' || :asked)::bit(256)) <= :radius")
        )
    return near.order_by(hashes.c.id)


@contextmanager
def by_pieces(connection: Connection) -> Iterator[None]:
    """Let PostgreSQL go over the pieces' index alone while the block lasts."""
    # 272 keys look to the planner like a quarter of all rows, and comparing two lists like one
    # step: it would read the whole table. What is left to it is the way over the pieces.
    is_postgresql = connection.dialect.name != "sqlite"
    if is_postgresql:
        _set_other_ways(connection, "off")
    yield
    if is_postgresql:
        _set_other_ways(connection, "on")


def _set_other_ways(connection: Connection, value: str) -> None:
    for way in ("enable_seqscan", "enable_indexscan"):
        connection.execute(select(func.set_config(way, value, True)))
