"""What is missing; what this does not show; possible challenges."""

from benban.dossier.blocks import Block, Bullets, Cell, Face, Heading, Paragraph, Table
from benban.dossier.mask import MASKED
from benban.dossier.sections.scene import Scene
from benban.dossier.voice import text_cell
from benban.model.custody import TokenState
from benban.model.exhibit import Capture, StepOutcome

_NOT_SHOWN = ("capture", "supplied", "who", "real", "complete", "signer")
_CHALLENGES = (
    "page-altered",
    "clock",
    "changed",
    "whole",
    "selected",
    "supplied",
    "same-scene",
    "direction",
    "declared",
    "expert",
)
# These are about pictures that were compared; without a comparison nobody can raise them.
_ABOUT_COMPARISON = frozenset({"same-scene", "direction", "declared"})


def missing(scene: Scene) -> tuple[Block, ...]:
    """Return everything known to be missing, in one table."""
    voice = scene.voice
    rows = missing_rows(scene)
    blocks: list[Block] = [Heading(text=voice.say("section.missing"))]
    if rows:
        columns = voice.columns("where", "missing", "reason", shares=(0, 1, 1))
        blocks.append(Table(columns=columns, rows=rows))
    else:
        blocks.append(Paragraph(text=voice.say("missing.none")))
    notes = (voice.say("missing.masked", mark=MASKED), voice.say("missing.glyphs"))
    blocks.append(Bullets(items=notes))
    return tuple(blocks)


def missing_rows(scene: Scene) -> tuple[tuple[Cell, ...], ...]:
    """Return where, what and why for each thing that is missing."""
    view, voice = scene.view, scene.voice
    rows: list[tuple[str, str, str]] = []
    for capture in view.captures:
        rows += _of_visit(scene, capture)
    rows += [
        (scene.labels.of(one.id), voice.say("missing.address"), "")
        for one in view.sightings
        if one.address is None
    ]
    whole = voice.say("missing.this-dossier")
    rows += [
        (whole, voice.known("missing", one.what), voice.known("reason", one.reason))
        for one in view.missing
    ]
    rows += [
        (
            whole,
            voice.say("missing.stamp", authority=voice.user(token.authority)),
            voice.known("reason", token.reason) if token.reason else "",
        )
        for token in view.tokens
        if token.state is not TokenState.STAMPED
    ]
    return tuple(tuple(text_cell(text) for text in row) for row in rows)


def _of_visit(scene: Scene, capture: Capture) -> list[tuple[str, str, str]]:
    voice = scene.voice
    label = scene.labels.of(capture.id)
    undone = [step for step in capture.steps if step.outcome is not StepOutcome.DONE]
    # A capture names its undone steps among what is missing as well; once is enough.
    named = {step.name for step in undone}
    return [
        (
            label,
            voice.say(
                "missing.step",
                step=voice.known("step", step.name),
                outcome=voice.say(f"outcome.{step.outcome.value}"),
            ),
            voice.known("reason", step.reason) if step.reason else "",
        )
        for step in undone
    ] + [
        (label, voice.missing(one.what), voice.reason(one.reason))
        for one in capture.missing
        if one.what not in named
    ]


def not_shown(scene: Scene) -> tuple[Block, ...]:
    """Return what the dossier does not show (EVIDENCE 4)."""
    voice = scene.voice
    return (
        Heading(text=voice.say("section.not-shown")),
        Paragraph(text=voice.say("not-shown.capture"), face=Face.STRONG),
        Bullets(items=tuple(voice.say(f"not-shown.{one}") for one in _NOT_SHOWN[1:])),
    )


def challenges(scene: Scene) -> tuple[Block, ...]:
    """Return what an opposing side may say, and the honest answer."""
    voice = scene.voice
    blocks: list[Block] = [Heading(text=voice.say("section.challenges"))]
    for one in _CHALLENGES:
        if scene.view.comparison is None and one in _ABOUT_COMPARISON:
            continue
        blocks += [
            Paragraph(text=voice.say(f"challenge.{one}"), face=Face.STRONG),
            Paragraph(text=voice.say(f"answer.{one}")),
        ]
        if one == "same-scene" and scene.view.comparison and scene.view.comparison.rates:
            blocks.append(Paragraph(text=voice.say("answer.same-scene-rates")))
    return tuple(blocks)
