"""Freed memory between what stays goes back to the system."""

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from benban.outside.memory import give_back_memory

_PIECES, _BYTES = 1_000, 100_000
_HELD = "VmRSS:"


def _resident_bytes() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(_HELD))


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps what was freed")
def test_what_was_freed_below_what_stays_goes_back() -> None:
    library = ctypes.CDLL(None)
    if not hasattr(library, "malloc_trim"):
        pytest.skip("this system's C library gives back by itself")
    library.malloc.restype = ctypes.c_void_p
    library.malloc.argtypes = [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    pieces = []
    for _ in range(_PIECES):
        piece = library.malloc(_BYTES)
        ctypes.memset(piece, 1, _BYTES)
        pieces.append(piece)
    stays = library.malloc(_BYTES)
    for piece in pieces:
        library.free(piece)
    before = _resident_bytes()

    assert give_back_memory()

    assert before - _resident_bytes() > _PIECES * _BYTES * 0.9
    library.free(stays)


def test_elsewhere_nothing_is_done() -> None:
    said = (
        "import sys; sys.platform = 'win32'\n"
        "from benban.outside.memory import give_back_memory\n"
        "print(give_back_memory())"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
