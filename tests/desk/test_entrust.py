"""A case that is sealed for somebody and then nowhere here; until it reads back it stays."""

import threading
from pathlib import Path

import pytest
from playwright.sync_api import Page

from benban.casework.allegations import keep_allegation
from benban.casework.take_over import own_recipient
from benban.desk.jobs import JobState, Progress
from benban.model.custody import EventKind
from benban.seal.age import fresh_identity, recipient_of, voice_code
from tests.desk.receiving import (
    WHO,
    a_lawyer,
    ended,
    named,
    of_case,
    opened_by,
    stopped_in_the_middle,
)
from tests.desk.rig import Running

KEY = recipient_of(fresh_identity())


def _about(desk: Running, case: str, key: str = KEY) -> str:
    first = named(desk.post(f"{case}/entrust/key", key=key).text)
    return named(desk.post(f"{case}/entrust/heard", named=first, heard=voice_code(key)).text)


def test_what_a_person_entrusts_opens_there_and_is_nowhere_here(
    phone: Page, closed_desk: Running, tmp_path: Path
) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    closed_desk.client.post(f"/draft/case.{of_case(case)}.words", data={"text": "nửa chừng"})
    with a_lawyer(tmp_path) as lawyer:
        key = own_recipient(lawyer)
        phone.goto(f"{closed_desk.place.origin}{case}/entrust")
        phone.fill("textarea[name=key]", key)
        phone.click("main button")
        assert voice_code(key) not in phone.content()
        phone.fill("input[name=heard]", voice_code(key).replace(" ", "-"))
        phone.click("main button")
        for name, value in WHO.items():
            phone.fill(f"input[name={name}]", value)
        phone.fill("input[name=folder]", str(tmp_path))
        phone.click("text=Look before it is written")
        assert list(tmp_path.glob("*.dat")) == []
        phone.fill("input[name=word]", "Destroy")
        phone.click("text=Seal it, then destroy it here")
        phone.click("text=See what came of it", timeout=60_000)

        (path,) = tmp_path.glob("tai-lieu-*.dat")
        assert path.name in phone.inner_text("main")
        with opened_by(lawyer, path) as taken:
            assert taken.case.id == of_case(case)
            assert EventKind.ENTRUSTED in {one.kind for one in taken.events()}
    assert closed_desk.desk.vault.case_ids() == ()
    settings = closed_desk.desk.vault.entered.index.database.rows("SELECT name FROM settings")
    assert [name for (name,) in settings if of_case(case) in str(name)] == []
    assert "BB-103" in closed_desk.text(case)


@pytest.mark.parametrize(
    "heard",
    ["", "12345", voice_code(recipient_of(fresh_identity()))],
    ids=["nothing", "too few", "another key's"],
)
def test_other_numbers_than_the_key_s_lead_no_further(desk: Running, heard: str) -> None:
    case = desk.begin()
    first = named(desk.post(f"{case}/entrust/key", key=KEY).text)

    answer = desk.post(f"{case}/entrust/heard", named=first, heard=heard)

    assert (answer.status_code, "BB-115" in answer.text or not heard) == (400, True)
    assert voice_code(KEY) not in answer.text


def test_a_key_that_was_not_compared_entrusts_nothing(desk: Running, tmp_path: Path) -> None:
    case = desk.begin()
    first = named(desk.post(f"{case}/entrust/key", key=KEY).text)

    answer = desk.post(
        f"{case}/entrust/make", named=first, folder=str(tmp_path), word="destroy", **WHO
    )

    assert (answer.status_code, "BB-115" in answer.text) == (400, True)
    assert (len(desk.desk.vault.case_ids()), list(tmp_path.glob("*.dat"))) == (1, [])


def test_without_the_word_nothing_is_sealed_or_destroyed(desk: Running, tmp_path: Path) -> None:
    case = desk.begin()
    fields = {"named": _about(desk, case), "folder": str(tmp_path), **WHO}

    answer = desk.post(f"{case}/entrust/make", word="yes", **fields)

    assert (answer.status_code, "BB-051" in answer.text) == (400, True)
    assert (len(desk.desk.vault.case_ids()), list(tmp_path.glob("*.dat"))) == (1, [])


def test_whether_suspicions_go_along_is_asked_because_what_does_not_is_gone(
    desk: Running, tmp_path: Path
) -> None:
    case = desk.begin()
    with desk.desk.case(of_case(case)) as store:
        keep_allegation(desk.desk.vault, store, "tôi ngờ là bạn cũ", desk.desk.clock)
    fields = {"named": _about(desk, case), "folder": str(tmp_path), **WHO}

    answer = desk.post(f"{case}/entrust/preview", **fields)

    assert (answer.status_code, "BB-014" in answer.text) == (400, True)
    assert desk.post(f"{case}/entrust/preview", allegations="no", **fields).status_code == 200


def test_while_something_is_at_work_on_the_case_it_is_stopped_and_nothing_goes(
    desk: Running, tmp_path: Path
) -> None:
    case = desk.begin()
    begun = threading.Event()

    def work(progress: Progress) -> str:
        begun.set()
        progress.ask(("chọn",))
        return case

    job = desk.desk.jobs.start("desk.case.heading", work, case_id=of_case(case))
    begun.wait()
    fields = {"named": _about(desk, case), "folder": str(tmp_path), "word": "hủy", **WHO}

    answer = desk.post(f"{case}/entrust/make", **fields)

    assert (answer.status_code, "BB-050" in answer.text) == (400, True)
    desk.wait_for_jobs()
    assert desk.desk.jobs.get(job.id).state is JobState.STOPPED
    assert len(desk.desk.vault.case_ids()) == 1
    ended(desk, desk.post(f"{case}/entrust/make", **fields).headers["location"])
    assert desk.desk.vault.case_ids() == ()


def test_a_disk_that_takes_no_file_leaves_the_case_here(desk: Running, tmp_path: Path) -> None:
    case = desk.begin()
    fields = {"named": _about(desk, case), "folder": str(tmp_path / "usb"), "word": "hủy", **WHO}
    (tmp_path / "usb").mkdir()
    preview = desk.post(f"{case}/entrust/preview", **fields)
    assert preview.status_code == 200
    # Pulled out between the last page and the click.
    (tmp_path / "usb").rmdir()

    answer = desk.post(f"{case}/entrust/make", **fields)

    assert (answer.status_code, "BB-053" in answer.text) == (400, True)
    assert len(desk.desk.vault.case_ids()) == 1


def test_stopped_while_it_is_sealed_the_case_stays_and_there_is_no_file(
    desk: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = desk.begin()
    fields = {"named": _about(desk, case), "folder": str(tmp_path), "word": "hủy", **WHO}

    with stopped_in_the_middle(desk, monkeypatch, "desk.hand-over.writing"):
        ended(desk, desk.post(f"{case}/entrust/make", **fields).headers["location"])

    assert list(tmp_path.glob("*.dat")) == []
    assert desk.desk.vault.case_ids() == (of_case(case),)
