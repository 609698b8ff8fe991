"""Counts in which nobody can be found: cases alone, five at least, and nothing to subtract."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benban.casework.statistics import (
    LEAST_SHOWN,
    CaseFacts,
    Statistics,
    facts_of,
    shown,
    statistics_of,
)
from benban.casework.take_in import SightingReport, take_in
from benban.model.ids import CaseId
from benban.model.sighting import SightingKind
from benban.remedies import packaged_catalogue, parse_address
from benban.testing.clock import FakeClock
from benban.vault import CaseStore

from .conftest import ADULT

NOW = datetime(2026, 11, 22, 13, 15, tzinfo=UTC)


def some(
    number: int, *, year: int = 2026, service: str = "telegram", late: bool = False
) -> list[CaseFacts]:
    return [
        CaseFacts(
            case_id=CaseId(f"case-{year}{service}{one}"),
            opened_in=year,
            kinds=frozenset({"published"}),
            services=frozenset({service}),
            notices=frozenset({"sent"}),
            dues_at=(NOW - timedelta(days=1),) if late else (),
            places=frozenset(),
        )
        for one in range(number)
    ]


def told(counted: Statistics, table: str) -> dict[str, int | None]:
    (found,) = [one for one in counted.tables if one.name == table]
    return {one.name: one.cases for one in found.cells}


@pytest.mark.parametrize(("count", "said"), [(0, None), (1, None), (4, None), (5, 5), (60, 60)])
def test_a_number_under_five_is_hidden_and_nought_too(count: int, said: int | None) -> None:
    assert shown(count) == said


def test_four_people_in_a_row_are_not_told() -> None:
    counted = statistics_of([*some(4, late=True), *some(6)], NOW)

    notices = told(counted, "notices")
    assert (counted.cases, notices["sent"], notices["late"]) == (10, 10, None)


def test_a_service_of_few_is_not_even_named() -> None:
    counted = statistics_of([*some(6), *some(2, service="mot-dien-dan-nho")], NOW)

    assert told(counted, "services") == {"telegram": 6}


def test_a_hidden_year_cannot_be_reckoned_back_from_the_sum() -> None:
    counted = statistics_of([*some(3, year=2024), *some(7, year=2025), *some(20)], NOW)

    assert told(counted, "opened") == {"2024": None, "2025": None, "2026": 20}


def test_years_that_hold_less_than_five_together_are_hidden_with_another() -> None:
    few = [*some(1, year=2023), *some(2, year=2024)]
    counted = statistics_of([*few, *some(9, year=2025), *some(20)], NOW)

    assert told(counted, "opened") == {"2023": None, "2024": None, "2025": None, "2026": 20}


def _splits(together: int, cells: int) -> int:
    """Count the ways in which so many cases are split over so many years, up to three."""
    if cells == 1:
        return int(together >= 1)
    return min(3, sum(_splits(together - one, cells - 1) for one in range(1, together)))


@given(st.lists(st.integers(0, 12), max_size=6))
def test_whatever_the_years_what_is_hidden_can_be_split_in_more_than_one_way(
    sizes: list[int],
) -> None:
    every = [one for at, size in enumerate(sizes) for one in some(size, year=2020 + at)]
    counted = statistics_of(every, NOW)
    years = told(counted, "opened")

    assert all(one is None or one >= LEAST_SHOWN for one in years.values())
    if counted.cases is not None and years:
        left = counted.cases - sum(one for one in years.values() if one is not None)
        hidden = [name for name, one in years.items() if one is None]
        is_open = left >= LEAST_SHOWN and _splits(left, max(1, len(hidden))) > 1
        assert (left == 0 and not hidden) or is_open


@pytest.mark.parametrize("sizes", [[1, 1, 1, 1, 1], [4, 4], [1, 1, 1, 1, 1, 1, 1, 1]])
def test_years_that_could_be_told_from_their_sum_make_no_table(sizes: list[int]) -> None:
    every = [one for at, size in enumerate(sizes) for one in some(size, year=2000 + at)]

    assert told(statistics_of(every, NOW), "opened") == {}


def test_an_empty_vault_tells_nothing() -> None:
    counted = statistics_of([], NOW)

    assert counted.cases is None
    assert {one.cases for table in counted.tables for one in table.cells} == {None}


def test_what_is_counted_of_a_case_holds_no_word_of_it(store: CaseStore, clock: FakeClock) -> None:
    report = SightingReport(
        address=parse_address("https://t.me/kenh_vi_du/55", packaged_catalogue()),
        kind=SightingKind.PUBLISHED,
        answers=ADULT,
        text="Chim-hoàng-yến",
    )
    take_in(store, report, clock)

    facts = facts_of(store)

    assert (facts.services, facts.kinds) == (frozenset({"telegram"}), frozenset({"published"}))
    assert _hold(facts, ("Chim", "kenh_vi_du", store.case.title)) == []


def _hold(facts: CaseFacts, canaries: Iterable[str]) -> list[str]:
    return [one for one in canaries if one in repr(facts)]
