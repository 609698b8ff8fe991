"""``benban exchange``: hash banks that hotlines and platforms run; for operators alone."""

import importlib

import click

from benban.cli.words import Words
from benban.errors import UsageError


def build(words: Words) -> click.Group:
    """Return the group in the operator's language."""
    group = click.Group("exchange", help=words("cli.exchange.help"))
    for name in (
        "exchange_running",
        "exchange_acts",
        "exchange_audit",
        "exchange_pages",
        "exchange_pull",
    ):
        # What only an operator installed is not asked of a person's own program.
        try:
            module = importlib.import_module(f"benban.cli.{name}")
        except ModuleNotFoundError as error:
            raise UsageError(reason=words("cli.x.not-installed")) from error
        module.add_to(group, words)
    return group
