"""The two systems of record, each new for a test; one PostgreSQL serves them all."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benban.exchange.ports import Member, Part, SharedBank, Who
from benban.model.shared_hash import BankId, BankRule, MemberId
from benban.outside.exchange_store.store import DatabaseStore
from benban.outside.exchange_store.tables import metadata
from tests import postgresql
from tests.unit.exchange.shared import ATTESTER, NOW, SECOND, THIRD

OPERATOR, MATCHER = Who(part=Part.OPERATOR), Who(part=Part.MATCHER)
BANK, CLOSED = BankId("bnk-shared"), BankId("bnk-of-one")
PARTS = "benban_member, benban_matcher, benban_operator"


def address_of(store: DatabaseStore) -> str:
    """Return where another process finds the same system of record."""
    return str(store._engine.url)  # noqa: SLF001 - where it is


def as_member(member: MemberId) -> Who:
    """Return a transaction of *member*."""
    return Who(part=Part.MEMBER, member=member)


@pytest.fixture(scope="session")
def server() -> Iterator[postgresql.Server]:
    """A PostgreSQL with the tables made once."""
    with postgresql.running() as running:
        owner = DatabaseStore(running.address(postgresql.OWNER))
        owner.migrate()
        owner.close()
        running.run(f"GRANT {PARTS} TO {postgresql.SERVICE}")
        yield running


@contextmanager
def emptied(server: postgresql.Server) -> Iterator[DatabaseStore]:
    """Return the store of the program's own role, after every row was taken out."""
    rows = ", ".join(sorted(set(metadata.tables) - {"counters", "hash_pieces"}))
    server.run(f"TRUNCATE {rows}", "UPDATE counters SET value = 0")
    store = DatabaseStore(server.address(postgresql.SERVICE))
    yield store
    store.close()


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables made once, to be copied."""
    file = tmp_path_factory.mktemp("exchange") / "made.db"
    store = DatabaseStore(f"sqlite:///{file}")
    store.migrate()
    store.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DatabaseStore]:
    """Each of the two, without a row."""
    if request.param == "sqlite":
        file = tmp_path / "exchange.db"
        shutil.copy(request.getfixturevalue("made_file"), file)
        store = DatabaseStore(f"sqlite:///{file}")
        yield store
        store.close()
        return
    with emptied(request.getfixturevalue("server")) as store:
        yield store


@pytest.fixture
def as_owner(empty_store: DatabaseStore, request: pytest.FixtureRequest) -> Callable[..., None]:
    """What runs statements as whoever owns the database, whom nothing in it holds back."""
    url = empty_store._engine.url  # noqa: SLF001 - where it is
    if url.get_backend_name() != "sqlite":
        run: Callable[..., None] = request.getfixturevalue("server").run
        return run

    def run_on_file(*statements: str) -> None:
        connection = sqlite3.connect(str(url.database))
        for verb in ("UPDATE", "DELETE", "REPLACE"):
            connection.execute(f"DROP TRIGGER IF EXISTS audit_no_{verb}")
        for one in statements:
            connection.execute(one)
        connection.commit()
        connection.close()

    return run_on_file


@pytest.fixture
def store(empty_store: DatabaseStore) -> DatabaseStore:
    """Three members; a bank that the first two read, and one of the third alone."""
    with empty_store.within(OPERATOR) as work:
        for member in (ATTESTER, SECOND, THIRD):
            work.keep_member(
                Member(id=member, name=member, secret=member.encode()[-8:] * 4, made_at=NOW)
            )
        for bank, ordinal, owner, readers in (
            (BANK, 0, ATTESTER, {ATTESTER, SECOND}),
            (CLOSED, 1, THIRD, {THIRD}),
        ):
            work.keep_bank(
                SharedBank(
                    id=bank,
                    ordinal=ordinal,
                    name=bank,
                    rule=BankRule.MATCH,
                    owner=owner,
                    readers=frozenset(readers),
                    hands_in=frozenset(readers),
                )
            )
    return empty_store
