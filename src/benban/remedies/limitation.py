"""Time limits of the person: computed from the earliest day that is known, so as not to be late."""

import calendar
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from benban.errors import CatalogueError
from benban.model.catalogue import Catalogue
from benban.model.limitation import LimitStart, TimeLimit
from benban.model.remedy import Provision

_FILE = "limits.toml"


class _Entry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: str
    basis: tuple[str, ...]
    months: int
    start: LimitStart


class _File(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    limit: tuple[_Entry, ...]


def time_limits(
    *, act_on: date | None, known_on: date | None, is_act_sure: bool, catalogue: Catalogue
) -> tuple[TimeLimit, ...]:
    """
    Return the limits that can be computed, soonest end first; no day is made up.

    Args:
        act_on: earliest known day of the act; None when none is known.
        known_on: the day it was first seen or reported.
        is_act_sure: False where *act_on* is only the day somebody saw it.
        catalogue: a rule that is withheld, or was not in force on the day of the act, sets no
            limit.
    """
    found = []
    for entry in _entries():
        day = act_on if entry.start is LimitStart.ACT else known_on
        if day is None:
            continue
        basis = tuple(
            rule
            for one in entry.basis
            if (rule := catalogue.provision(one)) is not None and _is_valid(rule, day)
        )
        if basis:
            found.append(
                TimeLimit(
                    id=entry.id,
                    basis=basis,
                    months=entry.months,
                    start=entry.start,
                    starts_on=day,
                    ends_on=months_after(day, entry.months),
                    is_start_sure=is_act_sure or entry.start is LimitStart.KNOWN,
                )
            )
    return tuple(sorted(found, key=lambda one: (one.ends_on, one.id)))


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last where it is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@cache
def _entries() -> tuple[_Entry, ...]:
    file = files("benban.catalogue").joinpath("forms", "papers", _FILE)
    try:
        return msgspec.toml.decode(file.read_bytes(), type=_File).limit
    except (OSError, msgspec.DecodeError) as error:
        raise CatalogueError(file=f"papers/{_FILE}", key="-", problem="cannot be read") from error


def _is_valid(rule: Provision, day: date) -> bool:
    has_begun = rule.valid_from is not None and rule.valid_from <= day
    return has_begun and (rule.valid_until is None or day <= rule.valid_until)
