"""What a reader sees of some HTML, as plain text; tolerant, and never run or shown."""

from html.parser import HTMLParser

# Source: HTML Living Standard 15.3, elements that begin on a line of their own.
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6"  # noqa: SIM905
    " header hr li main nav ol p pre section table td th title tr ul".split()
)
_SILENT = frozenset({"script", "style", "template", "noscript"})


def text_of_html(untrusted_html: str) -> str:
    """Return the visible text of *untrusted_html*, one line for each block."""
    reader = _Reader()
    reader.feed(untrusted_html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def title_of_html(untrusted_html: str) -> str:
    """Return the title that *untrusted_html* gives itself; empty when it gives none."""
    reader = _Reader()
    reader.feed(untrusted_html)
    reader.close()
    return " ".join("".join(reader.title).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.title: list[str] = []
        self._silent = 0
        self._is_in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._silent += tag in _SILENT
        self._is_in_title = tag == "title" and not self.title
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        self._is_in_title = False
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if self._is_in_title:
            self.title.append(data)
        if not self._silent:
            # A line break in HTML is a blank; only blocks begin a line.
            self.pieces.append(data.replace("\n", " "))
