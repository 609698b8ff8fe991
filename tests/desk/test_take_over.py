"""A case that comes in: looked into first, kept after a yes, and only the one that was seen."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page

from benban.casework.add_files import add_files
from benban.casework.hand_over import Recipient, hand_over
from benban.casework.originals import GivenFile
from benban.casework.take_in import SightingReport, take_in
from benban.casework.take_over import known_recipient, own_recipient
from benban.desk.jobs import JobState
from benban.model.case import Capacity, Case
from benban.model.exhibit import Exhibit
from benban.model.ids import new_case_id
from benban.model.sighting import AgeAnswers, Answer, SightingKind
from benban.outside.clock import SystemClock
from benban.seal.age import fresh_identity, recipient_of, voice_code
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore, Vault
from benban.wording import Language
from tests.desk.receiving import ended
from tests.desk.rig import PASSPHRASE, Running, make_cheap_vault

ADULT = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
TITLE = "Hồ sơ của M."
CLOCK = SystemClock()


@pytest.fixture
def giver(tmp_path: Path) -> Iterator[tuple[Vault, CaseStore]]:
    """Somebody with a case of one picture."""
    vault, _ = make_cheap_vault(tmp_path / "kho-ben-giao", passphrase="kho của bên giao")
    case = Case(
        id=new_case_id(),
        title=TITLE,
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=CLOCK.now(),
    )
    report = SightingReport(
        address=None, kind=SightingKind.PUBLISHED, answers=ADULT, seen_on="nhóm A"
    )
    with vault, vault.create_case(case) as store:
        sighting = take_in(store, report, CLOCK).sighting
        file = GivenFile(stream=BytesIO(draw_feed_picture(3)), name="hinh.jpg")
        add_files(store, sighting, [file], CLOCK)
        yield vault, store


def _open_vault(desk: Running) -> None:
    desk.post("/where", where="here")
    desk.post("/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
    desk.post("/sheet/without")


def _sealed(giver: tuple[Vault, CaseStore], key: str, path: Path) -> Path:
    to = Recipient(name="Luật sư A", purpose="đại diện", legal_basis="ủy quyền", key=key)
    with path.open("wb") as out:
        hand_over(*giver, to, out)
    return path


def _looked(desk: Running, path: Path, **more: str) -> str:
    """Let the desk look into a file; return the path of the page that says what came."""
    return ended(desk, desk.post("/take-over/look", file=str(path), **more).headers["location"])


def test_a_caseworker_gives_their_key_looks_and_takes_the_case(
    phone: Page, closed_desk: Running, giver: tuple[Vault, CaseStore], tmp_path: Path
) -> None:
    closed_desk.enter()
    _open_vault(closed_desk)
    vault = closed_desk.desk.vault
    phone.goto(f"{closed_desk.place.origin}/settings")
    phone.click("text=Take over a case")
    assert known_recipient(vault) == ""
    phone.click("text=Make my key")
    key = known_recipient(vault)
    said = phone.inner_text("main")
    assert (key in said, voice_code(key) in said) == (True, True)
    path = _sealed(giver, key, tmp_path / "tai-lieu-0a1b.dat")
    phone.click("text=I have the file")
    phone.fill("input[name=file]", str(path))
    phone.click("text=Look what is in it")
    phone.click("text=See what came of it", timeout=60_000)

    said = phone.inner_text("main")
    assert (TITLE in said, "Pieces of evidence: 1" in said) == (True, True)
    assert (vault.case_ids(), phone.locator("main input:checked").count()) == ((), 0)
    phone.check("input[name=capacity][value=lawyer]")
    phone.click("button:has-text('Take this case')")
    phone.click("text=See what came of it", timeout=60_000)
    phone.click("text=Open the case")

    assert vault.case_ids() == (giver[1].case.id,)
    with closed_desk.desk.case(giver[1].case.id) as store:
        assert (store.case.capacity, len(store.all(Exhibit))) == (Capacity.LAWYER, 1)
    assert "Pieces of evidence: 1" in phone.inner_text("main")


def test_looking_at_the_page_makes_no_key(desk: Running) -> None:
    _open_vault(desk)

    desk.get("/take-over")

    assert known_recipient(desk.desk.vault) == ""


def test_who_refuses_keeps_nothing(
    desk: Running, giver: tuple[Vault, CaseStore], tmp_path: Path
) -> None:
    _open_vault(desk)
    path = _sealed(giver, own_recipient(desk.desk.vault), tmp_path / "a.dat")
    page = _looked(desk, path)
    assert TITLE in desk.text(page)

    desk.post("/take-over/refuse", incoming=page.rpartition("/")[2])

    assert desk.desk.vault.case_ids() == ()
    assert desk.get(page).headers["location"] == "/take-over/file"
    cases = desk.desk.folder / "cases"
    assert list(cases.iterdir()) == []


def test_in_which_capacity_is_never_answered_for_them(
    desk: Running, giver: tuple[Vault, CaseStore], tmp_path: Path
) -> None:
    _open_vault(desk)
    path = _sealed(giver, own_recipient(desk.desk.vault), tmp_path / "a.dat")
    number = _looked(desk, path).rpartition("/")[2]

    answer = desk.post("/take-over/accept", incoming=number)

    assert (answer.status_code, "BB-014" in answer.text) == (400, True)
    assert desk.desk.vault.case_ids() == ()


def test_another_file_in_the_same_place_is_not_taken(
    desk: Running, giver: tuple[Vault, CaseStore], tmp_path: Path
) -> None:
    _open_vault(desk)
    key = own_recipient(desk.desk.vault)
    number = _looked(desk, _sealed(giver, key, tmp_path / "a.dat")).rpartition("/")[2]
    _sealed(giver, key, tmp_path / "a.dat")

    job = desk.post("/take-over/accept", incoming=number, capacity="lawyer").headers["location"]
    desk.wait_for_jobs()

    assert "BB-052" in desk.text(job)
    assert desk.desk.vault.case_ids() == ()


def test_a_file_for_somebody_else_says_so(
    desk: Running, giver: tuple[Vault, CaseStore], tmp_path: Path
) -> None:
    _open_vault(desk)
    path = _sealed(giver, recipient_of(fresh_identity()), tmp_path / "a.dat")

    job = desk.post("/take-over/look", file=str(path)).headers["location"]
    desk.wait_for_jobs()

    assert desk.desk.jobs.get(job.removeprefix("/jobs/")).state is JobState.FAILED
    assert "BB-419" in desk.text(job)


def test_a_key_in_a_file_opens_what_was_sealed_for_it(
    desk: Running, giver: tuple[Vault, CaseStore], tmp_path: Path
) -> None:
    _open_vault(desk)
    identity = fresh_identity()
    (tmp_path / "khoa.txt").write_text(f"# created: today\n{identity}\n", encoding="utf-8")
    path = _sealed(giver, recipient_of(identity), tmp_path / "a.dat")
    number = _looked(desk, path, identity=str(tmp_path / "khoa.txt")).rpartition("/")[2]

    ended(
        desk,
        desk.post("/take-over/accept", incoming=number, capacity="self").headers["location"],
    )

    assert desk.desk.vault.case_ids() == (giver[1].case.id,)


@pytest.mark.parametrize("typed", ["", "khong-co.dat", ".", "a\0b"], ids=repr)
def test_a_path_that_is_no_file_is_said_where_it_was_typed(desk: Running, typed: str) -> None:
    _open_vault(desk)

    answer = desk.post("/take-over/look", file=typed)

    assert (answer.status_code, "BB-002" in answer.text or not typed) == (400, True)


def test_a_title_of_a_stranger_is_words_and_nothing_else(desk: Running, tmp_path: Path) -> None:
    vault, _ = make_cheap_vault(tmp_path / "kho-la", passphrase="kho lạ")
    case = Case(
        id=new_case_id(),
        title="<script>alert(1)</script>",
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=CLOCK.now(),
    )
    _open_vault(desk)
    with vault, vault.create_case(case) as store:
        report = SightingReport(
            address=None, kind=SightingKind.THREATENED, answers=ADULT, seen_on="nhóm A"
        )
        take_in(store, report, CLOCK)
        path = _sealed((vault, store), own_recipient(desk.desk.vault), tmp_path / "a.dat")

    page = desk.get(_looked(desk, path)).text

    assert ("<script>alert" in page, "&lt;script&gt;alert" in page) == (False, True)
