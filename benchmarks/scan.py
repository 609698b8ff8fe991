"""
A scan of a store of JPEGs: the cores used, Ray's overhead, and a loop over threatexchange.

One core's rate is that of a process and its fence kept to one core; what one such run on each
core, side by side and without an engine, reaches together is the most that this machine gives.
All run over the same files against the same bank of 100,000 hashes. The pictures are drawn and
enlarged with a sensor's grain; no file is near a banked hash but the planted ones, one in fifty.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
from threatexchange.signal_type.pdq.pdq_index import PDQIndex
from threatexchange.signal_type.pdq.signal import PdqSignal

from benban.bank.words import WORDS, as_hashes, as_words
from benban.fingerprint.measure import measure_picture
from benban.outside.fence import Fence
from benban.outside.scan_local import LocalEngine
from benban.outside.scan_look import FencedLooker
from benban.outside.scan_places import open_place
from benban.outside.scan_ray import RayEngine
from benban.outside.scan_unit import do_unit
from benban.scan.banked import BankedHashes
from benban.scan.ports import Done, Engine, Work
from benban.scan.unit import Listed, Unit, cut_units
from benban.testing.drawings import draw
from benchmarks._document import Claim, Comparison, Document, Peer
from benchmarks._pdq_files import encoded

_BORDER_BITS = 31
_PLANTED_EACH = 50
_UNIT_FILES = 16
_LOCAL_TARGET, _RAY_TARGET, _PEER_TARGET = 0.90, 1.15, 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Size:
    """How much of everything: files as phones make them, and how often each run is repeated."""

    files: int
    peer_files: int
    repeats: int
    held: int


_QUICK = _Size(files=32, peer_files=2, repeats=1, held=10_000)
_FULL = _Size(files=6000, peer_files=24, repeats=1, held=100_000)


class _OneByOne:
    """What the rates are held against: the same function and its fence, kept to one core."""

    def __init__(self, core: int = 0) -> None:
        self._core = core

    def run(self, work: Work, units: Iterable[Unit]) -> Iterator[Done]:
        place = open_place(work.source)
        with _kept_to(self._core), Fence() as fence:
            looker = FencedLooker(fence)
            for unit in units:
                yield do_unit(unit, work, place, looker)


@contextmanager
def _kept_to(core: int) -> Iterator[None]:
    """Keep this thread, and the processes that it starts, to one of the cores it may use."""
    if sys.platform != "linux":
        yield
        return
    usable = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(usable)[core % len(usable)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, usable)


def run(*, quick: bool) -> Document:
    """Return the share of the cores that is used, Ray's overhead, and the ratio to a plain loop."""
    size = _QUICK if quick else _FULL
    with tempfile.TemporaryDirectory() as folder:
        names, banked = _make_store(Path(folder), size)
        work = Work(source=folder, column="", border_bits=_BORDER_BITS, banked=banked)
        units = list(cut_units((Listed(name=name) for name in names), most_files=_UNIT_FILES))
        claims = (
            *_measure_engines(work, units, size, quick=quick),
            _measure_peer(work, names[: size.peer_files], quick=quick),
        )
    packages = ("threatexchange", "ray", "pyarrow", "numpy", "numba", "simplejpeg")
    return Document(name="scan", claims=claims, packages=packages)


def _make_store(folder: Path, size: _Size) -> tuple[list[str], BankedHashes]:
    """Return the names of files on disk (a few pictures under many names), and a bank."""
    datas = []
    for seed in range(min(12, size.files)):
        rgb = draw("landscape", seed=seed, width_px=1000, height_px=750)
        large = cv2.resize(rgb, (4000, 3000), interpolation=cv2.INTER_CUBIC)
        datas.append(encoded(np.asarray(large, np.uint8), 88))
    words = np.random.default_rng(1).integers(0, 1 << 64, (size.held, WORDS), dtype=np.uint64)
    planted = as_words([measure_picture(datas[0]).pdq.hex])
    names = []
    for place in range(size.files):
        is_planted = place % _PLANTED_EACH == 0
        data = datas[0] if is_planted else datas[1 + place % (len(datas) - 1)]
        names.append(f"{place:06d}.jpg")
        # A link is refused by design, and a hard link is a file: nothing is copied but names.
        first = folder / f".{0 if is_planted else 1 + place % (len(datas) - 1)}"
        if not first.exists():
            first.write_bytes(data)
        (folder / names[-1]).hardlink_to(first)
    held = np.concatenate([words, planted])
    return names, BankedHashes(np.arange(len(held), dtype=np.int64), held)


