"""HTML is read in one pass whatever it is made of, and numbers without end name no character."""

import pytest

from benban.unpack import html_tokens
from benban.unpack.html_tokens import Tag, tokens_of_html, with_characters

# Each took quadratic time or more with the standard library's parser, or could with another one.
HOSTILE = (
    "<a b='",
    "<a b=\"'",
    "<a b = ",
    "<a                ",
    "<!",
    "<!--",
    "<!-- --",
    "<?",
    "</",
    "<<",
    "<script>",
    "<script></scrip",
    "<title>",
    "<p></b>",
    "&#1111111111",
    "<a =\"'>",
)


def work_of(monkeypatch: pytest.MonkeyPatch, text: str) -> int:
    """Return how many characters the searches for an end passed, and how many tokens there were."""
    passed = 0

    def counted(name: str, at_position: int) -> None:
        search = getattr(html_tokens, name)

        def count(*arguments: object) -> int:
            nonlocal passed
            end = int(search(*arguments))
            passed += end - int(str(arguments[at_position]))
            return end

        monkeypatch.setattr(html_tokens, name, count)

    with monkeypatch.context():
        counted("_behind_tag", 1)
        counted("_behind", 2)
        counted("_end_of_raw", 1)
        tokens = sum(
            1 + len(one.attributes()) if isinstance(one, Tag) else 1 for one in tokens_of_html(text)
        )
    monkeypatch.undo()
    return passed + tokens


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_nonsense_is_twice_the_work(monkeypatch: pytest.MonkeyPatch, piece: str) -> None:
    short, long = (piece * times for times in (2_000, 4_000))

    work, more = work_of(monkeypatch, short), work_of(monkeypatch, long)

    # Quadratic work would be four times as much; and each character is passed a few times at most.
    assert more < 2.2 * work + 100
    assert more < 4 * len(long) + 100


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<A HREF='x'>", {"href": "x"}),
        ('<a b="1>2" c>', {"b": "1>2", "c": ""}),
        ("<a b=1 B=2>", {"b": "1"}),
        ("<a b = '&lt;&#65;'>", {"b": "<A"}),
        ("<a b=c/d>", {"b": "c/d"}),
        ("<a/b=1/>", {"b": "1/"}),
    ],
)
def test_attributes_are_read_as_a_browser_reads_them(written: str, read: dict[str, str]) -> None:
    (tag,) = tokens_of_html(written)

    assert isinstance(tag, Tag)
    assert (tag.name, tag.attributes()) == ("a", read)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&#65;&#x41;&amp;&ecirc;", "AA&ê"),
        ("&#" + "9" * 5000 + ";x", "\N{REPLACEMENT CHARACTER}x"),
        ("&#" + "0" * 5000 + "65;", "A"),
        ("&#x" + "f" * 5000, "\N{REPLACEMENT CHARACTER}"),
        ("&#" + "0" * 5000 + ";", "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_a_number_of_any_length_is_a_character_or_none(written: str, read: str) -> None:
    assert with_characters(written) == read
