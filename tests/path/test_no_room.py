"""A disk that is full or refuses: said in words, nothing half-written, all from before opens."""

import errno
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from benban.testing.pictures import Subject, draw_example, encode_jpeg
from benban.vault import Step, Vault
from benban.wording import Language
from tests.path.terminal import ADDRESS, SEEN, Terminal, explanation, left_behind

OLD = encode_jpeg(draw_example(Subject.STATUE, seed=1, width_px=320, height_px=240))
NEW = encode_jpeg(draw_example(Subject.CAT, seed=2, width_px=320, height_px=240))
FULL = ["BB-410"] * len(Language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A closed vault whose case holds one picture, and the command that adds another."""

    terminal: Terminal
    case: str
    command: tuple[str, ...]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    terminal = Terminal.with_vault(tmp_path_factory.mktemp("ready"))
    case = terminal.new_case()
    source = terminal.file("noi.txt", ADDRESS.encode())
    command = ("add", case, terminal.file("moi.jpg", NEW), "--from", source, *SEEN)
    old = terminal.file("cu.jpg", OLD)
    assert terminal.run("add", case, old, "--from", source, *SEEN).code == 0
    return Ready(terminal=terminal, case=case, command=command)


@pytest.fixture
def copied(ready: Ready, tmp_path: Path) -> Ready:
    shutil.copytree(ready.terminal.vault, tmp_path / "kho")
    return Ready(terminal=Terminal(tmp_path), case=ready.case, command=ready.command)


class Refusals:
    """Counts the steps of the vault's disk and refuses one of them, once or from there on."""

    def __init__(self, number: int | None, error: int = errno.ENOSPC, *, lasts: bool) -> None:
        self._number = number
        self._error = error
        self._lasts = lasts
        self.steps = 0

    def __call__(self, _step: Step) -> None:
        place, self.steps = self.steps, self.steps + 1
        if self._number is None or place < self._number:
            return
        if self._lasts or place == self._number:
            raise OSError(self._error, "refused")


def run_refused(monkeypatch: pytest.MonkeyPatch, copied: Ready, refusals: Refusals) -> object:
    """Run the command on a disk that refuses, and return what is wrong afterwards, else None."""
    with monkeypatch.context() as patch:
        patch.setattr("benban.wiring_case.Vault.open", partial(Vault.open, on_step=refusals))
        ran = copied.terminal.run(*copied.command)
    state = copied.terminal.state(copied.case)
    problems: list[object] = []
    if ran.code == 0 and state.contents != (OLD, NEW):
        problems.append("called done")
    if ran.code == 1 and explanation(ran, Language.VI) not in {"BB-410", "BB-411"}:
        problems.append(ran.err)
    if ran.code not in {0, 1} or state.contents not in {(OLD,), (OLD, NEW)}:
        problems.append((ran.code, state.events))
    problems += copied.terminal.failures() + left_behind(copied.terminal.vault)
    again = copied.terminal.run(*copied.command)
    if (again.code, copied.terminal.state(copied.case).contents) != (0, (OLD, NEW)):
        problems.append(("again", again.err))
    return problems or None


@pytest.mark.parametrize("lasts", [True, False], ids=["from-there-on", "once"])
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_disk_without_room_costs_the_last_act_only(
    monkeypatch: pytest.MonkeyPatch, copied: Ready, steps: int, share: float, *, lasts: bool
) -> None:
    refusals = Refusals(int(steps * share), lasts=lasts)

    assert run_refused(monkeypatch, copied, refusals) is None
    assert refusals.steps > int(steps * share)


@pytest.mark.long
@pytest.mark.parametrize("number_of_error", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("lasts", [True, False], ids=["from-there-on", "once"])
def test_a_disk_may_refuse_any_step(
    monkeypatch: pytest.MonkeyPatch,
    ready: Ready,
    tmp_path: Path,
    steps: int,
    *,
    number_of_error: int,
    lasts: bool,
) -> None:
    broken = {}
    for number in range(steps):
        folder = tmp_path / str(number)
        shutil.copytree(ready.terminal.vault, folder / "kho")
        copied = Ready(terminal=Terminal(folder), case=ready.case, command=ready.command)
        refusals = Refusals(number, number_of_error, lasts=lasts)
        if problem := run_refused(monkeypatch, copied, refusals):
            broken[number] = problem

    assert broken == {}


@pytest.fixture(scope="module")
def steps(ready: Ready, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many steps the command takes on a disk that has room."""
    folder = tmp_path_factory.mktemp("counted")
    shutil.copytree(ready.terminal.vault, folder / "kho")
    counter = Refusals(None, lasts=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("benban.wiring_case.Vault.open", partial(Vault.open, on_step=counter))
        assert Terminal(folder).run(*ready.command).code == 0
    return counter.steps


# --- a disk that is really full -----------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MiB, where this user may make one."""
    folder = tmp_path / "dia"
    folder.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder))
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("no disk can be made here")
    try:
        yield folder
    finally:
        subprocess.run(("umount", "--lazy", str(folder)), check=True)


def test_a_file_that_does_not_fit_is_not_kept_in_part(small_disk: Path) -> None:
    terminal = Terminal.with_vault(small_disk)
    case = terminal.new_case()
    large = terminal.folder.parent / "phim.mp4"
    large.write_bytes(b"\0\0\0\x20ftypisom" + os.urandom(4 << 20))

    refusals = terminal.refusals("add", case, str(large), "--seen-on", "nhóm", *SEEN)

    state = terminal.state(case)
    assert (refusals, state.exhibits) == (FULL, ())
    assert (terminal.failures(), left_behind(terminal.vault)) == ([], [])


def test_a_vault_that_does_not_fit_is_not_begun(small_disk: Path) -> None:
    terminal = Terminal(small_disk)

    refusal = terminal.refusal("vault", "new")

    assert (refusal, terminal.vault.exists()) == ("BB-410", False)


# --- what leaves the vault ----------------------------------------------------------------


def no_such_folder(folder: Path) -> Path:
    return folder / "khong-co" / "tai-lieu.zip"


def a_file_for_a_folder(folder: Path) -> Path:
    (folder / "tep").write_bytes(b"mine")
    return folder / "tep" / "tai-lieu.zip"


def too_long_a_name(folder: Path) -> Path:
    return folder / ("a" * 300)


def a_place_nobody_writes_to(_folder: Path) -> Path:
    return Path("/proc/tai-lieu.zip")


@pytest.mark.parametrize(
    "target", [no_such_folder, a_file_for_a_folder, too_long_a_name, a_place_nobody_writes_to]
)
@pytest.mark.parametrize("command", ["dossier", "letter", "receipt"])
def test_what_cannot_be_written_is_said_and_nothing_is_left(
    ready: Ready, tmp_path: Path, command: str, target: Callable[[Path], Path]
) -> None:
    more = ("--send", "no") if command == "dossier" else ()
    file = target(tmp_path)

    refusals = ready.terminal.refusals(command, ready.case, "--out", str(file), *more)

    assert (refusals, left_behind(tmp_path)) == (["BB-004"] * len(Language), [])
    assert ready.terminal.failures() == []


def test_a_dossier_that_does_not_fit_leaves_no_part_and_can_be_made_elsewhere(
    copied: Ready, small_disk: Path, tmp_path: Path
) -> None:
    (small_disk / "voll").write_bytes(bytes((3 << 20) - (64 << 10)))
    target, words = small_disk / "tai-lieu.zip", ("dossier", copied.case, "--send", "no", "--out")

    refusal = copied.terminal.refusal(*words, str(target))

    assert (refusal, [path.name for path in small_disk.iterdir()]) == ("BB-004", ["voll"])
    elsewhere = copied.terminal.run(*words, str(tmp_path / "tai-lieu.zip"))
    assert (elsewhere.code, copied.terminal.failures()) == (0, [])
