"""A paper as PDF/A-2a and PDF/UA-1: words only, no picture and no link."""

from datetime import datetime
from typing import assert_never

from benban.dossier.typeset import typeset
from benban.model.paper import (
    Blank,
    Line,
    Paper,
    PaperHeading,
    PaperItems,
    PaperPart,
    PaperTable,
    PaperText,
    PaperWriting,
    Piece,
)
from benban.seal.canonical import JsonValue
from benban.wording import Language, say

HEADING = ("paper.state", "paper.motto")


def render_paper(paper: Paper, made_at: datetime) -> bytes:
    """
    Return the paper as a PDF; the same paper gives the same bytes.

    Args:
        paper: its texts are printable: :func:`benban.dossier.glyphs.printable`.
        made_at: aware UTC, in the file's own data.

    Raises:
        FontsMissingError: BB-705; ReportFailedError: BB-704.
    """
    day = paper.made_on
    document: JsonValue = {
        "title": paper.title,
        "lang": paper.language.value,
        "file-title": say(paper.language, "paper.file-title"),
        "subject": paper.subject,
        "date": [day.year, day.month, day.day],
        "banner": paper.banner,
        "heading": [say(Language.VI, one) for one in HEADING] if paper.is_official else [],
        "place-and-date": _line(place_and_date(paper)),
        "addressed": say(Language.VI, "paper.addressed"),
        "to": [_line(line) for line in paper.to],
        "parts": [_part(part) for part in paper.parts],
        "annexes": [[_part(part) for part in annex] for annex in paper.annexes],
        "signatures": [
            {"title": one.title, "note": one.note, "name": one.name} for one in paper.signatures
        ],
        "note": list(paper.note),
        "review": paper.review,
        "page": say(paper.language, "dossier.page", page="{page}", pages="{pages}"),
    }
    return typeset("paper.typ", document, made_at)


def place_and_date(paper: Paper) -> Line:
    """Return the line of place and day, to be filled in by hand on the day of signing."""
    if not paper.has_place_and_date:
        return ()
    day = say(Language.VI, "paper.day-and-year", year=paper.made_on.year)
    return (Piece(blank=Blank.MEDIUM), Piece(text=day))


def _part(part: PaperPart) -> JsonValue:
    match part:
        case PaperHeading():
            return {"part": "heading", "text": part.text}
        case PaperText():
            return {
                "part": "text",
                "line": _line(part.line),
                "indented": part.is_indented,
                "quiet": part.is_quiet,
            }
        case PaperItems():
            lines: list[JsonValue] = [_line(line) for line in part.lines]
            return {"part": "items", "lines": lines, "lettered": part.is_lettered}
        case PaperWriting():
            return {"part": "writing", "lines": part.lines}
        case PaperTable():
            columns: list[JsonValue] = [
                {"heading": one.heading, "share": one.share} for one in part.columns
            ]
            rows: list[JsonValue] = [[_line(cell) for cell in row] for row in part.rows]
            return {"part": "table", "columns": columns, "rows": rows}
        case _:
            assert_never(part)


def _line(line: Line) -> list[JsonValue]:
    return [
        {
            "text": piece.text,
            "blank": piece.blank.value if piece.blank else "",
            "code": piece.is_code,
        }
        for piece in line
    ]
