"""How long the catalogue takes to load in a program that has just started."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks._document import Claim, Comparison

_SOURCES = Path(__file__).parents[1] / "src"
# The modules first: what is claimed is the loading, and what is imported is told beside it.
_CHILD = """
import json, sys, time
begun = time.perf_counter()
from importlib.resources import files
from benban.remedies.catalogue import load_catalogue
imported, busy = time.perf_counter(), time.process_time()
found = load_catalogue(files("benban.catalogue"))
loaded, busy = time.perf_counter(), time.process_time() - busy
json.dump({"import_ms": (imported - begun) * 1e3, "load_ms": (loaded - imported) * 1e3,
           "cpu_ms": busy * 1e3,
           "faults": len(found.faults), "services": len(found.services),
           "rules": len(found.provisions)}, sys.stdout)
"""
_TARGET_MS = 150.0


def catalogue_load_claim(*, quick: bool) -> Claim:
    """
    Return the claim over fresh processes, each of which loads once.

    The value is the fastest: what else the machine does only ever adds. Median and processor time
    stand in the note.
    """
    runs = [_one() for _ in range(5 if quick else 25)]
    load_ms = sorted(run["load_ms"] for run in runs)
    import_ms = statistics.median(run["import_ms"] for run in runs)
    cpu_ms = statistics.median(run["cpu_ms"] for run in runs)
    faults = max(run["faults"] for run in runs)
    first = runs[0]
    return Claim(
        name="catalogue_load",
        value=round(load_ms[0], 1),
        unit="ms",
        target=_TARGET_MS,
        comparison=Comparison.AT_MOST,
        n=len(runs),
        note=(
            f"fastest of fresh processes, warm page cache; median"
            f" {statistics.median(load_ms):.0f} ms, slowest {load_ms[-1]:.0f} ms,"
            f" median processor time {cpu_ms:.0f} ms;"
            f" {first['services']:.0f} services, {first['rules']:.0f} rules, {faults:.0f} faults;"
            f" importing the modules is not in it: {import_ms:.0f} ms"
            + ("; quick run" if quick else "")
        ),
    )


def _one() -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", _CHILD],
        env={"PYTHONPATH": str(_SOURCES), "PATH": ""},
        stdout=subprocess.PIPE,
        check=True,
    )
    read: dict[str, float] = json.loads(done.stdout)
    return read
