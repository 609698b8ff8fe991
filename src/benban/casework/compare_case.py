"""Find for each questioned picture the original that shares its shot (optional, EVIDENCE 5)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import BinaryIO, TypeVar

from benban.casework.events import event, open_field, sealed_field
from benban.casework.fingerprints import questioned_pictures
from benban.casework.originals import declared_photos
from benban.casework.pair_pictures import (
    CHANGE_MAP,
    LAID_PAIR,
    LINKED_PAIR,
    PATCHED_PAIR,
    VEILED_PAIR,
)
from benban.casework.short_list import Compared, compare_all
from benban.compare.direction import judge_direction
from benban.errors import BenbanError, DeclarationMissingError
from benban.fingerprint.ports import Decoder, LinkedPair, PairFinding, PatchedPair
from benban.model.clock import Clock
from benban.model.custody import EventDraft, EventKind, Field, TimestampToken, TokenState
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import CommonOrigin, Direction, DrawnLinks, DrawnPatches, Tier
from benban.model.ids import Digest, ExhibitId, OriginalId, new_comparison_id
from benban.model.sighting import Sighting
from benban.seal.digests import sha256_of
from benban.vault import CaseStore, Derived

# Told before each picture how many are done, of how many; may raise to stop.
Progress = Callable[[int, int], None]
Drawing = TypeVar("Drawing")

# A calendar day begins first at UTC+14 (Kiribati); the person's own zone is not known here.
_EARLIEST_ZONE = timedelta(hours=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRun:
    """The finding of one questioned picture and what is known about the order."""

    finding: CommonOrigin
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncompared:
    """A questioned picture that could not be compared, and the code of the reason."""

    exhibit_id: ExhibitId
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseComparison:
    """The runs of one call, and what could not be compared."""

    runs: tuple[ComparisonRun, ...]
    failures: tuple[Uncompared, ...]


def compare_case(
    store: CaseStore,
    decoder: Decoder,
    clock: Clock,
    tell: Progress = lambda _done, _count: None,
) -> CaseComparison:
    """
    Compare every questioned picture with every declared original; all runs are kept.

    Args:
        store: of the case.
        decoder: the fence.
        clock: for the time of the findings.
        tell: told before each picture and at the end; may raise to stop.

    Raises:
        DeclarationMissingError: BB-107, no declared original.
    """
    if not store.all(Original):
        raise DeclarationMissingError
    originals = declared_photos(store)
    # A declared video is no side of a picture pair (``compare_clips``).
    pictures = questioned_pictures(store) if originals else ()
    runs: list[ComparisonRun] = []
    failures: list[Uncompared] = []
    for done, exhibit in enumerate(pictures):
        tell(done, len(pictures))
        act = open_field("act", "compare")
        store.record(event(EventKind.ATTEMPT, exhibit.id, act))
        try:
            runs.append(_compare_one(store, exhibit, originals, decoder=decoder, clock=clock))
        except BenbanError as error:
            failures.append(Uncompared(exhibit_id=exhibit.id, code=error.code))
            reason = open_field("reason", error.code)
            store.record(event(EventKind.ATTEMPT_FAILED, exhibit.id, act, reason))
    tell(len(pictures), len(pictures))
    return CaseComparison(runs=tuple(runs), failures=tuple(failures))


def _compare_one(
    store: CaseStore,
    exhibit: Exhibit,
    originals: tuple[Original, ...],
    *,
    decoder: Decoder,
    clock: Clock,
) -> ComparisonRun:
    compared = compare_all(store, exhibit, originals, decoder)
    best = next((pair for pair in compared.pairs if pair.is_best), None)
    finding = _finding(exhibit, compared, best, clock)
    direction = _direction(store, finding, best)
    drawn = _draw(store, exhibit, compared.originals, best, decoder)
    if drawn is not None:
        finding = drawn.said_in(finding)
    pictures = drawn.kept_for(finding) if drawn else ()
    store.record(_compared(finding, direction), save=[finding, direction], derived=pictures)
    return ComparisonRun(finding=finding, direction=direction)


def _finding(
    exhibit: Exhibit, compared: Compared, best: PairFinding | None, clock: Clock
) -> CommonOrigin:
    return CommonOrigin(
        id=new_comparison_id(),
        exhibit_id=exhibit.id,
        original_id=compared.originals[best.index].id if best and best.registration else None,
        tier=best.tier if best else Tier.NONE,
        originals_compared=len(compared.originals),
        at=clock.now(),
        log10_nfa=best.log10_nfa if best else None,
        roughness_px=best.roughness_px if best else None,
        fine_correlation=best.fine_correlation if best else None,
        registration=best.registration if best else None,
        change_map=best.change_map if best else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """What may be seen of a pair: made from the veiled pair alone, in the fence, or the map."""

    veiled: bytes
    laid: bytes
    change_map: bytes
    linked: LinkedPair
    patched: PatchedPair

    def said_in(self, finding: CommonOrigin) -> CommonOrigin:
        """Return *finding* with the digests: the report's pictures are bound to the log."""
        return replace(
            finding,
            veiled_picture=sha256_of(self.veiled),
            overlay_picture=sha256_of(self.laid),
            map_picture=sha256_of(self.change_map),
            links=DrawnLinks(links=self.linked.links, picture=_digest(self.linked.png)),
            patches=DrawnPatches(
                side_px=self.patched.side_px,
                patches=self.patched.patches,
                picture=_digest(self.patched.png),
            ),
        )

    def kept_for(self, finding: CommonOrigin) -> tuple[Derived, ...]:
        """Return the pictures to keep with *finding*; none where there was nothing to draw."""
        pictures = (
            (VEILED_PAIR, self.veiled),
            (LAID_PAIR, self.laid),
            (CHANGE_MAP, self.change_map),
            (LINKED_PAIR, self.linked.png),
            (PATCHED_PAIR, self.patched.png),
        )
        return tuple(
            Derived(owner=finding.id, kind=kind, data=png) for kind, png in pictures if png
        )


