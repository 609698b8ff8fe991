"""``benban hand-over``: the whole case, sealed for one key; it stays here."""

from pathlib import Path
from typing import Any

import click

from benban.casework.hand_over import hand_over, noting_unwritten, require_written
from benban.cli.files import new_file, require_outside
from benban.cli.options import common_options, vault_folder
from benban.cli.sealing import recipient, sealing_options, tell_left_behind
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.seal.age import voice_code


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("hand-over", help=words("cli.hand-over.help"))
    @click.argument("case")
    @click.option("--with-allegations", is_flag=True, help=words("cli.hand-over.o.allegations"))
    @common_options(words)
    def hand(case: str, key_file: Path, file: Path, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        to = recipient(words, key_file, given["disclosure"])
        require_outside(vault_folder(options.vault), file)
        with opened_case(words, options, case) as (vault, store), noting_unwritten(store):
            tell_left_behind(words, vault, store.case.id, "cli.hand-over.spoken")
            with new_file(file) as out_file:
                handed = hand_over(
                    vault, store, to, out_file, with_allegations=given["with_allegations"]
                )
            require_written(file, handed)
        out.say("cli.hand-over.done", file=str(file), size=handed.size_bytes)
        out.say("cli.hand-over.voice", code=voice_code(to.key))
        out.document(
            {
                "file": str(file),
                "sha256": handed.sha256,
                "size_bytes": handed.size_bytes,
                "files": handed.files,
                "voice_code": voice_code(to.key),
            }
        )

    hand.params[1:1] = sealing_options(words)
    return hand
