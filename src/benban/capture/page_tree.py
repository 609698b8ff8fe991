"""A page's HTML as a tree to look things up in; tolerant, and never run or shown."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

# Source: HTML Living Standard 13.1.2, void elements.
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
# What stands in these is text to a browser that runs scripts, whatever it looks like.
# Source: HTML Living Standard 13.3, "the text of a Text node ... is appended literally".
_RAW = ("script", "style", "noscript", "xmp", "iframe", "noembed", "noframes", "plaintext")
_SILENT = frozenset({*_RAW, "template"})
# Beyond this nothing is looked for: no page of a known layout comes near it.
_MOST_CHARACTERS = 16 << 20
# Deeper than any real page; a hostile one must not exhaust the stack.
_DEEPEST = 400


@dataclass(slots=True)
class Element:
    """An element, its attributes in lower case, its text pieces and children in order."""

    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """The words of the class attribute."""
        return frozenset(self.attributes.get("class", "").split())

    def text(self) -> str:
        """Return what can be read inside, with blanks as one space."""
        pieces = [each if isinstance(each, str) else each.text() for each in self.children]
        return " ".join(" ".join(pieces).split())

    def walk(self, skip: Callable[["Element"], bool] | None = None) -> Iterator["Element"]:
        """Yield this element and all below it in order, leaving out what *skip* holds for."""
        if skip is not None and skip(self):
            return
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk(skip)


def parse_page(untrusted_html: str) -> Element:
    """Return the root above what can be read of *untrusted_html*; never raises."""
    reader = _Reader()
    # The standard reader gives up on some nonsense (numbers without end, unknown sections): what
    # was read before that stands.
    with contextlib.suppress(ValueError, AssertionError):
        reader.feed(untrusted_html[:_MOST_CHARACTERS])
        reader.close()
    return reader.root


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._begin(tag, attrs)
        if tag in _RAW:
            self.set_cdata_mode(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._begin(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        if self._open[-1].tag not in _SILENT:
            self._open[-1].children.append(data)

    def _begin(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name.lower(): value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(element)
