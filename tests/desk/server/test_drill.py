"""The drill of docs/how-to/server.md: a copy while people work, put back elsewhere, and entered."""

import threading
from pathlib import Path

import pytest

from benban.cli.main import main
from benban.wiring_case import check_vault
from tests.desk.server.rig import RunningServer, running_server


def _copied(server: RunningServer, backups: Path) -> Path:
    minh = server.administrator()
    job = minh.post("/organisation/backup").headers["location"]
    while minh.desk.jobs.running():
        minh.get(job)
    (copy,) = backups.iterdir()
    assert copy.name in minh.get("/organisation/backup").text
    return copy


def test_a_copy_made_while_people_work_opens_elsewhere_for_each_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backups, elsewhere = tmp_path / "copies", tmp_path / "elsewhere"
    backups.mkdir()
    with running_server(tmp_path / "vault", backups=backups) as server:
        lan, hoa = server.invited("Lan"), server.invited("Hoa")
        cases = [lan.begin(), hoa.begin()]
        over = threading.Event()

        def works() -> None:
            while not over.is_set():
                hoa.post(f"{cases[1]}/add/link", address="https://x.com/i/1", kind="published")

        worker = threading.Thread(target=works)
        worker.start()
        copy = _copied(server, backups)
        over.set()
        worker.join()

    assert main(["vault", "restore", str(copy), "--vault", str(elsewhere), "--language", "en"]) == 0
    with running_server(elsewhere) as server:
        again = [server.browser(), server.browser()]
        for browser, name, case in zip(again, ("Lan", "Hoa"), cases, strict=True):
            assert browser.enter(name).headers["location"] == "/"
            assert browser.get(case).status_code == 200
        report = check_vault(again[0].desk.vault, read=True)
    assert not [one for one in report.checks if one.result.value == "FAIL"]
    capsys.readouterr()


def test_a_page_of_copies_takes_no_folder(tmp_path: Path) -> None:
    with running_server(tmp_path / "vault", backups=tmp_path) as server:
        page = server.administrator().get("/organisation/backup").text

        assert str(tmp_path) not in page
        assert 'name="folder"' not in page
        assert server.invited("Lan").get("/organisation/backup").status_code == 404
