"""Page visits: steps, counters, connections, what was not kept, what was withheld."""

from benban.dossier.blocks import Block, Cell, Face, Fact, Facts, Heading, Paragraph, Table
from benban.dossier.sections.post import post_blocks
from benban.dossier.sections.scene import Scene
from benban.dossier.voice import code_cell, text_cell, utc
from benban.model.exhibit import BrowserFacts, Capture, Connection

_NANOSECONDS = 1_000_000_000
# The leaf is what the browser checked; the whole chain stays in the sealed original.
_PRINTED_CERTIFICATES = 1


def visits(scene: Scene) -> tuple[Block, ...]:
    """Return every page visit of the dossier."""
    voice = scene.voice
    blocks: list[Block] = [Heading(text=voice.say("section.captures"))]
    if not scene.view.captures:
        blocks.append(Paragraph(text=voice.say("captures.none")))
        return tuple(blocks)
    blocks.append(Paragraph(text=voice.say("captures.about"), face=Face.MUTED))
    for capture in scene.view.captures:
        blocks += _visit(scene, capture)
    return tuple(blocks)


def _visit(scene: Scene, capture: Capture) -> list[Block]:
    voice = scene.voice
    title = " – ".join(
        part for part in (scene.labels.of(capture.id), scene.labels.of(capture.sighting_id)) if part
    )
    blocks: list[Block] = [
        Heading(text=title, level=2),
        Facts(rows=(*_page(scene, capture), *_browser(scene, capture.browser))),
        Heading(text=voice.say("capture.steps"), level=3),
        _steps(scene, capture),
        *post_blocks(scene, capture),
        Heading(text=voice.say("capture.counters"), level=3),
        _counters(scene, capture),
        Heading(text=voice.say("capture.missing"), level=3),
        _missing(scene, capture),
        Heading(text=voice.say("capture.withheld"), level=3),
        _withheld(scene, capture),
        Heading(text=voice.say("capture.connections"), level=3),
        _connections(scene, capture),
    ]
    return blocks


def _kept(scene: Scene, capture: Capture) -> str:
    """The items of this dossier, and how many more the visit kept: "none" would not be true."""
    voice = scene.voice
    labels = [label for one in capture.exhibits if (label := scene.labels.of(one))]
    others = len(capture.exhibits) - len(labels)
    if others:
        labels.append(voice.say("kept-others", count=voice.number(others)))
    return ", ".join(labels)


def _page(scene: Scene, capture: Capture) -> list[Fact]:
    voice = scene.voice
    status = str(capture.status) if capture.status is not None else voice.say("none")
    seconds = (capture.ended_monotonic_ns - capture.started_monotonic_ns) / _NANOSECONDS
    hours = capture.local_utc_offset_s / 3600
    kept = _kept(scene, capture)
    rows = [voice.fact("requested", voice.user(capture.requested_address), Face.MONO)]
    if capture.redirects:
        passed = "\n".join(voice.user(one) for one in capture.redirects)
        rows.append(voice.fact("redirects", passed, Face.MONO))
    rows += [
        voice.fact("final", voice.user(capture.final_address) or voice.say("none"), Face.MONO),
        voice.fact("status", status),
        voice.fact("page-title", voice.user(capture.title) or voice.say("none")),
        voice.fact("started", voice.moment(capture.started_at)),
        voice.fact("ended", voice.moment(capture.ended_at)),
        voice.fact("duration", voice.say("duration", seconds=voice.number(seconds, 1))),
        voice.fact("offset", f"UTC{hours:+g}"),
        voice.fact("kept", kept or voice.say("none")),
    ]
    return rows


def _browser(scene: Scene, browser: BrowserFacts | None) -> list[Fact]:
    voice = scene.voice
    if browser is None:
        return [voice.fact("browser", voice.say("not-known"))]
    offset = voice.say("not-known")
    if browser.clock_offset_s is not None:
        offset = voice.say("duration", seconds=voice.number(browser.clock_offset_s, 1))
    width, height = browser.viewport_px
    return [
        voice.fact("browser", voice.user(browser.product)),
        voice.fact("user-agent", voice.user(browser.user_agent)),
        voice.fact("sandbox", voice.say("sandbox.on" if browser.sandbox else "sandbox.off")),
        voice.fact("clock", offset),
        voice.fact("egress", voice.known("egress", browser.egress)),
        voice.fact("viewport", f"{width} × {height} px"),
    ]


def _steps(scene: Scene, capture: Capture) -> Block:
    voice = scene.voice
    rows = tuple(
        (
            text_cell(voice.known("step", step.name)),
            text_cell(voice.say(f"outcome.{step.outcome.value}")),
            text_cell(utc(step.at)),
            text_cell(voice.known("reason", step.reason) if step.reason else ""),
        )
        for step in capture.steps
    )
    columns = voice.columns("step", "outcome", "utc", "reason", shares=(3, 0, 0, 3))
    return _or_none(scene, Table(columns=columns, rows=rows))


def _counters(scene: Scene, capture: Capture) -> Block:
    voice = scene.voice
    rows = tuple(
        (
            text_cell(voice.known("counter", one.name)),
            text_cell(voice.user(one.text)),
            text_cell(voice.say("not-known") if one.value is None else voice.number(one.value)),
        )
        for one in capture.counters
    )
    columns = voice.columns("counter", "as-shown", "read-as", shares=(2, 2, 1))
    return _or_none(scene, Table(columns=columns, rows=rows))


def _missing(scene: Scene, capture: Capture) -> Block:
    voice = scene.voice
    rows = tuple(
        (
            text_cell(voice.missing(one.what)),
            text_cell(voice.reason(one.reason)),
        )
        for one in capture.missing
        if one.what not in {step.name for step in capture.steps}
    )
    columns = voice.columns("missing", "reason", shares=(1, 1))
    return _or_none(scene, Table(columns=columns, rows=rows))


def _withheld(scene: Scene, capture: Capture) -> Block:
    voice = scene.voice
    rows = tuple(
        (text_cell(voice.number(one.count)), text_cell(voice.known("reason", one.reason)))
        for one in capture.withheld
    )
    return _or_none(
        scene, Table(columns=voice.columns("media", "reason", shares=(0, 1)), rows=rows)
    )


def _connections(scene: Scene, capture: Capture) -> Block:
    voice = scene.voice
    rows = tuple(
        (
            text_cell(f"{voice.user(one.host)}:{one.port}"),
            text_cell(voice.user(one.remote)),
            text_cell(", ".join(voice.user(address) for address in one.resolved)),
            _certificates(scene, one),
        )
        for one in capture.connections
    )
    columns = voice.columns("host", "remote", "resolved", "certificate", shares=(3, 3, 3, 4))
    return _or_none(scene, Table(columns=columns, rows=rows))


def _certificates(scene: Scene, connection: Connection) -> Cell:
    if not connection.tls_chain_sha256:
        return text_cell(scene.voice.user(connection.tls_version) or scene.voice.say("tls.none"))
    chain = connection.tls_chain_sha256
    printed = " ".join(one.hex for one in chain[:_PRINTED_CERTIFICATES])
    rest = len(chain) - _PRINTED_CERTIFICATES
    version = scene.voice.user(connection.tls_version)
    return code_cell(f"{version} {printed}" + (f" +{rest}" if rest > 0 else ""))


def _or_none(scene: Scene, table: Table) -> Block:
    return table if table.rows else Paragraph(text=scene.voice.say("none"))
