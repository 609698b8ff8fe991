"""
Processes that are killed right before one step, forked from one that has loaded everything.

``python -m tests.contract.doomed_node`` reads a line of JSON for each: ``deed``, ``step``, where.
It answers ``killed``, or ``ended`` where the deed took fewer steps. A step is a call that changes
something on the disk, a statement to the database, or its commit; where a file is written, the
step before its end leaves half of it there.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import BytesIO, StringIO
from itertools import count
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any, BinaryIO

import numpy as np
from sqlalchemy import Engine, event

from benban.bank import journal
from benban.bank.bank import Bank
from benban.cli.main import main
from benban.exchange.acts import agree
from benban.exchange.attestation import proof_bytes
from benban.exchange.flood import FloodLimits
from benban.exchange.matcher import Matcher
from benban.exchange.office import Caller, Office
from benban.exchange.ports import Remembered, Transaction
from benban.model.shared_hash import Act, HashId, Provenance, SharedHash
from benban.outside.exchange_node import NodeCounter, NodeShelf
from benban.outside.exchange_place import Place
from benban.outside.exchange_store.store import DatabaseStore
from benban.testing.clock import FakeClock
from tests.contract.exchange_nodes import REASONS
from tests.contract.exchange_stores import BANK, OPERATOR
from tests.unit.exchange.shared import ATTESTER, EXCHANGE, NOW, SECOND, consent_proof, pdq

Said = dict[str, Any]
_ON_DISK = ("fsync", "replace", "rename", "mkdir", "unlink", "rmdir", "link", "chmod")
# A call that is stood before: any of the system's.
_Call = Callable[..., object]
# What a bank in a folder goes through: add a number, delete the one of -1 - it, merge for None.
BANK_DEEDS = (0, 1, 2, 3, 4, 5, -2, None, 6, -1, None, 7)
CONFIRMED = "confirmed"


class Doomed:
    """Asks the process that forks the others."""

    def __init__(self, process: "Popen[str]") -> None:
        self._process = process

    def every_step(self, deed: str) -> Iterator[Callable[..., bool]]:
        """Return for one step after the other what does the deed; it says whether it was killed."""
        is_killed = True

        def at(step: int) -> Callable[..., bool]:
            def do(**where: object) -> bool:
                nonlocal is_killed
                is_killed = self._asked({"deed": deed, "step": step, **where}) == "killed"
                return is_killed

            return do

        for step in count():
            if not is_killed:
                return
            yield at(step)

    def _asked(self, said: Said) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(said) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        assert answer in {"killed", "ended"}, answer
        return answer


@contextmanager
def doomed_processes() -> Iterator[Doomed]:
    """Return what forks them, until the block ends."""
    command = [sys.executable, "-m", "tests.contract.doomed_node"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True, env=environment) as process:
        try:
            yield Doomed(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait()


class Death:
    """Comes right before the step of that number."""

    def __init__(self, step: int) -> None:
        self._left = step

    def is_now(self) -> bool:
        """Count a step; return whether it is the one."""
        self._left -= 1
        return self._left == -1

    def __call__(self, *_arguments: object) -> None:
        """Count a step, and end there."""
        if self.is_now():
            end()

    def on_disk(self) -> None:
        """Wait for this process wherever it changes the disk."""
        for name in _ON_DISK:
            setattr(os, name, self._before(getattr(os, name)))
        np.save = self._half_saved(np.save)  # type: ignore[assignment]
        journal._write_all = self._half_written  # noqa: SLF001 - half a frame

    def in_database(self) -> None:
        """Wait for this process before each statement, each commit, and what follows that."""
        event.listen(Engine, "before_cursor_execute", self)
        event.listen(Engine, "commit", self)
        raises = self._before(NodeCounter.raise_to)
        NodeCounter.raise_to = raises  # type: ignore[assignment,method-assign]

    def _before(self, original: _Call) -> _Call:
        def doomed(*arguments: object, **named: object) -> object:
            self()
            return original(*arguments, **named)

        return doomed

    def _half_saved(self, original: _Call) -> _Call:
        def doomed(out: BinaryIO, array: object, **named: object) -> None:
            if self.is_now():
                whole = BytesIO()
                original(whole, array, **named)
                out.write(whole.getvalue()[: whole.tell() // 2])
                out.flush()
                end()
            original(out, array, **named)

        return doomed

    def _half_written(self, file: BinaryIO, data: bytes) -> None:
        if self.is_now():
            file.write(data[: len(data) // 2])
            end()
        file.write(data)


def end() -> None:
    """End as by kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


