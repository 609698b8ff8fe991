"""
Half an hour of questions, writes, withdrawals and restarts: nothing is lost, nothing comes back.

The ordinary form is the same with fewer hashes and seconds; ``BENBAN_LOAD_SECONDS`` shortens the
long one. No limit of time is asserted: that a withdrawal elsewhere holds after five seconds is
counted from when it was confirmed, on this machine's clock, which is also the node's. What was
answered in which time is printed.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import create_engine, insert, update

from benban.bank.words import Words, as_hashes
from benban.exchange.audit import START, require_chain
from benban.exchange.fit import is_flat
from benban.exchange.life import RETENTION
from benban.exchange.ports import SharedBank
from benban.model.fingerprint import Pdq
from benban.model.shared_hash import (
    Act,
    BankId,
    BankRule,
    Change,
    HashState,
    MemberId,
    Provenance,
    SharedHash,
    hash_id,
)
from benban.outside.clock import SystemClock
from benban.outside.exchange_place import Place
from benban.outside.exchange_store.rows import as_number, hash_values
from benban.outside.exchange_store.store import DatabaseStore
from benban.outside.exchange_store.tables import changes, counters, hashes
from tests import postgresql
from tests.contract.exchange_stores import OPERATOR, emptied, server
from tests.service.exchange_ledger import Ledger
from tests.service.exchange_load import CONFIRMERS, Load, Plan, Question, memory_mib
from tests.service.exchange_running import Running
from tests.service.exchange_wire import Wire
from tests.unit.exchange.shared import ATTESTER, SECOND

__all__ = ["server"]

# The issue's: half of 500 questions and of 20,000 hashes in batches a second; a fifth more, since
# a node that begins anew answers nobody.
_SECONDS = float(os.environ.get("BENBAN_LOAD_SECONDS", "1800"))
_WHOLE = Plan(
    seconds=_SECONDS,
    hashes=1_000_000,
    singles=300,
    batched=12_000,
    batch=1_000,
    write_every_s=2.1,
    calm_s=_SECONDS / 30,
    away_s=8,
)
_SHORT = Plan(
    seconds=5,
    hashes=2_000,
    singles=40,
    batched=1_000,
    batch=200,
    write_every_s=0.1,
    calm_s=0.2,
    away_s=0,
)
_FILLED = BankId("bnk-filled")
_RADIUS, _BITS = 31, 256
_MOST_MIB = 600e6 / 2**20
_AT_ONCE = 20_000
_PATIENCE_S = 60


def test_under_load_and_restarts_nothing_is_lost_and_nothing_comes_back(
    tmp_path: Path, server: postgresql.Server
) -> None:
    _soak(_SHORT, tmp_path, server)


@pytest.mark.long
def test_for_half_an_hour_at_half_of_the_full_rate(
    tmp_path: Path, server: postgresql.Server, capfd: pytest.CaptureFixture[str]
) -> None:
    said = _soak(_WHOLE, tmp_path, server)
    with capfd.disabled():
        sys.stdout.write(said)


def _soak(plan: Plan, folder: Path, running: postgresql.Server) -> str:
    """Return what was seen; it is printed wherever a check fails."""
    with _nodes(plan, folder, running) as load:
        begun = time.monotonic()
        load.run()
        took = time.monotonic() - begun
        for name, node in (("here", load.here), ("elsewhere", load.elsewhere)):
            for process in node.children():
                _look_at_all(load.ledger, node, name, process)
            load.memory_mib[f"{name} at the end"] = [memory_mib(node)]
        said = json.dumps(_said(load, took), indent=1, sort_keys=True) + "\n"
        sys.stdout.write(said)
        assert load.ledger.failures == []
        _require_whole_record(load)
        assert 0 < max(map(max, load.memory_mib.values())) <= _MOST_MIB
        return said


@contextmanager
def _nodes(plan: Plan, folder: Path, running: postgresql.Server) -> Iterator[Load]:
    """Return two nodes over one database; the second follows the first."""
    with emptied(running) as store:
        address = running.address(postgresql.SERVICE)
        here = Running(place=Place(folder=folder / "here"), database=address, confirmers=CONFIRMERS)
        here.set_up()
        elsewhere = here.beside(Place(folder=folder / "elsewhere"), workers=1)
        words = np.random.default_rng(8).integers(0, 1 << 64, (plan.hashes, 4), dtype=np.uint64)
        _fill(store, running.address(postgresql.OWNER), words)
        load = Load(
            plan=plan,
            here=here,
            elsewhere=elsewhere,
            server=running,
            singles=[_question(words, 1, seed) for seed in range(2_000)],
            batches=[_question(words, plan.batch, 10_000 + seed) for seed in range(20)],
        )
        try:
            here.start()
            elsewhere.start()
            yield load
        finally:
            here.end(signal.SIGKILL)
            elsewhere.end(signal.SIGKILL)


def _fill(store: DatabaseStore, owner: str, words: Words) -> None:
    """Let *words* answer from a bank of their own; past the deeds, as one change."""
    with store.within(OPERATOR) as work:
        work.keep_bank(
            SharedBank(
                id=_FILLED,
                ordinal=1,
                name="filled",
                rule=BankRule.MATCH,
                owner=ATTESTER,
                readers=frozenset({ATTESTER, SECOND}),
            )
        )
    now, texts = SystemClock().now(), as_hashes(words)
    engine = create_engine(owner.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        for start in range(0, len(texts), _AT_ONCE):
            rows = [
                hash_values(
                    SharedHash(
                        id=hash_id(1, start + place),
                        bank=_FILLED,
                        state=HashState.ACTIVE,
                        pdq=Pdq(hex=text, quality=90),
                        provenance=Provenance.OWN_PLATFORM,
                        attested_by=ATTESTER,
                        consent_leaf=f"{start + place:064x}",
                        consent_key="0" * 64,
                        attested_at=now - RETENTION / 2,
                        active_from=now - RETENTION / 2,
                        expires_at=now + RETENTION / 2,
                        change=1,
                    )
                )
                for place, text in enumerate(texts[start : start + _AT_ONCE])
            ]
            connection.execute(insert(hashes), rows)
        first = {"number": 1, "at": as_number(now), "act": "activate"}
        connection.execute(insert(changes).values(**first, hash_id=hash_id(1, 0), bank=_FILLED))
        connection.execute(update(counters).where(counters.c.name == "change").values(value=1))
    engine.dispose()


def _question(words: Words, count: int, seed: int) -> Question:
    """Return hashes of which about half lie within 31 bits of one of *words*."""
    rng = np.random.default_rng(seed)
    asked = rng.integers(0, 1 << 64, (count, 4), dtype=np.uint64)
    near = np.flatnonzero(rng.integers(0, 2, count))
    asked[near] = words[rng.integers(0, len(words), len(near))]
    for place in near:
        for bit in rng.choice(_BITS, rng.integers(0, _RADIUS + 1), replace=False):
            asked[place, bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    texts = as_hashes(asked)
    # One in thousands of random hashes looks like a picture without content, and is refused.
    if any(map(is_flat, texts)):
        return _question(words, count, seed + 1_000_000)
    return Question(hashes=texts, near=frozenset(near.tolist()))


def _look_at_all(ledger: Ledger, node: Running, name: str, process: int) -> None:
    """Ask one process for everything once more, after all have ended."""
    ends = time.monotonic() + _PATIENCE_S
    while True:
        wire = Wire(node.port)
        if wire.process() == process:
            break
        wire.close()
    for start in range(0, len(ledger.entries), 500):
        asked = ledger.entries[start : start + 500]
        while True:
            sent = time.monotonic()
            status, matched = wire.matched([one.pdq_hex for one in asked], node.keys[SECOND])
            if status == 200:
                break
            assert time.monotonic() < ends, status
            time.sleep(0.1)
        ledger.judge(asked, matched, node=name, sent=sent, answered=time.monotonic())
    ledger.count("processes looked at in the end")
    wire.close()


def _require_whole_record(load: Load) -> None:
    """Hold the database against the ledger: each deed with its change and its line, once."""
    store = load.here.open_store()
    with store.within(OPERATOR) as work:
        head, found, after = work.heads().change, list[Change](), 0
        while page := work.changes(after, _AT_ONCE):
            found += page
            after = page[-1].number
    assert [one.number for one in found] == list(range(1, head + 1))
    attested = _audited(store, ATTESTER, load.ledger)
    for member in (SECOND, *CONFIRMERS):
        _audited(store, member, load.ledger)
    store.close()
    made = [str(one.hash_id) for one in found if one.act is Act.ATTEST]
    assert attested == made
    acts = {
        "attested": len(made),
        "active": sum(one.act is Act.CONFIRM for one in found),
        "withdrawn": sum(one.act is Act.WITHDRAW for one in found),
    }
    for name, done in acts.items():
        # One that was under way at the end may stand without an answer.
        assert load.ledger.counted(name) <= done <= load.ledger.counted(name) + 1
    assert acts["withdrawn"] > 0


def _audited(store: DatabaseStore, member: MemberId, ledger: Ledger) -> list[str]:
    """Return what the member handed in by its audit, whose chain is whole."""
    number, digest, attested = 0, START, list[str]()
    while True:
        with store.within(OPERATOR) as work:
            lines = work.audit(member, number, _AT_ONCE)
        if not lines:
            break
        require_chain(lines, after_number=number, after_digest=digest)
        number, digest = lines[-1].number, lines[-1].digest
        attested += [one.entry.subject for one in lines if one.entry.deed == "attest"]
    ledger.count("lines of the audit", number)
    return attested


def _said(load: Load, took: float) -> dict[str, object]:
    """Return what the closing note of the issue says."""
    ledger, plan = load.ledger, load.plan
    singles, batches = ledger.counted("single answered"), ledger.counted("batch answered")
    return {
        "seconds": round(took, 1),
        "hashes": plan.hashes,
        "single look-ups a second, restarts included": round(singles / took, 1),
        "hashes a second in batches, restarts included": round(batches * plan.batch / took, 1),
        "memory MiB, largest": {name: max(seen) for name, seen in load.memory_mib.items() if seen},
        "memory MiB, a tenth of all samples each": {
            name: [round(seen[at * len(seen) // 10]) for at in range(10)]
            for name, seen in load.memory_mib.items()
            if len(seen) >= 10
        },
        "longest until a write was found elsewhere, s": round(ledger.slowest_elsewhere_s, 2),
        "the same while the database was there, s": round(ledger.slowest_while_there_s, 2),
        "milliseconds of an answer, half and 99 of 100, restarts included": {
            name: [int(np.quantile(seen, share)) for share in (0.5, 0.99)]
            for name, seen in ledger.latencies_ms.items()
        },
        "failures": len(ledger.failures),
        "kinds of failures": sorted(set(ledger.failures)),
        **ledger.counts,
    }
