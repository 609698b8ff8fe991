"""``benban original add``: photos declared as showing the person of the case."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from benban.casework.originals import (
    add_originals,
    declare_originals,
    has_declared_originals,
    in_other_cases,
    require_answers,
)
from benban.cli.files import open_given
from benban.cli.options import common_options, is_interactive, read_text
from benban.cli.questions import ask_needed, tell
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.wiring_case import opened_fence, system_clock


def build(words: Words) -> click.Group:
    """Return the group in the person's language."""
    group = click.Group("original", help=words("cli.original.help"))

    @group.command("add", help=words("cli.original.add.help"))
    @click.argument("case")
    @click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path))
    @click.option("--declaration", "source", help=words("cli.original.o.declaration"))
    @common_options(words)
    def add(case: str, photos: tuple[Path, ...], source: str | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (vault, store), ExitStack() as streams:
            # Before the sentence is typed or a photo opened: is the case open to pictures at all?
            require_answers(store)
            if not has_declared_originals(store):
                expected = words("cli.original.declaration")
                declare_originals(store, _declaration(words, source, expected), expected)
            files = [open_given(streams, photo) for photo in photos]
            fence = streams.enter_context(opened_fence())
            originals = add_originals(
                store,
                files,
                fence,
                system_clock(),
                is_in_other_case=in_other_cases(vault, store),
            )
        for original in originals:
            out.say(
                "cli.original.added",
                id=original.id,
                arrival=words(f"cli.arrival.{original.arrival.value}"),
                width=original.width_px,
                height=original.height_px,
            )
        out.document(
            {
                "originals": [
                    {
                        "original": one.id,
                        "sha256": one.sha256.hex,
                        "arrival": one.arrival.value,
                        "width_px": one.width_px,
                        "height_px": one.height_px,
                    }
                    for one in originals
                ]
            }
        )

    return group


def _declaration(words: Words, source: str | None, expected: str) -> str:
    if source is not None:
        return read_text(source)
    if not is_interactive():
        return ""
    tell(words("cli.original.declare", sentence=expected))
    return ask_needed(words("cli.original.type-it"))
