"""Which browser of this computer is used."""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from benban.errors import BrowserMissingError

_COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
_WINDOWS = (
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)
_MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)


def find_browser(*, downloaded: Path | None = None) -> Path:
    """
    Return the program file of Chromium, Chrome or Edge: an installed one first.

    Args:
        downloaded: where Playwright's own download would lie; asked for when None.

    Raises:
        BrowserMissingError: BB-201, with the command to type.
    """
    for candidate in _candidates():
        if candidate.is_file():
            return candidate
    own = _playwrights_own() if downloaded is None else downloaded
    if own.is_file():
        return own
    raise BrowserMissingError(command=install_command())


def install_command() -> str:
    """Return what to type to get a browser here."""
    if sys.platform.startswith("linux") and shutil.which("apt-get"):
        return "sudo apt-get install chromium"
    return f'"{sys.executable}" -m playwright install chromium'


def _candidates() -> Iterable[Path]:
    for command in _COMMANDS:
        found = shutil.which(command)
        if found:
            yield Path(found)
    places = {"win32": _WINDOWS, "darwin": _MACOS}.get(sys.platform, ())
    yield from (Path(place) for place in places)


def _playwrights_own() -> Path:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)
