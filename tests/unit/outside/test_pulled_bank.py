"""A scan with a bank that was taken over: until its time is over, and no longer."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from benban.bank.words import as_words
from benban.cli.main import main
from benban.errors.exchange import FeedRefusedError, PulledFolderError
from benban.errors.scan import PulledBankOldError, ScanBankError
from benban.exchange.feed import FeedItem
from benban.exchange.taken_over import NEVER_FROM, TakenOver, differing
from benban.outside import scan_bank, scan_run
from benban.outside.pulled_bank import PulledFolder, read_pulled
from benban.outside.scan_bank import open_banked
from benban.outside.scan_run import run_scan
from benban.scan.ports import Work
from benban.scan.unit import cut_units
from tests.feed_pages import page
from tests.pulled_store import PIN, make_pulled
from tests.scan_store import BORDER, PlainEngine, Store, make_store, numbers, rows
from tests.unit.exchange.shared import pdq


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_store(tmp_path)


def _work(store: Store, bank: Path) -> Work:
    return Work(source=str(store.source), column="", border_bits=BORDER, banked=open_banked(bank))


def test_a_scan_names_the_bank_and_how_old_it_was(store: Store, tmp_path: Path) -> None:
    age = timedelta(hours=5)
    bank = make_pulled(tmp_path / "pulled", positive=(3, 5), negative=(5,), age=age)

    run_scan(_work(store, bank), PlainEngine(), store.out)

    said = json.loads((store.out / "manifest.json").read_text())["bank"]
    assert set(numbers(store.out)) == {"deep/3.jpg", "turned.png"}
    assert (said["name"], said["exchange"], said["change"]) == ("Ours", PIN.card.key, 7)
    assert age.total_seconds() <= said["age_s"] < age.total_seconds() + 600
    made_at, until = (datetime.fromisoformat(said[one]) for one in ("made_at", "fresh_until"))
    assert until - made_at == timedelta(hours=24)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_bank_past_its_time_is_refused_with_what_to_do_next(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    age = timedelta(hours=24, seconds=1)
    bank = make_pulled(tmp_path / "pulled", positive=(3,), age=age)
    asked = ["scan", str(store.source), "--bank", str(bank), "--out", str(store.out), "--json"]

    assert main([*asked, "--language", language]) == 1
    said = json.loads(capsys.readouterr().out)["error"]
    assert said["code"] == "BB-944"
    assert "Ours" in said["message"]
    assert "exchange pull" in said["next"]
    assert not store.out.exists()


@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=30)])
def test_a_part_of_the_folder_is_no_bank_of_ones_own(tmp_path: Path, age: timedelta) -> None:
    bank = make_pulled(tmp_path / "pulled", positive=(3,), negative=(5,), age=age)
    (held,) = bank.glob("held-*")

    # Without its age, and with logos that match.
    with pytest.raises(ScanBankError):
        open_banked(held)


def test_a_newer_time_that_is_written_by_hand_is_not_believed(tmp_path: Path) -> None:
    bank = make_pulled(tmp_path / "pulled", positive=(3,), age=timedelta(hours=30))
    newest = next(bank.rglob("newest.delta"))
    said, _, signature = newest.read_bytes().partition(b"\n")
    value = json.loads(said)
    value["made_at"] += 100_000
    written = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    newest.write_bytes(written + b"\n" + signature)

    with pytest.raises(ScanBankError):
        open_banked(bank)


def test_a_scan_in_which_the_time_ends_keeps_what_was_done_and_says_no_result(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = make_pulled(tmp_path / "pulled", positive=(3,), age=timedelta(hours=23))
    monkeypatch.setattr(scan_run, "cut_units", lambda listed: cut_units(listed, most_files=3))
    hours = iter([0, 0, 0, 2])

    class Clock:
        def now(self) -> datetime:
            return datetime.now(UTC) + timedelta(hours=next(hours))

    work = _work(store, bank)
    monkeypatch.setattr(scan_run, "SystemClock", Clock)

    with pytest.raises(PulledBankOldError):
        run_scan(work, PlainEngine(), store.out)

    assert not (store.out / "manifest.json").exists()
    assert len(rows(store.out)) == 6


def test_a_bank_of_ones_own_has_no_age(store: Store) -> None:
    run_scan(store.work(), PlainEngine(), store.out)

    assert "bank" not in json.loads((store.out / "manifest.json").read_text())


def test_a_folder_whose_first_pull_did_not_end_is_no_bank(tmp_path: Path) -> None:
    bank = make_pulled(tmp_path / "pulled", positive=(3,))
    (held,) = bank.glob("held-*")
    held.rename(bank / "unfinished")

    with pytest.raises(ScanBankError):
        open_banked(bank)


@pytest.mark.parametrize(
    ("old", "new"),
    [("{", "["), ('"format": 1', '"format": 2'), ("mem-", "\\u0000"), (PIN.public_key.hex(), "")],
)
def test_whose_bank_it_is_cannot_be_changed_by_hand(tmp_path: Path, old: str, new: str) -> None:
    bank = make_pulled(tmp_path / "pulled", positive=(3,))
    pinned = bank / "exchange.json"
    pinned.write_text(pinned.read_text().replace(old, new, 1))

    with pytest.raises(ScanBankError):
        open_banked(bank)
    with pytest.raises((PulledFolderError, FeedRefusedError)):
        read_pulled(bank)


def test_a_full_disk_leaves_what_was_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bank = make_pulled(tmp_path / "pulled", positive=(3,))
    before = len(open_banked(bank))
    held = PulledFolder(bank)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("benban.bank.folder.os.fsync", full)
    with pytest.raises(PulledFolderError):
        held.keep(PIN, TakenOver.nothing(), page(0, 9))
    with pytest.raises(PulledFolderError):
        held.keep_page(page(7, 9))
    held.close()

    assert len(open_banked(bank)) == before == 1


def _items(*named: tuple[str, int | None, bool]) -> dict[str, FeedItem]:
    return {
        number: FeedItem(
            number=number, pdq=None if seed is None else pdq(seed), is_negative=is_negative
        )
        for number, seed, is_negative in named
    }


def test_numbers_that_begin_alike_are_two_and_always_the_same() -> None:
    alike = ["0" * 15 + f"{end:017x}" for end in (1, 2, 3)]
    taken = TakenOver.nothing().after(
        _items((alike[2], 3, False), (alike[0], 1, False), (alike[1], 2, True))
    )

    said = taken.numbers().tolist()
    again = TakenOver.nothing().after(
        _items((alike[1], 2, True), (alike[2], 3, False), (alike[0], 1, False))
    )

    assert len(set(said)) == 3
    assert [one >= NEVER_FROM for one in said] == [False, True, False]
    assert said == again.numbers().tolist()
    assert np.array_equal(taken.words, as_words(pdq(seed).hex for seed in (1, 2, 3)))


def test_a_hash_that_comes_again_stands_once_and_zero_bytes_are_kept_apart() -> None:
    numbers_of = ["ab" * 8 + "00" * 8, "ab" * 8 + "00" * 7 + "01", "00" * 16]
    first = TakenOver.nothing().after(_items(*((one, 1, False) for one in numbers_of)))

    second = first.after(_items((numbers_of[0], 2, False), (numbers_of[2], None, False)))

    assert (len(first), len(second)) == (3, 2)
    assert differing(first, second) == (0, 1)
    assert np.array_equal(second.words, as_words([pdq(2).hex, pdq(1).hex]))


def test_the_clock_that_decides_is_asked_at_each_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = make_pulled(tmp_path / "pulled", positive=(3,))

    class Later:
        def now(self) -> datetime:
            return datetime.now(UTC) + timedelta(hours=24)

    assert len(open_banked(bank)) == 1
    monkeypatch.setattr(scan_bank, "SystemClock", Later)
    with pytest.raises(PulledBankOldError):
        open_banked(bank)
