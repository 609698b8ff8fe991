"""B5 120 for an exchange: whatever is asked of it, no hash and no key is written anywhere."""

import asyncio
import base64
import gc
import logging
import shutil
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from benban.outside.exchange_place import Place
from benban.service.quiet_log import FramesOnly
from tests.contract.exchange_stores import OPERATOR, made_file
from tests.service.exchange_running import Running, asks
from tests.unit.exchange.shared import ATTESTER, SECOND, pdq

__all__ = ["made_file"]

_REASON = "A post was disputed by its author."
_ACTIVE, _BROKEN = 1, 666


@pytest.fixture
def running(made_file: Path, tmp_path: Path) -> Iterator[Running]:
    """An exchange before it is served, also with what puts hashes into addresses, and pages."""
    shutil.copy(made_file, tmp_path / "exchange.db")
    config = tmp_path / "exchange.toml"
    config.write_text("hma_get = true\n")
    running = Running(
        place=Place(folder=tmp_path / "exchange"),
        database=f"sqlite:///{tmp_path}/exchange.db",
        workers=1,
        options=("--config", str(config)),
    )
    running.set_up()
    running.place.keep_pages(
        {"origin": "https://exchange.example", "issuer": "https://id.example", "client_id": "b"}
    )
    try:
        yield running
    finally:
        running.end(signal.SIGKILL)


def _forms(pdq_hex: str) -> dict[str, bytes]:
    """Return how a hash may be written."""
    raw = bytes.fromhex(pdq_hex)
    return {
        "hex": pdq_hex.encode(),
        "capitals": pdq_hex.upper().encode(),
        "a piece": pdq_hex[20:40].encode(),
        "bytes": raw,
        "words the other way round": b"".join(raw[at : at + 8][::-1] for at in range(0, 32, 8)),
        "base64": base64.b64encode(raw)[:40],
        "base64 for addresses": base64.urlsafe_b64encode(raw)[:40],
        "a number": str(int(pdq_hex, 16)).encode(),
    }


def _activate(running: Running) -> None:
    with running.client(ATTESTER) as client:
        assert running.attest(_ACTIVE, client).status_code == 201
    store = running.open_store()
    with store.within(OPERATOR) as work:
        newest = work.heads().change
    store.close()
    with running.client(SECOND) as second:
        number = running.number_for_second(newest)
        said = '{"act": "confirm", "reason": "saw-the-report"}'
        confirmed = second.post(f"/v1/hashes/{number}/acts", content=said)
        assert confirmed.status_code == 200
        assert asks(second, _ACTIVE) == [0]


def _ask_everything(running: Running, one: str) -> set[int]:
    """Ask with a hash in every place that there is; return the statuses."""
    key = f"bbx_{'0' * 16}_{one[:52].replace('0', 'a').replace('1', 'b')}"
    hma = f"signal={one}&signal_type=pdq"
    seen = set[int]()
    with running.client(SECOND) as client:
        for path in (
            *(
                f"/m/lookup?{hma}",
                f"/m/raw_lookup?{hma}",
                f"/m/raw_lookup?{hma}&include_distance=1",
            ),
            *(f"/m/lookup/?{hma}", f"/v1/hashes/{one}", f"/v1/changes?after={one}", f"/{one}"),
            *(f"/m/lookup?signal={one}&signal_type=md5", f"/c/bank/{one}", f"/h/hash?url={one}"),
            *(
                f"/v1/audit?after={one}",
                f"/office/{one}",
                f"/office/audit?of={one}",
                f"/metrics?{one}",
            ),
            *(f"/health?{one}", f"/nowhere/{one}?{one}"),
        ):
            for said in (path, path.replace(one, one.upper())):
                seen.add(client.get(said).status_code)
        for path, body in (
            ("/v1/lookups", {"hashes": [one]}),
            ("/v1/lookups", {"hashes": [one.upper()]}),
            ("/v1/lookups", {"hashes": one}),
            ("/v1/lookups", {one: one}),
            ("/v1/lookups/explain", {"hash": one, "reason": _REASON}),
            ("/v1/hashes", {"bank": one[:40], "provenance": one[:32], "proof": one}),
            ("/v1/hashes", {"bank": "x", "provenance": "case-of-a-hotline", "proof": one}),
            (f"/v1/hashes/{one}/acts", {"act": one[:16]}),
            ("/v1/withdrawals", {"leaf": one}),
            ("/m/lookup", {"signal": one, "signal_type": "pdq"}),
            ("/m/compare", {"pdq": [one, one]}),
            ("/c/banks", {"name": one}),
            ("/office/keys", {"key": one}),
            (f"/{one}", {}),
        ):
            headers = {
                "Idempotency-Key": one,
                "Host": "exchange.example",
                "Cookie": f"office={one}",
            }
            seen.add(client.post(path, json=body).status_code)
            seen.add(client.post(path, json=body, headers=headers).status_code)
            seen.add(client.post(path, content=one.encode()).status_code)
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", one[:20]):
            seen.add(client.request(method, f"/c/bank/{one}").status_code)
        stolen = {"Authorization": f"Bearer {key}", "Accept-Language": one}
        seen.add(client.get("/v1/banks", headers=stolen).status_code)
    return seen


