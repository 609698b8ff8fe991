"""A bank in a folder keeps what was confirmed, and never answers from what is damaged."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benban.bank.bank import Bank
from benban.bank.folder import read_manifest, write_manifest
from benban.bank.words import as_hashes
from benban.errors import BankDamagedError, NumberTakenError
from tests.unit.bank.conftest import random_words

HASHES = as_hashes(random_words(40))
LATER = 100


def kept(folder: Path) -> set[int]:
    """Return the numbers that a bank opened anew finds, each at its own fingerprint."""
    bank = Bank.open(folder)
    try:
        return {
            one.number
            for position, text in enumerate(HASHES)
            for one in bank.near(text, 0)
            if one.number % LATER == position
        }
    finally:
        bank.close()


def filled(folder: Path) -> Bank:
    """Return a bank of a segment (0..19, 3 deleted before and 4 after) and a tail (20..24)."""
    folder.mkdir()
    bank = Bank.open(folder)
    bank.add_many(np.arange(20), random_words(40)[:20])
    bank.delete(3)
    bank.merge()
    bank.delete(4)
    for number in range(20, 25):
        bank.add(number, HASHES[number])
    bank.delete(24)
    return bank


THERE = set(range(24)) - {3, 4}


def test_what_was_added_and_deleted_is_so_after_opening_again(tmp_path: Path) -> None:
    filled(tmp_path / "bank").close()
    assert kept(tmp_path / "bank") == THERE
    assert kept(tmp_path / "bank") == THERE


def test_a_merge_leaves_one_journal_and_the_parts_of_one_segment(tmp_path: Path) -> None:
    bank = filled(tmp_path / "bank")
    bank.merge()
    bank.close()
    names = sorted(path.name for path in (tmp_path / "bank").iterdir())
    assert names == sorted(
        [
            "bank.json",
            "journal-2",
            *(f"{part}-2.npy" for part in ("front", "back", "number", "offsets", "rows")),
        ]
    )
    assert kept(tmp_path / "bank") == THERE


def test_a_journal_torn_anywhere_in_its_last_record_loses_only_that(tmp_path: Path) -> None:
    filled(tmp_path / "bank").close()
    journal = (tmp_path / "bank" / "journal-1").read_bytes()
    bank = Bank.open(tmp_path / "bank")
    bank.add(30, HASHES[30])
    bank.close()
    longer = (tmp_path / "bank" / "journal-1").read_bytes()
    for length in range(len(journal), len(longer)):
        torn = tmp_path / f"torn-{length}"
        shutil.copytree(tmp_path / "bank", torn)
        (torn / "journal-1").write_bytes(longer[:length])
        assert kept(torn) == THERE, length
        again = Bank.open(torn)
        again.add(31, HASHES[31])
        again.close()
        assert kept(torn) == THERE | {31}


@pytest.mark.parametrize("at", [0, 9, 16, 25, 60])
def test_damage_before_a_whole_record_is_said_and_nothing_is_cut(tmp_path: Path, at: int) -> None:
    filled(tmp_path / "bank").close()
    path = tmp_path / "bank" / "journal-1"
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(BankDamagedError) as caught:
        Bank.open(tmp_path / "bank")
    assert caught.value.code == "BB-332"
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    "name", ["front-1.npy", "back-1.npy", "number-1.npy", "offsets-1.npy", "rows-1.npy"]
)
@pytest.mark.parametrize("harm", ["turned", "cut", "gone"])
def test_a_damaged_part_is_never_answered_from(tmp_path: Path, name: str, harm: str) -> None:
    filled(tmp_path / "bank").close()
    path = tmp_path / "bank" / name
    data = bytearray(path.read_bytes())
    if harm == "gone":
        path.unlink()
    else:
        data[-1] ^= 1
        path.write_bytes(data if harm == "turned" else data[:-8])
    with pytest.raises(BankDamagedError):
        Bank.open(tmp_path / "bank")


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{}",
        "[]",
        '{"format": 2, "generation": 0, "pieces": 0, "digests": {}}',
        '{"format": 1, "generation": 0, "pieces": 0, "digests": []}',
        '{"format": 1, "generation": 0, "pieces": 0, "digests": {"../x": ""}}',
        '{"format": 1, "generation": 7, "pieces": 0, "digests": {}}',
    ],
)
def test_a_manifest_that_says_nonsense_is_damage(tmp_path: Path, said: str) -> None:
    (tmp_path / "bank.json").write_text(said)
    with pytest.raises(BankDamagedError):
        Bank.open(tmp_path)


@pytest.mark.parametrize("named", [(), ("front",)])
def test_a_manifest_that_names_some_of_the_parts_removes_none(
    tmp_path: Path, named: tuple[str, ...]
) -> None:
    filled(tmp_path / "bank").close()
    manifest = read_manifest(tmp_path / "bank")
    assert manifest is not None
    some = {name: manifest.digests[name] for name in named}
    write_manifest(tmp_path / "bank", replace(manifest, digests=some))
    with pytest.raises(BankDamagedError):
        Bank.open(tmp_path / "bank")
    assert all((tmp_path / "bank" / f"{name}-1.npy").exists() for name in manifest.digests)


def test_a_part_that_would_run_code_is_not_read(tmp_path: Path) -> None:
    filled(tmp_path / "bank").close()
    path = tmp_path / "bank" / "front-1.npy"
    np.save(path, np.array([print], object), allow_pickle=True)
    manifest = read_manifest(tmp_path / "bank")
    assert manifest is not None
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    write_manifest(
        tmp_path / "bank", replace(manifest, digests={**manifest.digests, "front": digest})
    )
    with pytest.raises(BankDamagedError):
        Bank.open(tmp_path / "bank")


@pytest.mark.parametrize("step", range(1, 14))
def test_a_merge_that_dies_at_any_step_changes_nothing(
    tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = filled(tmp_path / "bank")
    left = step

    def dies(handle: int) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise OSError("the machine stopped")
        real(handle)

    real = os.fsync
    monkeypatch.setattr(os, "fsync", dies)
    try:
        bank.merge()
        died = False
    except OSError:
        died = True
    monkeypatch.undo()
    assert [one.number for one in bank.near(HASHES[22], 0)] == [22]
    bank.close()
    assert died == (step <= STEPS_OF_A_MERGE)
    assert kept(tmp_path / "bank") == THERE


# Five parts, the folder for the journal, the manifest and the folder for its name.
STEPS_OF_A_MERGE = 8

_ADDER = """
import sys
from pathlib import Path
from benban.bank.bank import Bank
from benban.bank.folder import read_manifest, write_manifest
from tests.unit.bank.test_folder import HASHES
bank = Bank.open(Path(sys.argv[1]))
for number in range(10_000_000):
    bank.add(number * 100 + number % 40, HASHES[number % 40])
    print(number, flush=True)
    if number % 50 == 49:
        bank.merge()
