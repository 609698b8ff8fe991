"""The exchange in processes of its own: killed, without its database (B5 101, 105)."""

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from benban.exchange.audit import require_chain
from benban.model.shared_hash import Act
from benban.outside.exchange_place import Place
from tests import postgresql
from tests.contract.exchange_stores import (  # noqa: F401 - fixtures
    OPERATOR,
    emptied,
    made_file,
    server,
)
from tests.service.exchange_running import Running, asks
from tests.unit.exchange.shared import ATTESTER, CONFIRM, SECOND, pdq

_PATIENCE_S = 60
# A thousand hashes, of which the last one is in the bank.
_BATCH = json.dumps({"hashes": [pdq(seed).hex for seed in (*range(5_000, 5_999), 1)]})


@pytest.fixture(scope="module")
def on_sqlite(
    tmp_path_factory: pytest.TempPathFactory,
    made_file: Path,  # noqa: F811 - a fixture
) -> Iterator[Running]:
    """Two processes over a SQLite file."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(made_file, folder / "exchange.db")
    running = Running(
        place=Place(folder=folder / "exchange"), database=f"sqlite:///{folder}/exchange.db"
    )
    running.set_up()
    running.place.keep_pages(
        {"origin": "https://exchange.example", "issuer": "https://id.example", "client_id": "b"}
    )
    running.start()
    try:
        yield running
    finally:
        running.end(signal.SIGKILL)


@contextmanager
def _on_postgresql(
    folder: Path,
    running_server: postgresql.Server,
) -> Iterator[Running]:
    with emptied(running_server):
        running = Running(
            place=Place(folder=folder / "exchange"),
            database=running_server.address(postgresql.SERVICE),
        )
        running.set_up()
        running.start()
        try:
            yield running
        finally:
            running.end()


def _activate(running: Running, seed: int, client: httpx.Client) -> str:
    """Return the attester's number of a hash that answers."""
    attested = running.attest(seed, client)
    assert attested.status_code == 201, attested.text
    store = running.open_store()
    with store.within(OPERATOR) as work:
        newest = work.heads().change
    store.close()
    with running.client(SECOND) as second:
        theirs = running.number_for_second(newest)
        confirmed = second.post(f"/v1/hashes/{theirs}/acts", json=CONFIRM)
        assert confirmed.status_code == 200, confirmed.text
    return str(attested.json()["number"])


def test_a_withdrawal_through_one_process_is_gone_at_the_next_question_through_the_other(
    on_sqlite: Running,
) -> None:
    one, other = on_sqlite.children()
    with on_sqlite.client_of(one, ATTESTER) as attester, on_sqlite.client_of(other) as asker:
        for seed in range(10, 20):
            number = _activate(on_sqlite, seed, attester)
            assert asks(asker, seed) == [0]

            gone = attester.post(f"/v1/hashes/{number}/acts", content='{"act": "withdraw"}')

            assert (gone.status_code, asks(asker, seed)) == (200, [])


def test_whoever_is_refused_while_still_sending_finds_the_socket_open(on_sqlite: Running) -> None:
    head = (
        "POST /v1/lookups HTTP/1.1\r\nHost: exchange\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nContent-Length: 900000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", on_sqlite.port), timeout=_PATIENCE_S) as caller:
        caller.sendall(head.encode() + b" " * 10_000)
        # An answer that comes now would be followed by the end of the connection.
        came_early, _, _ = select.select([caller], [], [], 0.3)
        for _ in range(89):
            caller.sendall(b" " * 10_000)
        answer = caller.makefile("rb").read()

    assert came_early == []
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b'"BB-960"' in answer


def test_a_key_that_the_operator_stops_opens_nothing_at_the_next_request(
    on_sqlite: Running,
) -> None:
    said = ["--folder", str(on_sqlite.place.folder), "--database", on_sqlite.database, "--json"]
    made = _run("key", "make", SECOND, "--scope", "lookup", *said)
    with on_sqlite.client(SECOND) as client:
        client.headers["Authorization"] = f"Bearer {made['key']}"
        assert asks(client, 1) == []

        _run("key", "revoke", made["id"], *said)

        body = json.dumps({"hashes": [pdq(1).hex]})
        assert client.post("/v1/lookups", content=body).status_code == 401


def test_the_first_process_loads_no_bank_and_no_database(on_sqlite: Running) -> None:
    assert on_sqlite.program is not None
    first, *others = (
        Path(f"/proc/{process}/maps").read_text()
        for process in (on_sqlite.program.pid, *on_sqlite.children())
    )

    for library in ("/numpy/", "/sqlalchemy/"):
        assert library not in first
        assert all(library in one for one in others)


