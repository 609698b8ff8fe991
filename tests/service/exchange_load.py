"""Who asks, hands in, takes back and restarts while an exchange is under load."""

import base64
import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Lock, Thread

from benban.exchange.answers import hash_id_in, opaque_number
from benban.exchange.attestation import check_proof, proof_bytes, read_proof
from benban.exchange.flood import MOST_CONFIRMS_A_DAY
from benban.exchange.withdrawal import sign_withdrawal
from benban.model.shared_hash import MemberId
from benban.outside.clock import SystemClock
from benban.seal.note import key_id, public_key_of
from tests import postgresql
from tests.contract.exchange_stores import BANK
from tests.service.exchange_ledger import Entry, Ledger
from tests.service.exchange_running import Running
from tests.service.exchange_wire import Wire
from tests.unit.exchange.shared import ATTESTER, CONFIRM, LOG_KEY, SECOND, consent_proof, pdq

_AGAIN_S = 0.05
_WITHOUT_KEY_AGAIN_S = 1.0
# Who is so far behind does not make up for it: what was not asked is not counted.
_BEHIND_S = 1.0
_SAMPLE_S = 5.0
_GOES_ON = 3
# As many as confirm all that one member hands in in a day before the rest of it is held.
CONFIRMERS = tuple(MemberId(f"mem-{one:016d}") for one in range(40))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    How much of what; the long form and the ordinary one differ in these numbers alone.

    Attributes:
        seconds: at least; also until everything was restarted once.
        hashes: in the bank from the beginning.
        singles, batched: questions and hashes in batches a second.
        write_every_s: pause between two hashes handed in; a key may hand in 1,000 an hour.
        calm_s: pause between two restarts.
        away_s: how long the database stays away.
    """

    seconds: float
    hashes: int
    singles: float
    batched: float
    batch: int
    write_every_s: float
    calm_s: float
    away_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Hashes to ask for, and at which places something of the bank is near."""

    hashes: list[str]
    near: frozenset[int]


