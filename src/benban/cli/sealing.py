"""What the commands that seal a whole case for somebody share: options, recipient, key."""

from collections.abc import Sequence
from pathlib import Path

import click

from benban.casework.hand_over import Recipient, key_in
from benban.casework.spoken import recordings_of
from benban.cli.options import is_interactive, read_text
from benban.cli.questions import ask_needed, tell
from benban.cli.words import Words
from benban.errors import HandOverAnswersError
from benban.model.ids import CaseId
from benban.wiring_case import Vault

_ASKED = ("recipient", "purpose", "legal-basis")


def sealing_options(words: Words) -> list[click.Option]:
    """Return ``--to``, ``--out`` and ``--disclosure``."""
    path = click.Path(path_type=Path)
    return [
        click.Option(
            ["--to", "key_file"], required=True, type=path, help=words("cli.hand-over.o.to")
        ),
        click.Option(
            ["--out", "file"], required=True, type=path, help=words("cli.hand-over.o.out")
        ),
        click.Option(["--disclosure"], help=words("cli.hand-over.o.disclosure")),
    ]


def said_lines(words: Words, source: str | None, asked: Sequence[str]) -> tuple[str, ...]:
    """Return one line for each of *asked*, from a file or as typed; none if one is missing."""
    if source is not None:
        said = [line.strip() for line in read_text(source).splitlines()[: len(asked)]]
    elif is_interactive():
        said = [ask_needed(words(f"cli.dossier.o.{one}")) for one in asked]
    else:
        said = []
    return tuple(said) if len(said) == len(asked) and all(said) else ()


def recipient(words: Words, key_file: Path, disclosure: str | None) -> Recipient:
    """
    Return who gets the case: the key from a file, the rest from a file or as typed.

    Raises:
        HandOverAnswersError: BB-450.
        FileUnreadableError: BB-002.
    """
    said = said_lines(words, disclosure, _ASKED)
    if not said:
        raise HandOverAnswersError
    name, purpose, legal_basis = said
    return Recipient(name=name, purpose=purpose, legal_basis=legal_basis, key=read_key(key_file))


def read_key(path: Path) -> str:
    """Return the first line of a key file that is no comment, as age-keygen writes it."""
    return key_in(read_text(str(path)))


def tell_left_behind(words: Words, vault: Vault, case_id: CaseId, message_id: str) -> None:
    """Say how many recordings do not go along, and how to get them out; nothing if none."""
    count = len(recordings_of(vault, case_id))
    if count:
        tell(words(message_id, count=count))
