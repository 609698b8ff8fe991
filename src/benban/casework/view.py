"""Gather from the vault what one dossier may say, and open exactly those records."""

from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version

import benban
from benban.casework.audience import without_others
from benban.casework.case_mentions import mentions_of
from benban.casework.looked import looked_of
from benban.casework.pair_pictures import pair_pictures
from benban.casework.places import places_of, plain_address
from benban.casework.retraction import retractions_of
from benban.casework.uncompared import failed_ways
from benban.casework.videos import video_facts
from benban.dossier.disclosure import names_others
from benban.dossier.rates import measured_method, measured_rates, measured_version
from benban.dossier.view import (
    Audience,
    ComparisonEntry,
    ComparisonSection,
    Declaration,
    DisclosedRecord,
    Disclosure,
    DossierView,
    Edition,
    ExhibitEntry,
    NotCompared,
    OpenedField,
    OriginalEntry,
    OwnAccount,
    ToolVersion,
)
from benban.errors import ExhibitMissingError
from benban.model.clock import Clock
from benban.model.custody import CustodyEvent, EventKind, TimestampToken
from benban.model.exhibit import Capture, Exhibit, ExhibitKind, Original
from benban.model.finding import CommonOrigin, CopyMatch, Direction
from benban.model.ids import ExhibitId
from benban.model.imported import Import
from benban.model.mention import Mentions
from benban.model.remedy import Notice
from benban.model.sighting import Sighting
from benban.model.watch import Look, Place
from benban.model.witness import Witness
from benban.vault import CaseStore
from benban.wording import Language, say

