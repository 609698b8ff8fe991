"""A bank gives every neighbour and nothing else, in both ways, for every radius."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from benban.bank import engine as choice
from benban.bank.bank import Bank
from benban.bank.words import MAX_RADIUS_BITS, Words, as_hashes, as_words
from tests.unit.bank.conftest import (
    ALWAYS,
    NEVER,
    clustered,
    random_words,
    true_distances,
    turned,
)

Making = Callable[[int], Words]


def one_value(count: int) -> Words:
    return np.full((count, 4), 0xDEAD_BEEF, np.uint64)


def first_piece_alone_differs(count: int) -> Words:
    """Every table but one leads to the whole bank."""
    words = np.zeros((count, 4), np.uint64)
    words[:, 0] = np.arange(count) & 0xFFFF
    return words


def merged_bank(words: Words) -> Bank:
    bank = Bank()
    bank.add_many(np.arange(len(words)), words)
    bank.merge()
    return bank


def asked_of(words: Words, count: int = 6) -> Words:
    """Return questions at 0 to 60 bits from what is there, and two that nothing is near."""
    rng = np.random.default_rng(5)
    asked = [*random_words(1, 77), np.zeros(4, np.uint64)]
    for question in range(count if len(words) else 0):
        flipped = rng.choice(256, question * 60 // max(1, count - 1), replace=False)
        asked.append(turned(words[rng.integers(len(words))], flipped))
    return np.array(asked)


@pytest.mark.parametrize("making", [random_words, clustered, one_value, first_piece_alone_differs])
@pytest.mark.parametrize("count", [0, 1, 2, 1000])
def test_every_radius_gives_what_counting_every_bit_gives(
    way: str, making: Making, count: int
) -> None:
    words = making(count)
    bank, asked = merged_bank(words), asked_of(words)
    truth = [true_distances(words, one) for one in asked]
    for radius in range(MAX_RADIUS_BITS + 1):
        assert_equals(bank, asked, truth, radius)


@pytest.mark.parametrize("making", [random_words, first_piece_alone_differs])
@pytest.mark.parametrize("count", [65_535, 65_536, 65_537])
def test_around_the_size_where_a_tail_is_merged(way: str, making: Making, count: int) -> None:
    words = making(count)
    bank = Bank()
    bank.add_many(np.arange(count), words)
    asked = asked_of(words, 3)
    truth = [true_distances(words, one) for one in asked]
    for radius in (0, 1, 15, 16, 31, 32, MAX_RADIUS_BITS):
        assert_equals(bank, asked, truth, radius)
    bank.close()


@pytest.mark.long
@pytest.mark.parametrize("making", [random_words, clustered, one_value, first_piece_alone_differs])
@pytest.mark.parametrize("count", [65_535, 65_536, 65_537])
def test_every_radius_around_the_size_where_a_tail_is_merged(
    way: str, making: Making, count: int
) -> None:
    words = making(count)
    bank, asked = merged_bank(words), asked_of(words)
    truth = [true_distances(words, one) for one in asked]
    for radius in range(MAX_RADIUS_BITS + 1):
        assert_equals(bank, asked, truth, radius)


def assert_equals(bank: Bank, asked: Words, truth: list[list[int]], radius: int) -> None:
    found = bank.near_many(asked, radius)
    expected = [
        (question, number, distance)
        for question, row in enumerate(truth)
        for distance, number in sorted((d, n) for n, d in enumerate(row) if d <= radius)
    ]
    got = zip(found.question, found.number, found.distance_bits, strict=True)
    assert [tuple(map(int, one)) for one in got] == expected, radius


def test_a_bank_cut_in_twelve_is_as_exact(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benban.bank.pieces._FEW", 0)
    words = clustered(300)
    bank, asked = merged_bank(words), asked_of(words)
    truth = [true_distances(words, one) for one in asked]
    for radius in range(MAX_RADIUS_BITS + 1):
        assert_equals(bank, asked, truth, radius)


def test_more_neighbours_than_there_is_room_for_at_first_are_all_given(way: str) -> None:
    bank = merged_bank(one_value(5000))
    asked = np.array([[0xDEAD_BEEF] * 4] * 3, np.uint64)
    found = bank.near_many(asked, 0)
    assert len(found) == 3 * 5000
    assert len(set(zip(found.question.tolist(), found.number.tolist(), strict=True))) == 15_000


def test_of_eight_orientations_the_nearest_is_given(way: str) -> None:
    words = random_words(500)
    bank = merged_bank(words)
    dihedral = as_hashes(random_words(8, 9))
    dihedral[3] = as_hashes(turned(words[41], [1, 2, 3])[None])[0]
    dihedral[6] = as_hashes(turned(words[41], [5])[None])[0]
    (one,) = bank.near_any_orientation(dihedral, 31)
    assert (one.number, one.distance_bits, one.dihedral) == (41, 1, 6)


@given(st.binary(min_size=32, max_size=32))
def test_a_hash_is_the_same_after_it_was_words(raw: bytes) -> None:
    assert as_hashes(as_words([raw.hex()])) == [raw.hex()]


@pytest.mark.parametrize("text", ["", "ab", "zz" * 32, "ab" * 33])
def test_what_is_not_a_hash_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Bank().near(text, 31)


@pytest.mark.parametrize("number", [-1, 1 << 63])
def test_a_number_that_does_not_fit_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="a number is"):
        Bank().add(number, "0" * 64)


class _Life(RuleBasedStateMachine):
    """Additions, deletions and merges in any order, against a dictionary."""

    worth_compiling = NEVER

    def __init__(self) -> None:
        super().__init__()
        self._before, choice.WORTH_COMPILING = choice.WORTH_COMPILING, self.worth_compiling
        self.bank, self.truth = Bank(), dict[int, int]()

    @rule(number=st.integers(0, 40), near=st.integers(0, 3), bit=st.integers(0, 255))
    def add(self, number: int, near: int, bit: int) -> None:
        if number not in self.truth:
            value = (0x0F << (near * 64)) ^ (1 << bit)
            self.bank.add(number, f"{value:064x}")
            self.truth[number] = value

    @rule(number=st.integers(0, 40))
    def delete(self, number: int) -> None:
        assert self.bank.delete(number) == (self.truth.pop(number, None) is not None)

    @rule()
    def merge(self) -> None:
        self.bank.merge()

    @invariant()
    def every_question_is_answered_from_what_is_there(self) -> None:
        asked = 0x0F << 64
        found = {(one.number, one.distance_bits) for one in self.bank.near(f"{asked:064x}", 31)}
        expected = {(n, (v ^ asked).bit_count()) for n, v in self.truth.items()}
        assert found == {(n, d) for n, d in expected if d <= 31}
        assert len(self.bank) == len(self.truth)

    def teardown(self) -> None:
        choice.WORTH_COMPILING = self._before


class _CompiledLife(_Life):
    worth_compiling = ALWAYS


_SETTINGS = settings(
    max_examples=25, stateful_step_count=25, suppress_health_check=list(HealthCheck), deadline=None
)
TestLifeInNumpy = _Life.TestCase
TestLifeInNumpy.settings = _SETTINGS
TestLifeCompiled = _CompiledLife.TestCase
TestLifeCompiled.settings = _SETTINGS
