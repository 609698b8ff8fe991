"""Long lists in pages; the number of the page stands in the address and tells nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from benban.desk.asked import Asked

T = TypeVar("T")
ON_A_PAGE = 50
_NUMBER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Generic[T]):
    """
    The rows of one page.

    Attributes:
        number, count: which page of how many, from 1.
        start: how many rows stand before it.
    """

    rows: Sequence[T]
    number: int
    count: int
    start: int


def slice_of(rows: Sequence[T], asked: Asked, size: int = ON_A_PAGE) -> Slice[T]:
    """Return the page that was asked for by ``page=``; one that is none becomes the nearest."""
    number, count = page_asked(asked, len(rows), size)
    start = (number - 1) * size
    return Slice(rows=rows[start : start + size], number=number, count=count, start=start)


def page_asked(asked: Asked, total: int, size: int = ON_A_PAGE) -> tuple[int, int]:
    """Return which page is meant and how many there are, for rows that are read page by page."""
    count = max(1, -(-total // size))
    typed = asked.query.get("page", "")
    number = int(typed) if _NUMBER.fullmatch(typed) else 1
    return min(count, max(1, number)), count
