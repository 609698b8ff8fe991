"""
The watch: a year of cases under a fake clock, and the speed of looking again over loopback HTTP.

The year goes through the port of the watch, with a web in memory whose pages are removed, hidden
in eight ways and come back; pictures are measured in the real fence. The speed is measured in a
process of its own against a site in this one.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial, reduce
from importlib.resources import files
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benban.model.case import Capacity, Case
from benban.model.ids import new_case_id, new_sighting_id
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.remedies import packaged_catalogue, parse_address
from benban.remedies.catalogue import load_catalogue
from benban.remedies.plan import plan_removal
from benban.testing.platform import PlatformSimulator
from benban.wording import Language
from benchmarks._document import Claim, Comparison, Document
from benchmarks._watch_year import Outcome, live_a_year

_NOW = datetime(2026, 11, 27, tzinfo=UTC)
_YES = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)


def run(*, quick: bool) -> Document:
    """Return every number of the watch."""
    cases, sightings, days = (1, 6, 90) if quick else (60, 40, 365)
    note = f"{cases} cases x {sightings} sightings, {days} days" + (", quick run" if quick else "")
    year = _year(cases, sightings, days)
    with PlatformSimulator() as site:
        text = _looks(site.port, 100 if quick else 1000, "text")
        pictures = _looks(site.port, 8 if quick else 200, "pictures")
    return Document(
        name="watch",
        claims=(
            *year_claims(year, note),
            *_speed_claims(text, pictures, is_quick=quick),
            _plan_time(),
            _load_time(),
        ),
        packages=("httpcore", "h11", "msgspec"),
    )


def _year(cases: int, sightings: int, days: int) -> Outcome:
    """Return what the year brought; the cases are shared out among the cores, a vault for each."""
    shares = max(1, min(os.cpu_count() or 1, cases))
    each = [len(range(one, cases, shares)) for one in range(shares)]
    first = [sum(each[:one]) for one in range(shares)]
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        vaults = [Path(folder, f"kho-{one}") for one in range(shares)]
        live = partial(_live, sightings=sightings, days=days)
        # A fresh process for each: nothing of this one's threads goes with it.
        with ProcessPoolExecutor(shares, mp_context=get_context("spawn")) as workers:
            lived = workers.map(live, vaults, each, first)
            return reduce(Outcome.plus, lived)


def _live(vault: Path, cases: int, first: int, *, sightings: int, days: int) -> Outcome:
    return live_a_year(vault, cases=cases, sightings=sightings, days=days, first=first)


def _memory() -> str | None:
    # Two thirds of a simulated year were waiting for a disk to say that it has written; speed is
    # measured elsewhere, on a disk.
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    return str(memory) if memory.is_dir() and os.access(memory, os.W_OK) else None


def year_claims(year: Outcome, note: str) -> tuple[Claim, ...]:
    """Return what is claimed of the year, as it came out."""
    return (
        Claim(
            name="planted re-uploads found, of those the comparison supports",
            value=year.found / year.supported if year.supported else 0.0,
            unit="share",
            n=year.supported,
            target=1.0,
            comparison=Comparison.EQUAL,
            note=f"{note}; planted {year.planted}, not supported: {_listed(year.unsupported)}",
        ),
        _never("untouched photos offered as finds", year.false_finds, year, note),
        _never("looks that said gone while it was not removed", year.false_gone, year, note),
        _share("removals that were said", year.said_gone, year.removed, note),
        _share("returns of what was gone that were said", year.said_back, year.came_back, note),
        _never("finds or sightings told twice", year.duplicates, year, note),
        _never(
            "second notices let through while the first was open",
            year.letters.repeated,
            year,
            f"{note}; {year.letters.sent} sent, {year.letters.follow_ups} of them to take up an"
            f" earlier one, {year.letters.refused} second ones tried and stopped",
            n=year.letters.sent,
        ),
        _never(
            "deadlines missed, told too early or twice, or without a next step",
            year.letters.missed,
            year,
            f"{note}; held each day against a book of their own; {_listed(year.letters.why)}",
            n=year.letters.deadlines,
        ),
        _never("second looks within 24 hours", year.too_soon, year, note),
        _never(
            "looks missed by more than two days",
            year.missed,
            year,
            f"{note}; latest {year.late_h:.1f} h after it was due, one round a day; every"
            " sixtieth day the host asks to be left alone",
        ),
    )


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


def _share(name: str, value: int, of: int, note: str) -> Claim:
    # Nothing planted is nothing shown: no target is met by it.
    return Claim(
        name=name,
        value=value / of if of else 0.0,
        unit="share",
        n=of,
        target=1.0 if of else None,
        comparison=Comparison.EQUAL if of else None,
        note=note,
    )


def _never(name: str, value: int, year: Outcome, note: str, *, n: int | None = None) -> Claim:
    return Claim(
        name=name,
        value=value,
        unit="",
        n=year.looks if n is None else n,
        target=0.0,
        comparison=Comparison.EQUAL,
        note=note,
    )


def _looks(port: int, places: int, kind: str) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks._watch_worker", str(port), str(places), kind],
        check=True,
        capture_output=True,
        text=True,
    )
    said: dict[str, Any] = json.loads(ended.stdout)
    return said


def _speed_claims(
    text: dict[str, Any], pictures: dict[str, Any], *, is_quick: bool
) -> tuple[Claim, ...]:
    quick = ", quick run" if is_quick else ""
    return (
        Claim(
            name="re-checks over loopback HTTP",
            value=text["looks"] / text["seconds"],
            unit="per second",
            n=text["looks"],
            target=20.0,
            comparison=Comparison.AT_LEAST,
            note=f"page, judgement, two records each; {_load()}{quick}",
        ),
        Claim(
            name="memory of the process that re-checks",
            value=text["peak_mb"],
            unit="MB",
            n=text["looks"],
            target=300.0,
            comparison=Comparison.AT_MOST,
            note=f"largest resident size{quick}",
        ),
        Claim(
            name="re-checks with pictures compared in the fence",
            value=pictures["looks"] / pictures["seconds"],
            unit="per second",
            n=pictures["looks"],
            note=f"other pictures are held against by local features too{quick}",
        ),
    )


def _load() -> str:
    # Two durable records a look: other writers on the same disk tell in this number.
    if sys.platform == "win32":
        return "load not known"
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def _plan_time() -> Claim:
    catalogue = packaged_catalogue()
    case = Case(
        id=new_case_id(),
        title="",
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=_NOW,
    )
    sighting = Sighting(
        id=new_sighting_id(),
        kind=SightingKind.PUBLISHED,
        address=parse_address("https://t.me/kenh_vi_du/5", catalogue),
        text="",
        answers=_YES,
        reported_at=_NOW,
    )
    times = []
    for _ in range(200):
        begun = time.perf_counter()
        plan_removal(sighting, case, catalogue, _NOW, ())
        times.append((time.perf_counter() - begun) * 1000)
    return Claim(
        name="plan of one sighting, catalogue loaded",
        value=statistics.median(times),
        unit="ms",
        n=len(times),
        target=5.0,
        comparison=Comparison.AT_MOST,
        note=f"median; slowest of 200: {max(times):.2f} ms",
    )


def _load_time() -> Claim:
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        load_catalogue(files("benban.catalogue"))
        times.append((time.perf_counter() - begun) * 1000)
    return Claim(
        name="catalogue loaded and checked",
        value=statistics.median(times),
        unit="ms",
        n=len(times),
        target=150.0,
        comparison=Comparison.AT_MOST,
        note="median of five, files in the system's cache",
    )
