"""Second captures made elsewhere: their own statement, digests, times and keys beside ours."""

from benban.dossier.blocks import Block, Bullets, Face, Facts, Heading, Paragraph, Table
from benban.dossier.sections.scene import Scene
from benban.dossier.voice import code_cell, text_cell, utc
from benban.model.witness import Witness


def witnesses(scene: Scene) -> tuple[Block, ...]:
    """Return what each second capture shows beside ours; nothing when there is none."""
    if not scene.view.witnesses:
        return ()
    voice = scene.voice
    blocks: list[Block] = [
        Heading(text=voice.say("section.witnesses")),
        Paragraph(text=voice.say("witness.about"), face=Face.MUTED),
    ]
    for one in scene.view.witnesses:
        blocks += _one(scene, one)
    blocks.append(Bullets(items=tuple(voice.say(f"witness.limit-{n}") for n in (1, 2, 3))))
    return tuple(blocks)


def _one(scene: Scene, witness: Witness) -> list[Block]:
    voice = scene.voice
    ours = {entry.exhibit.id: entry.exhibit for entry in scene.view.exhibits}
    theirs = {item.subject: item for item in witness.items}
    pairs = [(ours[one], theirs[other]) for one, other in witness.same if one in ours]
    facts = Facts(
        rows=(
            voice.fact("witness-name", voice.user(witness.name)),
            voice.fact("key-id", voice.user(witness.key_id), Face.MONO),
            voice.fact("origin", voice.user(witness.origin), Face.MONO),
            voice.fact("witness-made", voice.moment(witness.made_at)),
            voice.fact(
                "witness-stamped",
                voice.moment(witness.stamped_at)
                if witness.stamped_at
                else voice.say("witness.no-stamp"),
            ),
            voice.fact("witness-address", "\n".join(map(voice.user, witness.addresses)) or "–"),
            voice.fact("witness-digest", witness.dossier_sha256.hex, Face.MONO),
        )
    )
    title = Heading(text=scene.labels.of(witness.id), level=2)
    if not pairs:
        none = Paragraph(text=voice.say("witness.none-same"), face=Face.STRONG)
        return [title, none, facts]
    said = voice.say("witness.same", count=voice.number(len(pairs)))
    rows = tuple(
        (
            text_cell(scene.labels.of(one.id)),
            text_cell(utc(one.taken_in_at)),
            text_cell(utc(other.taken_in_at)),
            code_cell(other.sha256.hex),
        )
        for one, other in pairs
    )
    columns = voice.columns("item", "ours-at", "theirs-at", "digest", shares=(0, 0, 0, 1))
    return [
        title,
        Paragraph(text=said, face=Face.STRONG),
        facts,
        Table(columns=columns, rows=rows),
    ]
