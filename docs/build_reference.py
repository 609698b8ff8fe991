"""Write the pages of docs/reference that say what the program says; a test compares them."""

import importlib
import pkgutil
from pathlib import Path

import click

import benban.errors
from benban.cli.main import make_group
from benban.cli.words import Words
from benban.errors import BenbanError
from benban.exposure.steps import every_step
from benban.wording import Language, template

FOLDER = Path(__file__).parent / "reference"
_HEAD = "<!-- Made by docs/build_reference.py; do not edit by hand. -->\n"


def commands_page() -> str:
    """Return every command with its arguments and options, in both languages."""
    parts = [_HEAD, "# Commands / Các lệnh\n\nBoth languages, one after the other.\n"]
    for language in Language:
        words = Words(language)
        parts.append(f"\n## {language.value}\n")
        group = make_group(words)
        for name in group.list_commands(click.Context(group)):
            command = group.get_command(click.Context(group), name)
            if command is not None:
                parts.append(_command(command, f"benban {name}"))
    return "\n".join(parts)


def _command(command: click.Command, path: str) -> str:
    if isinstance(command, click.Group):
        inner = [_command(one, f"{path} {name}") for name, one in command.commands.items()]
        return "\n".join([f"### {path}\n\n{_text(command.help)}\n", *inner])
    context = click.Context(command, info_name=path)
    usage = " ".join(command.collect_usage_pieces(context))
    rows = [f"### {path}\n\n`{path} {usage}`\n\n{_text(command.help)}\n"]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            names = ", ".join(f"`{name}`" for name in parameter.opts)
            rows.append(f"- {names}: {_text(parameter.help)}")
    return "\n".join([*rows, ""])


def _text(text: str | None) -> str:
    return " ".join((text or "").split())


def errors_page() -> str:
    """Return every error code with what the person reads, in both languages."""
    rows = [_HEAD, "# Error codes / Mã lỗi\n"]
    for error in _all_errors():
        rows.append(f"\n## {error.code}\n\n`{error.__name__}`: {_text(error.__doc__)}\n")
        for language in Language:
            said = template(language, error.code), template(language, f"{error.code}.next")
            rows.append(f"- {language.value}: {_text(' '.join(said))}")
    return "\n".join(rows) + "\n"


def _all_errors() -> list[type[BenbanError]]:
    names = [one.name for one in pkgutil.iter_modules(benban.errors.__path__)]
    rooms = [importlib.import_module(f"benban.errors.{name}") for name in names]
    found = {
        one
        for room in rooms
        for one in vars(room).values()
        if isinstance(one, type) and issubclass(one, BenbanError) and "code" in vars(one)
    }
    return sorted(found, key=lambda one: one.code)


def steps_page() -> str:
    """Return every step for one's own photos with its source, in both languages."""
    head = "# What can be done about one's own photos / Các bước với ảnh của chính mình\n"
    rows = [_HEAD, head, "From `catalogue/exposure/*.toml`, in the order in which they are told."]
    for step in every_step():
        claim = "no claim about a service"
        if step.confidence is not None:
            claim = f"{step.confidence.value}, {step.checked_on}: {step.source}"
        rows.append(f"\n## {step.id}\n\n{claim}\n")
        for language in Language:
            title = f"**{step.title(language)}**"
            rows.append(f"- {language.value}: {title}. {step.text(language)}")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    (FOLDER / "commands.md").write_text(commands_page(), encoding="utf-8")
    (FOLDER / "errors.md").write_text(errors_page(), encoding="utf-8")
    (FOLDER / "own-photo-steps.md").write_text(steps_page(), encoding="utf-8")
