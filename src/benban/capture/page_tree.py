"""A page's HTML as a tree to look things up in; tolerant, and never run or shown."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from benban.unpack.html_tokens import Tag, tokens_of_html, with_characters

# Source: HTML Living Standard 13.1.2, void elements.
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
# What stands in these is text to a browser that runs scripts, whatever it looks like.
# Source: HTML Living Standard 13.3, "the text of a Text node ... is appended literally".
_MUTE = frozenset(
    {"script", "style", "noscript", "xmp", "iframe", "noembed", "noframes", "plaintext"}
)
_RAW_SHOWN = frozenset({"title", "textarea"})
_RAW = _MUTE | _RAW_SHOWN
_SILENT = _MUTE | {"template"}
# Beyond this nothing is looked for: no page of a known layout comes near it.
_MOST_CHARACTERS = 16 << 20
# Tags and the pieces between them; each takes memory many times its size in the page.
_MOST_TOKENS = 400_000
# Deeper than any real page.
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
        pieces: list[str] = []
        waiting: list[Element | str] = [self]
        while waiting:
            piece = waiting.pop()
            if isinstance(piece, str):
                pieces.append(piece)
            else:
                waiting.extend(reversed(piece.children))
        return " ".join(" ".join(pieces).split())

    def walk(self, skip: Callable[["Element"], bool] | None = None) -> Iterator["Element"]:
        """Yield this element and all below it in order, leaving out what *skip* holds for."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            if skip is not None and skip(element):
                continue
            yield element
            waiting.extend(one for one in reversed(element.children) if isinstance(one, Element))


def parse_page(untrusted_html: str) -> Element:
    """Return the root above what can be read of *untrusted_html*; never raises."""
    tree = _Tree()
    tokens = tokens_of_html(untrusted_html[:_MOST_CHARACTERS], _RAW, _RAW_SHOWN)
    for token in islice(tokens, _MOST_TOKENS):
        if isinstance(token, str):
            tree.say(token)
        elif token.is_end:
            tree.end(token.name)
        else:
            tree.begin(token)
    return tree.root


class _Tree:
    """The elements that are open, innermost last."""

    def __init__(self) -> None:
        self.root = Element("", {})
        self._open = [self.root]
        # How often each name is open: an end of nothing that is open is passed without a search.
        self._names: Counter[str] = Counter()

    def say(self, text: str) -> None:
        """Add text to the innermost element."""
        if self._open[-1].tag not in _SILENT:
            self._open[-1].children.append(with_characters(text))

    def begin(self, tag: Tag) -> None:
        """Add an element, and open it when something can stand in it."""
        element = Element(tag.name, tag.attributes())
        self._open[-1].children.append(element)
        if tag.name in _VOID or len(self._open) >= _DEEPEST:
            return
        self._open.append(element)
        self._names[tag.name] += 1
        if tag.closes_itself:
            self.end(tag.name)

    def end(self, name: str) -> None:
        """Close the innermost element of this name with all that is open in it."""
        is_closed = not self._names[name]
        while not is_closed:
            closed = self._open.pop().tag
            self._names[closed] -= 1
            is_closed = closed == name
