"""What every test shares: reproducible property tests and the time that each room takes."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.kept_fences import KeptFences

# Order and outcome are tested, never wall-clock time; the same examples on every machine.
settings.register_profile("benban", deadline=None, derandomize=True, database=None)
# Fresh examples each time, many of them: ./run test --long --hypothesis-profile=search
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("benban")

_seconds: defaultdict[str, float] = defaultdict(float)
_tests: defaultdict[str, set[str]] = defaultdict(set)


# In these rooms files last long, in the first the longest.
_LONG_ROOMS = ("desk", "browser", "path", "service", "harm", "hostile", "unit/casework")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Hand out first the files that last long: no process is left alone with one at the end."""
    ranks = {room: rank for rank, room in enumerate(_LONG_ROOMS)}
    items.sort(key=lambda item: ranks.get(_room_of(item.nodeid), len(ranks)))


@pytest.fixture(scope="session")
def kept_fences() -> Iterator[KeptFences]:
    """Loaded processes for decoding pictures, for tests that are not about these."""
    kept = KeptFences()
    yield kept
    kept.close()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add set-up, call and tear-down to the room of the test."""
    room = _room_of(report.nodeid)
    _seconds[room] += report.duration
    _tests[room].add(report.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the rooms, slowest first; pytest's own last line comes after."""
    if not _seconds:
        return
    terminalreporter.section("time per room")
    for room, seconds in sorted(_seconds.items(), key=lambda item: -item[1]):
        terminalreporter.write_line(f"{seconds:8.2f} s  {len(_tests[room]):5d} tests  {room}")


def _room_of(nodeid: str) -> str:
    # tests/unit/<room>/test_x.py and tests/<kind>/.../test_x.py
    parts = Path(nodeid.partition("::")[0]).parts[1:-1]
    return "/".join(parts[:2] if parts[:1] == ("unit",) else parts[:1]) or "tests"
