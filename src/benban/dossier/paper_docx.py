"""A paper as a text document that the person can go on writing in: words only."""

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, assert_never

from benban.dossier.paper import HEADING, place_and_date
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
from benban.wording import Language, say

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.table import _Row
    from docx.text.paragraph import Paragraph

# Every office has this face; a document names its font and does not carry it.
_FONT = "Times New Roman"
_BODY_PT, _SMALL_PT, _TITLE_PT = 13, 10, 14
_DOTS = {Blank.SHORT: 18, Blank.MEDIUM: 40}
_FIRST_LINE_CM = 1.0
# A4 less its margins; a column without a share takes a label's width.
_TEXT_MM, _LABEL_MM = 162, 18
# The letters of a Vietnamese list.
_LETTERS = "abcdđeghiklmn"
_TONGUES = {Language.VI: "vi-VN", Language.EN: "en-GB"}
# The first moment a zip entry can name: the file's own times tell nothing.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def render_paper_docx(paper: Paper, made_at: datetime) -> bytes:
    """
    Return the paper as a .docx; the same paper gives the same bytes.

    Every text goes in as text of a run: nothing that arrives becomes markup or a field.

    Args:
        paper: its texts are printable: :func:`benban.dossier.glyphs.printable`.
        made_at: aware UTC, in the file's own data.
    """
    # Late: `benban --help` must start in half a second.
    import docx

    made = _Writer(docx.Document(), paper)
    made.write(made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0))
    stream = io.BytesIO()
    made.document.save(stream)
    return _timeless(stream.getvalue())


