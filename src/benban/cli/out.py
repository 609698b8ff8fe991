"""What a command prints: words for people, or one JSON document."""

import json
import shutil
import sys
import textwrap
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO, TypeAlias

from benban.cli.words import Words
from benban.errors import BenbanError

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None

# Longer lines are hard to read.
_WIDEST = 100


class Out:
    """Standard output and error of one command; with ``--json`` people's words are silent."""

    def __init__(self, words: Words, *, is_json: bool) -> None:
        """Print in the language of *words*; *is_json* keeps standard output for the document."""
        self.words = words
        self.is_json = is_json

    def say(self, message_id: str, **params: str | int) -> None:
        """Print one message unless a JSON document was asked for."""
        if not self.is_json:
            _print(wrapped(self.words(message_id, **params), sys.stdout), sys.stdout)

    def line(self, text: str = "") -> None:
        """Print *text* as it is unless a JSON document was asked for."""
        if not self.is_json:
            _print(text, sys.stdout)

    def warn(self, message_id: str, **params: str | int) -> None:
        """Print one message to standard error, also beside a JSON document."""
        _print(wrapped(self.words(message_id, **params), sys.stderr), sys.stderr)

    def document(self, document: Mapping[str, Json]) -> None:
        """Print the one JSON document, if it was asked for."""
        if self.is_json:
            _print(json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True), sys.stdout)

    def error(self, error: BenbanError) -> None:
        """Print what happened, what to do next and the code; as JSON too when asked."""
        self.explain(error)
        self.document({"error": self.error_json(error)})

    def explain(self, error: BenbanError) -> None:
        """Print what happened, what to do next and the code to standard error."""
        said = self.error_json(error)
        text = f"{said['message']}\n{said['next']}\n[{error.code}]"
        _print(wrapped(text, sys.stderr), sys.stderr)

    def unforeseen(self, error: Exception) -> None:
        """Print that something went wrong, with the kind and the place in the program only."""
        place = traceback.extract_tb(error.__traceback__)[-1:]
        where = [f"{Path(one.filename).name}:{one.lineno}" for one in place]
        # Never the error's own words: they may hold a path, a name or an address.
        _print(" ".join((type(error).__name__, *where)), sys.stderr)
        self.error(BenbanError())

    def error_json(self, error: BenbanError) -> Mapping[str, Json]:
        """Return an error as the documents print it."""
        return {
            "code": error.code,
            "message": self.words(error.code, **error.params),
            "next": self.words(error.next_step, **error.params),
        }


def wrapped(text: str, stream: TextIO) -> str:
    """Return *text* broken between words at the width of a terminal; indented lines stay whole."""
    if not stream.isatty():
        return text
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    return "\n".join(
        line
        if line.startswith(" ")
        else textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")
    )


def _print(text: str, stream: TextIO) -> None:
    # Control characters from outside must not steer the terminal; bidi marks become visible.
    stream.write(visible(text) + "\n")
    stream.flush()


def visible(text: str) -> str:
    """Return *text* with control and bidirectional characters written out by number."""
    return "".join(
        character if character in "\n\t" or _is_plain(character) else f"\\u{ord(character):04x}"
        for character in text
    )


def _is_plain(character: str) -> bool:
    code = ord(character)
    is_control = code < 0x20 or 0x7F <= code < 0xA0  # noqa: PLR2004 - C0, DEL and C1 controls
    # Unicode Bidi_Control, and the line and paragraph separators.
    is_bidi = code in {0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A)}
    return not (is_control or is_bidi)
