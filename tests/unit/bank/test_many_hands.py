"""Questions from many threads while others add, delete and merge."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest

from benban.bank import bank as bank_module
from benban.bank.bank import Bank
from benban.bank.words import as_hashes
from tests.unit.bank.conftest import random_words

WORDS = random_words(2800)
HASHES = as_hashes(WORDS)


def test_what_is_added_is_found_and_what_is_deleted_is_not_by_the_very_next_question(
    way: str,
) -> None:
    bank = Bank()
    bank.add_many(np.arange(2000), WORDS[:2000])
    stop = Event()

    def asks() -> int:
        count = 0
        while not stop.is_set():
            # Nobody deletes these: they are there whatever the others do.
            assert [one.number for one in bank.near(HASHES[count % 500], 0)] == [count % 500]
            count += 1
        return count

    def merges() -> int:
        count = 0
        while not stop.is_set():
            bank.merge()
            count += 1
        return count

    with ThreadPoolExecutor(4) as pool:
        busy = [pool.submit(asks), pool.submit(asks), pool.submit(merges)]
        try:
            for number in range(2000, 2800):
                bank.add(number, HASHES[number])
                assert [one.number for one in bank.near(HASHES[number], 0)] == [number]
                gone = number - 1500
                assert bank.delete(gone)
                assert not bank.near(HASHES[gone], 0)
        finally:
            stop.set()
        assert all(one.result() > 0 for one in busy)
    bank.merge()
    assert len(bank) == 2000
    assert not [n for n in range(500, 1300) if bank.near(HASHES[n], 0)]
    assert all(bank.near(HASHES[n], 0) for n in range(1300, 2800))


def test_a_long_tail_is_merged_without_being_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank_module, "TAIL_LIMIT", 64)
    monkeypatch.setattr(bank_module, "_TAIL_CEILING", 1 << 40)
    bank = Bank()
    for number in range(300):
        bank.add(number, HASHES[number])
    bank.settle()
    bank.add(300, HASHES[300])
    bank.settle()
    assert bank.unmerged <= 64
    assert all([one.number for one in bank.near(HASHES[n], 0)] == [n] for n in range(301))


def test_who_adds_very_much_at_once_waits_for_the_merge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank_module, "_TAIL_CEILING", 128)
    bank = Bank()
    bank.add_many(np.arange(128), WORDS[:128])
    assert bank.unmerged == 0
    assert [one.number for one in bank.near(HASHES[5], 0)] == [5]
