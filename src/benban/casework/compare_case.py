"""Find for each questioned picture the original that shares its shot (optional, EVIDENCE 5)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from benban.casework.draw_pair import draw_pair
from benban.casework.events import event, open_field, sealed_field
from benban.casework.fingerprints import questioned_pictures
from benban.casework.order_times import order_times, said_times
from benban.casework.original_index import CaseIndex, open_case_index
from benban.casework.originals import declared_photos
from benban.casework.short_list import Compared, compare_all, compare_short_list
from benban.casework.uncompared import Uncompared, recorded_attempt
from benban.compare.contest import siblings_of
from benban.compare.direction import judge_direction
from benban.compare.sources import find_sources
from benban.errors import DeclarationMissingError, OriginalsUnreadableError
from benban.fingerprint.ports import Decoder, PairFinding
from benban.model.clock import Clock
from benban.model.custody import EventDraft, EventKind, Field, TimestampToken, TokenState
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import (
    CommonOrigin,
    Direction,
    DrawnLinks,
    DrawnPatches,
    Part,
    Searched,
    Siblings,
    Tier,
)
from benban.model.ids import OriginalId, new_comparison_id
from benban.model.sighting import Sighting
from benban.vault import CaseStore, Derived

# Told before each picture, or each photo that is looked into for the index, how many are done, of
# how many; may raise to stop.
Progress = Callable[[int, int], None]

# So many originals are each compared: a person's thirty plain copies (HARM 11) take some fifteen
# seconds a picture, and nothing can be missed. Of more, an index says which few are compared.
COMPARED_IN_FULL = 30

# A calendar day begins first at UTC+14 (Kiribati); the person's own zone is not known here.
_EARLIEST_ZONE = timedelta(hours=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRun:
    """The finding of one questioned picture and what is known about the order."""

    finding: CommonOrigin
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseComparison:
    """The runs of one call, and what could not be compared."""

    runs: tuple[ComparisonRun, ...]
    failures: tuple[Uncompared, ...]


def _untold(_done: int, _count: int) -> None:
    """Take note of nothing."""


def compare_case(
    store: CaseStore,
    decoder: Decoder,
    clock: Clock,
    tell: Progress = _untold,
    *,
    tell_index: Progress = _untold,
    in_full: int = COMPARED_IN_FULL,
) -> CaseComparison:
    """
    Compare every questioned picture with the declared originals; all runs are kept.

    Args:
        store: of the case.
        decoder: the fence.
        clock: for the time of the findings.
        tell: told before each picture and at the end; may raise to stop.
        tell_index: likewise, before each original that the index is made of; what was looked into
            before it stops stays.
        in_full: of more originals than these only the index's short list is compared.

    Raises:
        DeclarationMissingError: BB-107, no declared original.
    """
    if not store.all(Original):
        raise DeclarationMissingError
    originals = declared_photos(store)
    # A declared video is no side of a picture pair (``compare_clips``).
    pictures = questioned_pictures(store) if originals else ()
    index = None
    if pictures and len(originals) > in_full:
        index = open_case_index(store, decoder, tell_index)
    search = _Search(store, decoder, originals, index)
    runs: list[ComparisonRun] = []
    failures: list[Uncompared] = []
    for done, exhibit in enumerate(pictures):
        tell(done, len(pictures))
        with recorded_attempt(store, exhibit, failures, open_field("act", "compare")):
            compared = search.compare(exhibit)
            runs += _keep(store, exhibit, search, compared, decoder=decoder, clock=clock)
    tell(len(pictures), len(pictures))
    return CaseComparison(runs=tuple(runs), failures=tuple(failures))


class _Search:
    """The originals of one call; one that turns out to be unreadable is asked no more."""

    def __init__(
        self,
        store: CaseStore,
        decoder: Decoder,
        originals: Sequence[Original],
        index: CaseIndex | None,
    ) -> None:
        self._store, self._decoder = store, decoder
        self._originals, self._index = originals, index
        self._unread: set[OriginalId] = set(index.unread if index else ())

    def compare(self, exhibit: Exhibit) -> Compared:
        """
        Return the comparison of one picture.

        Raises:
            OriginalsUnreadableError: BB-337, there was nothing to compare it with.
        """
        store, decoder = self._store, self._decoder
        if self._index is None:
            left = [one for one in self._originals if one.id not in self._unread]
            compared = compare_all(store, exhibit, left, decoder) if left else None
        else:
            compared = compare_short_list(
                store, exhibit, self._index, decoder, without=self._unread
            )
        for one in compared.unread if compared else ():
            self._unread.add(one.original_id)
            fields = open_field("act", "read original"), open_field("reason", one.code)
            store.record(event(EventKind.ATTEMPT_FAILED, one.original_id, *fields))
        nothing_read = compared is None or (compared.unread and not compared.originals)
        if compared is None or nothing_read or len(self._unread) == len(self._originals):
            raise OriginalsUnreadableError
        return compared

    def searched(self, compared: Compared) -> Searched:
        """Return how far the search for one picture went."""
        return Searched(
            declared=len(self._originals),
            by_index=self._by_index(),
            in_full=len(compared.originals),
            unread=len(self._unread),
        )

    def _by_index(self) -> int | None:
        if self._index is None:
            return None
        return sum(one.id not in self._unread for one in self._index.originals)


def _keep(
    store: CaseStore,
    exhibit: Exhibit,
    search: _Search,
    compared: Compared,
    *,
    decoder: Decoder,
    clock: Clock,
) -> list[ComparisonRun]:
    """Return one run for each source; one without a photo where none was found."""
    sources = _sources(compared)
    ids = [new_comparison_id() for _ in sources]
    at, searched = clock.now(), search.searched(compared)
    runs: list[ComparisonRun] = []
    pictures: list[Derived] = []
    for number, (pair, comparison_id) in enumerate(zip(sources, ids, strict=True), start=1):
        finding = CommonOrigin(
            id=comparison_id,
            exhibit_id=exhibit.id,
            original_id=compared.originals[pair.index].id if pair and pair.registration else None,
            tier=pair.tier if pair else Tier.NONE,
            originals_compared=searched.in_full,
            at=at,
            log10_nfa=pair.log10_nfa if pair else None,
            roughness_px=pair.roughness_px if pair else None,
            fine_correlation=pair.fine_correlation if pair else None,
            registration=pair.registration if pair else None,
            change_map=pair.change_map if pair else None,
            searched=searched,
            part=Part(number=number, count=len(ids), first=ids[0]) if len(ids) > 1 else None,
            siblings=_siblings(pair, compared.pairs) if pair and pair.registration else None,
        )
        direction = _direction(store, finding, pair)
        drawn = draw_pair(store, finding, pair, decoder)
        if drawn is not None:
            finding = drawn.said_in(finding)
            pictures += drawn.kept_for(finding)
        runs.append(ComparisonRun(finding=finding, direction=direction))
    # Recorded together: whatever happens, no part stands without its siblings.
    store.record(
        *(_compared(run.finding, run.direction) for run in runs),
        save=[kept for run in runs for kept in (run.finding, run.direction)],
        derived=pictures,
    )
    return runs


def _sources(compared: Compared) -> list[PairFinding | None]:
    best = next((pair for pair in compared.pairs if pair.is_best), None)
    if best is None or best.change_map is None:
        return [best]
    return [best, *(pair for pair in find_sources(compared.pairs) if not pair.is_best)]


def _siblings(source: PairFinding, pairs: Sequence[PairFinding]) -> Siblings:
    tiers = [one.tier for one in siblings_of(source, pairs)]
    alike = tiers.count(source.tier)
    return Siblings(alike=alike, beaten=len(tiers) - alike)


def _direction(store: CaseStore, finding: CommonOrigin, best: PairFinding | None) -> Direction:
    # Which came first is a question about one shot: without tier A there is nothing to order.
    if finding.tier is not Tier.A or best is None or finding.original_id is None:
        return judge_direction(finding.id, None, is_stamped_before=None)
    is_before = _is_stamped_before(store, finding.original_id)
    direction = judge_direction(finding.id, best.direction, is_stamped_before=is_before)
    seen_at = _first_seen(store)
    if "stamped-before" not in direction.support or seen_at is None:
        return direction
    # What is printed as earlier can be looked up: whose stamps, of when, and against which time.
    return replace(direction, times=order_times(store, finding.original_id, seen_at))


def _is_stamped_before(store: CaseStore, original_id: OriginalId) -> bool | None:
    """Return whether the original was stamped before the fake's first time; None: no stamp."""
    stamped, seen_at = _first_stamp(store, original_id), _first_seen(store)
    if stamped is None or seen_at is None:
        return None
    # The log's order is worth more than this computer's clock: a stamp over a log that already
    # held a sighting is later than it, whatever time was typed or read.
    reported = [one.position for one in store.events() if one.kind is EventKind.REPORTED]
    is_before_report = not reported or stamped.checkpoint_size <= min(reported)
    return is_before_report and stamped.time_at is not None and stamped.time_at < seen_at


