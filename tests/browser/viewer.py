"""
The viewer that replays packages in tests: replayweb.page, fetched once into ``.cache/viewer``.

It shows that others can replay what we kept. It is AGPL: nothing of it is imported, linked or
handed on. ``python -m tests.browser.viewer`` is part of the set-up of ``./run test``; without npm
or a network it fetches nothing, and the tests that need it say so when they are skipped.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".cache"
PACKAGE = "replaywebpage@2.4.6"
SHA512 = (
    "b86e748c449195dd29f9f63bfa753121697b86f7e29ab78d8d299a36473f6bd6"
    "bc8017666fb3c7e09e362226febe093d2ab1ddd072d27154fef8b82a5797f0a5"
)
FILES = ("ui.js", "sw.js", "package.json", "LICENSE")


class OtherFileError(Exception):
    """What npm fetched is not the file that was pinned."""


def viewer_folder(cache: Path = CACHE) -> Path:
    """Where the viewer lies, if it was fetched."""
    return cache / "viewer"


def has_viewer(cache: Path = CACHE) -> bool:
    """Whether all of it is there."""
    return all((viewer_folder(cache) / name).is_file() for name in FILES)


def fetch_viewer(cache: Path = CACHE) -> bool:
    """Return whether the viewer is there, after trying to fetch it."""
    npm = shutil.which("npm")
    if has_viewer(cache) or npm is None:
        return has_viewer(cache)
    cache.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        # npm pack fetches one file; it installs nothing and runs nothing of the package.
        argv = [npm, "pack", "--silent", "--pack-destination", folder, PACKAGE]
        done = subprocess.run(
            argv, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        fetched = next(Path(folder).glob("*.tgz"), None)
        if done.returncode != 0 or fetched is None:
            return False
        if hashlib.sha512(fetched.read_bytes()).hexdigest() != SHA512:
            raise OtherFileError(PACKAGE)
        _unpack(fetched, viewer_folder(cache))
    return True


def _unpack(package: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    with tarfile.open(package) as opened:
        for name in FILES:
            member = opened.extractfile(f"package/{name}")
            if member is not None:
                (folder / name).write_bytes(member.read())


if __name__ == "__main__":
    try:
        fetch_viewer()
    except OtherFileError as error:
        sys.exit(f"benban: {error}: not the file that was pinned")
