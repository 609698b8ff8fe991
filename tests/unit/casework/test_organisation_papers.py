"""Drafts of an organisation: what they say is what is so, and nobody's case stands in them."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, cast

import pytest

from benban.casework.organisation_papers import (
    OrganisationPaperRequest,
    Surroundings,
    make_organisation_paper,
    organisation_document,
    organisation_pdf,
)
from benban.casework.take_in import SightingReport, take_in
from benban.errors import (
    CatalogueError,
    EndedLawTypedError,
    HolderMissingError,
    OrganisationPaperRoleError,
)
from benban.model.case import Capacity, Case
from benban.model.catalogue import Catalogue, CatalogueFault
from benban.model.ids import CaseId
from benban.model.organisation_paper import MeasureState, OrganisationPaperKind, StampHost
from benban.model.paper import Paper, PaperTable
from benban.model.people import Person, PersonState, Role
from benban.model.sighting import SightingKind
from benban.outside.platforms import ThisPlatform
from benban.remedies import packaged_catalogue, parse_address
from benban.testing.clock import FakeClock
from benban.vault import KdfCost, Vault, back_up
from benban.wording import Language
from tests.unit.dossier.reading import squeezed, text
from tests.unit.notices.test_papers import lines

from .conftest import ADULT

CATALOGUE = packaged_catalogue()
NOW = datetime(2026, 11, 22, 13, 15, tzinfo=UTC)
HOST = StampHost(name="Nơi đóng dấu", host="dau.vi-du.example")
CANARY = "chimhoangyen"
RECORD, IMPACT, BREACH = OrganisationPaperKind
EVERY = [(kind, language) for kind in OrganisationPaperKind for language in Language]


def made(
    vault: Vault,
    kind: OrganisationPaperKind = IMPACT,
    language: Language = Language.EN,
    *,
    around: Surroundings | None = None,
    typed: dict[str, str] | None = None,
    lists_cases: bool = False,
    holder: str = "",
    catalogue: Catalogue = CATALOGUE,
) -> Paper:
    request = OrganisationPaperRequest(
        kind=kind, language=language, typed=typed or {}, lists_cases=lists_cases, holder=holder
    )
    around = around or Surroundings()
    return make_organisation_paper(vault, request, around, catalogue, FakeClock(NOW))


def said(paper: Paper) -> str:
    """Every word of a paper, its annexes too."""
    annexes = replace(paper, parts=tuple(one for annex in paper.annexes for one in annex))
    return "\n".join([*lines(paper), *lines(annexes)])


def state_of(paper: Paper, measure: str) -> str:
    """What a paper's table says of one measure."""
    tables = [one for one in paper.parts if isinstance(one, PaperTable)]
    rows = [
        ["".join(piece.text for piece in cell) for cell in row] for t in tables for row in t.rows
    ]
    (found,) = [row[1] for row in rows if row[0] == f"[B] {measure}"]
    return found


def a_case(vault: Vault, number: int, clock: FakeClock) -> None:
    case = Case(
        id=CaseId(f"case-{number:016x}"),
        title=f"{CANARY} tên",
        language=Language.VI,
        capacity=Capacity.ORGANISATION,
        opened_at=NOW,
    )
    with vault.create_case(case) as store:
        report = SightingReport(
            address=parse_address(f"https://{CANARY}.example/{number}", CATALOGUE),
            kind=SightingKind.PUBLISHED,
            answers=ADULT,
            text=f"{CANARY} kể",
            seen_at=NOW,
        )
        take_in(store, report, clock)


