"""Numbers are read where they are certain and left as text where they are not."""

import pytest

from benban.capture.counts import parse_count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("345", 345),
        ("2.012 thành viên", 2012),
        ("2,012 members", 2012),
        ("2 012 subscribers", 2012),
        ("12\u00a0345 members, 56 online", 12345),
        ("1'234'567", 1234567),
        ("1,2K", 1200),
        ("1.2K lượt xem", 1200),
        ("1,25 N", 1250),
        ("12 nghìn lượt xem", 12_000),
        ("3,4 Tr lượt xem", 3_400_000),
        ("3.4M views", 3_400_000),
        ("1 tỷ", 1_000_000_000),
        ("Views: 7", 7),
    ],
)
def test_a_certain_number_is_read(text: str, expected: int) -> None:
    assert parse_count(text) == expected


@pytest.mark.parametrize("text", ["", "nhiều", "1.2", "1.234K", "1,23,4", "v1.2.3.4"])
def test_an_uncertain_one_is_not(text: str) -> None:
    assert parse_count(text) is None


@pytest.mark.parametrize("digits", [16, 5_000])
def test_a_number_that_counts_nothing_is_not_read(digits: int) -> None:
    assert parse_count("9" * digits) is None
