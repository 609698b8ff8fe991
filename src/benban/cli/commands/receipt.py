"""``benban receipt``: what is handed to somebody else the same day."""

from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from typing import Any

import click
import segno

from benban.casework.receipts import give_receipt
from benban.cli.files import new_file
from benban.cli.options import common_options
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.seal.receipt import receipt_text
from benban.wiring_case import system_clock


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("receipt", help=words("cli.receipt.help"))
    @click.argument("case")
    @click.option("--out", "file", type=click.Path(path_type=Path), help=words("cli.receipt.o.out"))
    @common_options(words)
    def receipt(case: str, file: Path | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store), ExitStack() as target:
            stream = target.enter_context(new_file(file)) if file is not None else None
            given_receipt = give_receipt(store, system_clock())
            text = receipt_text(given_receipt)
            if stream is not None:
                stream.write(text.encode())
        out.line(text)
        picture = StringIO()
        segno.make(text, error="m").terminal(out=picture, compact=True)
        out.line(picture.getvalue())
        out.say("cli.receipt.about")
        out.document(
            {
                "receipt": text,
                "file": str(file) if file else None,
                "key_id": given_receipt.key_id,
                "size": given_receipt.size,
            }
        )

    return receipt
