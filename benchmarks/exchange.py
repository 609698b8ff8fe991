"""
The exchange as it runs: look-ups over HTTP, memory, restart, another node; matcher; GIN index.

Two processes of ``benban exchange serve`` over SQLite answer on loopback, with keys checked and
every look-up in the audit. The asking side runs on the same cores and takes its share of them,
which is stated. Half of the questions are planted beside a hash, half have no neighbour.
"""

import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psycopg

from benban.bank.bank import Bank
from benban.bank.words import Words, as_hashes
from benban.exchange.fit import is_flat
from benban.exchange.flood import FloodLimits
from benban.exchange.ports import Part, Who
from benban.outside.exchange_node import NodeCounter, NodeShelf
from benban.outside.exchange_store.store import DatabaseStore
from benban.wiring_exchange import begin_process
from benchmarks import _exchange_node as node_of
from benchmarks._document import Claim, Comparison, Document, Peer
from benchmarks._exchange_disk import weigh
from benchmarks._exchange_follows import follow
from benchmarks._exchange_load import Load, ask
from tests import postgresql

_RADIUS = 31
_WORKERS = 2
_BATCH = 1_000
_CONNECTIONS = 4


def run(*, quick: bool) -> Document:
    """Return rates, memory, restart and peers at a million hashes (quick: 100,000)."""
    note = "quick run, fewer hashes and questions: says nothing about the target; " if quick else ""
    words = _hashes(100_000 if quick else 1_000_000)
    claims = _served(words, 1_000 if quick else 10_000, note)
    claims += _matcher(words, 100 if quick else 500, note)
    claims += follow(words[:20_000] if quick else words, 10 if quick else 40, note)
    claims += _postgresql(words[: 20_000 if quick else 200_000], 10 if quick else 40, note)
    return Document(
        name="exchange",
        claims=tuple(claims),
        packages=("numpy", "numba", "fastapi", "uvicorn", "sqlalchemy", "psycopg"),
    )


def _served(words: Words, questions: int, note: str) -> list[Claim]:
    with TemporaryDirectory() as folder:
        node = node_of.set_up(Path(folder), words)
        first_s = node.start(_WORKERS)
        try:
            claims = _asked(node, words, questions, note)
            memory = node.proportional_mib()
        finally:
            node.end()
        claims.append(
            Claim(
                name=f"memory of a node of {_WORKERS} processes after the load",
                value=round(memory * 1.048576, 1),
                unit="MB",
                target=600,
                comparison=Comparison.AT_MOST,
                n=1,
                note=f"{note}PSS of all its processes, {len(words):,} hashes",
            )
        )
        return claims + _restarted(node, len(words), first_s, note)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """
    What a node was asked, and how it went.

    Attributes:
        single, batched: the same kind of questions one by one, and many in one request.
        single_cpu_s, batched_cpu_s: processor time of all processes of the node.
        missed: planted hashes that were not found.
    """

    questions: int
    in_batches: int
    single: Load
    batched: Load
    single_cpu_s: float
    batched_cpu_s: float
    missed: int


def _asked(node: node_of.Node, words: Words, questions: int, note: str) -> list[Claim]:
    asked = _planted(words, questions)
    batches = _planted(words, 20 * questions)
    # Many at once wait until the compiled search is loaded; a few are answered by numpy before.
    ask(node.port, node.keys, [asked[:200]] * (4 * _CONNECTIONS), _CONNECTIONS)
    cpu_s = [node.cpu_s()]
    single = ask(node.port, node.keys, [[one] for one in asked], _CONNECTIONS)
    cpu_s.append(node.cpu_s())
    many = [batches[at : at + _BATCH] for at in range(0, len(batches), _BATCH)]
    batched = ask(node.port, node.keys, many, _CONNECTIONS)
    cpu_s.append(node.cpu_s())
    answered = _Answered(
        questions=questions,
        in_batches=len(batches),
        single=single,
        batched=batched,
        single_cpu_s=cpu_s[1] - cpu_s[0],
        batched_cpu_s=cpu_s[2] - cpu_s[1],
        missed=questions // 2 - single.matched + len(batches) // 2 - batched.matched,
    )
    return [*_rates(answered, note), *_costs(answered, note)]


