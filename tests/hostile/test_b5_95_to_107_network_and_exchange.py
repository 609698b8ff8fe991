"""
B5 95 to 107: the network, and an exchange that others reach.

What stands elsewhere is named by its number in ``tests/hostile/README.md``; here is what no other
test holds.
"""

import gzip
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Response
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response as Answer
from starlette.routing import Route

from benban.errors.exchange import PeerUnreachableError
from benban.exchange.answers import opaque_number
from benban.exchange.feed import open_delta
from benban.exchange.flood import FloodLimits
from benban.exchange.keys import Scope, new_key
from benban.model.shared_hash import HashState, MemberId
from benban.outside.exchange_store.store import DatabaseStore
from benban.outside.stopncii import Endpoint, Keys, StopNcii
from benban.outside.subscription import Subscription
from benban.seal.note import public_key_of
from benban.service.app import make_app
from benban.service.limits import Allowance
from benban.wiring_exchange import begin_process
from tests import postgresql
from tests.contract.exchange_stores import CLOSED, OPERATOR, empty_store, made_file, server, store
from tests.hostile.conftest import Listener
from tests.path.terminal import run
from tests.service.exchange_client import SIGNING_KEY, Client, Exchange, exchange
from tests.service.served import served
from tests.unit.exchange.shared import ATTESTER, CONFIRM, NOW, SECOND, THIRD, pdq

__all__ = ["empty_store", "exchange", "made_file", "server", "store"]

_ON_SQLITE = pytest.mark.parametrize("empty_store", ["sqlite"], indirect=True)
_ON_POSTGRESQL = pytest.mark.parametrize("empty_store", ["postgresql"], indirect=True)

# 95, 98: other organisations' services -------------------------------------------------------


def _subscribes(base_url: str) -> None:
    public = public_key_of(SIGNING_KEY)
    asked = Subscription(base_url=base_url, key="bbx_", member=ATTESTER, public_key=public)
    list(asked.deltas(0))


def _fetches(base_url: str) -> None:
    functions = dict.fromkeys(Endpoint, "key")
    list(StopNcii(base_url, Keys(subscription="s", functions=functions)).pages())


PEERS: dict[str, Callable[[str], None]] = {"exchange": _subscribes, "StopNCII": _fetches}
ELSEWHERE = {
    "metadata": "http://169.254.169.254/latest",
    "private": "http://10.0.0.1",
    "a name without TLS": "http://exchange.example",
    "a name that says it is here": "http://localhost.exchange.example",
    "a number": "http://2130706433",
    "hexadecimal": "http://0x7f000001",
    "short": "http://127.1",
    "octal": "http://0177.0.0.1",
    "mapped metadata": "http://[::ffff:169.254.169.254]",
    "NAT64": "http://[64:ff9b::a9fe:a9fe]",
    "6to4": "http://[2002:a9fe:a9fe::1]",
    "link-local with a zone": "http://[fe80::1%25lo]",
    "a port that looks like a host": "http://github.com:80:x@169.254.169.254",
    "a user": "https://hma:bbx_@exchange.example",
    "gopher": "gopher://127.0.0.1:6379/_x",
    "ftp": "ftp://127.0.0.1",
    "a file": "file:///etc/passwd",
    "no host": "http://",
    "half an address": "http://[::1",
}


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("name", ELSEWHERE)
def test_b5_95_a_key_goes_to_no_such_address(peer: str, name: str) -> None:
    # No socket opens in these tests but on loopback: whoever tried would hear another error.
    with pytest.raises(PeerUnreachableError) as refused:
        PEERS[peer](ELSEWHERE[name])

    assert refused.value.params["reason"] == "address"


class _Peer:
    """A service that answers each question in one way, and counts them."""

    def __init__(self, status: int, **headers: str) -> None:
        self.asked = 0
        self._status, self._headers = status, headers

    def app(self) -> Starlette:
        """Return it."""
        return Starlette(routes=[Route("/{path:path}", self._answer)])

    async def _answer(self, _request: Request) -> Answer:
        self.asked += 1
        return Answer(b"{}", status_code=self._status, headers=self._headers)


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_b5_95_a_redirect_takes_a_key_nowhere(listener: Listener, peer: str, status: int) -> None:
    leads = _Peer(status, Location=f"http://127.0.0.1:{listener.port}/v1/changes")
    with served(leads.app()) as address, pytest.raises(PeerUnreachableError) as refused:
        PEERS[peer](address)

    assert (refused.value.params["reason"], leads.asked, listener.callers) == (status, 1, 0)


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_b5_98_who_says_not_now_is_not_asked_again_by_itself(peer: str, status: int) -> None:
    busy = _Peer(status, **{"Retry-After": "0"})
    with served(busy.app()) as address, pytest.raises(PeerUnreachableError) as refused:
        PEERS[peer](address)

    assert (refused.value.params["reason"], busy.asked) == (status, 1)


