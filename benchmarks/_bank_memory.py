"""What a bank or an index takes in memory, measured in a process of its own."""

import ctypes
import gc
import os
import subprocess
import sys
from pathlib import Path


def grown_mib(maker: str, size: int) -> float:
    """Return by how much a new process grows while *maker* of ``benchmarks.bank`` builds."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks._bank_memory", maker, str(size)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return float(done.stdout)


def _main(maker: str, size: int) -> None:
    from benchmarks import bank  # the measured process alone needs it

    make = getattr(bank, maker)
    # What the first of its kind loads (a compiler, thread pools) is not the bank's.
    make(bank.hashes(70_000))
    words = bank.hashes(size)
    _settle()
    before = _resident_mib()
    made = make(words)
    del words
    _settle()
    # The input lives on in both or in neither: it is counted as if it were gone.
    print(_resident_mib() - before + size * 32 / 2**20)
    del made


def _settle() -> None:
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
