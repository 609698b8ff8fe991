"""The exchange's database: opened, made, asked as one part or member."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFreeError

from benban.errors.exchange import RecordUnavailableError
from benban.exchange.ports import Part, Who
from benban.outside.exchange_store.state import State, state_of
from benban.outside.exchange_store.work import Work

if TYPE_CHECKING:
    from alembic.config import Config

_ROLES = {
    Part.MEMBER: "benban_member",
    Part.MATCHER: "benban_matcher",
    Part.OPERATOR: "benban_operator",
}
# A writer waits for another one; nobody waits for ever.
_BUSY_TIMEOUT_S = 10
_CONNECT_TIMEOUT_S = 5
# What requests run in at once (anyio's 40 threads), the follower, the audit's writer, and two for
# what an operator looks at: nobody waits for a connection that another thread of this process has.
_KEPT_CONNECTIONS, _MOST_CONNECTIONS = 8, 44
# A server that hangs, a lock that nobody lets go of, a network that is gone: each ends as "away".
PATIENCE: dict[str, int | str] = {
    "connect_timeout": _CONNECT_TIMEOUT_S,
    "options": "-c statement_timeout=15s -c lock_timeout=5s"
    " -c idle_in_transaction_session_timeout=60s",
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_POOL = {
    "pool_size": _KEPT_CONNECTIONS,
    "max_overflow": _MOST_CONNECTIONS - _KEPT_CONNECTIONS,
    "pool_timeout": _CONNECT_TIMEOUT_S,
}
_AWAY = (OperationalError, InterfaceError, InternalError, NoneFreeError)


class DatabaseStore:
    """
    The system of record behind a database's address.

    Args:
        address: ``sqlite:///FILE``, or ``postgresql://...`` of a role that owns no table.
    """

    def __init__(self, address: str) -> None:
        url = make_url(address)
        self._is_sqlite = url.get_backend_name() == "sqlite"
        if self._is_sqlite:
            self._engine = create_engine(
                url,
                hide_parameters=True,
                connect_args={"timeout": _BUSY_TIMEOUT_S},
                **_POOL,
            )
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        else:
            self._engine = create_engine(
                _with_psycopg(url),
                # An error that nobody foresaw is logged: without the hash that it was about.
                hide_parameters=True,
                pool_pre_ping=True,
                # Whoever waited for their turn reads what the one before them wrote.
                isolation_level="READ COMMITTED",
                connect_args=PATIENCE,
                **_POOL,
            )

    def migrate(self) -> None:
        """
        Bring the tables to the newest form; in PostgreSQL as the role that owns them.

        Raises:
            RecordUnavailableError: BB-962.
        """
        from alembic import command  # loads as much as all the rest: not for each process

        config = _migrations()
        try:
            with self._engine.begin() as connection:
                if not self._is_sqlite:
                    # What makes a table anew takes as long as it takes.
                    connection.execute(text("SET LOCAL statement_timeout = 0"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except _AWAY as error:
            raise RecordUnavailableError("the database cannot be reached") from error

    def state(self) -> State:
        """
        Return how the database is set up.

        Raises:
            RecordUnavailableError: BB-962.
        """
        from alembic.script import ScriptDirectory  # see migrate

        newest = ScriptDirectory.from_config(_migrations()).get_current_head()
        engine = self._engine.execution_options(is_reading=True)
        try:
            with engine.begin() as connection:
                return state_of(connection, newest)
        except _AWAY as error:
            raise RecordUnavailableError("the database cannot be reached") from error

    @contextmanager
    def within(self, who: Who) -> Iterator[Work]:
        """Return a transaction; it is committed when the block ends without an error."""
        # The matcher only reads, and waits for no writer.
        is_reading = who.is_reading or who.part is Part.MATCHER
        engine = self._engine.execution_options(is_reading=is_reading)
        try:
            with engine.begin() as connection:
                if not self._is_sqlite:
                    _take_part(connection, who)
                yield Work(connection, who.member)
        except _AWAY as error:
            raise RecordUnavailableError("the database cannot be reached") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise RecordUnavailableError("the database went away") from error
            raise

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()


def _migrations() -> "Config":
    from alembic.config import Config  # see DatabaseStore.migrate

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _take_part(connection: Connection, who: Who) -> None:
    # Both end with the transaction, so that a connection of the pool carries nothing along.
    connection.execute(text(f"SET LOCAL ROLE {_ROLES[who.part]}"))
    connection.execute(
        text("SELECT set_config('benban.member', :member, true)"), {"member": who.member or ""}
    )


def _with_psycopg(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg")


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - the pool's own
    # The driver must not begin transactions by itself: see _begin_sqlite.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")
    connection.create_function("benban_distance", 2, _distance_bits, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    is_reading = connection.get_execution_options().get("is_reading", False)
    # Writers at once: two that read first and then write would stop each other.
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _distance_bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()