def _timeless(archive: bytes) -> bytes:
    """Return the zip with its entries' times taken out, so that the same words are the same."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in given.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(entry, given.read(name))
    return out.getvalue()


class _Writer:
    """Writes one paper into an empty document."""

    def __init__(self, document: "Document", paper: Paper) -> None:
        self.document = document
        self._paper = paper

    def write(self, made_at: datetime) -> None:
        """Write the whole paper."""
        self._set_up(made_at)
        self._head()
        for part in self._paper.parts:
            self._part(part)
        self._signatures()
        self._note()
        for annex in self._paper.annexes:
            self.document.add_paragraph().paragraph_format.page_break_before = True
            for part in annex:
                self._part(part)

    def _set_up(self, made_at: datetime) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt

        tongue = _TONGUES[self._paper.language]
        page = self.document.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin, page.right_margin = Mm(30), Mm(18)
        page.top_margin, page.bottom_margin = Mm(20), Mm(20)
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = _FONT, Pt(_BODY_PT)
        # Word keeps another name for letters beyond ASCII.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for one in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(one), _FONT)
        style.element.get_or_add_rPr().append(_element("w:lang", tongue))
        style.paragraph_format.space_after = Pt(3)
        about = self.document.core_properties
        about.author, about.last_modified_by, about.comments = "", "", ""
        about.title = say(self._paper.language, "paper.file-title")
        about.language = tongue
        about.created = about.modified = made_at
        about.revision = 1
        self._edges(page)

    def _edges(self, page: object) -> None:
        from docx.section import Section

        if not isinstance(page, Section):
            raise TypeError
        foot = page.footer.paragraphs[0]
        self._run(foot, self._paper.review, size_pt=8)
        if self._paper.banner:
            self._run(page.header.paragraphs[0], self._paper.banner, size_pt=9, bold=True)

    def _head(self) -> None:
        if self._paper.is_official:
            for message in HEADING:
                self._centred(say(Language.VI, message), bold=True)
            self._centred("―" * 12)
        line = place_and_date(self._paper)
        if line:
            from docx.enum.text import WD_ALIGN_PARAGRAPH

            where = self._paragraph(line, italic=True)
            where.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self._centred(self._paper.title, bold=True, size_pt=_TITLE_PT, before_pt=10)
        if self._paper.subject:
            self._centred(self._paper.subject, italic=True)
        for number, to in enumerate(self._paper.to):
            made = self.document.add_paragraph()
            if number == 0:
                self._run(made, f"{say(Language.VI, 'paper.addressed')} ", bold=True)
            self._pieces(made, to, bold=True)

    def _part(self, part: PaperPart) -> None:
        match part:
            case PaperHeading():
                self._heading(part.text)
            case PaperText():
                size = _SMALL_PT if part.is_quiet else None
                self._paragraph(part.line, indent=part.is_indented, size_pt=size)
            case PaperItems():
                for number, line in enumerate(part.lines):
                    mark = f"{_LETTERS[number]}) " if part.is_lettered else "– "
                    self._item(mark, line)
            case PaperWriting():
                for _ in range(part.lines):
                    self._paragraph((Piece(blank=Blank.REST),))
            case PaperTable():
                self._table(part)
            case _:
                assert_never(part)

    def _heading(self, text: str) -> None:
        made = self.document.add_paragraph()
        made.paragraph_format.keep_with_next = True
        self._run(made, text, bold=True)

    def _item(self, mark: str, line: Line) -> None:
        from docx.shared import Cm

        made = self.document.add_paragraph()
        shape = made.paragraph_format
        shape.left_indent, shape.first_line_indent = Cm(_FIRST_LINE_CM + 0.6), Cm(-0.6)
        self._run(made, mark)
        self._pieces(made, line)

    def _table(self, part: PaperTable) -> None:
        from docx.shared import Mm, Pt

        table = self.document.add_table(rows=1, cols=len(part.columns), style="Table Grid")
        header = table.rows[0]
        # Repeated at the head of every page.
        _mark_row(header, "w:tblHeader")
        for cell, column in zip(header.cells, part.columns, strict=True):
            self._run(cell.paragraphs[0], column.heading, bold=True, size_pt=_SMALL_PT)
        for row in part.rows:
            added = table.add_row()
            # An account stands beside its number, not on the next page.
            _mark_row(added, "w:cantSplit")
            for cell, line in zip(added.cells, row, strict=True):
                self._pieces(cell.paragraphs[0], line, size_pt=_SMALL_PT)
        table.autofit = False
        for column, width_mm in zip(table.columns, _widths(part), strict=True):
            column.width = Mm(width_mm)
            for cell in column.cells:
                cell.width = Mm(width_mm)
                cell.paragraphs[0].paragraph_format.space_after = Pt(1)
        # Two tables without a paragraph between them are one; and room before what follows.
        self.document.add_paragraph().paragraph_format.space_after = Pt(0)

    def _signatures(self) -> None:
        signed = self._paper.signatures
        if not signed:
            return
        # The last words stay with the signature: nobody signs an empty page.
        for made in self.document.paragraphs[-2:]:
            made.paragraph_format.keep_with_next = True
        # One signs on the right; two stand side by side.
        shift = 1 if len(signed) == 1 else 0
        rows = (len(signed) + shift + 1) // 2
        table = self.document.add_table(rows=rows, cols=2)
        for row in table.rows:
            _mark_row(row, "w:cantSplit")
        for number, one in enumerate(signed):
            place = number + shift
            cell = table.rows[place // 2].cells[place % 2]
            title = cell.paragraphs[0]
            self._run(title, one.title, bold=True)
            note = cell.add_paragraph()
            self._run(note, one.note, italic=True, size_pt=_SMALL_PT + 1)
            room = [cell.add_paragraph() for _ in range(3)]
            name = cell.add_paragraph()
            self._run(name, one.name or "." * 40, bold=bool(one.name))
            for made in (title, note, *room, name):
                self._centre(made)
                made.paragraph_format.keep_with_next = made is not name

    def _note(self) -> None:
        for number, words in enumerate(self._paper.note):
            made = self.document.add_paragraph()
            self._run(made, words, bold=number == 0, size_pt=_SMALL_PT)
            made.paragraph_format.keep_with_next = number < len(self._paper.note) - 1

    def _centred(
        self,
        text: str,
        *,
        bold: bool = False,
        italic: bool = False,
        size_pt: int | None = None,
        before_pt: int = 0,
    ) -> None:
        from docx.shared import Pt

        made = self.document.add_paragraph()
        self._centre(made)
        made.paragraph_format.space_before = Pt(before_pt)
        self._run(made, text, bold=bold, italic=italic, size_pt=size_pt)

    def _centre(self, made: "Paragraph") -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        made.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _paragraph(
        self,
        line: Line,
        *,
        indent: bool = False,
        italic: bool = False,
        size_pt: int | None = None,
    ) -> "Paragraph":
        from docx.shared import Cm

        made = self.document.add_paragraph()
        if indent:
            made.paragraph_format.first_line_indent = Cm(_FIRST_LINE_CM)
        self._pieces(made, line, italic=italic, size_pt=size_pt)
        return made

    def _pieces(
        self,
        made: "Paragraph",
        line: Line,
        *,
        bold: bool = False,
        italic: bool = False,
        size_pt: int | None = None,
    ) -> None:
        for piece in line:
            text = piece.text
            if piece.blank is Blank.REST:
                self._dots_to_the_edge(made)
                text = "\t"
            elif piece.blank is not None:
                text = "." * _DOTS[piece.blank]
            self._run(made, text, bold=bold, italic=italic, size_pt=size_pt)

    def _dots_to_the_edge(self, made: "Paragraph") -> None:
        from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
        from docx.shared import Mm

        made.paragraph_format.tab_stops.add_tab_stop(
            Mm(_TEXT_MM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
        )

    def _run(
        self,
        made: "Paragraph",
        text: str,
        *,
        bold: bool = False,
        italic: bool = False,
        size_pt: int | None = None,
    ) -> None:
        from docx.shared import Pt

        run = made.add_run(text)
        run.bold, run.italic = bold, italic
        if size_pt is not None:
            run.font.size = Pt(size_pt)


def _widths(part: PaperTable) -> list[float]:
    shares = sum(column.share for column in part.columns)
    labels = sum(column.share == 0 for column in part.columns)
    left = _TEXT_MM - labels * _LABEL_MM
    return [column.share / shares * left if column.share else _LABEL_MM for column in part.columns]


def _mark_row(row: "_Row", name: str) -> None:
    # The library offers no other way to these two marks.
    row._tr.get_or_add_trPr().append(_element(name, "true"))  # noqa: SLF001


def _element(name: str, value: str) -> "BaseOxmlElement":
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(name)
    made.set(qn("w:val"), value)
    return made
