"""What the processes of one node count together for their limits (B5 102)."""

import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from benban.errors.exchange import NodeFolderError, TooManyRequestsError
from benban.outside.exchange_tally import NodeTally, forget_tally
from benban.service.limits import Allowance, Limiter

_MOST = 1_000
_PROCESSES = 3
# A day's window: it does not end while three processes count, nor at midnight.
_ASKS = """
import sys
import time
time.time = lambda: 7_200.0
from pathlib import Path
from benban.errors.exchange import TooManyRequestsError
from benban.outside.exchange_tally import NodeTally
from benban.service.limits import Allowance, Limiter
allowance = Allowance(hashes_a_day=int(sys.argv[2]), hashes_a_second=1_000_000)
limiter = Limiter(allowance, NodeTally(Path(sys.argv[1]), int(sys.argv[3])))
sys.stdin.readline()
taken = 0
for _ in range(2 * int(sys.argv[2])):
    try:
        limiter.asked("key", 1)
    except TooManyRequestsError:
        continue
    taken += 1
print(taken)
"""


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    # No window ends while a test counts in it.
    monkeypatch.setattr("time.time", lambda: 7_200.0)


def _limiter(folder: Path, *, processes: int = 2) -> Limiter:
    return Limiter(Allowance(attestations_an_hour=10), NodeTally(folder, processes))


def _taken(limiter: Limiter, key: str, times: int) -> int:
    """Return how many of so many were let through."""
    return sum(_is_taken(limiter, key) for _ in range(times))


def _is_taken(limiter: Limiter, key: str) -> bool:
    try:
        limiter.attestation(key)
    except TooManyRequestsError as error:
        return not 1 <= int(error.params["seconds"]) <= 3600
    return True


def test_two_processes_let_through_what_one_would(tmp_path: Path) -> None:
    one, other = _limiter(tmp_path), _limiter(tmp_path)

    assert (_taken(one, "key", 7), _taken(other, "key", 7), _taken(one, "key", 7)) == (7, 3, 0)


def test_a_key_does_not_use_up_what_another_may(tmp_path: Path) -> None:
    one, other = _limiter(tmp_path), _limiter(tmp_path)

    assert (_taken(one, "key", 20), _taken(other, "another", 20)) == (10, 10)


def test_processes_that_count_at_once_never_let_through_more(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _ASKS, str(tmp_path), str(_MOST), str(_PROCESSES)]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(_PROCESSES)
    ]

    for one in started:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    taken = sum(int(one.communicate()[0]) for one in started)

    # At the border each of the others may have been counted before it could look.
    assert _MOST - (_PROCESSES - 1) <= taken <= _MOST


def test_a_window_that_ended_counts_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = NodeTally(tmp_path, 2), NodeTally(tmp_path, 2)
    assert (one.add("name", 3600, 4), other.add("name", 3600, 2)) == (4, 6)

    monkeypatch.setattr("time.time", lambda: 10_800.0)

    assert one.counted("name", 3600) == 0
    assert (one.add("name", 3600, 1), other.add("name", 3600, 1)) == (1, 2)


def test_what_a_process_counted_stays_when_another_takes_its_place(tmp_path: Path) -> None:
    first = NodeTally(tmp_path, 1)
    first.add("name", 86_400, 5)
    taken: list[int] = []

    def follow() -> None:
        after = NodeTally(tmp_path, 1)
        taken.append(after.add("name", 86_400, 1))

    waiting = Thread(target=follow)
    waiting.start()
    first.close()
    waiting.join()

    assert taken == [6]


def test_more_names_than_there_are_rows_share_one_and_what_both_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benban.outside.exchange_tally._ROWS", 4)
    monkeypatch.setattr("benban.outside.exchange_tally._STEPS", 4)
    tally = NodeTally(tmp_path, 1)

    counted = [tally.add(f"name {one}", 86_400, 1) for one in range(9)]

    assert counted.count(1) == 4
    assert max(counted) >= 3


def test_the_next_start_begins_anew_with_any_number_of_processes(tmp_path: Path) -> None:
    before = NodeTally(tmp_path, 2)
    before.add("name", 86_400, 5)
    before.close()

    forget_tally(tmp_path)

    assert NodeTally(tmp_path, 4).counted("name", 86_400) == 0


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NodeFolderError):
        NodeTally(tmp_path / "none", 1)
