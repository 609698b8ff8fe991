"""Where an exchange lies, and who runs it, as the options of ``benban exchange`` say it."""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from benban.cli.out import Out
from benban.cli.words import Words
from benban.errors import UsageError
from benban.exchange.ports import Part, Transaction, Who
from benban.outside.exchange_node import NodeCounter
from benban.outside.exchange_place import Place

if TYPE_CHECKING:
    from benban.outside.exchange_store.store import DatabaseStore

_OPERATOR = Who(part=Part.OPERATOR)
# What may stand in the file of --config.
_SETTINGS = {
    "database": str,
    "host": str,
    "port": int,
    "workers": int,
    "folder": str,
    "trusted_proxy": str,
    "hma_get": bool,
    "hashing": bool,
}
_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """An exchange on this machine."""

    place: Place
    database: str
    out: Out

    @contextmanager
    def work(self) -> Iterator[Transaction]:
        """Return the operator's transaction; this node's processes know of it at once."""
        store = self.store()
        try:
            with store.within(_OPERATOR) as work:
                yield work
                total = work.heads().total
        finally:
            store.close()
        # The other nodes ask every second.
        if self.place.node.is_dir():
            NodeCounter(self.place.node).raise_to(total)

    def store(self) -> "DatabaseStore":
        """Return the system of record; who asks for it closes it."""
        # Late: who only watches a node's processes asks no database.
        from benban.wiring_exchange import open_store

        return open_store(self.database)


def place_options(words: Words) -> Callable[[_Command], _Command]:
    """Return what adds the options that say where the exchange lies."""
    options = (
        click.option("--folder", type=click.Path(path_type=Path), help=words("cli.x.o.folder")),
        click.option("--database", help=words("cli.x.o.database")),
        click.option("--config", type=click.Path(path_type=Path), help=words("cli.x.o.config")),
        click.option("--json", "is_json", is_flag=True, help=words("cli.o.json")),
        click.option("--language", type=click.Choice(["vi", "en"]), help=words("cli.o.language")),
    )

    def add(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def person_options(words: Words) -> Callable[[_Command], _Command]:
    """Return what adds the options that say which person acts."""
    options = (
        click.option("--as", "person", required=True, help=words("cli.x.o.as")),
        click.option(
            "--secret-file", type=click.Path(path_type=Path), help=words("cli.x.o.secret-file")
        ),
    )

    def add(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def take_here(words: Words, given: dict[str, Any]) -> Here:
    """Return where the exchange lies; what an option says goes before the file of --config."""
    set_up = settings(words, given)
    place = Place(folder=Path(str(set_up.get("folder", "benban-exchange"))))
    return Here(
        place=place,
        database=str(set_up.get("database") or place.usual_database),
        out=Out(words, is_json=bool(given.get("is_json"))),
    )


def settings(words: Words, given: dict[str, Any]) -> dict[str, str | int]:
    """
    Return what the file of --config and the options say.

    Raises:
        UsageError: no such file, or a setting that is not known.
    """
    said: dict[str, Any] = {}
    if given.get("config") is not None:
        try:
            said = tomllib.loads(given["config"].read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UsageError(reason=words("cli.x.config-unread")) from error
        for name, value in said.items():
            if name not in _SETTINGS or type(value) is not _SETTINGS[name]:
                raise UsageError(reason=words("cli.x.config-unknown", name=name))
    named = {one: given[one] for one in _SETTINGS if given.get(one) is not None}
    return {**said, **{one: _plain(value) for one, value in named.items()}}


def take_person(here: Here, given: dict[str, Any]) -> str:
    """
    Return who acts, after their secret was asked for or read.

    Raises:
        PersonRefusedError: BB-987.
        UsageError: the secret's file cannot be read.
    """
    words, file = here.out.words, given["secret_file"]
    if file is None:
        secret = click.prompt(words("cli.x.ask-secret"), hide_input=True, err=True)
    else:
        try:
            secret = file.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise UsageError(reason=words("cli.x.secret-unread")) from error
    return here.place.require_person(given["person"], secret)


def _plain(value: str | int | Path) -> str | int:
    return str(value) if isinstance(value, Path) else value
