"""Drafts of an organisation as they are typed on the command line."""

import io
import zipfile
from pathlib import Path

import pytest

from benban.model.organisation_paper import OrganisationPaperKind
from tests.path.terminal import Terminal
from tests.unit.dossier.reading import squeezed, text


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return Terminal.with_vault(tmp_path_factory.mktemp("organisation"))


def paper(terminal: Terminal, kind: OrganisationPaperKind, name: str, *more: str) -> bytes:
    target: Path = terminal.folder / name
    done = terminal.run("organisation", "papers", kind.value, "--out", str(target), *more)
    assert done.code == 0, done.err
    return target.read_bytes()


@pytest.mark.parametrize("kind", OrganisationPaperKind)
def test_a_draft_is_made_from_the_vault_alone(
    terminal: Terminal, kind: OrganisationPaperKind
) -> None:
    details = terminal.file("chi-tiet.txt", "organisation: Văn phòng Mây\n".encode())

    said = text(paper(terminal, kind, f"{kind.value}.pdf", "--details", details))

    assert squeezed("Văn phòng Mây") in said


def test_a_name_that_ends_in_docx_gives_a_text_document(terminal: Terminal) -> None:
    made = paper(terminal, OrganisationPaperKind.BREACH_FORM, "a.docx", "--language", "en")

    with zipfile.ZipFile(io.BytesIO(made)) as document:
        assert "DRAFT" in document.read("word/header1.xml").decode()


def test_case_numbers_are_listed_when_they_are_asked_for(terminal: Terminal) -> None:
    case = terminal.new_case()

    told = [
        text(paper(terminal, OrganisationPaperKind.BREACH_FORM, f"{len(more)}.pdf", *more))
        for more in ((), ("--cases",))
    ]

    assert [squeezed(case) in one for one in told] == [False, True]


def test_a_field_that_is_not_there_is_refused_and_no_file_is_left(terminal: Terminal) -> None:
    details = terminal.file("sai.txt", b"colour: red\n")
    target = terminal.folder / "none.pdf"

    done = terminal.run(
        *("organisation", "papers", "breach-form", "--out", str(target), "--details", details)
    )

    assert (done.code != 0, target.exists()) == (True, False)


def test_a_holder_who_is_nobody_is_refused_and_no_file_is_left(terminal: Terminal) -> None:
    details = terminal.file("ai.txt", "holder: Ai đó\n".encode())
    target = terminal.folder / "nobody.pdf"

    done = terminal.run(
        *("organisation", "papers", "breach-form", "--out", str(target), "--details", details),
        "--cases",
    )

    assert ("BB-043" in done.out + done.err, target.exists()) == (True, False)


def test_without_a_kind_the_drafts_are_listed(terminal: Terminal) -> None:
    listed = terminal.run("organisation", "papers").json["papers"]

    assert listed == [one.value for one in OrganisationPaperKind]
