"""The post that a visit was about, fact by fact, also what was not shown or could not be read."""

from benban.dossier.blocks import Block, Cell, Face, Heading, Paragraph, Table
from benban.dossier.sections.scene import Scene
from benban.dossier.voice import Voice, text_cell
from benban.model.exhibit import Capture
from benban.model.post import FactState, PostFact


def post_blocks(scene: Scene, capture: Capture) -> tuple[Block, ...]:
    """Return what *capture* read of its post; nothing when no known layout was there."""
    voice, post = scene.voice, capture.post
    if post is None:
        return ()
    rows = tuple(
        (
            text_cell(voice.say(f"post.{one.name.value}")),
            text_cell(_shown(voice, one)),
            _read(voice, one),
        )
        for one in post.facts
    )
    about = voice.say(
        "capture.post.about", layout=voice.user(post.layout), at=voice.moment(post.observed_at)
    )
    return (
        Heading(text=voice.say("capture.post"), level=3),
        Paragraph(text=about, face=Face.MUTED),
        Table(
            columns=voice.columns("post-fact", "as-shown", "read-as", shares=(2, 3, 3)), rows=rows
        ),
    )


def _shown(voice: Voice, fact: PostFact) -> str:
    if fact.state is FactState.NOT_SHOWN:
        return voice.say("post.not-shown")
    return voice.user(fact.shown)


def _read(voice: Voice, fact: PostFact) -> Cell:
    if fact.state is FactState.NOT_PARSED:
        return text_cell(voice.say("post.could-not-parse"))
    if fact.state is FactState.NOT_SHOWN:
        return text_cell("")
    # What is read word for word is not printed twice.
    return text_cell(
        voice.say("post.as-shown") if fact.value == fact.shown else voice.user(fact.value)
    )
