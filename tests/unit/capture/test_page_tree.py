"""A page as a tree: what hostile markup can make of it is bounded."""

from collections.abc import Iterator

import pytest

from benban.capture import page_tree
from benban.capture.page_tree import Element, parse_page


def tags_of(root: Element) -> list[str]:
    return [one.tag for one in root.walk()][1:]


def test_a_page_is_read_with_what_stands_in_what() -> None:
    root = parse_page("<div class='a b'>một <b>hai</b><br>ba</div><p>bốn")

    div = root.children[0]
    assert isinstance(div, Element)
    assert (div.classes, div.text(), tags_of(root)) == (
        frozenset({"a", "b"}),
        "một hai ba",
        ["div", "b", "br", "p"],
    )


@pytest.mark.parametrize(
    "mute", ["script", "style", "noscript", "iframe", "noembed", "noframes", "xmp"]
)
def test_what_a_browser_does_not_read_as_markup_is_none(mute: str) -> None:
    root = parse_page(f"<{mute}><p class='x'>giả</p></{mute}><p>thật</p>")

    assert (tags_of(root), root.text()) == ([mute, "p"], "thật")


def test_what_is_left_out_of_a_walk_is_left_out_with_all_below_it() -> None:
    root = parse_page("<div><i><b></b></i><u></u></div>")

    assert [one.tag for one in root.walk(lambda one: one.tag == "i")] == ["", "div", "u"]


def test_a_page_of_elements_alone_makes_a_tree_of_bounded_size() -> None:
    root = parse_page("<p>" * 500_000)

    assert sum(1 for _ in root.walk()) == page_tree._MOST_TOKENS + 1  # noqa: SLF001 - the bound


def test_ends_of_nothing_that_is_open_are_passed_without_a_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed: list[str] = []

    class Watched(page_tree._Tree):  # noqa: SLF001 - its work is counted
        def __init__(self) -> None:
            super().__init__()
            self._open = Counted(self._open)

    class Counted(list[Element]):
        def __iter__(self) -> Iterator[Element]:
            raise AssertionError

        def pop(self, *arguments: object) -> Element:
            closed.append("")
            return super().pop()

    monkeypatch.setattr(page_tree, "_Tree", Watched)
    parse_page("<b>" + "<i>" * 300 + "</u>" * 20_000 + "</b>" * 20_000)

    assert len(closed) == 301


def test_text_and_walk_pass_every_piece_once_however_deep_it_lies() -> None:
    root = parse_page("<div>" * 390 + "chữ " * 1000 + "</div>" * 390)

    assert len(root.text().split()) == 1000
    assert sum(1 for _ in root.walk()) == 391
