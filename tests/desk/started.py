"""The program as a person starts it: a child process, and a browser that writes things down."""

import html
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.plain_http import NO_ROOTS

_ROOT = Path(__file__).resolve().parents[2]
# What the browser was called with, and what it could see at that moment.
_BROWSER = """#!{python}
import json, os, pathlib, sys, urllib.parse, urllib.request
page = pathlib.Path(urllib.request.url2pathname(urllib.parse.urlsplit(sys.argv[-1]).path))
told = dict(argv=sys.argv, environment=dict(os.environ), page=str(page), text=page.read_text(),
            file_mode=page.stat().st_mode & 0o777, folder_mode=page.parent.stat().st_mode & 0o777)
record = pathlib.Path({folder!r}, "%d.json" % os.getpid())
record.with_suffix(".part").write_text(json.dumps(told))
record.with_suffix(".part").rename(record)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What one call of the browser saw."""

    argv: list[str]
    environment: dict[str, str]
    page: Path
    text: str
    file_mode: int
    folder_mode: int

    @property
    def origin(self) -> str:
        """Where it was led."""
        return self.target.partition("/#")[0]

    @property
    def token(self) -> str:
        """What stood in the fragment."""
        return self.target.partition("#")[2]

    @property
    def target(self) -> str:
        """The address with its fragment."""
        found = re.search(r'href="([^"]+)"', self.text)
        assert found is not None
        return html.unescape(found[1])


class Computer:
    """A home, a runtime folder and a browser of its own."""

    def __init__(self, folder: Path) -> None:
        self.vault = folder / "kho"
        self.temporary = folder / "t"
        self.records = folder / "records"
        self._programs = folder / "programs"
        self._seen: set[Path] = set()
        self._child: subprocess.Popen[str] | None = None
        for one in (folder / "home", self.temporary, self.records, self._programs):
            one.mkdir()
        self.runtime = folder / "run"
        self.runtime.mkdir(mode=0o700)
        browser = self._programs / "chromium"
        text = _BROWSER.format(python=sys.executable, folder=str(self.records))
        browser.write_text(text, encoding="utf-8")
        browser.chmod(0o755)
        self.environment = {
            "PATH": f"{self._programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(_ROOT / "src"),
            "HOME": str(folder / "home"),
            "TMPDIR": str(self.temporary),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "LANG": "C.UTF-8",
        }

    def command(self, *more: str) -> list[str]:
        """Return what starts the desk over this computer's vault."""
        start = [sys.executable, "-m", "benban", "desk"]
        return [*start, "--vault", str(self.vault), "--language", "en", *more]

    @contextmanager
    def started(self, *more: str) -> Iterator["subprocess.Popen[str]"]:
        """Give a desk that runs; it is ended at the end, if it did not end by itself."""
        with subprocess.Popen(
            self.command(*more),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as child:
            self._child = child
            try:
                yield child
            finally:
                child.terminate()
                child.wait(30)

    def start_again(self, *more: str) -> "subprocess.CompletedProcess[str]":
        """Start it a second time and wait until that program ends."""
        return subprocess.run(
            self.command(*more),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def opened(self) -> Opened:
        """Wait for the next call of the browser."""
        while True:
            fresh = sorted(set(self.records.glob("*.json")) - self._seen)
            if fresh:
                self._seen.add(fresh[0])
                found = json.loads(fresh[0].read_text(encoding="utf-8"))
                return Opened(**{**found, "page": Path(found["page"])})
            # A program that ended opens nothing any more.
            assert self._child is None or self._child.poll() is None, self._child.communicate()
            time.sleep(0.02)


def entered(opened: Opened) -> httpx.Client:
    """Return a browser that came in."""
    client = httpx.Client(
        base_url=opened.origin,
        headers={"Origin": opened.origin, "Sec-Fetch-Site": "same-origin"},
        timeout=60,
        verify=NO_ROOTS,
        # Nothing stays open behind a test.
        limits=httpx.Limits(max_keepalive_connections=0),
    )
    answer = client.post("/enter", data={"code": opened.token})
    assert answer.status_code == 303
    return client


def send(client: httpx.Client, page: str, action: str, **fields: str) -> httpx.Response:
    """Ask for a page and send one of its forms."""
    text = client.get(page).text
    pattern = rf'action="{re.escape(action)}".*?name="form" value="([^"]+)"'
    found = re.search(pattern, text, re.DOTALL)
    assert found is not None, page
    return client.post(action, data={"form": found[1], **fields})
