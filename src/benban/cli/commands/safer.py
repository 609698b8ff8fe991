"""``benban safer``: copies of photos that hold the picture and nothing else; stores nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import click

from benban.casework.safer import SaferCopy, make_safer, put_safer
from benban.cli.credentials import credentials_json, say_credentials
from benban.cli.options import is_interactive, output_options, read_text
from benban.cli.out import Json, Out, one_line
from benban.cli.questions import ask_line
from benban.cli.session import take_out
from benban.cli.words import Words
from benban.errors import (
    BenbanError,
    FenceUnavailableError,
    FileUnreadableError,
    PictureTooLargeError,
)
from benban.exposure.ports import Shelf
from benban.exposure.wish import (
    LARGEST_SIDE_PX,
    MAX_PHOTO_BYTES,
    SMALLEST_SIDE_PX,
    SaferWish,
    parse_mark,
)
from benban.model.credentials import Credentials
from benban.outside.copy_shelf import FolderShelf
from benban.wiring_case import opened_fence

_SIDE = click.IntRange(SMALLEST_SIDE_PX, LARGEST_SIDE_PX)
# What to do next about a picture of a case; here there is none.
_ABOUT_CASES = "BB-3"
# What is said in a photo's credentials.
_Read = Callable[[bytes], Credentials]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What became of one photo: a copy under a name, or an error."""

    source: str
    copy_name: str = ""
    copy: SaferCopy | None = None
    credentials: Credentials | None = None
    error: BenbanError | None = None


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("safer", help=words("cli.safer.help"))
    @click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path))
    @click.option(
        "--out",
        "folder",
        required=True,
        type=click.Path(path_type=Path),
        help=words("cli.safer.o.out"),
    )
    @click.option("--max-side", type=_SIDE, help=words("cli.safer.o.max-side"))
    @click.option("--mark", help=words("cli.safer.o.mark"))
    @output_options(words)
    def safer(
        photos: tuple[Path, ...],
        folder: Path,
        max_side: int | None,
        mark: str | None,
        **given: Any,
    ) -> int:
        out = take_out(words, given)
        wish = SaferWish(max_side_px=max_side or 0, mark=_mark(words, mark))
        shelf = FolderShelf(folder, words("cli.safer.name"))
        out.say("cli.safer.first")
        rows = _make_all(photos, wish, shelf, out)
        out.say("cli.safer.honest")
        out.document(
            {"copies": [_as_json(row, out) for row in rows], "note": words("cli.safer.honest")}
        )
        return 0 if all(row.error is None for row in rows) else 1

    return safer


def _mark(words: Words, given: str | None) -> str:
    """Return the mark's text; ``-`` asks for it, so that it stands in no list of commands."""
    if given is None:
        return ""
    if given != "-":
        return parse_mark(given)
    typed = ask_line(words("cli.safer.ask-mark")) if is_interactive() else read_text("-")
    return parse_mark(typed)


def _make_all(photos: tuple[Path, ...], wish: SaferWish, shelf: Shelf, out: Out) -> list[_Row]:
    # Late: neither --help nor a refused mark waits for the decoders.
    from benban.outside.fence_credentials import read_credentials
    from benban.outside.fence_safer import FencedCopyMaker

    rows: list[_Row] = []
    with opened_fence() as fence:
        maker = FencedCopyMaker(fence)

        def make(data: bytes) -> SaferCopy:
            return make_safer(data, wish, maker)

        def read(data: bytes) -> Credentials:
            return read_credentials(fence, BytesIO(data))

        for photo in photos:
            rows.append(_make_one(photo, make, read, shelf))
            _print(rows[-1], out)
    return rows


def _make_one(photo: Path, make: Callable[[bytes], SaferCopy], read: _Read, shelf: Shelf) -> _Row:
    source = photo.name or str(photo)
    try:
        data = _read(photo)
        copy = make(data)
        said, name = read(data), put_safer(copy, shelf)
        return _Row(source=source, copy=copy, copy_name=name, credentials=said)
    except FenceUnavailableError:
        raise  # no picture can be read now, not just this one
    except BenbanError as error:
        return _Row(source=source, error=error)


def _read(photo: Path) -> bytes:
    try:
        if not photo.is_file():
            raise FileUnreadableError(name=photo.name)  # a pipe or a device may never end
        with photo.open("rb") as stream:
            data = stream.read(MAX_PHOTO_BYTES + 1)
    except OSError as error:
        raise FileUnreadableError(name=photo.name) from error
    if len(data) > MAX_PHOTO_BYTES:
        raise PictureTooLargeError(limit=f"{MAX_PHOTO_BYTES // 2**20} MB")
    return data


def _print(row: _Row, out: Out) -> None:
    if row.copy is not None:
        proof = row.copy.proof
        out.line(
            f"{one_line(row.source)} -> {row.copy_name}  ({proof.width_px} × {proof.height_px})"
        )
        out.line("  " + out.words(_way(row.copy)))
        out.line("  " + out.words("cli.safer.proven"))
        if row.credentials is not None:
            say_credentials(row.credentials, out)
    elif row.error is not None:
        said = out.error_json(row.error)
        out.line(one_line(row.source))
        out.line(f"  {said['message']} [{row.error.code}]")
        if not row.error.code.startswith(_ABOUT_CASES):
            out.line(f"  {said['next']}")


def _way(copy: SaferCopy) -> str:
    return "cli.safer.copied" if copy.redrawn is None else f"cli.safer.redrawn.{copy.redrawn.value}"


def _as_json(row: _Row, out: Out) -> Json:
    copy = row.copy
    why = copy.redrawn.value if copy is not None and copy.redrawn is not None else None
    return {
        "source": row.source,
        "copy": row.copy_name or None,
        "width_px": copy.proof.width_px if copy else None,
        "height_px": copy.proof.height_px if copy else None,
        "same_pixels": copy.redrawn is None if copy else None,
        "redrawn": why,
        "credentials": credentials_json(row.credentials) if row.credentials else None,
        "error": out.error_json(row.error) if row.error else None,
    }
