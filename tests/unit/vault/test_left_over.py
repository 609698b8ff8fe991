"""What an interruption left is ended at the next opening of the vault, in the right order."""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from benban.errors import DiskFailedError
from benban.model.case import Case
from benban.model.custody import EventKind
from benban.model.exhibit import (
    REST_OF_VISIT,
    UNDER_WAY,
    Capture,
    CaptureStep,
    Exhibit,
    Original,
    StepOutcome,
)
from benban.model.finding import CommonOrigin, Tier
from benban.model.ids import new_capture_id, new_comparison_id
from benban.model.sighting import Sighting
from benban.vault import CaseStore, Step, StepKind, check_vault
from benban.vault.database import Database
from benban.vault.keys import KeyUse, subkey
from tests.unit.vault.keeping import (
    NOW,
    UNSURE,
    a_case,
    adopted,
    an_event,
    an_original,
    copy_of,
    failures,
    laid,
    new_vault,
    opened,
    reported,
    spooled,
)
from tests.unit.vault.test_faults import in_child

FORGET = an_event(EventKind.FORGOTTEN)
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked child")


@pytest.fixture
def case(folder: Path) -> Case:
    laid(folder)
    case = a_case()
    with opened(folder) as vault, vault.create_case(case) as store:
        adopted(store, reported(store), b"a drawing")
    return case


def killed(folder: Path, case: Case, act: Callable[[CaseStore], None], kind: StepKind) -> None:
    """Do the act in a child that is killed before its first step of one kind."""

    def die() -> None:
        is_on = False

        def listener(step: Step) -> None:
            if is_on and step.kind is kind:
                os._exit(9)

        store = opened(folder, on_step=listener).open_case(case.id)
        is_on = True
        act(store)

    assert in_child(die) == 9


def adopt_another(store: CaseStore) -> None:
    sighting = reported(store)
    adopted(store, sighting, b"another drawing")


def place_another(store: CaseStore) -> None:
    store._opened.blobs.place(spooled(store, b"another drawing"))  # noqa: SLF001 - and no row
    store.record(an_event())


def forget_all(store: CaseStore) -> None:
    store.forget([one.id for one in store.all(Exhibit)], FORGET)


def close_answers(store: CaseStore) -> None:
    closed = [replace(one, answers=UNSURE) for one in store.all(Sighting)]
    store.record(an_event(EventKind.ANSWERS_CHANGED), save=closed)
    forget_all(store)


@needs_fork
def test_check_right_after_a_kill_names_no_content_that_nobody_has_a_key_of(
    folder: Path, case: Case
) -> None:
    killed(folder, case, place_another, StepKind.COMMIT)
    before = len(contents(folder))
    with opened(folder) as vault:
        failed = failures(check_vault(vault, read=True))

    assert (before, failed, len(contents(folder))) == (2, {}, 1)


@needs_fork
def test_pictures_of_a_closed_sighting_go_although_nobody_opens_the_case_again(
    folder: Path, case: Case
) -> None:
    killed(folder, case, close_answers, StepKind.TRUNCATE_WAL)
    before = len(contents(folder))
    opened(folder).close()

    assert (before, contents(folder)) == (1, [])


@needs_fork
def test_after_a_kill_while_forgetting_the_next_opening_cuts_the_write_ahead_log(
    folder: Path, case: Case
) -> None:
    killed(folder, case, forget_all, StepKind.TRUNCATE_WAL)
    left = log_of(folder, case).stat().st_size
    with opened(folder) as vault, vault.open_case(case.id):
        now = log_of(folder, case).stat().st_size

    assert (left > 10 * 4096, now <= 2 * 4200) == (True, True)


@needs_fork
def test_the_cut_comes_before_the_list_of_what_has_to_go_is_emptied(
    folder: Path, case: Case
) -> None:
    killed(folder, case, forget_all, StepKind.TRUNCATE_WAL)
    steps: list[StepKind] = []
    opened(folder, on_step=lambda step: steps.append(step.kind)).close()

    assert steps.index(StepKind.TRUNCATE_WAL) < steps.index(StepKind.COMMIT)