@contextmanager
def vault_of(folder: Path, cost: KdfCost, of: type[Vault] = Vault) -> Iterator[Vault]:
    opened, _ = of.create(
        folder,
        passphrase="bốn từ dễ nhớ",
        cost=cost,
        clock=FakeClock(NOW),
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    with opened:
        yield opened


def someone(role: Role, name: str = "Mây") -> Person:
    return Person(user_id="0" * 16, name=name, role=role, state=PersonState.ACTIVE, added_at=NOW)


def shared(**members: object) -> type[Vault]:
    """A vault in which somebody is one of several people."""
    return cast("type[Vault]", type("Shared", (Vault,), members))


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_every_page_says_that_it_is_a_draft(
    vault: Vault, kind: OrganisationPaperKind, language: Language
) -> None:
    paper = made(vault, kind, language, lists_cases=True)

    pdf = organisation_pdf(paper, FakeClock(NOW))

    marked = text(pdf).count(squeezed(paper.draft))
    word = {Language.VI: "BẢN NHÁP", Language.EN: "DRAFT"}[language]
    assert (paper.draft.startswith(word), marked) == (True, _pages(pdf))


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_the_document_to_edit_says_that_it_is_a_draft(
    vault: Vault, kind: OrganisationPaperKind, language: Language
) -> None:
    paper = made(vault, kind, language)

    document = organisation_document(paper, FakeClock(NOW))

    assert paper.draft in _part(document, "word/header1.xml")


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_nothing_of_a_case_stands_in_a_paper(
    vault: Vault, clock: FakeClock, kind: OrganisationPaperKind, language: Language
) -> None:
    for number in range(6):
        a_case(vault, number, clock)
    vault.set_setting("mail-account", f"{CANARY}@vi-du.example".encode())

    words = said(made(vault, kind, language))

    assert (CANARY in words, "case-" in words) == (False, False)


@pytest.mark.parametrize("kind", OrganisationPaperKind)
def test_a_paper_is_made_without_opening_a_case(
    vault: Vault, clock: FakeClock, kind: OrganisationPaperKind
) -> None:
    a_case(vault, 1, clock)
    before = made(vault, kind)
    database = vault.entered.folder.case(CaseId("case-0000000000000001")).database
    database.write_bytes(b"nobody can open this")

    assert made(vault, kind) == before


@pytest.mark.parametrize(("count", "is_told"), [(0, False), (4, False), (5, True)])
def test_how_many_cases_there_are_is_told_from_five(
    vault: Vault, clock: FakeClock, count: int, *, is_told: bool
) -> None:
    for number in range(count):
        a_case(vault, number, clock)

    words = said(made(vault, BREACH))

    assert ("Cases in the vault: 5." in words, "under 5" in words) == (is_told, not is_told)


def test_a_copy_is_told_with_its_day_once_there_is_one(vault: Vault, tmp_path: Path) -> None:
    before = made(vault)
    back_up(vault, tmp_path / "usb")
    after = made(vault)

    states = [state_of(one, "Copy elsewhere") for one in (before, after)]
    assert (states, "2026-11-22. The copy" in said(after)) == (["NOT THERE", "on"], True)


def test_a_cheap_passphrase_is_not_called_a_protection(vault: Vault, tmp_path: Path) -> None:
    with vault_of(tmp_path / "other", KdfCost(memory_kib=65_536, passes=1)) as dear:
        states = [state_of(made(one), "Passphrase that is dear to try") for one in (vault, dear)]
        words = said(made(dear))

    assert (states, "at least 64 MiB of memory, 1 passes" in words) == (["NOT THERE", "on"], True)


def test_each_case_has_a_key_or_the_paper_says_no(vault: Vault, clock: FakeClock) -> None:
    measure, states = "A key of its own for each case", []
    states.append(state_of(made(vault), measure))
    a_case(vault, 1, clock)
    states.append(state_of(made(vault), measure))
    (file,) = vault.entered.folder.keys.glob("case-*.json")
    file.rename(file.with_suffix(".away"))
    states.append(state_of(made(vault), measure))

    assert states == ["NOT KNOWN", "on", "NOT THERE"]


def test_an_index_that_anybody_reads_is_not_called_encrypted(vault: Vault) -> None:
    index = vault.entered.folder.index
    before = state_of(made(vault), "Encryption of the vault")
    held = index.rename(index.with_name("held"))
    index.write_bytes(b"SQLite format 3\x00")
    after = state_of(made(vault), "Encryption of the vault")
    held.replace(index)

    assert (before, after) == ("on", "NOT THERE")


@pytest.mark.parametrize(
    ("around", "measure", "state"),
    [
        (Surroundings(), "Second factor at the door", "NOT THERE"),
        (Surroundings(second_factor=MeasureState.ON), "Second factor at the door", "on"),
        (Surroundings(), "Time stamps of a third party", "NOT THERE"),
        (Surroundings(stamp_hosts=(HOST,)), "Time stamps of a third party", "on"),
        (Surroundings(), "Locks itself when nobody is there", "NOT KNOWN"),
        (Surroundings(rest_minutes=5), "Locks itself when nobody is there", "on"),
        (Surroundings(), "Book of who saw what", "NOT THERE"),
    ],
)
def test_a_measure_is_on_only_where_it_is(
    vault: Vault, around: Surroundings, measure: str, state: str
) -> None:
    assert state_of(made(vault, around=around), measure) == state


def test_a_risk_is_open_while_a_measure_against_it_is_missing(vault: Vault) -> None:
    def left(around: Surroundings) -> str:
        table = [one for one in made(vault, around=around).parts if isinstance(one, PaperTable)][1]
        rows = ["".join(cell[0].text for cell in row) for row in table.rows]
        return next(one for one in rows if "nobody believes it" in one)

    assert "Time stamps: NOT THERE" in left(Surroundings())
    assert "Time stamps: on" in left(Surroundings(stamp_hosts=(HOST,)))


def test_what_a_stamp_tells_is_told_with_the_host(vault: Vault) -> None:
    words = said(made(vault, RECORD, around=Surroundings(stamp_hosts=(HOST,))))

    assert "Nơi đóng dấu (dau.vi-du.example) gets one digest" in words


def test_every_service_that_a_notice_may_go_to_is_a_recipient(vault: Vault) -> None:
    words = said(made(vault, RECORD))

    named = [f"[B] {one.name}" for one in CATALOGUE.services if one.channels]
    assert [one for one in named if one not in words] == []


def test_a_mail_account_is_told_without_its_address(vault: Vault) -> None:
    before = said(made(vault, RECORD))
    vault.set_setting("mail-account", b"kept")
    after = said(made(vault, RECORD))

    told = "an account for sending notices is set"
    assert (told in before, told in after) == (False, True)


def test_typed_words_are_words_and_replace_the_blank(vault: Vault) -> None:
    typed = '#strong[x] <b>&{draft} "y"'
    paper = made(vault, BREACH, typed={"organisation": typed, "happened": typed, "other": "no"})

    pdf = text(organisation_pdf(paper, FakeClock(NOW)))
    document = _part(organisation_document(paper, FakeClock(NOW)), "word/document.xml")

    assert pdf.count(squeezed(typed)) == 2
    assert document.count('#strong[x] &lt;b&gt;&amp;{draft} "y"') == 2
    assert "no" not in [one.strip() for one in lines(paper)]


def test_what_is_typed_may_not_cite_law_that_has_ended(vault: Vault) -> None:
    ended = CATALOGUE.repealed[0]

    with pytest.raises(EndedLawTypedError) as refused:
        made(vault, RECORD, typed={"legal-basis": f"theo {ended.spellings[0]}"})

    assert refused.value.params["instead"] == ended.replaced_by


def test_without_the_guards_of_the_catalogue_no_paper_is_made(vault: Vault) -> None:
    fault = CatalogueFault(file="laws/repealed.toml", line=1, key="-", rule="unknown", detail="")

    with pytest.raises(CatalogueError):
        made(vault, catalogue=replace(CATALOGUE, faults=(fault,)))


def test_case_numbers_stand_in_an_annex_that_was_asked_for(vault: Vault, clock: FakeClock) -> None:
    a_case(vault, 7, clock)

    papers = [made(vault, kind, lists_cases=True) for kind in OrganisationPaperKind]
    without = made(vault, BREACH)

    listed = ["case-0000000000000007" in said(one) for one in (*papers, without)]
    assert listed == [False, False, True, False]
    assert [["case-0000000000000007" in one for one in lines(papers[2])].count(True)] == [0]


def test_the_letter_to_the_person_is_a_page_of_its_own_and_blames_nobody(vault: Vault) -> None:
    paper = made(vault, BREACH)

    (letter,) = paper.annexes
    words = "\n".join(lines(replace(paper, parts=letter)))
    assert "You did nothing wrong." in words


@pytest.mark.parametrize("role", Role)
def test_whoever_has_cases_of_others_does_not_make_papers_of_the_organisation(
    tmp_path: Path, role: Role
) -> None:
    of = shared(person=someone(role))
    with vault_of(tmp_path / "kho", KdfCost.cheap_for_tests(), of) as vault:
        if role is Role.CASEWORKER:
            with pytest.raises(OrganisationPaperRoleError):
                made(vault)
            return
        words = said(made(vault, RECORD))

    assert ("the organisation's server" in words, "NOT THERE: an account" in words) == (True, False)


def test_the_annex_lists_the_cases_of_one_holder_only(tmp_path: Path) -> None:
    def people(vault: Vault) -> tuple[Person, ...]:
        here = replace(someone(Role.CASEWORKER, "Lan"), user_id=vault.entered.unlocked.user_id)
        return (here, someone(Role.CASEWORKER, "Mai"))

    of = shared(person=someone(Role.AUDITOR), people=people)
    with vault_of(tmp_path / "kho", KdfCost.cheap_for_tests(), of) as vault:
        a_case(vault, 7, FakeClock(NOW))
        told = [said(made(vault, BREACH, lists_cases=True, holder=one)) for one in ("lan ", "Mai")]
        with pytest.raises(HolderMissingError):
            made(vault, BREACH, lists_cases=True, holder="Ai đó")

    assert ["case-0000000000000007" in one for one in told] == [True, False]


def test_an_administrator_is_not_told_whose_keys_open_which_cases(tmp_path: Path) -> None:
    of = shared(person=someone(Role.ADMINISTRATOR), people=lambda _: ())
    with vault_of(tmp_path / "kho", KdfCost.cheap_for_tests(), of) as vault:
        a_case(vault, 7, FakeClock(NOW))
        with pytest.raises(OrganisationPaperRoleError):
            made(vault, BREACH, lists_cases=True, holder="Lan")
        of_all = said(made(vault, BREACH, lists_cases=True))

    assert "case-0000000000000007" in of_all


def test_that_a_paper_was_made_is_noted_and_whether_it_lists_cases(tmp_path: Path) -> None:
    class Book:
        noted: ClassVar[list[str]] = []

        def note(self, what: str) -> None:
            self.noted.append(what)

    of = shared(person=someone(Role.AUDITOR), audit=Book())
    with vault_of(tmp_path / "kho", KdfCost.cheap_for_tests(), of) as vault:
        made(vault, RECORD)
        made(vault, BREACH, lists_cases=True)

    assert Book.noted == ["organisation/paper", "organisation/cases-listed"]


def _pages(pdf: bytes) -> int:
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def _part(document: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as opened:
        return opened.read(name).decode()
