"""Many at once over HTTP, answered by two processes: one deed, and no more than is allowed."""

import base64
import json
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from itertools import chain
from threading import Barrier

import httpx
import pytest

from benban.exchange.attestation import proof_bytes
from benban.exchange.audit import require_chain
from benban.exchange.keys import Scope, new_key
from benban.model.shared_hash import MemberId
from benban.outside.clock import SystemClock
from benban.outside.exchange_node import NodeCounter
from benban.outside.exchange_place import Place
from benban.seal.note import key_id, public_key_of
from benban.service.limits import Allowance
from tests import postgresql
from tests.contract.exchange_stores import BANK, OPERATOR, emptied, made_file, server
from tests.service.exchange_running import Running
from tests.unit.exchange.shared import ATTESTER, SECOND, consent_proof, pdq

__all__ = ["made_file", "server"]

_CROWD = 16
_A_SECOND, _A_DAY, _BATCH = 60, 300, 10
_DAY_S = 86_400
_ALLOWANCE = Allowance(requests_a_second=_A_SECOND, hashes_a_day=_A_DAY)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """Two processes over each system of record."""
    folder = tmp_path_factory.mktemp("crowd")
    with ExitStack() as held:
        if request.param == "sqlite":
            shutil.copy(request.getfixturevalue("made_file"), folder / "exchange.db")
            database = f"sqlite:///{folder}/exchange.db"
        else:
            own: postgresql.Server = request.getfixturevalue("server")
            held.enter_context(emptied(own))
            database = own.address(postgresql.SERVICE)
        running = Running(
            place=Place(folder=folder / "exchange"), database=database, allowance=_ALLOWANCE
        )
        running.set_up()
        running.start()
        held.callback(running.end)
        yield running


def _body(running: Running, seed: int) -> str:
    exchange = key_id(public_key_of(running.place.signing_key()))
    proof = consent_proof(said={"exchange": exchange, "pdq": pdq(seed).hex}, at=SystemClock().now())
    said = {
        "bank": BANK,
        "provenance": "case-of-a-hotline",
        "proof": base64.b64encode(proof_bytes(proof)).decode(),
    }
    return json.dumps(said)


def _crowd(
    running: Running, path: str, bodies: list[str], key: str, by: MemberId
) -> list[httpx.Response]:
    """Return what is answered to all of these at once, each on a connection of its own."""
    start = Barrier(len(bodies))

    def ask(body: str) -> httpx.Response:
        with running.client(by) as client:
            client.get("/health")
            start.wait()
            return client.post(path, content=body, headers={"Idempotency-Key": key})

    with ThreadPoolExecutor(len(bodies)) as threads:
        return list(threads.map(ask, bodies))


def _deeds(running: Running, member: MemberId) -> list[tuple[str, str]]:
    """Return deeds and subjects of a member's audit that belong to a change each."""
    store = running.open_store()
    with store.within(OPERATOR) as work:
        lines, changes = work.audit(member, 0, 100_000), work.changes(0, 100_000)
        head = work.heads().change
    store.close()
    require_chain(lines)
    assert [one.number for one in changes] == list(range(1, head + 1))
    done = {(one.act.value, str(one.hash_id)) for one in changes}
    deeds = [(one.entry.deed, one.entry.subject) for one in lines if one.entry.deed != "lookup"]
    assert set(deeds) <= done
    return deeds


def test_of_many_that_send_the_same_at_once_one_does_it_and_all_are_told_the_same(
    running: Running,
) -> None:
    for seed in (100, 101, 102):
        before = _deeds(running, ATTESTER)
        body = _body(running, seed)

        said = _crowd(running, "/v1/hashes", [body] * _CROWD, f"once-{seed}", ATTESTER)

        assert {one.status_code for one in said} == {201}
        assert len({one.content for one in said}) == 1
        after = _deeds(running, ATTESTER)[len(before) :]
        assert [deed for deed, _ in after] == ["attest"]

        theirs = running.number_for_second(_newest(running))
        told = _crowd(
            running,
            f"/v1/hashes/{theirs}/acts",
            ['{"act": "confirm", "reason": "saw-the-report"}'] * _CROWD,
            f"confirm-{seed}",
            SECOND,
        )
        assert {one.status_code for one in told} == {200}
        assert len({one.content for one in told}) == 1
        assert _deeds(running, SECOND)[-1] == ("confirm", after[0][1])
        assert _deeds(running, SECOND).count(("confirm", after[0][1])) == 1
        time.sleep(1)  # the next window of the key's own limit


