"""The organisation's name, its duty to report, how long cases are kept."""

from dataclasses import replace
from datetime import date

import pytest

from benban.casework.organisation import (
    NewDuty,
    duty_text,
    duty_texts,
    name_organisation,
    organisation_name,
    retention_days,
    set_duty_text,
    set_retention_days,
)
from benban.errors import DutyTextIncompleteError, RoleRefusedError
from benban.testing.clock import FakeClock
from benban.wording import Language

from .house import House

DUTY = NewDuty(
    vi="Chúng tôi phải báo tin.\n\nKhi nào?",
    en="We must report.",
    day=date(2026, 11, 1),
    signed_by="M. N.",
)


def test_everybody_reads_the_text_that_an_administrator_set(house: House, clock: FakeClock) -> None:
    set_duty_text(house.admin, DUTY, clock)

    read = duty_text(house.worker)

    assert read is not None
    assert read.words(Language.VI) == ("Chúng tôi phải báo tin.", "Khi nào?")
    assert (read.words(Language.EN), read.day) == (("We must report.",), date(2026, 11, 1))


def test_an_earlier_text_stays_with_its_day(house: House, clock: FakeClock) -> None:
    set_duty_text(house.admin, DUTY, clock)
    set_duty_text(house.second, replace(DUTY, day=date(2026, 12, 1), en="We must."), clock)

    assert [(one.day, one.en) for one in duty_texts(house.worker)] == [
        (date(2026, 11, 1), "We must report."),
        (date(2026, 12, 1), "We must."),
    ]


@pytest.mark.parametrize(
    "lacking",
    [
        replace(DUTY, vi=" "),
        replace(DUTY, en=""),
        replace(DUTY, day=None),
        replace(DUTY, signed_by=""),
    ],
)
def test_a_text_that_lacks_something_is_not_kept(
    house: House, clock: FakeClock, lacking: NewDuty
) -> None:
    with pytest.raises(DutyTextIncompleteError):
        set_duty_text(house.admin, lacking, clock)

    assert duty_text(house.admin) is None


def test_nobody_but_administrators_sets_what_the_organisation_says(
    house: House, clock: FakeClock
) -> None:
    for vault in (house.worker, house.auditor):
        with pytest.raises(RoleRefusedError):
            set_duty_text(vault, DUTY, clock)
        with pytest.raises(RoleRefusedError):
            name_organisation(vault, "x")
        with pytest.raises(RoleRefusedError):
            set_retention_days(vault, 365)


def test_name_and_days_are_the_same_for_all(house: House) -> None:
    name_organisation(house.admin, "  Nhà   Xanh ")
    set_retention_days(house.admin, 730)

    assert (organisation_name(house.worker), retention_days(house.auditor)) == ("Nhà Xanh", 730)


def test_days_that_make_no_sense_are_a_mistake(house: House) -> None:
    with pytest.raises(ValueError, match="makes no sense"):
        set_retention_days(house.admin, 1)
