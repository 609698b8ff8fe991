"""Facts of a post, each shown, not shown or not readable; one rule for every layout."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from benban.capture.page_tree import Element
from benban.model.post import FactState, PostFact, PostFactName


def fact(name: PostFactName, shown: str, read: Callable[[str], str] | None = None) -> PostFact:
    """
    Return the fact that *shown* tells.

    Args:
        name: which one.
        shown: as the page has it; empty when it shows nothing.
        read: gives the value, empty when it cannot; None takes the words as they are.
    """
    if not shown:
        return PostFact(name=name, state=FactState.NOT_SHOWN)
    value = shown if read is None else read(shown)
    state = FactState.READ if value else FactState.NOT_PARSED
    return PostFact(name=name, state=state, shown=shown, value=value)


def moment(text: str) -> str:
    """Return an ISO 8601 moment with its zone, as text; empty when *text* is none."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return ""
    # A time without a zone could be any of two dozen moments.
    return at.isoformat() if at.tzinfo else ""


def number(text: str) -> str:
    """Return *text* when it is a plain number in ASCII digits; else empty."""
    return text if re.fullmatch(r"-?[0-9]{1,20}", text) else ""


def first(elements: Iterator[Element], is_wanted: Callable[[Element], bool]) -> Element | None:
    """Return the first of *elements* that is wanted."""
    return next(filter(is_wanted, elements), None)


def with_class(name: str) -> Callable[[Element], bool]:
    """Return whether an element has the class *name*, as a question."""
    return lambda element: name in element.classes


def words(element: Element | None) -> str:
    """Return what can be read in *element*; empty when there is none."""
    return element.text() if element is not None else ""


def lines(element: Element | None) -> str:
    """Return what can be read in *element* with its line breaks."""
    if element is None:
        return ""
    pieces = "".join(_pieces(element)).split("\n")
    return "\n".join(" ".join(piece.split()) for piece in pieces).strip()


def _pieces(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            # A line break in the source of a page is a blank.
            yield child.replace("\n", " ")
        elif child.tag == "br":
            yield "\n"
        else:
            yield from _pieces(child)
            if child.tag in {"p", "div", "blockquote", "pre"}:
                yield "\n"
