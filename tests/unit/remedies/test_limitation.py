"""Time limits: from the earliest day that is known, none made up, none that is not in force."""

from dataclasses import replace
from datetime import date

import pytest

from benban.model.limitation import LimitStart
from benban.model.remedy import Confidence
from benban.remedies import packaged_catalogue
from benban.remedies.limitation import months_after, time_limits

CATALOGUE = packaged_catalogue()
ACT = date(2026, 10, 1)
KNOWN = date(2026, 11, 20)


def test_each_limit_ends_its_months_after_what_starts_it() -> None:
    found = time_limits(act_on=ACT, known_on=KNOWN, is_act_sure=True, catalogue=CATALOGUE)

    assert [(one.id, one.start, one.ends_on) for one in found] == [
        ("fine", LimitStart.ACT, date(2027, 10, 1)),
        ("logs", LimitStart.ACT, date(2027, 10, 1)),
        ("logs-domestic", LimitStart.ACT, date(2028, 10, 1)),
        ("civil", LimitStart.KNOWN, date(2029, 11, 20)),
        ("crime", LimitStart.ACT, date(2031, 10, 1)),
    ]


def test_without_a_day_there_is_no_limit() -> None:
    assert time_limits(act_on=None, known_on=None, is_act_sure=False, catalogue=CATALOGUE) == ()


def test_what_rests_on_a_day_that_is_only_when_it_was_seen_says_so() -> None:
    found = time_limits(act_on=ACT, known_on=KNOWN, is_act_sure=False, catalogue=CATALOGUE)

    assert {one.is_start_sure for one in found if one.start is LimitStart.ACT} == {False}
    assert {one.is_start_sure for one in found if one.start is LimitStart.KNOWN} == {True}


def test_a_rule_that_began_after_the_act_sets_no_limit() -> None:
    found = time_limits(
        act_on=date(2026, 3, 1), known_on=KNOWN, is_act_sure=True, catalogue=CATALOGUE
    )

    assert [one.id for one in found] == ["logs-domestic", "civil", "crime"]


def test_a_rule_that_is_withheld_sets_no_limit() -> None:
    kept = tuple(one for one in CATALOGUE.provisions if one.id != "vn-cc-592")

    found = time_limits(
        act_on=ACT,
        known_on=KNOWN,
        is_act_sure=True,
        catalogue=replace(CATALOGUE, provisions=kept),
    )

    assert "civil" not in {one.id for one in found}


def test_no_limit_rests_on_a_fact_that_was_not_read_in_the_law_itself() -> None:
    found = time_limits(act_on=ACT, known_on=KNOWN, is_act_sure=True, catalogue=CATALOGUE)

    assert {rule.confidence for one in found for rule in one.basis} == {Confidence.A}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 2, 28), 12, date(2028, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected
