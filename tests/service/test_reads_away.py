"""Whoever is refused while still sending is answered: nothing is left unread in the socket."""

import asyncio
from collections.abc import Iterator
from itertools import chain, repeat

import pytest
from starlette.requests import Request
from starlette.types import Message, Scope

from benban.errors.exchange import RequestMalformedError
from benban.exchange.withdrawal import MAX_WITHDRAWAL_BYTES
from benban.model.fingerprint import Pdq
from benban.service import reads_away
from benban.service.app import make_app
from benban.service.hasher import MOST_PICTURE_BYTES, Hasher
from benban.service.limits import Allowance
from benban.service.shapes import MOST_BYTES, bounded_body
from tests.contract.exchange_stores import empty_store, made_file, server, store
from tests.service.exchange_client import Exchange, exchange
from tests.unit.exchange.shared import SECOND

__all__ = ["empty_store", "exchange", "made_file", "server", "store"]
_PIECE = b" " * 4_096
_JSON = {"content-type": "application/json"}
_FORM = {"content-type": "multipart/form-data; boundary=edge"}


class _Caller:
    """
    Sends pieces as a server takes them from a socket.

    Attributes:
        taken: pieces so far.
        read: how many of them when the answer began; None before.
        status: of the answer.
    """

    def __init__(self, pieces: Iterator[Message]) -> None:
        self._pieces, self.taken = pieces, 0
        self.read: int | None = None
        self.status = 0

    async def receive(self) -> Message:
        self.taken += 1
        await asyncio.sleep(0)
        return next(self._pieces)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.read, self.status = self.taken, message["status"]


def _pieces(count: int) -> Iterator[Message]:
    yield from repeat(_message(more=True), count - 1)
    yield _message(more=False)


def _message(*, more: bool) -> Message:
    return {"type": "http.request", "body": _PIECE, "more_body": more}


def _scope(path: str, headers: dict[str, str]) -> Scope:
    said = {"host": "exchange", "transfer-encoding": "chunked", **headers}
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in said.items()],
        "client": ("192.0.2.7", 5),
        "server": ("exchange", 80),
    }


def _ask(
    exchange: Exchange, scope: Scope, pieces: Iterator[Message], hasher: Hasher | None = None
) -> _Caller:
    caller = _Caller(pieces)
    app = make_app(exchange.process, Allowance(), hasher=hasher)
    asyncio.run(app(scope, caller.receive, caller.send))
    return caller


@pytest.mark.parametrize(
    ("path", "headers", "pieces", "status"),
    [
        ("/v1/lookups", _JSON, 200, 401),
        ("/v1/lookups", _JSON | {"authorization": "Bearer bbx_0_0"}, 200, 401),
        ("/v1/withdrawals", _JSON, 8, 400),
        ("/v1/withdrawals", {"content-type": "image/png"}, 8, 400),
        ("/v1/withdrawals", _FORM, 8, 422),
        ("/v1/nothing", _JSON, 8, 404),
        ("/v1/banks", _JSON, 8, 405),
    ],
)
def test_all_is_read_before_a_refusal(
    exchange: Exchange, path: str, headers: dict[str, str], pieces: int, status: int
) -> None:
    caller = _ask(exchange, _scope(path, headers), _pieces(pieces))

    assert (caller.status, caller.read) == (status, pieces)


def test_all_is_read_of_what_a_member_sends_too_much_of(exchange: Exchange) -> None:
    pieces = 2 * MOST_BYTES // len(_PIECE)
    named = _JSON | {"authorization": f"Bearer {exchange.keys[SECOND]}"}

    caller = _ask(exchange, _scope("/v1/lookups", named), _pieces(pieces))

    assert (caller.status, caller.read) == (400, pieces)


def test_all_is_read_of_whoever_asks_too_often(exchange: Exchange) -> None:
    caller = _Caller(_pieces(8))
    app = make_app(exchange.process, Allowance(withdrawals_a_minute=0))

    asyncio.run(app(_scope("/v1/withdrawals", _JSON), caller.receive, caller.send))

    assert (caller.status, caller.read) == (429, 8)


def test_what_has_no_end_is_answered(exchange: Exchange) -> None:
    caller = _ask(exchange, _scope("/v1/lookups", _JSON), repeat(_message(more=True)))

    assert caller.status == 401
    assert caller.read is not None
    assert 0 < caller.read * len(_PIECE) - MOST_BYTES <= 2 * len(_PIECE)


class _Unused:
    def hashed(self, untrusted_picture: bytes) -> Pdq:
        raise AssertionError(len(untrusted_picture))


def test_a_picture_is_read_away_where_pictures_are_taken(exchange: Exchange) -> None:
    pieces = MOST_PICTURE_BYTES // len(_PIECE)

    caller = _ask(exchange, _scope("/m/lookup", _FORM), _pieces(pieces), _Unused())

    assert (caller.status, caller.read) == (401, pieces)


@pytest.mark.parametrize("most", [MAX_WITHDRAWAL_BYTES, MOST_BYTES])
def test_of_what_is_kept_no_more_is_taken_than_may_be(most: int) -> None:
    caller = _Caller(repeat(_message(more=True)))
    request = Request(_scope("/v1/lookups", _JSON), caller.receive)

    with pytest.raises(RequestMalformedError):
        asyncio.run(bounded_body(request, most=most))

    assert caller.taken == most // len(_PIECE) + 1


def test_whoever_hangs_up_is_not_waited_for(exchange: Exchange) -> None:
    gone = chain([_message(more=True)], repeat({"type": "http.disconnect"}))

    caller = _ask(exchange, _scope("/v1/lookups", _JSON), gone)

    assert (caller.status, caller.read) == (401, 2)


class _Silent(_Caller):
    async def receive(self) -> Message:
        await asyncio.Event().wait()
        raise AssertionError


def test_whoever_sends_nothing_more_is_answered(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads_away, "_READS_FOR_S", 0.01)
    caller = _Silent(iter(()))
    app = make_app(exchange.process, Allowance())

    asyncio.run(app(_scope("/v1/lookups", _JSON), caller.receive, caller.send))

    assert caller.status == 401


def test_whoever_asks_before_sending_is_told_no_at_once(exchange: Exchange) -> None:
    waits = _scope("/v1/lookups", _JSON | {"expect": "100-continue"})

    caller = _ask(exchange, waits, _pieces(8))

    assert (caller.status, caller.read) == (401, 0)


def test_all_is_read_of_whoever_asked_before_sending_and_was_let(exchange: Exchange) -> None:
    pieces = 2 * MOST_BYTES // len(_PIECE)
    named = {"authorization": f"Bearer {exchange.keys[SECOND]}", "expect": "100-continue"}

    caller = _ask(exchange, _scope("/v1/lookups", _JSON | named), _pieces(pieces))

    assert (caller.status, caller.read) == (400, pieces)