@_ON_SQLITE
def test_b5_98_who_asks_too_much_is_told_when_again(exchange: Exchange) -> None:
    app = make_app(exchange.process, Allowance(hashes_a_day=3))
    exchange.client = Client(app)
    asked = {"hashes": [pdq(seed).hex for seed in range(2)]}

    first, second = (exchange.post("/v1/lookups", asked, SECOND) for _ in range(2))

    assert (first.status_code, second.status_code, second.json()["code"]) == (200, 429, "BB-966")
    assert 1 <= int(second.headers["Retry-After"]) <= 86_400


# 96: bodies ----------------------------------------------------------------------------------

_TAKES = ("/v1/lookups", "/v1/lookups/explain", "/v1/hashes", "/m/lookup", "/m/compare")


def _sent(exchange: Exchange, path: str, content: bytes, **headers: str) -> Response:
    named = {"Authorization": f"Bearer {exchange.keys[SECOND]}", **headers}
    return exchange.client.post(path, content=content, headers=named)


@_ON_SQLITE
@pytest.mark.parametrize("path", _TAKES)
def test_b5_96_a_packed_body_is_refused_and_never_unpacked(exchange: Exchange, path: str) -> None:
    # A thousand times smaller than what comes out of it.
    bomb = gzip.compress(b'{"hashes": ["' + b"0" * (20 << 20) + b'"]}')
    answers = [
        _sent(exchange, path, bomb, **{"Content-Encoding": packed})
        for packed in ("gzip", "GZIP", "br", "deflate", "zstd", "identity, gzip", "x", "")
    ]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(400, "BB-967")}


@_ON_SQLITE
@pytest.mark.parametrize("path", _TAKES)
def test_b5_96_a_body_without_end_is_read_no_further_than_may_be(
    exchange: Exchange, path: str
) -> None:
    piece, given = b"x" * (64 << 10), 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while True:
            given += len(piece)
            yield piece

    headers = {"Authorization": f"Bearer {exchange.keys[SECOND]}"}
    answer = exchange.client.request("POST", path, content=endless(), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "BB-967")
    # As much as may be, and as much again is read away so that the refusal arrives.
    assert given <= (2 << 20) + 4 * len(piece)


@_ON_SQLITE
@pytest.mark.parametrize("path", _TAKES)
def test_b5_96_a_body_in_another_charset_is_none(exchange: Exchange, path: str) -> None:
    said = json.dumps({"hashes": [pdq(1).hex], "reason": "é" * 20}, ensure_ascii=False)
    bodies = [said.encode(charset) for charset in ("utf-16", "utf-32", "latin-1", "utf-8-sig")]

    answers = [
        _sent(exchange, path, one, **{"Content-Type": "application/json; charset=utf-16"})
        for one in bodies
    ]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(400, "BB-967")}


# 100: tenants --------------------------------------------------------------------------------

_GUARDED = "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'"


@pytest.fixture
def unguarded(server: postgresql.Server, store: DatabaseStore) -> Iterator[list[str]]:
    """The tables of a database whose owner turned row-level security off by mistake."""
    del store
    import psycopg

    with psycopg.connect(server.address(postgresql.OWNER)) as connection:
        tables = [str(name) for (name,) in connection.execute(_GUARDED).fetchall()]
    server.run(*(f"ALTER TABLE {one} DISABLE ROW LEVEL SECURITY" for one in tables))
    yield tables
    server.run(*(f"ALTER TABLE {one} ENABLE ROW LEVEL SECURITY" for one in tables))


