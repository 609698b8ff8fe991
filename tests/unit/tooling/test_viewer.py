"""The viewer for replay tests is one pinned file, or it is not there."""

import os
import sys
from pathlib import Path

import pytest

from tests.browser.viewer import OtherFileError, fetch_viewer, viewer_folder


@pytest.mark.skipif(sys.platform == "win32", reason="the npm of this test is a shell script")
def test_a_file_that_is_not_the_pinned_one_is_refused_and_nothing_of_it_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "packed").write_bytes(b"something else")
    script = tmp_path / "npm"
    script.write_text(f'#!/bin/sh\ncp "{tmp_path}/packed" "$4/x.tgz"\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    cache = tmp_path / "cache"

    with pytest.raises(OtherFileError):
        fetch_viewer(cache)

    assert not viewer_folder(cache).exists()


def test_without_npm_there_is_no_viewer_and_set_up_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert fetch_viewer(tmp_path / "cache") is False
