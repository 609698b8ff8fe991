"""The cut of the bits leaves none out, and the radii over the pieces miss nothing."""

import pytest

from benban.bank.pieces import cut, piece_count, probes, values
from benban.bank.words import HASH_BITS, MAX_RADIUS_BITS
from tests.unit.bank.conftest import random_words


@pytest.mark.parametrize("count", [12, 16])
def test_every_bit_belongs_to_one_piece(count: int) -> None:
    pieces = cut(count)
    bits = [
        bit
        for start, width in zip(pieces.start, pieces.width, strict=True)
        for bit in range(start, start + width)
    ]
    assert bits == list(range(HASH_BITS))


@pytest.mark.parametrize("count", [12, 16])
def test_whoever_is_beyond_every_piece_is_beyond_the_radius(count: int) -> None:
    for radius in range(MAX_RADIUS_BITS + 1):
        assert int((probes(count, radius).radius + 1).sum()) == radius + 1


@pytest.mark.parametrize("count", [12, 16])
def test_every_pattern_within_the_radius_of_a_piece_is_looked_up_once(count: int) -> None:
    wanted = probes(count, 31)
    for piece, width in enumerate(cut(count).width):
        flips = wanted.flips[wanted.flip_start[piece] : wanted.flip_start[piece + 1]].tolist()
        near = wanted.radius[piece]
        assert sorted(flips) == [v for v in range(1 << width) if v.bit_count() <= near]


@pytest.mark.parametrize("count", [12, 16])
def test_the_value_of_a_piece_is_its_bits(count: int) -> None:
    pieces = cut(count)
    for words in random_words(20):
        whole = int.from_bytes(words.astype("<u8").tobytes(), "little")
        for piece in range(count):
            start, width = int(pieces.start[piece]), int(pieces.width[piece])
            assert values(words[None], pieces, piece)[0] == (whole >> start) & ((1 << width) - 1)


def test_a_large_bank_is_cut_into_fewer_pieces() -> None:
    assert (piece_count(1_000_000), piece_count(10_000_000)) == (16, 12)
