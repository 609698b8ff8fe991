"""A paper as PDF and as a text document: what goes in is printed, and none of it is markup."""

import io
import re
import zipfile
from datetime import UTC, date, datetime

import docx
import pikepdf
import pytest

from benban.dossier.glyphs import printable, report_glyphs
from benban.dossier.paper import render_paper
from benban.dossier.paper_docx import render_paper_docx
from benban.model.paper import (
    Blank,
    Paper,
    PaperColumn,
    PaperHeading,
    PaperItems,
    PaperKind,
    PaperSignature,
    PaperTable,
    PaperText,
    PaperWriting,
    Piece,
)
from tests.unit.dossier.reading import facts, squeezed, text

MADE_AT = datetime(2026, 11, 22, 8, 15, 30, tzinfo=UTC)
HOSTILE = '#read("/etc/passwd") $x$ *b* @ref <w:p/> {name} =HYPERLINK("http://a") \\u{41}'
LONG = "Nguyễn" * 60


def paper(said: str = "Nguyễn Ví Dụ", *, signatures: int = 1, demonstration: str = "") -> Paper:
    words = (Piece(text=f"Tôi tên là: {said}"),)
    return Paper(
        kind=PaperKind.CRIME_REPORT,
        title="ĐƠN TỐ GIÁC TỘI PHẠM",
        subject="Về một ví dụ",
        to=((Piece(text="Công an phường Ví Dụ"),), (Piece(blank=Blank.REST),)),
        parts=(
            PaperHeading(text="1. Nội dung"),
            PaperText(line=words),
            PaperText(line=(Piece(text="Sinh ngày "), Piece(blank=Blank.SHORT))),
            PaperText(line=(Piece(text="Ở "), Piece(blank=Blank.MEDIUM)), is_quiet=True),
            PaperItems(lines=(words, words), is_lettered=True),
            PaperItems(lines=(words,)),
            PaperWriting(lines=2),
            PaperTable(
                columns=(PaperColumn(heading="Số"), PaperColumn(heading="Địa chỉ", share=2)),
                rows=(((Piece(text="1"),), (Piece(text=said, is_code=True),)),) * 60,
            ),
        ),
        signatures=tuple(
            PaperSignature(title=f"BÊN {number}", note="(Ký)", name=said if number == 0 else "")
            for number in range(signatures)
        ),
        review="Mẫu chưa được luật sư duyệt",
        made_on=date(2026, 11, 22),
        demonstration=demonstration,
        note=("Dành cho người ký", "Đọc trước khi ký."),
    )


def words_of(document: bytes) -> str:
    opened = docx.Document(io.BytesIO(document))
    said = [one.text for one in opened.paragraphs]
    said += [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    section = opened.sections[0]
    said += [one.text for one in (*section.footer.paragraphs, *section.header.paragraphs)]
    return "\n".join(said)


def test_a_paper_is_archival_tagged_vietnamese_and_without_pictures_or_links() -> None:
    made = facts(render_paper(paper(), MADE_AT))

    assert (made.part, made.conformance, made.ua_part) == ("2", "A", "1")
    assert (made.language, made.is_tagged, made.pictures) == ("vi", True, 0)


def test_a_paper_begins_with_state_and_motto_and_every_page_says_who_reviewed_it() -> None:
    pdf = render_paper(paper(), MADE_AT)

    said = text(pdf)
    assert said.index("CỘNGHÒAXÃHỘICHỦNGHĨAVIỆTNAM") < said.index("Độclập-Tựdo-Hạnhphúc")
    assert said.index("Độclập") < said.index("ĐƠNTỐGIÁCTỘIPHẠM") < said.index("Kínhgửi:")
    assert said.count("Mẫuchưađượcluậtsưduyệt") == facts(pdf).pages > 1


@pytest.mark.parametrize("said", [HOSTILE, LONG, "a" * 400, "⟦tên⟧ · ½ “x”"])
def test_words_of_others_are_printed_as_they_are(said: str) -> None:
    shown = printable(said, report_glyphs())

    pdf = text(render_paper(paper(shown), MADE_AT))
    written = words_of(render_paper_docx(paper(shown), MADE_AT))

    assert squeezed(shown) in pdf
    assert f"Tôi tên là: {shown}" in written


def test_hidden_characters_are_seen_by_number() -> None:
    shown = printable("an\u202egnad\u200b\u2066x\ufeff", report_glyphs())

    pdf = text(render_paper(paper(shown), MADE_AT))

    assert "[U+202E]" in pdf
    assert re.search("[\u202e\u200b\u2066\ufeff]", pdf) is None


def test_a_text_document_holds_no_field_link_picture_or_foreign_name() -> None:
    made = render_paper_docx(paper(HOSTILE), MADE_AT)

    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        body = opened.read("word/document.xml").decode()
        names = opened.namelist()
        told = opened.read("docProps/core.xml").decode()
        times = {one.date_time for one in opened.infolist()}

    marks = ("w:fldSimple", "w:instrText", "w:hyperlink", "w:drawing", "w:pict", "r:id")
    assert [one for one in marks if f"<{one}" in body] == []
    assert [one for one in names if "media" in one or "embed" in one] == []
    assert ("python-docx" in told, "generated" in told, len(times)) == (False, False, 1)


@pytest.mark.parametrize("render", [render_paper, render_paper_docx])
def test_the_same_paper_gives_the_same_bytes(render: type) -> None:
    assert render(paper(), MADE_AT) == render(paper(), MADE_AT)


def test_a_demonstration_says_so_on_every_page_and_in_the_text_document() -> None:
    made = paper(demonstration="BẢN TRÌNH DIỄN")

    pdf = render_paper(made, MADE_AT)

    assert text(pdf).count("BẢNTRÌNHDIỄN") == facts(pdf).pages
    assert "BẢN TRÌNH DIỄN" in words_of(render_paper_docx(made, MADE_AT))


@pytest.mark.parametrize("signatures", [0, 1, 2, 3])
def test_everybody_who_signs_has_a_place(signatures: int) -> None:
    made = paper(signatures=signatures)

    said = text(render_paper(made, MADE_AT)), words_of(render_paper_docx(made, MADE_AT))

    assert [one.count("(Ký)") for one in said] == [signatures, signatures]


def test_the_note_for_the_person_stands_below_the_signature() -> None:
    said = text(render_paper(paper(), MADE_AT))

    assert said.index("BÊN0") < said.index("Dànhchongườiký")


def test_a_table_in_the_text_document_repeats_its_head_and_breaks_no_row() -> None:
    document = docx.Document(io.BytesIO(render_paper_docx(paper(), MADE_AT)))

    head, *rows = [one._tr.xml for one in document.tables[0].rows]  # noqa: SLF001
    assert "w:tblHeader" in head
    # No row begins on one page and ends on the next.
    assert [one for one in rows if "w:cantSplit" not in one] == []


def test_nothing_is_attached_to_a_paper() -> None:
    with pikepdf.open(io.BytesIO(render_paper(paper(), MADE_AT))) as opened:
        assert (dict(opened.attachments), next("/Annots" in one for one in opened.pages)) == (
            {},
            False,
        )


def test_in_the_text_document_the_last_words_stay_with_the_signature() -> None:
    document = docx.Document(io.BytesIO(render_paper_docx(paper(), MADE_AT)))

    body = document.element.body
    before = body.index(document.tables[-1]._tbl) - 1  # noqa: SLF001
    assert "w:keepNext" in body[before].xml
