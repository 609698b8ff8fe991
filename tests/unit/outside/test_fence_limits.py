"""What the confinement of the fenced process really stops, tried in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import benban

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits differ by platform")

_TRIES = """
import json, os, socket, sys, time
sys.path.insert(0, sys.argv[1])
from benban.outside.posix import leave_network, limit_child
leave_network()
in_force = limit_child(memory_bytes=64 * 2**20, cpu_s=1)

def open_file(): open("/etc/hostname").close()
def write_file(): open(sys.argv[2], "w").close()
def open_socket(): socket.socket()
def take_memory(): bytearray(256 * 2**20)
def raise_limit():
    if os.geteuid() == 0 and "landlock" not in in_force:
        raise OSError  # without landlock root may take its limits back
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    open("/etc/hostname").close()

def outcome(attempt):
    try:
        attempt()
    except (OSError, MemoryError, ValueError) as error:
        return type(error).__name__
    return "done"

tries = (open_file, write_file, open_socket, take_memory, raise_limit)
print(json.dumps({attempt.__name__: outcome(attempt) for attempt in tries}), flush=True)
while "spin" in sys.argv:
    pass
"""


def _try(tmp_path: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    source = str(Path(benban.__file__).parent.parent)
    return subprocess.run(
        [sys.executable, "-I", "-c", _TRIES, source, str(tmp_path / "new"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_confined_process_opens_no_file_no_socket_and_takes_no_memory(tmp_path: Path) -> None:
    outcomes = json.loads(_try(tmp_path).stdout)

    assert [name for name, outcome in outcomes.items() if outcome == "done"] == []
    assert not (tmp_path / "new").exists()


def test_a_confined_process_that_only_computes_is_ended_by_its_processor_time(
    tmp_path: Path,
) -> None:
    # SIGXCPU, or SIGKILL where the hard limit is met first.
    assert _try(tmp_path, "spin").returncode in {-24, -9}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may always fork")
def test_a_confined_process_starts_no_other(tmp_path: Path) -> None:
    script = _TRIES.replace("while ", "print(outcome(os.fork), flush=True)\nwhile ")
    source = str(Path(benban.__file__).parent.parent)
    run = subprocess.run(
        [sys.executable, "-I", "-c", script, source, str(tmp_path / "new")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert run.stdout.splitlines()[-1] == "BlockingIOError"
