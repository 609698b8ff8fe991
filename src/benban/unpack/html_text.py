"""
What a reader sees of some HTML, as plain text; tolerant, and never run or shown.

The standard library's parser takes quadratic time on broken markup (measured: 100 kB of ``<a b='``
in 96 s), and what is imported may be broken on purpose. Here every search either moves on or ends
the reading.
Source: HTML Living Standard 13.2.5 for where a tag, a comment and a quoted value end.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

# Source: HTML Living Standard 15.3, elements that begin on a line of their own.
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6"  # noqa: SIM905
    " header hr li main nav ol p pre section table td th title tr ul".split()
)
_SILENT = frozenset({"template", "noscript"})
# Whatever stands in them is no markup, up to their own end.
_RAW = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"})
_RAW_SHOWN = frozenset({"title", "textarea", "xmp"})
_TAG = re.compile(r"</?([a-zA-Z][^\s/>]{0,40})")
_MARK = re.compile("[>\"']")


def text_of_html(untrusted_html: str) -> str:
    """Return the visible text of *untrusted_html*, one line for each block."""
    pieces: list[str] = []
    silent = 0
    for token in _tokens(untrusted_html):
        if isinstance(token, _Tag):
            if token.name in _SILENT:
                silent = max(0, silent + (-1 if token.is_end else 1))
            pieces += ["\n"] if token.name in _BLOCKS else []
        elif not silent:
            # A line break in HTML is a blank; only blocks begin a line.
            pieces.append(html.unescape(token).replace("\n", " "))
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def title_of_html(untrusted_html: str) -> str:
    """Return the title that *untrusted_html* gives itself; empty when it gives none."""
    is_title = False
    for token in _tokens(untrusted_html):
        if isinstance(token, _Tag):
            is_title = token.name == "title" and not token.is_end
        elif is_title:
            return " ".join(html.unescape(token).split())
    return ""


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    is_end: bool


def _tokens(text: str) -> Iterator["_Tag | str"]:
    """Yield tags and the text between them; a comment is neither."""
    at = 0
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
        tag = _Tag(match[1].lower(), text.startswith("</", start))
        yield tag
        if tag.name in _RAW and not tag.is_end:
            end = _end_of_raw(text, at, tag.name)
            if tag.name in _RAW_SHOWN and end > at:
                yield text[at:end]
            at = end


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