def _send_what_is_no_http(running: Running, one: str) -> None:
    key = running.keys[SECOND]
    head = f"POST /v1/lookups HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
    for said in (
        f"GET /m/lookup?signal={one} HTTP/9.9\r\n\r\n",
        f"GET /m/lookup?signal={one}\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        f"{one}\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: x\r\n{one}\r\nAuthorization: Bearer {key}\r\n\r\n",
        f"POST /v1/lookups HTTP/1.1\r\nHost: x\r\nContent-Length: {one}\r\n\r\n",
        f"POST /v1/lookups HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{one}\r\n",
        f"GET /{one} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: {one}\r\n\r\n",
        f"GET /{one * 2_000} HTTP/1.1\r\nHost: x\r\n\r\n",
        # Half a request, and gone.
        f'{head}Content-Length: 999\r\n\r\n{{"hashes": ["{one}"',
    ):
        # Some of it ends with a reset, before all of it was sent.
        with (
            suppress(ConnectionError),
            socket.create_connection(("127.0.0.1", running.port), timeout=30) as raw,
        ):
            raw.sendall(said.encode())
            with suppress(OSError):  # nobody is there any more: it was reset a moment before
                raw.shutdown(socket.SHUT_WR)
            while raw.recv(1 << 16):
                pass


def _break_in_the_database(running: Running) -> httpx.Response:
    """Let the database refuse a row in words that repeat a hash, and ask for what writes one."""
    file = running.database.removeprefix("sqlite:///")
    with sqlite3.connect(file) as raw:
        raw.execute(
            "CREATE TRIGGER repeats BEFORE INSERT ON audit BEGIN"
            f" SELECT RAISE(ABORT, 'there is a row with {pdq(_BROKEN).hex}'); END"
        )
    raw.close()
    with running.client(SECOND) as client:
        question = {"hash": pdq(_BROKEN).hex, "reason": _REASON}
        return client.post("/v1/lookups/explain", json=question)


def test_b5_120_no_hash_and_no_key_is_in_what_an_exchange_writes(
    running: Running, capfd: pytest.CaptureFixture[str]
) -> None:
    # Here and not before: pytest reads what is written to the places of this test alone.
    running.start()
    _activate(running)
    asked = [pdq(_ACTIVE).hex, pdq(4_711).hex]

    statuses = set().union(*(_ask_everything(running, one) for one in asked))
    _send_what_is_no_http(running, asked[0])
    broken = _break_in_the_database(running)
    with running.client() as client:
        shown = [client.get(path).text for path in ("/metrics", "/openapi.json", "/ready")]
    with running.client(SECOND) as client:
        # Its line of the audit is what cannot be written in the end.
        assert asks(client, _ACTIVE) == [0]
    running.end()
    written = capfd.readouterr()

    assert {200, 400, 401, 404, 405} <= statuses
    assert max(statuses) < 500
    assert (broken.status_code, pdq(_BROKEN).hex in broken.text) == (500, False)
    # What broke was said, and where: this looks at something that is written at all.
    assert "IntegrityError" in written.err
    assert "ClientDisconnect" not in written.err
    assert "exchange_store" in written.err
    assert "the audit's last lines are not written" in written.err
    places = {
        "what it prints": (written.out + written.err).encode(),
        "what it shows": "".join(shown).encode(),
        **{
            str(file.relative_to(running.place.folder)): file.read_bytes()
            for file in running.place.folder.rglob("*")
            if file.is_file() and "shelf-" not in str(file)
        },
    }
    wanted = {
        f"{name} of {one[:4]}": form
        for one in (*asked, pdq(_BROKEN).hex)
        for name, form in _forms(one).items()
    }
    wanted |= {f"the key of {who}": key[-52:].encode() for who, key in running.keys.items()}
    found = [
        (what, where)
        for where, said in places.items()
        for what, form in wanted.items()
        if form in said
    ]
    assert found == []
    # The database has them, so the search would find one.
    file = Path(running.database.removeprefix("sqlite:///"))
    database = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
    assert pdq(_ACTIVE).hex.encode() in database


def test_b5_120_what_nobody_waited_for_is_written_without_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    one = pdq(_ACTIVE).hex

    async def broken() -> None:
        raise ValueError(one)

    async def left_alone() -> None:
        task = asyncio.create_task(broken())
        await asyncio.sleep(0)
        del task
        gc.collect()

    log, handler = logging.getLogger("asyncio"), logging.StreamHandler()
    handler.setFormatter(FramesOnly("%(message)s"))
    log.addHandler(handler)
    try:
        asyncio.run(left_alone())
    finally:
        log.removeHandler(handler)

    said = capsys.readouterr().err
    assert "never retrieved" in said
    assert one not in said


def test_b5_120_an_error_that_is_its_own_cause_is_written_once() -> None:
    of_itself, one = ValueError("x"), LookupError("x")
    of_itself.__cause__ = of_itself
    one.__context__ = several = ExceptionGroup("x", [of_itself, one])
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it broke", None, None)
    record.exc_info = (type(several), several, None)

    said = FramesOnly("%(message)s").format(record)

    assert [said.count(kind) for kind in ("ExceptionGroup", "ValueError", "LookupError")] == [1] * 3


def test_b5_120_an_error_is_written_without_its_own_words() -> None:
    one = pdq(_ACTIVE).hex
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it broke", None, None)
    try:
        try:
            int(one + "x", 16)
        except ValueError as error:
            raise ExceptionGroup(one, [LookupError(one)]) from error
    except ExceptionGroup as error:
        record.exc_info = (type(error), error, error.__traceback__)

    said = FramesOnly("%(message)s").format(record)

    assert one not in said
    # Where each was raised stands there as well.
    assert all(kind in said for kind in ("ExceptionGroup", "LookupError", "ValueError"))
    assert Path(__file__).name in said