def _newest(running: Running) -> int:
    store = running.open_store()
    with store.within(OPERATOR) as work:
        newest = work.heads().change
    store.close()
    return newest


def test_of_two_requests_under_one_key_at_once_one_is_done_and_the_other_refused(
    running: Running,
) -> None:
    before = _deeds(running, ATTESTER)
    one, other = _body(running, 200), _body(running, 201)

    said = _crowd(running, "/v1/hashes", [one, other] * (_CROWD // 2), "twofold", ATTESTER)

    done = [answer for answer in said if answer.status_code == 201]
    refused = [answer for answer in said if answer.status_code != 201]
    assert (len(done), len(refused)) == (_CROWD // 2, _CROWD // 2)
    assert len({answer.content for answer in done}) == 1
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(422, "BB-964")}
    assert len(_deeds(running, ATTESTER)) == len(before) + 1


def _keys(running: Running, count: int) -> list[str]:
    """Return new keys of the second member, known to both processes."""
    store, now = running.open_store(), SystemClock().now()
    shown = []
    with store.within(OPERATOR) as work:
        work.take_turn()
        for _ in range(count):
            kept, one = new_key(SECOND, frozenset({Scope.LOOKUP}), now=now, life=timedelta(days=2))
            work.keep_key(kept)
            shown.append(one)
        total = work.heads().total
    store.close()
    NodeCounter(running.place.node).raise_to(total)
    return shown


def _counted(
    running: Running, works: list[Callable[[httpx.Client], list[httpx.Response]]]
) -> list[list[httpx.Response]]:
    start = Barrier(len(works))

    def work(one: Callable[[httpx.Client], list[httpx.Response]]) -> list[httpx.Response]:
        with running.client(SECOND) as client:
            client.get("/health")
            start.wait()
            return one(client)

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(work, works))


def _require_refused_well(answers: list[httpx.Response], longest_s: int) -> None:
    for one in answers:
        assert (one.status_code, one.json()["code"]) == (429, "BB-966")
        assert 1 <= int(one.headers["Retry-After"]) <= longest_s


def test_no_more_is_let_through_in_a_second_by_both_together(running: Running) -> None:
    (key,) = _keys(running, 1)

    def ask(client: httpx.Client) -> list[httpx.Response]:
        named = {"Authorization": f"Bearer {key}"}
        return [client.get("/v1/banks", headers=named) for _ in range(25)]

    began = int(time.time())
    answers = list(chain.from_iterable(_counted(running, [ask] * 8)))
    windows = int(time.time()) - began + 1

    taken = [one for one in answers if one.status_code == 200]
    assert _A_SECOND - 8 <= len(taken) <= _A_SECOND * windows
    _require_refused_well([one for one in answers if one.status_code != 200], 1)


def test_each_of_many_keys_has_its_day_and_no_more(running: Running) -> None:
    keys = _keys(running, 6)
    body = json.dumps({"hashes": [pdq(seed).hex for seed in range(900, 900 + _BATCH)]})

    def ask(client: httpx.Client) -> list[httpx.Response]:
        # Every thread uses every key, so that both processes count all of them at once.
        return [
            _asked_in_its_second(client, body, key)
            for _ in range(_A_DAY // _BATCH // 4 + 3)
            for key in keys
        ]

    began = int(time.time()) // _DAY_S
    answers = list(chain.from_iterable(_counted(running, [ask] * 4)))
    days = int(time.time()) // _DAY_S - began + 1

    for key in keys:
        own = [one for one in answers if one.request.headers["Authorization"] == f"Bearer {key}"]
        taken = sum(one.json()["asked"] for one in own if one.status_code == 200)
        # At the border each of those that ask at once may be counted before it could look.
        assert _A_DAY - 4 * _BATCH <= taken <= _A_DAY * days
        _require_refused_well([one for one in own if one.status_code != 200], _DAY_S)


def _asked_in_its_second(client: httpx.Client, body: str, key: str) -> httpx.Response:
    """Return the answer that is not about the limit of a second."""
    while True:
        named = {"Authorization": f"Bearer {key}"}
        answer = client.post("/v1/lookups", content=body, headers=named)
        if answer.headers.get("Retry-After") != "1":
            return answer
        time.sleep(0.1)
