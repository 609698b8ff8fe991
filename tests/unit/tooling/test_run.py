"""The set-up speaks both languages, finds a browser and knows when it is done."""

import os
import string
import subprocess
import sys
from pathlib import Path

import pytest

import run

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="the sh face of run.py")


def test_set_up_says_the_same_in_both_languages() -> None:
    def places(words: dict[str, str]) -> dict[str, set[str | None]]:
        return {
            key: {name for _, name, _, _ in string.Formatter().parse(text)} - {None}
            for key, text in words.items()
        }

    assert places(run.VIETNAMESE) == places(run.ENGLISH)


@pytest.mark.parametrize(("language", "first_word"), [("vi_VN.UTF-8", "Dùng:"), ("de", "Usage:")])
def test_without_an_argument_the_pages_open_and_the_commands_are_named(
    language: str,
    first_word: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BENBAN_LANG", language)
    begun: list[list[str]] = []

    def begin(arguments: list[str]) -> int:
        begun.append(list(arguments))
        return 0

    monkeypatch.setattr(run, "run_benban", begin)

    code = run.main([])

    assert (code, begun, capsys.readouterr().out.split()[0]) == (0, [["desk"]], first_word)


@posix_only
def test_an_installed_browser_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = _program(tmp_path / "google-chrome", "#!/bin/sh\nexec /opt/chrome\n")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert run.find_browser() == str(browser)


@posix_only
def test_a_script_that_only_asks_for_the_snap_is_no_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path / "chromium-browser", "#!/bin/sh\necho 'run: snap install chromium'\n")
    browser = _program(tmp_path / "microsoft-edge", "#!/bin/sh\nexec /opt/edge\n")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert run.find_browser() == str(browser)


@pytest.mark.parametrize("environment", [run.PERSON, run.SERVER, run.TEST, run.BENCH])
def test_an_environment_is_done_only_for_its_own_locks(environment: run.Environment) -> None:
    others = {run.PERSON, run.SERVER, run.TEST, run.BENCH} - {environment}

    fingerprint = environment.fingerprint().split()[0]

    assert fingerprint not in {other.fingerprint().split()[0] for other in others}


def test_only_wheels_are_installed_for_a_person() -> None:
    assert (run.PERSON.locks, run.PERSON.wheels_only) == (("core",), True)
    assert (run.SERVER.locks, run.SERVER.wheels_only) == (("server",), True)


@pytest.mark.parametrize(
    ("typed", "environment"),
    [
        (["desk"], run.PERSON),
        (["demo"], run.PERSON),
        (["desk", "--server"], run.SERVER),
        (["--language", "vi", "desk", "--server", "--origin", "x"], run.SERVER),
        (["exchange", "serve"], run.EXCHANGE),
        (["scan", "exchange", "--bank", "b", "--out", "o"], run.SCAN),
        (["help", "exchange"], run.PERSON),
    ],
)
def test_only_who_serves_others_runs_with_what_that_needs(
    typed: list[str], environment: run.Environment
) -> None:
    assert run.environment_of(typed) == environment


@posix_only
def test_without_python_one_sentence_says_what_to_type(tmp_path: Path) -> None:
    face = tmp_path / "run"
    face.write_bytes((run.ROOT / "run").read_bytes().replace(b"/usr/bin/python3", b"/nowhere"))
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")

    answer = subprocess.run(
        ["/bin/sh", str(face), "demo"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 1
    assert "sudo apt-get install python3 python3-venv" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_windows_face_asks_for_the_same_python() -> None:
    condition = "(3, 11) <= sys.version_info < (3, 15)"

    faces = [(run.ROOT / name).read_text(encoding="utf-8") for name in ("run", "run.cmd")]

    assert [condition in face for face in faces] == [True, True]


@posix_only
def test_the_faces_may_be_executed() -> None:
    assert [os.access(run.ROOT / name, os.X_OK) for name in ("run", ".ci/run")] == [True, True]


def _program(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path
