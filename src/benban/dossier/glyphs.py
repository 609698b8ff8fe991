"""
Text as a font can print it: nothing hidden, nothing that the page would show as an empty box.

PDF/A-2a forbids a character without a glyph, and a reader must see what a bidirectional control or
a zero-width character would hide; both are printed as their number, such as ``[U+202E]``.
"""

import struct
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from benban.errors import FontsMissingError

# Vietnamese needs two marks on one letter at most; more is a stack that runs over other lines.
_MARKS_IN_A_ROW = 2
_TEXT_FONTS = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf")
_SIGN_FONTS = ("NotoSansMath-Regular.ttf", "NotoSansSymbols2-Regular.ttf")
_KEPT_CONTROLS = "\n"
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def printable(untrusted: str, glyphs: frozenset[int]) -> str:
    """
    Return *untrusted* with everything unseen or unprintable as ``[U+XXXX]``.

    Args:
        untrusted: any text.
        glyphs: code points that the fonts of the report can show.

    Returns:
        Text in NFC; line ends are line feeds, tabs and other spaces one space.
    """
    text = unicodedata.normalize("NFC", untrusted.replace("\r\n", "\n").replace("\r", "\n"))
    shown: list[str] = []
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        shown.append(_shown(letter, glyphs, too_many=marks > _MARKS_IN_A_ROW))
    return "".join(shown)


@cache
def report_glyphs() -> frozenset[int]:
    """
    Return the code points that the report's fonts show in every style.

    Raises:
        FontsMissingError: BB-705, a font is missing or not readable.
    """
    with fonts_folder() as folder:
        try:
            styles = [_cmap((folder / name).read_bytes()) for name in _TEXT_FONTS]
            signs = [_cmap((folder / name).read_bytes()) for name in _SIGN_FONTS]
        except (OSError, struct.error, IndexError) as error:
            raise FontsMissingError from error
    # What one style lacks cannot be printed in that style; signs come from one file in any style.
    return styles[0].intersection(*styles).union(*signs)


@contextmanager
def fonts_folder() -> Iterator[Path]:
    """Yield the folder with the fonts that travel with the program."""
    with as_file(files("benban.catalogue").joinpath("fonts")) as folder:
        yield folder


def _shown(letter: str, glyphs: frozenset[int], *, too_many: bool) -> str:
    if letter in _KEPT_CONTROLS:
        return letter
    category = unicodedata.category(letter)
    if letter == "\t" or category == "Zs":
        return " "
    if too_many or category in _HIDDEN_CATEGORIES or ord(letter) not in glyphs:
        return f"[U+{ord(letter):04X}]"
    return letter


def _cmap(font: bytes) -> frozenset[int]:
    """
    Return the code points of a font's Unicode character map.

    Source: OpenType specification, tables ``cmap`` (formats 4 and 12) and the table directory.
    """
    table_count = struct.unpack_from(">H", font, 4)[0]
    for index in range(table_count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if tag == b"cmap":
            return _unicode_subtables(font, offset)
    return frozenset()


def _unicode_subtables(font: bytes, start: int) -> frozenset[int]:
    covered: set[int] = set()
    for index in range(struct.unpack_from(">H", font, start + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * index)
        if platform not in {0, 3}:
            continue
        subtable = start + offset
        kind = struct.unpack_from(">H", font, subtable)[0]
        if kind == 4:  # noqa: PLR2004 - the format's number
            covered |= _segments(font, subtable)
        elif kind == 12:  # noqa: PLR2004 - the format's number
            covered |= _groups(font, subtable)
    return frozenset(covered)


def _segments(font: bytes, start: int) -> set[int]:
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    words = f">{count}H"
    ends = struct.unpack_from(words, font, start + 14)
    firsts = struct.unpack_from(words, font, start + 16 + 2 * count)
    covered: set[int] = set()
    for first, last in zip(firsts, ends, strict=True):
        covered.update(range(first, last + 1))
    return covered - {0xFFFF}


def _groups(font: bytes, start: int) -> set[int]:
    covered: set[int] = set()
    for index in range(struct.unpack_from(">I", font, start + 12)[0]):
        first, last, _ = struct.unpack_from(">III", font, start + 16 + 12 * index)
        covered.update(range(first, last + 1))
    return covered
