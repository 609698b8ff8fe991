"""A round of the watch killed anywhere: no second look in a day, and the rest is taken up."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from benban.casework.recheck import recheck
from benban.casework.standing import give_permission
from benban.casework.take_in import SightingReport, take_in
from benban.casework.watch_places import hosts_of_watch, take_up_sightings
from benban.model.custody import EventKind
from benban.model.sighting import SightingKind
from benban.model.standing import StandingAct
from benban.model.watch import Look, Place
from benban.outside.clock import SystemClock
from benban.remedies import packaged_catalogue, parse_address
from benban.testing.platform import CHANNEL, PlatformSimulator
from benban.vault import CaseStore
from tests.path.doomed_watch import HOST, tools
from tests.path.terminal import ANSWERS, Terminal, left_behind, opened

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills as POSIX does")

ROOT = Path(__file__).resolve().parents[2]
PLACES = 3
# Spread over the whole round: a process of its own for each is slow.
DEATHS = 24
NEVER = -1


@pytest.fixture(scope="module")
def site() -> Iterator[PlatformSimulator]:
    with PlatformSimulator(posts=PLACES) as running:
        yield running


@pytest.fixture(scope="module")
def before(site: PlatformSimulator, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A vault with three places that are due, and a permission."""
    terminal = Terminal.with_vault(tmp_path_factory.mktemp("before"))
    case = terminal.new_case()
    clock = SystemClock()
    with terminal.store(case) as store:
        for index in range(PLACES):
            address = f"http://{HOST}:{site.port}/{CHANNEL}/{site.number_of(index)}"
            report = SightingReport(
                address=parse_address(address, packaged_catalogue()),
                kind=SightingKind.PUBLISHED,
                answers=ANSWERS,
            )
            take_in(store, report, clock)
        take_up_sightings(store, clock)
        give_permission(
            store,
            StandingAct.WATCH,
            hosts_of_watch(store, clock),
            every_h=24,
            until=clock.now() + timedelta(days=30),
            clock=clock,
        )
    return terminal


def doomed(vault: Path, step: int, site: PlatformSimulator) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    words = (str(vault), str(step), str(site.port))
    return subprocess.run(
        (sys.executable, "-m", "tests.path.doomed_watch", *words),
        env={**os.environ, "PYTHONPATH": paths, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def problems(store: CaseStore, site: PlatformSimulator) -> list[object]:
    """Return what is wrong after a killed round and the one that followed it."""
    found: list[object] = []
    asked = Counter(one.path for one in site.requests())
    found += [path for path, times in asked.items() if times > 1]
    looks = Counter(one.place_id for one in store.all(Look))
    begun = Counter(
        one.subject
        for one in store.events()
        if one.kind is EventKind.ATTEMPT and one.subject.startswith("plc-")
    )
    logged = [one for one in store.events() if one.kind is EventKind.LOOKED]
    for place in store.all(Place):
        # Every place was begun once, in the one round or the other; at most one look was lost.
        found += [] if begun[place.id] == 1 else [(place.id, begun[place.id])]
    found += [] if len(logged) == sum(looks.values()) else ["a look without its event"]
    found += [] if sum(looks.values()) >= PLACES - 1 else [("looks", sum(looks.values()))]
    return found


def test_whenever_it_is_killed_nobody_is_asked_twice_and_the_rest_is_taken_up(
    before: Terminal, site: PlatformSimulator, tmp_path: Path
) -> None:
    whole = doomed(Path(shutil.copytree(before.vault, tmp_path / "whole")), NEVER, site)
    assert (whole.returncode, whole.stdout) == (0, str(PLACES)), whole.stderr
    (steps,) = re.findall(r"steps (\d+)", whole.stderr)

    wrong: dict[int, list[object]] = {}
    for step in range(0, int(steps), max(1, int(steps) // DEATHS)):
        vault = Path(shutil.copytree(before.vault, tmp_path / f"kho-{step}"))
        site.forget_requests()
        ended = doomed(vault, step, site)
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        with opened(vault) as again, again.open_case(again.case_ids()[0]) as store:
            recheck(store, tools(site.port))
            found = problems(store, site)
        found += left_behind(vault)
        if found:
            wrong[step] = found
        shutil.rmtree(vault)

    assert (wrong, int(steps) >= 2 * PLACES) == ({}, True)
