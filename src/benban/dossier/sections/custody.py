"""Custody events; what was asked of others; log, key, stamps and programs."""

from benban.dossier.blocks import (
    Block,
    Bullets,
    Cell,
    Face,
    Fact,
    Facts,
    Heading,
    Paragraph,
    Table,
)
from benban.dossier.disclosure import WORKPLACE, hidden_entries, opened_fields
from benban.dossier.sections.details import details
from benban.dossier.sections.scene import Scene
from benban.dossier.voice import capitalised, muted_cell, text_cell, utc, vietnam
from benban.model.custody import CustodyEvent, EventKind, TimestampToken

# What an opposing side asks first; each is printed with its number, also when that is none. Only
# what is listed can be counted: the sealing of other dossiers is not about these items.
_OFTEN_ASKED = (
    EventKind.SHOWN_VEILED,
    EventKind.SHOWN_UNVEILED,
    EventKind.FORGOTTEN,
    EventKind.ATTEMPT_FAILED,
    EventKind.DAMAGE_FOUND,
    EventKind.RECOVERED,
    EventKind.KEY_CHANGED,
    EventKind.RECEIPT_GIVEN,
    EventKind.HANDED_OVER,
    EventKind.TAKEN_OVER,
)


def custody(scene: Scene) -> tuple[Block, ...]:
    """Return the disclosed events in order, and "none" where there were none."""
    view, voice = scene.view, scene.voice
    hidden = voice.number(hidden_entries(view))
    blocks: list[Block] = [
        Heading(text=voice.say("section.custody")),
        Paragraph(text=voice.say("custody.about", hidden=hidden), face=Face.MUTED),
    ]
    if view.events:
        columns = voice.columns(
            "entry", "utc", "local", "what", "about", "by", "fields", shares=(0, 0, 0, 2, 0, 0, 3)
        )
        rows = tuple(_event(scene, event) for event in view.events)
        blocks.append(Table(columns=columns, rows=rows))
    else:
        blocks.append(Paragraph(text=voice.say("custody.empty"), face=Face.STRONG))
    blocks.append(Heading(text=voice.say("custody.asked"), level=2))
    counted = voice.say("custody.asked-about", hidden=hidden)
    blocks.append(Paragraph(text=counted, face=Face.MUTED))
    blocks.append(Bullets(items=tuple(_asked(scene, kind) for kind in _OFTEN_ASKED)))
    blocks.append(Paragraph(text=_without_events(scene)))
    return tuple(blocks)


def asked(scene: Scene) -> tuple[Block, ...]:
    """Return the notices and their states."""
    voice = scene.voice
    heading = Heading(text=voice.say("section.steps"))
    if not scene.view.notices:
        return (heading, Paragraph(text=voice.say("steps.none")))
    rows = tuple(
        (
            text_cell(scene.labels.of(notice.sighting_id)),
            text_cell(voice.known("channel", notice.channel_id)),
            text_cell(voice.say(f"state.{notice.state.value}")),
            text_cell(utc(notice.sent_at) if notice.sent_at else voice.say("none")),
            text_cell(
                utc(notice.deadline.due_at)
                if notice.deadline and notice.deadline.due_at
                else voice.say("none")
            ),
            text_cell(voice.number(len(notice.replies))),
        )
        for notice in scene.view.notices
    )
    columns = voice.columns(
        "where", "channel", "state", "sent", "due", "replies", shares=(0, 2, 2, 0, 0, 0)
    )
    return (heading, Table(columns=columns, rows=rows))


