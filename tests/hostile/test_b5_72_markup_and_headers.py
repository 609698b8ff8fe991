"""B5 72: markup of any kind, formulas and line ends stay what they are: text."""

import ast
import io
import zipfile
from dataclasses import replace

import pytest
from pyrage import x25519

from benban.dossier.report import render_pdf
from benban.model.exhibit import ExhibitKind, Missing
from benban.wording import Language
from tests.architecture.sources import product_sources
from tests.unit.dossier.example import authority_view, full_view
from tests.unit.dossier.fakelog import logged
from tests.unit.dossier.reading import squeezed, text
from tests.unit.dossier.test_bag import real_bytes, sealed_bag

INJECTIONS = (
    '#read("/etc/hostname")',
    '#import "@preview/cetz:0.3.0": *',
    "*đậm* _x_ $x^2$ `mã` <nhãn> @ref",
    '"] #panic("x") //',
    "=HYPERLINK(1)+cmd|' /C calc'!A0",
    "[bấm](javascript:alert(1)) ![x](http://xau.example)",
    "<img src=x onerror=alert(1)>&amp;{page}%s{0}",
)


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


def test_b5_72_a_writer_of_tables_calendars_mail_or_letters_comes_with_its_own_test() -> None:
    # None of these is written yet. Whoever adds one adds here that "=cmd", line ends in a title,
    # and markup in a name stay text in it; then the module is taken out of this list.
    unwritten = {"csv", "icalendar", "smtplib", "docx", "markdown"}
    found = {
        (source.place, name)
        for source in product_sources()
        for node in ast.walk(ast.parse(source.text))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
        )
        if name.partition(".")[0] in unwritten
    }

    assert found == set()
