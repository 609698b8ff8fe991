"""A copy of everything that opens elsewhere, a check in words, and leaving in the middle of it."""

import threading
import time
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Page
from sqlcipher3.dbapi2 import ProgrammingError

from benban.casework.receipts import give_receipt
from benban.desk.jobs import JobState, Progress
from benban.errors import BenbanError
from benban.model.case import Capacity, Case
from benban.model.ids import new_case_id
from benban.model.report import CheckResult
from benban.outside.clock import SystemClock
from benban.outside.platforms import ThisPlatform
from benban.seal.receipt import receipt_text
from benban.vault import Vault, back_up, check_vault, restore
from benban.wording import Language
from tests.desk.receiving import ended, of_case
from tests.desk.rig import PASSPHRASE, Running, make_cheap_vault
from tests.desk.test_dossier import _with_pictures


def _opened(folder: Path) -> Vault:
    return Vault.open(folder, passphrase=PASSPHRASE, clock=SystemClock(), platform=ThisPlatform())


def test_a_copy_opens_elsewhere_with_the_same_passphrase_and_is_whole(
    phone: Page, closed_desk: Running, tmp_path: Path
) -> None:
    closed_desk.enter()
    case = _with_pictures(closed_desk)
    (tmp_path / "usb").mkdir()
    phone.goto(f"{closed_desk.place.origin}/settings")
    phone.click("text=Make a copy elsewhere")
    phone.fill("input[name=folder]", str(tmp_path / "usb"))
    phone.click("main form button")
    phone.click("text=See what came of it", timeout=60_000)

    (copy,) = (tmp_path / "usb").glob("tai-lieu-*")
    assert str(copy) in phone.inner_text("main")
    restore(copy, tmp_path / "tro-lai", platform=ThisPlatform())
    with _opened(tmp_path / "tro-lai") as vault:
        assert vault.case_ids() == (of_case(case),)
        checks = check_vault(vault, read=True).checks
        assert [one.name for one in checks if one.result is CheckResult.FAIL] == []


def test_a_copy_goes_neither_into_the_vault_nor_into_a_folder_that_is_not_there(
    desk: Running, tmp_path: Path
) -> None:
    desk.begin()
    inside = desk.post("/settings/backup", folder=str(desk.desk.folder / "tmp"))
    missing = desk.post("/settings/backup", folder=str(tmp_path / "usb"))

    assert ("BB-004" in inside.text, "BB-053" in missing.text) == (True, True)
    assert not (tmp_path / "usb").exists()


def test_leaving_in_the_middle_of_a_copy_waits_for_nothing_and_leaves_nothing(
    desk: Running, tmp_path: Path
) -> None:
    """The vault is held by the job, and a page waits for the vault with the desk's lock."""
    desk.begin()
    begun = threading.Event()

    def work(progress: Progress) -> str:
        def tell(_done: int, _total: int) -> None:
            begun.set()
            # A slow stick: it goes on until somebody does not want it any more.
            while True:
                progress.require_wanted()
                time.sleep(0.01)

        back_up(desk.desk.vault, tmp_path / "ban-sao", tell)
        return "/settings"

    desk.desk.jobs.start("desk.backup.job", work)
    begun.wait()
    waiting = threading.Thread(target=lambda: _ask_for_a_case(desk))
    waiting.start()
    while not _is_held(desk):
        time.sleep(0.01)

    desk.desk.lock()

    waiting.join()
    assert desk.desk.is_open is False
    assert [path.name for path in tmp_path.iterdir() if path.name != "kho"] == []


def _ask_for_a_case(desk: Running) -> None:
    # The vault is closed before it answers, or it knows no such case.
    with suppress(BenbanError, ProgrammingError), desk.desk.case("case-0000000000000000"):
        pass


def _is_held(desk: Running) -> bool:
    """Return whether somebody else has the desk's own lock."""
    lock = desk.desk._lock  # noqa: SLF001 - what a page holds while it waits for the vault
    if lock.acquire(blocking=False):
        lock.release()
        return False
    return True


def test_a_copy_that_is_stopped_on_its_page_ends_as_stopped(desk: Running, tmp_path: Path) -> None:
    desk.begin()
    begun, went_on = threading.Event(), threading.Event()

    def work(progress: Progress) -> str:
        def tell(done: int, total: int) -> None:
            begun.set()
            went_on.wait()
            progress.say("desk.backup.copying", done, total)

        back_up(desk.desk.vault, tmp_path / "ban-sao", tell)
        return "/settings"

    job = desk.desk.jobs.start("desk.backup.job", work)
    begun.wait()
    desk.client.post(f"/jobs/{job.id}/stop")
    went_on.set()
    desk.wait_for_jobs()

    assert desk.desk.jobs.get(job.id).state is JobState.STOPPED
    assert not (tmp_path / "ban-sao").exists()


