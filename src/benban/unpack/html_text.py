"""What a reader sees of some HTML, as plain text; tolerant, and never run or shown."""

from benban.unpack.html_tokens import Tag, tokens_of_html, with_characters

# Source: HTML Living Standard 15.3, elements that begin on a line of their own.
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6"  # noqa: SIM905
    " header hr li main nav ol p pre section table td th title tr ul".split()
)
_SILENT = frozenset({"template", "noscript"})


def text_of_html(untrusted_html: str) -> str:
    """Return the visible text of *untrusted_html*, one line for each block."""
    pieces: list[str] = []
    silent = 0
    for token in tokens_of_html(untrusted_html):
        if isinstance(token, Tag):
            if token.name in _SILENT:
                silent = max(0, silent + (-1 if token.is_end else 1))
            pieces += ["\n"] if token.name in _BLOCKS else []
        elif not silent:
            # A line break in HTML is a blank; only blocks begin a line.
            pieces.append(with_characters(token).replace("\n", " "))
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def title_of_html(untrusted_html: str) -> str:
    """Return the title that *untrusted_html* gives itself; empty when it gives none."""
    is_title = False
    for token in tokens_of_html(untrusted_html):
        if isinstance(token, Tag):
            is_title = token.name == "title" and not token.is_end
        elif is_title:
            return " ".join(with_characters(token).split())
    return ""
