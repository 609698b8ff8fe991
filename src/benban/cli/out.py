"""What a command prints: words for people, or one JSON document."""

import json
import shutil
import sys
import textwrap
import traceback
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO, TypeAlias

from benban.cli.words import Words
from benban.errors import BenbanError

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None

# Longer lines are hard to read.
_WIDEST = 100
_LAST_OF_FOUR_DIGITS = 0xFFFF


class Out:
    """Standard output and error of one command; with ``--json`` people's words are silent."""

    def __init__(self, words: Words, *, is_json: bool) -> None:
        """Print in the language of *words*; *is_json* keeps standard output for the document."""
        self.words = words
        self.is_json = is_json

    def say(self, message_id: str, **params: str | int) -> None:
        """Print one message unless a JSON document was asked for."""
        if not self.is_json:
            _print(wrapped(self.words(message_id, **_in_lines(params)), sys.stdout), sys.stdout)

    def line(self, text: str = "") -> None:
        """Print *text* as it is unless a JSON document was asked for."""
        if not self.is_json:
            _print(text, sys.stdout)

    def warn(self, message_id: str, **params: str | int) -> None:
        """Print one message to standard error, also beside a JSON document."""
        _print(wrapped(self.words(message_id, **_in_lines(params)), sys.stderr), sys.stderr)

    def document(self, document: Mapping[str, Json]) -> None:
        """Print the one JSON document, if it was asked for."""
        if self.is_json:
            text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)
            # As visible() does, in the way that JSON itself writes a sign by number.
            shown = "".join(
                letter if letter == "\n" or _is_plain(letter) else json.dumps(letter)[1:-1]
                for letter in text
            )
            _print(shown, sys.stdout)

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
            "message": self.words(error.code, **_in_lines(error.params)),
            "next": self.words(error.next_step, **_in_lines(error.params)),
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
    """
    Return *text* with everything that steers a terminal or is not seen written out by number.

    Line ends and tabs of our own words stay; those in other people's go by :func:`one_line`.
    """
    return "".join(
        letter if letter in "\n\t" or _is_plain(letter) else _number(letter) for letter in text
    )


def one_line(untrusted: str) -> str:
    """Return other people's words in one line, so that they cannot write a line of ours."""
    return "".join(_number(letter) if letter in "\n\t\r" else letter for letter in untrusted)


def _in_lines(params: Mapping[str, str | int]) -> dict[str, str | int]:
    # What fills a place of a message may be a name or a word of somebody else.
    return {
        name: one_line(value) if isinstance(value, str) else value for name, value in params.items()
    }


def _number(letter: str) -> str:
    code = ord(letter)
    return f"\\u{code:04x}" if code <= _LAST_OF_FOUR_DIGITS else f"\\U{code:08x}"


def _is_plain(letter: str) -> bool:
    # Controls and escapes; bidirectional and zero-width characters and tags; private use, halves
    # of pairs (names that are no text), and the separators that a terminal may take for line ends.
    return unicodedata.category(letter) not in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
