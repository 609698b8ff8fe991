"""An installed browser is found; without one the person gets the command to type."""

from pathlib import Path

import pytest

from benban.errors import BrowserMissingError
from benban.outside.browser_find import find_browser
from benban.wording import Language, say


def program(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_an_installed_browser_comes_before_a_downloaded_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloaded = program(tmp_path, "downloaded")
    (tmp_path / "bin").mkdir()
    installed = program(tmp_path / "bin", "google-chrome")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    assert find_browser(downloaded=downloaded) == installed


def test_a_downloaded_one_is_used_when_nothing_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_browser(downloaded=program(tmp_path, "own")) == tmp_path / "own"


@pytest.mark.parametrize("language", Language)
def test_without_any_browser_the_command_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BrowserMissingError) as raised:
        find_browser(downloaded=tmp_path / "none")

    error = raised.value
    assert "playwright install chromium" in say(language, error.next_step, **error.params)


def test_where_packages_can_be_installed_the_command_is_that_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "apt-get")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BrowserMissingError) as raised:
        find_browser(downloaded=tmp_path / "none")

    assert raised.value.params == {"command": "sudo apt-get install chromium"}