def _rates(answered: _Answered, note: str) -> list[Claim]:
    single, batched = answered.single, answered.batched
    return [
        Claim(
            name="single look-ups over HTTP",
            value=round(single.a_second, 1),
            unit="1/s",
            target=500,
            comparison=Comparison.AT_LEAST,
            n=answered.questions,
            note=f"{note}{_CONNECTIONS} connections; {_share(single)}",
        ),
        Claim(
            name="latency of a single look-up, 99 of 100",
            value=round(single.at(0.99), 2),
            unit="ms",
            target=50,
            comparison=Comparison.AT_MOST,
            n=answered.questions,
            note=f"{note}at the rate above; half of them under {single.at(0.5):.2f} ms",
        ),
        Claim(
            name=f"hashes in batches of {_BATCH:,} over HTTP",
            value=round(batched.a_second * _BATCH, 1),
            unit="1/s",
            target=20_000,
            comparison=Comparison.AT_LEAST,
            n=len(batched.latencies_ms),
            note=f"{note}{_CONNECTIONS} connections; {_share(batched)}",
        ),
    ]


def _costs(answered: _Answered, note: str) -> list[Claim]:
    quiet = "says what the rates would be on cores that nobody else uses"
    return [
        Claim(
            name="processor time of a single look-up, all processes of the node",
            value=round(answered.single_cpu_s * 1e3 / answered.questions, 3),
            unit="ms",
            n=answered.questions,
            note=f"{note}{quiet}",
        ),
        Claim(
            name="processor time of a hash in a batch, all processes of the node",
            value=round(answered.batched_cpu_s * 1e6 / answered.in_batches, 1),
            unit="us",
            n=answered.in_batches,
            note=f"{note}{quiet}",
        ),
        Claim(
            name="planted hashes that were not found",
            value=answered.missed,
            unit="hashes",
            target=0,
            comparison=Comparison.EQUAL,
            n=answered.questions + answered.in_batches,
            note=f"{note}half of the questions lie within {_RADIUS} bits of a hash",
        ),
    ]


def _restarted(node: node_of.Node, count: int, first_s: float, note: str) -> list[Claim]:
    again_s = node.start(_WORKERS)
    node.end()
    store = DatabaseStore(node.database)
    counter, shelf = NodeCounter(node.place.node), NodeShelf(node.place.node)
    started = time.perf_counter()
    process = begin_process(
        store,
        signing_key=node.place.signing_key(),
        limits=FloodLimits(),
        counter=counter,
        shelf=shelf,
    )
    loaded = time.perf_counter() - started
    process.matcher.near(_hashes(1), node_of.MEMBER)
    took = time.perf_counter() - started
    store.close()
    return [
        Claim(
            name="a bank that is mapped again, up to its first answer",
            value=round(took, 2),
            unit="s",
            target=2,
            comparison=Comparison.AT_MOST,
            n=1,
            note=(
                f"{note}{count:,} hashes, every part held against its digest, in {loaded:.2f} s;"
                " the first answer comes by numpy while the compiled search loads"
            ),
        ),
        Claim(
            name="the whole program, from its start until both processes answer",
            value=round(again_s, 2),
            unit="s",
            n=1,
            note=f"{note}with Python's imports; {first_s:.1f} s where the database is read",
        ),
    ]


def _matcher(words: Words, questions: int, note: str) -> list[Claim]:
    from threatexchange.signal_type.pdq.pdq_index import PDQIndex

    texts = as_hashes(words)
    bank = Bank()
    bank.add_many(np.arange(len(words)), words)
    bank.merge()
    peer = PDQIndex.build((one, {}) for one in texts)
    asked = _planted(words, questions)
    for one in asked[:10]:
        bank.near(one, _RADIUS)
        peer.query(one)
    started = time.perf_counter()
    ours = [len(bank.near(one, _RADIUS)) for one in asked]
    ours_a_second = questions / (time.perf_counter() - started)
    started = time.perf_counter()
    theirs = [len(peer.query(one)) for one in asked]
    theirs_a_second = questions / (time.perf_counter() - started)
    differ = sum(one != other for one, other in zip(ours, theirs, strict=True))
    return [
        Claim(
            name="matcher, times as fast as threatexchange's PDQIndex",
            value=round(ours_a_second / theirs_a_second, 1),
            unit="times",
            target=8,
            comparison=Comparison.AT_LEAST,
            peer=Peer(
                name="PDQIndex",
                version=version("threatexchange"),
                value=round(theirs_a_second, 1),
            ),
            n=questions,
            note=(
                f"{note}one question at a time, {len(words):,} hashes; ours {ours_a_second:.0f}/s;"
                f" the peer's value is its questions in a second; {differ} answers differ"
            ),
        )
    ]