def _first_stamp(store: CaseStore, original_id: OriginalId) -> TimestampToken | None:
    """Return the earliest trusted stamp over a log that already held the original."""
    added = [
        entry.position
        for entry in store.events()
        if entry.kind is EventKind.ORIGINAL_ADDED and entry.subject == original_id
    ]
    tokens = [
        (token.time_at, position, token)
        for position, token in enumerate(store.all(TimestampToken))
        if token.state is TokenState.STAMPED
        and token.time_at is not None
        and added
        and token.checkpoint_size > max(added)
    ]
    return min(tokens)[2] if tokens else None


def _first_seen(store: CaseStore) -> datetime | None:
    """Return the earliest time at which anything of this case was seen or is said to have been."""
    times: list[datetime] = []
    for sighting in store.all(Sighting):
        times += [sighting.reported_at, sighting.seen_at or sighting.reported_at]
        if sighting.act_on is not None:
            begun = datetime.combine(sighting.act_on, time.min, tzinfo=UTC)
            times.append(begun - _EARLIEST_ZONE)
    return min(times, default=None)


def _compared(finding: CommonOrigin, direction: Direction) -> EventDraft:
    return event(
        EventKind.COMPARED,
        finding.id,
        open_field("exhibit", finding.exhibit_id),
        open_field("tier", finding.tier.value),
        open_field("originals_compared", finding.originals_compared),
        *_searched(finding),
        open_field("direction", direction.order.value),
        *said_times(direction.times),
        sealed_field("veiled_picture", str(finding.veiled_picture or "")),
        sealed_field("overlay_picture", str(finding.overlay_picture or "")),
        sealed_field("map_picture", str(finding.map_picture or "")),
        sealed_field("links_picture", _said(finding.links)),
        sealed_field("patches_picture", _said(finding.patches)),
    )


def _searched(finding: CommonOrigin) -> tuple[Field, ...]:
    searched, part = finding.searched, finding.part
    fields: list[Field] = []
    if searched is not None:
        fields += [
            open_field("originals_declared", searched.declared),
            open_field("originals_unread", searched.unread),
        ]
        if searched.by_index is not None:
            fields.append(open_field("originals_searched", searched.by_index))
    if part is not None:
        fields += [open_field("part", part.number), open_field("parts", part.count)]
    return tuple(fields)


def _said(drawn: DrawnLinks | DrawnPatches | None) -> str:
    return str((drawn.picture if drawn else None) or "")