@needs_fork
def test_lost_commits_are_left_for_the_opening_of_the_case(
    folder: Path, case: Case, tmp_path: Path
) -> None:
    with opened(folder) as vault, vault.open_case(case.id) as store:
        store.record(an_event())
        spoilt = copy_of(folder, tmp_path / "copy")
    log = log_of(spoilt, case)
    log.write_bytes(log.read_bytes()[:-4096])
    with opened(spoilt) as vault:
        failed = failures(check_vault(vault))

    assert list(failed) == [f"cases/{case.id}/log/head"]


def test_contents_of_lost_commits_are_set_aside_also_when_that_is_stopped_once(
    folder: Path, case: Case, tmp_path: Path
) -> None:
    with opened(folder) as vault, vault.open_case(case.id) as store:
        store._opened.database.truncate_wal()  # noqa: SLF001 - the state on disk is what is tested
        for _ in range(3):
            adopt_another(store)
        spoilt = copy_of(folder, tmp_path / "copy")
    log_of(spoilt, case).unlink()
    set_aside: list[int] = []
    is_done = False
    while not is_done:
        copied = copy_of(spoilt, tmp_path / f"copy-{len(set_aside)}")
        is_done = opened_and_stopped(copied, case, len(set_aside))
        with opened(copied) as vault, vault.open_case(case.id):
            set_aside.append(len(list((copied / "cases" / case.id / "lost+found").iterdir())))

    assert (len(set_aside) > 8, set(set_aside)) == (True, {3})


def opened_and_stopped(folder: Path, case: Case, number: int) -> bool:
    """Open the case with one step refused; return whether it took fewer steps than that."""
    steps: list[Step] = []

    def listener(step: Step) -> None:
        steps.append(step)
        if len(steps) == number + 1:
            raise OSError(errno.EIO, "refused")

    with opened(folder, on_step=listener) as vault:
        steps.clear()
        with suppress(DiskFailedError):
            vault.open_case(case.id).close()
        is_done = len(steps) <= number
        steps = []
    return is_done


# --- tmp ----------------------------------------------------------------------------------


def test_sweeping_empties_no_folder_that_tmp_is_a_link_to(folder: Path, tmp_path: Path) -> None:
    laid(folder)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "letter.txt").write_text("mine")
    (folder / "tmp").rmdir()
    (folder / "tmp").symlink_to(outside)
    opened(folder).close()

    assert ((outside / "letter.txt").read_text(), (folder / "tmp").is_symlink()) == ("mine", False)


def test_a_file_that_another_program_holds_in_tmp_keeps_nobody_out(folder: Path) -> None:
    laid(folder)
    for name in ("lent-a", "lent-b"):
        (folder / "tmp" / name).mkdir()

    def held(step: Step) -> None:
        if step.path.name == "lent-a":
            raise OSError(errno.EACCES, "used by another process")

    with opened(folder, on_step=held):
        left = [path.name for path in (folder / "tmp").iterdir()]

    assert left == ["lent-a"]


# --- the write-ahead log ------------------------------------------------------------------


def test_forgetting_says_so_when_the_write_ahead_log_could_not_be_cut(
    folder: Path, case: Case
) -> None:
    with opened(folder) as vault, vault.open_case(case.id) as store:
        places = store._opened.places  # noqa: SLF001 - a second reader of the same file
        store._opened.database.rows("PRAGMA busy_timeout = 50")  # noqa: SLF001 - waits no 5 s
        key = subkey(places.key, KeyUse.DATABASE)
        reader = Database(places.folder.database, key, places.disk)
        reader.execute("BEGIN")
        reader.rows("SELECT count(*) FROM items")
        with pytest.raises(DiskFailedError):
            forget_all(store)
        reader.close()
    with opened(folder) as vault, vault.open_case(case.id) as store:
        left = store.all(Exhibit)

    assert (left, contents(folder)) == ((), [])


def test_the_ballast_makes_room_for_cutting_the_write_ahead_log_too(folder: Path) -> None:
    is_full = False

    def listener(step: Step) -> None:
        if is_full and step.kind is StepKind.TRUNCATE_WAL and (folder / "ballast.bin").exists():
            raise OSError(errno.ENOSPC, "no space left")

    vault, _ = new_vault(folder, ballast_bytes=4096, on_step=listener)
    with vault, vault.create_case(a_case()) as store:
        adopted(store, reported(store), b"a drawing")
        is_full = True
        forget_all(store)

    assert (contents(folder), (folder / "ballast.bin").exists()) == ([], False)


