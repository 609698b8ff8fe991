"""
HTML as tags and the text between them, in one pass; tolerant, and never run or shown.

The standard library's parser takes quadratic time on broken markup (measured: 100 kB of ``<a b='``
in 96 s), and what is read may be broken on purpose. Here every search either moves on or ends the
reading.
Source: HTML Living Standard 13.2.5 for where a tag, a comment and a quoted value end.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# Whatever stands in them is no markup, up to their own end; a reader sees the text of some.
RAW = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"})
RAW_SHOWN = frozenset({"title", "textarea", "xmp"})
_TAG = re.compile(r"</?([a-zA-Z][^\s/>]{0,40})")
_MARK = re.compile("[>\"']")
# Begins at a letter of a name, so that blanks without end are passed once. Source: 13.2.5.32 to 38.
_ATTRIBUTE = re.compile(
    r"""([^ \t\n\f\r/>=][^ \t\n\f\r/>=]*)"""
    r"""(?:[ \t\n\f\r]*=[ \t\n\f\r]*(?:"([^"]*)"|'([^']*)'|([^ \t\n\f\r>]*)))?"""
)
_NUMBER = re.compile(r"&#(?:([0-9]{7,})|[xX]([0-9a-fA-F]{7,}));?")
# The highest code point has seven digits, and six in base 16.
_MOST_DIGITS = 7
_NO_CHARACTER = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Tag:
    """
    A tag.

    Attributes:
        name: in lower case.
        inside: what stands behind the name, as it is written.
    """

    name: str
    is_end: bool
    inside: str = field(default="", repr=False)

    @property
    def closes_itself(self) -> bool:
        """Whether it is written as ``<a/>``."""
        return self.inside.endswith("/")

    def attributes(self) -> dict[str, str]:
        """Return the attributes by their names in lower case; the first of a name counts."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.inside):
            name, *values = match.groups("")
            found.setdefault(name.lower(), with_characters("".join(values)))
        return found


def tokens_of_html(
    untrusted_html: str, raw: frozenset[str] = RAW, raw_shown: frozenset[str] = RAW_SHOWN
) -> Iterator[Tag | str]:
    """
    Yield tags and the text between them; a comment is neither.

    Args:
        untrusted_html: read as far as it makes sense; what never ends goes to the end of the text.
        raw: elements in which no markup stands.
        raw_shown: those of them whose text is yielded.
    """
    text, at = untrusted_html, 0
    while at < len(text):
        start = text.find("<", at)
        if start < 0:
            yield text[at:]
            return
        if start > at:
            yield text[at:start]
        match = _TAG.match(text, start)
        if match is None:
            at = _behind_other(text, start)
            if at == start + 1:
                yield "<"
            continue
        at = _behind_tag(text, match.end())
        tag = Tag(match[1].lower(), text.startswith("</", start), text[match.end() : at - 1])
        yield tag
        if tag.name in raw and not tag.is_end:
            end = _end_of_raw(text, at, tag.name)
            if tag.name in raw_shown and end > at:
                yield text[at:end]
            at = end


def with_characters(text: str) -> str:
    """Return *text* with character references resolved; a number that names none is U+FFFD."""
    # The standard library raises on a number of thousands of digits.
    return html.unescape(_NUMBER.sub(_short_number, text))


def _short_number(match: re.Match[str]) -> str:
    tens, sixteens = match.groups("")
    digits = (tens or sixteens).lstrip("0")
    if len(digits) > _MOST_DIGITS:
        return _NO_CHARACTER
    return f"&#{'' if tens else 'x'}{digits or '0'};"


def _behind_other(text: str, start: int) -> int:
    """Return where a comment or another declaration ends; just behind ``<`` when it is none."""
    if text.startswith("<!--", start):
        return _behind(text, "-->", start + 4)
    if text.startswith(("<!", "<?", "</"), start):
        return _behind(text, ">", start)
    return start + 1


def _behind_tag(text: str, at: int) -> int:
    while match := _MARK.search(text, at):
        at = match.end()
        if match[0] == ">":
            return at
        # A quote opens a value only behind "="; anywhere else it is a letter like any other.
        if text[max(0, match.start() - 40) : match.start()].rstrip().endswith("="):
            at = _behind(text, match[0], at)
    return len(text)


def _end_of_raw(text: str, at: int, name: str) -> int:
    found = re.compile(f"</{name}", re.IGNORECASE).search(text, at)
    return found.start() if found else len(text)


def _behind(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return found + len(mark) if found >= 0 else len(text)
