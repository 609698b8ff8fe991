"""``benban desk``: the pages for this computer's browser; another face opens them."""

from pathlib import Path

import click

from benban.cli.options import vault_folder
from benban.cli.words import Words
from benban.errors import UsageError


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("desk", help=words("cli.desk.help"))
    @click.option("--vault", type=click.Path(path_type=Path), help=words("cli.o.vault"))
    @click.option("--no-window", is_flag=True, help=words("cli.desk.o.no-window"))
    @click.option("--language", type=click.Choice(["vi", "en"]), help=words("cli.o.language"))
    @click.pass_context
    def desk(context: click.Context, vault: Path | None, *, no_window: bool, language: str) -> int:
        del language
        open_desk = context.obj
        if open_desk is None:
            raise UsageError(reason=words("cli.desk.not-here"))
        return int(open_desk(vault_folder(vault), words.language, opens_window=not no_window))

    return desk
