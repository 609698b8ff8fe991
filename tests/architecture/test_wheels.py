"""What a person installs exists as wheels, with our hashes, for every platform we name."""

import os
import subprocess
from pathlib import Path

import pytest

import run
from tests.architecture.sources import ROOT

# macOS: av has no wheel before 14. The newest and the oldest Python that the locks are for.
PLATFORMS = {
    "Windows x64": "x86_64-pc-windows-msvc",
    "macOS arm64": "aarch64-apple-darwin",
}
_UNREACHABLE = ("Failed to fetch", "error sending request", "dns error", "timed out")


@pytest.mark.parametrize("python", ["3.11", "3.14"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_core_resolves_to_wheels(platform: str, python: str, tmp_path: Path) -> None:
    answer = _resolve(ROOT / "locks" / "core.txt", PLATFORMS[platform], python, tmp_path)

    assert answer.returncode == 0, answer.stderr
    assert "Would install" in answer.stderr


def test_a_package_without_wheel_is_seen(tmp_path: Path) -> None:
    # bagit is published as source only.
    source_only = tmp_path / "lock.txt"
    text = (ROOT / "locks" / "test.txt").read_text(encoding="utf-8")
    start = text.index("\nbagit==") + 1
    source_only.write_text(text[start : text.index("\n    # via", start)], encoding="utf-8")

    answer = _resolve(source_only, PLATFORMS["Windows x64"], "3.11", tmp_path)

    assert answer.returncode != 0
    assert "has no usable wheels" in answer.stderr


def _resolve(
    lock: Path, platform: str, python: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    uv = run.find_uv()
    if uv is None:
        pytest.skip("needs the installer; ./run test brings it")
    kinds = ["--dry-run", "--require-hashes", "--only-binary", ":all:", "--target", str(folder)]
    where = ["--python-platform", platform, "--python-version", python]
    answer = subprocess.run(
        [str(uv), "pip", "install", *kinds, *where, "-r", str(lock)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **run.installer_settings(), "MACOSX_DEPLOYMENT_TARGET": "14.0"},
    )
    if answer.returncode != 0 and any(mark in answer.stderr for mark in _UNREACHABLE):
        pytest.skip("the package index is out of reach")
    return answer
