"""
Exact near neighbours among one and ten million hashes, against faiss and threatexchange.

Every engine answers the same questions, one at a time, on one thread: half of them planted at a
distance of 0 to 31 bits from a hash of the bank, half with no neighbour. Memory is what a process
of its own grows by while it builds. Hashes are random: photographs' hashes were measured to give
a quarter more candidates, for all engines alike.
"""

import pickle
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import faiss
import numpy as np
from numpy.typing import NDArray
from threatexchange.signal_type.pdq.pdq_index import PDQIndex

from benban.bank.bank import Bank
from benban.bank.words import Words, as_hashes
from benchmarks._bank_memory import grown_mib
from benchmarks._document import Claim, Comparison, Document, Peer

_RADIUS = 31
_FAISS = f"faiss {version('faiss-cpu')}"
# Best of so many rounds, in turn with the peers': the machine is never quite quiet.
_ROUNDS = 3


def run(*, quick: bool) -> Document:
    """Return speed, recall and memory at one million (quick: 100,000) and ten million hashes."""
    faiss.omp_set_num_threads(1)
    note = "quick run, fewer hashes and questions: says nothing about the target" if quick else ""
    size = 100_000 if quick else 1_000_000
    claims = _speed(size, 200 if quick else 1000, (8.0, 15.0), note)
    claims += _memory(size, note)
    claims += _threatexchange(size, note)
    if not quick:
        claims += _speed(10_000_000, 200, (30.0, 30.0), note)
        claims += _memory(10_000_000, note)
    return Document(
        name="bank",
        claims=tuple(claims),
        packages=("numpy", "numba", "faiss-cpu", "threatexchange"),
    )


def hashes(count: int) -> Words:
    """Return *count* hashes with nothing in common, the same every time."""
    return np.random.default_rng(20).integers(0, 1 << 64, (count, 4), dtype=np.uint64)


