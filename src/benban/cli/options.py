"""Options that several commands share, and reading what must not stand on the command line."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from benban.cli.words import Words
from benban.errors import FileUnreadableError, UsageError

_Command = TypeVar("_Command", bound=Callable[..., Any])
_MAX_SECRET_BYTES = 64 * 1024
MAX_TEXT_BYTES = 4 * 1024 * 1024


def common_options(words: Words) -> Callable[[_Command], _Command]:
    """Add ``--vault``, ``--passphrase-file``, ``--passphrase-fd``, ``--json``, ``--language``."""

    def decorate(command: _Command) -> _Command:
        for option in reversed(
            [
                click.option("--vault", type=click.Path(path_type=Path), help=words("cli.o.vault")),
                click.option(
                    "--passphrase-file",
                    type=click.Path(path_type=Path),
                    help=words("cli.o.passphrase-file"),
                ),
                click.option(
                    "--passphrase-fd", type=click.IntRange(min=0), help=words("cli.o.passphrase-fd")
                ),
                *_output_options(words),
            ]
        ):
            command = option(command)
        return command

    return decorate


def output_options(words: Words) -> Callable[[_Command], _Command]:
    """Add ``--json`` and ``--language`` only."""

    def decorate(command: _Command) -> _Command:
        for option in reversed(_output_options(words)):
            command = option(command)
        return command

    return decorate


def _output_options(words: Words) -> list[Callable[[_Command], _Command]]:
    return [
        click.option("--json", "is_json", is_flag=True, help=words("cli.o.json")),
        click.option("--language", type=click.Choice(["vi", "en"]), help=words("cli.o.language")),
    ]


def vault_folder(asked: Path | None) -> Path:
    """
    Return where the vault lives: the option, ``BENBAN_VAULT``, or the platform's data folder.

    The folder in the data folder has a neutral name: it may be seen by somebody else (HARM 6).
    """
    if asked is not None:
        return asked.absolute()
    if named := os.environ.get("BENBAN_VAULT"):
        return Path(named).absolute()
    from platformdirs import user_data_path

    return user_data_path("ghi-chu", appauthor=False)


def read_secret(
    words: Words, *, file: Path | None, descriptor: int | None, prompt_id: str, is_new: bool = False
) -> str:
    """
    Return a passphrase or code from a descriptor, a file or the prompt; never from the call itself.

    Raises:
        FileUnreadableError: BB-002.
        UsageError: BB-001, nothing to read it from.
    """
    if descriptor is not None:
        try:
            with os.fdopen(descriptor, "rb", closefd=True) as stream:
                return _first_line(stream.read(_MAX_SECRET_BYTES))
        except OSError as error:
            raise FileUnreadableError(name=f"fd {descriptor}") from error
    if file is not None:
        try:
            with file.open("rb") as stream:
                return _first_line(stream.read(_MAX_SECRET_BYTES))
        except OSError as error:
            raise FileUnreadableError(name=file.name) from error
    if not sys.stdin.isatty():
        raise UsageError(reason=words("cli.secret-needs-terminal"))
    return _typed_secret(words, prompt_id, is_new=is_new)


def _typed_secret(words: Words, prompt_id: str, *, is_new: bool) -> str:
    while True:
        secret: str = click.prompt(words(prompt_id), hide_input=True, err=True)
        if not is_new or secret == click.prompt(words("cli.ask.again"), hide_input=True, err=True):
            return secret
        click.echo(words("cli.ask.not-the-same"), err=True)


def _first_line(raw: bytes) -> str:
    try:
        # Windows' editor puts a byte order mark before the first letter.
        return raw.decode("utf-8-sig").partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError as error:
        raise FileUnreadableError(name="UTF-8") from error


def read_text(source: str) -> str:
    """
    Return the text of a file, or of standard input for ``-``.

    Raises:
        FileUnreadableError: BB-002, missing, too large or not UTF-8.
    """
    try:
        if source == "-":
            raw = sys.stdin.buffer.read(MAX_TEXT_BYTES + 1)
        else:
            with Path(source).open("rb") as stream:
                raw = stream.read(MAX_TEXT_BYTES + 1)
        if len(raw) > MAX_TEXT_BYTES:
            raise FileUnreadableError(name=Path(source).name)
        return raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadableError(name=Path(source).name) from error


def is_interactive() -> bool:
    """Return whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
