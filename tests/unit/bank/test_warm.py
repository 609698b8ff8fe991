"""What set-up compiles is all that a served bank needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("numba")

_WARMS = "from benban.bank.warm import warm_up; warm_up()"
# A segment in memory and a mapped one, a tail of one row and of some.
_SERVES = """
import sys
from pathlib import Path
import numpy as np
from benban.bank import by_numba, engine
from benban.bank.bank import Bank
from benban.bank.folder import map_segment, write_segment
engine.engine_to_ask = lambda *asked: by_numba
engine.WORTH_COMPILING = 1
import benban.bank.state as state
state.engine_to_ask = engine.engine_to_ask
words = np.random.default_rng(1).integers(0, 1 << 64, (300, 4), dtype=np.uint64)
bank = Bank()
bank.add_many(np.arange(200), words[:200])
bank.merge()
folder = Path(sys.argv[1])
mapped = Bank.of_segment(map_segment(folder, write_segment(folder, bank.as_segment(), 0)))
found = []
for one in (bank, mapped):
    for start, stop in ((200, 201), (201, 210)):
        one.add_many(np.arange(start, stop), words[start:stop])
        found.append(len(one.near_many(words[:stop], 31)))
assert found == [201, 210] * 2, found
"""


@pytest.mark.long
def test_nothing_is_compiled_after_the_set_up(tmp_path: Path) -> None:
    kept, folder = tmp_path / "kept", tmp_path / "folder"
    folder.mkdir()
    env = {**os.environ, "NUMBA_CACHE_DIR": str(kept), "PYTHONPATH": os.pathsep.join(sys.path)}

    def compiled() -> set[str]:
        return {one.name for one in kept.rglob("*.nbc")}

    subprocess.run([sys.executable, "-c", _WARMS], env=env, check=True)
    before = compiled()
    subprocess.run([sys.executable, "-c", _SERVES, str(folder)], env=env, check=True)

    assert len(before) > 10
    assert compiled() == before
