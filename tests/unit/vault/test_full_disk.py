"""A really full disk: a mount of 3 MiB in a namespace of its own (B5 27)."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
MOUNTED = 'mount -t tmpfs -o size=3m none "$0" && exec "$@"'


def in_small_disk(place: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            "unshare",
            "--user",
            "--mount",
            "--map-root-user",
            "sh",
            "-c",
            MOUNTED,
            str(place),
            *command,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        capture_output=True,
        check=False,
        text=True,
    )


def test_on_a_full_disk_everything_before_is_whole_it_opens_and_forgetting_still_works(
    tmp_path: Path,
) -> None:
    if shutil.which("unshare") is None or in_small_disk(tmp_path, "true").returncode:
        pytest.skip("this system lets nobody mount a small disk")
    done = in_small_disk(
        tmp_path, sys.executable, "-m", "tests.unit.vault.full_disk", str(tmp_path)
    )
    assert done.returncode == 0, done.stderr

    assert json.loads(done.stdout) == {
        "large exhibit": "DiskFullError",
        "tmp": [],
        "one record too many": "DiskFullError",
        "exhibits": 1,
        "content": 300 << 10,
        "mistyped": "WrongPassphraseError",
        "forgotten": True,
        "ballast": False,
        "failed": {},
        "left": 0,
    }
