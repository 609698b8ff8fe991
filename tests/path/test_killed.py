"""Killed in the middle: each thing is whole or absent, the log says it was tried, it can go on."""

import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from benban.model.custody import EventKind
from benban.model.exhibit import Original
from benban.model.fingerprint import OriginalFingerprint
from benban.testing.pictures import Subject, draw_example, encode_jpeg
from benban.testing.platform import PlatformSimulator
from benban.wording import Language, say
from tests.path.doomed import NEVER
from tests.path.loopback import HERE, OPENED_BROWSER, browser_on_loopback
from tests.path.marked import MARK, survivors
from tests.path.terminal import ADDRESS, ADULT, SEEN, State, Terminal, left_behind

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills as POSIX does")

ROOT = Path(__file__).parents[2]
PICTURE = encode_jpeg(draw_example(Subject.STATUE, seed=4, width_px=480, height_px=360))


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A command on a prepared vault, and what the undisturbed one does: its steps, its log."""

    terminal: Terminal
    case: str
    command: tuple[str, ...]
    port: int
    steps: int = 0
    done: State | None = None


@pytest.fixture(scope="module")
def site() -> Iterator[PlatformSimulator]:
    with PlatformSimulator(posts=3) as site:
        yield site


@pytest.fixture(autouse=True)
def reach(monkeypatch: pytest.MonkeyPatch, site: PlatformSimulator) -> None:
    monkeypatch.setattr(OPENED_BROWSER, browser_on_loopback(site.port))


@pytest.fixture(scope="module")
def adding(tmp_path_factory: pytest.TempPathFactory) -> Act:
    """A picture is taken in and measured."""
    folder = tmp_path_factory.mktemp("adding")
    terminal = Terminal.with_vault(folder)
    source = terminal.file("noi.txt", ADDRESS.encode())
    case = terminal.new_case()
    words = ("add", case, terminal.file("anh.jpg", PICTURE), "--from", source, *SEEN)
    return undisturbed(Act(terminal=terminal, case=case, command=words, port=0), folder)


@pytest.fixture(scope="module")
def capturing(tmp_path_factory: pytest.TempPathFactory, site: PlatformSimulator) -> Act:
    """A posted fake is visited and kept, as in the demonstration."""
    folder = tmp_path_factory.mktemp("capturing")
    terminal = Terminal.with_vault(folder)
    posted = site.post(PICTURE, "Chỉ một đô la").page_address.replace(site.host, HERE)
    source = terminal.file("noi.txt", posted.encode())
    case = terminal.new_case()
    words = ("add", case, "--from", source, "--kind", "published", "--visit", "yes", *ADULT)
    return undisturbed(Act(terminal=terminal, case=case, command=words, port=site.port), folder)


@pytest.fixture(scope="module")
def concluding(tmp_path_factory: pytest.TempPathFactory) -> Act:
    """A dossier is made of one kept file."""
    folder = tmp_path_factory.mktemp("concluding")
    terminal = Terminal.with_vault(folder)
    case = terminal.new_case()
    page = terminal.file("trang.pdf", b"%PDF-1.7\n%%EOF\n")
    assert terminal.run("add", case, page, "--seen-on", "nhóm", *SEEN).code == 0
    words = ("dossier", case, "--send", "no", "--out", "tai-lieu.zip")
    return undisturbed(Act(terminal=terminal, case=case, command=words, port=0), folder)


@pytest.fixture(scope="module")
def declaring(tmp_path_factory: pytest.TempPathFactory) -> Act:
    """A photo is declared as showing the person of the case."""
    folder = tmp_path_factory.mktemp("declaring")
    terminal = Terminal.with_vault(folder)
    case = terminal.new_case()
    assert terminal.run("add", case, "--seen-on", "nhóm", *SEEN).code == 0
    sentence = terminal.file("loi", say(Language.VI, "cli.original.declaration").encode())
    words = ("original", "add", case, terminal.file("anh.jpg", PICTURE), "--declaration", sentence)
    act = Act(terminal=terminal, case=case, command=(*words, "--language", "vi"), port=0)
    return undisturbed(act, folder)


def undisturbed(act: Act, folder: Path) -> Act:
    """Return *act* with what it does on a copy of the vault when nothing happens to it."""
    copied = copy_of(act, folder / "whole")
    ended = run_doomed(copied, NEVER)
    assert ended.returncode == 0, ended.stderr
    steps = int(ended.stderr.split()[-1])
    return replace(act, steps=steps, done=copied.terminal.state(act.case))


def copy_of(act: Act, folder: Path) -> Act:
    shutil.copytree(act.terminal.vault, folder / "kho")
    return replace(act, terminal=Terminal(folder))


def run_doomed(act: Act, number: int, mark: str = "") -> subprocess.CompletedProcess[str]:
    words = (str(number), str(act.port), *act.terminal.words(*act.command), "--json")
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    return subprocess.run(
        (sys.executable, "-m", "tests.path.doomed", *words),
        env={**os.environ, "PYTHONPATH": paths, MARK: mark},
        cwd=act.terminal.folder,
        capture_output=True,
        text=True,
        check=False,
    )


def problems_after_death(act: Act, number: int) -> list[object]:
    """Kill the act before step *number* and return what is wrong then, and after trying again."""
    mark = uuid.uuid4().hex
    ended = run_doomed(act, number, mark)
    if ended.returncode != -signal.SIGKILL:
        return ["not killed", ended.stderr]
    if number % 2:
        # At once, while a browser may still be ending, or after somebody looked.
        problems: list[object] = []
    else:
        problems = differences(act.terminal.state(act.case), act)
        problems += [*act.terminal.failures(), *left_behind(act.terminal.vault)]
    again = act.terminal.run(*act.command)
    whole = act.terminal.state(act.case)
    if again.code != 0 or not set(kept_by(act)) <= set(whole.contents):
        problems.append(("again", again.err))
    problems += [*act.terminal.failures(), *survivors(mark), *left_behind(act.terminal.vault)]
    return problems


def differences(state: State, act: Act) -> list[object]:
    """Return how the interrupted case is not a beginning of the undisturbed one."""
    assert act.done is not None
    events = [one for one in state.events if one is not EventKind.RECOVERED]
    problems: list[object] = []
    if events != list(act.done.events[: len(events)]):
        problems.append(("log", events))
    if len(state.exhibits) != events.count(EventKind.ADOPTED):
        problems.append(("exhibits", events, len(state.exhibits)))
    if state.exhibits and EventKind.ATTEMPT not in events:
        problems.append(("no attempt", events))
    return problems


def kept_by(act: Act) -> tuple[bytes, ...]:
    """Return what every run of the act keeps byte for byte: the picture itself."""
    assert act.done is not None
    return tuple(one for one in act.done.contents if one == PICTURE)


def places(steps: int, count: int) -> list[int]:
    """Return *count* steps spread over all of them."""
    return [steps * place // count for place in range(count)]


def test_a_picture_is_taken_in_whole_or_not_at_all(adding: Act, tmp_path: Path) -> None:
    broken = sweep(adding, tmp_path, places(adding.steps, 3)[1:])

    assert (broken, kept_by(adding)) == ({}, (PICTURE,))


def test_a_page_is_kept_in_whole_parts_whenever_it_breaks_off(
    capturing: Act, tmp_path: Path
) -> None:
    broken = sweep(capturing, tmp_path, [capturing.steps * 2 // 3 & ~1])

    assert (broken, kept_by(capturing)) == ({}, (PICTURE,))


def test_a_dossier_is_there_whole_or_not_at_all(concluding: Act, tmp_path: Path) -> None:
    assert sweep_dossier(concluding, tmp_path, [3]) == {}


@pytest.mark.long
def test_a_dossier_may_be_interrupted_at_any_step(concluding: Act, tmp_path: Path) -> None:
    assert sweep_dossier(concluding, tmp_path, list(range(concluding.steps))) == {}


def sweep_dossier(act: Act, folder: Path, numbers: list[int]) -> dict[int, list[str]]:
    found = {
        number: interrupted_dossier(copy_of(act, folder / str(number)), number)
        for number in numbers
    }
    return {number: problems for number, problems in found.items() if problems}


def interrupted_dossier(act: Act, number: int) -> list[str]:
    """Return what a killed command left beside vault and secret, and what is wrong with them."""
    assert run_doomed(act, number).returncode == -signal.SIGKILL
    left = [path.name for path in act.terminal.folder.iterdir()]
    problems = sorted({*left} - {"kho", "secret"})
    act.terminal.state(act.case)
    again = run_doomed(act, NEVER)
    if again.returncode != 0 or not (act.terminal.folder / "tai-lieu.zip").is_file():
        problems.append(again.stderr)
    return problems + act.terminal.failures()


@pytest.mark.long
def test_a_declared_photo_has_its_measurements_when_it_is_given_again(
    declaring: Act, tmp_path: Path
) -> None:
    counts = {}
    for number in range(declaring.steps)[-12:]:
        act = copy_of(declaring, tmp_path / str(number))
        assert run_doomed(act, number).returncode == -signal.SIGKILL
        assert run_doomed(act, NEVER).returncode == 0
        with act.terminal.store(act.case) as store:
            kept = len(store.all(Original)), len(store.all(OriginalFingerprint))
        counts[number] = (*kept, act.terminal.failures())

    assert set(map(repr, counts.values())) == {"(1, 1, [])"}


@pytest.mark.long
def test_a_picture_may_be_interrupted_at_any_step(adding: Act, tmp_path: Path) -> None:
    assert sweep(adding, tmp_path, list(range(adding.steps))) == {}


@pytest.mark.long
def test_a_page_may_be_interrupted_at_many_steps(capturing: Act, tmp_path: Path) -> None:
    assert sweep(capturing, tmp_path, places(capturing.steps, 24)) == {}


def sweep(act: Act, folder: Path, numbers: list[int]) -> dict[int, list[object]]:
    found = {
        number: problems_after_death(copy_of(act, folder / str(number)), number)
        for number in numbers
    }
    return {number: problems for number, problems in found.items() if problems}
