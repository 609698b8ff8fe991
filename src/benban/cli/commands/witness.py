"""``benban witness``: set a second capture, made elsewhere, beside ours."""

from pathlib import Path
from typing import Any

import click

from benban.casework.witness import add_witness
from benban.cli.options import common_options, is_interactive, read_text
from benban.cli.questions import ask_needed, local_time
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import FileUnreadableError, UsageError, WitnessRefusedError
from benban.outside.verifier import ask_verifier
from benban.wiring_case import authorities, system_clock

# Exit codes of the verifier: all PASS; nothing failed, but something was not done.
_NOT_REFUSED = frozenset({0, 2})


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("witness", help=words("cli.witness.help"))
    @click.argument("case")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--name-from", "source", help=words("cli.witness.o.name"))
    @click.option("--receipt", type=click.Path(path_type=Path), help=words("cli.verify.o.receipt"))
    @common_options(words)
    def witness(
        case: str, file: Path, source: str | None, receipt: Path | None, **given: Any
    ) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        name = _name(words, source)
        if not file.is_file():
            raise FileUnreadableError(name=file.name)
        asked = [str(file), *(("--receipt", str(receipt)) if receipt else ())]
        if ask_verifier(asked).exit_code not in _NOT_REFUSED:
            raise WitnessRefusedError
        with opened_case(words, options, case) as (vault, store), file.open("rb") as dossier:
            roots = tuple(root for one in authorities(vault) for root in one.roots)
            added = add_witness(store, name, dossier, roots, system_clock())
        out.say("cli.witness.done", items=len(added.items), same=len(added.same))
        out.say("cli.witness.key", key=added.key_id)
        when = local_time(added.stamped_at) if added.stamped_at else words("cli.stamp.no-time")
        out.say("cli.witness.stamped", time=when)
        out.document(
            {
                "witness": added.id,
                "key_id": added.key_id,
                "items": len(added.items),
                "same": [list(pair) for pair in added.same],
                "stamped_at": added.stamped_at.isoformat() if added.stamped_at else None,
            }
        )

    return witness


def _name(words: Words, source: str | None) -> str:
    if source is not None:
        said = read_text(source).strip()
    elif is_interactive():
        said = ask_needed(words("cli.witness.ask-name"))
    else:
        said = ""
    if not said:
        raise UsageError(reason=words("cli.witness.name-needed"))
    return said
