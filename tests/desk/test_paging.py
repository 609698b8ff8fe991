"""Long lists in pages: nothing is lost between them, and no number of a page breaks one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benban.desk.asked import Asked
from benban.desk.paging import slice_of


def _asked(page: str) -> Asked:
    return Asked(path="/queue", query={"page": page})


@given(st.integers(0, 400), st.integers(1, 60))
def test_the_pages_together_are_the_list(total: int, size: int) -> None:
    rows = list(range(total))
    first = slice_of(rows, _asked("1"), size)
    pages = [slice_of(rows, _asked(str(one + 1)), size) for one in range(first.count)]

    assert [row for page in pages for row in page.rows] == rows
    assert [page.start for page in pages] == [one * size for one in range(first.count)]
    assert all(page.rows for page in pages) or total == 0


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "²", "1e3", "9999999", "999999", "1 OR 1=1"])
def test_a_number_that_is_no_page_leads_to_one_that_is(page: str) -> None:
    found = slice_of(list(range(120)), _asked(page), 50)

    assert (found.number in {1, 3}, len(found.rows) > 0) == (True, True)
