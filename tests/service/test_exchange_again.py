"""What was done, or used up, in one place is known in another one that is asked again."""

from pathlib import Path

import pytest
from httpx import Response

from benban.exchange.flood import FloodLimits
from benban.exchange.withdrawal import sign_withdrawal
from benban.outside.exchange_store.store import DatabaseStore
from benban.outside.exchange_tally import NodeTally
from benban.service.app import make_app
from benban.service.limits import Allowance
from benban.wiring_exchange import begin_process
from tests.contract.exchange_stores import OPERATOR, empty_store, made_file, server, store
from tests.service.exchange_client import SIGNING_KEY, Client, Exchange, exchange
from tests.unit.exchange.shared import ATTESTER, LOG_KEY

__all__ = ["empty_store", "exchange", "made_file", "server", "store"]


@pytest.fixture
def other(exchange: Exchange, store: DatabaseStore) -> Exchange:
    """Another node over the same database."""
    process = begin_process(
        store,
        signing_key=SIGNING_KEY,
        limits=FloodLimits(),
        clock=exchange.clock,
    )
    client = Client(make_app(process, Allowance()))
    return Exchange(client=client, process=process, clock=exchange.clock, keys=exchange.keys)


def test_who_is_told_there_that_a_hash_is_gone_finds_it_nowhere_there(
    exchange: Exchange,
    other: Exchange,
) -> None:
    path = f"/v1/hashes/{exchange.activate(1)}/acts"
    other.process.matcher.follow()
    assert other.asks(1) == [0]

    said = [
        node.post(path, {"act": "withdraw"}, ATTESTER, headers={"Idempotency-Key": "once"})
        for node in (exchange, other)
    ]

    assert [one.status_code for one in said] == [200, 200]
    assert said[0].content == said[1].content
    assert other.asks(1) == []


def test_a_person_who_is_told_so_a_second_time_finds_it_nowhere_there(
    exchange: Exchange,
    other: Exchange,
) -> None:
    exchange.activate(1)
    other.process.matcher.follow()
    with exchange.process.store.within(OPERATOR) as work:
        leaf = work.hash_of(work.changes(0, 1)[0].hash_id).consent_leaf
    withdrawal = sign_withdrawal(leaf, exchange.process.exchange, LOG_KEY)
    assert other.asks(1) == [0]

    said: list[Response] = [
        node.client.post("/v1/withdrawals", content=withdrawal) for node in (exchange, other)
    ]

    assert [one.status_code for one in said] == [204, 204]
    assert other.asks(1) == []


def test_what_a_key_may_hand_in_holds_for_all_processes_of_a_node(
    exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 7_200.0)
    processes = [
        make_app(exchange.process, Allowance(attestations_an_hour=3), tally=NodeTally(tmp_path, 2))
        for _ in range(2)
    ]
    said: list[Response] = []
    for seed in range(1, 6):
        exchange.client = Client(processes[seed % 2])
        said.append(exchange.attest(seed))

    assert [one.status_code for one in said] == [201, 201, 201, 429, 429]
    assert {one.headers.get("Retry-After") for one in said[3:]} == {"3600"}
