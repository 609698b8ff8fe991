"""The desk: how soon, how fast, how large, how blank; the program itself, over loopback."""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

from benban.outside.browser_find import find_browser
from benban.outside.platforms import resident_bytes
from benchmarks._desk_vault import PASSPHRASE, Filled, fill_vault
from benchmarks._document import Claim, Comparison, Document

_FORM = re.compile(r'name="form" value="([^"]+)"')
_AT_ONCE = 20


class _Started:
    """The program as a person starts it, without a window, and a client that came in."""

    def __init__(self, vault: Path) -> None:
        began = time.perf_counter()
        argv = [sys.executable, "-P", "-m", "benban", "desk", "--no-window", "--language", "vi"]
        self.process = subprocess.Popen(
            [*argv, "--vault", str(vault)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        said = ""
        while self.process.stdout is not None and said.count("\n") < 2:  # noqa: PLR2004 - two lines
            said += self.process.stdout.readline()
        found = re.search(r"(http://\S+?)/\s", said)
        self.origin = found[1] if found else ""
        self.client = httpx.Client(
            base_url=self.origin, headers={"Origin": self.origin}, timeout=60
        )
        self.client.post("/enter", data={"code": said.split()[-1]})
        self.first = self.client.get("/")
        self.first_page_s = time.perf_counter() - began

    def unlock(self) -> None:
        self.post("/unlock", "/unlock", passphrase=PASSPHRASE)

    def post(self, page: str, path: str, **fields: str) -> httpx.Response:
        number = _FORM.search(self.client.get(page).text)
        data = {"form": number[1] if number else "", **fields}
        return self.client.post(path, data=data, follow_redirects=True)

    def size_of_first_page(self) -> int:
        files = ("/static/desk.css", "/static/desk.js")
        return len(self.first.content) + sum(len(self.client.get(one).content) for one in files)

    def stop(self) -> None:
        self.client.close()
        self.process.terminate()
        self.process.wait(timeout=20)


@contextmanager
def _started(vault: Path) -> Iterator[_Started]:
    running = _Started(vault)
    try:
        yield running
    finally:
        running.stop()


def run(*, quick: bool) -> Document:
    """Return every number of the desk."""
    cases, exhibits, rows, repeats = (6, 20, 600, 3) if quick else (60, 200, 30_000, 7)
    note = f"{cases} cases x {exhibits} exhibits" + (", quick run" if quick else "")
    shared = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - to build it faster
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        filled = fill_vault(Path(folder, "kho"), cases=cases, exhibits=exhibits, rows=rows)
        starts = [_start_s(Path(folder, f"none-{number}")) for number in range(repeats)]
        with _started(Path(folder, "kho")) as desk:
            idle = resident_bytes(desk.process.pid)
            size = desk.size_of_first_page()
            outside = _outside_requests(desk)
            desk.unlock()
            pages = _page_times_ms(desk, filled, repeats)
            desk.client.post("/queue", data={"q": "duong 1"})
            last_page = f"/c/{filled.cases[-1]}/custody?page={-(-filled.rows // 50)}"
            long_list = _times_ms(desk, last_page, repeats)
            search = _times_ms(desk, "/queue", repeats)
            desk.client.post("/queue", data={})
            blank = _blank_ms(desk, f"/c/{filled.cases[0]}", repeats)
            errors = _together(desk, filled)
    slowest = max(pages, key=lambda one: pages[one])
    return Document(
        name="desk",
        claims=(
            _at_most("start to first page", statistics.median(starts), "s", 1.5, repeats, note),
            _at_most(
                "slowest page, server and loopback",
                pages[slowest],
                "ms",
                100,
                repeats,
                f"{note}; {len(pages)} pages, median each; slowest {slowest}",
            ),
            _at_most(
                "last page of a list of 30,000 rows",
                long_list,
                "ms",
                100,
                repeats,
                f"{note}; {filled.rows} rows in pages of 50; median",
            ),
            _at_most("search", search, "ms", 200, repeats, f"{note}; median"),
            _at_most("leaving to a blank page", blank, "ms", 100, repeats, "in Chromium; longest"),
            _at_most("first page with style and script", size / 1000, "kB", 60, 1, note),
            _exactly("requests to elsewhere from the first page", outside, 1, note),
            _at_most("memory at rest", idle / 1e6, "MB", 200, 1, "resident, no vault open"),
            _exactly("errors with twenty at once", errors, _AT_ONCE * 6, f"{note}; read and write"),
        ),
        packages=("starlette", "uvicorn", "jinja2"),
    )


def _start_s(vault: Path) -> float:
    with _started(vault) as desk:
        return desk.first_page_s


def _page_times_ms(desk: _Started, filled: Filled, repeats: int) -> dict[str, float]:
    # Not the last one, whose log is long on purpose.
    case, sighting = f"/c/{filled.cases[-2]}", filled.sightings[-2]
    place, thing = f"{case}/s/{sighting}", f"{case}/e/{filled.exhibits[-2]}"
    paths = {
        "queue": "/queue",
        "cases": "/cases",
        "case": case,
        "add": f"{case}/add/link",
        "sighting": place,
        "plan": f"{place}/plan",
        "timeline": f"{case}/timeline",
        "dossier": f"{case}/dossier",
        "compare": f"{case}/compare",
        "letter": f"{case}/letter",
        "settings": "/settings",
        "files": f"{place}/files",
        "exhibit": thing,
        "forget": f"{thing}/forget",
        "photos": f"{case}/photos",
        "custody": f"{case}/custody",
        "custody of a thing": f"{thing}/custody",
        "access": f"{case}/custody/access",
        "stamps": f"{case}/stamps",
        "consent": f"{case}/consent",
        "damage": f"{case}/damage",
        "watch": f"{case}/watch",
        "notes": f"{case}/notes",
        "hand over": f"{case}/hand-over",
        "destroy": f"{case}/destroy",
        "backup": "/settings/backup",
        "statistics": "/queue/statistics",
    }
    return {name: _times_ms(desk, path, repeats) for name, path in paths.items()}


def _times_ms(desk: _Started, path: str, repeats: int) -> float:
    # The first look opens what stays open until the desk is locked.
    desk.client.get(path, follow_redirects=True)
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        answer = desk.client.get(path, follow_redirects=True)
        times.append(1000 * (time.perf_counter() - began))
        answer.raise_for_status()
    return statistics.median(times)


def _outside_requests(desk: _Started) -> int:
    seen: list[str] = []
    with _page(desk) as page:
        page.on("request", lambda request: seen.append(request.url))
        page.goto(desk.origin + "/help-now")
    return sum(not url.startswith(desk.origin) for url in seen)


@contextmanager
def _page(desk: _Started) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()), args=["--no-sandbox"]
        )
        context = browser.new_context()
        context.add_cookies([{"name": "k", "value": desk.client.cookies["k"], "url": desk.origin}])
        yield context.new_page()
        browser.close()


