"""An exchange with many hashes, served by ``benban exchange serve`` in processes of its own."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, insert, update

from benban.bank.words import Words, as_hashes
from benban.exchange.keys import Scope, new_key
from benban.exchange.life import RETENTION
from benban.exchange.ports import Member, Part, SharedBank, Who
from benban.model.fingerprint import Pdq
from benban.model.shared_hash import (
    BankId,
    BankRule,
    HashId,
    HashState,
    MemberId,
    Provenance,
    SharedHash,
    hash_id,
)
from benban.outside.exchange_place import Place
from benban.outside.exchange_store.rows import as_number, hash_values, pieces_of
from benban.outside.exchange_store.store import DatabaseStore
from benban.outside.exchange_store.tables import changes, counters, hashes

MEMBER, BANK = MemberId("mem-asks"), BankId("bnk-asked")
_AT_ONCE = 20_000
_KEYS = 4


@dataclass(kw_only=True)
class Node:
    """A served exchange."""

    place: Place
    database: str
    keys: tuple[str, ...]
    port: int = 0
    program: subprocess.Popen[bytes] | None = None

    def start(self, workers: int) -> float:
        """Return how many seconds passed until every process answered."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        options = ["--folder", str(self.place.folder), "--database", self.database]
        options += ["--port", str(self.port), "--workers", str(workers)]
        started = time.perf_counter()
        self.program = subprocess.Popen(
            [sys.executable, "-m", "benban", "exchange", "serve", *options],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.DEVNULL,
        )
        seen: set[int] = set()
        while len(seen) < workers:
            if self.program.poll() is not None:
                message = "the exchange ended"
                raise RuntimeError(message)
            seen |= {self._process()} - {0}
            time.sleep(0.02)
        return time.perf_counter() - started

    def end(self) -> None:
        """Tell it to end."""
        if self.program is not None:
            self.program.send_signal(signal.SIGTERM)
            self.program.wait(60)
            self.program = None

    def proportional_mib(self) -> float:
        """Return the memory of all its processes; a page of several counts once."""
        return sum(map(_proportional_kib, self._processes())) / 1024

    def cpu_s(self) -> float:
        """Return the processor time that all its processes took so far."""
        return sum(map(_cpu_s, self._processes()))

    def _processes(self) -> list[str]:
        if self.program is None:
            return []
        own = self.program.pid
        listed = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [str(own), *listed]

    def _process(self) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health") as answer:
                return int(json.load(answer)["process"])
        except OSError:
            return 0


def set_up(folder: Path, words: Words) -> Node:
    """Return an exchange of one member over SQLite in *folder*, in which *words* answer."""
    place = Place(folder=folder / "exchange")
    place.begin()
    (place.folder / "duty.txt").write_text("2026-11-01\nA benchmark: nothing is reported.\n")
    store = DatabaseStore(place.usual_database)
    store.migrate()
    keys = add_member(store)
    store.close()
    fill(place.usual_database, words)
    return Node(place=place, database=place.usual_database, keys=keys)


def add_member(store: DatabaseStore, *, ordinal: int = 0) -> tuple[str, ...]:
    """
    Return the keys of a member with one bank; more than one, so that no key's limit is met.

    Args:
        store: of the exchange.
        ordinal: which of its banks that one is; none has it yet.
    """
    now = datetime.now(UTC)
    scopes, life = frozenset({Scope.LOOKUP}), timedelta(days=2)
    made = [new_key(MEMBER, scopes, now=now, life=life) for _ in range(_KEYS)]
    with store.within(Who(part=Part.OPERATOR)) as work:
        work.keep_member(Member(id=MEMBER, name="asks", secret=bytes(range(32)), made_at=now))
        for kept, _ in made:
            work.keep_key(kept)
        work.keep_bank(
            SharedBank(
                id=BANK,
                ordinal=ordinal,
                name="asked",
                rule=BankRule.MATCH,
                owner=MEMBER,
                readers=frozenset({MEMBER}),
            )
        )
    return tuple(shown for _, shown in made)


def fill(database: str, words: Words, *, ordinal: int = 0) -> None:
    """Let *words* answer; written past the deeds, which take a millisecond each, as one change."""
    engine, texts, now = create_engine(database), as_hashes(words), datetime.now(UTC)
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.begin() as connection:
        for start in range(0, len(texts), _AT_ONCE):
            rows = [
                # Times and leaves differ, as those of hashes that were handed in do: an index
                # holds each.
                _row(
                    hash_id(ordinal, place),
                    text,
                    now + timedelta(microseconds=place),
                    has_pieces=not is_sqlite,
                )
                for place, text in enumerate(texts[start : start + _AT_ONCE], start)
            ]
            connection.execute(insert(hashes), rows)
        first = {"number": 1, "at": as_number(now), "act": "activate"}
        connection.execute(insert(changes).values(**first, hash_id=hash_id(ordinal, 0), bank=BANK))
        connection.execute(update(counters).where(counters.c.name == "change").values(value=1))
    engine.dispose()


def _row(number: HashId, text: str, at: datetime, *, has_pieces: bool) -> dict[str, object]:
    shared = SharedHash(
        id=number,
        bank=BANK,
        state=HashState.ACTIVE,
        pdq=Pdq(hex=text, quality=90),
        provenance=Provenance.OWN_PLATFORM,
        attested_by=MEMBER,
        consent_leaf=hashlib.sha256(number.to_bytes(8)).hexdigest(),
        consent_key="0" * 64,
        attested_at=at,
        active_from=at,
        expires_at=at + RETENTION,
    )
    pieces = {"pieces": pieces_of(text)} if has_pieces else {}
    return {**hash_values(shared), "change": 1, **pieces}


def _proportional_kib(process: str) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _cpu_s(process: str) -> float:
    # What follows the name, which may hold anything: fields 14 and 15 of proc(5).
    said = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")
