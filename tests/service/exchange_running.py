"""An exchange as it runs: ``benban exchange serve`` in processes of its own, on loopback."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx

from benban.exchange.answers import opaque_number
from benban.exchange.attestation import proof_bytes
from benban.exchange.keys import Scope, new_key
from benban.exchange.ports import Member, SharedBank
from benban.model.shared_hash import BankRule, MemberId
from benban.outside.clock import SystemClock
from benban.outside.exchange_place import Place
from benban.outside.exchange_store.store import DatabaseStore
from benban.seal.note import key_id, public_key_of
from benban.service.limits import Allowance
from tests.contract.exchange_stores import BANK, OPERATOR
from tests.plain_http import NO_ROOTS
from tests.ports import held_port
from tests.unit.exchange.shared import ATTESTER, SECOND, consent_proof, pdq

# Longer than any start takes; who waits so long sees what the program said.
_PATIENCE_S = 120
# What an operator cannot set: how much a key may ask.
_SERVES = """
import json, sys
from pathlib import Path
from benban.service.limits import Allowance
from benban.service.serve import Serving, serve
said = json.loads(sys.argv[1])
folder, allowance = Path(said.pop("folder")), Allowance(**said.pop("allowance"))
sys.exit(serve(Serving(folder=folder, allowance=allowance, host="127.0.0.1", **said)))
"""


@dataclass(kw_only=True)
class Running:
    """
    A served exchange with two members that read one bank.

    Attributes:
        allowance: another one than the command's; then without ``options``.
        confirmers: more members that read it: nobody confirms many of one other member's in a day.
        options: of ``exchange serve``, beside those that say where.
    """

    place: Place
    database: str
    workers: int = 2
    allowance: Allowance | None = None
    confirmers: tuple[MemberId, ...] = ()
    options: tuple[str, ...] = ()
    keys: dict[MemberId, str] = field(default_factory=dict)
    port: int = 0
    program: subprocess.Popen[bytes] | None = None

    def set_up(self) -> None:
        """Make the folder, members, keys and the bank; the tables are there."""
        self.place.begin()
        (self.place.folder / "duty.txt").write_text("2026-11-01\nWhat we report.\n")
        now = SystemClock().now()
        with self._store() as store, store.within(OPERATOR) as work:
            members = (ATTESTER, SECOND, *self.confirmers)
            for member in members:
                secret = member.encode()[-8:] * 4
                work.keep_member(Member(id=member, name=member, secret=secret, made_at=now))
                kept, self.keys[member] = new_key(
                    member, frozenset(Scope), now=now, life=timedelta(days=9)
                )
                work.keep_key(kept)
            work.keep_bank(
                SharedBank(
                    id=BANK,
                    ordinal=0,
                    name="bank",
                    rule=BankRule.MATCH,
                    owner=ATTESTER,
                    readers=frozenset(members),
                    hands_in=frozenset({ATTESTER, SECOND}),
                )
            )

    def beside(self, place: Place, *, workers: int) -> "Running":
        """Return another node over the same database, which signs with the same key."""
        place.begin()
        for name in ("signing-key", "duty.txt"):
            (place.folder / name).write_bytes((self.place.folder / name).read_bytes())
        return Running(place=place, database=self.database, workers=workers, keys=self.keys)

    def start(self) -> None:
        """Return once every process answers."""
        with held_port() as self.port:
            self.program = subprocess.Popen(
                self._command(),
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                stdin=subprocess.DEVNULL,
            )
            self.wait_for_all()

    def _command(self) -> list[str]:
        if self.allowance is None:
            options = ["--folder", str(self.place.folder), "--database", self.database]
            options += ["--port", str(self.port), "--workers", str(self.workers), *self.options]
            return [sys.executable, "-m", "benban", "exchange", "serve", *options]
        said = {
            "folder": str(self.place.folder),
            "database": self.database,
            "port": self.port,
            "workers": self.workers,
            "allowance": asdict(self.allowance),
        }
        return [sys.executable, "-c", _SERVES, json.dumps(said)]

    def wait_for_all(self) -> None:
        """Return once as many processes answer as there are to be."""
        ends, seen = time.monotonic() + _PATIENCE_S, set[int]()
        while len(seen) < self.workers:
            seen |= {self.asked_process() for _ in range(4)} - {0}
            is_ended = self.program is not None and self.program.poll() is not None
            assert not is_ended, "the program ended"
            assert time.monotonic() < ends, "it does not answer"
            time.sleep(0.1)

    def asked_process(self) -> int:
        """Return which process answers a new connection; 0 while none does."""
        try:
            answer = httpx.get(f"{self.address}/health", verify=NO_ROOTS, trust_env=False)
            return int(answer.json()["process"])
        except httpx.TransportError:
            return 0

    @contextmanager
    def client_of(self, process: int, member: MemberId = SECOND) -> Iterator[httpx.Client]:
        """Return a connection that this process answers."""
        while True:
            with self.client(member) as client:
                if client.get("/health").json()["process"] == process:
                    yield client
                    return

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Return the exit code, after the signal."""
        if self.program is None:
            return 0
        children = self.children()
        self.program.send_signal(number)
        code = self.program.wait(_PATIENCE_S)
        if number is signal.SIGKILL:
            # They see by their pipe that nobody watches any more, or are ended here.
            for child in children:
                _end(child)
        self.program = None
        return code

    def children(self) -> list[int]:
        """Return the processes that answer."""
        assert self.program is not None
        listed = Path(f"/proc/{self.program.pid}/task/{self.program.pid}/children").read_text()
        return [one for one in map(int, listed.split()) if _answers(one)]

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def client(self, member: MemberId = SECOND) -> Iterator[httpx.Client]:
        """Return one connection, which one process answers."""
        headers = {"Authorization": f"Bearer {self.keys[member]}"}
        with httpx.Client(
            base_url=self.address, headers=headers, timeout=30, trust_env=False, verify=NO_ROOTS
        ) as client:
            yield client

    def attest(self, seed: int, client: httpx.Client) -> httpx.Response:
        """Hand in the hash of a seed."""
        exchange = key_id(public_key_of(self.place.signing_key()))
        proof = consent_proof(
            said={"exchange": exchange, "pdq": pdq(seed).hex}, at=SystemClock().now()
        )
        body = {
            "bank": BANK,
            "provenance": "case-of-a-hotline",
            "proof": base64.b64encode(proof_bytes(proof)).decode(),
        }
        return client.post("/v1/hashes", content=json.dumps(body))

    def number_for_second(self, number_of_change: int) -> str:
        """Return what the second member calls the hash of a change."""
        with self._store() as store, store.within(OPERATOR) as work:
            one = work.changes(number_of_change - 1, 1)[0].hash_id
            secret = next(member.secret for member in work.members() if member.id == SECOND)
        return opaque_number(one, secret)

    @contextmanager
    def _store(self) -> Iterator[DatabaseStore]:
        store = DatabaseStore(self.database)
        try:
            yield store
        finally:
            store.close()

    def open_store(self) -> DatabaseStore:
        """Return the system of record; who asks closes it."""
        return DatabaseStore(self.database)


def asks(client: httpx.Client, *seeds: int) -> list[int]:
    """Return the places at which something is near."""
    answer = client.post("/v1/lookups", content=json.dumps({"hashes": [pdq(s).hex for s in seeds]}))
    assert answer.status_code == 200, answer.text
    return [one["at"] for one in answer.json()["matches"]]


def _answers(process: int) -> bool:
    # The interpreter's own helper for children that are spawned answers nobody.
    said = Path(f"/proc/{process}/cmdline").read_bytes()
    return b"spawn_main" in said


def _end(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return
