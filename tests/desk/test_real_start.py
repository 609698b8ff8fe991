"""The program as it is started: what it tells other programs (research B5 34, 35, 78, 85, 120)."""

import os
import signal
import stat
import subprocess
import tempfile
from pathlib import Path

import httpx
import pytest

from benban.outside.desk_place import DeskPlace, proof
from tests.desk.started import Computer, entered, send

PASSPHRASE = "canary-passphrase-5f1c"
STORY = "canary-story-91ab"
FOLDER = "canary-folder-77de"


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    return Computer(tmp_path)


def test_the_browser_is_told_a_file_that_only_this_user_reads_and_that_goes(
    computer: Computer,
) -> None:
    with computer.started() as child:
        opened = computer.opened()
        assert child.stdout is not None
        said = child.stdout.readline()

        assert opened.argv[-1] == opened.page.as_uri()
        assert not any(opened.token in word or "127.0.0.1" in word for word in opened.argv)
        assert not any(opened.token in value for value in opened.environment.values())
        assert (opened.file_mode, opened.folder_mode) == (0o600, 0o700)
        assert opened.token not in said
        assert opened.origin in said
        client = entered(opened)
        assert client.get("/").status_code == 200
        assert not opened.page.exists()
        assert not opened.page.parent.exists()


def test_nothing_that_was_written_or_typed_stands_in_what_the_program_prints(
    computer: Computer,
) -> None:
    with computer.started() as child:
        opened = computer.opened()
        client = entered(opened)
        send(client, "/what", "/what", kind="published")
        send(client, "/where", "/where", where="here")
        send(client, "/passphrase", "/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
        code = client.get("/sheet").text.partition('class="code">')[2].partition("<")[0]
        send(client, "/sheet", "/sheet/without")
        case = send(client, "/begin", "/begin").headers["location"]
        client.post("/draft/note", data={"story": STORY})
        client.get("/c/case-that-is-not-there")
        client.get("/jobs/none")
        client.post("/lock")
        send(client, "/unlock", "/unlock", passphrase="canary-wrong-0001")
        send(client, "/where", "/where", where="elsewhere", folder=f"/dev/null/{FOLDER}")
        send(client, "/passphrase", "/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
        cookie = client.cookies["k"]
        client.post("/exit")
        said, errors = child.communicate(timeout=60)

    telling = [PASSPHRASE, STORY, FOLDER, "canary-wrong-0001", cookie, opened.token, code]
    telling += [case.removeprefix("/c/"), str(computer.vault), "Traceback"]
    assert code
    assert [one for one in telling if one in said + errors] == []
    assert child.returncode == 0
    # Ended in order: no file of the desk stays beside the vault.
    assert [*computer.runtime.rglob("*.*"), *computer.temporary.iterdir()] == []


def test_a_second_start_opens_another_window_of_the_same_desk(computer: Computer) -> None:
    with computer.started():
        first = computer.opened()
        client = entered(first)

        second = computer.start_again()
        again = computer.opened()

        assert (second.returncode, again.origin) == (0, first.origin)
        assert "already" in second.stdout
        assert again.token not in second.stdout + second.stderr
        other = entered(again)
        assert other.get("/").status_code == 200
        # Both are in the same desk.
        assert client.get("/").status_code == 200


def test_a_second_start_without_a_window_says_a_code(computer: Computer) -> None:
    with computer.started():
        first = computer.opened()
        entered(first)

        said = computer.start_again("--no-window").stdout

        code = said.partition("code ")[2].split()[0]
        answer = httpx.post(
            f"{first.origin}/enter",
            data={"code": code},
            headers={"Origin": first.origin},
            timeout=60,
        )
        assert answer.status_code == 303


def test_a_second_start_opens_nothing_without_the_passphrase(computer: Computer) -> None:
    with computer.started():
        client = entered(computer.opened())
        send(client, "/passphrase", "/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
        send(client, "/sheet", "/sheet/without")
        assert client.get("/settings").status_code == 200

        computer.start_again()
        other = entered(computer.opened())

        assert other.get("/settings").headers["location"] == "/unlock"
        assert client.get("/settings").headers["location"] == "/unlock"


def test_after_a_kill_the_next_start_is_a_desk_of_its_own(computer: Computer) -> None:
    with computer.started() as child:
        first = computer.opened()
        assert any(one.is_file() for one in computer.runtime.rglob("*"))
        child.send_signal(signal.SIGKILL)
        child.wait(30)

    with computer.started():
        second = computer.opened()

        assert second.token != first.token
        assert entered(second).get("/").status_code == 200


# What another user of the same computer sees of a running desk: its port, its words, its answer.
_STRANGER = """
import pathlib, sys, urllib.error, urllib.request
origin, pid, *files = sys.argv[1:]
try:
    status = urllib.request.urlopen(origin + "/settings").status
except urllib.error.HTTPError as error:
    status = error.code
def read(file):
    try:
        return pathlib.Path(file).read_bytes()
    except OSError:
        return None
print([status, read(f"/proc/{pid}/environ"), *map(read, files)])
print(read(f"/proc/{pid}/cmdline"))
"""


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="becoming another user takes root"
)
def test_another_user_of_this_computer_gets_nothing(computer: Computer, tmp_path: Path) -> None:
    # The folders above are open to everybody here: what is closed is closed by the program.
    top = Path(tempfile.gettempdir())
    for folder in (tmp_path, *tmp_path.parents):
        if folder != top and folder.is_relative_to(top):
            folder.chmod(folder.stat().st_mode | 0o055)
    with computer.started() as child:
        opened = computer.opened()
        client = entered(opened)
        send(client, "/passphrase", "/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
        leading = [one for one in computer.runtime.rglob("*") if one.is_file()]
        vault = [one for one in computer.vault.rglob("*") if one.is_file()]
        assert (len(leading), len(vault) > 3) == (1, True)
        python = ["/usr/bin/python3", "-I", "-c"]
        called = subprocess.run(
            [*python, _STRANGER, opened.origin, str(child.pid), *map(str, [*leading, *vault])],
            user=65534,
            group=65534,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()

    assert called[0] == str([404, None, *[None] * (1 + len(vault))])
    assert opened.token not in called[1]
    assert "benban" in called[1]


def test_a_vault_that_another_program_opened_is_said_in_words(computer: Computer) -> None:
    with computer.started():
        client = entered(computer.opened())
        send(client, "/passphrase", "/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
        # Without the file that leads to it, the first desk is just another program.
        for one in computer.runtime.rglob("*"):
            if one.is_file():
                one.unlink()
        with computer.started():
            other = entered(computer.opened())

            answer = send(other, "/unlock", "/unlock", passphrase=PASSPHRASE)

            assert (answer.status_code, "BB-407" in answer.text) == (400, True)


def test_the_file_that_leads_to_the_desk_is_private_and_names_no_folder(tmp_path: Path) -> None:
    place = DeskPlace(tmp_path / "kho-cua-toi", tmp_path / "run")
    place.tell("127.0.0.1:49152")

    [file] = [one for one in (tmp_path / "run").iterdir() if one.is_file()]
    modes = stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)
    assert modes == (0o600, 0o700)
    assert "kho" not in file.name + file.read_text(encoding="ascii")


def test_a_folder_that_others_may_write_to_is_not_believed(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    run.chmod(0o777)
    place = DeskPlace(tmp_path / "kho", run)

    place.tell("127.0.0.1:49152")

    assert list(run.iterdir()) == []


def test_only_who_knows_the_secret_is_told_a_way_in(tmp_path: Path) -> None:
    place = DeskPlace(tmp_path / "kho", tmp_path / "run")
    asked: list[bool] = []

    def way_in(wants_window: bool) -> tuple[bool, str]:
        asked.append(wants_window)
        return True, "CODE"

    good = proof(place.secret, "again", "wabc")

    assert place.answer("wabc", proof("another", "again", "wabc"), way_in) is None
    assert place.answer("wabd", good, way_in) is None
    assert place.answer("wabc", "é", way_in) is None
    assert asked == []
    told = place.answer("wabc", good, way_in)
    assert told is not None
    assert told.startswith("opened\nCODE\n")
    assert asked == [True]
