"""
The whole text of each paper on fixed facts, as somebody reads it from top to bottom.

``python -m tests.unit.notices.golden_papers`` writes the files anew: read the difference before it
is kept, for these are the words that people hand in.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

from benban.model.paper import (
    Blank,
    Line,
    Paper,
    PaperHeading,
    PaperItems,
    PaperKind,
    PaperPart,
    PaperTable,
    PaperText,
    PaperWriting,
)
from benban.notices.paper_facts import FIELDS, TABLES, PaperFacts, Person
from benban.notices.paper_templates import paper_template
from benban.notices.papers import write_paper
from benban.remedies import packaged_catalogue

FOLDER = Path(__file__).parent / "papers"
CASES = tuple(product(PaperKind, ("adult", "minor")))
_PERSON = Person(
    name="Nguyễn Ví Dụ",
    born="01/01/1998",
    id_number="001198000000",
    id_issued="",
    residence="Số 1, đường Ví Dụ",
    contact="vi-du@mail.example",
    represented="Trần Ví Dụ",
)
_DOTS = {Blank.SHORT: "....", Blank.MEDIUM: "........", Blank.REST: "............"}


def golden_paper(kind: PaperKind, age: str) -> Paper:
    """Return a paper on facts that name their own places."""
    typed = {"story", "harm", "remark"}
    own = {"name", "born", "id_number", "id_issued", "residence", "contact", "represented"}
    facts = PaperFacts(
        person=_PERSON,
        addressee="Công an phường Ví Dụ",
        fields={name: f"[{name}]" for name in FIELDS - typed - own - {"", "addressee"}},
        tables={
            name: ({column: f"[{column}]" for column in columns},)
            for name, columns in TABLES.items()
        },
        conditions=frozenset(
            {age, "for-somebody", "published", "threatened", "visited", "supplied", "kept"}
        ),
        rules=packaged_catalogue().provisions,
        made_on=date(2026, 11, 22),
        acts_on=(date(2026, 11, 20),),
    )
    return write_paper(kind, paper_template(kind), facts)


def plain(paper: Paper) -> str:
    """Return the paper as text, line by line."""
    return "\n".join(_lines(paper)) + "\n"


def place_of(kind: PaperKind, age: str) -> Path:
    """Return where the text is kept."""
    return FOLDER / f"{kind.value}.{age}.txt"


def _lines(paper: Paper) -> Iterator[str]:
    yield paper.title
    if paper.subject:
        yield paper.subject
    for to in paper.to:
        yield f"Kính gửi: {_said(to)}"
    for part in paper.parts:
        yield from _part(part)
    for one in paper.signatures:
        yield f"{one.title} {one.note} {one.name}".rstrip()
    yield from paper.note
    # The day on which facts were checked moves with the catalogue.
    yield re.sub(r"\d\d/\d\d/\d{4}", "[day]", paper.review)


def _part(part: PaperPart) -> Iterator[str]:
    match part:
        case PaperHeading():
            yield part.text
        case PaperText():
            yield _said(part.line)
        case PaperItems():
            yield from (f"- {_said(line)}" for line in part.lines)
        case PaperWriting():
            yield from ["............"] * part.lines
        case PaperTable():
            yield " | ".join(column.heading for column in part.columns)
            yield from (" | ".join(_said(cell) for cell in row) for row in part.rows)


def _said(line: Line) -> str:
    return "".join(one.text if one.blank is None else _DOTS[one.blank] for one in line)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for kind, age in CASES:
        place_of(kind, age).write_text(plain(golden_paper(kind, age)), encoding="utf-8")
