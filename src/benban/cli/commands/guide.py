"""``benban guide``: pages for a phone; opens no vault and needs no network."""

from pathlib import Path
from typing import Any

import click

from benban.casework.make_guide import make_guide
from benban.cli.files import new_file
from benban.cli.options import output_options
from benban.cli.session import take_out
from benban.cli.words import Words
from benban.errors import TargetExistsError, TargetUnwritableError
from benban.guide import guide_files
from benban.wiring_case import catalogue, system_clock
from benban.wording import Language


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("guide", help=words("cli.guide.help"))
    @click.option(
        "--out",
        "folder",
        type=click.Path(path_type=Path),
        required=True,
        help=words("cli.guide.o.out"),
    )
    @output_options(words)
    def guide(folder: Path, **given: Any) -> None:
        out = take_out(words, given)
        now = system_clock().now()
        # The language of the person who asked stands first on the page that lets one choose.
        order = sorted(Language, key=lambda one: one is not words.language)
        made = guide_files(tuple(make_guide(catalogue(), one, now) for one in order))
        _write(folder, made)
        out.say("cli.guide.done", folder=folder.name, files=", ".join(sorted(made)))
        out.document({"files": sorted(made)})

    return guide


def _write(folder: Path, made: dict[str, bytes]) -> None:
    taken = next((name for name in made if (folder / name).exists()), None)
    if taken is not None:
        raise TargetExistsError(name=taken)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TargetUnwritableError(name=folder.name) from error
    for name, content in made.items():
        with new_file(folder / name) as stream:
            stream.write(content)
        # Nothing in it is anybody's own; a web server that runs as somebody else must read it.
        (folder / name).chmod(0o644)
