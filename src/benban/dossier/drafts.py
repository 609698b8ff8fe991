"""
Three drafts for a lawyer, set apart from the report: nothing is signed, no name is filled in.

Certificate (FRE 902(13)/(14)), statement of the person who captured, annex for a bailiff's record.
"""

from benban.dossier.blocks import (
    Block,
    Bullets,
    Face,
    Fact,
    Facts,
    Frame,
    Heading,
    NewPage,
    Paragraph,
    Picture,
    Table,
    Tone,
)
from benban.dossier.disclosure import WORKPLACE, opened_fields
from benban.dossier.glyphs import report_glyphs
from benban.dossier.labels import label_all
from benban.dossier.mask import make_masker
from benban.dossier.sections.scene import Scene
from benban.dossier.typeset import typeset
from benban.dossier.view import DossierView, VeiledView
from benban.dossier.voice import Voice, capitalised, code_cell, text_cell, utc, vietnam
from benban.model.custody import TokenState
from benban.model.exhibit import Capture, StepOutcome
from benban.model.remedy import Provision
from benban.seal.canonical import JsonValue
from benban.wording import Language

# A line to write on, long enough for a name by hand; no value ever stands in its place.
_BLANK = "_" * 42


def render_drafts(view: DossierView, language: Language) -> bytes:
    """
    Return the drafts as one PDF; every page says that it is a draft.

    Raises:
        ValueError: the view has no drafts.
        FontsMissingError: BB-705; ReportFailedError: BB-704.
    """
    if view.drafts is None:
        raise ValueError("the view has no drafts")
    voice = Voice(language=language, masker=make_masker(view.own_account), glyphs=report_glyphs())
    scene = Scene(view=view, voice=voice, labels=label_all(view))
    banner = voice.say("draft.banner")
    if view.is_demonstration:
        banner = f"{banner} {voice.say('demonstration')}"
    document: JsonValue = {
        "language": language.value,
        "title": voice.say("draft.title"),
        "date": [view.made_at.year, view.made_at.month, view.made_at.day],
        "banner": banner,
        "marking": "",
        "number": view.dossier_id,
        "page": voice.say("page", page="{page}", pages="{pages}"),
        "blocks": [block.as_json() for block in draft_blocks(scene)],
    }
    return typeset("report.typ", document, view.made_at)


def draft_blocks(scene: Scene) -> tuple[Block, ...]:
    """Return the three drafts as blocks, each on its own page."""
    voice = scene.voice
    return (
        Heading(text=voice.say("draft.title")),
        Paragraph(text=voice.say("draft.about"), face=Face.MUTED),
        *_certificate(scene),
        NewPage(),
        *_statement(scene),
        NewPage(),
        *_annex(scene),
    )


def _certificate(scene: Scene) -> tuple[Block, ...]:
    voice, view = scene.voice, scene.view
    rule = view.drafts.certificate_rule if view.drafts else None
    rows = tuple(
        (
            text_cell(scene.labels.of(entry.exhibit.id)),
            text_cell(voice.known("exhibit", entry.exhibit.kind.value)),
            code_cell(entry.exhibit.sha256.hex),
            text_cell(voice.number(entry.exhibit.size_bytes)),
            text_cell(str(entry.position)),
        )
        for entry in view.exhibits
    )
    return (
        Heading(text=voice.say("draft.certificate.title")),
        _rule(scene, rule),
        Paragraph(text=voice.say("draft.certificate.i", blank=_BLANK)),
        Bullets(
            items=_certified(scene),
            is_numbered=True,
        ),
        Facts(title=voice.say("draft.certificate.system"), rows=_system(scene)),
        Paragraph(text=voice.say("draft.certificate.copies"), face=Face.STRONG),
        Table(
            columns=voice.columns(
                "item", "kind", "digest", "bytes", "entry", shares=(0, 0, 1, 0, 0)
            ),
            rows=rows,
        ),
        Paragraph(text=voice.say("draft.certificate.perjury"), face=Face.QUOTE),
        _signature(scene),
    )


def _certified(scene: Scene) -> tuple[str, ...]:
    """Return what is to be certified: nobody swears that a browser received what was handed in."""
    voice = scene.voice
    given = [one.exhibit.id for one in scene.view.exhibits if one.exhibit.capture_id is None]
    is_any_received = len(given) < len(scene.view.exhibits)
    said = [voice.say("draft.certificate.1")]
    if is_any_received:
        said.append(voice.say("draft.certificate.2"))
    if given:
        items = ", ".join(scene.labels.of(one) for one in given)
        said.append(voice.say("draft.certificate.given", items=items))
    return (*said, *(voice.say(f"draft.certificate.{number}") for number in range(3, 6)))


def _statement(scene: Scene) -> tuple[Block, ...]:
    voice, view = scene.voice, scene.view
    blocks: list[Block] = [
        Heading(text=voice.say("draft.statement.title")),
        Paragraph(text=voice.say("draft.statement.i", blank=_BLANK)),
    ]
    for capture in view.captures:
        blocks += [
            Facts(
                title=voice.say(
                    "draft.statement.visit",
                    visit=scene.labels.of(capture.id),
                    place=scene.labels.of(capture.sighting_id),
                ),
                rows=_visit(scene, capture),
            )
        ]
    if not view.captures:
        blocks.append(Paragraph(text=voice.say("captures.none")))
    return (
        *blocks,
        Bullets(items=tuple(voice.say(f"draft.statement.{number}") for number in range(1, 5))),
        Paragraph(text=voice.say("not-shown.capture"), face=Face.QUOTE),
        _signature(scene),
    )


