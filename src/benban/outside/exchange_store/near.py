"""How the database itself finds hashes near one, without the matcher."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, text

from benban.model.shared_hash import HashId, HashState
from benban.outside.exchange_store.rows import WAITING_STATES, WAITS, pieces_to_ask
from benban.outside.exchange_store.tables import hash_pieces, hashes

_OTHER_WAYS = ("enable_seqscan", "enable_indexscan")


def wanted_near(pdq_hex: str, *, is_sqlite: bool, is_waiting: bool = False) -> Select[Any]:
    """
    Return the question for the numbers of hashes near one, in order.

    Its parameters are ``asked`` (the hash, 64 hexadecimal digits) and ``radius`` (0 .. 31 bits).

    Args:
        pdq_hex: the hash.
        is_sqlite: or else PostgreSQL.
        is_waiting: those that wait to answer, in place of those that do.
    """
    states = WAITING_STATES if is_waiting else (HashState.ACTIVE,)
    keys = [key | WAITS if is_waiting else key for key in pieces_to_ask(pdq_hex)]
    wanted = select(hashes.c.id).where(hashes.c.state.in_([one.value for one in states]))
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


def near_waiting(connection: Connection, pdq_hex: str, radius_bits: int) -> int:
    """Return how many hashes near one wait to answer, in all banks."""
    is_sqlite = connection.dialect.name == "sqlite"
    wanted = wanted_near(pdq_hex, is_sqlite=is_sqlite, is_waiting=True)
    asked = {"asked": pdq_hex, "radius": radius_bits}
    with nullcontext() if is_sqlite else _as_matcher(connection):
        return len(connection.execute(wanted, asked).all())


def keep_pieces(connection: Connection, number: HashId, pieces: list[int]) -> None:
    """Keep under which keys SQLite finds a hash, in place of those before."""
    connection.execute(delete(hash_pieces).where(hash_pieces.c.hash_id == number))
    if pieces:
        rows = [{"piece": piece, "hash_id": number} for piece in pieces]
        connection.execute(insert(hash_pieces), rows)


@contextmanager
def _as_matcher(connection: Connection) -> Iterator[None]:
    """Let PostgreSQL look into all banks, by the pieces' index, while the block lasts."""
    # Under a member's row-level security no comparison of lists may go by its index: each hash
    # of the member's banks would be read, while every other writer waits.
    before = connection.execute(select(func.current_setting("role"))).scalar_one()
    _set(connection, {"role": "benban_matcher", **dict.fromkeys(_OTHER_WAYS, "off")})
    yield
    # Where the block fails the transaction does, and the part ends with it.
    _set(connection, {"role": before, **dict.fromkeys(_OTHER_WAYS, "on")})


@contextmanager
def by_pieces(connection: Connection) -> Iterator[None]:
    """Let PostgreSQL go over the pieces' index alone while the block lasts."""
    # 272 keys look to the planner like a quarter of all rows, and comparing two lists like one
    # step: it would read the whole table. What is left to it is the way over the pieces.
    is_postgresql = connection.dialect.name != "sqlite"
    if is_postgresql:
        _set(connection, dict.fromkeys(_OTHER_WAYS, "off"))
    yield
    if is_postgresql:
        _set(connection, dict.fromkeys(_OTHER_WAYS, "on"))


def _set(connection: Connection, values: Mapping[str, str]) -> None:
    # In one question: others wait for each.
    said = [func.set_config(name, value, True) for name, value in values.items()]
    connection.execute(select(*said))
