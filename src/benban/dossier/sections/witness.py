"""Second captures set beside ours: their own statement, digests, times and keys."""

from benban.dossier.blocks import Block, Bullets, Face, Fact, Facts, Heading, Paragraph, Table
from benban.dossier.sections.scene import Scene
from benban.dossier.voice import code_cell, text_cell, utc
from benban.model.witness import Witness, WitnessForm


def witnesses(scene: Scene) -> tuple[Block, ...]:
    """Return what each second capture shows beside ours; nothing when there is none."""
    if not scene.view.witnesses:
        return ()
    voice = scene.voice
    forms = {one.form for one in scene.view.witnesses}
    blocks: list[Block] = [Heading(text=voice.say("section.witnesses"))]
    blocks += [
        Paragraph(text=voice.say(f"witness.about.{form.value}"), face=Face.MUTED)
        for form in WitnessForm
        if form in forms
    ]
    for one in scene.view.witnesses:
        blocks += _one(scene, one)
    limits = (1, 2, 3) if WitnessForm.DOSSIER in forms else (1, 2)
    blocks.append(Bullets(items=tuple(voice.say(f"witness.limit-{n}") for n in limits)))
    return tuple(blocks)


def _one(scene: Scene, witness: Witness) -> list[Block]:
    voice = scene.voice
    ours = {entry.exhibit.id: entry.exhibit for entry in scene.view.exhibits}
    theirs = {item.subject: item for item in witness.items}
    pairs = [(ours[one], theirs[other]) for one, other in witness.same if one in ours]
    is_dossier = witness.form is WitnessForm.DOSSIER
    facts = Facts(
        rows=(
            voice.fact("witness-name", voice.user(witness.name)),
            *(_of_dossier(scene, witness) if is_dossier else _of_recording(scene, witness)),
            voice.fact("witness-address", "\n".join(map(voice.user, witness.addresses)) or "–"),
            voice.fact(
                "witness-digest",
                witness.dossier_sha256.hex if witness.dossier_sha256 else "–",
                Face.MONO,
            ),
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
            text_cell(utc(other.taken_in_at) if other.taken_in_at else "–"),
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


def _of_dossier(scene: Scene, witness: Witness) -> tuple[Fact, ...]:
    voice = scene.voice
    no_stamp = voice.say("witness.no-stamp")
    return (
        voice.fact("key-id", voice.user(witness.key_id), Face.MONO),
        voice.fact("origin", voice.user(witness.origin), Face.MONO),
        voice.fact("witness-made", voice.moment(witness.made_at) if witness.made_at else "–"),
        voice.fact(
            "witness-stamped", voice.moment(witness.stamped_at) if witness.stamped_at else no_stamp
        ),
    )


def _of_recording(scene: Scene, witness: Witness) -> tuple[Fact, ...]:
    voice = scene.voice
    compared = voice.say("witness.not-compared")
    if witness.differing is not None:
        compared = voice.say("witness.differing", count=voice.number(witness.differing))
    return (
        voice.fact("witness-format", witness.format.upper()),
        voice.fact("witness-received", voice.moment(witness.made_at) if witness.made_at else "–"),
        voice.fact("witness-agrees", compared),
        voice.fact("witness-unread", voice.number(witness.unread)),
    )
