"""``benban letter``: a letter to someone, without picture, link or name."""

from pathlib import Path
from typing import Any

import click

from benban.casework.letters import LetterWishes, letter_pdf, write_case_letter
from benban.cli.files import new_file
from benban.cli.options import common_options
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.notices.letter import Recipient, Wish
from benban.notices.warnings import IrreversibleAct
from benban.wiring_case import system_clock


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("letter", help=words("cli.letter.help"))
    @click.argument("case")
    @click.option(
        "--out",
        "file",
        required=True,
        type=click.Path(path_type=Path),
        help=words("cli.letter.o.out"),
    )
    @click.option(
        "--to",
        "recipient",
        type=click.Choice([one.value for one in Recipient]),
        default=Recipient.OTHER.value,
        help=words("cli.letter.o.to"),
    )
    @click.option(
        "--wish",
        "wishes",
        multiple=True,
        type=click.Choice([one.value for one in Wish]),
        help=words("cli.letter.o.wish"),
    )
    @click.option("--say-altered", is_flag=True, help=words("cli.letter.o.say-altered"))
    @common_options(words)
    def letter(case: str, file: Path, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        chosen = LetterWishes(
            recipient=Recipient(given["recipient"]),
            wishes=tuple(Wish(one) for one in given["wishes"]),
            says_altered=given["say_altered"],
        )
        clock = system_clock()
        with opened_case(words, options, case) as (_, store), new_file(file) as stream:
            written = write_case_letter(store, chosen, words.language, clock)
            is_pdf = file.suffix.lower() == ".pdf"
            data = letter_pdf(written, store.case, clock) if is_pdf else written.text.encode()
            stream.write(data)
        out.line(written.text)
        out.say("cli.letter.done", file=str(file))
        # Whoever writes such a letter may be about to answer in public.
        out.warn(IrreversibleAct.DENY_IN_PUBLIC.message_id)
        out.document({"file": str(file), "text": written.text})

    return letter
