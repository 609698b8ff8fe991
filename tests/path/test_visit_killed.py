"""
A visit that is killed at any moment leaves what was finished, and a record that says so.

The next opening of the case makes the record of a visit that was broken off: what was finished is
named, exported and proven, what is missing is said.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from benban_verify import Anchors, CheckResult, verify

from benban.casework.conclude import DossierRequest, conclude
from benban.casework.take_in import SightingReport, take_in
from benban.dossier.view import Audience, Edition
from benban.model.case import Capacity, Case
from benban.model.custody import CustodyEvent, EventKind
from benban.model.exhibit import REST_OF_VISIT, Capture, Exhibit, ExhibitKind
from benban.model.ids import new_case_id
from benban.model.sighting import Address, AgeAnswers, Answer, SightingKind
from benban.outside.clock import SystemClock
from benban.outside.platforms import ThisPlatform
from benban.seal.digests import measure_file
from benban.seal.visit_record import visit_record, visit_record_sha256
from benban.vault import CaseStore, KdfCost, Vault
from benban.wording import Language
from tests.path.doomed_visit import NEVER, PASSPHRASE, PLACE
from tests.path.terminal import ANSWERS, Terminal, run

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills as POSIX does")

ROOT = Path(__file__).resolve().parents[2]
UNSURE = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.UNSURE, nobody_doubts=Answer.YES)
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
PARTS = ("dom-text", "screenshot", "page-pdf", "mhtml", "wacz")
KEPT_AFTER = {name: number for number, name in enumerate(PARTS, 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the next opening of the case finds."""

    capture: Capture | None
    exhibits: tuple[Exhibit, ...]
    events: tuple[CustodyEvent, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(one.kind.value for one in self.exhibits)

    @property
    def logged(self) -> list[EventKind | None]:
        assert self.capture is not None
        return [one.kind for one in self.events if one.subject == self.capture.id]


def doomed(vault: Path, moment: str, number: int) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    return subprocess.run(
        (sys.executable, "-m", "tests.path.doomed_visit", str(vault), moment, str(number)),
        env={**os.environ, "PYTHONPATH": paths, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def killed(before: Path, tmp_path: Path, moment: str, number: int) -> Path:
    """Return a copy of the vault in which a visit was killed."""
    vault = Path(shutil.copytree(before, tmp_path / f"{moment}-{number}" / "kho"))
    ended = doomed(vault, moment, number)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    return vault


def opened(vault: Path) -> Vault:
    return Vault.open(
        vault,
        passphrase=PASSPHRASE,
        recovery_code=None,
        clock=SystemClock(),
        platform=ThisPlatform(),
    )


def found_in(store: CaseStore) -> Found:
    """Return what is there; every exhibit is read and is what was taken in."""
    exhibits = store.all(Exhibit)
    for exhibit in exhibits:
        with store.open_exhibit(exhibit.id) as file:
            assert measure_file(file).sha256 == exhibit.sha256
    captures = store.all(Capture)
    assert len(captures) < 2
    return Found(
        capture=captures[0] if captures else None, exhibits=exhibits, events=store.events()
    )


def reopened(vault: Path) -> Found:
    with opened(vault) as kept, kept.open_case(kept.case_ids()[0]) as store:
        return found_in(store)


def require_told(found: Found) -> None:
    """The one visit names exactly what is kept, and its record is the one in the log."""
    capture = found.capture
    assert capture is not None
    assert capture.exhibits == tuple(one.id for one in found.exhibits)
    end = next(one for one in reversed(found.events) if one.subject == capture.id)
    (digest,) = [one.value for one in end.fields if one.name == "record_sha256"]
    assert digest == visit_record_sha256(capture).hex
    if end.kind is EventKind.CAPTURED:
        assert not capture.is_interrupted
        return
    assert (end.kind, end.actor, found.logged) == (
        EventKind.RECOVERED,
        "program",
        [EventKind.RECOVERED],
    )
    assert capture.is_interrupted
    missing = {one.what for one in capture.missing}
    assert missing >= {REST_OF_VISIT, *PARTS} - set(found.kinds)
    assert not missing & set(found.kinds)


def a_vault(folder: Path, answers: AgeAnswers) -> Path:
    """Return a vault with one case and one place."""
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
        answers=answers,
    )
    with made, made.create_case(case) as store:
        take_in(store, report, clock)
    return folder


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with one place that may be visited with its pictures."""
    return a_vault(tmp_path_factory.mktemp("before") / "kho", ANSWERS)


@pytest.fixture(scope="module")
def before_unsure(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with one place of which words alone may be kept."""
    return a_vault(tmp_path_factory.mktemp("unsure") / "kho", UNSURE)


def test_the_visit_that_nobody_kills_has_the_steps_that_are_enumerated_here(
    before: Path, tmp_path: Path
) -> None:
    vault = Path(shutil.copytree(before, tmp_path / "kho"))

    ended = doomed(vault, "step", NEVER)

    found = reopened(vault)
    assert (tuple(ended.stdout.split()), ended.returncode) == (STEPS, 0), ended.stderr
    assert (found.kinds, found.logged) == (PARTS, [EventKind.CAPTURED])


@pytest.mark.parametrize("number", range(len(STEPS)), ids=STEPS)
def test_whatever_was_finished_by_then_is_told_by_a_visit_that_was_broken_off(
    before: Path, tmp_path: Path, number: int
) -> None:
    vault = killed(before, tmp_path, "step", number)

    found = reopened(vault)

    finished = max([KEPT_AFTER.get(name, 0) for name in STEPS[: number + 1]])
    assert found.kinds == PARTS[:finished]
    assert found.logged == [EventKind.RECOVERED]
    assert found.capture is not None
    assert [one.name for one in found.capture.steps] == [*STEPS[: number + 1], REST_OF_VISIT]
    require_told(found)


@pytest.mark.parametrize("number", range(len(PARTS)), ids=PARTS)
def test_a_part_that_is_in_the_vault_is_told_also_when_nobody_could_note_it(
    before: Path, tmp_path: Path, number: int
) -> None:
    vault = killed(before, tmp_path, "part", number)

    found = reopened(vault)

    assert found.kinds == PARTS[: number + 1]
    require_told(found)


def test_a_second_opening_finds_nothing_left_to_do(before: Path, tmp_path: Path) -> None:
    vault = killed(before, tmp_path, "part", 1)

    first, second = reopened(vault), reopened(vault)

    assert second == first


@pytest.mark.parametrize("number", [0, 4], ids=["first part", "last part"])
def test_a_stranger_finds_proven_what_was_finished(
    before: Path, tmp_path: Path, number: int
) -> None:
    vault = killed(before, tmp_path, "part", number)
    request = DossierRequest(
        edition=Edition.READING, languages=(Language.EN,), audience=Audience.LAWYER
    )
    path = tmp_path / "tai-lieu.zip"

    with (
        opened(vault) as kept,
        kept.open_case(kept.case_ids()[0]) as store,
        path.open("w+b") as out,
    ):
        conclude(store, request, [], out_file=out, clock=SystemClock())
        found = found_in(store)

    now = SystemClock().now() + timedelta(days=1)
    report = verify(path, anchors=Anchors(), now=now, program=None)
    results = {check.name: check.result for check in report.checks}
    assert results["visits"] is results["exhibits"] is CheckResult.PASS
    assert CheckResult.FAIL not in results.values()
    assert found.capture is not None
    with zipfile.ZipFile(path) as bag:
        names = {name.partition("/")[2]: name for name in bag.namelist()}
        told = bag.read(names[f"data/visits/{found.capture.id}.json"])
    assert told == visit_record(found.capture)
    assert json.loads(told)["exhibits"] == [one.id for one in found.exhibits]


def test_the_person_is_told_in_words_what_was_kept_and_what_is_missing(
    before: Path, tmp_path: Path
) -> None:
    vault = killed(before, tmp_path, "part", 1)
    terminal = Terminal(vault.parent)

    shown = run(*terminal.words("case", "show", "case-"), "--language", "vi")
    document = terminal.run("case", "show", "case-").json

    (line,) = [one for one in shown.out.splitlines() if "bị dừng trước khi xong" in one]
    assert (PLACE in line, "(2)" in line) == (True, True)
    assert "phần còn lại của lần ghi" in line
    assert [one["interrupted"] for one in document["captures"]] == [True]


@pytest.mark.parametrize("number", range(4))
def test_where_words_alone_may_be_kept_a_killed_visit_leaves_words_alone(
    before_unsure: Path, tmp_path: Path, number: int
) -> None:
    vault = killed(before_unsure, tmp_path, "step", number)

    found = reopened(vault)

    assert set(found.kinds) <= {ExhibitKind.DOM_TEXT.value}
    assert found.logged == [EventKind.RECOVERED]
    assert found.capture is not None
    assert not {one.what for one in found.capture.missing} & {"screenshot", "mhtml", "wacz"}


@pytest.mark.long
def test_wherever_on_the_disk_a_visit_is_killed_the_case_tells_what_is_kept(
    before: Path, tmp_path: Path
) -> None:
    whole = Path(shutil.copytree(before, tmp_path / "whole"))
    steps = int(doomed(whole, "disk", NEVER).stderr)
    seen: set[tuple[str, ...]] = set()

    for number in range(steps):
        vault = killed(before, tmp_path, "disk", number)
        found = reopened(vault)
        seen.add(found.kinds)
        if found.capture is None:
            # Before the first note nothing was opened yet: at most the log says that it was tried.
            assert not found.exhibits
        else:
            require_told(found)
        assert not list((vault / "tmp").iterdir())
        shutil.rmtree(vault)

    assert seen == {PARTS[:count] for count in range(len(PARTS) + 1)}
