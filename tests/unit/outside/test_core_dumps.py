"""No memory of a process with an open vault goes into a crash file."""

import subprocess
import sys

import pytest

# prctl(2): 3 is PR_GET_DUMPABLE, 4 is PR_SET_DUMPABLE. What is forbidden is first allowed, so that
# the answer does not come from the machine the test runs on.
PROGRAM = """
import ctypes, resource
from benban.outside.platforms import ThisPlatform

prctl = ctypes.CDLL(None).prctl
prctl(4, 1, 0, 0, 0)
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
before = prctl(3, 0, 0, 0, 0)
ThisPlatform().forbid_core_dumps()
print(before, prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE)[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_a_process_that_forbids_core_dumps_leaves_none() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["1", "0", "0"]