# Sensitive fields that a dossier opens. Everything else stays a commitment: what the person wrote,
# answers, reasons for looking, fingerprints.
_OPENED = frozenset(
    {
        "sha256",
        "sha512",
        "size_bytes",
        "media_type",
        "address",
        "original_name",
        "declaration",
        "device",
        "record_sha256",
        "times_ms",
        "order_times",
    }
)
# Events about the whole case that belong to every chain of custody.
_CASE_EVENTS = frozenset(
    {
        EventKind.CASE_OPENED,
        EventKind.STAMPED,
        EventKind.RECEIPT_GIVEN,
        EventKind.DAMAGE_FOUND,
        EventKind.RECOVERED,
        EventKind.KEY_CHANGED,
        EventKind.STAMPED_AGAIN,
        EventKind.HANDED_OVER,
        EventKind.ENTRUSTED,
        EventKind.TAKEN_OVER,
    }
)
_MAX_TEXT_CHARACTERS = 200_000
# What casework.fingerprints and casework.videos call their attempts.
_READING_ACTS = frozenset({"fingerprint", "read video"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRequest:
    """The person's choices, checked by :func:`build_view` against what is kept."""

    dossier_id: str
    edition: Edition
    languages: tuple[Language, ...]
    exhibits: tuple[ExhibitId, ...]
    disclosure: Disclosure | None
    with_comparison: bool
    own_account: OwnAccount
    audience: Audience = Audience.LAWYER


def build_view(store: CaseStore, request: ViewRequest, clock: Clock) -> DossierView:
    """
    Return everything one dossier may say.

    Raises:
        ExhibitMissingError: BB-104, a chosen exhibit is not in this case.
    """
    exhibits = _chosen(store, request.exhibits)
    events = store.events()
    subjects = _subjects(store, exhibits, is_everything=not request.exhibits)
    witnesses = _witnesses(store, request.exhibits)
    subjects |= {one.id for one in witnesses}
    comparison = _comparison(store, exhibits, events) if request.with_comparison else None
    sightings = tuple(one for one in store.all(Sighting) if one.id in subjects)
    checkpoint = store.checkpoint()
    captures = tuple(one for one in store.all(Capture) if one.id in subjects)
    if request.exhibits:
        # Nobody learns another place of this case from somebody else's file.
        places = places_of(sightings, captures)
        witnesses = tuple(_about(one, places) for one in witnesses)
    tokens = tuple(store.all(TimestampToken))
    view = DossierView(
        dossier_id=request.dossier_id,
        case=store.case,
        made_at=clock.now().replace(microsecond=0),
        utc_offset_s=clock.local_utc_offset_s(),
        edition=request.edition,
        origin=checkpoint.origin,
        key_id=checkpoint.key_id,
        entry_count=checkpoint.size,
        sightings=sightings,
        exhibits=tuple(_entry(store, one, events) for one in exhibits),
        captures=captures,
        imports=tuple(one for one in store.all(Import) if one.id in subjects),
        mentions=_mentions(store, request.edition, sightings, exhibits),
        events=tuple(_shown(entry) for entry in events if _is_shown(entry, subjects, comparison)),
        languages=request.languages,
        disclosure=request.disclosure,
        declaration=_declaration(store, events) if comparison is not None else None,
        comparison=comparison,
        notices=tuple(one for one in store.all(Notice) if one.sighting_id in subjects),
        tokens=tokens,
        retractions=retractions_of(sightings, captures, events, tokens),
        looks=looked_of(sightings, store.all(Place), store.all(Look)),
        tools=_tools(),
        own_account=request.own_account,
        audience=request.audience,
        witnesses=witnesses,
    )
    return view if names_others(view) else without_others(view)


def disclosed_records(
    store: CaseStore, view: DossierView, sealed_position: int
) -> tuple[DisclosedRecord, ...]:
    """Return the log records that *view* speaks of, with the openings this edition may show."""
    positions = {entry.position for entry in view.exhibits}
    positions |= {entry.position for entry in view.events if not entry.is_forgotten}
    if view.declaration is not None:
        positions.add(view.declaration.position)
        positions |= {entry.position for entry in view.declaration.originals}
    positions.add(sealed_position)
    return tuple(_disclosed(store, position) for position in sorted(positions))


def _disclosed(store: CaseStore, position: int) -> DisclosedRecord:
    opening = store.opening(position)
    return DisclosedRecord(
        position=position,
        salt=opening.salt,
        record=opening.record,
        opened=tuple(
            OpenedField(name=name, salt=one.salt, value=one.value)
            for name, one in sorted(opening.fields.items())
            if name in _OPENED
        ),
    )


def _chosen(store: CaseStore, wanted: tuple[ExhibitId, ...]) -> tuple[Exhibit, ...]:
    kept = store.all(Exhibit)
    if not wanted:
        return tuple(kept)
    known = {exhibit.id for exhibit in kept}
    if not set(wanted) <= known:
        raise ExhibitMissingError
    return tuple(exhibit for exhibit in kept if exhibit.id in wanted)


def _subjects(
    store: CaseStore, exhibits: tuple[Exhibit, ...], *, is_everything: bool
) -> frozenset[str]:
    subjects: set[str] = {exhibit.id for exhibit in exhibits}
    subjects |= {exhibit.sighting_id for exhibit in exhibits}
    subjects |= {exhibit.capture_id for exhibit in exhibits if exhibit.capture_id}
    subjects |= {one.id for one in store.all(Import) if subjects & set(one.exhibits)}
    # A place of which nothing but words is kept belongs to the whole case as well.
    if is_everything:
        subjects |= {sighting.id for sighting in store.all(Sighting)}
    # Of a visit nothing of which was chosen, its page's address and title stay out, too; one that
    # kept nothing tells what is missing.
    subjects |= {
        one.id
        for one in store.all(Capture)
        if one.sighting_id in subjects and (is_everything or not one.exhibits)
    }
    return frozenset(subjects)


def _mentions(
    store: CaseStore,
    edition: Edition,
    sightings: tuple[Sighting, ...],
    exhibits: tuple[Exhibit, ...],
) -> tuple[Mentions, ...]:
    # Accounts and prices of others leave for a lawyer or an authority only (HARM 14).
    if edition is not Edition.AUTHORITY:
        return ()
    chosen = [exhibit.id for exhibit in exhibits]
    found = (mentions_of(store, sighting, chosen) for sighting in sightings)
    return tuple(one for one in found if one.found or one.masked_accounts)


def _witnesses(store: CaseStore, chosen: tuple[ExhibitId, ...]) -> tuple[Witness, ...]:
    """Return the second captures of what was chosen, each with these items' pairs alone."""
    if not chosen:
        return store.all(Witness)
    found = []
    for one in store.all(Witness):
        same = tuple(pair for pair in one.same if pair[0] in chosen)
        if same:
            others = {other for _, other in same}
            items = tuple(item for item in one.items if item.subject in others)
            found.append(replace(one, same=same, items=items))
    return tuple(found)


def _about(one: Witness, places: frozenset[str]) -> Witness:
    addresses = tuple(place for place in one.addresses if plain_address(place) in places)
    return replace(one, addresses=addresses)


def _entry(store: CaseStore, exhibit: Exhibit, events: tuple[CustodyEvent, ...]) -> ExhibitEntry:
    text = ""
    if exhibit.kind is ExhibitKind.DOM_TEXT:
        with store.open_exhibit(exhibit.id) as stream:
            text = stream.read(4 * _MAX_TEXT_CHARACTERS + 4).decode("utf-8", errors="replace")
    return ExhibitEntry(
        exhibit=exhibit,
        position=_position(events, EventKind.ADOPTED, exhibit.id),
        text=shortened(text, store.case.language),
        video=video_facts(store, exhibit),
        unread_reason=_unread_reason(events, exhibit.id),
    )


def _unread_reason(events: tuple[CustodyEvent, ...], exhibit_id: ExhibitId) -> str:
    """Return the code of the last failed reading, empty when the last one worked."""
    reason = ""
    for entry in events:
        if entry.subject != exhibit_id:
            continue
        fields = {one.name: one.value for one in entry.fields}
        if entry.kind in {EventKind.FINGERPRINTED, EventKind.VIDEO_READ}:
            reason = ""
        elif entry.kind is EventKind.ATTEMPT_FAILED and fields.get("act") in _READING_ACTS:
            reason = fields.get("reason", "")
    return reason


def _position(events: tuple[CustodyEvent, ...], kind: EventKind, subject: str) -> int:
    return next(
        entry.position for entry in events if entry.kind is kind and entry.subject == subject
    )


def _is_shown(
    entry: CustodyEvent, subjects: frozenset[str], comparison: ComparisonSection | None
) -> bool:
    if entry.kind is EventKind.RECOVERED and entry.subject:
        # About one visit and no longer about the case: as its other events.
        return entry.subject in subjects
    if entry.is_forgotten or entry.kind in _CASE_EVENTS:
        return True
    if _is_about_comparing(entry):
        # Complete or absent (EVIDENCE 5): without the section nothing tells that one was run.
        runs = {one.finding.id for one in comparison.entries} if comparison else set()
        return comparison is not None and (entry.subject in runs or entry.subject in subjects)
    return entry.subject in subjects


def _is_about_comparing(entry: CustodyEvent) -> bool:
    acts = {one.value for one in entry.fields if one.name == "act"}
    return entry.kind is EventKind.COMPARED or "compare" in acts


def _shown(entry: CustodyEvent) -> CustodyEvent:
    opened = tuple(one for one in entry.fields if not one.is_sensitive or one.name in _OPENED)
    return replace(entry, fields=opened)


def _declaration(store: CaseStore, events: tuple[CustodyEvent, ...]) -> Declaration | None:
    stated = [entry for entry in events if entry.kind is EventKind.ORIGINALS_DECLARED]
    if not stated:
        return None
    first = stated[0]
    return Declaration(
        text=next((one.value for one in first.fields if one.name == "declaration"), ""),
        declared_at=_time(first),
        position=first.position,
        originals=tuple(
            OriginalEntry(
                original=one, position=_position(events, EventKind.ORIGINAL_ADDED, one.id)
            )
            for one in store.all(Original)
        ),
    )


def _time(entry: CustodyEvent) -> datetime:
    if entry.at is None:
        message = "a declaration is never forgotten alone"
        raise ValueError(message)
    return entry.at


def _comparison(
    store: CaseStore, exhibits: tuple[Exhibit, ...], events: tuple[CustodyEvent, ...]
) -> ComparisonSection | None:
    chosen = {exhibit.id for exhibit in exhibits}
    findings = tuple(one for one in store.all(CommonOrigin) if one.exhibit_id in chosen)
    copies = tuple(one for one in store.all(CopyMatch) if {one.exhibit_id, one.other_id} <= chosen)
    if not findings and not copies:
        return None
    compared: set[str] = {finding.exhibit_id for finding in findings}
    failed = {exhibit_id for exhibit_id, _ in failed_ways(events, findings)}
    return ComparisonSection(
        entries=tuple(_run(store, finding) for finding in findings),
        copies=copies,
        not_compared=tuple(
            NotCompared(exhibit_id=one.id, reason=_why_not_compared(events, one.id))
            for one in exhibits
            if one.kind.is_questioned_media and one.id not in compared
        )
        + tuple(
            NotCompared(exhibit_id=one.id, reason="one-way")
            for one in exhibits
            if one.id in compared & failed
        ),
        rates=measured_rates(),
        method=f"benban {benban.__version__}, {measured_method()}",
        rates_version=measured_version(),
    )


def _why_not_compared(events: tuple[CustodyEvent, ...], exhibit_id: ExhibitId) -> str:
    """Return ``unreadable`` when it was tried and failed, ``not-run`` when it was not tried."""
    is_tried = any(
        entry.kind is EventKind.ATTEMPT_FAILED
        and entry.subject == exhibit_id
        and _is_about_comparing(entry)
        for entry in events
    )
    return "unreadable" if is_tried else "not-run"


def _run(store: CaseStore, finding: CommonOrigin) -> ComparisonEntry:
    from benban.compare.veil import print_jpeg

    entry = ComparisonEntry(
        finding=finding,
        direction=next(
            (one for one in store.all(Direction) if one.comparison_id == finding.id), None
        ),
    )
    kept = pair_pictures(store, finding)
    if kept is None:
        return entry
    return replace(
        entry,
        veiled_png=kept.veiled,
        print_jpeg=print_jpeg(kept.veiled),
        overlay_png=kept.overlay,
        overlay_jpeg=print_jpeg(kept.overlay) if kept.overlay else None,
        map_png=kept.change_map,
        links_png=kept.links,
        links_jpeg=print_jpeg(kept.links) if kept.links else None,
        # Enlarged pixels are to be seen as they are: it stays without loss, and it is small.
        patches_png=kept.patches,
    )


def _tools() -> tuple[ToolVersion, ...]:
    names = ("opencv-python-headless", "numpy", "playwright", "warcio", "typst", "cryptography")
    ours = ToolVersion(name="benban", version=benban.__version__)
    return (ours, *(ToolVersion(name=name, version=version(name)) for name in names))


def shortened(text: str, language: Language) -> str:
    """Return *text*, cut where a reader's file ends, with a line that says so (promise 5)."""
    if len(text) <= _MAX_TEXT_CHARACTERS:
        return text
    said = say(language, "dossier.text-shortened", kept=_MAX_TEXT_CHARACTERS)
    return f"{text[:_MAX_TEXT_CHARACTERS]}\n\n{said}\n"
