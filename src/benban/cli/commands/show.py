"""``benban show``: a veiled picture as a file; unveiled only with a typed, logged reason."""

from pathlib import Path
from typing import Any

import click

from benban.casework.show import grant_unveiling, picture
from benban.cli.files import new_file
from benban.cli.options import common_options, is_interactive
from benban.cli.questions import ask_line
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import UnveilReasonMissingError
from benban.model.exhibit import Exhibit
from benban.wiring_case import opened_fence, system_clock


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("show", help=words("cli.show.help"))
    @click.argument("case")
    @click.argument("exhibit")
    @click.option(
        "--out",
        "file",
        required=True,
        type=click.Path(path_type=Path),
        help=words("cli.show.o.out"),
    )
    @click.option("--unveil", is_flag=True, help=words("cli.show.o.unveil"))
    @click.option("--reason", default="", help=words("cli.show.o.reason"))
    @common_options(words)
    def show(case: str, exhibit: str, file: Path, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        reason = _reason(words, given["reason"]) if given["unveil"] else ""
        with (
            opened_case(words, options, case) as (_, store),
            opened_fence() as fence,
            # Before the grant: where nothing can be written, nothing is unveiled.
            new_file(file) as png,
        ):
            wanted = find_one(store, Exhibit, exhibit).id
            grant = grant_unveiling(store, wanted, reason) if given["unveil"] else None
            shown = picture(store, wanted, grant, decoder=fence, clock=system_clock())
            png.write(shown.png)
        out.say("cli.show.veiled" if shown.is_veiled else "cli.show.unveiled", file=str(file))
        out.document({"file": str(file), "is_veiled": shown.is_veiled})

    return show


def _reason(words: Words, said: str) -> str:
    """Return the typed reason; asked for where somebody can be asked, never made up."""
    reason = said.strip() or (ask_line(words("cli.show.ask-reason")) if is_interactive() else "")
    if not reason:
        raise UnveilReasonMissingError
    return reason