@_ON_POSTGRESQL
def test_b5_100_without_row_level_security_a_stranger_still_reaches_nothing(
    unguarded: list[str], exchange: Exchange
) -> None:
    assert {"hashes", "changes", "banks", "audit"} <= set(unguarded)
    exchange.activate(1)
    with exchange.process.store.within(OPERATOR) as work:
        hash_id = work.changes(0, 1)[0].hash_id
        secret = next(one.secret for one in work.members() if one.id == THIRD)
    # As if the stranger had guessed it: the number by which they would name it.
    number = opaque_number(hash_id, secret)
    public = public_key_of(SIGNING_KEY)

    assert exchange.asks(1, by=THIRD) == []
    assert exchange.get(f"/v1/hashes/{number}", THIRD).status_code == 404
    for act in ("confirm", "dispute", "withdraw", "renew"):
        reason = {"confirm": CONFIRM["reason"], "dispute": "lawful-picture"}.get(act, "")
        said = {"act": act, "reason": reason}
        acted = exchange.post(f"/v1/hashes/{number}/acts", said, THIRD)
        assert acted.status_code in {404, 409}, acted.text
    page = exchange.get("/v1/changes", THIRD).content
    assert open_delta(page, public_key=public, member=THIRD, after=0, now=NOW).items == ()
    assert [one["id"] for one in exchange.get("/v1/banks", THIRD).json()] == [CLOSED]
    exchange.process.trail.flush()
    lines = exchange.get("/v1/audit", THIRD).json()["lines"]
    assert {line["entry"]["member"] for line in lines} == {THIRD}
    # And it is still there for those whose it is.
    assert exchange.asks(1, by=SECOND) == [0]


# 101: keys -----------------------------------------------------------------------------------


def _made(exchange: Exchange, member: MemberId, **made: object) -> str:
    said = {"now": NOW, "life": timedelta(days=1), **made}
    kept, shown = new_key(member, frozenset(Scope), **said)  # type: ignore[arg-type]
    with exchange.process.store.within(OPERATOR) as work:
        work.keep_key(kept)
    return shown


@_ON_SQLITE
def test_b5_101_why_a_key_opens_nothing_is_told_to_nobody(exchange: Exchange) -> None:
    honest = exchange.keys[SECOND]
    ended = _made(exchange, SECOND, now=NOW - timedelta(days=3))
    early = _made(exchange, SECOND, now=NOW + timedelta(days=1))
    elsewhere = _made(exchange, SECOND, networks=("203.0.113.0/24",))
    revoked, stopped = _made(exchange, SECOND), _made(exchange, THIRD)
    with exchange.process.store.within(OPERATOR) as work:
        kept = next(one for one in work.api_keys() if one.id == revoked.split("_")[1])
        work.keep_key(replace(kept, revoked_at=NOW))
        member = next(one for one in work.members() if one.id == THIRD)
        work.keep_member(replace(member, is_stopped=True))
    exchange.process.matcher.follow()
    keys = [
        *(ended, early, elsewhere, revoked, stopped),
        f"{honest[:-1]}{'a' if honest[-1] != 'a' else 'b'}",
        honest.upper(),
        honest + "a",
        honest[:-1],
        honest.replace("_", "-"),
        f"bbx_{'0' * 16}_{honest[-52:]}",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZW0tYmJiYmJiYmJiYmJiYmJiYiJ9.",
        "../../signing-key",
    ]

    answers = [exchange.client.get("/v1/banks", Authorization=f"Bearer {key}") for key in keys]

    (said,) = {(one.status_code, one.content, one.headers["www-authenticate"]) for one in answers}
    assert (said[0], json.loads(said[1])["code"]) == (401, "BB-960")
    assert exchange.get("/v1/banks", SECOND).status_code == 200


# 103: the same request again -----------------------------------------------------------------


def test_b5_103_of_many_that_hand_in_the_same_at_once_one_does(exchange: Exchange) -> None:
    asked, headers = exchange.attestation(1), {"Idempotency-Key": "one"}

    def hand_in(_at: int) -> Response:
        return exchange.post("/v1/hashes", asked, headers=headers)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(hand_in, range(6)))
    again = hand_in(7)

    done = [one.json() for one in answers if one.status_code == 201]
    others = {one.status_code for one in answers} - {201}
    assert (again.status_code, others <= {409, 503}) == (201, True)
    assert done
    assert all(one == again.json() for one in done)
    with exchange.process.store.within(OPERATOR) as work:
        assert len(work.changes(0, 10)) == 1


