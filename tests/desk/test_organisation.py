"""Drafts of an organisation at the desk: files, in both languages, without a case."""

import io
import zipfile

import pytest

from benban.model.organisation_paper import OrganisationPaperKind
from benban.wording import Language
from tests.desk.rig import PASSPHRASE, Running
from tests.desk.test_bulk import a_case
from tests.unit.dossier.reading import facts, squeezed, text

CANARY = "Chim hoàng yến"
BREACH = "/settings/organisation/breach-form"


def _inside(desk: Running) -> Running:
    desk.post("/where", where="here")
    desk.post("/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
    return desk


def test_the_settings_lead_to_the_drafts(desk: Running) -> None:
    _inside(desk)

    pages = [desk.get(one).text for one in ("/settings", "/settings/organisation")]

    assert 'href="/settings/organisation"' in pages[0]
    listed = [f'href="/settings/organisation/{one.value}"' for one in OrganisationPaperKind]
    assert [one for one in listed if one not in pages[1]] == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", OrganisationPaperKind)
def test_a_draft_is_a_file_in_the_chosen_language_and_names_nobody(
    desk: Running, kind: OrganisationPaperKind, language: Language
) -> None:
    _inside(desk)
    a_case(desk, "https://t.me/kenh_vi_du/5", CANARY)

    answer = desk.post(
        f"/settings/organisation/{kind.value}",
        paper_language=language.value,
        organisation="Văn phòng Mây",
    )

    said = text(answer.content)
    assert answer.headers["content-disposition"].startswith('attachment; filename="tai-lieu-')
    assert facts(answer.content).language.startswith(language.value)
    held = [squeezed(one) in said for one in ("Văn phòng Mây", CANARY, "kenh_vi_du", "case-")]
    assert held == [True, False, False, False]


def test_the_rest_that_is_set_is_the_rest_that_is_printed(desk: Running) -> None:
    _inside(desk)
    desk.post("/settings/rest", minutes="30")

    said = text(desk.post("/settings/organisation/impact-assessment", paper_language="en").content)

    assert squeezed("Locks after 30 minutes without use.") in said


def test_a_time_stamping_authority_that_is_switched_off_is_no_recipient(desk: Running) -> None:
    _inside(desk)
    record = "/settings/organisation/processing-record"
    before = text(desk.post(record, paper_language="en").content)
    desk.post("/settings/stamps", authority="digicert", to="off")

    after = text(desk.post(record, paper_language="en").content)

    told = squeezed("timestamp.digicert.com")
    assert (told in before, told in after) == (True, False)


@pytest.mark.parametrize(("on_server", "state"), [(True, "on"), (False, "NOT THERE")])
def test_a_second_factor_is_told_of_a_server_alone(
    desk: Running, state: str, *, on_server: bool
) -> None:
    _inside(desk)
    vars(desk.desk)["on_server"] = on_server

    said = text(desk.post("/settings/organisation/impact-assessment", paper_language="en").content)

    assert squeezed(f"Second factor: {state};") in said


def test_case_numbers_come_only_when_they_are_ticked(desk: Running) -> None:
    _inside(desk)
    case = a_case(desk, "https://t.me/kenh_vi_du/5", CANARY)

    answers = [desk.post(BREACH, paper_language="en", **more) for more in ({}, {"cases": "yes"})]

    assert [squeezed(case) in text(one.content) for one in answers] == [False, True]


def test_what_was_typed_stays_on_the_page_that_comes_back_and_is_no_markup(desk: Running) -> None:
    _inside(desk)
    typed = "<b>theo Nghị định 13/2023/NĐ-CP"

    answer = desk.post("/settings/organisation/processing-record", **{"legal-basis": typed})

    assert answer.status_code == 400
    assert "BB-042" in answer.text
    assert ("&lt;b&gt;theo" in answer.text, "<b>theo" in answer.text) == (True, False)


def test_what_was_typed_is_kept_nowhere(desk: Running) -> None:
    _inside(desk)
    desk.post(BREACH, organisation="Văn phòng Mây", happened=CANARY)

    page = desk.get(BREACH)

    held = ("Văn phòng Mây" in page.text, CANARY in page.text)
    assert (page.status_code, *held) == (200, False, False)


def test_a_text_document_can_be_had_instead(desk: Running) -> None:
    _inside(desk)

    answer = desk.post(BREACH, paper_language="vi", docx="yes")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as document:
        assert "BẢN NHÁP" in document.read("word/header1.xml").decode()


def test_no_draft_without_the_keys(desk: Running) -> None:
    _inside(desk)
    desk.post("/lock")

    assert desk.get(BREACH).status_code != 200


@pytest.mark.parametrize("kind", OrganisationPaperKind)
def test_each_draft_has_a_page_that_asks_and_chooses_the_desks_language(
    desk: Running, kind: OrganisationPaperKind
) -> None:
    _inside(desk)

    answer = desk.get(f"/settings/organisation/{kind.value}")

    assert (answer.status_code, 'value="en" checked' in answer.text) == (200, True)
