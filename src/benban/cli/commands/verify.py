"""``benban verify``: start the independent verifier, which shares no code with this program."""

from pathlib import Path
from typing import Any

import click

from benban.cli.options import output_options
from benban.cli.words import Words
from benban.outside.verifier import run_verifier


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("verify", help=words("cli.verify.help"))
    @click.argument("path", type=click.Path(path_type=Path))
    @click.option("--key", "key_id", help=words("cli.verify.o.key"))
    @click.option("--receipt", type=click.Path(path_type=Path), help=words("cli.verify.o.receipt"))
    @click.option(
        "--tsa-root",
        multiple=True,
        type=click.Path(path_type=Path),
        help=words("cli.verify.o.root"),
    )
    @output_options(words)
    def verify(path: Path, is_json: bool, **given: Any) -> int:
        arguments = [str(path), "--lang", words.language.value]
        if given["key_id"]:
            arguments += ["--key", given["key_id"]]
        if given["receipt"]:
            arguments += ["--receipt", str(given["receipt"])]
        for root in given["tsa_root"]:
            arguments += ["--tsa-root", str(root)]
        if is_json:
            arguments.append("--json")
        return run_verifier(arguments)

    return verify
