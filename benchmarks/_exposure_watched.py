"""A process with all that it starts, watched: its memory, what it leaves on the disk, its end."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_EVERY_S = 0.1
_ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """
    What one process came to.

    Attributes:
        told: the numbers that it printed at its end; empty when it was killed.
        looks: the last progress that it told.
        peak_mb: the most memory of it and all its children at one moment, shared pages shared.
        temporary_bytes: the most that lay in its temporary folder at one moment.
    """

    told: Mapping[str, float]
    looks: int
    peak_mb: float
    temporary_bytes: int


def watch(source: Path, vault: Path | None, temporary: Path, *, kill_at: int = 0) -> Watched:
    """
    Run ``benchmarks._exposure_worker`` to its end and return what it came to.

    Args:
        source: a folder or a zip of photos.
        vault: where its case is, made if it is not there; None is in memory.
        temporary: a folder for its temporary files.
        kill_at: killed without warning when it has told so many looks; 0 is never.
    """
    temporary.mkdir(exist_ok=True)
    words = [sys.executable, "-m", "benchmarks._exposure_worker", str(source), str(vault or "-")]
    environment = {
        **os.environ,
        "TMPDIR": str(temporary),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(["src", *sys.path]),
    }
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, cwd=_ROOT, env=environment
    ) as process:
        meter = _Meter(process.pid, temporary)
        meter.start()
        looks, told = 0, {}
        for line in process.stdout or ():
            if not line.startswith("{"):
                looks = int(line)
            else:
                told = json.loads(line)
            if kill_at and looks >= kill_at:
                process.kill()
                break
        meter.stop()
    if not told and not kill_at:
        message = f"the audit ended with {process.returncode}"
        raise RuntimeError(message)
    return Watched(
        told=told,
        looks=looks,
        peak_mb=meter.peak_bytes / 1e6,
        temporary_bytes=meter.temporary_bytes,
    )


class _Meter(threading.Thread):
    def __init__(self, process_id: int, temporary: Path) -> None:
        super().__init__(daemon=True)
        self._process_id, self._temporary = process_id, temporary
        self._ended = threading.Event()
        self._is_whole = False
        self.peak_bytes = self.temporary_bytes = 0

    def run(self) -> None:
        while not self._ended.wait(_EVERY_S):
            family = _family(self._process_id)
            now_bytes = sum(_shared_out_bytes(one) for one in family)
            self.peak_bytes = max(self.peak_bytes, now_bytes)
            self.temporary_bytes = max(self.temporary_bytes, _bytes_below(self._temporary))
        self._is_whole = True

    def stop(self) -> None:
        """End the measuring; one that broke off gives no figure, instead of a small one."""
        self._ended.set()
        self.join()
        if not self._is_whole:
            message = "the measuring broke off"
            raise RuntimeError(message)


def _bytes_below(folder: Path) -> int:
    return sum(_size(Path(inside, name)) for inside, _, names in os.walk(folder) for name in names)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # it went meanwhile


def _family(process_id: int) -> list[int]:
    """Return a process and all its descendants, whatever session they are in (Linux)."""
    found = [process_id]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").glob("*/children"):
                found += [int(child) for child in task.read_text(encoding="ascii").split()]
        except OSError:
            continue  # it ended meanwhile
    return found


def _shared_out_bytes(process_id: int) -> int:
    """Return the proportional set size: a page that three share counts as a third to each."""
    try:
        lines = Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
