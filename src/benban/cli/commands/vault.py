"""``benban vault``: make, open, recover, re-key, back up and restore the vault."""

from pathlib import Path
from typing import Any

import click

from benban.cli.options import common_options, read_secret, vault_folder
from benban.cli.recovery_sheet import hand_over_code
from benban.cli.session import opened_vault, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import UsageError, VaultFolderTakenError
from benban.wiring_case import (
    back_up,
    change_passphrase,
    create_vault,
    open_vault,
    restore_vault,
)


def build(words: Words) -> click.Group:
    """Return the group in the person's language."""
    group = click.Group("vault", help=words("cli.vault.help"))
    for make in (_new, _unlock, _recover, _passphrase, _backup, _restore):
        group.add_command(make(words))
    return group


def _new(words: Words) -> click.Command:
    @click.command("new", help=words("cli.vault.new.help"))
    @common_options(words)
    def new(**given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        folder = vault_folder(options.vault)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            # Said before anybody thinks up a passphrase.
            raise VaultFolderTakenError
        out.say("cli.vault.new.about")
        secret = read_secret(
            words,
            file=options.passphrase_file,
            descriptor=options.passphrase_fd,
            prompt_id="cli.ask.new-passphrase",
            is_new=True,
        )
        vault, code = create_vault(folder, passphrase=secret)
        vault.close()
        out.say("cli.vault.new.done", folder=str(folder))
        hand_over_code(out, str(code))
        out.document({"vault": str(folder), "recovery_code": str(code)})

    return new


def _unlock(words: Words) -> click.Command:
    @click.command("unlock", help=words("cli.vault.unlock.help"))
    @common_options(words)
    def unlock(**given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_vault(words, options) as vault:
            count = len(vault.cases())
        out.say("cli.vault.unlock.done", count=count)
        out.document({"opens": True, "cases": count})

    return unlock


def _recover(words: Words) -> click.Command:
    @click.command("recover", help=words("cli.vault.recover.help"))
    @click.option(
        "--code-file", type=click.Path(path_type=Path), help=words("cli.vault.o.code-file")
    )
    @common_options(words)
    def recover(code_file: Path | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        code = read_secret(
            words, file=code_file, descriptor=None, prompt_id="cli.ask.recovery-code"
        )
        with open_vault(vault_folder(options.vault), recovery_code=code) as vault:
            secret = read_secret(
                words,
                file=options.passphrase_file,
                descriptor=options.passphrase_fd,
                prompt_id="cli.ask.new-passphrase",
                is_new=True,
            )
            change_passphrase(vault, secret)
        out.say("cli.vault.recover.done")
        out.document({"passphrase_changed": True})

    return recover


def _passphrase(words: Words) -> click.Command:
    @click.command("passphrase", help=words("cli.vault.passphrase.help"))
    @click.option(
        "--new-passphrase-file",
        type=click.Path(path_type=Path),
        help=words("cli.vault.o.new-passphrase-file"),
    )
    @common_options(words)
    def passphrase(new_passphrase_file: Path | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_vault(words, options) as vault:
            secret = read_secret(
                words,
                file=new_passphrase_file,
                descriptor=None,
                prompt_id="cli.ask.new-passphrase",
                is_new=True,
            )
            change_passphrase(vault, secret)
        out.say("cli.vault.passphrase.done")
        out.document({"passphrase_changed": True})

    return passphrase


def _backup(words: Words) -> click.Command:
    @click.command("backup", help=words("cli.vault.backup.help"))
    @click.argument("target", type=click.Path(path_type=Path))
    @common_options(words)
    def backup(target: Path, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_vault(words, options) as vault:
            back_up(vault, target)
        out.say("cli.vault.backup.done", folder=str(target))
        out.document({"backup": str(target)})

    return backup


def _restore(words: Words) -> click.Command:
    @click.command("restore", help=words("cli.vault.restore.help"))
    @click.argument("backup", type=click.Path(path_type=Path))
    @common_options(words)
    def restore(backup: Path, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        folder = vault_folder(options.vault)
        if not backup.is_dir():
            raise UsageError(reason=words("cli.vault.restore.no-backup"))
        restore_vault(backup, folder)
        out.say("cli.vault.restore.done", folder=str(folder))
        out.document({"vault": str(folder)})

    return restore
