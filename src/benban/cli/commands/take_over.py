"""``benban take-over``: a case that another vault handed over, verified before it is kept."""

from pathlib import Path
from typing import Any, BinaryIO

import click

from benban.casework.take_over import own_identity, own_recipient, take_over
from benban.cli.options import common_options
from benban.cli.questions import ask_capacity
from benban.cli.sealing import read_key
from benban.cli.session import opened_vault, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import FileUnreadableError, UsageError
from benban.model.case import Capacity
from benban.model.exhibit import Exhibit
from benban.seal.age import voice_code
from benban.seal.note import key_id


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("take-over", help=words("cli.take-over.help"))
    @click.argument("file", required=False, type=click.Path(path_type=Path))
    @click.option(
        "--identity", type=click.Path(path_type=Path), help=words("cli.take-over.o.identity")
    )
    @click.option(
        "--capacity",
        type=click.Choice([capacity.value for capacity in Capacity]),
        help=words("cli.take-over.o.capacity"),
    )
    @click.option("--show-key", is_flag=True, help=words("cli.take-over.o.show-key"))
    @common_options(words)
    def take(file: Path | None, identity: Path | None, capacity: str | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        if (file is None) != given["show_key"]:
            raise UsageError(reason=words("cli.take-over.file-or-key"))
        with opened_vault(words, options) as vault:
            if file is None:
                key = own_recipient(vault)
                out.line(key)
                out.say("cli.take-over.voice", code=voice_code(key))
                out.document({"key": key, "voice_code": voice_code(key)})
                return
            acts_as = ask_capacity(words, capacity)
            secret = own_identity(vault) if identity is None else read_key(identity)
            with _opened(file) as sealed, take_over(vault, sealed, secret, acts_as) as store:
                case, exhibits = store.case, len(store.all(Exhibit))
                entries, key = len(store.leaves()), key_id(store.public_key)
        out.say("cli.take-over.done", case=case.id, exhibits=exhibits, entries=entries)
        out.say("cli.take-over.key", key=key)
        out.document({"case": case.id, "exhibits": exhibits, "log_entries": entries, "key_id": key})

    return take


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise FileUnreadableError(name=path.name) from error