def _annex(scene: Scene) -> tuple[Block, ...]:
    voice, view = scene.voice, scene.view
    rule = view.drafts.record_rule if view.drafts else None
    blocks: list[Block] = [
        Heading(text=voice.say("draft.annex.title")),
        _rule(scene, rule),
        Paragraph(text=voice.say("draft.annex.about")),
    ]
    for sighting in view.sightings:
        captures = [one for one in view.captures if one.sighting_id == sighting.id]
        blocks.append(
            Facts(
                title=scene.labels.of(sighting.id),
                rows=(
                    voice.fact(
                        "address",
                        voice.user(sighting.address.raw)
                        if sighting.address
                        else voice.say("summary.no-address"),
                        Face.MONO,
                    ),
                    voice.fact("draft-account", _account(scene, captures)),
                    voice.fact("seen-on", voice.user(sighting.seen_on) or voice.say("not-said")),
                    *_counts(scene, captures),
                ),
            )
        )
    veiled = view.drafts.veiled if view.drafts else ()
    blocks += [_picture(scene, one) for one in veiled]
    blocks.append(
        Bullets(items=tuple(voice.say(f"draft.annex.{number}") for number in range(1, 5)))
    )
    return tuple(blocks)


def _picture(scene: Scene, veiled: VeiledView) -> Picture:
    label = scene.voice.say("draft.annex.veiled", label=scene.labels.of(veiled.exhibit_id))
    return Picture(png=veiled.png, alt=label, caption=label)


def _rule(scene: Scene, rule: Provision | None) -> Frame:
    voice = scene.voice
    if rule is None:
        return Frame(title=voice.say("draft.rule.none"), tone=Tone.WARNING)
    vietnamese, _, english = rule.instrument.partition(" / ")
    name = vietnamese if voice.language is Language.VI else english or vietnamese
    return Frame(
        title=voice.say("draft.rule.title", instrument=name, article=rule.article),
        lines=(
            voice.say(
                "draft.rule.checked", date=rule.checked_on.isoformat(), grade=rule.confidence.value
            ),
            voice.say("draft.rule.lawyer"),
        ),
        tone=Tone.WARNING,
    )


def _system(scene: Scene) -> tuple[Fact, ...]:
    voice = scene.voice
    said: dict[str, dict[str, None]] = {}
    for event in scene.view.events:
        for field in opened_fields(scene.view, event, voice.masker):
            if field.name in WORKPLACE and field.value:
                said.setdefault(field.name, {})[field.value] = None
    rows = [
        Fact(
            label=capitalised(voice.say(f"field.{name}")),
            value=text_cell("\n".join(voice.known(name, one) for one in said[name])),
        )
        for name in WORKPLACE
        if name in said
    ]
    stamped = [one for one in scene.view.tokens if one.state is TokenState.STAMPED]
    return (
        *rows,
        voice.fact("key-id", scene.view.key_id, Face.MONO),
        voice.fact("draft-stamps", voice.number(len(stamped)) if stamped else voice.say("none")),
    )


def _visit(scene: Scene, capture: Capture) -> tuple[Fact, ...]:
    voice, browser = scene.voice, capture.browser
    failed = [
        voice.known("step", step.name)
        for step in capture.steps
        if step.outcome is not StepOutcome.DONE
    ]
    none = voice.say("none")
    return (
        voice.fact("requested", voice.user(capture.requested_address), Face.MONO),
        voice.fact("draft-began", f"{utc(capture.started_at)} UTC / {vietnam(capture.started_at)}"),
        voice.fact("draft-ended", f"{utc(capture.ended_at)} UTC / {vietnam(capture.ended_at)}"),
        voice.fact("status", str(capture.status) if capture.status is not None else none),
        voice.fact("browser", voice.user(browser.product) if browser else none),
        voice.fact("user-agent", voice.user(browser.user_agent) if browser else none),
        voice.fact("draft-not-done", ", ".join(failed) or none),
    )


def _account(scene: Scene, captures: list[Capture]) -> str:
    titles = dict.fromkeys(scene.voice.user(one.title) for one in captures if one.title)
    return "\n".join(titles) or scene.voice.say("draft.annex.account")


def _counts(scene: Scene, captures: list[Capture]) -> tuple[Fact, ...]:
    voice = scene.voice
    lines = [
        voice.say(
            "draft.annex.count",
            name=voice.known("counter", counter.name),
            text=voice.user(counter.text),
            at=voice.moment(capture.ended_at),
        )
        for capture in captures
        for counter in capture.counters
    ]
    return (voice.fact("draft-counts", "\n".join(lines) or voice.say("none")),)


def _signature(scene: Scene) -> Facts:
    voice = scene.voice
    return Facts(
        rows=tuple(
            voice.fact(f"draft-{one}", _BLANK) for one in ("name", "capacity", "place", "signature")
        )
    )
