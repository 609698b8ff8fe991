"""What is wrong with a call, in the person's language; click itself speaks English only."""

import re

import click

from benban.cli.words import Words
from benban.wording import message_ids

# CASE, [OPTIONS], TEXT: what a usage line calls the things that go in.
_METAVAR = re.compile(r"\b[A-Z]{3,}(?: RANGE)?\b")

# For naming a parameter where click does not say which command it belongs to.
_NOWHERE = click.Context(click.Command("benban"))


def translated(words: Words, usage: str) -> str:
    """Return a usage line or an option with what goes in named in the person's language."""

    def name(found: re.Match[str]) -> str:
        message_id = f"cli.metavar.{found.group().lower().replace(' ', '-')}"
        return words(message_id) if message_id in message_ids(words.language) else found.group()

    return _METAVAR.sub(name, usage)


def what_is_wrong(words: Words, error: click.ClickException) -> str:
    """Return in words why click refused the call."""
    if isinstance(error, click.MissingParameter):
        return words("cli.usage.missing", name=translated(words, _name(error)))
    if isinstance(error, click.NoSuchOption):
        return words("cli.usage.no-option", name=error.option_name)
    if isinstance(error, click.BadOptionUsage):
        return words("cli.usage.option-needs-value", name=error.option_name)
    if isinstance(error, click.BadParameter):
        return _bad_value(words, error)
    if isinstance(error, click.NoSuchCommand):
        return words("cli.usage.no-command", name=error.command_name)
    context = error.ctx if isinstance(error, click.UsageError) else None
    is_group = context is not None and isinstance(context.command, click.Group)
    return words("cli.usage.command-missing" if is_group else "cli.usage.too-much")


def _bad_value(words: Words, error: click.BadParameter) -> str:
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.Choice):
        choices = ", ".join(str(choice) for choice in kind.choices)
        name = translated(words, _name(error))
        return words("cli.usage.choose", name=name, choices=choices)
    return words("cli.usage.bad-value", name=_name(error))


def _name(error: click.BadParameter) -> str:
    parameter = error.param
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    if parameter is not None and isinstance(parameter.type, click.Choice):
        # Click would name it by all its choices.
        return (parameter.name or "").upper()
    return "" if parameter is None else parameter.make_metavar(error.ctx or _NOWHERE).strip("[].")