"""


def test_a_process_killed_while_it_adds_and_merges_loses_nothing_it_confirmed(
    tmp_path: Path,
) -> None:
    adder = subprocess.Popen(
        [sys.executable, "-c", _ADDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert adder.stdout is not None
    confirmed = -1
    for line in adder.stdout:
        confirmed = int(line)
        if confirmed >= 173:
            break
    adder.send_signal(signal.SIGKILL)
    with adder.stdout:
        confirmed = max([confirmed, *(int(line) for line in adder.stdout)])
    adder.wait()
    bank = Bank.open(tmp_path)
    assert confirmed + 1 <= len(bank) <= confirmed + 2
    numbers = {one.number for text in HASHES for one in bank.near(text, 0)}
    assert {n * 100 + n % 40 for n in range(confirmed + 1)} <= numbers
    bank.close()


def test_after_a_disk_was_full_the_next_addition_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = filled(tmp_path / "bank")

    def full(_handle: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        bank.add(30, HASHES[30])
    monkeypatch.undo()
    assert not bank.near(HASHES[30], 0)
    with pytest.raises(ValueError, match="closed"):
        bank.add(31, HASHES[31])
    bank.close()
    again = Bank.open(tmp_path / "bank")
    again.add(31, HASHES[31])
    again.close()
    assert kept(tmp_path / "bank") == THERE | {31}


def test_a_number_that_stands_is_refused_and_may_return_after_it_was_deleted(
    tmp_path: Path,
) -> None:
    bank = filled(tmp_path / "bank")
    for number in (0, 20):
        with pytest.raises(NumberTakenError):
            bank.add(number, HASHES[30])
    with pytest.raises(NumberTakenError):
        bank.add_many(np.array([50, 50]), random_words(2))
    assert len(bank) == len(THERE)
    for number in (4, 24):
        bank.add(number, HASHES[number])
    bank.close()
    assert kept(tmp_path / "bank") == THERE | {4, 24}


def test_a_bank_of_a_person_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Path, "open", lambda *_a, **_k: pytest.fail("a file was opened"))
    monkeypatch.setattr("builtins.open", lambda *_a, **_k: pytest.fail("a file was opened"))
    bank = Bank()
    bank.add_many(np.arange(40), random_words(40))
    bank.delete(1)
    bank.merge()
    assert len(bank.near(HASHES[0], 0)) == 1
    bank.close()
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_is_a_link_is_refused_and_what_it_points_to_stays(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_bytes(b"somebody's letter")
    folder = tmp_path / "bank"
    folder.mkdir()
    Bank.open(folder).close()
    (folder / "journal-0").unlink()
    (folder / "journal-0").symlink_to(kept)

    with pytest.raises(BankDamagedError):
        Bank.open(folder)

    assert kept.read_bytes() == b"somebody's letter"


def test_a_journal_that_is_another_file_is_refused_and_stays(tmp_path: Path) -> None:
    Bank.open(tmp_path).close()
    (tmp_path / "journal-0").write_bytes(b"not a journal at all")

    with pytest.raises(BankDamagedError):
        Bank.open(tmp_path)

    assert (tmp_path / "journal-0").read_bytes() == b"not a journal at all"


def test_a_journal_that_adds_a_number_twice_is_refused(tmp_path: Path) -> None:
    bank = Bank.open(tmp_path)
    bank.add(1, "0f" * 32)
    bank.close()
    path = tmp_path / "journal-0"
    path.write_bytes(path.read_bytes() * 2)

    with pytest.raises(BankDamagedError):
        Bank.open(tmp_path)


def test_after_a_merge_that_failed_at_its_last_step_nothing_is_merged_or_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = Bank.open(tmp_path)
    bank.add(1, "0f" * 32)
    bank.add(2, "f0" * 32)

    def full(*_: object) -> None:
        raise OSError(28, "no space")

    with monkeypatch.context() as patched:
        patched.setattr("benban.bank.bank.write_manifest", full)
        with pytest.raises(OSError, match="no space"):
            bank.merge()
    bank.merge()
    answered = len(bank.near("0f" * 32, 0))
    bank.close()

    again = Bank.open(tmp_path)
    found = len(again), len(again.near("0f" * 32, 0))
    again.close()
    assert (answered, found) == (1, (2, 1))
