"""What an operator turns on: a trusted proxy, HMA's GET, hashing (B5 101)."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from benban.exchange.keys import Scope, new_key
from benban.model.fingerprint import Pdq
from benban.outside.clock import SystemClock
from benban.outside.exchange_node import make_node_folder
from benban.outside.exchange_place import Place
from benban.outside.exchange_store.store import DatabaseStore
from benban.service.app import make_app
from benban.service.hasher import MOST_UPLOADS
from benban.service.limits import Allowance
from benban.service.serve import Serving, app_of_worker, config_of
from benban.testing.pictures import draw_feed_picture
from tests.contract.exchange_stores import OPERATOR, made_file, store
from tests.service.exchange_client import Client, Exchange, exchange
from tests.unit.exchange.shared import SECOND, pdq

__all__ = ["exchange", "made_file", "store"]

_FORM = "multipart/form-data; boundary=b0"
_HEAD = b'--b0\r\nContent-Disposition: form-data; name="photo"; filename="x"\r\n\r\n'
_PICTURE = _HEAD + b"x\r\n--b0--\r\n"
_PROXY = "127.0.0.1"


@pytest.fixture
def empty_store(made_file: Path, tmp_path: Path) -> Iterator[DatabaseStore]:
    """SQLite alone."""
    shutil.copy(made_file, tmp_path / "exchange.db")
    opened = DatabaseStore(f"sqlite:///{tmp_path / 'exchange.db'}")
    yield opened
    opened.close()


@pytest.fixture
def serving(store: DatabaseStore, tmp_path: Path) -> Serving:
    """What is served where nothing was turned on."""
    del store
    place = Place(folder=tmp_path / "exchange")
    place.begin()
    make_node_folder(place.node)
    return Serving(
        folder=place.folder,
        database=f"sqlite:///{tmp_path / 'exchange.db'}",
        host="127.0.0.1",
        port=8690,
        workers=1,
    )


def _app(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    said = json.dumps({**asdict(serving), "folder": str(serving.folder)})
    monkeypatch.setenv("BENBAN_EXCHANGE_PROCESS", said)
    return app_of_worker()


def _key(store: DatabaseStore, *networks: str) -> str:
    now = SystemClock().now()
    kept, shown = new_key(
        SECOND, frozenset(Scope), now=now, life=timedelta(days=1), networks=networks
    )
    with store.within(OPERATOR) as work:
        work.keep_key(kept)
    return shown


async def _from(app: object, address: str, key: str, forwarded: str) -> int:
    transport = ASGITransport(app, client=(address, 5))  # type: ignore[arg-type]
    headers = {"Authorization": f"Bearer {key}", "X-Forwarded-For": forwarded}
    async with AsyncClient(transport=transport, base_url="http://exchange") as client:
        return (await client.get("/v1/banks", headers=headers)).status_code


@pytest.mark.parametrize(
    ("trusted", "address", "forwarded", "status"),
    [
        (_PROXY, _PROXY, "192.0.2.9", 200),
        (_PROXY, _PROXY, "192.0.2.9, 198.51.100.1", 401),
        (_PROXY, _PROXY, "198.51.100.1", 401),
        (_PROXY, "198.51.100.1", "192.0.2.9", 401),
        ("", _PROXY, "192.0.2.9", 401),
        ("", "192.0.2.9", "", 200),
    ],
)
def test_a_key_s_network_is_where_the_one_trusted_proxy_says(
    serving: Serving,
    store: DatabaseStore,
    monkeypatch: pytest.MonkeyPatch,
    trusted: str,
    address: str,
    forwarded: str,
    status: int,
) -> None:
    key = _key(store, "192.0.2.0/24")
    proxied = replace(serving, trusted_proxy=trusted)
    said = json.dumps({**asdict(proxied), "folder": str(proxied.folder)})
    monkeypatch.setenv("BENBAN_EXCHANGE_PROCESS", said)
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    config = config_of(proxied)
    config.load()

    assert asyncio.run(_from(config.loaded_app, address, key, forwarded)) == status


def test_a_hash_stands_in_no_address_unless_that_was_turned_on(
    serving: Serving, store: DatabaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = {"Authorization": f"Bearer {_key(store)}"}
    asked = f"lookup?signal_type=pdq&signal={pdq(1).hex}"

    for serves, status in ((serving, 400), (replace(serving, hma_get=True), 200)):
        client = Client(_app(serves, monkeypatch))
        for path in (f"/m/{asked}", f"/m/raw_{asked}"):
            answer = client.get(path, **key)
            assert (answer.status_code, pdq(1).hex in answer.text) == (status, False)
        body = json.dumps({"signal_type": "pdq", "signal": pdq(1).hex}).encode()
        assert client.post("/m/lookup", content=body, headers=key).status_code == 200
        shutil.rmtree(serving.folder / "node")
        make_node_folder(serving.folder / "node")


def test_pictures_are_hashed_in_the_fence_once_that_was_turned_on(
    serving: Serving, store: DatabaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Authorization": f"Bearer {_key(store)}", "Content-Type": _FORM}
    form = _HEAD + draw_feed_picture(3) + b"\r\n--b0--\r\n"
    client = Client(_app(replace(serving, hashing=True), monkeypatch))

    answer = client.post("/h/hash", content=form, headers=headers)

    assert (answer.status_code, len(answer.json()["pdq"])) == (200, 64)


class _Slow:
    """A hasher that waits for a word."""

    def __init__(self) -> None:
        self.go_on = Event()

    def hashed(self, untrusted_picture: bytes) -> Pdq:
        """Return a hash, after the word."""
        assert untrusted_picture == b"x"
        assert self.go_on.wait(30)
        return pdq(1)


async def _at_once(app: FastAPI, key: str, slow: _Slow) -> list[int]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": _FORM}
    async with AsyncClient(transport=ASGITransport(app), base_url="http://exchange") as client:
        asked = [
            asyncio.create_task(client.post("/h/hash", content=_PICTURE, headers=headers))
            for _ in range(MOST_UPLOADS + 2)
        ]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        slow.go_on.set()
        statuses = [(await one).status_code for one in asked]
        after = await client.post("/h/hash", content=_PICTURE, headers=headers)
        return [*sorted(statuses), after.status_code]


def test_only_few_pictures_are_in_memory_at_once(exchange: Exchange) -> None:
    slow = _Slow()
    app = make_app(exchange.process, Allowance(), hasher=slow)

    statuses = asyncio.run(_at_once(app, exchange.keys[SECOND], slow))

    assert statuses == [200] * MOST_UPLOADS + [429] * 2 + [200]
