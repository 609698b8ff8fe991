"""How a page writes numbers down."""

import pytest

from benban.desk.pages import readable_size


@pytest.mark.parametrize(
    ("count", "read"),
    [(0, "1 kB"), (68_098, "68 kB"), (999_499, "999 kB"), (1_000_000, "1 MB"), (2_600_000, "3 MB")],
)
def test_a_size_is_read_without_counting_digits(count: int, read: str) -> None:
    assert readable_size(count) == read
