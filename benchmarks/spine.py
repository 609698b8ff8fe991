"""
The main job, stage by stage: seconds, peak memory, the vault's speed, and how fast help appears.

PDQ against pdqhash is measured in ``pdq.py``.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benban.cli.demo.run import run_demo
from benban.cli.demo.stages import Stages
from benban.cli.demo.story import STAGES
from benban.cli.words import Words
from benban.model.case import Capacity, Case
from benban.model.ids import new_case_id
from benban.outside.clock import SystemClock
from benban.outside.platforms import ThisPlatform
from benban.vault import CaseStore, KdfCost, Vault
from benban.wording import Language
from benchmarks._document import Claim, Comparison, Document, Peer

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_CHUNK_BYTES = 1 << 20
_PEER_CHUNK_BYTES = 1 << 16


def run(*, quick: bool) -> Document:
    """Return the claims of the spine; quick: a smaller file and fewer repetitions."""
    claims = [*_demo(), _put(quick=quick), _help(quick=quick)]
    return Document(
        name="spine",
        claims=tuple(claims),
        packages=("cryptography", "sqlcipher3", "playwright", "opencv-python-headless", "typst"),
    )


# --- the demonstration ------------------------------------------------------------------------


class _Watched(Stages):
    """Notes the largest resident memory of this process and its children in each stage."""

    def __init__(self) -> None:
        super().__init__(Words(Language.EN), STAGES)
        self.peak_bytes: dict[str, int] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        is_over = threading.Event()
        sampler = threading.Thread(target=self._sample, args=(name, is_over))
        sampler.start()
        try:
            with super().stage(name):
                yield
        finally:
            is_over.set()
            sampler.join()

    def _sample(self, name: str, is_over: threading.Event) -> None:
        while True:
            used = _tree_bytes(os.getpid())
            self.peak_bytes[name] = max(self.peak_bytes.get(name, 0), used)
            if is_over.wait(0.05):
                return


def _demo() -> list[Claim]:
    stages = _Watched()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, stages:
        run_demo(Words(Language.EN), Path(folder), stages)
    seconds = time.perf_counter() - started
    claims = [
        Claim(
            name="demonstration after set-up",
            value=round(seconds, 1),
            unit="s",
            n=1,
            note="one run, from an empty folder to the verified dossier",
            target=60.0,
            comparison=Comparison.AT_MOST,
        )
    ]
    for name, taken in stages.seconds.items():
        peak = stages.peak_bytes[name] / 2**20
        note = (
            f"peak memory of the process tree {peak:.0f} MiB, resident pages, shared ones counted"
        )
        claims.append(Claim(name=f"stage {name}", value=taken, unit="s", n=1, note=note))
        claims.append(
            Claim(name=f"stage {name}, peak", value=round(peak), unit="MiB", n=1, note=note)
        )
    return claims


def _tree_bytes(root: int) -> int:
    """Return the resident memory of a process and all its descendants; 0 where it is not told."""
    parents: dict[int, list[int]] = {}
    pages: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(folder.name)
        parents.setdefault(int(fields[1]), []).append(pid)
        pages[pid] = int(fields[21])
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        total += pages.get(pid, 0) * _PAGE_BYTES
        waiting += parents.get(pid, [])
    return total


# --- the vault --------------------------------------------------------------------------------


def _put(*, quick: bool) -> Claim:
    size = (32 if quick else 256) * 2**20
    rounds = 2 if quick else 5
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        _write_random(source, size)
        vault, _ = Vault.create(
            Path(folder) / "vault",
            passphrase="benchmark",  # noqa: S106 - protects nothing
            cost=KdfCost.cheap_for_tests(),
            clock=SystemClock(),
            platform=ThisPlatform(),
            ballast_bytes=0,
        )
        with vault, vault.create_case(_case()) as store:
            ours, theirs = [], []
            for _ in range(rounds):
                theirs.append(_seconds(lambda: _plain(source, Path(folder) / "peer")))
                ours.append(_seconds(lambda: _put_once(store, source)))
    ours_rate = size / min(ours) / 2**20
    peer_rate = size / min(theirs) / 2**20
    return Claim(
        name="vault put against SHA-256 + AES-GCM",
        value=round(ours_rate / peer_rate, 3),
        unit="ratio",
        n=rounds,
        note=f"{size // 2**20} MiB from file to flushed file; best of {rounds}; "
        f"ours {ours_rate:.0f} MiB/s with SHA-256 and SHA-512"
        + ("; quick run on a smaller file" if quick else ""),
        target=0.7,
        comparison=Comparison.AT_LEAST,
        peer=Peer(name="hashlib + cryptography", version="same run", value=1.0),
    )


def _put_once(store: CaseStore, source: Path) -> None:
    with source.open("rb") as stream:
        part = store.spool("benchmark").open_part()
        while chunk := stream.read(_CHUNK_BYTES):
            part.write(chunk)
        part.finish()


def _plain(source: Path, target: Path) -> None:
    """Hash and encrypt the same file with the same chunk size, and flush it."""
    cipher, digest = AESGCM(os.urandom(32)), hashlib.sha256()
    with source.open("rb") as stream, target.open("wb") as out:
        counter = 0
        while chunk := stream.read(_PEER_CHUNK_BYTES):
            digest.update(chunk)
            out.write(cipher.encrypt(counter.to_bytes(12, "big"), chunk, None))
            counter += 1
        _flush(out)


def _flush(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def _write_random(path: Path, size: int) -> None:
    with path.open("wb") as stream:
        for _ in range(size // _CHUNK_BYTES):
            stream.write(os.urandom(_CHUNK_BYTES))


def _seconds(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _case() -> Case:
    return Case(
        id=new_case_id(),
        title="benchmark",
        language=Language.EN,
        capacity=Capacity.SELF,
        opened_at=datetime(2026, 11, 22, tzinfo=UTC),
    )


# --- the command line -------------------------------------------------------------------------


def _help(*, quick: bool) -> Claim:
    rounds = 3 if quick else 15
    command = [sys.executable, "-m", "benban", "--help"]
    taken = sorted(
        _seconds(lambda: _discard(subprocess.run(command, check=True, capture_output=True)))
        for _ in range(rounds)
    )
    return Claim(
        name="benban --help",
        value=round(taken[len(taken) // 2], 3),
        unit="s",
        n=rounds,
        note=f"median of {rounds} fresh processes; slowest {taken[-1]:.3f} s",
        target=0.5,
        comparison=Comparison.AT_MOST,
    )


def _discard(_done: object) -> None:
    """Take a value that nobody needs."""