# --- declared photos ----------------------------------------------------------------------


def with_original(store: CaseStore) -> tuple[Exhibit, Original]:
    """Return the only exhibit and a declared photo that it was made from."""
    (exhibit,) = store.all(Exhibit)
    original = store.adopt_original(spooled(store, b"statue"), an_original())
    finding = CommonOrigin(
        id=new_comparison_id(),
        exhibit_id=exhibit.id,
        original_id=original.id,
        tier=Tier.A,
        originals_compared=1,
        at=NOW,
    )
    store.record(an_event(EventKind.COMPARED, finding.id), save=[finding])
    return exhibit, original


def test_a_mark_takes_the_photo_a_picture_was_made_from_and_no_other(
    folder: Path, case: Case
) -> None:
    with opened(folder) as vault, vault.open_case(case.id) as store:
        exhibit, _ = with_original(store)
        other = store.adopt_original(spooled(store, b"tree"), an_original())
        store.forget([exhibit.id], an_event(EventKind.MINOR_MARKED, exhibit.sighting_id))

        assert store.all(Original) == (other,)


@needs_fork
def test_a_photo_goes_with_the_pictures_whose_closing_was_stopped(folder: Path, case: Case) -> None:
    with opened(folder) as vault, vault.open_case(case.id) as store:
        with_original(store)
        reported(store)

    def close_first(store: CaseStore) -> None:
        closed = replace(store.all(Sighting)[0], answers=UNSURE)
        store.record(an_event(EventKind.ANSWERS_CHANGED), save=[closed])
        os._exit(9)

    killed(folder, case, close_first, StepKind.TRUNCATE_WAL)
    with opened(folder) as vault, vault.open_case(case.id) as store:
        found = store.all(Exhibit), store.all(Original)

    assert (found, contents(folder)) == (((), ()), [])


def test_no_photo_is_left_where_no_sighting_is_open_any_more(folder: Path, case: Case) -> None:
    with opened(folder) as vault, vault.open_case(case.id) as store:
        forget_all(store)
        store.adopt_original(spooled(store, b"statue"), an_original())
        (sighting,) = store.all(Sighting)
        changed = an_event(EventKind.ANSWERS_CHANGED)
        store.record(changed, save=[replace(sighting, answers=UNSURE)])
    with opened(folder) as vault, vault.open_case(case.id) as store:
        found = store.all(Original), store.events()[-1].kind

    assert (found, contents(folder)) == (((), EventKind.FORGOTTEN), [])


def contents(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("blobs/*/*") if path.is_file()]


def log_of(folder: Path, case: Case) -> Path:
    return folder / "cases" / case.id / "case.db-wal"


def a_visit_under_way(sighting: Sighting) -> Capture:
    rest = CaptureStep(name=REST_OF_VISIT, outcome=StepOutcome.NOT_DONE, at=NOW, reason=UNDER_WAY)
    return Capture(
        id=new_capture_id(),
        sighting_id=sighting.id,
        requested_address="https://vi-du.test/1",
        final_address="https://vi-du.test/1",
        redirects=(),
        status=None,
        title="",
        started_at=NOW,
        ended_at=NOW,
        started_monotonic_ns=1,
        ended_monotonic_ns=2,
        local_utc_offset_s=0,
        browser=None,
        connections=(),
        steps=(rest,),
        missing=(),
        withheld=(),
        counters=(),
        exhibits=(),
    )


def test_on_a_full_disk_the_case_opens_and_the_stopped_visit_is_told_the_next_time(
    folder: Path, case: Case
) -> None:
    with opened(folder) as vault, vault.open_case(case.id) as store:
        store.note_visit(a_visit_under_way(store.all(Sighting)[0]))

    def refuse(step: Step) -> None:
        if step.kind is StepKind.COMMIT and step.path.name == "case.db":
            raise OSError(errno.ENOSPC, "no space left")

    with opened(folder, on_step=refuse) as vault, vault.open_case(case.id) as store:
        full = [one.is_under_way for one in store.all(Capture)], store.events()[-1].kind
    with opened(folder) as vault, vault.open_case(case.id) as store:
        told = [one.is_interrupted for one in store.all(Capture)], store.events()[-1].kind

    assert full == ([True], EventKind.ADOPTED)
    assert told == ([True], EventKind.RECOVERED)
