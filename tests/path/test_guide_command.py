"""``benban guide`` writes five files, and never over what is there."""

import json
from pathlib import Path

import pytest

from benban.cli.main import main


def test_the_pages_are_written_and_a_second_run_overwrites_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "pages"

    assert main(["guide", "--out", str(folder), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)["files"]
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    again = main(["guide", "--out", str(folder), "--language", "vi"])

    assert sorted(before) == made == sorted(one.name for one in folder.iterdir())
    assert (again, "BB-003" in capsys.readouterr().err) == (1, True)
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before


def test_a_folder_that_cannot_be_made_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")

    code = main(["guide", "--out", str(tmp_path / "file" / "inside"), "--language", "en"])

    assert (code, "BB-004" in capsys.readouterr().err) == (1, True)


def test_the_language_one_asked_in_stands_first(tmp_path: Path) -> None:
    main(["guide", "--out", str(tmp_path / "en"), "--language", "en"])
    page = (tmp_path / "en" / "index.html").read_text(encoding="utf-8")

    assert '<html lang="en">' in page
