"""What was found and how; the inventory; the timeline."""

from dataclasses import dataclass
from datetime import datetime

from benban.dossier.blocks import Block, Face, Fact, Facts, Heading, Paragraph, Table
from benban.dossier.sections.scene import Scene
from benban.dossier.sections.video import video_rows
from benban.dossier.view import ExhibitEntry
from benban.dossier.voice import (
    TEXT_CHARACTERS,
    code_cell,
    muted_cell,
    text_cell,
    utc,
    vietnam,
)
from benban.model.custody import TokenState
from benban.model.ids import SightingId
from benban.model.sighting import Sighting


def found(scene: Scene) -> tuple[Block, ...]:
    """Return the places where content was seen and how each was kept."""
    voice = scene.voice
    blocks: list[Block] = [
        Heading(text=voice.say("section.found")),
        Paragraph(text=voice.say("found.labels"), face=Face.MUTED),
    ]
    if not scene.view.sightings:
        blocks.append(Paragraph(text=voice.say("found.no-sightings")))
    for sighting in scene.view.sightings:
        blocks.append(_place(scene, sighting))
        if sighting.text.strip():
            blocks += [
                Paragraph(text=voice.say("label.words"), face=Face.STRONG),
                Paragraph(text=voice.user(sighting.text, TEXT_CHARACTERS), face=Face.QUOTE),
            ]
    return tuple(blocks)


def inventory(scene: Scene) -> tuple[Block, ...]:
    """Return each kept item with its digests and its place in the log."""
    voice = scene.voice
    blocks: list[Block] = [
        Heading(text=voice.say("section.inventory")),
        Paragraph(text=voice.say("inventory.about"), face=Face.MUTED),
    ]
    if not scene.view.exhibits:
        blocks.append(Paragraph(text=voice.say("inventory.none")))
    blocks += [_item(scene, entry) for entry in scene.view.exhibits]
    return tuple(blocks)


