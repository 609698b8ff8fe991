"""What later looks at a place found: state, means, and what it rests on."""

from benban.dossier.blocks import Block, Bullets, Cell, Heading, Paragraph, Table
from benban.dossier.sections.scene import Scene
from benban.dossier.voice import text_cell, utc, vietnam
from benban.model.watch import Look


def looks(scene: Scene) -> tuple[Block, ...]:
    """
    Return a table for each sighting that was looked at again; nothing when none was.

    No address stands in it: a sighting has its label, and a place that the person only named is
    in no dossier at all.
    """
    if not scene.view.looks:
        return ()
    voice = scene.voice
    blocks: list[Block] = [Heading(text=voice.say("section.looks"))]
    for one in scene.view.looks:
        place = scene.labels.of(one.sighting_id)
        blocks += [
            Paragraph(text=voice.say("looks.of", place=place, count=len(one.looks))),
            Table(
                columns=voice.columns(
                    "look-first",
                    "look-last",
                    "look-count",
                    "look-means",
                    "state",
                    "rests-on",
                    shares=(5, 5, 0, 5, 4, 8),
                ),
                rows=tuple(_row(scene, run) for run in one.runs),
            ),
        ]
    blocks.append(Bullets(items=tuple(voice.say(f"looks.limit-{n}") for n in (1, 2, 3))))
    return tuple(blocks)


def _row(scene: Scene, run: tuple[Look, ...]) -> tuple[Cell, ...]:
    voice, first, last = scene.voice, run[0], run[-1]
    rests_on = voice.watched("reason", first.judgement.reason)
    if first.status is not None:
        rests_on = voice.say("looks.rests-on", reason=rests_on, status=first.status)
    return (
        text_cell(f"{utc(first.at)}\n{vietnam(first.at)}"),
        text_cell(f"{utc(last.at)}\n{vietnam(last.at)}" if len(run) > 1 else ""),
        text_cell(voice.number(len(run))),
        text_cell(voice.say(f"looks.means.{first.means.value}")),
        text_cell(voice.watched("state", first.judgement.state.value)),
        text_cell(rests_on),
    )
