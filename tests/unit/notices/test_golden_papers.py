"""The words that people hand in change only when somebody means them to."""

import re
from datetime import UTC, datetime

import pytest

from benban.dossier.paper import render_paper
from benban.model.paper import PaperKind, PaperText, PaperWriting
from tests.unit.dossier.reading import squeezed, text
from tests.unit.notices.golden_papers import CASES, golden_paper, place_of, plain

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize(("kind", "age"), CASES)
def test_the_text_of_a_paper_is_the_one_that_was_read(kind: PaperKind, age: str) -> None:
    assert plain(golden_paper(kind, age)) == place_of(kind, age).read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "age"), CASES)
def test_a_signature_follows_what_the_page_keeps_beside_it(kind: PaperKind, age: str) -> None:
    paper = golden_paper(kind, age)

    # Nobody signs an empty page: paper.typ holds a last paragraph or dotted line to it.
    is_kept = isinstance(paper.parts[-1], PaperText | PaperWriting)
    assert is_kept or not paper.signatures


@pytest.mark.parametrize(("kind", "age"), CASES)
def test_the_pdf_says_it_in_this_order(kind: PaperKind, age: str) -> None:
    paper = golden_paper(kind, age)

    said, at, missing = text(render_paper(paper, AT)), 0, []
    for line in plain(paper).splitlines()[: -1 - len(paper.note)]:
        for words in re.split(r"\.{4,}|\||^- |(?<=Kính gửi:) ", line):
            found = said.find(squeezed(words), at)
            missing += [words] if found < 0 else []
            at = max(at, found)

    assert missing == []
