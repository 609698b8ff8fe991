"""B5 72: markup of any kind, formulas and line ends stay what they are: text."""

import ast
import csv
import email
import io
import zipfile
from dataclasses import replace
from email.policy import default

import pytest
from icalendar import Calendar
from pyrage import x25519

from benban.desk.sheet import table_of
from benban.dossier.glyphs import printable, report_glyphs
from benban.dossier.paper_docx import render_paper_docx
from benban.dossier.report import render_pdf
from benban.model.exhibit import ExhibitKind, Missing
from benban.notices.calendar import calendar_of
from benban.notices.mail import compose_mail
from benban.wording import Language
from tests.architecture.sources import product_sources
from tests.unit.dossier.example import authority_view, full_view
from tests.unit.dossier.fakelog import logged
from tests.unit.dossier.reading import squeezed, text
from tests.unit.dossier.test_bag import real_bytes, sealed_bag
from tests.unit.dossier.test_paper import paper, words_of
from tests.unit.notices.test_calendar import waiting
from tests.unit.remedies.scenes import NOW

INJECTIONS = (
    '#read("/etc/hostname")',
    '#import "@preview/cetz:0.3.0": *',
    "*đậm* _x_ $x^2$ `mã` <nhãn> @ref",
    '"] #panic("x") //',
    "=HYPERLINK(1)+cmd|' /C calc'!A0",
    "[bấm](javascript:alert(1)) ![x](http://xau.example)",
    "<img src=x onerror=alert(1)>&amp;{page}%s{0}",
)


LINE_ENDS = ("a\r\nBcc: x@y.example", "a\nATTENDEE:mailto:x@y.example", "a\rb", "a\u2028b\x0bc")


@pytest.mark.parametrize("injection", INJECTIONS)
@pytest.mark.parametrize("language", Language)
def test_b5_72_in_every_place_of_a_report_markup_is_literal(
    injection: str, language: Language
) -> None:
    def marked(place: str) -> str:
        return f"{place}:{injection}"

    view = full_view()
    places = ("text", "on", "by", "at", "title", "claim", "name", "what", "why", "notice")
    entry = replace(
        view.exhibits[-1],
        exhibit=replace(
            view.exhibits[-1].exhibit,
            kind=ExhibitKind.SUPPLIED_FILE,
            claimed_media_type=marked("claim"),
            original_name=marked("name"),
        ),
    )
    shown = replace(
        view,
        sightings=(
            replace(
                view.sightings[0],
                text=marked("text"),
                seen_on=marked("on"),
                seen_by=marked("by"),
                seen_at_local=marked("at"),
            ),
        ),
        captures=(replace(view.captures[0], title=marked("title")),),
        exhibits=(*view.exhibits[:-1], entry),
        missing=(Missing(what=marked("what"), reason=marked("why")),),
        notices=tuple(replace(one, channel_id=marked("notice")) for one in view.notices),
    )

    printed = text(render_pdf(shown, language))

    assert [one for one in places if squeezed(marked(one)) not in printed] == []


def test_b5_72_line_ends_in_what_was_typed_make_no_line_of_the_bags_description() -> None:
    key = str(x25519.Identity.generate().to_public())
    view = authority_view(key)
    assert view.disclosure is not None
    typed = "Cơ quan A\r\nBagging-Date: 1999-01-01\nSource-Organization: B"
    said = replace(view.disclosure, recipient=typed, purpose=typed, legal_basis=typed)

    bag = sealed_bag(*logged(real_bytes(replace(view, disclosure=said))))

    with zipfile.ZipFile(io.BytesIO(bag)) as opened:
        (info,) = [one for one in opened.namelist() if one.endswith("/bag-info.txt")]
        (told,) = [one for one in opened.namelist() if one.endswith("/VERIFY.txt")]
        labels = [line.partition(":")[0] for line in opened.read(info).decode().splitlines()]
        assert (len(labels), labels.count("Bagging-Date")) == (len(set(labels)), 1)
        assert b"Source-Organization: B" not in opened.read(info)
        assert b"1999-01-01" not in opened.read(told)


@pytest.mark.parametrize("injection", [*INJECTIONS, *LINE_ENDS])
def test_b5_72_a_deadline_in_a_calendar_says_nothing_that_was_typed(injection: str) -> None:
    hostile = replace(waiting(), recipient=injection, subject=injection, body=injection)

    content = calendar_of([hostile], Language.VI, NOW)
    (entry,) = Calendar.from_ical(content).walk("VEVENT")

    assert set(entry) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS"}
    assert injection.encode() not in content


@pytest.mark.parametrize("injection", [*INJECTIONS, *LINE_ENDS])
def test_b5_72_a_mail_has_the_same_heads_whatever_stands_in_its_text(injection: str) -> None:
    hostile = replace(
        waiting(), recipient="abuse@noi-nhan.example", subject=injection, body=injection
    )

    made = compose_mail(hostile, sender="may@thu.example", at=NOW, message_id="<a@thu.example>")
    read = email.message_from_bytes(made, policy=default)

    assert len(read.keys()) == 8
    assert read["To"] == "abuse@noi-nhan.example"
    written = read.get_content().replace("\r\n", "\n").rstrip("\n")
    assert written.splitlines() == injection.splitlines()


@pytest.mark.parametrize("injection", INJECTIONS)
def test_b5_72_a_text_document_holds_what_was_typed_as_text(injection: str) -> None:
    made = render_paper_docx(paper(injection), NOW)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    assert printable(injection, report_glyphs()) in words_of(made)
    relations = b"".join(data for name, data in parts.items() if name.endswith(".rels"))
    assert b'TargetMode="External"' not in relations
    # No field that a word processor would work out or open.
    assert not any(b"instrText" in data and b"HYPERLINK" in data for data in parts.values())


@pytest.mark.parametrize("injection", [*INJECTIONS, *LINE_ENDS])
def test_b5_72_a_table_has_the_same_cells_whatever_was_typed_and_none_is_a_formula(
    injection: str,
) -> None:
    made = table_of(["a", "b"], [[injection, "1"], ["2", f" {injection}"]])
    rows = list(csv.reader(io.StringIO(made.decode(), newline="")))

    assert [len(row) for row in rows] == [2, 2, 2]
    assert rows[1][0].removeprefix("'") == injection
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_b5_72_a_writer_of_tables_calendars_mail_or_letters_comes_with_its_own_test() -> None:
    # Each of these writes one format, and its test stands above. Whoever adds another adds here
    # that "=cmd", line ends in a title, and markup in a name stay text in it.
    writers = {
        ("notices/calendar.py", "icalendar"),
        ("outside/mail.py", "smtplib"),
        ("dossier/paper_docx.py", "docx"),
        ("desk/sheet.py", "csv"),
    }
    kinds = {"csv", "icalendar", "smtplib", "docx", "markdown"}
    found = {
        (source.place, name.partition(".")[0])
        for source in product_sources()
        for node in ast.walk(ast.parse(source.text))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
        )
        if name.partition(".")[0] in kinds
    }

    assert found == writers
