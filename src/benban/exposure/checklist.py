"""The list to work through, as text and as one page to print: words and boxes, no picture."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from benban.exposure.order import Listed
from benban.exposure.steps import Step, every_step, steps_for_line, ticked_in
from benban.exposure.words import say_audience, say_place, say_reasons, say_service
from benban.model.own_photo import AuditedPhoto
from benban.wording import Language, say
from benban.wording.templates import html_templates
from benban.wording.unseen import show_unseen

_HERE = "benban.exposure"
# Of a burst of a hundred, a few names are enough to know it by.
_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """
    What is to be worked through.

    Attributes:
        lines: what to do first stands first.
        made_on: the day, as the person's own clock shows it.
        is_adult: whether the person said so; no answer is no.
        left_out: photos that were sorted as no portrait.
    """

    lines: tuple[Listed, ...]
    made_on: date
    is_adult: bool = False
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One line in words; names hide nothing and are not escaped yet."""

    name: str
    where: tuple[str, ...]
    reasons: tuple[str, ...]
    also: tuple[tuple[str, str], ...]
    also_more: int
    steps: tuple[Step, ...]
    ticked: frozenset[str]

    @property
    def done(self) -> int:
        return sum(one.id in self.ticked for one in self.steps)


def checklist_text(language: Language, checklist: Checklist) -> str:
    """Return the list as plain text, lines ended by line feeds; done steps have a cross."""
    rows = _rows(language, checklist)
    parts = [*_head(language, checklist), ""]
    for number, row in enumerate(rows, 1):
        parts += [*_row_lines(language, number, row), ""]
    steps = _used(rows)
    if steps:
        parts += [say(language, "exposure.page.how-heading").upper(), ""]
    for step in steps:
        source = step.source_shown(language)
        parts += [
            f"- {step.title(language)}",
            f"  {step.text(language)}",
            *([f"  ({source})"] if source else []),
            "",
        ]
    return "\n".join(parts)


def checklist_page(language: Language, checklist: Checklist) -> bytes:
    """Return the list as one HTML file in UTF-8 that loads, sends and runs nothing."""
    rows = _rows(language, checklist)
    style = _own_file("checklist.css")
    page = _templates().get_template("checklist.html.j2")
    html = page.render(
        language=language,
        say=_sayer(language),
        style=Markup(style),  # noqa: S704 our own file, no text from outside
        policy=_policy(style),
        head=_head(language, checklist)[1:],
        rows=rows,
        steps=_used(rows),
    )
    return html.encode("utf-8")


def _head(language: Language, checklist: Checklist) -> list[str]:
    lines, count = [], len(checklist.lines)
    if checklist.left_out:
        lines.append(say(language, "exposure.page.left-out", count=checklist.left_out))
    return [
        say(language, "exposure.page.title"),
        say(language, "exposure.page.first"),
        say(language, "exposure.page.how" if count else "exposure.page.empty"),
        say(language, "exposure.page.count", count=count),
        *lines,
        say(language, "exposure.page.made-on", date=checklist.made_on.isoformat()),
    ]


def _row_lines(language: Language, number: int, row: _Row) -> list[str]:
    # A name that is written from the right would turn what stands on its line.
    also = [f"     {part}" for name, where in row.also for part in (name, f"  {where}")]
    if row.also_more:
        also.append(f"     {say(language, 'exposure.page.also-more', count=row.also_more)}")
    count = len(row.also) + row.also_more
    return [
        f"{number}. {row.name}",
        f"   {' · '.join(row.where)}",
        *(f"   {one}" for one in row.reasons),
        *([f"   {say(language, 'exposure.page.also', count=count)}", *also] if count else []),
        *(
            f"   [{'x' if one.id in row.ticked else ' '}] {one.title(language)}"
            for one in row.steps
        ),
        *([] if row.steps else [f"   {say(language, 'exposure.page.no-step')}"]),
    ]


def _cross(row: _Row, step: Step) -> str:
    return "x" if step.id in row.ticked else " "


def _rows(language: Language, checklist: Checklist) -> tuple[_Row, ...]:
    return tuple(_row(language, one, is_adult=checklist.is_adult) for one in checklist.lines)


def _row(language: Language, line: Listed, *, is_adult: bool) -> _Row:
    others = line.photos[1:]
    return _Row(
        name=show_unseen(line.photo.name),
        where=_where(language, line.photo),
        reasons=say_reasons(language, line),
        also=tuple(
            (show_unseen(one.name), ", ".join(_where(language, one, has_audience=True)))
            for one in others[:_NAMES_SHOWN]
        ),
        also_more=len(others[_NAMES_SHOWN:]),
        steps=steps_for_line(line.photos, is_adult=is_adult),
        ticked=ticked_in(line.photos),
    )


def _where(
    language: Language, photo: AuditedPhoto, *, has_audience: bool = False
) -> tuple[str, ...]:
    album = show_unseen(photo.album)
    return (
        say_service(language, photo.service),
        say_place(language, photo.place),
        *([say(language, "exposure.page.album", album=album)] if album else []),
        # The reasons of a line say it for its first photo.
        *([say_audience(language, photo.audience)] if has_audience else []),
        *([] if photo.at is None else [photo.at.date().isoformat()]),
    )


def _used(rows: tuple[_Row, ...]) -> tuple[Step, ...]:
    used = {step.id for row in rows for step in row.steps}
    return tuple(one for one in every_step() if one.id in used)


def _sayer(language: Language) -> Callable[..., str]:
    def speak(message_id: str, **params: str | int) -> str:
        return say(language, message_id, **params)

    return speak


def _policy(style: str) -> str:
    """Return a content policy under which the page can load nothing, send nothing, run nothing."""
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'none'; base-uri 'none'"


@cache
def _own_file(name: str) -> str:
    return files(_HERE).joinpath(name).read_text(encoding="utf-8")


@cache
def _templates() -> jinja2.Environment:
    return html_templates(jinja2.FunctionLoader(_own_file))
