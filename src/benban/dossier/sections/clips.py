"""The runs with videos in the comparison section: words and numbers, no frame (EVIDENCE 5)."""

from benban.dossier.blocks import Block, Face, Fact, Facts, Paragraph
from benban.dossier.sections.scene import Scene
from benban.dossier.view import MATCHED_TIERS
from benban.dossier.voice import Voice
from benban.model.finding import Against, Cell, ClipPlace, CommonOrigin, Showing


def clip_title(scene: Scene, finding: CommonOrigin) -> str:
    """Return the heading of a run: what was compared with what."""
    return scene.voice.say(
        f"comparison.run-{finding.against.value}",
        label=scene.labels.of(finding.id),
        exhibit=scene.labels.of(finding.exhibit_id),
    )


def clip_blocks(scene: Scene, finding: CommonOrigin) -> list[Block]:
    """Return what is printed below the tier; nothing for tiers C and 0."""
    voice = scene.voice
    if finding.tier not in MATCHED_TIERS:
        return []
    rows = [
        _compared_with(voice, finding),
        voice.fact("clip-original", scene.labels.of(finding.original_id) or voice.say("not-known")),
    ]
    if finding.clip is not None:
        rows += _place(voice, finding.clip)
    if finding.showings:
        shown = "; ".join(_showing(voice, one) for one in finding.showings)
        rows.append(voice.fact("showings", shown))
    if finding.clip is not None and finding.change_map is not None:
        said = voice.say(
            "clip-areas",
            pairs=voice.number(finding.clip.frames_mapped),
            agree=voice.percent(finding.change_map.share(Cell.AGREE)),
            changed=voice.percent(finding.change_map.share(Cell.CHANGED)),
            undecided=voice.percent(finding.change_map.share(Cell.UNDECIDED)),
        )
        rows.append(voice.fact("areas", said))
    if finding.log10_nfa is not None:
        value = voice.number(finding.log10_nfa, 1)
        rows.append(voice.fact("nfa", voice.say("clip-nfa", value=value)))
    return [
        Facts(rows=tuple(rows)),
        Paragraph(text=voice.say("comparison.clip-limits"), face=Face.MUTED),
    ]


def _compared_with(voice: Voice, finding: CommonOrigin) -> Fact:
    is_video = finding.against is Against.VIDEOS
    said = voice.say(
        "compared-with-videos" if is_video else "compared-with-photos",
        count=voice.number(finding.originals_compared),
        at=voice.moment(finding.at),
    )
    return voice.fact("compared-with", said)


def _place(voice: Voice, place: ClipPlace) -> list[Fact]:
    where = voice.say(
        "clip-place",
        begin=_seconds(voice, place.from_ms),
        end=_seconds(voice, place.to_ms),
        at=_seconds(voice, place.at_ms),
    )
    frames = voice.say(
        "clip-frames",
        agreeing=voice.number(place.frames_agreeing),
        compared=voice.number(place.frames_compared),
        mirrored=voice.say("yes" if place.is_mirrored else "no"),
    )
    rows = [voice.fact("clip-place", where), voice.fact("clip-frames", frames)]
    if place.rate is not None:
        rows.append(voice.fact("clip-rate", voice.percent(place.rate)))
    return rows


def _showing(voice: Voice, one: Showing) -> str:
    return voice.say(
        "showing",
        begin=_seconds(voice, one.from_ms),
        end=_seconds(voice, one.to_ms),
        frames=voice.number(one.frames),
        bits=voice.number(one.distance_bits),
    )


def _seconds(voice: Voice, at_ms: int) -> str:
    return voice.number(at_ms / 1000, 1)