@_ON_SQLITE
def test_b5_103_what_one_member_was_answered_is_played_back_to_no_other(
    exchange: Exchange,
) -> None:
    asked, headers = exchange.attestation(1), {"Idempotency-Key": "one"}
    first = exchange.post("/v1/hashes", asked, headers=headers)

    other = exchange.post("/v1/hashes", asked, SECOND, headers=headers)

    assert (first.status_code, other.json()["code"]) == (201, "BB-953")
    assert first.json()["number"] not in other.text


# 104: the audit ------------------------------------------------------------------------------

_TAMPERED = {
    "who": "UPDATE audit SET actor = 'nobody' WHERE number = 2",
    "how many": "UPDATE audit SET found = 7 WHERE number = 2",
    "when": "UPDATE audit SET at = at + 1 WHERE number = 2",
    "what": "UPDATE audit SET deed = 'lookup' WHERE deed = 'explain'",
    "why": "UPDATE audit SET reason = 'Another reason than was said.' WHERE reason != ''",
    "a line is gone": "DELETE FROM audit WHERE number = 2",
    "the first is gone": "DELETE FROM audit WHERE number = 1",
    "its digest": "UPDATE audit SET digest = substr(digest, 2) || '0' WHERE number = 2",
    "a line that counts for another": "UPDATE audit SET number = 9 WHERE number = 3",
    "a line in the place of one": "REPLACE INTO audit SELECT member, number, at, 'nobody', deed,"
    " subject, asked, found, reason, digest FROM audit WHERE number = 2",
}


@_ON_SQLITE
def test_b5_104_whatever_is_changed_in_the_audit_shows(exchange: Exchange, tmp_path: Path) -> None:
    explained = {"hash": pdq(1).hex, "reason": "A post was disputed by its author."}
    for _ in range(4):
        assert exchange.post("/v1/lookups/explain", explained, SECOND).status_code == 200
    exchange.process.store.close()  # type: ignore[attr-defined]
    words = ("exchange", "audit", "verify", "--folder", str(tmp_path / "x"), "--json")

    def verified(file: Path) -> tuple[int, bool]:
        ran = run(*words, "--database", f"sqlite:///{file}")
        return ran.code, "BB-961" in ran.out

    with sqlite3.connect(tmp_path / "exchange.db") as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    assert verified(tmp_path / "exchange.db") == (0, False)
    for at, (name, statement) in enumerate(_TAMPERED.items()):
        copy = tmp_path / f"tampered-{at}.db"
        shutil.copy(tmp_path / "exchange.db", copy)
        with sqlite3.connect(copy) as raw:
            # Whoever opens the file in passing is refused; its owner takes the refusal away.
            with pytest.raises(sqlite3.IntegrityError):
                raw.execute(statement)
            for verb in ("UPDATE", "DELETE", "REPLACE"):
                raw.execute(f"DROP TRIGGER audit_no_{verb}")
            assert raw.execute(statement).rowcount > 0, name
        raw.close()
        assert verified(copy) == (1, True), name


# 105: a poisoned bank ------------------------------------------------------------------------


def test_b5_105_who_floods_a_bank_makes_nothing_match(
    exchange: Exchange, store: DatabaseStore
) -> None:
    process = begin_process(
        store,
        signing_key=SIGNING_KEY,
        limits=FloodLimits(per_member_a_day=2),
        clock=exchange.clock,
    )
    flooded = Exchange(
        client=Client(make_app(process, Allowance())),
        process=process,
        clock=exchange.clock,
        keys=exchange.keys,
    )
    states = [flooded.attest(seed).json()["state"] for seed in range(1, 5)]
    with process.store.within(OPERATOR) as work:
        held = work.waiting(HashState.HELD, 10)
        secret = next(one.secret for one in work.members() if one.id == SECOND)

    confirmed = [
        flooded.post(
            f"/v1/hashes/{opaque_number(one.id, secret)}/acts", CONFIRM, SECOND
        ).status_code
        for one in held
    ]
    # Not with time either: a held hash waits for two people.
    exchange.clock.advance(timedelta(days=8).total_seconds())
    process.matcher.follow()
    process.office.tick()

    assert states == ["quarantine", "quarantine", "held", "held"]
    assert confirmed == [409, 409]
    assert flooded.asks(1, 2, 3, 4) == [0, 1]