def test_a_whole_vault_is_called_whole_in_words(desk: Running) -> None:
    _with_pictures(desk)

    page = desk.text(ended(desk, desk.post("/settings/health").headers["location"]))

    assert "Everything is whole" in page
    assert "benban check" not in page


def test_a_damaged_part_is_named_and_what_to_do_is_said(desk: Running) -> None:
    case = _with_pictures(desk)
    (blob, *_) = sorted((desk.desk.folder / "cases" / of_case(case) / "blobs").rglob("*/*"))
    data = bytearray(blob.read_bytes())
    data[len(data) // 2] ^= 1
    blob.write_bytes(bytes(data))

    page = desk.text(ended(desk, desk.post("/settings/health").headers["location"]))

    assert "Some parts are not as they were noted" in page
    assert ("damaged or changed" in page, "Delete nothing." in page) == (True, True)
    assert "Everything is whole" not in page


def test_a_receipt_shows_that_an_older_copy_was_put_in_place(desk: Running, tmp_path: Path) -> None:
    case = desk.begin()
    back_up(desk.desk.vault, tmp_path / "cu")
    desk.post(f"{case}/add/link", kind="published", seen_on="nhóm")
    with desk.desk.case(of_case(case)) as store:
        receipt = receipt_text(give_receipt(store, desk.desk.clock))
    same = desk.post("/settings/health", receipt=receipt).headers["location"]
    assert "Everything is whole" in desk.text(ended(desk, same))
    desk.client.post("/lock")
    desk.desk.folder.rename(tmp_path / "mat")
    restore(tmp_path / "cu", desk.desk.folder, platform=ThisPlatform())
    desk.post("/unlock", passphrase=PASSPHRASE)

    page = ended(desk, desk.post("/settings/health", receipt=receipt).headers["location"])

    assert "Some parts are not as they were noted" in desk.text(page)


def test_what_is_no_receipt_is_said_and_kept_on_the_page(desk: Running) -> None:
    desk.begin()

    answer = desk.post("/settings/health", receipt="dòng này không phải biên nhận")

    assert (answer.status_code, "BB-508" in answer.text) == (400, True)
    assert "dòng này không phải biên nhận" in answer.text


def test_a_copy_is_brought_back_on_a_computer_that_has_nothing(
    phone: Page, closed_desk: Running, tmp_path: Path
) -> None:
    vault, _ = make_cheap_vault(tmp_path / "cu", passphrase=PASSPHRASE)
    case = Case(
        id=new_case_id(),
        title="Hồ sơ",
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=SystemClock().now(),
    )
    with vault:
        vault.create_case(case).close()
        back_up(vault, tmp_path / "ban-sao")
    phone.goto(f"{closed_desk.place.origin}/")
    phone.click("text=I have a copy to bring back")
    phone.fill("input[name=copy]", str(tmp_path / "ban-sao"))
    phone.click("main form button")
    phone.click("text=See what came of it", timeout=60_000)
    phone.fill("input[name=passphrase]", PASSPHRASE)
    phone.click("main form button")

    phone.wait_for_url(f"**/c/{case.id}")
    assert closed_desk.desk.vault.case_ids() == (case.id,)
    assert closed_desk.desk.folder == tmp_path / "kho"


def test_a_copy_overwrites_nothing_and_a_changed_one_is_not_brought_back(
    desk: Running, tmp_path: Path
) -> None:
    vault, _ = make_cheap_vault(tmp_path / "cu", passphrase=PASSPHRASE)
    with vault:
        back_up(vault, tmp_path / "ban-sao")
    (tmp_path / "day").mkdir()
    (tmp_path / "day" / "thu.txt").write_text("thư", encoding="utf-8")

    taken = desk.post("/restore", copy=str(tmp_path / "ban-sao"), folder=str(tmp_path / "day"))
    missing = desk.post("/restore", copy=str(tmp_path / "usb"), folder=str(tmp_path / "moi"))
    inside = tmp_path / "ban-sao" / "trong"
    within = desk.post("/restore", copy=str(tmp_path / "ban-sao"), folder=str(inside))
    header = tmp_path / "ban-sao" / "vault.json"
    header.write_bytes(header.read_bytes() + b" ")
    job = desk.post(
        "/restore", copy=str(tmp_path / "ban-sao"), folder=str(tmp_path / "moi")
    ).headers["location"]
    desk.wait_for_jobs()

    codes = [(taken, "BB-402"), (missing, "BB-053"), (within, "BB-004"), (desk.get(job), "BB-416")]
    assert [code in answer.text for answer, code in codes] == [True] * 4
    assert (tmp_path / "day" / "thu.txt").read_text(encoding="utf-8") == "thư"
    assert not (tmp_path / "moi").exists()
