"""There at one time, gone at a later one: two stamped states of one address as one statement."""

from benban.dossier.blocks import Block, Bullets, Face, Heading, Paragraph, Table
from benban.dossier.sections.scene import Scene
from benban.dossier.view import Retraction, SeenState
from benban.dossier.voice import text_cell, utc, vietnam


def retraction(scene: Scene) -> tuple[Block, ...]:
    """Return what the visits of each address show together; nothing when no address was twice."""
    if not scene.view.retractions:
        return ()
    voice = scene.voice
    blocks: list[Block] = [Heading(text=voice.say("section.retraction"))]
    for one in scene.view.retractions:
        blocks += [
            Paragraph(text=statement(scene, one), face=Face.STRONG),
            Table(
                columns=voice.columns(
                    "visit",
                    "utc",
                    "local",
                    "state",
                    "rests-on",
                    "stamped",
                    shares=(0, 0, 0, 0, 1, 0),
                ),
                rows=tuple(
                    (
                        text_cell(scene.labels.of(state.capture_id)),
                        text_cell(utc(state.at)),
                        text_cell(vietnam(state.at)),
                        text_cell(voice.say(f"presence.{state.presence.value}")),
                        text_cell(_basis(scene, state)),
                        text_cell(_stamp(scene, state)),
                    )
                    for state in one.states
                ),
            ),
        ]
    blocks.append(Bullets(items=tuple(voice.say(f"retraction.limit-{n}") for n in (1, 2, 3))))
    return tuple(blocks)


def statement(scene: Scene, one: Retraction) -> str:
    """Return the one sentence that the visits of an address support."""
    voice, pair = scene.voice, one.there_then_gone
    place = scene.labels.of(one.sighting_id)
    if pair is None:
        return voice.say("retraction.not-shown", place=place)
    there, gone = pair
    message = "retraction.back" if one.is_back else "retraction.gone"
    return voice.say(message, place=place, there=voice.moment(there.at), gone=voice.moment(gone.at))


def _basis(scene: Scene, state: SeenState) -> str:
    status = str(state.status) if state.status is not None else scene.voice.say("none")
    return scene.voice.say(f"presence-basis.{state.reason}", status=status)


def _stamp(scene: Scene, state: SeenState) -> str:
    return utc(state.stamped_at) if state.stamped_at else scene.voice.say("retraction.stamp-later")
