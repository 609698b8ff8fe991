"""``benban help``: the page "I need someone now"; offline, stores nothing, opens no vault."""

from typing import Any

import click

from benban.cli.options import output_options
from benban.cli.session import take_out
from benban.cli.words import Words


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("help", help=words("cli.help.help"))
    @output_options(words)
    def help_now(**given: Any) -> None:
        out = take_out(words, given)
        out.say("help.now")
        out.document({"text": words("help.now")})

    return help_now
