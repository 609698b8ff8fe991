"""What was taken out of exports, and, for an authority or a lawyer, what the messages name."""

from benban.dossier.blocks import Block, Face, Fact, Facts, Heading, Paragraph, Table
from benban.dossier.sections.scene import Scene
from benban.dossier.view import Edition
from benban.dossier.voice import code_cell, text_cell
from benban.model.imported import Import


def imports(scene: Scene) -> tuple[Block, ...]:
    """Return one block for each import; nothing where there was none."""
    view, voice = scene.view, scene.voice
    if not view.imports:
        return ()
    return (
        Heading(text=voice.say("section.imports")),
        Paragraph(text=voice.say("imports.about")),
        *(_import(scene, one) for one in view.imports),
    )


def mentions(scene: Scene) -> tuple[Block, ...]:
    """Return what messages name, place by place; in an authority edition only (HARM 14)."""
    view, voice = scene.view, scene.voice
    if view.edition is not Edition.AUTHORITY:
        return ()
    blocks: list[Block] = []
    for one in view.mentions:
        if not one.found and not one.masked_accounts:
            continue
        blocks.append(Heading(text=scene.labels.of(one.sighting_id), level=2))
        rows = tuple(
            (
                text_cell(voice.known("mention", named.kind.value)),
                code_cell(voice.user(named.value)),
                text_cell(voice.number(named.count)),
            )
            for named in one.found
        )
        columns = voice.columns("mention-kind", "mention", "messages", shares=(0, 1, 0))
        blocks += [Table(columns=columns, rows=rows)] if rows else []
        if one.masked_accounts:
            count = voice.number(one.masked_accounts)
            blocks.append(Paragraph(text=voice.say("mentions.masked", count=count)))
    if not blocks:
        return ()
    return (
        Heading(text=voice.say("section.mentions")),
        Paragraph(text=voice.say("mentions.about")),
        *blocks,
    )


def _import(scene: Scene, one: Import) -> Facts:
    voice = scene.voice
    covers = voice.known("import-covers", one.digest_covers)
    digest = one.sha256.hex if one.sha256 else voice.say("imports.no-digest")
    return Facts(
        title=scene.labels.of(one.id),
        rows=(
            voice.fact("import-format", voice.known("import-format", one.format)),
            Fact(label=voice.say("label.import-digest", covers=covers), value=code_cell(digest)),
            voice.fact("import-kept", _kept(scene, one)),
            voice.fact("import-rest", "\n".join(_rest(scene, one)) or voice.say("none")),
            *_claims(scene, one),
            voice.fact("import-tool", voice.user(one.tool), Face.MUTED),
        ),
    )


def _claims(scene: Scene, one: Import) -> tuple[Fact, ...]:
    """Return how digests inside it stand to its bytes: by counts, its names are untrusted."""
    if all(each.state == "not-claimed" for each in one.claimed):
        return ()
    voice = scene.voice
    lines = []
    for state in ("differs", "agrees", "not-checked", "not-claimed"):
        count = sum(each.count for each in one.claimed if each.state == state)
        if count:
            lines.append(f"{voice.known('import-claim', state)}: {voice.number(count)}")
    return (voice.fact("import-claims", "\n".join(lines)),)


def _kept(scene: Scene, one: Import) -> str:
    voice = scene.voice
    said = voice.say(
        "imports.kept",
        chosen=voice.number(one.chosen_count),
        around=voice.number(one.around_count),
        parts=voice.number(one.part_count),
    )
    # In the order of the inventory.
    kept = [each.exhibit.id for each in scene.view.exhibits if each.exhibit.id in one.exhibits]
    return f"{said}: {', '.join(scene.labels.of(exhibit_id) for exhibit_id in kept)}"


def _rest(scene: Scene, one: Import) -> list[str]:
    voice = scene.voice
    lines = [
        f"{voice.known('import-withheld', each.reason)}: {voice.number(each.count)}"
        for each in one.withheld
    ]
    for each in one.not_read:
        reason = voice.known("import-reason", each.reason)
        count = voice.number(each.count)
        lines.append(voice.say("imports.not-read", count=count, reason=reason))
    for missing in one.missing:
        reason = voice.known("import-reason", missing.reason)
        lines.append(voice.say("imports.missing", reason=reason))
    return lines
