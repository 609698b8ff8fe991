"""
What must go together when exhibits are forgotten (EVIDENCE 1, HARM 2). Values in, values out.

The promise is "unreadable and untestable from this vault"; so the same bytes kept a second time,
everything that contains the item and everything made from it go too.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from benban.model.custody import CustodyEvent, EventKind
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import CommonOrigin, CopyMatch, Direction
from benban.model.fingerprint import (
    OriginalFingerprint,
    PictureFingerprint,
    QuestionedFingerprint,
)
from benban.model.ids import Digest, ExhibitId
from benban.model.imported import Import
from benban.model.witness import Witness, WitnessForm

# Records that would describe the content; the others (who looked, what was decided) stay.
_FORGOTTEN_KINDS = frozenset(
    {
        EventKind.ADOPTED,
        EventKind.ORIGINAL_ADDED,
        EventKind.FINGERPRINTED,
        EventKind.COMPARED,
        EventKind.VIDEO_READ,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """
    What a case holds that can be concerned.

    Attributes:
        allows_originals: whether declared photos may still be kept at all.
    """

    exhibits: Sequence[Exhibit]
    originals: Sequence[Original]
    questioned: Sequence[QuestionedFingerprint]
    declared: Sequence[OriginalFingerprint]
    findings: Sequence[CommonOrigin]
    directions: Sequence[Direction]
    copies: Sequence[CopyMatch]
    allows_originals: bool
    imports: Sequence[Import] = ()
    witnesses: Sequence[Witness] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """
    What goes.

    Attributes:
        exhibits: in the order in which they were taken in.
        owners: ids whose derived content goes: exhibits, originals, comparisons.
        imports: those whose digest would tell what went; they stay without it.
        witnesses: second captures whose items would; they stay without these items.
        values: texts that must not stay opened in any event: digests and fingerprints.
    """

    exhibits: tuple[Exhibit, ...]
    originals: tuple[Original, ...]
    questioned: tuple[QuestionedFingerprint, ...]
    declared: tuple[OriginalFingerprint, ...]
    findings: tuple[CommonOrigin, ...]
    directions: tuple[Direction, ...]
    copies: tuple[CopyMatch, ...]
    owners: frozenset[str]
    imports: tuple[Import, ...]
    witnesses: tuple[Witness, ...]
    values: tuple[str, ...]


def what_goes(
    kept: Kept, asked: Collection[ExhibitId], *, for_minor: bool, sighting_id: str = ""
) -> Going:
    """
    Return everything that goes with the exhibits *asked* for.

    Args:
        kept: what the case holds.
        asked: exhibits named by the caller.
        for_minor: somebody in the picture may be under 18: every picture of the sighting goes, and
            originals with the same bytes or that a picture was made from; all, where no sighting
            is open any more.
        sighting_id: the one that is marked, also where nothing of it is left to go.
    """
    start = set(asked)
    sightings: set[str] = set()
    if for_minor:
        sightings = {one.sighting_id for one in kept.exhibits if one.id in start}
        start |= {
            one.id for one in kept.exhibits if one.sighting_id in sightings and has_pictures(one)
        }
        sightings.add(sighting_id)
    ids = _closure(kept.exhibits, start)
    exhibits = tuple(one for one in kept.exhibits if one.id in ids)
    digests = {one.sha256 for one in exhibits}
    sources = {one.original_id for one in kept.findings if one.exhibit_id in ids}
    originals = tuple(
        one
        for one in kept.originals
        if for_minor and (not kept.allows_originals or one.sha256 in digests or one.id in sources)
    )
    # The digest of a whole export tests for every picture in it, also for those not kept.
    imports = [one for one in kept.imports if _tells_of(one, ids, sightings)]
    going = _with_derived(kept, exhibits, originals, imports)
    # Of somebody under 18 no digest of a picture stays, whoever made it.
    witnesses = _witnesses(kept.witnesses, digests, is_all=for_minor)
    lost = _lost_digests(kept.witnesses, witnesses)
    return replace(going, witnesses=witnesses, values=tuple(sorted({*going.values, *lost})))


def originals_go(kept: Kept, original_ids: Collection[str]) -> Going:
    """Return everything that goes with declared originals."""
    return _with_derived(kept, (), tuple(one for one in kept.originals if one.id in original_ids))


def has_pictures(exhibit: Exhibit) -> bool:
    """Return whether an exhibit is or contains a picture of the item."""
    return exhibit.kind.is_questioned_media or exhibit.contains_media


def covers_pictures(one: Import) -> bool:
    """Return whether an import still has a digest that covers pictures of what was handed over."""
    return one.sha256 is not None and one.digest_covers != "text"


def forgotten_positions(events: Iterable[CustodyEvent], owners: frozenset[str]) -> tuple[int, ...]:
    """Return the positions of the records that describe what goes."""
    return tuple(
        event.position
        for event in events
        if event.kind in _FORGOTTEN_KINDS and event.subject in owners
    )


def _closure(exhibits: Sequence[Exhibit], start: set[ExhibitId]) -> set[ExhibitId]:
    by_id = {one.id: one for one in exhibits}
    going: set[ExhibitId] = set()
    waiting = [one for one in start if one in by_id]
    while waiting:
        exhibit = by_id[waiting.pop()]
        if exhibit.id in going:
            continue
        going.add(exhibit.id)
        waiting += [one.id for one in exhibits if _goes_with(one, exhibit)]
    return going


def _goes_with(other: Exhibit, gone: Exhibit) -> bool:
    # A container that goes because of one item does not take its other items with it: only the
    # item itself is what the person wants gone. What was made from it is.
    is_same = other.sha256 == gone.sha256
    is_container = other.id in gone.derived_from and has_pictures(other)
    is_made_from = gone.id in other.derived_from and not _is_container(gone)
    is_same_visit = (
        gone.capture_id is not None and other.capture_id == gone.capture_id and _is_container(other)
    )
    return is_same or is_container or is_made_from or (is_same_visit and has_pictures(gone))


def _tells_of(one: Import, ids: Collection[str], sightings: Collection[str]) -> bool:
    is_marked = one.sighting_id in sightings and covers_pictures(one)
    return is_marked or any(exhibit_id in ids for exhibit_id in one.exhibits)


def _witnesses(
    witnesses: Sequence[Witness], digests: Collection[Digest], *, is_all: bool
) -> tuple[Witness, ...]:
    """Return the second captures that hold a digest of what goes, as they stay: without it."""
    changed = []
    for one in witnesses:
        items = tuple(item for item in one.items if not is_all and item.sha256 not in digests)
        left = {item.subject for item in items}
        # The digest of a whole recording tests for every picture in it; a dossier's does not.
        tests = one.form is WitnessForm.RECORDING and (is_all or items != one.items)
        whole = None if tests else one.dossier_sha256
        if (items, whole) != (one.items, one.dossier_sha256):
            same = tuple(pair for pair in one.same if pair[1] in left)
            changed.append(replace(one, items=items, same=same, dossier_sha256=whole))
    return tuple(changed)


def _lost_digests(before: Sequence[Witness], after: Sequence[Witness]) -> Iterator[str]:
    """Yield the digests of whole files that are no longer kept, as events may have them open."""
    kept = {one.id for one in after if one.dossier_sha256 is not None}
    for one in before:
        is_changed = any(one.id == other.id for other in after)
        if is_changed and one.id not in kept and one.dossier_sha256 is not None:
            yield from (one.dossier_sha256.hex, str(one.dossier_sha256))


def _is_container(exhibit: Exhibit) -> bool:
    return exhibit.contains_media and not exhibit.kind.is_questioned_media


def _with_derived(
    kept: Kept,
    exhibits: tuple[Exhibit, ...],
    originals: tuple[Original, ...],
    imports: Sequence[Import] = (),
) -> Going:
    ids = {one.id for one in exhibits}
    original_ids = {one.id for one in originals}
    questioned = tuple(one for one in kept.questioned if one.exhibit_id in ids)
    declared = tuple(one for one in kept.declared if one.original_id in original_ids)
    findings = tuple(
        one
        for one in kept.findings
        if one.exhibit_id in ids or (one.original_id in original_ids if one.original_id else False)
    )
    finding_ids = {one.id for one in findings}
    digests = [digest for one in exhibits for digest in (one.sha256, one.sha512)]
    digests += [one.sha256 for one in originals]
    digests += [one for each in imports for one in (each.sha256, each.sha512) if one is not None]
    values = {form for digest in digests for form in (digest.hex, str(digest))}
    for picture in (*(one.picture for one in questioned), *(one.picture for one in declared)):
        values |= _hashes(picture)
    return Going(
        exhibits=exhibits,
        originals=originals,
        questioned=questioned,
        declared=declared,
        findings=findings,
        directions=tuple(one for one in kept.directions if one.comparison_id in finding_ids),
        copies=tuple(one for one in kept.copies if ids & {one.exhibit_id, one.other_id}),
        imports=tuple(replace(one, sha256=None, sha512=None) for one in imports),
        witnesses=(),
        owners=frozenset({*ids, *original_ids, *finding_ids}),
        values=tuple(sorted(values)),
    )


def _hashes(picture: PictureFingerprint) -> set[str]:
    return {picture.pdq.hex, *(one.hex for one in picture.dihedral)}