def _draw(
    store: CaseStore,
    exhibit: Exhibit,
    originals: tuple[Original, ...],
    best: PairFinding | None,
    decoder: Decoder,
) -> _Drawn | None:
    if best is None or best.change_map is None or not best.change_map.shows_alteration:
        # Where nothing was altered the agreed cells are the whole picture: it would leave unveiled.
        return None
    # Late: who never compares does not wait for the library.
    from benban.compare.map_picture import change_map_png

    original_id = originals[best.index].id

    def drawn(act: Callable[[BinaryIO, BinaryIO, PairFinding], Drawing]) -> Drawing:
        with (
            store.open_exhibit(exhibit.id) as questioned,
            store.open_original(original_id) as original,
        ):
            return act(questioned, original, best)

    return _Drawn(
        veiled=drawn(decoder.veil_pair),
        laid=drawn(decoder.lay_pair),
        # Made of numbers alone: no byte of a picture from outside is in it.
        change_map=change_map_png(best.change_map),
        linked=drawn(decoder.link_pair),
        patched=drawn(decoder.patch_pair),
    )


def _digest(png: bytes) -> Digest | None:
    return sha256_of(png) if png else None


def _direction(store: CaseStore, finding: CommonOrigin, best: PairFinding | None) -> Direction:
    # Which came first is a question about one shot: without tier A there is nothing to order.
    if finding.tier is not Tier.A or best is None or finding.original_id is None:
        return judge_direction(finding.id, None, is_stamped_before=None)
    is_before = _is_stamped_before(store, finding.original_id)
    return judge_direction(finding.id, best.direction, is_stamped_before=is_before)


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
        sealed_field("veiled_picture", str(finding.veiled_picture or "")),
        sealed_field("overlay_picture", str(finding.overlay_picture or "")),
        sealed_field("map_picture", str(finding.map_picture or "")),
        sealed_field("links_picture", _said(finding.links)),
        sealed_field("patches_picture", _said(finding.patches)),
    )


def _searched(finding: CommonOrigin) -> tuple[Field, ...]:
    if finding.short_list_of is None:
        return ()
    return (open_field("short_list_of", finding.short_list_of),)


def _said(drawn: DrawnLinks | DrawnPatches | None) -> str:
    return str((drawn.picture if drawn else None) or "")