@dataclass(kw_only=True)
class Load:
    """
    Everybody at work on two nodes over one database.

    Attributes:
        here: the node that everybody asks; what is confirmed there holds at the next question.
        elsewhere: another node, which follows.
    """

    plan: Plan
    here: Running
    elsewhere: Running
    server: postgresql.Server
    singles: list[Question]
    batches: list[Question]
    ledger: Ledger = field(default_factory=Ledger)
    memory_mib: dict[str, list[float]] = field(default_factory=dict)
    ends: Event = field(default_factory=Event)
    _held: dict[int, int] = field(default_factory=dict)
    _wires: list[Wire] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _to_withdraw: "Queue[tuple[float, int, Entry]]" = field(default_factory=Queue)

    def run(self) -> None:
        """Return once the time is over, everything was restarted, and everybody has ended."""
        work: list[Callable[[], None]] = [self._write, self._withdraw, self._weigh]
        work += [lambda: self._ask(self.singles, self.plan.singles / 2, "single")] * 2
        rate = self.plan.batched / self.plan.batch / 2
        work += [lambda: self._ask(self.batches, rate, "batch")] * 2
        work += [
            lambda slot=slot: self._probe(self.here, "here", slot)  # type: ignore[misc]
            for slot in range(self.here.workers)
        ]
        work.append(lambda: self._probe(self.elsewhere, "elsewhere", -1))
        threads = [Thread(target=self._guarded, args=(one,)) for one in work]
        for one in threads:
            one.start()
        try:
            self._restart_all()
        finally:
            self.ends.set()
            for one in threads:
                one.join()
            for wire in self._wires:
                wire.close()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - said at the end, whatever it is
            self.ledger.fail(f"{type(error).__name__} {error}")
            self.ends.set()

    # Restarts, each after the load has gone on since the one before.

    def _restart_all(self) -> None:
        until = time.monotonic() + self.plan.seconds
        is_first = True
        while (is_first or time.monotonic() < until) and not self.ends.is_set():
            for name, restart in self._restarts():
                self._go_on()
                if self.ends.is_set() or (not is_first and time.monotonic() >= until):
                    break
                begun = time.monotonic()
                restart()
                self.ledger.count(name)
                self.ledger.count(f"seconds of: {name}", round(time.monotonic() - begun))
            is_first = False
        while time.monotonic() < until and not self.ends.wait(_AGAIN_S):
            pass
        self._go_on()

    def _restarts(self) -> Iterator[tuple[str, Callable[[], None]]]:
        yield "a process killed", self._kill_a_process
        yield "node killed", lambda: self._begin_anew(signal.SIGKILL)
        yield "database restarted", self._restart_the_database
        yield "node told to end", lambda: self._begin_anew(signal.SIGTERM)
        yield "database killed", self._kill_the_database

    def _kill_a_process(self) -> None:
        os.kill(self.here.children()[0], signal.SIGKILL)
        self.here.wait_for_all()

    def _begin_anew(self, number: signal.Signals) -> None:
        self.here.end(number)
        self.here.start()

    def _restart_the_database(self) -> None:
        with self.ledger.database_away():
            self.server.control("restart", "-m", "fast")

    def _kill_the_database(self) -> None:
        with self.ledger.database_away():
            self.server.control("stop", "-m", "immediate")
            time.sleep(self.plan.away_s)
            self.server.control("start")

    def _go_on(self) -> None:
        """Wait until hashes were handed in and taken back, and questions answered, once more."""
        names = ("active", "withdrawn", "single answered", "batch answered")
        before = {one: self.ledger.counted(one) for one in names}
        self.ends.wait(self.plan.calm_s)
        while not self.ends.wait(_AGAIN_S):
            if all(self.ledger.counted(one) >= before[one] + _GOES_ON for one in names):
                return

    # Questions, at a pace.

    def _ask(self, questions: list[Question], rate: float, name: str) -> None:
        chance, wire, due = random.Random(name), None, time.monotonic()
        while not self.ends.is_set():
            due = max(due + 1 / rate, time.monotonic() - _BEHIND_S)
            self.ends.wait(max(0.0, due - time.monotonic()))
            asked = chance.choice(questions)
            try:
                wire = wire or self._opened(self.here)
                begun = time.monotonic()
                status, matched = wire.matched(asked.hashes, self.here.keys[SECOND])
            except OSError:
                self._drop(wire, name)
                wire = None
                continue
            self._judge(asked, status, matched, name)
            took_ms = int((time.monotonic() - begun) * 1e3)
            self.ledger.took(name, took_ms)

    def _judge(self, asked: Question, status: int, matched: set[int], name: str) -> None:
        if status == 503:
            self.ledger.count(f"{name} 503")
        elif status != 200:
            self.ledger.fail(f"{name}: status {status}")
        else:
            self.ledger.count(f"{name} answered")
            if matched - asked.near:
                self.ledger.fail(f"{name}: a ghost")
            if asked.near - matched:
                self.ledger.fail(f"{name}: what lies in the bank is not found")

    def _opened(self, node: Running) -> Wire:
        wire = Wire(node.port)
        with self._lock:
            self._wires.append(wire)
        return wire

    def _drop(self, wire: Wire | None, name: str) -> None:
        if wire is not None:
            wire.close()
        self.ledger.count(f"{name} without answer")
        self.ends.wait(_AGAIN_S)

    # What was confirmed, asked for on every process again and again.

    def _probe(self, node: Running, name: str, slot: int) -> None:
        chance, wire = random.Random(slot), None
        while not self.ends.wait(_AGAIN_S):
            asked = self.ledger.some(chance)
            if not asked:
                continue
            try:
                wire = wire or self._wire_of_own(node, slot)
                sent = time.monotonic()
                said = wire.matched([one.pdq_hex for one in asked], node.keys[SECOND])
            except OSError:
                self._drop(wire, f"probe {name}")
                wire = None
                continue
            if said[0] == 200:
                answered = time.monotonic()
                self.ledger.judge(asked, said[1], node=name, sent=sent, answered=answered)
            elif said[0] != 503:
                self.ledger.fail(f"probe {name}: status {said[0]}")

    def _wire_of_own(self, node: Running, slot: int) -> Wire:
        """Return a connection to a process that no other prober of the node has."""
        wire = self._opened(node)
        process = wire.process()
        with self._lock:
            others = {one for at, one in self._held.items() if at != slot}
            if process not in others:
                self._held[slot] = process
                return wire
        wire.close()
        message = "another one's"
        raise ConnectionError(message)

    # Writes and withdrawals, repeated until they are confirmed.

    def _write(self) -> None:
        exchange = key_id(public_key_of(self.here.place.signing_key()))
        for seed in range(1_000, 1_000_000):
            if self.ends.wait(self.plan.write_every_s):
                return
            entry = self._handed_in(seed, exchange)
            if entry is None:
                return
            kind = seed % 5
            if kind < 4:
                # One in five stays where it is: never active, never found.
                self._confirm(entry, seed)
            if kind in (1, 2, 4):
                self._to_withdraw.put((time.monotonic() + self.plan.write_every_s, seed, entry))

    def _handed_in(self, seed: int, exchange: str) -> Entry | None:
        proof = proof_bytes(
            consent_proof(said={"exchange": exchange, "pdq": pdq(seed).hex}, at=SystemClock().now())
        )
        body = {
            "bank": BANK,
            "provenance": "case-of-a-hotline",
            "proof": base64.b64encode(proof).decode(),
        }
        said = self._done("/v1/hashes", json.dumps(body).encode(), ATTESTER, f"attest-{seed}")
        if said is None:
            return None
        number, leaf = json.loads(said)["number"], leaf_of(proof, exchange)
        entry = Entry(pdq_hex=pdq(seed).hex, number=number, leaf=leaf)
        self.ledger.add(entry)
        self.ledger.count("attested")
        return entry

    def _confirm(self, entry: Entry, seed: int) -> None:
        by = CONFIRMERS[seed // MOST_CONFIRMS_A_DAY % len(CONFIRMERS)]
        number = opaque_number(hash_id_in(entry.number, secret_of(ATTESTER)), secret_of(by))
        body = json.dumps(CONFIRM).encode()
        entry.confirming = time.monotonic()
        said = self._done(f"/v1/hashes/{number}/acts", body, by, f"confirm-{seed}")
        if said is not None:
            entry.active = time.monotonic()
            self.ledger.count("active")

    def _withdraw(self) -> None:
        exchange = key_id(public_key_of(self.here.place.signing_key()))
        while not self.ends.is_set():
            try:
                due, seed, entry = self._to_withdraw.get(timeout=_AGAIN_S)
            except Empty:
                continue
            self.ends.wait(max(0.0, due - time.monotonic()))
            entry.withdrawing = time.monotonic()
            if seed % 2:
                file = sign_withdrawal(entry.leaf, exchange, LOG_KEY)
                said = self._done("/v1/withdrawals", file, None, "")
            else:
                path = f"/v1/hashes/{entry.number}/acts"
                said = self._done(path, _act("withdraw"), ATTESTER, f"withdraw-{seed}")
            if said is not None:
                entry.withdrawn = time.monotonic()
                self.ledger.count("withdrawn")

    def _done(self, path: str, body: bytes, by: MemberId | None, once: str) -> bytes | None:
        """Return what was answered once it is confirmed; None when all ends before."""
        key = self.here.keys[by] if by else ""
        while not self.ends.is_set():
            try:
                wire = Wire(self.here.port)
                try:
                    status, said = wire.ask(path, body, key=key, once=once)
                finally:
                    wire.close()
            except OSError:
                self.ledger.count("deeds without answer")
                self.ends.wait(_AGAIN_S)
                continue
            if status in (200, 201, 204):
                return said
            # Who has no key may not try without end while the database is away.
            is_counted = status == 429 and by is None
            if status not in (409, 503) and not is_counted:
                self.ledger.fail(f"{once}: status {status}")
                return None
            self.ledger.count(f"deeds {status}")
            self.ends.wait(_AGAIN_S if by else _WITHOUT_KEY_AGAIN_S)
        return None

    def _weigh(self) -> None:
        while not self.ends.wait(min(_SAMPLE_S, self.plan.seconds / 10)):
            for name, node in (("here", self.here), ("elsewhere", self.elsewhere)):
                if taken := memory_mib(node):
                    self.memory_mib.setdefault(name, []).append(taken)


def secret_of(member: MemberId) -> bytes:
    """Return the secret that ``Running.set_up`` gave a member."""
    return member.encode()[-8:] * 4


def leaf_of(proof: bytes, exchange: str) -> str:
    """Return the leaf of the consent in a proof."""
    return check_proof(read_proof(proof), exchange=exchange, now=SystemClock().now()).leaf


def memory_mib(node: Running) -> float:
    """Return what the processes of a node take, a page of several once; 0 while it is away."""
    program = node.program
    if program is None:
        return 0.0
    try:
        listed = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text()
        return sum(_kib(one) for one in [str(program.pid), *listed.split()]) / 1024
    except (OSError, StopIteration):
        # One of them ended meanwhile.
        return 0.0


def _kib(process: str) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _act(name: str) -> bytes:
    return json.dumps({"act": name}).encode()