def planted(words: Words, count: int) -> tuple[Words, list[int]]:
    """Return *count* questions, and for the first half whom each was planted beside."""
    rng = np.random.default_rng(21)
    beside = rng.integers(0, len(words), count // 2)
    asked = words[beside].copy()
    for question in range(len(asked)):
        for bit in rng.choice(256, question % (_RADIUS + 1), replace=False):
            asked[question, bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    return np.concatenate([asked, rng.integers(0, 1 << 64, asked.shape, dtype=np.uint64)]), [
        int(one) for one in beside
    ]


def as_bytes(words: Words) -> NDArray[np.uint8]:
    """Return n x 32 bytes, as faiss reads them; each byte's bits keep their value."""
    return words.astype(">u8").view(np.uint8).reshape(-1, 32)


def make_bank(words: Words) -> Bank:
    """Return a bank of *words*, merged."""
    bank = Bank()
    bank.add_many(np.arange(len(words)), words)
    bank.merge()
    return bank


def make_multi_hash(words: Words) -> faiss.IndexBinaryMultiHash:
    """Return what threatexchange builds upon: 16 tables of 16 bits."""
    index = faiss.IndexBinaryMultiHash(256, 16, 16)
    index.nflip = _RADIUS // 16
    index.add(as_bytes(words))
    return index


def make_flat(words: Words) -> faiss.IndexBinaryFlat:
    """Return the index that counts every bit."""
    index = faiss.IndexBinaryFlat(256)
    index.add(as_bytes(words))
    return index


def _speed(size: int, questions: int, targets: tuple[float, float], note: str) -> list[Claim]:
    words = hashes(size)
    asked, beside = planted(words, questions)
    bank = make_bank(words)
    texts, raw = as_hashes(asked), as_bytes(asked)
    peers = {
        "IndexBinaryMultiHash(16,16)": make_multi_hash(words),
        "IndexBinaryFlat": make_flat(words),
    }
    found = [{one.number for one in bank.near(text, _RADIUS)} for text in texts]
    recall = statistics.fmean(number in got for number, got in zip(beside, found, strict=False))
    claims = [
        Claim(
            name=f"recall on hashes planted at 0 to 31 bits among {size:,}",
            value=recall,
            unit="share",
            target=1.0,
            comparison=Comparison.EQUAL,
            n=len(beside),
            note=f"{note}; every answer equal to IndexBinaryFlat's: "
            f"{_all_equal(found, peers['IndexBinaryFlat'], raw)}".lstrip("; "),
        )
    ]
    ours, theirs = [], {name: list[float]() for name in peers}
    for _ in range(_ROUNDS):
        ours.append(_rate(lambda: [bank.near(text, _RADIUS) for text in texts], questions))
        for name, index in peers.items():
            theirs[name].append(_rate(partial(_ask_each, index, raw), questions))
    for (name, rates), target in zip(theirs.items(), targets, strict=True):
        claims.append(
            Claim(
                name=f"questions a second among {size:,}: times faiss {name}",
                value=round(max(ours) / max(rates), 2),
                unit="times",
                target=target,
                comparison=Comparison.AT_LEAST,
                peer=Peer(name=name, version=_FAISS, value=1.0),
                n=questions,
                note=f"{note}; {max(ours):,.0f} against {max(rates):,.0f} a second, one thread, "
                f"best of {_ROUNDS} rounds in turn".lstrip("; "),
            )
        )
    claims.append(_turned(bank, texts, size, max(ours), note))
    return claims


def _ask_each(index: faiss.IndexBinary, raw: NDArray[np.uint8]) -> None:
    for one in raw:  # faiss counts what is nearer than its radius
        index.range_search(one[None], _RADIUS + 1)


def _turned(bank: Bank, texts: list[str], size: int, single: float, note: str) -> Claim:
    groups = [texts[at : at + 8] for at in range(0, len(texts) - 7, 8)]
    rate = _rate(lambda: [bank.near_any_orientation(one, _RADIUS) for one in groups], len(groups))
    return Claim(
        name=f"a question in eight orientations among {size:,}: times the cost of one",
        value=round(single / rate, 2),
        unit="times",
        n=len(groups),
        note=note or "a measurement; eight look-ups in one call",
    )


def _memory(size: int, note: str) -> list[Claim]:
    ours = grown_mib("make_bank", size)
    theirs = grown_mib("make_multi_hash", size)
    return [
        Claim(
            name=f"memory of {size:,} hashes: share of faiss IndexBinaryMultiHash(16,16)",
            value=round(ours / theirs, 3),
            unit="share",
            target=0.4,
            comparison=Comparison.AT_MOST,
            peer=Peer(name="IndexBinaryMultiHash(16,16)", version=_FAISS, value=1.0),
            n=1,
            note=f"{note}; {ours:.0f} against {theirs:.0f} MiB of resident memory, the compiler "
            "already loaded; ours keeps the numbers, faiss numbers by position".lstrip("; "),
        )
    ]


def _threatexchange(size: int, note: str) -> list[Claim]:
    words = hashes(size)
    texts = as_hashes(words)
    theirs = PDQIndex([(text, number) for number, text in enumerate(texts)])
    new = as_hashes(np.random.default_rng(22).integers(0, 1 << 64, (30, 4), dtype=np.uint64))
    adding = statistics.median(_seconds_each(lambda text: theirs.add(text, 0), new[:5]))
    with TemporaryDirectory() as name:
        folder = Path(name)
        bank = Bank.open(folder)
        bank.add_many(np.arange(size), words)
        bank.merge()
        numbers = iter(range(size, size + len(new)))
        ours = statistics.median(_seconds_each(lambda text: bank.add(next(numbers), text), new))
        found = bank.near(new[0], 0)
        bank.close()
        opening = [_seconds(lambda: Bank.open(folder).close()) for _ in range(_ROUNDS)]
    if [one.number for one in found] != [size]:
        message = "the added hash was not found"
        raise AssertionError(message)
    pickled = pickle.dumps(theirs)
    loading = [_seconds(lambda: pickle.loads(pickled)) for _ in range(_ROUNDS)]  # noqa: S301 - made here
    tx = f"threatexchange {version('threatexchange')}"
    return [
        Claim(
            name=f"adding one hash to {size:,}, on disk: times faster than PDQIndex.add",
            value=round(adding / ours, 1),
            unit="times",
            target=100.0,
            comparison=Comparison.AT_LEAST,
            peer=Peer(name="PDQIndex.add", version=tx, value=1.0),
            n=len(new),
            note=f"{note}; {ours * 1000:.2f} against {adding * 1000:.0f} ms, the median; ours is "
            "on disk when it returns, theirs in memory alone".lstrip("; "),
        ),
        Claim(
            name=f"opening a bank of {size:,} again: times faster than unpickling PDQIndex",
            value=round(min(loading) / min(opening), 1),
            unit="times",
            target=20.0,
            comparison=Comparison.AT_LEAST,
            peer=Peer(name="pickle.loads of PDQIndex", version=tx, value=1.0),
            n=_ROUNDS,
            note=f"{note}; {min(opening) * 1000:.0f} against {min(loading) * 1000:.0f} ms; ours "
            "with every part held against its digest".lstrip("; "),
        ),
    ]


def _all_equal(found: list[set[int]], flat: faiss.IndexBinaryFlat, raw: NDArray[np.uint8]) -> str:
    limits, _, number = flat.range_search(raw, _RADIUS + 1)
    answers = [set(number[a:b].tolist()) for a, b in pairwise(limits)]
    return "yes" if answers == found else "NO"


def _rate(work: Callable[[], object], count: int) -> float:
    return count / _seconds(work)


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _seconds_each(work: Callable[[str], object], texts: list[str]) -> Iterator[float]:
    for text in texts:
        start = time.perf_counter()
        work(text)
        yield time.perf_counter() - start
