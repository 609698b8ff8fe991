"""A visit that is killed as any of its steps ends leaves a record that can be read (issue 3, 1)."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benban.casework.take_in import SightingReport, take_in
from benban.model.case import Capacity, Case
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.ids import new_case_id
from benban.model.sighting import Address, SightingKind
from benban.outside.clock import SystemClock
from benban.outside.platforms import ThisPlatform
from benban.seal.digests import measure_file
from benban.vault import KdfCost, Vault
from benban.wording import Language
from tests.path.doomed_visit import NEVER, PASSPHRASE, PLACE
from tests.path.terminal import ANSWERS

ROOT = Path(__file__).resolve().parents[2]
# What a whole page goes through; written out, so that a step that is lost is noticed.
STEPS = (
    "open-browser",
    "page-whole",
    "dom-text",
    "counters",
    "screenshot",
    "page-pdf",
    "mhtml",
    "item",
    "stop-films",
    "page-media",
    "wacz",
)
KEPT_AFTER = {"dom-text": 1, "screenshot": 2, "page-pdf": 3, "mhtml": 4, "wacz": 5}


def doomed(vault: Path, number: int) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    return subprocess.run(
        (sys.executable, "-m", "tests.path.doomed_visit", str(vault), str(number)),
        env={**os.environ, "PYTHONPATH": paths, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with one case and one place that may be visited."""
    folder = tmp_path_factory.mktemp("before") / "kho"
    clock = SystemClock()
    made, _ = Vault.create(
        folder,
        passphrase=PASSPHRASE,
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    case = Case(
        id=new_case_id(),
        title="",
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=clock.now(),
    )
    report = SightingReport(
        address=Address(raw=PLACE, canonical=PLACE, host="vi-du.test", service="unknown"),
        kind=SightingKind.PUBLISHED,
        answers=ANSWERS,
    )
    with made, made.create_case(case) as store:
        take_in(store, report, clock)
    return folder


def test_the_visit_that_nobody_kills_has_the_steps_that_are_enumerated_here(
    before: Path, tmp_path: Path
) -> None:
    vault = Path(shutil.copytree(before, tmp_path / "kho"))

    ended = doomed(vault, NEVER)

    assert (tuple(ended.stdout.split()), ended.returncode) == (STEPS, 0), ended.stderr


@pytest.mark.parametrize("number", range(len(STEPS)), ids=STEPS)
def test_whatever_was_finished_by_then_is_whole_and_the_log_says_it_was_tried(
    before: Path, tmp_path: Path, number: int
) -> None:
    vault = Path(shutil.copytree(before, tmp_path / "kho"))

    ended = doomed(vault, number)

    assert ended.returncode == -signal.SIGKILL, ended.stderr
    opened = Vault.open(
        vault,
        passphrase=PASSPHRASE,
        recovery_code=None,
        clock=SystemClock(),
        platform=ThisPlatform(),
    )
    with opened, opened.open_case(opened.case_ids()[0]) as store:
        kinds = [event.kind for event in store.events()]
        exhibits = store.all(Exhibit)
        for exhibit in exhibits:
            with store.open_exhibit(exhibit.id) as file:
                assert measure_file(file).sha256 == exhibit.sha256
    finished = max([KEPT_AFTER.get(name, 0) for name in STEPS[: number + 1]])
    assert (len(exhibits), kinds.count(EventKind.ADOPTED)) == (finished, finished)
    assert kinds.index(EventKind.ATTEMPT) < min(
        [at for at, kind in enumerate(kinds) if kind is EventKind.ADOPTED], default=len(kinds)
    )
