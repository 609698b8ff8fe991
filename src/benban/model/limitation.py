"""Until when something may be asked for, and what started that time."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from benban.model.remedy import Provision


class LimitStart(Enum):
    """What starts the time."""

    ACT = "act"
    KNOWN = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """
    One time limit.

    Attributes:
        id: stable; the words stand under ``limit.<id>``.
        basis: rules that set it.
        is_start_sure: False where the act may lie before the day that is known.
    """

    id: str
    basis: tuple[Provision, ...]
    months: int
    start: LimitStart
    starts_on: date
    ends_on: date
    is_start_sure: bool
