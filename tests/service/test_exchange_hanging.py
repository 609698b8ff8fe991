"""A database that hangs: the process still answers, and what waited ends as "away"."""

import asyncio
import shutil
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event

import psycopg
import pytest
from httpx import ASGITransport, AsyncClient, Response

from benban.errors.exchange import MatcherBehindError, RecordUnavailableError
from benban.exchange.flood import FloodLimits
from benban.exchange.ports import Store, Transaction, Who
from benban.outside.exchange_store import store as store_module
from benban.outside.exchange_store.store import DatabaseStore
from benban.service.app import make_app
from benban.service.limits import Allowance
from benban.wiring_exchange import begin_process
from tests import postgresql
from tests.contract.exchange_stores import MATCHER, made_file, server, store
from tests.service.exchange_client import SIGNING_KEY, Exchange, exchange
from tests.unit.exchange.shared import SECOND, pdq

__all__ = ["exchange", "made_file", "server", "store"]


@pytest.fixture
def empty_store(made_file: Path, tmp_path: Path) -> Iterator[DatabaseStore]:
    """SQLite; what hangs is put before it."""
    shutil.copy(made_file, tmp_path / "exchange.db")
    opened = DatabaseStore(f"sqlite:///{tmp_path / 'exchange.db'}")
    yield opened
    opened.close()


class _Hanging:
    """A store of which every transaction waits for a word."""

    def __init__(self, store: Store) -> None:
        self._store, self.go_on, self.is_waiting = store, Event(), False

    def within(self, who: Who) -> AbstractContextManager[Transaction]:
        """Return a transaction, after the word."""
        self.is_waiting = True
        # Longer than the test needs; a loop that waits here answers nobody meanwhile.
        self.go_on.wait(20)
        self.is_waiting = False
        return self._store.within(who)


async def _asked(exchange: Exchange, hanging: _Hanging, path: str) -> tuple[bool, int, Response]:
    """Return whether health was answered while the question hung, and both answers."""
    process = exchange.process
    app = make_app(process, Allowance())
    named = {"Authorization": f"Bearer {exchange.keys[SECOND]}"}
    async with AsyncClient(transport=ASGITransport(app), base_url="http://exchange") as client:
        body = {"hashes": [pdq(1).hex]}
        question = asyncio.create_task(
            client.get(path) if path == "/ready" else client.post(path, json=body, headers=named)
        )
        while not hanging.is_waiting and not question.done():  # noqa: ASYNC110 - set by another thread
            await asyncio.sleep(0.01)
        health = await client.get("/health")
        hung = hanging.is_waiting
        hanging.go_on.set()
        return hung, health.status_code, await question


@pytest.mark.parametrize("path", ["/v1/lookups", "/ready"])
def test_a_question_that_waits_for_the_database_keeps_nobody_else(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    exchange.process.matcher.follow()
    hanging = _Hanging(exchange.process.store)
    monkeypatch.setattr(exchange.process.matcher, "_store", hanging)
    exchange.process.counter.raise_to(exchange.process.counter.value() + 1)

    hung, health, answer = asyncio.run(_asked(exchange, hanging, path))

    assert (hung, health, answer.status_code) == (True, 200, 200)


def test_who_would_be_refused_in_any_case_waits_for_no_database(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = _Hanging(exchange.process.store)
    monkeypatch.setattr(exchange.process.matcher, "_store", hanging)
    exchange.process.counter.raise_to(exchange.process.counter.value() + 1)
    exchange.clock.advance(6)
    hanging.go_on.set()

    with pytest.raises(MatcherBehindError):
        exchange.process.matcher.directory()


def test_a_server_that_accepts_and_never_answers_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(store_module.PATIENCE, "connect_timeout", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = DatabaseStore(f"postgresql://x@127.0.0.1:{silent.getsockname()[1]}/x")

        with pytest.raises(RecordUnavailableError), store.within(MATCHER):
            pass


def test_a_lock_that_nobody_lets_go_of_is_not_waited_for_for_ever(
    server: postgresql.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = str(store_module.PATIENCE["options"])
    assert "lock_timeout=5s" in options
    shorter = options.replace("lock_timeout=5s", "lock_timeout=50ms")
    monkeypatch.setitem(store_module.PATIENCE, "options", shorter)
    store = DatabaseStore(server.address(postgresql.SERVICE))
    held = psycopg.connect(server.address(postgresql.OWNER))
    held.execute("LOCK TABLE counters IN ACCESS EXCLUSIVE MODE")

    with pytest.raises(RecordUnavailableError):
        begin_process(store, signing_key=SIGNING_KEY, limits=FloodLimits())

    held.close()
    store.close()
