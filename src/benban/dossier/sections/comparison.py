"""
The comparison section: every run on the included pictures, or one sentence (EVIDENCE 5).

For tier C and 0 nothing is printed but the tier's statement and how many photos were looked
through: no score, no region, no photo.
"""

from benban.dossier.blocks import (
    Block,
    Bullets,
    Cell,
    Face,
    Fact,
    Facts,
    Heading,
    Paragraph,
    Picture,
    Table,
)
from benban.dossier.order_rates import order_blocks
from benban.dossier.picture_paths import (
    links_path,
    map_path,
    overlay_path,
    patches_path,
    picture_path,
)
from benban.dossier.rates import RATE_COLUMNS, rate_in_words
from benban.dossier.searched import searched_said
from benban.dossier.sections.clips import clip_blocks, clip_title
from benban.dossier.sections.order import said_order
from benban.dossier.sections.scene import Scene
from benban.dossier.view import (
    MATCHED_TIERS,
    ComparisonEntry,
    ComparisonSection,
)
from benban.dossier.voice import Voice, code_cell, text_cell
from benban.model.exhibit import Original
from benban.model.finding import (
    MOST_PATCHES,
    Against,
    ChangeMap,
    CommonOrigin,
    Registration,
    Tier,
)
from benban.model.finding import Cell as MapCell

_LIMITS = 4


def comparison(scene: Scene) -> tuple[Block, ...]:
    """Return the complete comparison section, or the sentence that there is none."""
    voice, section = scene.voice, scene.view.comparison
    heading = Heading(text=voice.say("section.comparison"))
    if section is None:
        return (
            heading,
            Paragraph(text=voice.say("comparison.none"), face=Face.STRONG),
            Paragraph(text=voice.say("comparison.none-why")),
        )
    blocks: list[Block] = [heading, *_terms(scene), *_originals(scene, section)]
    for entry in section.entries:
        blocks += _run(scene, entry)
    blocks += [*_not_compared(scene, section), *_copies(scene, section), *_rates(scene, section)]
    limits = tuple(voice.say(f"limit.{number}") for number in range(1, _LIMITS + 1))
    blocks += [Heading(text=voice.say("comparison.limits"), level=2), Bullets(items=limits)]
    return tuple(blocks)


def _terms(scene: Scene) -> list[Block]:
    voice = scene.voice
    rows = tuple(
        (Cell(text=tier.value, face=Face.STRONG), text_cell(voice.say(f"tier.{tier.value}")))
        for tier in Tier
    )
    return [
        Paragraph(text=voice.say("comparison.about"), face=Face.MUTED),
        Bullets(items=(voice.say("comparison.h1"), voice.say("comparison.h2"))),
        Heading(text=voice.say("comparison.tiers"), level=2),
        Table(columns=voice.columns("tier", "statement", shares=(0, 1)), rows=rows),
    ]


def _originals(scene: Scene, section: ComparisonSection) -> list[Block]:
    voice, declaration = scene.voice, scene.view.declaration
    blocks: list[Block] = [Heading(text=voice.say("comparison.originals"), level=2)]
    if declaration is None or not declaration.originals:
        return [*blocks, Paragraph(text=voice.say("comparison.no-originals"))]
    named = section.matched_originals
    rows = tuple(
        (
            text_cell(scene.labels.of(entry.original.id)),
            text_cell(_arrival(voice, entry.original)),
            # A photo that shares nothing with any picture is not named, not even by its size.
            text_cell(_pixels(entry.original) if entry.original.id in named else "–"),
            text_cell(str(entry.position)),
            code_cell(entry.original.sha256.hex if entry.original.id in named else "–"),
        )
        for entry in declaration.originals
    )
    columns = voice.columns("photo", "arrival", "pixels", "entry", "digest", shares=(0, 3, 0, 0, 4))
    return [
        *blocks,
        Paragraph(text=voice.say("declaration.stated"), face=Face.STRONG),
        Table(columns=columns, rows=rows),
        Paragraph(text=voice.say("comparison.arrival-note"), face=Face.MUTED),
    ]


def _arrival(voice: Voice, original: Original) -> str:
    arrival = voice.say(f"arrival.{original.arrival.value}")
    if original.is_video:
        arrival = voice.say("arrival-of-video", arrival=arrival)
    return arrival if original.is_kept else voice.say("arrival-by-digest", arrival=arrival)


def _pixels(original: Original) -> str:
    return f"{original.width_px} × {original.height_px}"


