"""
Counts over the cases of a vault, in which nobody can be found (HARM 18).

Every cell counts cases, that is people, and never pictures, places or notices: ten notices of one
person would fill a cell that says who it is. A cell under five is hidden, also when it is nought.
No sum of a table is told, for its rows overlap; so a hidden cell cannot be reckoned back from it.
The one table whose rows do not overlap hides a second cell where it would hide only one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from benban.casework.watch_summary import latest_looks
from benban.model.ids import CaseId
from benban.model.remedy import Notice, NoticeState
from benban.model.sighting import Sighting, SightingKind
from benban.model.watch import SeenState
from benban.notices.calendar import due_at, waiting_notices
from benban.vault import CaseStore

# HARM 18.
LEAST_SHOWN = 5
_ASKED = frozenset(NoticeState) - {NoticeState.DRAFT, NoticeState.APPROVED}
# Beside the states of notices: a day that is past without an answer.
_LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What is counted of one case; no word, name or address is in it."""

    case_id: CaseId
    opened_in: int
    kinds: frozenset[str]
    services: frozenset[str]
    notices: frozenset[str]
    dues_at: tuple[datetime, ...]
    places: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """
    One row of a table.

    Attributes:
        name: id of what is counted; words of ours, an id of the catalogue, or a year.
        cases: None where it is hidden.
    """

    name: str
    cases: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Some counts under one heading; the words stand under ``desk.statistics.<name>``."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """All that may be told of a vault's cases at one moment."""

    made_at: datetime
    cases: int | None
    tables: tuple[Table, ...] = field(default=())


def facts_of(store: CaseStore) -> CaseFacts:
    """Return what is counted of a case."""
    sightings, notices = store.all(Sighting), store.all(Notice)
    looks = latest_looks(store).values()
    dues = (due_at(one) for one in waiting_notices(notices))
    return CaseFacts(
        case_id=store.case.id,
        opened_in=store.case.opened_at.year,
        kinds=frozenset(one.kind.value for one in sightings),
        services=frozenset(one.address.service for one in sightings if one.address is not None),
        notices=frozenset(one.state.value for one in notices if one.state in _ASKED),
        dues_at=tuple(sorted(one for one in dues if one is not None)),
        places=frozenset(one.judgement.state.value for one in looks),
    )


def statistics_of(every: Sequence[CaseFacts], made_at: datetime) -> Statistics:
    """
    Return the counts over *every* case, with what would be too small hidden.

    Args:
        every: of the vault.
        made_at: UTC.
    """
    kinds = [one.value for one in SightingKind]
    states = [one.value for one in NoticeState if one in _ASKED]
    seen = [one.value for one in SeenState]
    services = sorted({service for one in every for service in one.services})
    years = [str(year) for year in sorted({one.opened_in for one in every})]
    opened = _apart({year: sum(str(one.opened_in) == year for one in every) for year in years})
    notices = [_notices(one, made_at) for one in every]
    return Statistics(
        made_at=made_at,
        cases=shown(len(every)),
        tables=(
            Table(name="opened", cells=opened),
            Table(name="kinds", cells=_cells(kinds, (one.kinds for one in every))),
            Table(
                name="services",
                # A service of few cases is not even named: its name may say whose case it is.
                cells=tuple(
                    one
                    for one in _cells(services, (one.services for one in every))
                    if one.cases is not None
                ),
            ),
            Table(name="notices", cells=_cells([*states, _LATE], notices)),
            Table(name="places", cells=_cells(seen, (one.places for one in every))),
        ),
    )


def shown(count: int) -> int | None:
    """Return *count* if it may be told, else None: under five, nought included."""
    return count if count >= LEAST_SHOWN else None


def _notices(one: CaseFacts, now: datetime) -> frozenset[str]:
    is_late = any(due < now for due in one.dues_at)
    return one.notices | ({_LATE} if is_late else frozenset())


def _cells(names: Sequence[str], sets: Iterable[frozenset[str]]) -> tuple[Cell, ...]:
    counts = Counter(name for one in sets for name in one)
    return tuple(Cell(name=name, cases=shown(counts[name])) for name in names)


def _apart(counts: Mapping[str, int]) -> tuple[Cell, ...]:
    """
    Return the cells of a table whose rows do not overlap and whose sum is known.

    The sum without the others tells what the hidden cells hold together. Where that is under five,
    or can be split in one way only (each holds one, or each holds four), the smallest of the rest
    is hidden with them; where that does not help, there is no such table.
    """
    hidden = {name for name, count in counts.items() if shown(count) is None}
    left = sorted((name for name in counts if name not in hidden), key=lambda one: counts[one])
    while left and _tells(counts, hidden):
        hidden.add(left.pop(0))
    if _tells(counts, hidden):
        return ()
    return tuple(
        Cell(name=name, cases=None if name in hidden else count) for name, count in counts.items()
    )


def _tells(counts: Mapping[str, int], hidden: Collection[str]) -> bool:
    """Return whether what hidden cells hold can be told from their sum."""
    together, most = sum(counts[name] for name in hidden), LEAST_SHOWN - 1
    # One that was hidden with the others may hold any number.
    all_are_small = all(counts[name] <= most for name in hidden)
    is_full = all_are_small and together == most * len(hidden)
    is_one_way = together <= len(hidden) or is_full
    return bool(hidden) and (together < LEAST_SHOWN or is_one_way)
