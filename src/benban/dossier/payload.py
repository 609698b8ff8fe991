"""
The small payload files beside the report: inventory, custody, texts, comparison.

Source: docs/reference/bag-format.md.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import benban
from benban.dossier.case_uco import PATH as CASE_UCO_PATH
from benban.dossier.case_uco import case_uco
from benban.dossier.disclosure import is_disclosable, opened_fields
from benban.dossier.mask import Masker
from benban.dossier.picture_paths import (
    links_path,
    map_path,
    overlay_path,
    patches_path,
    picture_path,
    pictures_of,
)
from benban.dossier.times import record_time
from benban.dossier.view import (
    MATCHED_TIERS,
    ComparisonEntry,
    ComparisonSection,
    DossierView,
    ExhibitEntry,
)
from benban.dossier.visits import told_visits
from benban.dossier.voice import LINE_CHARACTERS, TEXT_CHARACTERS
from benban.model.custody import CustodyEvent
from benban.model.finding import (
    Against,
    CommonOrigin,
    DrawnLinks,
    DrawnPatches,
    Registration,
)
from benban.seal.canonical import JsonValue, canonical_json
from benban.wording import Language, message_ids, say

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadFile:
    """
    One small file of the payload.

    Attributes:
        path: under ``data/``, plain ASCII.
    """

    path: str
    data: bytes


def payload_files(view: DossierView, masker: Masker) -> Iterator[PayloadFile]:
    """Yield inventory, custody, texts and, where there is a comparison, its files."""
    yield PayloadFile(path="data/inventory.json", data=canonical_json(_inventory(view)))
    yield PayloadFile(path="data/custody.json", data=canonical_json(_custody(view, masker)))
    yield PayloadFile(path=CASE_UCO_PATH, data=case_uco(view, masker))
    yield from _texts(view, masker)
    for capture_id, record in told_visits(view, masker).items():
        yield PayloadFile(path=f"data/visits/{capture_id}.json", data=record)
    if view.comparison is not None:
        yield from _comparison(view)


def software() -> str:
    """Return what made the bag; the same words stand in ``bag-info.txt``."""
    return f"benban {benban.__version__}"


def taken_in_at(view: DossierView, entry: ExhibitEntry) -> str:
    """Return the time in the exhibit's record, which is written when the row is."""
    recorded = (event.at for event in view.events if event.position == entry.position)
    return record_time(next(recorded, None) or entry.exhibit.taken_in_at)


def registration_said(one: Registration) -> JsonValue:
    """Return how the original lies in the questioned picture, as ``geometry.json`` says it."""
    return {
        "homography": [_decimal(number) for number in one.homography],
        "mirrored": one.is_mirrored,
        "inliers": one.inlier_count,
        "pairs": one.pair_count,
        "tolerance_px": _decimal(one.tolerance_px),
        "median_residual_px": _decimal(one.median_residual_px),
        "similarity_share": _decimal(one.similarity_share),
        "questioned_size_px": list(one.questioned_size_px),
        "original_size_px": list(one.original_size_px),
    }


def links_said(drawn: DrawnLinks, path: str | None) -> JsonValue:
    """Return the links as ``geometry.json`` says them; *path* is that of their picture."""
    return {
        "picture": path,
        "points": [
            [_decimal(place) for place in (*link.questioned_px, *link.original_px)]
            for link in drawn.links
        ],
    }


def patches_said(drawn: DrawnPatches, path: str | None) -> JsonValue:
    """Return the texture patches as ``geometry.json`` says them."""
    return {
        "picture": path,
        "side_px": drawn.side_px,
        "windows": [
            {"x_px": one.x_px, "y_px": one.y_px, "zncc": f"{one.zncc:.2f}"} for one in drawn.patches
        ],
    }


def _inventory(view: DossierView) -> JsonValue:
    return {
        "v": 1,
        "dossier_id": view.dossier_id,
        "edition": view.edition.value,
        "made_at": record_time(view.made_at),
        "software": software(),
        "exhibits": [_inventory_item(view, entry) for entry in view.exhibits],
    }


def _inventory_item(view: DossierView, entry: ExhibitEntry) -> JsonValue:
    exhibit = entry.exhibit
    return {
        "subject": exhibit.id,
        "kind": exhibit.kind.value,
        "media_type": exhibit.media_type,
        "size_bytes": str(exhibit.size_bytes),
        "sha256": exhibit.sha256.hex,
        "sha512": exhibit.sha512.hex,
        "position": entry.position,
        "taken_in_at": taken_in_at(view, entry),
        "in_bag": None,
    }


def _custody(view: DossierView, masker: Masker) -> JsonValue:
    ordered = sorted(view.events, key=lambda event: event.position)
    return {
        "v": 1,
        "events": [
            _custody_event(view, event, masker)
            for event in ordered
            if event.is_forgotten or is_disclosable(event, masker)
        ],
    }


def _custody_event(view: DossierView, event: CustodyEvent, masker: Masker) -> JsonValue:
    if event.is_forgotten or event.at is None or event.kind is None:
        words = {one.value: say(one, "dossier.custody.forgotten") for one in Language}
        return {"position": event.position, "forgotten": True, **words}
    message = f"dossier.event.{event.kind.value.replace(' ', '-')}"
    words = {
        one.value: say(one, message) if message in message_ids(one) else event.kind.value
        for one in Language
    }
    return {
        "position": event.position,
        "at": record_time(event.at),
        "kind": event.kind.value,
        "subject": event.subject,
        "actor": event.actor,
        "fields": {field.name: field.value for field in opened_fields(view, event, masker)},
        **words,
    }