def keys(scene: Scene) -> tuple[Block, ...]:
    """Return origin, key id, stamps so far and the programs that took part."""
    view, voice = scene.view, scene.voice
    facts = [
        voice.fact("origin", view.origin, Face.MONO),
        voice.fact("key-id", view.key_id, Face.MONO),
        voice.fact("entries", voice.number(view.entry_count)),
        *_workplace(scene),
    ]
    if view.disclosure is not None:
        facts += [
            voice.fact("recipient", voice.user(view.disclosure.recipient)),
            voice.fact("purpose", voice.user(view.disclosure.purpose)),
            voice.fact("legal-basis", voice.user(view.disclosure.legal_basis)),
            voice.fact("recipient-key", view.disclosure.recipient_key, Face.MONO),
        ]
    blocks: list[Block] = [Heading(text=voice.say("section.keys")), Facts(rows=tuple(facts))]
    if view.tokens:
        columns = voice.columns(
            "authority", "state", "utc", "local", "covers", shares=(2, 1, 0, 0, 0)
        )
        rows = tuple(_token(scene, token) for token in view.tokens)
        blocks += [
            Heading(text=voice.say("keys.stamps"), level=2),
            Table(columns=columns, rows=rows),
        ]
    else:
        blocks.append(Paragraph(text=voice.say("keys.no-stamps"), face=Face.STRONG))
    blocks.append(Paragraph(text=voice.say("keys.sealing")))
    if view.tools:
        tools = tuple((text_cell(one.name), text_cell(one.version)) for one in view.tools)
        blocks += [
            Heading(text=voice.say("keys.tools"), level=2),
            Table(columns=voice.columns("program", "version", shares=(1, 1)), rows=tools),
        ]
    return tuple(blocks)


def _workplace(scene: Scene) -> list[Fact]:
    """Return who worked, on what and with which programs, as the records say; each value once."""
    voice = scene.voice
    said: dict[str, dict[str, None]] = {}
    for event in scene.view.events:
        for field in opened_fields(scene.view, event, voice.masker):
            if field.name in WORKPLACE and field.value:
                said.setdefault(field.name, {})[field.value] = None
    return [
        Fact(
            label=capitalised(voice.say(f"field.{name}")),
            value=Cell(text="\n".join(voice.known(name, one) for one in said[name])),
        )
        for name in WORKPLACE
        if name in said
    ]


def _event(scene: Scene, event: CustodyEvent) -> tuple[Cell, ...]:
    voice = scene.voice
    what = voice.say("custody.forgotten")
    if event.kind is not None and not event.is_forgotten:
        what = voice.known("event", event.kind.value)
    return (
        text_cell(str(event.position)),
        text_cell(utc(event.at) if event.at else "–"),
        text_cell(vietnam(event.at) if event.at else "–"),
        text_cell(what),
        text_cell(_about(scene, event)),
        muted_cell(voice.known("actor", event.actor) if event.actor else "–"),
        text_cell(details(scene, event)),
    )


def _about(scene: Scene, event: CustodyEvent) -> str:
    if event.is_forgotten:
        return "–"
    if event.subject in {"", scene.view.case.id}:
        return scene.voice.say("custody.case")
    return scene.labels.of(event.subject) or "–"


def _asked(scene: Scene, kind: EventKind) -> str:
    voice = scene.voice
    count = sum(event.kind is kind for event in scene.view.events)
    if kind is EventKind.FORGOTTEN:
        count += sum(event.is_forgotten for event in scene.view.events)
    number = voice.number(count) if count else voice.say("none")
    return voice.say("custody.asked-item", event=voice.known("event", kind.value), count=number)


def _without_events(scene: Scene) -> str:
    spoken_of = {event.subject for event in scene.view.events}
    labels = [
        scene.labels.of(entry.exhibit.id)
        for entry in scene.view.exhibits
        if entry.exhibit.id not in spoken_of
    ]
    none = scene.voice.say("none")
    return scene.voice.say("custody.without", labels=", ".join(labels) or none)


def _token(scene: Scene, token: TimestampToken) -> tuple[Cell, ...]:
    voice = scene.voice
    return (
        text_cell(voice.user(token.authority)),
        text_cell(voice.say(f"token.{token.state.value}")),
        text_cell(utc(token.time_at) if token.time_at else "–"),
        text_cell(vietnam(token.time_at) if token.time_at else "–"),
        text_cell(voice.number(token.checkpoint_size)),
    )
