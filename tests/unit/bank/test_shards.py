"""A bank in shards: what one bank would say, whatever is cut where, and nothing without a shard."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benban.bank.bank import Bank
from benban.bank.shards import (
    Shard,
    ShardSet,
    cut_in,
    is_sharded,
    read_plan,
    withdraw,
    write_shards,
)
from benban.bank.words import Matches, Numbers, Words
from benban.errors import BankDamagedError, BankFolderError, NumberTakenError
from tests.unit.bank.conftest import clustered, random_words, turned


def said(found: Matches) -> list[list[int]]:
    return [one.tolist() for one in (found.question, found.number, found.distance_bits)]


def whole(number: Numbers, words: Words) -> Bank:
    bank = Bank()
    bank.add_many(number, words)
    return bank


def scattered(count: int, seed: int = 5) -> Numbers:
    """Return numbers in no order, each once."""
    return np.random.default_rng(seed).choice(1 << 40, count, replace=False).astype(np.int64)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "shards"
    write_shards(place, cut_in(3, np.arange(12, dtype=np.int64), random_words(12)))
    return place


# Each part of a shard is made to last: that takes time.
@settings(max_examples=20)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 60),
    shards=st.integers(1, 5),
    radius=st.integers(0, 47),
    gone=st.lists(st.integers(0, 59), max_size=6),
)
def test_shards_say_what_one_bank_says(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    count: int,
    shards: int,
    radius: int,
    gone: list[int],
) -> None:
    number, words = scattered(count, seed), clustered(count, seed)
    near = turned(words[-1], [3, 70, 200])[None]
    asked = np.concatenate([words[:3], near, random_words(2, seed)])
    bank = whole(number, words)
    place = tmp_path_factory.mktemp("bank") / "shards"
    write_shards(place, cut_in(shards, number, words))
    together = ShardSet(place)
    withdrawn = number[[one for one in set(gone) if one < count]]
    for one in withdrawn.tolist():
        bank.delete(one)

    withdraw(place, withdrawn)

    assert said(together.near_many(asked, radius)) == said(bank.near_many(asked, radius))
    assert said(ShardSet(place).near_many(asked, radius)) == said(bank.near_many(asked, radius))
    assert len(together) == len(bank)


def test_what_they_hold_comes_in_the_order_of_numbers(tmp_path: Path) -> None:
    number, words = scattered(20), random_words(20)
    write_shards(tmp_path / "shards", cut_in(4, number, words))

    parts = list(ShardSet(tmp_path / "shards").held())

    order = np.argsort(number)
    assert [len(one) for one, _ in parts] == [5, 5, 5, 5]
    assert np.concatenate([one for one, _ in parts]).tolist() == number[order].tolist()
    assert np.concatenate([one for _, one in parts]).tolist() == words[order].tolist()


def test_what_was_withdrawn_stays_gone_after_a_torn_withdrawal(folder: Path) -> None:
    withdraw(folder, np.array([5, 99], np.int64))
    journal = folder / "shard-00001" / "journal-1"
    journal.write_bytes(journal.read_bytes() + journal.read_bytes()[:9])

    withdraw(folder, np.array([6], np.int64))

    numbers = [one for part, _ in ShardSet(folder).held() for one in part.tolist()]
    assert numbers == [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]


def lose_a_shard(folder: Path) -> None:
    shutil.rmtree(folder / "shard-00002")


def lose_the_plan(folder: Path) -> None:
    (folder / "shards.json").unlink()


def swap_two_shards(folder: Path) -> None:
    (folder / "shard-00000").rename(folder / "aside")
    (folder / "shard-00001").rename(folder / "shard-00000")
    (folder / "aside").rename(folder / "shard-00001")


def take_one_from_the_plan(folder: Path) -> None:
    said = json.loads((folder / "shards.json").read_text())
    said["counts"], said["digests"] = said["counts"][:-1], said["digests"][:-1]
    (folder / "shards.json").write_text(json.dumps(said))


def damage_a_part(folder: Path) -> None:
    part = folder / "shard-00001" / "front-1.npy"
    data = bytearray(part.read_bytes())
    data[-1] ^= 1
    part.write_bytes(data)


@pytest.mark.parametrize(
    "harm",
    [lose_a_shard, lose_the_plan, swap_two_shards, take_one_from_the_plan, damage_a_part],
)
def test_without_one_of_its_shards_nothing_is_answered(
    folder: Path, harm: Callable[[Path], None]
) -> None:
    harm(folder)

    with pytest.raises((BankDamagedError, BankFolderError)):
        ShardSet(folder)


def test_a_shard_whose_journal_is_lost_answers_no_more(folder: Path) -> None:
    shard = Shard(folder, read_plan(folder), 1)
    withdraw(folder, np.array([5], np.int64))
    assert len(shard) == 3
    (folder / "shard-00001" / "journal-1").unlink()

    with pytest.raises(BankDamagedError):
        shard.near_many(random_words(1), 31)


@pytest.mark.parametrize("numbers", [[[1, 2], [2, 3]], [[2, 1]], [[4], [3]]])
def test_numbers_that_do_not_rise_are_no_shards(tmp_path: Path, numbers: list[list[int]]) -> None:
    parts = [(np.array(one, np.int64), random_words(len(one))) for one in numbers]

    with pytest.raises(NumberTakenError):
        write_shards(tmp_path / "shards", parts)

    assert not is_sharded(tmp_path / "shards")


def test_a_folder_that_is_there_is_not_written_over(folder: Path) -> None:
    before = read_plan(folder)

    with pytest.raises(FileExistsError):
        write_shards(folder, cut_in(1, np.arange(2, dtype=np.int64), random_words(2)))

    assert read_plan(folder) == before
