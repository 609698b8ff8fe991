"""A page's HTML as a tree to look things up in; tolerant, and never run or shown."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

# Source: HTML Living Standard 13.1.2, void elements.
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
_SILENT = frozenset({"script", "style", "template"})
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
    """Return the root above everything in *untrusted_html*."""
    reader = _Reader()
    reader.feed(untrusted_html)
    reader.close()
    return reader.root


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name.lower(): value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        if self._open[-1].tag not in _SILENT:
            self._open[-1].children.append(data)
