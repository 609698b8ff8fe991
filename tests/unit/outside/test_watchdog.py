"""A child that hangs or swells is ended; one that behaves is left alone."""

import subprocess
import sys
from collections.abc import Iterator
from subprocess import PIPE

import pytest

from benban.outside.platforms import resident_bytes
from benban.outside.watchdog import Bite, Watchdog

COMMAND = [sys.executable, "-c", "print(1, flush=True); input()"]


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(COMMAND, stdin=PIPE, stdout=PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        yield process
        process.kill()


def test_a_child_that_takes_too_long_is_ended(child: subprocess.Popen[bytes]) -> None:
    dog = Watchdog(child.pid, memory_of=lambda _: 0, most_bytes=1)

    with dog.after(0.01) as watch:
        child.wait()

    assert watch.bite is Bite.TIME


def test_a_child_that_swells_is_ended(child: subprocess.Popen[bytes]) -> None:
    dog = Watchdog(child.pid, memory_of=lambda _: 2, most_bytes=1)

    with dog.after(3600) as watch:
        child.wait()

    assert watch.bite is Bite.MEMORY


def test_a_child_that_behaves_is_left_alone(child: subprocess.Popen[bytes]) -> None:
    dog = Watchdog(child.pid, memory_of=resident_bytes, most_bytes=1 << 40)

    with dog.after(3600) as watch:
        pass

    assert (watch.bite, child.poll()) == (None, None)


def test_the_memory_of_a_process_is_told_and_of_none_is_zero(
    child: subprocess.Popen[bytes],
) -> None:
    running = resident_bytes(child.pid)
    child.kill()
    child.wait()

    assert running > 1_000_000
    assert resident_bytes(child.pid) == 0
