"""``benban hash``: digests and PDQ of files; stores nothing."""

import hashlib
from pathlib import Path
from typing import Any

import click

from benban.cli.options import output_options
from benban.cli.out import Json, Out
from benban.cli.questions import ask_yes
from benban.cli.session import take_out
from benban.cli.words import Words
from benban.errors import AgeNotConfirmedError, BenbanError, FileUnreadableError
from benban.fingerprint.ports import Decoder
from benban.wiring_case import opened_fence


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("hash", help=words("cli.hash.help"))
    @click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
    @click.option("--adult", type=click.Choice(["yes", "no"]), help=words("cli.hash.o.adult"))
    @output_options(words)
    def hash_files(files: tuple[Path, ...], adult: str | None, **given: Any) -> None:
        out = take_out(words, given)
        # HARM 2: said once, before any byte is read.
        if not ask_yes(words, "cli.hash.ask-adult", adult):
            raise AgeNotConfirmedError
        rows: list[Json] = []
        with opened_fence() as fence:
            for file in files:
                row = _measure(file, fence)
                rows.append(row)
                _print(out, row)
        out.document({"files": rows})

    return hash_files


def _print(out: Out, row: dict[str, str | int | None]) -> None:
    out.line(str(row["name"]))
    out.line(f"  SHA-256  {row['sha256']}")
    if row["reason"] is None:
        out.say("cli.hash.pdq", pdq=str(row["pdq"]), quality=str(row["quality"]))
    else:
        out.line("  " + out.words(str(row["reason"])) + f" [{row['reason']}]")


def _measure(file: Path, fence: Decoder) -> dict[str, str | int | None]:
    row: dict[str, str | int | None] = {"name": file.name, "pdq": None, "quality": None}
    row["reason"] = None
    try:
        with file.open("rb") as stream:
            row["sha256"] = hashlib.file_digest(stream, "sha256").hexdigest()
            stream.seek(0)
            picture = fence.measure(stream)
    except OSError as error:
        raise FileUnreadableError(name=file.name) from error
    except BenbanError as error:
        row["reason"] = error.code
        return row
    row["pdq"], row["quality"] = picture.pdq.hex, picture.pdq.quality
    return row
