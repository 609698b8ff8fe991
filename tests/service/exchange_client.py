"""An exchange in one process with three members, asked over its own HTTP application."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from benban.exchange.answers import opaque_number
from benban.exchange.attestation import proof_bytes
from benban.exchange.flood import FloodLimits
from benban.exchange.keys import Scope, new_key
from benban.exchange.process import Process
from benban.model.shared_hash import MemberId
from benban.outside.exchange_store.store import DatabaseStore
from benban.service.app import make_app
from benban.service.limits import Allowance
from benban.testing.clock import FakeClock
from benban.wiring_exchange import begin_process
from tests.contract.exchange_stores import BANK, OPERATOR
from tests.unit.exchange.shared import ATTESTER, CONFIRM, NOW, SECOND, THIRD, consent_proof, pdq

SIGNING_KEY = bytes(range(100, 132))
EVERYTHING = frozenset(Scope)


class Client:
    """Sends requests to an application in this process; no socket is opened."""

    def __init__(self, app: FastAPI) -> None:
        self._transport = ASGITransport(app, client=("192.0.2.7", 5))

    def request(
        self,
        method: str,
        path: str,
        *,
        content: bytes | AsyncIterator[bytes] = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return the answer."""
        return asyncio.run(self._asked(method, path, content, dict(headers or {})))

    def get(self, path: str, **headers: str) -> Response:
        """Return a page."""
        return self.request("GET", path, headers=headers)

    def post(
        self, path: str, *, content: bytes, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Return the answer to bytes."""
        return self.request("POST", path, content=content, headers=headers)

    async def _asked(
        self,
        method: str,
        path: str,
        content: bytes | AsyncIterator[bytes],
        headers: dict[str, str],
    ) -> Response:
        async with AsyncClient(transport=self._transport, base_url="http://exchange") as client:
            return await client.request(method, path, content=content, headers=headers)


@dataclass(kw_only=True)
class Exchange:
    """The application, and a key with every scope for each member."""

    client: Client
    process: Process
    clock: FakeClock
    keys: dict[MemberId, str] = field(default_factory=dict)

    def post(
        self,
        path: str,
        body: object,
        by: MemberId | None = ATTESTER,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send JSON, as a member or as nobody."""
        named = {"Content-Type": "application/json", **self._as(by), **(headers or {})}
        return self.client.post(path, content=json.dumps(body).encode(), headers=named)

    def get(self, path: str, by: MemberId | None = ATTESTER) -> Response:
        """Ask for a page."""
        return self.client.get(path, **self._as(by))

    def attest(self, seed: int = 1, by: MemberId = ATTESTER) -> Response:
        """Hand in the hash of a seed."""
        return self.post("/v1/hashes", self.attestation(seed), by)

    def attestation(self, seed: int = 1, **said: str) -> dict[str, str]:
        """Return what is handed in."""
        proof = consent_proof(
            said={"exchange": self.process.exchange, "pdq": pdq(seed).hex, **said}
        )
        return {
            "bank": BANK,
            "provenance": "case-of-a-hotline",
            "proof": base64.b64encode(proof_bytes(proof)).decode(),
        }

    def activate(self, seed: int = 1) -> str:
        """Return the attester's number of a hash that answers."""
        number = str(self.attest(seed).json()["number"])
        # The second member has another number for it.
        with self.process.store.within(OPERATOR) as work:
            newest = work.changes(0, 10_000)[-1].hash_id
            secret = next(one.secret for one in work.members() if one.id == SECOND)
        theirs = opaque_number(newest, secret)
        done = self.post(f"/v1/hashes/{theirs}/acts", CONFIRM, SECOND)
        assert done.status_code == 200
        return number

    def asks(self, *seeds: int, by: MemberId = SECOND) -> list[int]:
        """Return the places at which something is near."""
        answer = self.post("/v1/lookups", {"hashes": [pdq(seed).hex for seed in seeds]}, by)
        assert answer.status_code == 200
        return [one["at"] for one in answer.json()["matches"]]

    def _as(self, by: MemberId | None) -> dict[str, str]:
        return {} if by is None else {"Authorization": f"Bearer {self.keys[by]}"}


@pytest.fixture
def exchange(store: DatabaseStore) -> Exchange:
    """An exchange with the members and banks of ``tests.contract.exchange_stores``."""
    clock = FakeClock(NOW)
    keys: dict[MemberId, str] = {}
    with store.within(OPERATOR) as work:
        for member in (ATTESTER, SECOND, THIRD):
            kept, keys[member] = new_key(member, EVERYTHING, now=NOW, life=timedelta(days=90))
            work.keep_key(kept)
    process = begin_process(store, signing_key=SIGNING_KEY, limits=FloodLimits(), clock=clock)
    app = make_app(process, Allowance(), is_get_taken=True)
    return Exchange(client=Client(app), process=process, clock=clock, keys=keys)