_LEAVE = """() => new Promise((done) => {
  const began = performance.now();
  const key = () => document.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Shift", bubbles: true }));
  window.addEventListener("submit", (event) => event.preventDefault());
  HTMLFormElement.prototype.submit = () => {};
  key(); key(); key();
  requestAnimationFrame(() => done([performance.now() - began, document.body.innerText]));
})"""


def _blank_ms(desk: _Started, path: str, repeats: int) -> float:
    times: list[float] = []
    with _page(desk) as page:
        for _ in range(repeats):
            page.goto(desk.origin + path)
            took, left = page.evaluate(_LEAVE)
            if left.strip():
                message = "something is left on the page"
                raise AssertionError(message)
            times.append(took)
    return max(times)


def _together(desk: _Started, filled: Filled) -> int:
    """Return how many answers were errors while twenty people read and write at once."""

    def live(number: int) -> int:
        case = f"/c/{filled.cases[number % len(filled.cases)]}"
        place = f"{case}/s/{filled.sightings[number % len(filled.sightings)]}"
        answers = [desk.client.get(one) for one in (case, place, f"{place}/plan", "/queue")]
        answers += [
            desk.post(place, f"{place}/words", text=f"lời {number} {turn}") for turn in range(2)
        ]
        return sum(not one.is_success for one in answers)

    with ThreadPoolExecutor(_AT_ONCE) as people:
        return sum(people.map(live, range(_AT_ONCE)))


def _at_most(name: str, value: float, unit: str, target: float, n: int, note: str) -> Claim:
    return Claim(
        name=name,
        value=round(value, 4),
        unit=unit,
        n=n,
        note=note,
        target=target,
        comparison=Comparison.AT_MOST,
    )


def _exactly(name: str, value: float, n: int, note: str) -> Claim:
    return Claim(
        name=name, value=value, unit="", n=n, note=note, target=0, comparison=Comparison.EQUAL
    )