def _run(scene: Scene, entry: ComparisonEntry) -> list[Block]:
    voice, finding = scene.voice, entry.finding
    label = scene.labels.of(finding.id)
    is_pair = finding.against is Against.PHOTOS
    exhibit = scene.labels.of(finding.exhibit_id)
    pair_title = voice.say("comparison.run", label=label, exhibit=exhibit)
    statement = voice.say(
        "comparison.result",
        tier=finding.tier.value,
        statement=voice.say(f"tier.{finding.tier.value}"),
    )
    blocks: list[Block] = [
        Heading(text=pair_title if is_pair else clip_title(scene, finding), level=2),
        Paragraph(text=statement, face=Face.STRONG),
        *_searched(voice, finding),
    ]
    if not is_pair:
        return [*blocks, *clip_blocks(scene, finding)]
    if finding.tier not in MATCHED_TIERS:
        return blocks
    blocks.append(Facts(rows=_measures(scene, entry)))
    if entry.veiled_png is None:
        blocks += _no_picture(voice, finding)
        return blocks
    words = voice.say("comparison.picture", label=label)
    veiled = _picture(scene, words, picture_path(finding.id), entry.veiled_png, entry.print_jpeg)
    beside = (_overlay, _map, _links, _patches)
    return [*blocks, veiled, *(block for drawn in beside for block in drawn(scene, entry))]


def _overlay(scene: Scene, entry: ComparisonEntry) -> list[Block]:
    if entry.overlay_png is None:
        return []
    finding = entry.finding
    words = scene.voice.say("comparison.overlay", label=scene.labels.of(finding.id))
    path, png, jpeg = overlay_path(finding.id), entry.overlay_png, entry.overlay_jpeg
    return [_picture(scene, words, path, png, jpeg)]


def _map(scene: Scene, entry: ComparisonEntry) -> list[Block]:
    voice, finding = scene.voice, entry.finding
    if entry.map_png is None or finding.change_map is None:
        return []
    label, change_map = scene.labels.of(finding.id), finding.change_map
    words = voice.say("comparison.map", label=label, **_shares(voice, change_map))
    return [_picture(scene, words, map_path(finding.id), entry.map_png)]


def _links(scene: Scene, entry: ComparisonEntry) -> list[Block]:
    voice, finding = scene.voice, entry.finding
    if finding.links is None:
        return []
    if entry.links_png is None:
        return [Paragraph(text=voice.say("comparison.links-none"), face=Face.MUTED)]
    words = voice.say(
        "comparison.links",
        label=scene.labels.of(finding.id),
        count=voice.number(len(finding.links.links)),
    )
    return [_picture(scene, words, links_path(finding.id), entry.links_png, entry.links_jpeg)]


def _patches(scene: Scene, entry: ComparisonEntry) -> list[Block]:
    voice, drawn = scene.voice, entry.finding.patches
    if drawn is None:
        return []
    if entry.patches_png is None:
        return [Paragraph(text=voice.say("comparison.patches-none"), face=Face.MUTED)]
    values = (
        f"({number}) {voice.number(patch.zncc, 2)}"
        for number, patch in enumerate(drawn.patches, start=1)
    )
    words = voice.say(
        "comparison.patches",
        label=scene.labels.of(entry.finding.id),
        count=voice.number(len(drawn.patches)),
        side=voice.number(drawn.side_px),
        values="; ".join(values),
    )
    if len(drawn.patches) < MOST_PATCHES:
        words = f"{words} {voice.say('comparison.patches-fewer')}"
    return [_picture(scene, words, patches_path(entry.finding.id), entry.patches_png)]


def _picture(scene: Scene, words: str, path: str, png: bytes, jpeg: bytes | None = None) -> Picture:
    where = scene.voice.say("comparison.picture-file", path=path)
    return Picture(png=png, jpeg=jpeg, alt=words, caption=f"{words} {where}")


def _measures(scene: Scene, entry: ComparisonEntry) -> tuple[Fact, ...]:
    voice, finding = scene.voice, entry.finding
    rows = [
        voice.fact("compared-with", _compared_with(voice, finding)),
        voice.fact("original", scene.labels.of(finding.original_id) or voice.say("not-known")),
        voice.fact("direction", said_order(voice, entry.direction)),
    ]
    if finding.change_map is not None:
        rows.append(voice.fact("areas", _areas(scene, finding.change_map)))
    if finding.log10_nfa is not None:
        value = voice.number(finding.log10_nfa, 1)
        rows.append(voice.fact("nfa", voice.say("nfa", value=value)))
    if finding.registration is not None:
        rows.append(voice.fact("geometry", _geometry(scene, finding.registration)))
    if finding.roughness_px is not None or finding.fine_correlation is not None:
        rows.append(voice.fact("fine", _fine(scene, finding)))
    return tuple(rows)


def _compared_with(voice: Voice, finding: CommonOrigin) -> str:
    count, at = voice.number(finding.originals_compared), voice.moment(finding.at)
    return voice.say("compared-with", count=count, at=at)