def test_a_process_that_was_killed_is_begun_anew_and_knows_what_the_others_know(
    on_sqlite: Running,
) -> None:
    with on_sqlite.client(ATTESTER) as client:
        _activate(on_sqlite, 30, client)
    victim, other = on_sqlite.children()
    os.kill(victim, signal.SIGKILL)

    on_sqlite.wait_for_all()

    after = set(on_sqlite.children())
    assert victim not in after
    assert other in after
    for process in after:
        with on_sqlite.client_of(process) as client:
            assert asks(client, 30, 31) == [0]


@pytest.mark.long
def test_every_write_that_was_answered_is_there_after_kill_9_in_mid_write(
    on_sqlite: Running,
) -> None:
    answered: list[tuple[int, str]] = []
    ends = Event()

    def write() -> None:
        for seed in range(1000, 100_000):
            try:
                with on_sqlite.client(ATTESTER) as client:
                    answer = on_sqlite.attest(seed, client)
            except httpx.TransportError:
                if ends.is_set():
                    return
                continue
            if answer.status_code == 201:
                answered.append((seed, answer.json()["number"]))

    writer = Thread(target=write)
    writer.start()
    while len(answered) < 20:
        time.sleep(0.01)
    ends.set()
    on_sqlite.end(signal.SIGKILL)
    writer.join()
    on_sqlite.start()

    with on_sqlite.client(ATTESTER) as client:
        for _, number in answered:
            assert client.get(f"/v1/hashes/{number}").json()["state"] in {"quarantine", "held"}
    store = on_sqlite.open_store()
    with store.within(OPERATOR) as work:
        head = work.heads().change
        changes = work.changes(0, 1_000_000)
        audit = work.audit(ATTESTER, 0, 1_000_000)
    store.close()
    # Each act with its change and its line, or none of the three.
    require_chain(audit)
    assert [one.number for one in changes] == list(range(1, head + 1))
    attested = [one.entry.subject for one in audit if one.entry.deed == "attest"]
    assert attested == [str(one.hash_id) for one in changes if one.act is Act.ATTEST]
    assert len(attested) >= len(answered)


@pytest.mark.long
def test_while_the_database_is_away_nothing_stale_is_answered_and_all_comes_back(
    tmp_path: Path,
    server: postgresql.Server,  # noqa: F811 - a fixture
) -> None:
    with _on_postgresql(tmp_path, server) as running:
        with running.client(ATTESTER) as client:
            _activate(running, 1, client)
        with running.client(SECOND) as asker:
            assert asks(asker, 1) == [0]
            server.control("stop", "-m", "immediate")
            try:
                seen = _statuses_until(asker, 503)
                with running.client(ATTESTER) as client:
                    assert running.attest(2, client).status_code == 503
            finally:
                server.control("start")
            # Until it was five seconds old, what is known was answered; nothing else ever came.
            assert seen <= {200, 503}
            assert _statuses_until(asker, 200) <= {200, 503}
            assert asks(asker, 1) == [0]
        with running.client(ATTESTER) as client:
            assert running.attest(2, client).status_code == 201


def _run(*arguments: str) -> dict[str, str]:
    """Return the document that ``benban exchange`` printed."""
    done = subprocess.run(
        [sys.executable, "-m", "benban", "exchange", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
    )
    said: dict[str, str] = json.loads(done.stdout)
    return said


def _statuses_until(client: httpx.Client, wanted: int) -> set[int]:
    ends, seen = time.monotonic() + _PATIENCE_S, set[int]()
    while wanted not in seen:
        assert time.monotonic() < ends, seen
        answer = client.post("/v1/lookups", content=_BATCH)
        seen.add(answer.status_code)
        if answer.status_code == 503:
            # Not a part of it either: nothing of a batch is answered, and when to ask again.
            assert answer.json()["code"] in {"BB-962", "BB-965"}
            assert 1 <= int(answer.headers["Retry-After"]) <= 10
        else:
            assert [one["at"] for one in answer.json()["matches"]] == [999]
        time.sleep(0.1)
    return seen


def test_without_a_dated_text_on_duties_to_report_it_does_not_start(
    on_sqlite: Running, capfd: pytest.CaptureFixture[str]
) -> None:
    duty = on_sqlite.place.folder / "duty.txt"
    whole = duty.read_text()
    duty.write_text("no date\nWhat we report.\n")
    other = Running(place=on_sqlite.place, database=on_sqlite.database)
    try:
        with pytest.raises(AssertionError, match="the program ended"):
            other.start()
    finally:
        duty.write_text(whole)
    assert "BB-986" in capfd.readouterr().err


def test_the_pages_answer_in_every_process_under_their_own_name_alone(on_sqlite: Running) -> None:
    headers = {"Host": "exchange.example"}
    with on_sqlite.client() as client:
        own = client.get("/office/enter", headers=headers)
        other = client.get("/office/enter")
        led = client.get("/office/keys", headers=headers)

    assert (own.status_code, other.status_code, led.status_code) == (200, 403, 303)
