"""``benban read``: the text in a screenshot, read by a machine and said to be so."""

from typing import Any

import click

from benban.casework.screen_text import read_kept_text, read_screen_text
from benban.cli.commands.case import exhibit_json
from benban.cli.options import common_options
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.model.exhibit import Exhibit
from benban.outside.ocr import Tesseract
from benban.wiring_case import opened_fence, system_clock


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("read", help=words("cli.read.help"))
    @click.argument("case")
    @click.argument("exhibit")
    @common_options(words)
    def read(case: str, exhibit: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store), opened_fence() as fence:
            picture = find_one(store, Exhibit, exhibit)
            found = read_screen_text(
                store, picture.id, copier=fence, reader=Tesseract(), clock=system_clock()
            )
            text = read_kept_text(store, found)
        out.warn("cli.read.machine")
        out.say("cli.read.text", text=text)
        out.document({"exhibit": exhibit_json(found), "machine_read": True, "text": text})

    return read
