"""Whether a database is set up as an exchange needs it; asked by ``benban exchange check``."""

from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

from benban.outside.exchange_store.row_security import PROTECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """
    What was found.

    Attributes:
        owns_nothing: the program's role owns no table, is no superuser and passes no row-level
            security by; of SQLite always, since it has no roles: who reads the file reads all.
        is_row_security_forced: on every table with rows of members.
    """

    is_migrated: bool
    owns_nothing: bool
    is_row_security_forced: bool


def state_of(connection: Connection, newest: str | None) -> State:
    """Return how the database behind *connection* is set up."""
    if connection.dialect.name == "sqlite":
        is_begun = inspect(connection).has_table("alembic_version")
        return State(
            is_migrated=is_begun and _revision(connection) == newest,
            owns_nothing=True,
            is_row_security_forced=True,
        )
    return State(
        is_migrated=_is_readable(connection) and _revision(connection) == newest,
        owns_nothing=bool(connection.execute(text(_OWNS_NOTHING)).scalar_one()),
        is_row_security_forced=_is_forced(connection),
    )


def _revision(connection: Connection) -> str | None:
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _is_readable(connection: Connection) -> bool:
    # Not there, or not for this role: both are "not migrated" to the program.
    is_there = connection.execute(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
    if not is_there.scalar_one() or not connection.execute(text(_HAS_PART)).scalar_one():
        return False
    connection.execute(text("SET LOCAL ROLE benban_operator"))
    may = connection.execute(text("SELECT has_table_privilege('alembic_version', 'SELECT')"))
    return bool(may.scalar_one())


def _is_forced(connection: Connection) -> bool:
    found = connection.execute(text(_FORCED), {"names": list(PROTECTED)})
    return int(found.scalar_one()) == len(PROTECTED)


_HAS_PART = """SELECT EXISTS (
    SELECT 1 FROM pg_roles WHERE rolname = 'benban_operator'
    AND pg_has_role(session_user, oid, 'MEMBER'))"""
_OWNS_NOTHING = """SELECT NOT r.rolsuper AND NOT r.rolbypassrls AND NOT EXISTS (
    SELECT 1 FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p', 'v', 'm'))
    FROM pg_roles r WHERE r.rolname = session_user"""
_FORCED = """SELECT count(*) FROM pg_class
    WHERE oid IN (SELECT to_regclass(name) FROM unnest(CAST(:names AS text[])) AS name)
    AND relrowsecurity AND relforcerowsecurity"""
