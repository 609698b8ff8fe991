"""``benban organisation``: data-protection drafts from the vault's state; no case is opened."""

from pathlib import Path
from typing import Any

import click

from benban.casework.organisation_papers import (
    OrganisationPaperRequest,
    Surroundings,
    make_organisation_paper,
    organisation_document,
    organisation_pdf,
)
from benban.cli.files import new_file
from benban.cli.options import common_options, read_text
from benban.cli.out import Out
from benban.cli.session import opened_vault, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import UsageError
from benban.model.organisation_paper import OrganisationPaperKind, StampHost
from benban.notices.organisation_papers import FIELDS
from benban.outside.authorities import SETTING, all_authorities
from benban.wiring_case import Vault, catalogue, system_clock

# Typed beside the fields of the paper, so that no name stands in a history (HARM 6).
_HOLDER = "holder"


def build(words: Words) -> click.Group:
    """Return the group in the person's language."""
    group = click.Group("organisation", help=words("cli.organisation.help"))
    group.add_command(_papers(words))
    return group


def _papers(words: Words) -> click.Command:
    @click.command("papers", help=words("cli.organisation.papers.help"))
    @click.argument(
        "kind", required=False, type=click.Choice([one.value for one in OrganisationPaperKind])
    )
    @click.option("--out", "file", type=click.Path(path_type=Path), help=words("cli.paper.o.out"))
    @click.option("--details", help=words("cli.organisation.o.details"))
    @click.option("--cases", "lists_cases", is_flag=True, help=words("cli.organisation.o.cases"))
    @common_options(words)
    def papers(kind: str | None, file: Path | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        if file is None or kind is None:
            _list(out)
            return
        wanted = OrganisationPaperKind(kind)
        typed = _typed(words, wanted, given["details"])
        request = OrganisationPaperRequest(
            kind=wanted,
            language=words.language,
            holder=typed.pop(_HOLDER, ""),
            typed=typed,
            lists_cases=given["lists_cases"],
        )
        clock = system_clock()
        with opened_vault(words, options) as vault, new_file(file) as stream:
            made = make_organisation_paper(vault, request, _around(vault), catalogue(), clock)
            is_docx = file.suffix.lower() == ".docx"
            write = organisation_document if is_docx else organisation_pdf
            stream.write(write(made, clock))
        out.say("cli.organisation.done", file=str(file))
        out.say("cli.organisation.choice")
        out.document({"file": str(file), "paper": wanted.value, "review": made.review})

    return papers


def _around(vault: Vault) -> Surroundings:
    asked = all_authorities(vault.setting(SETTING))
    hosts = tuple(StampHost(name=one.name, host=one.host) for one in asked if one.is_enabled)
    return Surroundings(stamp_hosts=hosts)


def _list(out: Out) -> None:
    out.say("cli.organisation.list")
    for one in OrganisationPaperKind:
        out.line(f"  {one.value:<20} {out.words(f'cli.organisation.kind.{one.value}')}")
    out.document({"papers": [one.value for one in OrganisationPaperKind]})


def _typed(words: Words, kind: OrganisationPaperKind, source: str | None) -> dict[str, str]:
    """Return what was written, by field; from a file or standard input, and never kept."""
    names = (*FIELDS[kind], _HOLDER)
    found: dict[str, str] = {}
    for line in read_text(source).splitlines() if source is not None else ():
        name, colon, value = line.partition(":")
        if not line.strip():
            continue
        field = name.strip().lower().replace("_", "-")
        if not colon or field not in names:
            reason = words("cli.organisation.details-unclear", names=", ".join(names))
            raise UsageError(reason=reason)
        found[field] = value.strip()
    return found
