"""A private window of this computer's browser, opened without telling anybody the token."""

import html
import subprocess
import tempfile
import threading
from pathlib import Path

from benban.errors import BenbanError
from benban.outside.browser_find import find_browser

# Long enough for a slow computer to start its browser.
_GONE_AFTER_S = 90.0
_PRIVATE = {"edge": "--inprivate", "msedge": "--inprivate"}
PAGE = """<!doctype html><meta charset="utf-8"><title>Ghi chú</title>
<meta http-equiv="refresh" content="0; url={address}"><p><a href="{address}">Ghi chú</a></p>
"""


class PrivateWindow:
    """
    Opens one window.

    The token must stand neither in argv nor in a history: a file that only this user may read
    leads to the address with the token in its fragment, and is gone after a moment.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._timer: threading.Timer | None = None

    def open(self, address: str, token: str) -> bool:
        """Open *address* with *token* in its fragment; return whether a browser was started."""
        try:
            browser = find_browser()
        except BenbanError:
            return False
        self.close()
        self._folder = tempfile.TemporaryDirectory(prefix="", ignore_cleanup_errors=True)
        page = Path(self._folder.name, "index.html")
        target = html.escape(f"{address}#{token}", quote=True)
        page.touch(mode=0o600)
        page.write_text(PAGE.format(address=target), encoding="utf-8")
        private = next((way for name, way in _PRIVATE.items() if name in browser.stem.lower()), "")
        try:
            subprocess.Popen(
                [str(browser), private or "--incognito", "--new-window", page.as_uri()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            self.close()
            return False
        self._timer = threading.Timer(_GONE_AFTER_S, self.close)
        self._timer.daemon = True
        self._timer.start()
        return True

    def close(self) -> None:
        """Remove the file; a second call does nothing."""
        with self._lock:
            timer, self._timer = self._timer, None
            folder, self._folder = self._folder, None
        if timer is not None:
            timer.cancel()
        if folder is not None:
            folder.cleanup()
