"""Consent on a page: read first, one purpose and one recipient, taken back by one click."""

from dataclasses import replace
from datetime import date

import httpx
import pytest
from playwright.sync_api import Page

from benban.casework.consent import consent_text
from benban.model.case import Capacity
from benban.model.consent import CapacityDocument, Consent, ConsentPurpose
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.ids import new_case_id
from benban.seal.digests import sha256_of
from benban.wording import Language
from tests.desk.rig import Running

OFFICE = "Trung tâm Trợ giúp pháp lý"
GIVEN = {"purpose": "papers", "recipient": OFFICE, "language": "en", "agree": "yes"}


def _consents(desk: Running, case: str) -> tuple[Consent, ...]:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        return store.all(Consent)


def test_a_person_reads_agrees_and_takes_it_back(phone: Page, closed_desk: Running) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    phone.goto(f"{closed_desk.place.origin}{case}")
    phone.click("text=What was agreed to")
    assert phone.locator("main input:checked").count() == 0
    phone.check("input[name=purpose][value=papers]")
    phone.fill("input[name=recipient]", OFFICE)
    phone.click("text=Read it first")
    read = phone.inner_text(".said")
    before = _consents(closed_desk, case)
    phone.click("text=Yes, I agree to this")
    (given,) = _consents(closed_desk, case)
    phone.click("text=Take this back")
    (ended,) = _consents(closed_desk, case)

    assert (before, read) == ((), consent_text(ConsentPurpose.PAPERS, OFFICE, Language.EN))
    assert (given.text, given.recipient, given.withdrawn_at) == (read, OFFICE, None)
    assert ended.withdrawn_at is not None
    assert "taken back" in phone.inner_text("main")


def test_going_back_from_what_was_read_records_nothing(phone: Page, closed_desk: Running) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    phone.goto(f"{closed_desk.place.origin}{case}/consent")
    phone.check("input[name=purpose][value=dossier]")
    phone.fill("input[name=recipient]", OFFICE)
    phone.click("text=Read it first")
    phone.get_by_role("link", name="No", exact=True).click()

    assert phone.inner_text("h1") == "Consent"
    assert _consents(closed_desk, case) == ()


@pytest.mark.parametrize(
    ("lacking", "code"),
    [
        ("agree", "BB-652"),
        ("recipient", "BB-652"),
        ("language", "BB-652"),
        ("purpose", "BB-014"),
    ],
)
def test_what_lacks_a_part_is_no_consent(desk: Running, lacking: str, code: str) -> None:
    case = desk.begin()
    fields = dict(GIVEN)
    del fields[lacking]

    answer = desk.post(f"{case}/consent/give", **fields)

    assert (answer.status_code, code in answer.text) == (400, True)
    assert _consents(desk, case) == ()


@pytest.mark.parametrize("lacking", ["purpose", "recipient"])
def test_an_open_question_is_asked_again_and_what_was_typed_stays(
    desk: Running, lacking: str
) -> None:
    case = desk.begin()
    fields = {"purpose": "papers", "recipient": OFFICE}
    del fields[lacking]

    answer = desk.post(f"{case}/consent/read", **fields)

    assert (answer.status_code, "BB-014" in answer.text) == (400, True)
    kept = OFFICE if lacking == "purpose" else 'value="papers" checked'
    assert kept in answer.text


def test_the_words_are_kept_in_the_language_in_which_they_were_read(desk: Running) -> None:
    case = desk.begin()
    desk.client.post("/language", data={"language": "en", "back": "/"})

    desk.post(f"{case}/consent/give", **(GIVEN | {"language": "vi"}))

    (one,) = _consents(desk, case)
    assert (one.language, one.text) == (
        Language.VI,
        consent_text(ConsentPurpose.PAPERS, OFFICE, Language.VI),
    )


def test_taking_back_twice_is_logged_once(desk: Running) -> None:
    case = desk.begin()
    desk.post(f"{case}/consent/give", **GIVEN)
    (one,) = _consents(desk, case)
    for _ in range(2):
        desk.post(f"{case}/consent/{one.id}/withdraw")

    with desk.desk.case(case.removeprefix("/c/")) as store:
        kinds = [entry.kind for entry in store.events()]
    assert kinds.count(EventKind.CONSENT_WITHDRAWN) == 1


def test_who_acts_for_somebody_is_asked_whether_that_person_agrees(desk: Running) -> None:
    desk.begin()
    (own,) = desk.desk.vault.cases()
    other = replace(own, id=new_case_id(), capacity=Capacity.ORGANISATION)
    desk.desk.vault.create_case(other).close()

    said = desk.post(f"/c/{other.id}/consent/read", purpose="papers", recipient=OFFICE).text

    assert "The person has read this and agrees" in said


def _document(
    desk: Running, case: str, content: bytes | None = b"giay uy quyen", **fields: str
) -> httpx.Response:
    form = {"form": desk.desk.forms.new(), **fields}
    files = {"file": ("giay.pdf", content or b"", "application/pdf")} if content else {}
    # Without a file a browser sends an empty one.
    return desk.client.post(
        f"{case}/consent/capacity", data=form, files=files or {"file": ("", b"", "")}
    )


def test_of_a_document_the_digest_and_the_last_day_stay_and_the_file_does_not(
    desk: Running,
) -> None:
    case = desk.begin()
    _document(desk, case, kind="authorisation", until="2026-01-31")

    with desk.desk.case(case.removeprefix("/c/")) as store:
        (kept,) = store.all(CapacityDocument)
        assert store.all(Exhibit) == ()
    assert (kept.sha256, kept.valid_until) == (sha256_of(b"giay uy quyen"), date(2026, 1, 31))
    said = desk.text(f"{case}/consent")
    assert ("valid until 31/01/2026" in said, "no longer valid" in said) == (True, True)


@pytest.mark.parametrize(
    ("fields", "content", "code"),
    [
        ({}, b"x", "BB-014"),
        ({"kind": "authorisation", "until": "31/01/2026"}, b"x", "BB-020"),
        ({"kind": "authorisation"}, None, "BB-021"),
    ],
    ids=["no kind", "no day", "no file"],
)
def test_what_is_no_document_is_not_recorded(
    desk: Running, fields: dict[str, str], content: bytes | None, code: str
) -> None:
    case = desk.begin()

    answer = _document(desk, case, content, **fields)

    assert (answer.status_code, code in answer.text) == (400, True)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert store.all(CapacityDocument) == ()