def office_of(store: DatabaseStore, folder: Path) -> Office:
    """Return the office of a process of the node in *folder*."""
    clock, counter = FakeClock(NOW), NodeCounter(folder)
    matcher = Matcher(store, clock, counter)
    matcher.load()
    return Office(store, matcher, counter, clock=clock, exchange=EXCHANGE, limits=FloodLimits())


def remembering(key: str) -> Callable[[Transaction, SharedHash], None]:
    """Return what keeps an answer in the transaction of its deed."""

    def remember(work: Transaction, shared: SharedHash) -> None:
        answer = Remembered(request=key, status=200, body=str(shared.id))
        work.remember(f"{ATTESTER}:key", key, answer, NOW)

    return remember


def _matcher(said: Said) -> Matcher:
    folder = Path(said["folder"])
    store = DatabaseStore(said["database"])
    return Matcher(store, FakeClock(NOW), NodeCounter(folder), NodeShelf(folder))


def _begin(said: Said) -> None:
    matcher = _matcher(said)
    Death(said["step"]).on_disk()
    matcher.load()


def _renew(said: Said) -> None:
    matcher = _matcher(said)
    matcher.load()
    Death(said["step"]).on_disk()
    matcher.renew_shelf(1)


def _bank(said: Said) -> None:
    folder = Path(said["folder"])
    Death(said["step"]).on_disk()
    # Beside the folder: not through what is doomed.
    confirmed = os.open(folder.parent / CONFIRMED, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    bank = Bank.open(folder)
    for deed in BANK_DEEDS:
        if deed is None:
            bank.merge()
        elif deed < 0:
            bank.delete(-1 - deed)
        else:
            bank.add(deed, pdq(deed).hex)
        os.write(confirmed, b".")


def _init(said: Said) -> None:
    Death(said["step"]).on_disk()
    # What it prints is not what is asked of this process.
    with redirect_stdout(StringIO()):
        main(["exchange", "init", "--person", "An", "--person", "Binh", "--folder", said["folder"]])


def _person(said: Said) -> None:
    place = Place(folder=Path(said["folder"]))
    Death(said["step"]).on_disk()
    place.add_person("Chi")


def _attest(said: Said) -> None:
    office = office_of(DatabaseStore(said["database"]), Path(said["folder"]))
    proof = proof_bytes(consent_proof(said={"pdq": pdq(said["seed"]).hex}))
    Death(said["step"]).in_database()
    office.attest(
        Caller(member=ATTESTER, actor="key"),
        proof,
        bank=BANK,
        provenance=Provenance.CASE_OF_A_HOTLINE,
        also=remembering(f"attest-{said['seed']}"),
    )


def _act(said: Said) -> None:
    office = office_of(DatabaseStore(said["database"]), Path(said["folder"]))
    act = Act(said["act"])
    caller = Caller(member=ATTESTER if act is Act.WITHDRAW else SECOND, actor="key")
    Death(said["step"]).in_database()
    office.act(caller, HashId(said["number"]), act, reason=REASONS.get(act))


def _person_withdraws(said: Said) -> None:
    office = office_of(DatabaseStore(said["database"]), Path(said["folder"]))
    Death(said["step"]).in_database()
    office.withdraw_for_person(bytes.fromhex(said["paper"]))


def _agree(said: Said) -> None:
    store = DatabaseStore(said["database"])
    counter = NodeCounter(Path(said["folder"]))
    Death(said["step"]).in_database()
    with store.within(OPERATOR) as work:
        agree(work, said["proposal"], by="Binh", digest=said["digest"], at=NOW)
        total = work.heads().total
    counter.raise_to(total)


_DEEDS: dict[str, Callable[[Said], None]] = {
    "begin": _begin,
    "renew": _renew,
    "bank": _bank,
    "init": _init,
    "person": _person,
    "attest": _attest,
    "act": _act,
    "person-withdraws": _person_withdraws,
    "agree": _agree,
}


def _forked(said: Said) -> str:
    child = os.fork()
    if not child:
        try:
            _DEEDS[said["deed"]](said)
        except BaseException:  # noqa: BLE001 - said, and never gone on with
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    ended = os.waitstatus_to_exitcode(status)
    return {0: "ended", -signal.SIGKILL: "killed"}.get(ended, "failed")


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(_forked(json.loads(line)) + "\n")
        sys.stdout.flush()
