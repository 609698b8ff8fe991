"""``benban paper``: a paper for an office or a lawyer, from chosen facts of a case."""

from pathlib import Path
from typing import Any

import click

from benban.casework.allegations import allegations_of
from benban.casework.paper_questions import (
    AUDIENCES,
    TYPED,
    asked_for,
    paper_request,
    warnings_for,
)
from benban.casework.papers import make_paper, paper_document, paper_pdf
from benban.cli.files import new_file
from benban.cli.options import common_options, is_interactive, read_text
from benban.cli.out import Out
from benban.cli.questions import ask_line, ask_number, tell
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.dossier.view import Audience
from benban.errors import PaperAudienceError, PaperNotEditableError, UsageError
from benban.model.exhibit import Exhibit
from benban.model.paper import PaperKind
from benban.notices.paper_templates import paper_template
from benban.wiring_case import catalogue, system_clock


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("paper", help=words("cli.paper.help"))
    @click.argument("case")
    @click.argument("kind", required=False, type=click.Choice([one.value for one in PaperKind]))
    @click.option("--out", "file", type=click.Path(path_type=Path), help=words("cli.paper.o.out"))
    @click.option(
        "--for",
        "audience",
        type=click.Choice([one.value for one in AUDIENCES]),
        help=words("cli.paper.o.for"),
    )
    @click.option("--docx", "is_docx", is_flag=True, help=words("cli.paper.o.docx"))
    @click.option("--exhibits", default="", help=words("cli.dossier.o.exhibits"))
    @click.option("--details", help=words("cli.paper.o.details"))
    @common_options(words)
    def paper(case: str, kind: str | None, file: Path | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        if file is None or (kind is None and not is_interactive()):
            _list(out)
            return
        wanted = PaperKind(kind) if kind else _asked_kind(words)
        if given["is_docx"] and not wanted.is_editable:
            raise PaperNotEditableError
        audience = Audience.MYSELF if wanted.is_own else _audience(words, given["audience"])
        typed = _typed(words, wanted, given["details"])
        clock = system_clock()
        with opened_case(words, options, case) as (vault, store), new_file(file) as stream:
            chosen = given["exhibits"].replace(",", " ").split()
            exhibits = tuple(find_one(store, Exhibit, one).id for one in chosen)
            request = paper_request(wanted, audience, typed, exhibits)
            is_allegations = wanted is PaperKind.ALLEGATIONS
            said = allegations_of(vault, store) if is_allegations else ()
            made = make_paper(store, request, catalogue(), clock, allegations=said)
            is_docx = given["is_docx"]
            stream.write(paper_document(made, clock) if is_docx else paper_pdf(made, clock))
        out.say("cli.paper.done", file=str(file))
        out.say(f"cli.paper.how.{wanted.value}")
        for act in warnings_for(wanted):
            out.say(act.message_id)
        out.say("cli.paper.choice")
        out.document({"file": str(file), "paper": wanted.value, "review": made.review})

    return paper


def _list(out: Out) -> None:
    out.say("cli.paper.list")
    for one in PaperKind:
        out.line(f"  {one.value:<20} {out.words(f'cli.paper.kind.{one.value}')}")
    out.document(
        {
            "papers": [
                {"paper": one.value, "title": paper_template(one).title, "docx": one.is_editable}
                for one in PaperKind
            ]
        }
    )


def _asked_kind(words: Words) -> PaperKind:
    """Return which paper: what was typed after a command may stay in its history (HARM 6)."""
    kinds = list(PaperKind)
    tell(words("cli.paper.list"))
    return kinds[ask_number(words, [words(f"cli.paper.kind.{one.value}") for one in kinds])]


def _audience(words: Words, said: str | None) -> Audience:
    if said is not None:
        return Audience(said)
    if not is_interactive():
        raise PaperAudienceError
    tell(words("cli.paper.ask-for"))
    choices = [words(f"cli.dossier.audience.{one.value}") for one in AUDIENCES]
    return AUDIENCES[ask_number(words, choices)]


def _typed(words: Words, kind: PaperKind, source: str | None) -> dict[str, str]:
    """Return what was typed or read, by field; never from the call itself, and never kept."""
    if source is not None:
        return _read(words, read_text(source))
    if not is_interactive():
        return {}
    tell(words("cli.paper.ask-details"))
    return {
        name: ask_line(words(f"cli.paper.field.{name.replace('_', '-')}"))
        for name in asked_for(kind)
    }


def _read(words: Words, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if not line.strip():
            continue
        field = name.strip().lower().replace("-", "_")
        if not colon or field not in TYPED:
            raise UsageError(reason=words("cli.paper.details-unclear", names=", ".join(TYPED)))
        found[field] = value.strip()
    return found