def _postgresql(words: Words, questions: int, note: str) -> list[Claim]:
    with postgresql.running() as server:
        owner = DatabaseStore(server.address(postgresql.OWNER))
        owner.migrate()
        node_of.add_member(owner)
        owner.close()
        node_of.fill(
            server.address(postgresql.OWNER).replace("postgresql:", "postgresql+psycopg:"), words
        )
        server.run("GRANT benban_matcher TO " + postgresql.SERVICE, "VACUUM ANALYZE hashes")
        asked = _planted(words, questions)
        store = DatabaseStore(server.address(postgresql.SERVICE))
        by_index, found = _by_index(store, asked)
        store.close()
        by_reading, expected = _by_reading(server.address(postgresql.OWNER), asked)
        disk = weigh(server.address(postgresql.OWNER), note)
    true = sum(len(one & other) for one, other in zip(found, expected, strict=True))
    return [
        Claim(
            name="PostgreSQL, times as fast by its GIN index as by reading all",
            value=round(by_reading / by_index, 1),
            unit="times",
            target=10,
            comparison=Comparison.AT_LEAST,
            peer=Peer(name="sequential scan", version="PostgreSQL", value=round(by_reading, 2)),
            n=questions,
            note=(
                f"{note}{len(words):,} hashes; {by_index:.2f} ms a question by the index; the"
                " peer's value is milliseconds"
            ),
        ),
        Claim(
            name="PostgreSQL, recall by the index",
            value=true / max(1, sum(map(len, expected))),
            unit="share",
            target=1.0,
            comparison=Comparison.EQUAL,
            n=questions,
            note=f"{note}against the sequential scan; {sum(map(len, expected))} neighbours",
        ),
        *disk,
    ]


def _by_index(store: DatabaseStore, asked: list[str]) -> tuple[float, list[set[int]]]:
    """Return milliseconds a question, and the answers."""
    with store.within(Who(part=Part.MATCHER)) as work:
        work.near_in_database(asked[0], _RADIUS)
        started = time.perf_counter()
        found = [set(map(int, work.near_in_database(one, _RADIUS))) for one in asked]
        return (time.perf_counter() - started) * 1e3 / len(asked), found


def _by_reading(address: str, asked: list[str]) -> tuple[float, list[set[int]]]:
    wanted = (
        "SELECT id FROM hashes WHERE state = 'active' AND"
        " bit_count(('x' || pdq)::bit(256) # ('x' || %s)::bit(256)) <= %s"
    )
    with psycopg.connect(address) as connection:
        # As its index has: one process for one question.
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.execute("SET LOCAL ROLE benban_matcher")
        connection.execute(wanted, (asked[0], _RADIUS))
        started = time.perf_counter()
        found = [
            {int(row[0]) for row in connection.execute(wanted, (one, _RADIUS)).fetchall()}
            for one in asked
        ]
        return (time.perf_counter() - started) * 1e3 / len(asked), found


def _hashes(count: int) -> Words:
    return np.random.default_rng(30).integers(0, 1 << 64, (count, 4), dtype=np.uint64)


def _planted(words: Words, count: int) -> list[str]:
    """Return questions: every second one lies at 0 to 31 bits from a hash."""
    rng = np.random.default_rng(31)
    asked = rng.integers(0, 1 << 64, (count, 4), dtype=np.uint64)
    asked[::2] = words[rng.integers(0, len(words), len(asked[::2]))]
    for place in range(0, count, 2):
        for bit in rng.choice(256, place // 2 % (_RADIUS + 1), replace=False):
            asked[place, bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    texts = as_hashes(asked)
    for place, one in enumerate(texts):
        # One in thousands of random hashes looks like a picture without content, and is refused.
        if is_flat(one):
            texts[place] = texts[place - 2]
    return texts


def _share(load: Load) -> str:
    return f"the asking side took {load.client_cpu_s / load.took_s:.0%} of one core"
