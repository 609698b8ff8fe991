"""Row-level security where the program forgets to ask: plain SQL as its own role (B5 100, 104)."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest

from benban.model.shared_hash import Act
from benban.outside.exchange_store.store import DatabaseStore
from tests import postgresql
from tests.contract.exchange_stores import BANK, OPERATOR, as_member, emptied, server, store
from tests.unit.exchange.shared import ATTESTER, SECOND, THIRD, shared_hash

__all__ = ["server", "store"]

Ask = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def empty_store(server: postgresql.Server) -> Iterator[DatabaseStore]:
    """PostgreSQL alone."""
    with emptied(server) as store:
        yield store


@pytest.fixture
def ask(store: DatabaseStore, server: postgresql.Server) -> Ask:
    """One hash of the first member, and plain statements in the name of any."""
    with store.within(as_member(ATTESTER)) as work:
        kept = replace(shared_hash(), id=work.next_id(BANK), bank=BANK)
        work.keep_hash(kept, Act.ATTEST, kept.attested_at)

    def asked(
        statement: str, *, part: str = "member", member: str = ""
    ) -> list[tuple[object, ...]]:
        with psycopg.connect(server.address(postgresql.SERVICE)) as connection:
            connection.execute(b"SET LOCAL ROLE benban_" + part.encode())
            connection.execute("SELECT set_config('benban.member', %s, true)", [member])
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else [(done.rowcount,)]

    return asked


@pytest.mark.parametrize("table", ["hashes", "changes", "banks", "members", "bank_readers"])
def test_without_a_name_nothing_is_seen(ask: Ask, table: str) -> None:
    assert ask(f"TABLE {table}") == []


@pytest.mark.parametrize("table", ["hashes", "changes"])
def test_a_query_that_forgets_the_tenant_gives_nobody_elses_rows(ask: Ask, table: str) -> None:
    assert len(ask(f"TABLE {table}", member=SECOND)) == 1
    assert ask(f"TABLE {table}", member=THIRD) == []


def test_a_stranger_changes_no_row(ask: Ask) -> None:
    assert ask("UPDATE hashes SET state = 'tombstone'", member=THIRD) == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO changes VALUES (99, 0, 'attest', 1, 'bnk-shared')",
        "INSERT INTO audit VALUES ('mem-other', 1, 0, '', 'x', '', 0, 0, '', '')",
        "INSERT INTO bank_readers VALUES ('bnk-shared', 'mem-cccccccccccccccc')",
        "UPDATE audit SET reason = 'other'",
        "DELETE FROM audit",
        "DELETE FROM hashes",
        "UPDATE members SET is_stopped = false",
        "UPDATE api_keys SET revoked_at = NULL",
        "UPDATE banks SET name = 'other'",
        "SELECT * FROM proposals",
        "TRUNCATE hashes",
        "DROP TABLE hashes",
        "ALTER TABLE hashes DISABLE ROW LEVEL SECURITY",
        "SET ROLE owner",
    ],
)
def test_a_member_may_not(ask: Ask, statement: str) -> None:
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.DatabaseError)):
        ask(statement, member=THIRD)


_COPIED = """INSERT INTO hashes SELECT (jsonb_populate_record(h, jsonb_build_object(
    'id', h.id + 1, 'consent_leaf', '2', 'attested_by', 'mem-bbbbbbbbbbbbbbbb'))).* FROM hashes h"""


def test_who_only_asks_a_bank_puts_no_row_into_it(ask: Ask, server: postgresql.Server) -> None:
    assert ask(_COPIED, member=SECOND) == [(1,)]
    server.run(
        "UPDATE bank_readers SET hands_in = false WHERE member = 'mem-bbbbbbbbbbbbbbbb'",
        "DELETE FROM hashes WHERE attested_by = 'mem-bbbbbbbbbbbbbbbb'",
    )

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(_COPIED, member=SECOND)
    assert len(ask("TABLE hashes", member=SECOND)) == 1


@pytest.mark.parametrize("statement", ["UPDATE audit SET reason = 'other'", "DELETE FROM audit"])
def test_the_operator_changes_no_line_of_the_audit_either(ask: Ask, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(statement, part="operator")


@pytest.mark.parametrize("statement", ["UPDATE hashes SET state = 'x'", "DELETE FROM changes"])
def test_the_matcher_only_reads(ask: Ask, statement: str) -> None:
    assert len(ask("SELECT id FROM hashes", part="matcher")) == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(statement, part="matcher")


def test_the_programs_own_role_has_no_rights_of_its_own(
    server: postgresql.Server, store: DatabaseStore
) -> None:
    with store.within(OPERATOR) as work:
        assert work.heads().setting > 0
    with (
        psycopg.connect(server.address(postgresql.SERVICE)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT * FROM hashes")
