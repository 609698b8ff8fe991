"""
What a report is made of before it is set: blocks of literal text.

Nothing in a block is markup. The template receives the blocks as JSON and lays them out.
"""

import base64
import struct
from dataclasses import dataclass, field
from enum import Enum

from benban.seal.canonical import JsonValue

_JPEG_MAGIC = b"\xff\xd8\xff"
# The line of the report is 172 mm; three pictures of a pair fit on a page with their words.
_LINE_MM, _MOST_HIGH_MM = 172, 78
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


class Face(Enum):
    """How a piece of text looks."""

    PLAIN = "plain"
    STRONG = "strong"
    MUTED = "muted"
    QUOTE = "quote"
    MONO = "mono"


class Tone(Enum):
    """What a framed block is for."""

    NOTE = "note"
    KEY = "key"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; level 1 starts a section."""

    text: str
    level: int = 1

    def as_json(self) -> dict[str, JsonValue]:
        """Return what the template reads."""
        return {"block": "heading", "text": self.text, "level": self.level}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph."""

    text: str
    face: Face = Face.PLAIN

    def as_json(self) -> dict[str, JsonValue]:
        """Return what the template reads."""
        return {"block": "paragraph", "text": self.text, "face": self.face.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list; numbered when the order matters."""

    items: tuple[str, ...]
    is_numbered: bool = False

    def as_json(self) -> dict[str, JsonValue]:
        """Return what the template reads."""
        return {"block": "bullets", "items": list(self.items), "numbered": self.is_numbered}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A piece of text in a table or fact."""

    text: str
    face: Face = Face.PLAIN

    def as_json(self) -> dict[str, JsonValue]:
        """Return what the template reads."""
        return {"text": self.text, "face": self.face.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and its value."""

    label: str
    value: Cell

    def as_json(self) -> dict[str, JsonValue]:
        """Return what the template reads."""
        return {"label": self.label, "value": self.value.as_json()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Labels with values, kept together on a page when short."""

    rows: tuple[Fact, ...]
    title: str = ""

    def as_json(self) -> dict[str, JsonValue]:
        """Return what the template reads."""
        rows: list[JsonValue] = [row.as_json() for row in self.rows]
        return {"block": "facts", "title": self.title, "rows": rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its heading and its share of the width; 0 takes what its text needs."""

    heading: str
    share: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table whose header row is repeated on every page."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def as_json(self) -> dict[str, JsonValue]:
        """Return what the template reads."""
        columns: list[JsonValue] = [
            {"heading": one.heading, "share": one.share} for one in self.columns
        ]
        rows: list[JsonValue] = [[cell.as_json() for cell in row] for row in self.rows]
        return {"block": "table", "columns": columns, "rows": rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A framed block: a title and its lines; ``code`` is set large and unbroken."""

    title: str
    lines: tuple[str, ...] = field(default=())
    code: str = ""
    tone: Tone = Tone.NOTE

    def as_json(self) -> dict[str, JsonValue]:
        """Return what the template reads."""
        return {
            "block": "frame",
            "title": self.title,
            "lines": list(self.lines),
            "code": self.code,
            "tone": self.tone.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """
    A veiled picture with words for those who do not see it.

    Attributes:
        png: says the size; printed when there is no *jpeg*.
        jpeg: the same picture, smaller in bytes.
    """

    png: bytes
    alt: str
    caption: str
    jpeg: bytes | None = None

    def as_json(self) -> dict[str, JsonValue]:
        """
        Return what the template reads: the picture in an SVG, which the compiler decodes itself.

        Raises:
            ValueError: the bytes are not a PNG, or not a JPEG.
        """
        if self.jpeg is not None and not self.jpeg.startswith(_JPEG_MAGIC):
            raise ValueError("a veiled picture for print is a JPEG")
        if not self.png.startswith(_PNG_MAGIC) or self.png[12:16] != b"IHDR":
            raise ValueError("a veiled picture is a PNG")
        width, height = struct.unpack(">II", self.png[16:24])
        kind, data = ("png", self.png) if self.jpeg is None else ("jpeg", self.jpeg)
        link = base64.b64encode(data).decode("ascii")
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
            f' width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
            f'<image width="{width}" height="{height}"'
            f' xlink:href="data:image/{kind};base64,{link}"/></svg>'
        )
        return {
            "block": "picture",
            "svg": svg,
            "alt": self.alt,
            "caption": self.caption,
            # As high as it is where it fills the line: a flat picture leaves no white around it.
            "height_mm": min(_MOST_HIGH_MM, -(-_LINE_MM * height // width)),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """What follows starts on a new page."""

    def as_json(self) -> dict[str, JsonValue]:
        """Return what the template reads."""
        return {"block": "new-page"}


Block = Heading | Paragraph | Bullets | Facts | Table | Frame | Picture | NewPage