def _searched(voice: Voice, finding: CommonOrigin) -> list[Block]:
    """Return how far the run looked, for every tier: counts name no photo."""
    said = [
        voice.say(message, **{name: voice.number(count) for name, count in counts.items()})
        for message, counts in searched_said(finding)
    ]
    return [Paragraph(text=" ".join(said))] if said else []


def _no_picture(voice: Voice, finding: CommonOrigin) -> list[Block]:
    if finding.part is not None and finding.part.number > 1:
        # It is said with the part.
        return []
    is_altered = finding.change_map is not None and finding.change_map.shows_alteration
    is_again = is_altered and finding.veiled_picture is None and finding.searched is not None
    message = "comparison.no-picture-again" if is_again else "comparison.no-picture"
    return [Paragraph(text=voice.say(message), face=Face.MUTED)]


def _areas(scene: Scene, change_map: ChangeMap) -> str:
    return scene.voice.say("areas", **_shares(scene.voice, change_map))


def _shares(voice: Voice, change_map: ChangeMap) -> dict[str, str]:
    return {
        "agree": voice.percent(change_map.share(MapCell.AGREE)),
        "changed": voice.percent(change_map.share(MapCell.CHANGED)),
        "undecided": voice.percent(change_map.share(MapCell.UNDECIDED)),
    }


def _geometry(scene: Scene, registration: Registration) -> str:
    voice = scene.voice
    return voice.say(
        "geometry",
        inliers=voice.number(registration.inlier_count),
        pairs=voice.number(registration.pair_count),
        tolerance=voice.number(registration.tolerance_px, 1),
        residual=voice.number(registration.median_residual_px, 2),
        similarity=voice.percent(registration.similarity_share),
        mirrored=voice.say("yes" if registration.is_mirrored else "no"),
    )


def _fine(scene: Scene, finding: CommonOrigin) -> str:
    voice = scene.voice
    unknown = voice.say("not-known")
    roughness, correlation = finding.roughness_px, finding.fine_correlation
    return voice.say(
        "fine",
        roughness=unknown if roughness is None else voice.number(roughness, 2),
        correlation=unknown if correlation is None else voice.number(correlation, 2),
    )


def _not_compared(scene: Scene, section: ComparisonSection) -> list[Block]:
    voice = scene.voice
    heading = Heading(text=voice.say("comparison.not-compared"), level=2)
    if not section.not_compared:
        return [heading, Paragraph(text=voice.say("none"))]
    by_reason: dict[str, list[str]] = {}
    for one in section.not_compared:
        by_reason.setdefault(one.reason, []).append(scene.labels.of(one.exhibit_id))
    items = tuple(
        voice.say(
            "comparison.not-compared-item",
            exhibit=", ".join(labels),
            reason=voice.known("reason", reason),
        )
        for reason, labels in by_reason.items()
    )
    return [heading, Bullets(items=items)]


def _copies(scene: Scene, section: ComparisonSection) -> list[Block]:
    voice = scene.voice
    heading = Heading(text=voice.say("comparison.copies"), level=2)
    if not section.copies:
        return [heading, Paragraph(text=voice.say("comparison.no-copies"))]
    rows = tuple(
        (
            text_cell(f"{scene.labels.of(one.exhibit_id)} – {scene.labels.of(one.other_id)}"),
            text_cell(voice.say("distance", count=one.distance_bits)),
            text_cell(voice.known("orientation", str(one.dihedral))),
        )
        for one in section.copies
    )
    return [
        heading,
        Paragraph(text=voice.say("copies.about"), face=Face.MUTED),
        Table(
            columns=voice.columns("pair", "distance", "orientation", shares=(1, 1, 2)), rows=rows
        ),
    ]


def _rates(scene: Scene, section: ComparisonSection) -> list[Block]:
    voice = scene.voice
    blocks: list[Block] = [Heading(text=voice.say("comparison.rates"), level=2)]
    if section.method:
        blocks.append(Facts(rows=(voice.fact("method", voice.user(section.method)),)))
    if section.rates:
        rows = tuple(
            tuple(text_cell(text) for text in rate_in_words(voice, one)) for one in section.rates
        )
        columns = voice.columns(*RATE_COLUMNS, shares=(3, 0, 3, 3))
        blocks.append(Table(columns=columns, rows=rows))
        if section.rates_version:
            said = voice.say("rates.version", version=section.rates_version)
            blocks.append(Paragraph(text=said))
    else:
        blocks.append(Paragraph(text=voice.say("rates.none")))
    blocks.append(Paragraph(text=voice.say("rates.no-lr")))
    if any(one.is_synthetic for one in section.rates):
        blocks.append(Paragraph(text=voice.say("rates.near-identical")))
    return [*blocks, *(order_blocks(voice) if section.rates else ())]
