"""Processes that a program left behind, known by a word in their environment."""

import time
from pathlib import Path

MARK = "BENBAN_TEST_MARK"
# A browser whose driver was killed needs a moment to notice.
_PATIENCE_S = 30.0


def survivors(mark: str) -> list[str]:
    """Return what processes of the killed command still live after some patience."""
    deadline = time.monotonic() + _PATIENCE_S
    while (found := _marked(mark)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def _marked(mark: str) -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (place / "environ").read_bytes():
                found.append((place / "comm").read_text().strip())
        except OSError:
            continue  # it ended meanwhile, or is somebody else's
    return found
