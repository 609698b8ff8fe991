"""Too little of everything: file size, memory, open files, room on the disk."""

import errno
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from benban.errors import (
    BenbanError,
    DiskFailedError,
    DiskFullError,
    MemoryShortError,
    WrongPassphraseError,
)
from benban.model.exhibit import Exhibit
from benban.outside.platforms import ThisPlatform
from benban.vault import CaseStore, KdfCost, Step, StepKind, Vault, check_vault
from benban.vault.database import number_of
from benban.vault.disk import Disk
from tests.unit.vault.keeping import (
    PASSPHRASE,
    a_case,
    adopted,
    an_event,
    failures,
    kept_text,
    laid,
    opened,
    reported,
    spooled,
    ticking,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="limits a forked child")


def error_in_child(act: Callable[[], object]) -> str:
    """Run *act* in a forked child and return the name of the error it ended with."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            act()
            os.write(writing, b"none")
        except BaseException as error:  # noqa: BLE001 - the child must never return into pytest
            os.write(writing, type(error).__name__.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def limited(kind: int, value: int) -> None:
    resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))


def test_a_limit_on_file_size_takes_back_what_was_begun(folder: Path) -> None:
    laid(folder)
    case = a_case()
    with opened(folder) as vault, vault.create_case(case) as store:
        sighting = reported(store)
        exhibit = adopted(store, sighting, b"before")

    def act() -> None:
        with opened(folder) as vault, vault.open_case(case.id) as store:
            limited(resource.RLIMIT_FSIZE, 1 << 20)
            adopted(store, store.all(type(sighting))[0], os.urandom(3 << 20))

    said = error_in_child(act)
    with opened(folder) as vault, vault.open_case(case.id) as store:
        found = (store.all(Exhibit), kept_text(store, exhibit))
        failed = failures(check_vault(vault, read=True))

    assert (said, found, failed) == ("DiskFullError", ((exhibit,), b"before"), {})
    assert list((folder / "tmp").iterdir()) == []


def test_a_limit_on_the_database_file_takes_the_whole_act_back(folder: Path) -> None:
    laid(folder)
    case = a_case()
    with opened(folder) as vault, vault.create_case(case) as store:
        size = len(store.leaves())

    def act() -> None:
        with opened(folder) as vault, vault.open_case(case.id) as store:
            limited(resource.RLIMIT_FSIZE, 64 << 10)
            for _ in range(50):
                store.record(an_event(note="x" * 10_000))

    said = error_in_child(act)
    with opened(folder) as vault, vault.open_case(case.id) as store:
        failed = failures(check_vault(vault, read=True))
        kept = len(store.leaves())

    assert said in {"DiskFullError", "DiskFailedError"}
    assert (failed, kept > size, kept < 50) == ({}, True, True)


def test_too_little_memory_is_a_clear_refusal(folder: Path) -> None:
    made, _ = Vault.create(
        folder,
        passphrase=PASSPHRASE,
        cost=KdfCost(memory_kib=262_144, passes=1, lanes=1),
        clock=ticking(),
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    made.close()

    def act() -> None:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        limited(resource.RLIMIT_AS, used + (100 << 20))
        opened(folder)

    assert error_in_child(act) == MemoryShortError.__name__


def test_no_more_open_files_is_a_clear_refusal(folder: Path) -> None:
    laid(folder)
    case = a_case()
    with opened(folder) as vault, vault.create_case(case) as store:
        exhibit = adopted(store, reported(store), b"before")

    def act() -> None:
        with opened(folder) as vault, vault.open_case(case.id) as store:
            limited(resource.RLIMIT_NOFILE, 0)
            try:
                spooled(store, b"more")
            finally:
                limited(resource.RLIMIT_NOFILE, 1024)

    said = error_in_child(act)
    with opened(folder) as vault, vault.open_case(case.id) as store:
        found = kept_text(store, exhibit)

    assert (said, found) == (DiskFailedError.__name__, b"before")


class Crowded(ThisPlatform):
    """A disk with only so much room."""

    def __init__(self, free_bytes: int) -> None:
        self.free = free_bytes

    def free_bytes(self, path: Path) -> int:
        return self.free


def test_twice_the_size_must_be_free_before_anything_is_written(folder: Path) -> None:
    laid(folder)
    platform = Crowded(1 << 30)
    vault = Vault.open(folder, passphrase=PASSPHRASE, clock=ticking(), platform=platform)
    with vault, vault.create_case(a_case()) as store:
        platform.free = 1999
        with pytest.raises(DiskFullError):
            store.spool("x").open_part(expected_bytes=1000)
        refused = list((folder / "tmp").iterdir())
        platform.free = 2000
        with store.spool("x").open_part(expected_bytes=1000) as part:
            part.write(b"x")

    assert refused == []


def test_a_new_vault_needs_room_for_its_ballast(folder: Path) -> None:
    with pytest.raises(DiskFullError):
        Vault.create(
            folder,
            passphrase=PASSPHRASE,
            cost=KdfCost.cheap_for_tests(),
            clock=ticking(),
            platform=Crowded(1000),
        )

    assert not folder.exists()


def test_a_full_database_takes_the_whole_act_back(store: CaseStore) -> None:
    database = store._opened.database  # noqa: SLF001 - SQLite's own limit stands for a full disk
    pages = number_of(database.rows("PRAGMA page_count")[0][0])
    database.rows(f"PRAGMA max_page_count = {pages}")
    before = store.leaves()
    with pytest.raises(DiskFullError):
        store.record(an_event(note="x" * 100_000))
    refused = store.leaves()
    database.rows("PRAGMA max_page_count = 1000000")
    store.record(an_event(note="x" * 100_000))

    assert (refused, len(store.leaves())) == (before, len(before) + 1)


def test_a_write_protected_place_is_a_clear_refusal(tmp_path: Path) -> None:
    class Refusing(ThisPlatform):
        def set_private(self, path: Path) -> None:
            raise PermissionError(13, "denied")

    disk = Disk(Refusing())
    with pytest.raises(DiskFailedError) as raised:
        disk.create(tmp_path / "file")

    assert raised.value.params == {"reason": "EACCES"}


def test_the_reason_of_a_refusal_never_holds_a_path(tmp_path: Path) -> None:
    disk = Disk(ThisPlatform())
    with pytest.raises(BenbanError) as raised:
        disk.rename(tmp_path / "secret-name", tmp_path / "other")

    assert "secret" not in f"{raised.value} {raised.value.detail} {raised.value.params}"


def test_who_mistyped_once_still_comes_in_on_a_full_disk_and_it_is_noted_later(
    folder: Path,
) -> None:
    laid(folder)
    with pytest.raises(WrongPassphraseError):
        opened(folder, "another")

    def full(step: Step) -> None:
        if step.kind is StepKind.COMMIT:
            raise OSError(errno.ENOSPC, "no space left")

    with opened(folder, on_step=full) as vault:
        at_once = vault.failed_unlocks()
    with opened(folder) as vault:
        later = [count for _, count in vault.failed_unlocks()]

    assert (at_once, later) == ((), [1])
