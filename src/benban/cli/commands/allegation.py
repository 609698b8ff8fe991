"""``benban allegation``: what the person suspects, kept under a key of its own."""

from typing import Any

import click

from benban.casework.allegations import allegations_of, destroy_allegations, keep_allegation
from benban.cli.options import common_options, is_interactive, read_text
from benban.cli.questions import ask_line, confirm, local_time, tell
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import UsageError
from benban.model.allegation import SealedAllegation
from benban.wiring_case import system_clock


def build(words: Words) -> click.Group:
    """Return the group in the person's language."""
    group = click.Group("allegation", help=words("cli.allegation.help"))
    for make in (_add, _list, _read, _destroy):
        group.add_command(make(words))
    return group


def _add(words: Words) -> click.Command:
    @click.command("add", help=words("cli.allegation.add.help"))
    @click.argument("case")
    @click.option("--from", "source", help=words("cli.allegation.o.from"))
    @common_options(words)
    def add(case: str, source: str | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        text = _text(words, source)
        if not text.strip():
            raise UsageError(reason=words("cli.allegation.o.from"))
        with opened_case(words, options, case) as (vault, store):
            kept = keep_allegation(vault, store, text, system_clock())
        out.say("cli.allegation.kept")
        out.document({"allegation": kept.id})

    return add


def _list(words: Words) -> click.Command:
    @click.command("list", help=words("cli.allegation.list.help"))
    @click.argument("case")
    @common_options(words)
    def list_kept(case: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            kept = store.all(SealedAllegation)
        for one in kept:
            out.line(f"{one.id}  {local_time(one.kept_at)}")
        if not kept:
            out.say("cli.allegation.none")
        out.document(
            {"allegations": [{"id": one.id, "kept_at": one.kept_at.isoformat()} for one in kept]}
        )

    return list_kept


def _read(words: Words) -> click.Command:
    @click.command("read", help=words("cli.allegation.read.help"))
    @click.argument("case")
    @common_options(words)
    def read(case: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (vault, store):
            said = allegations_of(vault, store)
        for one in said:
            out.line(f"{one.id}  {local_time(one.kept_at)}")
            out.line(one.text)
        if not said:
            out.say("cli.allegation.none")
        out.document({"allegations": [{"id": one.id, "text": one.text} for one in said]})

    return read


def _destroy(words: Words) -> click.Command:
    @click.command("destroy", help=words("cli.allegation.destroy.help"))
    @click.argument("case")
    @click.option("--destroy", type=click.Choice(["yes", "no"]), help=words("cli.forget.o.destroy"))
    @common_options(words)
    def destroy_all(case: str, destroy: str | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (vault, store):
            if not _agreed(words, destroy):
                out.say("cli.allegation.stays")
                out.document({"destroyed": 0})
                return
            gone = destroy_allegations(vault, store)
        out.say("cli.allegation.destroyed", count=gone)
        out.document({"destroyed": gone})

    return destroy_all


def _text(words: Words, source: str | None) -> str:
    if source is not None:
        return read_text(source)
    if not is_interactive():
        raise UsageError(reason=words("cli.allegation.o.from"))
    tell(words("cli.allegation.how"))
    lines: list[str] = []
    while line := ask_line(words("cli.allegation.ask")):
        lines.append(line)
    return "\n".join(lines)


def _agreed(words: Words, said: str | None) -> bool:
    if said is not None:
        return said == "yes"
    return is_interactive() and confirm(words, words("cli.allegation.ask-destroy"))
