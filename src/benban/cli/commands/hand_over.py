"""``benban hand-over``: the whole case, sealed for one key; it stays here."""

from pathlib import Path
from typing import Any

import click

from benban.casework.hand_over import HandedOver, Recipient, hand_over, require_read_back
from benban.cli.files import new_file, require_outside
from benban.cli.options import common_options, is_interactive, read_text, vault_folder
from benban.cli.questions import ask_needed
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import DisclosureMissingError, HandOverUnreadError
from benban.seal.age import voice_code

_ASKED = ("recipient", "purpose", "legal-basis")


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("hand-over", help=words("cli.hand-over.help"))
    @click.argument("case")
    @click.option(
        "--to",
        "key_file",
        required=True,
        type=click.Path(path_type=Path),
        help=words("cli.hand-over.o.to"),
    )
    @click.option(
        "--out",
        "file",
        required=True,
        type=click.Path(path_type=Path),
        help=words("cli.hand-over.o.out"),
    )
    @click.option("--disclosure", help=words("cli.hand-over.o.disclosure"))
    @common_options(words)
    def hand(case: str, key_file: Path, file: Path, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        to = recipient(words, key_file, given["disclosure"])
        require_outside(vault_folder(options.vault), file)
        with opened_case(words, options, case) as (vault, store):
            with new_file(file) as out_file:
                handed = hand_over(vault, store, to, out_file)
            read_back(file, handed)
        out.say("cli.hand-over.done", file=str(file), size=handed.size_bytes)
        out.say("cli.hand-over.voice", code=voice_code(to.key))
        out.document(
            {
                "file": str(file),
                "sha256": handed.sha256,
                "size_bytes": handed.size_bytes,
                "files": handed.files,
                "voice_code": voice_code(to.key),
            }
        )

    return hand


def recipient(words: Words, key_file: Path, disclosure: str | None) -> Recipient:
    """
    Return who gets the case: the key from a file, the rest from a file or as typed.

    Raises:
        DisclosureMissingError: BB-702.
        FileUnreadableError: BB-002.
    """
    if disclosure is not None:
        said = [line.strip() for line in read_text(disclosure).splitlines()]
    elif is_interactive():
        said = [ask_needed(words(f"cli.dossier.o.{one}")) for one in _ASKED]
    else:
        said = []
    if len(said) < len(_ASKED) or not all(said[: len(_ASKED)]):
        raise DisclosureMissingError
    name, purpose, legal_basis = said[: len(_ASKED)]
    return Recipient(name=name, purpose=purpose, legal_basis=legal_basis, key=read_key(key_file))


def read_key(path: Path) -> str:
    """Return the first line of a key file that is no comment, as age-keygen writes it."""
    lines = (line.strip() for line in read_text(str(path)).splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "")


def read_back(path: Path, handed: HandedOver) -> None:
    """
    Return if the file on the disk is what was sealed.

    Raises:
        HandOverUnreadError: BB-420.
    """
    try:
        with path.open("rb") as written:
            require_read_back(written, handed)
    except OSError as error:
        raise HandOverUnreadError("cannot be read") from error
