"""``benban hash``: digests and PDQ of files; stores nothing."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from benban.cli.options import output_options
from benban.cli.out import Json, Out, one_line
from benban.cli.questions import ask_yes
from benban.cli.session import take_out
from benban.cli.words import Words
from benban.errors import (
    AgeNotConfirmedError,
    BenbanError,
    FenceUnavailableError,
    FileUnreadableError,
)
from benban.fingerprint.ports import Decoder
from benban.model.fingerprint import PictureFingerprint
from benban.wiring_case import opened_fence

# PDQ's own order and names.
_ORIENTATIONS = (
    "original",
    "rotate-90",
    "rotate-180",
    "rotate-270",
    "flip-x",
    "flip-y",
    "transpose",
    "anti-transpose",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """
    What is said of one file.

    Attributes:
        sha256: empty where its bytes cannot be read.
        picture: None where there is an error.
    """

    name: str
    sha256: str = ""
    picture: PictureFingerprint | None = None
    error: BenbanError | None = None
    is_folder: bool = False


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("hash", help=words("cli.hash.help"))
    @click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
    @click.option("--adult", type=click.Choice(["yes", "no"]), help=words("cli.hash.o.adult"))
    @output_options(words)
    def hash_files(files: tuple[Path, ...], adult: str | None, **given: Any) -> int:
        out = take_out(words, given)
        # HARM 2: said once, before any byte is read.
        if not ask_yes(words, "cli.hash.ask-adult", adult):
            raise AgeNotConfirmedError
        rows: list[_Row] = []
        with opened_fence() as fence:
            for file in files:
                rows.append(_measure(file, fence))
                _print(out, rows[-1])
        out.document({"files": [_as_json(row) for row in rows]})
        return 0 if all(row.sha256 for row in rows) else 1

    return hash_files


def _measure(file: Path, fence: Decoder) -> _Row:
    name, sha256 = file.name or str(file), ""
    unreadable = _Row(name=name, error=FileUnreadableError(name=name), is_folder=file.is_dir())
    if not file.is_file():
        return unreadable  # a pipe or a device may never end
    try:
        with file.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            stream.seek(0)
            return _Row(name=name, sha256=sha256, picture=fence.measure(stream))
    except OSError:
        return unreadable
    except FenceUnavailableError:
        raise  # no picture can be measured now, not just this one
    except BenbanError as error:
        return _Row(name=name, sha256=sha256, error=error)


def _print(out: Out, row: _Row) -> None:
    out.line(one_line(row.name))
    if row.sha256:
        out.line(f"  SHA-256  {row.sha256}")
    if row.picture is not None:
        pdq = row.picture.pdq
        out.say("cli.hash.pdq", pdq=pdq.hex, quality=pdq.quality)
        for orientation, turned in zip(_ORIENTATIONS, row.picture.dihedral, strict=True):
            out.line(f"           {turned.hex}  " + out.words(f"cli.hash.{orientation}"))
    elif row.is_folder:
        out.say("cli.hash.folder")
    elif row.error is not None:
        out.line(f"  {out.error_json(row.error)['message']} [{row.error.code}]")


def _as_json(row: _Row) -> Json:
    turned = row.picture.dihedral if row.picture else ()
    return {
        "name": row.name,
        "sha256": row.sha256 or None,
        "pdq": row.picture.pdq.hex if row.picture else None,
        "quality": row.picture.pdq.quality if row.picture else None,
        "dihedral": {name: one.hex for name, one in zip(_ORIENTATIONS, turned, strict=False)},
        "reason": row.error.code if row.error else None,
    }
