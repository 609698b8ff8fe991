"""What callers without a key, or with one that is none, may do: little, and nothing costly."""

import json
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from httpx import Response

from benban.exchange.ports import Store, Transaction, Who
from benban.exchange.withdrawal import sign_withdrawal
from benban.outside.exchange_store.store import DatabaseStore
from benban.service.app import make_app
from benban.service.limits import Allowance
from tests.contract.exchange_stores import OPERATOR, made_file, store
from tests.service.exchange_client import Client, Exchange, exchange
from tests.unit.exchange.shared import LOG_KEY, SECOND

__all__ = ["exchange", "made_file", "store"]


@pytest.fixture
def empty_store(made_file: Path, tmp_path: Path) -> Iterator[DatabaseStore]:
    """SQLite alone."""
    shutil.copy(made_file, tmp_path / "exchange.db")
    opened = DatabaseStore(f"sqlite:///{tmp_path / 'exchange.db'}")
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    # No window ends while a test counts in it.
    monkeypatch.setattr("time.time", lambda: 7_200.0)


class _Watched:
    """A store that keeps who asked for a transaction that may write."""

    def __init__(self, store: Store) -> None:
        self._store, self.writers = store, list[Who]()

    def within(self, who: Who) -> AbstractContextManager[Transaction]:
        """Return a transaction."""
        if not who.is_reading:
            self.writers.append(who)
        return self._store.within(who)


def _few(exchange: Exchange, allowance: Allowance) -> None:
    exchange.client = Client(make_app(exchange.process, allowance))


def _with_key(exchange: Exchange, key: str) -> Response:
    return exchange.client.get("/v1/banks", Authorization=f"Bearer {key}")


def test_what_is_signed_with_another_key_is_kept_within_bounds_and_touches_no_hash(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange.activate(1)
    with exchange.process.store.within(OPERATOR) as work:
        leaf = work.hash_of(work.changes(0, 1)[0].hash_id).consent_leaf
    watched = _Watched(exchange.process.store)
    monkeypatch.setattr(exchange.process.office, "_store", watched)
    name = exchange.process.exchange

    wrong = sign_withdrawal(leaf, name, bytes(32))
    # As for one that came before its hash: only who can sign learns whether a consent was used.
    # So it is kept as that one is, in one transaction, and only so many of one consent.
    told = [exchange.client.post("/v1/withdrawals", content=wrong).status_code for _ in range(3)]
    assert told == [202, 202, 202]
    assert len(watched.writers) == 3
    others = [sign_withdrawal(leaf, name, bytes([one]) * 32) for one in range(1, 9)]
    told = [exchange.client.post("/v1/withdrawals", content=one).status_code for one in others]
    assert told == [202] * 7 + [429]
    assert exchange.asks(1, by=SECOND) == [0]
    watched.writers.clear()
    signed = sign_withdrawal(leaf, name, LOG_KEY)
    assert exchange.client.post("/v1/withdrawals", content=signed).status_code == 204
    assert len(watched.writers) == 1
    early = sign_withdrawal("0" * 64, name, LOG_KEY)
    assert exchange.client.post("/v1/withdrawals", content=early).status_code == 202
    assert len(watched.writers) > 1


def test_a_withdrawal_without_end_is_not_read_without_end(exchange: Exchange) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(10_000):
            sent += 1_000
            yield b"x" * 1_000

    answer = exchange.client.request("POST", "/v1/withdrawals", content=endless())

    assert (answer.status_code, answer.json()["code"]) == (400, "BB-967")
    # Some thousand bytes are kept; the rest is read away up to a megabyte.
    assert sent < 1_200_000


def test_withdrawals_from_one_address_have_an_end(exchange: Exchange) -> None:
    _few(exchange, Allowance(withdrawals_a_minute=3))

    answers = [exchange.client.post("/v1/withdrawals", content=b"{}") for _ in range(5)]

    assert [one.status_code for one in answers] == [422, 422, 422, 429, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_wrong_keys_are_counted_and_a_right_one_from_there_still_opens(exchange: Exchange) -> None:
    _few(exchange, Allowance(refused_a_minute=3))
    wrong = "bbx_" + "0" * 16 + "_" + "a" * 52

    refused = [_with_key(exchange, wrong).status_code for _ in range(5)]

    assert refused == [401, 401, 401, 429, 429]
    assert _with_key(exchange, exchange.keys[SECOND]).status_code == 200
    assert json.loads(_with_key(exchange, "").content)["code"] == "BB-966"
