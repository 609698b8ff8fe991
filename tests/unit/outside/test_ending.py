"""The program is over although a thread of it never comes back."""

import subprocess
import sys
from pathlib import Path

_SOURCE = Path(__file__).resolve().parents[3] / "src"
_CHILD = """
import sys, threading
sys.path.insert(0, sys.argv[1])
from benban.outside.ending import end_within
threading.Thread(target=threading.Event().wait).start()
end_within(2)
print("left")
"""


def test_a_thread_that_never_comes_back_holds_nothing_up() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(_SOURCE)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "left\n", "")
