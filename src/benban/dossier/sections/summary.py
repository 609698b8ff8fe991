"""Page 1: what was found, what not, whose key, whose word, how to check."""

from datetime import datetime

from benban.dossier.blocks import (
    Block,
    Bullets,
    Face,
    Fact,
    Facts,
    Frame,
    Heading,
    Paragraph,
    Tone,
)
from benban.dossier.sections.missing import missing_rows
from benban.dossier.sections.retraction import statement
from benban.dossier.sections.scene import Scene
from benban.dossier.view import ComparisonSection, Edition
from benban.dossier.voice import SUMMARY_CHARACTERS
from benban.model.custody import TokenState
from benban.model.exhibit import StepOutcome
from benban.model.finding import Order, Tier

_ADDRESSES_ON_PAGE_1 = 2
_RETRACTIONS_ON_PAGE_1 = 2
_DECLARATION_CHARACTERS = 200
_ADDRESS_CHARACTERS = 100


def summary(scene: Scene) -> tuple[Block, ...]:
    """Return the blocks of the first page; they fit one A4 page for any view."""
    voice = scene.voice
    return (
        Heading(text=voice.say("section.summary")),
        Paragraph(text=voice.say("subtitle"), face=Face.MUTED),
        _facts(scene),
        Heading(text=voice.say("summary.found"), level=2),
        Bullets(items=_found(scene)),
        Heading(text=voice.say("summary.not-found"), level=2),
        Bullets(items=_not_found(scene)),
        _declaration(scene),
        Frame(
            title=voice.say("key.title"),
            code=scene.view.key_id,
            lines=(voice.say("key.compare"),),
            tone=Tone.KEY,
        ),
        Heading(text=voice.say("verify.title"), level=2),
        Bullets(
            items=tuple(voice.say(f"verify.{number}") for number in (1, 2, 3)), is_numbered=True
        ),
    )


def _facts(scene: Scene) -> Facts:
    view, voice = scene.view, scene.voice
    rows: list[Fact] = [
        voice.fact("edition", voice.say(f"edition.{view.edition.value}")),
        voice.fact("made", voice.moment(view.made_at)),
        voice.fact("dossier-id", view.dossier_id, Face.MONO),
    ]
    if view.edition is Edition.READING:
        rows.append(voice.fact("audience", voice.say(f"audience.{view.audience.value}")))
    if view.edition is Edition.AUTHORITY and view.disclosure is not None:
        rows += [
            voice.fact("recipient", voice.user(view.disclosure.recipient, SUMMARY_CHARACTERS)),
            voice.fact("purpose", voice.user(view.disclosure.purpose, SUMMARY_CHARACTERS)),
            voice.fact("legal-basis", voice.user(view.disclosure.legal_basis, SUMMARY_CHARACTERS)),
        ]
    return Facts(rows=tuple(rows))


def _found(scene: Scene) -> tuple[str, ...]:
    view, voice = scene.view, scene.voice
    supplied = sum(entry.exhibit.is_supplied for entry in view.exhibits)
    lines = [
        voice.say(
            "summary.places", count=voice.number(len(view.sightings)), addresses=_addresses(scene)
        ),
    ]
    if view.exhibits:
        lines.append(
            voice.say(
                "summary.kept",
                count=voice.number(len(view.exhibits)),
                captures=voice.number(len(view.captures)),
                captured=voice.number(len(view.exhibits) - supplied),
                supplied=voice.number(supplied),
            )
        )
        first = min(entry.exhibit.taken_in_at for entry in view.exhibits)
        lines.append(voice.say("summary.first-kept", at=voice.moment(first)))
    else:
        lines.append(voice.say("inventory.none"))
    stamped = _stamp_times(scene)
    if stamped:
        lines.append(
            voice.say("summary.stamped", count=len(stamped), at=voice.moment(min(stamped)))
        )
    lines += [statement(scene, one) for one in view.retractions if one.there_then_gone is not None][
        :_RETRACTIONS_ON_PAGE_1
    ]
    if view.comparison is None:
        lines.append(voice.say("comparison.none"))
    else:
        lines += _tiers(scene, view.comparison)
    return tuple(lines)


def _addresses(scene: Scene) -> str:
    voice = scene.voice
    shown = [
        voice.user(one.address.shown, _ADDRESS_CHARACTERS)
        if one.address
        else voice.say("summary.no-address")
        for one in scene.view.sightings[:_ADDRESSES_ON_PAGE_1]
    ]
    rest = len(scene.view.sightings) - len(shown)
    if rest > 0:
        shown.append(voice.say("summary.more-addresses", count=voice.number(rest)))
    return "; ".join(shown)


def _stamp_times(scene: Scene) -> list[datetime]:
    return [
        token.time_at
        for token in scene.view.tokens
        if token.state is TokenState.STAMPED and token.time_at is not None
    ]


def _tiers(scene: Scene, section: ComparisonSection) -> list[str]:
    voice = scene.voice
    lines = []
    for tier in Tier:
        found = [entry.finding for entry in section.entries if entry.finding.tier is tier]
        if found:
            lines.append(
                voice.say(
                    "summary.tier",
                    tier=tier.value,
                    count=voice.number(len(found)),
                    statement=voice.say(f"tier.{tier.value}"),
                )
            )
    return lines


def _not_found(scene: Scene) -> tuple[str, ...]:
    view, voice = scene.view, scene.voice
    lines = [voice.say("summary.not-shown")]
    if not _stamp_times(scene):
        lines.append(voice.say("summary.not-stamped"))
    failed = sum(
        step.outcome is not StepOutcome.DONE for one in view.captures for step in one.steps
    )
    missing = len(missing_rows(scene))
    if missing:
        lines.append(
            voice.say(
                "summary.steps-failed", count=voice.number(failed), missing=voice.number(missing)
            )
        )
    withheld = sum(part.count for one in view.captures for part in one.withheld)
    if withheld:
        lines.append(voice.say("summary.withheld", count=voice.number(withheld)))
    open_order = _undetermined(scene)
    if open_order:
        lines.append(voice.say("summary.direction-open", count=voice.number(open_order)))
    return tuple(lines)


def _undetermined(scene: Scene) -> int:
    if scene.view.comparison is None:
        return 0
    return sum(
        entry.finding.tier in {Tier.A, Tier.B}
        and (entry.direction is None or entry.direction.order is Order.NOT_DETERMINED)
        for entry in scene.view.comparison.entries
    )


def _declaration(scene: Scene) -> Frame:
    voice, declaration = scene.voice, scene.view.declaration
    title = voice.say("declaration.title")
    if declaration is None:
        return Frame(title=title, lines=(voice.say("declaration.none"),))
    words = voice.user(declaration.text, _DECLARATION_CHARACTERS).replace("\n", " ")
    return Frame(
        title=title,
        lines=(
            voice.say("declaration.quoted", text=words),
            voice.say("declaration.stated"),
            voice.say(
                "declaration.about",
                count=voice.number(len(declaration.originals)),
                at=voice.moment(declaration.declared_at),
            ),
        ),
    )