def _measure_engines(work: Work, units: list[Unit], size: _Size, *, quick: bool) -> Iterator[Claim]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    few = units[: max(1, len(units) // (2 * cores))]
    ones, apart, locals_, rays = [], [], [], []
    for _ in range(size.repeats):
        before = _rate(_OneByOne(), work, few)
        locals_.append(_rate(LocalEngine(cores), work, units))
        rays.append(_rate(RayEngine(workers=cores), work, units))
        apart.append(_rate_apart(cores, work, few))
        # Before and after: the machine may be another one in between.
        ones.append((before + _rate(_OneByOne(), work, few)) / 2)
    one, most, local, by_ray = (statistics.median(rates) for rates in (ones, apart, locals_, rays))
    said = (
        f"{len(units) * _UNIT_FILES} JPEGs of 12 MP, median of {size.repeats}; one core"
        f" {one:.1f}/s, {cores} cores {local:.1f}/s, Ray {by_ray:.1f}/s; starting and"
        f" ending included; {_busy()}{'; quick run' if quick else ''}"
    )
    yield Claim(
        name="files per second on all cores, as a share of one core's rate times the cores",
        value=round(local / (one * cores), 3),
        unit="share",
        n=size.repeats,
        note=said,
        target=_LOCAL_TARGET,
        comparison=Comparison.AT_LEAST,
    )
    yield Claim(
        name="the same of one run on each core, side by side without an engine",
        value=round(most / (one * cores), 3),
        unit="share",
        n=size.repeats,
        note=f"{most:.1f}/s: what the machine itself gives; {said}",
    )
    yield Claim(
        name="time with Ray on the same cores, as a multiple of the local engine's",
        value=round(local / by_ray, 3),
        unit="times",
        n=size.repeats,
        note=said,
        target=_RAY_TARGET,
        comparison=Comparison.AT_MOST,
    )


def _busy() -> str:
    """Return how busy the machine was: what others take makes both shares worse."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"
    return f"load of the last minute {load}, all at the same priority"


def _rate_apart(cores: int, work: Work, units: list[Unit]) -> float:
    """Return files per second of one single-core run on each core at the same time, summed."""
    with ThreadPoolExecutor(cores) as pool:
        runs = [pool.submit(_rate, _OneByOne(core), work, units) for core in range(cores)]
        return sum(one.result() for one in runs)


def _rate(engine: Engine, work: Work, units: list[Unit]) -> float:
    """Return files per second, starting and ending of the engine included."""
    start = time.perf_counter()
    files = sum(len(done.records) for done in engine.run(work, units))
    return files / (time.perf_counter() - start)


def _measure_peer(work: Work, names: list[str], *, quick: bool) -> Claim:
    """Return how many times faster one core is than a loop with threatexchange's own parts."""
    ((number, words),) = work.banked.held()
    index = PDQIndex.build(
        (pdq, one) for one, pdq in zip(number.tolist(), as_hashes(words), strict=True)
    )
    folder = Path(work.source)
    start = time.perf_counter()
    theirs = 0
    for name in names:
        pdq = PdqSignal.hash_from_bytes((folder / name).read_bytes())
        theirs += bool(pdq and index.query(pdq))
    their_rate = len(names) / (time.perf_counter() - start)
    place = open_place(work.source)
    (unit,) = cut_units((Listed(name=name) for name in names), most_files=len(names))
    with Fence() as fence:
        fence.facts()
        start = time.perf_counter()
        done = do_unit(unit, work, place, FencedLooker(fence))
        our_rate = len(names) / (time.perf_counter() - start)
    planted = len(range(0, len(names), _PLANTED_EACH))
    ours = sum(record.match is not None for record in done.records)
    return Claim(
        name="12 MP files per second on one core: times a loop over threatexchange",
        value=round(our_rate / their_rate, 2),
        unit="times (time by the clock)",
        n=len(names),
        note=(
            f"{our_rate:.1f}/s in the fence with eight orientations against {their_rate:.2f}/s"
            f" without a fence with one; found {ours} and {theirs} of {planted} planted;"
            f" {len(work.banked)} hashes{'; quick run' if quick else ''}"
        ),
        target=_PEER_TARGET,
        comparison=Comparison.AT_LEAST,
        peer=Peer(name="threatexchange", version=version("threatexchange"), value=1.0),
    )