def _texts(view: DossierView, masker: Masker) -> Iterator[PayloadFile]:
    texts: list[tuple[str, str]] = [
        (entry.exhibit.id, entry.text) for entry in view.exhibits if entry.text
    ]
    # What the report had to shorten stands here whole.
    texts += [(one.id, one.text) for one in view.sightings if len(one.text) > TEXT_CHARACTERS]
    texts += [
        (f"{one.id}-title", one.title) for one in view.captures if len(one.title) > LINE_CHARACTERS
    ]
    for name, text in texts:
        shown = _with_hidden_shown(masker.text(text))
        yield PayloadFile(path=f"data/texts/{name}.txt", data=shown.encode("utf-8"))


def _with_hidden_shown(text: str) -> str:
    """Return *text* with characters that are not seen as their number; it stays one meaning."""
    return "".join(
        f"[U+{ord(letter):04X}]"
        if unicodedata.category(letter) in _HIDDEN_CATEGORIES and letter not in "\n\t"
        else letter
        for letter in text.replace("\r\n", "\n")
    )


def _comparison(view: DossierView) -> Iterator[PayloadFile]:
    if view.comparison is None:
        return
    runs = [_geometry(view, entry) for entry in view.comparison.entries]
    yield PayloadFile(
        path="data/comparison/geometry.json",
        data=canonical_json(
            {
                "v": 1,
                "method": view.comparison.method,
                "comparisons": runs,
                "searched": _searched(view.comparison),
            }
        ),
    )
    for entry in view.comparison.entries:
        for path, png in pictures_of(entry).items():
            yield PayloadFile(path=path, data=png)


def _searched(section: ComparisonSection) -> JsonValue:
    """Return how far each run looked, for every tier; counts name no photo."""
    said: list[JsonValue] = []
    for entry in section.entries:
        finding = entry.finding
        if finding.searched is None:
            continue
        part = finding.part
        said.append(
            {
                "id": finding.id,
                "declared": finding.searched.declared,
                "by_index": finding.searched.by_index,
                "in_full": finding.searched.in_full,
                "unread": finding.searched.unread,
                "part": None if part is None else [part.number, part.count],
            }
        )
    return said


def _named(entry: ComparisonEntry, path: str) -> str | None:
    return path if path in pictures_of(entry) else None


def _geometry(view: DossierView, entry: ComparisonEntry) -> JsonValue:
    finding = entry.finding
    said: dict[str, JsonValue] = {
        "id": finding.id,
        "exhibit": finding.exhibit_id,
        "tier": finding.tier.value,
    }
    # Tier C and 0 say their tier and nothing more (EVIDENCE 5).
    if finding.tier not in MATCHED_TIERS:
        return said
    return {
        **said,
        "original": _named_original(view, finding),
        "log10_nfa": _decimal(finding.log10_nfa),
        "roughness_px": _decimal(finding.roughness_px),
        "fine_correlation": _decimal(finding.fine_correlation),
        "registration": (
            None if finding.registration is None else registration_said(finding.registration)
        ),
        "change_map": _change_map(finding),
        "veiled": _named(entry, picture_path(finding.id)),
        "overlay": _named(entry, overlay_path(finding.id)),
        "map": _named(entry, map_path(finding.id)),
        "links": _links(entry),
        "patches": _patches(entry),
        **_of_videos(finding),
    }


def _named_original(view: DossierView, finding: CommonOrigin) -> JsonValue:
    if view.declaration is None or view.comparison is None:
        return None
    named = view.comparison.matched_originals
    for entry in view.declaration.originals:
        if entry.original.id == finding.original_id and entry.original.id in named:
            return {
                "subject": entry.original.id,
                "sha256": entry.original.sha256.hex,
                "position": entry.position,
            }
    return None


def _change_map(finding: CommonOrigin) -> JsonValue:
    one = finding.change_map
    if one is None:
        return None
    return {
        "cell_px": one.cell_px,
        "columns": one.columns,
        "rows": one.rows,
        "cells": one.cells,
    }


def _of_videos(finding: CommonOrigin) -> dict[str, JsonValue]:
    """Return the members that only a run with videos has."""
    if finding.against is Against.PHOTOS:
        return {}
    place = finding.clip
    return {
        "against": finding.against.value,
        "clip": None
        if place is None
        else {
            "from_ms": place.from_ms,
            "to_ms": place.to_ms,
            "at_ms": place.at_ms,
            "rate": _decimal(place.rate),
            "mirrored": place.is_mirrored,
            "frames_compared": place.frames_compared,
            "frames_agreeing": place.frames_agreeing,
            "frames_mapped": place.frames_mapped,
        },
        "showings": [
            {
                "from_ms": one.from_ms,
                "to_ms": one.to_ms,
                "frames": one.frames,
                "distance_bits": one.distance_bits,
                "dihedral": one.dihedral,
            }
            for one in finding.showings
        ],
    }


def _links(entry: ComparisonEntry) -> JsonValue:
    drawn = entry.finding.links
    if drawn is None or not entry.veiled_png:
        return None
    return links_said(drawn, _named(entry, links_path(entry.finding.id)))


def _patches(entry: ComparisonEntry) -> JsonValue:
    drawn = entry.finding.patches
    if drawn is None or not entry.veiled_png:
        return None
    return patches_said(drawn, _named(entry, patches_path(entry.finding.id)))


def _decimal(number: float | None) -> str | None:
    # Canonical JSON here holds whole numbers only; repr is the shortest text that gives the same
    # binary64 again.
    return None if number is None else repr(float(number))
