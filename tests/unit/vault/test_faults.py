"""
Stopped at every single step, and refused by the disk at every single step.

Each act is done once to learn its steps. Then, for each step, on a copy of the same vault: killed
right before it, killed in the middle of a write, refused once, or refused from there on. What is
there afterwards must be the state before the act or the state after it, whole.
"""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from benban.errors import (
    BenbanError,
    DiskFailedError,
    DiskFullError,
    VaultMissingError,
    WrongPassphraseError,
)
from benban.model.case import Case
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, Original
from benban.model.ids import CaseId, ExhibitId, OriginalId
from benban.model.sighting import Sighting
from benban.vault import CaseStore, Step, StepKind, Vault, check_vault
from tests.unit.vault.keeping import (
    CHEAP,
    UNSURE,
    a_case,
    a_sighting,
    adopted,
    an_event,
    an_exhibit,
    an_original,
    copy_of,
    failures,
    kept_text,
    laid,
    new_vault,
    opened,
    quick_folder,
    reported,
    spooled,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked child")

KILLED = 9
NEW_CASE = replace(a_case("mới"), id=CaseId("case-00000000000000aa"))
NEW_EXHIBIT = ExhibitId("exh-00000000000000aa")
NEW_ORIGINAL = OriginalId("org-00000000000000aa")
NEW_SIGHTING = a_sighting()
NEW_PASSPHRASE = "a new one"

Act = Callable[[Vault, CaseStore], None]
State = tuple[object, ...]


@dataclass(frozen=True)
class Ready:
    """A closed vault with one case, one sighting and one exhibit."""

    folder: Path
    case: Case
    sighting: Sighting
    exhibit: Exhibit


@pytest.fixture(scope="module")
def ready() -> Iterator[Ready]:
    with quick_folder() as place:
        laid(place / "vault")
        case = a_case()
        with opened(place / "vault") as vault, vault.create_case(case) as store:
            sighting = reported(store)
            exhibit = adopted(store, sighting, b"kept before" * 10_000)
            store.put_derived(exhibit.id, "veiled", b"grey")
        yield Ready(place / "vault", case, sighting, exhibit)


def record(_vault: Vault, store: CaseStore) -> None:
    store.record(an_event(note="x"), save=[NEW_SIGHTING])


def adopt(_vault: Vault, store: CaseStore) -> None:
    sighting = store.all(Sighting)[0]
    exhibit = replace(an_exhibit(sighting.id), id=NEW_EXHIBIT)
    adopted(store, sighting, b"adopted" * 30_000, exhibit)


def adopt_original(_vault: Vault, store: CaseStore) -> None:
    store.adopt_original(spooled(store, b"statue"), replace(an_original(), id=NEW_ORIGINAL))


def put_derived(_vault: Vault, store: CaseStore) -> None:
    store.put_derived(store.all(Exhibit)[0].id, "veiled", b"other grey")


def forget(_vault: Vault, store: CaseStore) -> None:
    store.forget([store.all(Exhibit)[0].id], an_event(EventKind.FORGOTTEN))


def close_sighting(_vault: Vault, store: CaseStore) -> None:
    sighting = store.all(Sighting)[0]
    store.record(an_event(EventKind.ANSWERS_CHANGED), save=[replace(sighting, answers=UNSURE)])
    store.forget([store.all(Exhibit)[0].id], an_event(EventKind.MINOR_MARKED, sighting.id))


def create_case(vault: Vault, _store: CaseStore) -> None:
    vault.create_case(NEW_CASE).close()


def change_passphrase(vault: Vault, _store: CaseStore) -> None:
    vault.change_passphrase(NEW_PASSPHRASE, CHEAP)


ACTS = [
    record,
    adopt,
    # The same steps as an exhibit's.
    pytest.param(adopt_original, marks=pytest.mark.long),
    put_derived,
    forget,
    create_case,
    change_passphrase,
]


def names(act: Act) -> str:
    return getattr(act, "__name__", "act")


def test_the_steps_of_an_adoption_are_in_the_order_of_the_format(ready: Ready) -> None:
    steps = [step.kind for step in steps_of(ready, adopt)]
    rename, commit = steps.index(StepKind.RENAME), steps.index(StepKind.COMMIT)

    assert steps[0] is StepKind.CREATE
    assert StepKind.FLUSH in steps[:rename]
    assert StepKind.WRITE not in steps[steps.index(StepKind.FLUSH) : commit]
    assert StepKind.FLUSH_FOLDER in steps[rename:commit]
    assert steps[commit + 1 :] == [
        StepKind.CREATE,
        StepKind.WRITE,
        StepKind.FLUSH,
        StepKind.RENAME,
        StepKind.FLUSH_FOLDER,
    ]


@pytest.mark.parametrize("act", [*ACTS, close_sighting], ids=names)
def test_nothing_is_named_before_it_lasts(ready: Ready, act: Act) -> None:
    # Power may fail at any moment: a name or a row must never point at bytes that are not there.
    unflushed_files: set[Path] = set()
    unflushed_names: set[Path] = set()
    broken = []
    for step in steps_of(ready, act):
        if step.kind is StepKind.WRITE:
            unflushed_files.add(step.path)
        elif step.kind is StepKind.FLUSH:
            unflushed_files.discard(step.path)
        elif step.kind is StepKind.RENAME:
            broken += [("renamed", step.path.name)] * bool(unflushed_files)
            unflushed_names.add(step.path.parent)
        elif step.kind is StepKind.FLUSH_FOLDER:
            unflushed_names.discard(step.path)
        elif step.kind is StepKind.COMMIT:
            broken += [("committed", step.path.name)] * bool(unflushed_names)

    assert (broken, unflushed_files, unflushed_names) == ([], set(), set())


@pytest.mark.parametrize("act", ACTS, ids=names)
def test_killed_before_any_step_the_act_is_whole_or_absent(ready: Ready, act: Act) -> None:
    steps = steps_of(ready, act)
    allowed = {state_after(ready, None), state_after(ready, act)}
    broken, kills = {}, 0
    for number, step in enumerate(steps):
        with copied(ready) as folder:
            kills += killed_at(ready, folder, act, number, tears=False)
            problem = problem_of(ready, folder, allowed)
        if problem:
            broken[number, step.kind.value] = problem

    # A content's random name may fall into a folder that is there: two steps fewer that time.
    assert (broken, kills >= len(steps) - 2) == ({}, True)


@pytest.mark.parametrize("act", ACTS, ids=names)
def test_killed_in_the_middle_of_any_write_the_act_is_whole_or_absent(
    ready: Ready, act: Act
) -> None:
    steps = steps_of(ready, act)
    allowed = {state_after(ready, None), state_after(ready, act)}
    broken = {}
    for number, step in enumerate(steps):
        if step.kind is not StepKind.WRITE:
            continue
        with copied(ready) as folder:
            killed_at(ready, folder, act, number, tears=True)
            problem = problem_of(ready, folder, allowed)
        if problem:
            broken[number] = problem

    assert broken == {}


@pytest.mark.parametrize("act", ACTS, ids=names)
@pytest.mark.parametrize(
    "number_of_error", [errno.ENOSPC, pytest.param(errno.EIO, marks=pytest.mark.long)]
)
def test_refused_once_at_any_step_the_act_can_be_done_again(
    ready: Ready, act: Act, number_of_error: int
) -> None:
    steps = steps_of(ready, act)
    before, after = state_after(ready, None), state_after(ready, act)
    broken: dict[object, object] = {}
    for number, step in enumerate(steps):
        with copied(ready) as folder:
            faults = Faults(number, number_of_error, lasts=False)
            try:
                with opened(folder, on_step=faults) as vault:
                    with vault.open_case(ready.case.id) as store:
                        faults.arm()
                        refusal = refused(act, vault, store)
                        faults.disarm()
                        now = state_of(vault, ready)
                        # A head that could not be written is no failure of the act.
                        if refusal is not None and now == before:
                            act(vault, store)
                    again = state_of(vault, ready)
            except BenbanError as error:
                now, again = before, (type(error).__name__, error.detail)
            problem = problem_of(ready, folder, {after})
        if now not in {before, after} or again != after or problem:
            broken[number, step.kind.value] = (now not in {before, after}, again, problem)

    assert broken == {}


@pytest.mark.parametrize("act", ACTS, ids=names)
@pytest.mark.parametrize(
    "number_of_error",
    [
        pytest.param(errno.ENOSPC, marks=pytest.mark.long),
        errno.EROFS,
        pytest.param(errno.EIO, marks=pytest.mark.long),
    ],
)
def test_refused_from_any_step_on_the_act_is_whole_or_absent(
    ready: Ready, act: Act, number_of_error: int
) -> None:
    steps = steps_of(ready, act)
    allowed = {state_after(ready, None), state_after(ready, act)}
    expected = DiskFullError if number_of_error == errno.ENOSPC else DiskFailedError
    broken: dict[object, object] = {}
    for number, step in enumerate(steps):
        with copied(ready) as folder:
            faults = Faults(number, number_of_error, lasts=True)
            vault = opened(folder, on_step=faults)
            store = vault.open_case(ready.case.id)
            faults.arm()
            refusal = refused(act, vault, store)
            close_quietly(store, vault)
            problem = problem_of(ready, folder, allowed)
        if problem or (refusal is not None and not isinstance(refusal, expected)):
            broken[number, step.kind.value] = (problem, refusal)

    assert broken == {}


def test_closing_a_sighting_leaves_no_picture_wherever_it_is_killed(ready: Ready) -> None:
    # Two acts of casework: the answers first, then the pictures.
    found = set()
    for number, _ in enumerate(steps_of(ready, close_sighting)):
        with copied(ready) as folder:
            killed_at(ready, folder, close_sighting, number, tears=False)
            with opened(folder) as vault, vault.open_case(ready.case.id) as store:
                is_open = store.all(Sighting)[0].answers.all_yes
                files = [path for path in folder.rglob("blobs/*/*") if path.is_file()]
                found.add((is_open, len(store.all(Exhibit)), len(files)))

    assert found == {(True, 1, 2), (False, 0, 0)}


def test_a_new_vault_is_whole_or_absent_wherever_its_making_is_killed() -> None:
    broken: dict[object, object] = {}
    number, is_done = 0, False
    while not is_done:
        with quick_folder() as place:
            folder = place / "vault"
            is_done = in_child(lambda: make_and_die(folder, number)) == 0  # noqa: B023 - runs now
            try:
                with opened(folder) as vault:
                    failed = failures(check_vault(vault, read=True))
            except VaultMissingError:
                failed = {} if not folder.exists() else {"folder": "half made"}
            if failed:
                broken[number] = failed
        number += 1

    assert (broken, number > 20) == ({}, True)


@pytest.mark.parametrize("number_of_error", [errno.ENOSPC, errno.EROFS])
def test_a_refused_making_leaves_nothing_behind(number_of_error: int) -> None:
    left: dict[int, list[str]] = {}
    number, is_done = 0, False
    while not is_done:
        with quick_folder() as place:
            faults = Faults(number, number_of_error, lasts=False)
            faults.arm()
            try:
                new_vault(place / "vault", ballast_bytes=100, on_step=faults)[0].close()
                is_done = not faults.struck
            except (DiskFullError, DiskFailedError):
                if found := [path.name for path in place.iterdir()]:
                    left[number] = found
        number += 1

    assert (left, number > 20) == ({}, True)


# --- how it is done -----------------------------------------------------------------------


class Faults:
    """Refuses the step with one number, once or from there on."""

    def __init__(self, number: int, number_of_error: int, *, lasts: bool) -> None:
        self._left = number
        self._error = number_of_error
        self._lasts = lasts
        self._armed = False
        self.struck = False

    def arm(self) -> None:
        self._armed = True

    def disarm(self) -> None:
        self._armed = False

    def __call__(self, _step: Step) -> None:
        if not self._armed:
            return
        self._left -= 1
        if self._left == -1 or (self._lasts and self._left < 0):
            self.struck = True
            raise OSError(self._error, "refused")


def refused(act: Act, vault: Vault, store: CaseStore) -> BenbanError | None:
    try:
        act(vault, store)
    except BenbanError as error:
        return error
    return None


def close_quietly(store: CaseStore, vault: Vault) -> None:
    for thing in (store, vault):
        try:
            thing.close()
        except (DiskFullError, DiskFailedError):
            continue


@contextmanager
def copied(ready: Ready) -> Iterator[Path]:
    with quick_folder() as place:
        yield copy_of(ready.folder, place / "vault")


def steps_of(ready: Ready, act: Act) -> list[Step]:
    """Return the steps of the act alone, in order."""
    steps: list[Step] = []
    with (
        copied(ready) as folder,
        opened(folder, on_step=steps.append) as vault,
        vault.open_case(ready.case.id) as store,
    ):
        steps.clear()
        act(vault, store)
        return list(steps)


def state_after(ready: Ready, act: Act | None) -> State:
    with (
        copied(ready) as folder,
        opened(folder) as vault,
        vault.open_case(ready.case.id) as store,
    ):
        if act is not None:
            act(vault, store)
        return state_of(vault, ready)


def state_of(vault: Vault, ready: Ready) -> State:
    """Return all that can be seen of a vault, contents too, but for what mending writes."""
    with vault.open_case(ready.case.id) as store:
        contents = tuple((one.id, kept_text(store, one)) for one in store.all(Exhibit))
        originals = tuple(
            (one.id, store.open_original(one.id).read()) for one in store.all(Original)
        )
        derived = tuple(store.get_derived(one.id, "veiled") for one in store.all(Exhibit)[:1])
        kinds = tuple(
            event.kind for event in store.events() if event.kind is not EventKind.RECOVERED
        )
        return (
            vault.case_ids(),
            contents,
            originals,
            derived,
            kinds,
            store.all(Sighting),
            len(vault.entered.index.slots()),
        )


def killed_at(ready: Ready, folder: Path, act: Act, number: int, *, tears: bool) -> bool:
    """Do the act in a child that is killed before one step; return whether it came to that."""

    def die() -> None:
        left = number

        def listener(step: Step) -> None:
            nonlocal left
            left -= 1
            if left == -1:
                if tears:
                    with step.path.open("ab") as file:
                        file.write(b"\xa5" * (step.size_bytes // 2))
                os._exit(KILLED)

        switch = Switch(listener)
        vault = opened(folder, on_step=switch)
        store = vault.open_case(ready.case.id)
        switch.is_on = True
        act(vault, store)

    ended = in_child(die)
    assert ended in {KILLED, 0}
    return ended == KILLED


class Switch:
    """Passes steps on once it is on."""

    def __init__(self, listener: Callable[[Step], None]) -> None:
        self._listener = listener
        self.is_on = False

    def __call__(self, step: Step) -> None:
        if self.is_on:
            self._listener(step)


def make_and_die(folder: Path, number: int) -> None:
    left = number

    def listener(_step: Step) -> None:
        nonlocal left
        left -= 1
        if left == -1:
            os._exit(KILLED)

    new_vault(folder, ballast_bytes=100, on_step=listener)


def in_child(act: Callable[[], None]) -> int:
    """Run *act* in a forked child that cleans nothing up; return how it ended."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException:  # noqa: BLE001 - the child must never return into pytest
            os._exit(3)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def problem_of(ready: Ready, folder: Path, allowed: set[State]) -> object:
    """Return what is wrong with the vault after the fault; None when nothing is."""
    try:
        vault = opened(folder)
    except WrongPassphraseError:
        vault = opened(folder, NEW_PASSPHRASE)
    with vault:
        state = state_of(vault, ready)
        failed = failures(check_vault(vault, read=True))
        for case_id in vault.case_ids():
            vault.open_case(case_id).close()
        left_over = [path.name for path in (folder / "tmp").iterdir()]
    if failed or left_over:
        return failed, left_over
    return None if state in allowed else ("state", state)
