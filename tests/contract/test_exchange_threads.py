"""What follows the changes and writes the audit goes on, whatever the database says once."""

import asyncio
import logging
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from fastapi import FastAPI
from sqlalchemy.exc import DataError

from benban.errors.exchange import RecordUnavailableError
from benban.exchange.audit import AuditEntry
from benban.exchange.flood import FloodLimits
from benban.exchange.ports import Store, Transaction, Who
from benban.exchange.trail import Trail
from benban.outside.exchange_store import store as store_module
from benban.outside.exchange_store.store import DatabaseStore
from benban.service import app as app_module
from benban.service.app import make_app
from benban.service.limits import Allowance
from benban.wiring_exchange import begin_process
from tests.contract.exchange_stores import MATCHER, OPERATOR, made_file, store
from tests.unit.exchange.shared import ATTESTER, NOW

__all__ = ["made_file", "store"]

_SECRET = "0f" * 32


@pytest.fixture
def empty_store(made_file: Path, tmp_path: Path) -> Iterator[DatabaseStore]:
    """SQLite alone: its threads are the same."""
    shutil.copy(made_file, tmp_path / "exchange.db")
    opened = DatabaseStore(f"sqlite:///{tmp_path / 'exchange.db'}")
    yield opened
    opened.close()


class _Once:
    """A store that says once what no code foresaw."""

    def __init__(self, store: Store) -> None:
        self._store, self.is_armed, self.again = store, False, Event()
        self._failed = False

    def within(self, who: Who) -> AbstractContextManager[Transaction]:
        """Return a transaction."""
        if self.is_armed and not self._failed:
            self._failed = True
            raise DataError(_SECRET, None, ValueError(_SECRET))
        if self._failed:
            self.again.set()
        return self._store.within(who)


async def _lived(app: FastAPI, said: Event) -> bool:
    """Return whether it was said while the application ran."""
    async with app.router.lifespan_context(app):
        return await asyncio.to_thread(said.wait, 30)


def test_no_free_connection_is_said_as_a_database_that_is_away(
    made_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        store_module, "_POOL", {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.01}
    )
    store = DatabaseStore(f"sqlite:///{made_file}")

    with store.within(MATCHER), pytest.raises(RecordUnavailableError), store.within(MATCHER):
        pass

    store.close()


def test_as_many_threads_as_answer_have_a_connection_each(store: DatabaseStore) -> None:
    with ExitStack() as held:
        works = [held.enter_context(store.within(MATCHER)) for _ in range(43)]

        assert {work.heads().total for work in works} == {works[0].heads().total}


def test_the_follower_goes_on_after_an_error_that_nobody_foresaw(
    store: DatabaseStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app_module, "_FOLLOW_EVERY_S", 0.01)
    once = _Once(store)
    process = begin_process(store, signing_key=bytes(range(32)), limits=FloodLimits())
    monkeypatch.setattr(process.matcher, "_store", once)
    once.is_armed = True

    with caplog.at_level(logging.WARNING):
        assert asyncio.run(_lived(make_app(process, Allowance()), once.again))

    assert "DataError" in caplog.text
    assert _SECRET not in caplog.text


def test_the_audit_is_written_after_an_error_that_nobody_foresaw(
    store: DatabaseStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("benban.exchange.trail._EVERY_S", 0.01)
    once = _Once(store)
    once.is_armed = True
    trail = Trail(once)
    entry = AuditEntry(member=ATTESTER, at=NOW, actor="key", deed="lookup", asked=1)

    with caplog.at_level(logging.WARNING):
        trail.add(replace(entry, found=1))
        trail.start()
        assert once.again.wait(30)
        trail.close()

    with store.within(OPERATOR) as work:
        assert [line.entry.found for line in work.audit(ATTESTER, 0, 9)] == [1]
    assert _SECRET not in caplog.text
