"""An import killed in the middle: nothing half-written stays, and doing it again completes it."""

import signal
import zipfile
from pathlib import Path

import pytest

from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.imported import Import
from benban.model.sighting import Sighting
from tests.harm.export import CHOSEN, zip_export
from tests.path.terminal import SEEN, Terminal, left_behind
from tests.path.test_killed import Act, copy_of, differences, places, run_doomed, undisturbed
from tests.unit.casework.saved import FORMATS, picture, save
from tests.unit.unpack.mails import box, mail
from tests.unit.unpack.test_x_archive import files

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills as POSIX does")

# Whatever format a page was saved in, it is kept by the same steps: one is killed, the others with
# the long tests.
_PAGE, *_PAGES = FORMATS
_KILLED = ("conversation", _PAGE, "mbox", "x-archive")
KINDS = (*_KILLED, *_PAGES)


@pytest.fixture(
    scope="module",
    params=[*_KILLED, *(pytest.param(kind, marks=pytest.mark.long) for kind in _PAGES)],
)
def importing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Act:
    """Something saved is taken into a place that is known already."""
    folder = tmp_path_factory.mktemp(request.param)
    terminal = Terminal.with_vault(folder)
    case = terminal.new_case()
    assert terminal.run("add", case, "--seen-on", "nhóm", *SEEN).code == 0
    with terminal.store(case) as store:
        (sighting,) = store.all(Sighting)
    given, choice = _given(request.param, folder)
    words = ("import", case, str(given), "--sighting", sighting.id, *choice)
    return undisturbed(Act(terminal=terminal, case=case, command=words, port=0), folder)


def _given(kind: str, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """Return something saved, and what is chosen of it."""
    if kind == "conversation":
        return zip_export(folder / "a.zip"), ("--ticks", str(CHOSEN + 1))
    if kind in FORMATS:
        return save(folder, kind, [picture(1), picture(2)]), ("--media", "1")
    path = folder / f"a.{kind}"
    if kind == "x-archive":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files().items():
                archive.writestr(name, data)
        # Messages come before posts, as the names of their files do.
        return path, ("--ticks", "4", "--media", "1")
    path.write_bytes(box(mail(), mail(key="2@example.test")))
    return path, ("--ticks", "1", "--media", "1")


def problems_after_death(act: Act, number: int) -> list[object]:
    """Kill the import before step *number* and return what is wrong then, and after another."""
    assert act.done is not None
    ended = run_doomed(act, number)
    if ended.returncode != -signal.SIGKILL:
        return ["not killed", ended.stderr]
    problems = differences(act.terminal.state(act.case), act)
    problems += [*act.terminal.failures(), *left_behind(act.terminal.vault)]
    with act.terminal.store(act.case) as store:
        known = {one.id for one in store.all(Exhibit)}
        for one in store.all(Import):
            problems += [("a record of nothing", one.exhibits)] if set(one.exhibits) - known else []
    again = act.terminal.run(*act.command)
    problems += [("again", again.err)] if again.code else []
    problems += [*act.terminal.failures(), *left_behind(act.terminal.vault)]
    with act.terminal.store(act.case) as store:
        last = store.all(Import)[-1]
        kept = {one.id: one for one in store.all(Exhibit)}
        kinds = [kept[one].kind for one in last.exhibits]
        twice = [one.sha256 for one in kept.values() if _is_told_by_its_bytes(one)]
        imported = [one for one in store.events() if one.kind is EventKind.IMPORTED]
        if len(store.all(Import)) != len(imported):
            problems.append(("records and events", len(imported)))
    if kinds != _kinds_of(act):
        problems.append(("again kept", kinds))
    if len(twice) != len(set(twice)):
        problems.append("kept twice")
    return problems


def _is_told_by_its_bytes(exhibit: Exhibit) -> bool:
    # A page is packed anew each time, with its pictures: forgetting one must find the page.
    return exhibit.kind is not ExhibitKind.IMPORTED_PAGE and not exhibit.derived_from


def _kinds_of(act: Act) -> list[ExhibitKind]:
    kind = Path(act.command[2]).suffix.removeprefix(".")
    if kind in FORMATS:
        return [ExhibitKind.DOM_TEXT, ExhibitKind.IMPORTED_PAGE, ExhibitKind.SUPPLIED_FILE]
    text = ExhibitKind.CONVERSATION if kind == "zip" else ExhibitKind.SAVED_POSTS
    return [text, ExhibitKind.SUPPLIED_FILE]


def sweep(act: Act, folder: Path, numbers: list[int]) -> dict[int, list[object]]:
    found = {
        number: problems_after_death(copy_of(act, folder / str(number)), number)
        for number in numbers
    }
    return {number: problems for number, problems in found.items() if problems}


def test_an_import_that_was_killed_can_be_done_again(
    importing: Act, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    # Each kind is killed at another place, so that together they are killed all along the way.
    number = KINDS.index(request.node.callspec.params["importing"])
    place = places(importing.steps, len(_KILLED) + 1)[number % len(_KILLED) + 1]

    assert sweep(importing, tmp_path, [place]) == {}


@pytest.mark.long
def test_an_import_may_be_killed_at_any_step(importing: Act, tmp_path: Path) -> None:
    assert sweep(importing, tmp_path, list(range(importing.steps))) == {}
