"""What somebody types to tick messages is read as whole numbers, or said to be unclear."""

import pytest

from benban.cli.ticking import read_ticks
from benban.cli.words import Words
from benban.errors import UsageError
from benban.wording import Language

WORDS = Words(Language.EN)


@pytest.mark.parametrize(
    ("typed", "positions"),
    [
        ("12", (11,)),
        ("12, 14-16", (11, 13, 14, 15)),
        ("3;1\n3", (2, 0)),
        ("2 - 3", (1, 2)),
        ("", ()),
    ],
)
def test_numbers_and_ranges_are_positions(typed: str, positions: tuple[int, ...]) -> None:
    assert read_ticks(WORDS, typed) == positions


@pytest.mark.parametrize("typed", ["12345678912", "1-12345678912", "0", "3-1", "1-2-3", "1.5", "a"])
def test_what_could_be_meant_otherwise_ticks_nothing(typed: str) -> None:
    with pytest.raises(UsageError):
        read_ticks(WORDS, typed)
