"""The command itself, as a service runs it: made, started, asked, told to end."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from benban.wiring_shared import hold_shared
from tests.ports import held_port

_RUN = [sys.executable, "-m", "benban", "desk", "--language", "en", "--server"]
_ORIGIN = ("--origin", "https://desk.example.org")


def _said(*more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*_RUN, *more], capture_output=True, text=True, check=False, timeout=300)


def test_it_says_what_is_missing(tmp_path: Path) -> None:
    folder = str(tmp_path / "vault")

    assert "--origin" in _said("--vault", folder).stderr
    assert "BB-026" in _said("--vault", folder, *_ORIGIN).stderr
    assert "BB-027" in _said("--vault", folder, "--origin", "http://desk.example.org").stderr


def test_it_is_made_answers_and_ends_when_told(tmp_path: Path) -> None:
    folder, word = tmp_path / "vault", tmp_path / "word"
    word.write_text("bốn từ dễ nhớ", encoding="utf-8")
    made = _said("--new", "--name", "Minh", "--vault", str(folder), "--passphrase-file", str(word))
    started = [*_RUN, "--vault", str(folder), *_ORIGIN, "--port"]
    with (
        held_port() as port,
        subprocess.Popen([*started, str(port)], stdout=subprocess.PIPE, text=True) as server,
    ):
        assert server.stdout is not None
        line = server.stdout.readline()
        answer = _asked(port, server)
        server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=60)

    assert "Minh" in made.stdout
    assert "https://desk.example.org" in line
    assert answer.status_code == 200
    assert "text on the duty to report does not hang here" in answer.text
    assert code == 0
    # The folder is free again, and nothing of anybody is left in it.
    hold_shared(folder).close()
    assert not list((folder / "tmp").glob("*"))


def _asked(port: int, server: subprocess.Popen[str]) -> httpx.Response:
    while server.poll() is None:
        try:
            headers = {"Host": "desk.example.org"}
            return httpx.get(f"http://127.0.0.1:{port}/?language=en", headers=headers, timeout=60)
        except httpx.ConnectError:
            time.sleep(0.1)
    raise AssertionError("the server ended")
