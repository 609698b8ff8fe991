"""``benban desk``: the pages for this computer's browser, or for an organisation's people."""

from pathlib import Path
from typing import Any

import click

from benban.cli.desks import Desks
from benban.cli.options import read_secret, vault_folder
from benban.cli.out import Out
from benban.cli.questions import ask_needed
from benban.cli.recovery_sheet import hand_over_code
from benban.cli.words import Words
from benban.errors import FolderMissingError, UsageError, VaultFolderTakenError
from benban.wiring_shared import create_shared

_PORT = 8680
_OF_SERVERS = ("origin", "port", "backups", "new", "name", "passphrase_file")


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("desk", help=words("cli.desk.help"))
    @click.option("--vault", type=click.Path(path_type=Path), help=words("cli.o.vault"))
    @click.option("--no-window", is_flag=True, help=words("cli.desk.o.no-window"))
    @click.option("--server", is_flag=True, help=words("cli.desk.o.server"))
    @click.option("--origin", help=words("cli.desk.o.origin"))
    @click.option("--port", type=click.IntRange(1, 65535), help=words("cli.desk.o.port"))
    @click.option("--backups", type=click.Path(path_type=Path), help=words("cli.desk.o.backups"))
    @click.option("--new", is_flag=True, help=words("cli.desk.o.new"))
    @click.option("--name", help=words("cli.desk.o.name"))
    @click.option(
        "--passphrase-file", type=click.Path(path_type=Path), help=words("cli.o.passphrase-file")
    )
    @click.option("--language", type=click.Choice(["vi", "en"]), help=words("cli.o.language"))
    @click.pass_context
    def desk(context: click.Context, /, vault: Path | None, **given: Any) -> int:
        desks, folder = context.obj or Desks(), vault_folder(vault)
        if given["server"]:
            return _serve(words, desks, folder, given)
        if any(given[one] for one in _OF_SERVERS):
            raise UsageError(reason=words("cli.desk.server.only"))
        if desks.own is None:
            raise UsageError(reason=words("cli.desk.not-here"))
        return int(desks.own(folder, words.language, opens_window=not given["no_window"]))

    return desk


def _serve(words: Words, desks: Desks, folder: Path, given: dict[str, Any]) -> int:
    if given["new"]:
        _make(words, folder, given)
        return 0
    if desks.server is None:
        raise UsageError(reason=words("cli.desk.not-here"))
    if not given["origin"]:
        raise UsageError(reason=words("cli.desk.server.origin-needed"))
    port = given["port"] or _PORT
    backups = given["backups"]
    if backups is not None and not backups.is_dir():
        raise FolderMissingError(name=str(backups))
    opened = desks.server(
        folder, words.language, origin=given["origin"], port=port, backups=backups
    )
    return int(opened)


def _make(words: Words, folder: Path, given: dict[str, Any]) -> None:
    out = Out(words, is_json=False)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        # Said before anybody thinks up a passphrase.
        raise VaultFolderTakenError
    name = given["name"] or ask_needed(words("cli.desk.server.ask-name"))
    secret = read_secret(
        words,
        file=given["passphrase_file"],
        descriptor=None,
        prompt_id="cli.ask.new-passphrase",
        is_new=True,
    )
    shared, vault, code = create_shared(folder, name=name, passphrase=secret)
    vault.close()
    shared.close()
    out.say("desk.server.main.made", name=name)
    hand_over_code(out, str(code))