def timeline(scene: Scene) -> tuple[Block, ...]:
    """Return everything that has a time, in order, in UTC and UTC+7."""
    voice = scene.voice
    moments = sorted(_moments(scene), key=lambda one: one.at)
    rows = tuple(
        (
            text_cell(utc(one.at)),
            text_cell(vietnam(one.at)),
            text_cell(one.what),
            muted_cell(voice.say(f"basis.{one.basis}")),
        )
        for one in moments
    )
    return (
        Heading(text=voice.say("section.timeline")),
        Paragraph(text=voice.say("timeline.about"), face=Face.MUTED),
        Table(
            columns=voice.columns("utc", "local", "what", "basis", shares=(0, 0, 1, 0)), rows=rows
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    at: datetime
    what: str
    basis: str = "recorded"


def _place(scene: Scene, sighting: Sighting) -> Facts:
    voice = scene.voice
    address = (
        voice.user(sighting.address.shown) if sighting.address else voice.say("summary.no-address")
    )
    rows: list[Fact] = [
        voice.fact("kind", voice.say(f"sighting.{sighting.kind.value}")),
        voice.fact("address", address, Face.MONO if sighting.address else Face.PLAIN),
    ]
    if sighting.other_raw_addresses:
        others = "\n".join(voice.user(raw) for raw in sighting.other_raw_addresses)
        rows.append(voice.fact("other-addresses", others, Face.MONO))
    rows += [
        voice.fact("seen-on", voice.user(sighting.seen_on) or voice.say("not-said")),
        voice.fact("seen-by", voice.user(sighting.seen_by) or voice.say("not-said")),
        voice.fact("seen-at", _seen_at(scene, sighting)),
        voice.fact("reported-at", voice.moment(sighting.reported_at)),
    ]
    if sighting.act_on is not None:
        rows.append(voice.fact("act-on", sighting.act_on.isoformat()))
    rows.append(voice.fact("how", _how(scene, sighting.id)))
    return Facts(title=scene.labels.of(sighting.id), rows=tuple(rows))


def _seen_at(scene: Scene, sighting: Sighting) -> str:
    voice = scene.voice
    typed = voice.user(sighting.seen_at_local)
    if sighting.seen_at is None:
        return typed or voice.say("not-said")
    moment = voice.moment(sighting.seen_at)
    return f"{typed} = {moment}" if typed else moment


def _how(scene: Scene, sighting_id: SightingId) -> str:
    view, voice = scene.view, scene.voice
    visits = [scene.labels.of(one.id) for one in view.captures if one.sighting_id == sighting_id]
    supplied = [
        scene.labels.of(entry.exhibit.id)
        for entry in view.exhibits
        if entry.exhibit.sighting_id == sighting_id and entry.exhibit.is_supplied
    ]
    ways = []
    if visits:
        ways.append(voice.say("how.captured", labels=", ".join(visits)))
    if supplied:
        ways.append(voice.say("how.supplied", labels=", ".join(supplied)))
    return "; ".join(ways) or voice.say("how.text-only")


def _item(scene: Scene, entry: ExhibitEntry) -> Facts:
    voice, exhibit = scene.voice, entry.exhibit
    size = voice.say("bytes", count=voice.number(exhibit.size_bytes))
    kind = f"{voice.user(exhibit.media_type)}, {size}"
    if exhibit.claimed_media_type and exhibit.claimed_media_type != exhibit.media_type:
        claimed = voice.user(exhibit.claimed_media_type)
        kind += f" ({voice.say('label.claimed-type')}: {claimed})"
    taken = f"{voice.moment(exhibit.taken_in_at)}, {voice.say('entry', position=entry.position)}"
    rows: list[Fact] = [
        voice.fact("type", kind),
        voice.fact("taken-in", taken),
        Fact(label="SHA-256", value=code_cell(exhibit.sha256.hex)),
        Fact(label="SHA-512", value=code_cell(exhibit.sha512.hex)),
    ]
    if exhibit.original_name:
        rows.append(voice.fact("file-name", voice.user(exhibit.original_name)))
    if exhibit.source_address:
        rows.append(voice.fact("source", voice.user(exhibit.source_address), Face.MONO))
    if entry.video is not None:
        rows += video_rows(voice, entry.video)
    if entry.unread_reason:
        rows.append(voice.fact("unread", voice.known("reason", entry.unread_reason)))
    made_from = [scene.labels.of(one) for one in exhibit.derived_from]
    if any(made_from):
        rows.append(voice.fact("derived", ", ".join(one for one in made_from if one)))
    title = f"{scene.labels.of(exhibit.id)} – {voice.say(f'exhibit.{exhibit.kind.value}')}"
    places = [scene.labels.of(exhibit.sighting_id), scene.labels.of(exhibit.capture_id)]
    belongs = ", ".join(place for place in places if place)
    return Facts(title=f"{title} ({belongs})" if belongs else title, rows=tuple(rows))


def _moments(scene: Scene) -> list[_Moment]:
    view, voice = scene.view, scene.voice
    moments = [*_of_places(scene), *_of_items(scene), *_of_notices(scene)]
    if view.declaration is not None:
        count = voice.number(len(view.declaration.originals))
        what = voice.say("timeline.declared", count=count)
        moments.append(_Moment(at=view.declaration.declared_at, what=what))
    for entry in view.comparison.entries if view.comparison else ():
        what = voice.say(
            "timeline.compared",
            label=scene.labels.of(entry.finding.id),
            exhibit=scene.labels.of(entry.finding.exhibit_id),
        )
        moments.append(_Moment(at=entry.finding.at, what=what))
    for token in view.tokens:
        if token.state is TokenState.STAMPED and token.time_at is not None:
            what = voice.say(
                "timeline.stamped",
                size=voice.number(token.checkpoint_size),
                authority=voice.user(token.authority),
            )
            moments.append(_Moment(at=token.time_at, what=what, basis="stamped"))
    moments.append(_Moment(at=view.made_at, what=voice.say("timeline.made")))
    return moments


def _of_places(scene: Scene) -> list[_Moment]:
    voice = scene.voice
    moments = []
    for sighting in scene.view.sightings:
        label = scene.labels.of(sighting.id)
        if sighting.seen_at is not None:
            what = voice.say("timeline.seen", label=label)
            moments.append(_Moment(at=sighting.seen_at, what=what, basis="stated"))
        what = voice.say("timeline.reported", label=label)
        moments.append(_Moment(at=sighting.reported_at, what=what))
    return moments


def _of_items(scene: Scene) -> list[_Moment]:
    view, voice = scene.view, scene.voice
    visits = {one.id for one in view.captures}
    moments = []
    for capture in view.captures:
        what = voice.say(
            "timeline.capture",
            label=scene.labels.of(capture.id),
            count=voice.number(len(capture.exhibits)),
        )
        moments.append(_Moment(at=capture.started_at, what=what))
    for entry in view.exhibits:
        # What a page visit kept stands in one line with that visit.
        if entry.exhibit.capture_id in visits:
            continue
        is_supplied = entry.exhibit.is_supplied
        message = "timeline.supplied" if is_supplied else "timeline.adopted"
        what = voice.say(message, label=scene.labels.of(entry.exhibit.id))
        moments.append(_Moment(at=entry.exhibit.taken_in_at, what=what))
    return moments


def _of_notices(scene: Scene) -> list[_Moment]:
    voice = scene.voice
    moments = []
    for notice in scene.view.notices:
        channel = voice.user(notice.channel_id)
        if notice.sent_at is not None:
            what = voice.say("timeline.notice-sent", channel=channel)
            moments.append(_Moment(at=notice.sent_at, what=what))
        what = voice.say("timeline.reply", channel=channel)
        moments += [_Moment(at=reply.at, what=what) for reply in notice.replies]
    return moments
