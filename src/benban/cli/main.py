"""The entry point: finds the language, runs one command, turns errors into words."""

import importlib
import sys
from collections.abc import Iterable, Sequence

import click

from benban.casework.catalogue_in_use import use_the_programs_own
from benban.cli.desks import Desks, OpenDesk, OpenExchange, OpenServer
from benban.cli.out import Out
from benban.cli.program import COMMANDS, program_name
from benban.cli.usage import translated, what_is_wrong
from benban.cli.words import Words, choose_language
from benban.errors import BenbanError, StoppedError, UsageError
from benban.wording import Language

_INTERRUPTED = 130  # 128 + SIGINT, the shells' convention


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are run."""

    def __init__(self, words: Words) -> None:
        super().__init__(
            name="benban",
            help=words("cli.help"),
            epilog=words("cli.epilog"),
            invoke_without_command=True,
            callback=_show_commands,
            context_settings={"help_option_names": ["--help"], "max_content_width": 100},
        )
        self.words = words
        # Read before this group exists (see `choose_language`); here so that it may stand first.
        self.params.append(
            click.Option(
                ["--language"],
                type=click.Choice([language.value for language in Language]),
                expose_value=False,
                help=words("cli.o.language"),
            )
        )

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the work."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, importing its module."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"benban.cli.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.build(self.words)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from their message ids, without importing them."""
        del ctx
        with formatter.section(self.words("cli.commands")):
            formatter.write_dl([(name, self.words(f"cli.{name}.short")) for name in COMMANDS])


@click.pass_context
def _show_commands(context: click.Context) -> None:
    # Also after an option alone: "benban --language vi".
    if context.invoked_subcommand is None:
        raise click.exceptions.NoArgsIsHelpError(context)


def make_group(words: Words) -> click.Group:
    """Return the whole command line in the person's language."""
    return _LazyGroup(words)


def _formatter(words: Words) -> type[click.HelpFormatter]:
    """Return a formatter that says click's own few words in the person's language."""
    own = {
        "Options": words("cli.options"),
        "Commands": words("cli.commands"),
        "Show this message and exit.": words("cli.o.help"),
    }

    class Formatter(click.HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            del prefix
            super().write_usage(prog, translated(words, args), words("cli.usage") + " ")

        def write_heading(self, heading: str) -> None:
            super().write_heading(own.get(heading, heading))

        def write_dl(
            self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
        ) -> None:
            said = [(translated(words, term), own.get(text, text)) for term, text in rows]
            super().write_dl(said, col_max, col_spacing)

    return Formatter


def main(
    arguments: Sequence[str],
    *,
    open_desk: OpenDesk | None = None,
    open_server: OpenServer | None = None,
    open_exchange: OpenExchange | None = None,
) -> int:
    """
    Run one command.

    Args:
        arguments: without the program's name.
        open_desk: what ``desk`` opens; None where only the command line is wanted.
        open_server: what ``desk --server`` opens.
        open_exchange: what ``exchange serve`` runs.

    Returns:
        0 done; 1 an error that was explained; 2 wrong usage or, from ``verify`` and ``check``,
        something that could not be shown; 130 interrupted.
    """
    words = Words(choose_language(arguments), program_name())
    is_json = "--json" in arguments
    out = Out(words, is_json=is_json)
    _speak_utf8()
    # Click's own place for this: the class attribute is what every command's context reads.
    click.Context.formatter_class = _formatter(words)
    try:
        # What one command opened is not in force for the next in the same process.
        use_the_programs_own()
        desks = Desks(own=open_desk, server=open_server, exchange=open_exchange)
        result = make_group(words).main(
            list(arguments), words.program, standalone_mode=False, obj=desks
        )
    except click.exceptions.NoArgsIsHelpError as error:
        out.line(error.format_message())
        out.document({"help": error.format_message()})
        return 0
    except (click.exceptions.Abort, KeyboardInterrupt):
        out.error(StoppedError())
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - what nobody foresaw is said in words as well
        return _explain(out, error)
    return result if isinstance(result, int) else 0


def _explain(out: Out, error: Exception) -> int:
    if isinstance(error, click.ClickException):
        out.error(UsageError(reason=what_is_wrong(out.words, error)))
        return 2
    if isinstance(error, UsageError):
        out.error(error)
        return 2
    if isinstance(error, BenbanError):
        out.error(error)
    else:
        out.unforeseen(error)
    return 1


def _speak_utf8() -> None:
    # A Windows console may default to a code page without Vietnamese.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
