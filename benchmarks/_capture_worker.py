"""
One whole visit in a process of its own: ours, or a plain Playwright script that gets the same.

``python -m benchmarks._capture_worker ours|plain|default ADDRESS FOLDER`` prints one JSON line:
seconds by stage and the largest resident memory of this Python process, browser not counted.
"""

import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response, sync_playwright
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benban.capture.ports import Part
from benban.capture.visit import CaptureRequest, capture_address
from benban.model.case import Capacity, Case
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import Exhibit
from benban.model.ids import new_case_id, new_sighting_id
from benban.model.sighting import Address, AgeAnswers, Answer, Sighting, SightingKind
from benban.outside.browser import ChromiumBrowser
from benban.outside.browser_find import find_browser
from benban.outside.browser_flags import VIEWPORT_PX
from benban.outside.clock import SystemClock
from benban.outside.platforms import ThisPlatform, runs_as_superuser
from benban.outside.proxy import Endpoint
from benban.outside.resolver import SystemResolver
from benban.vault import KdfCost, SpooledPart, Vault
from benban.wording import Language

_QUIET_S = 0.2
_PATIENCE_S = 1.0
_AT = datetime(2026, 11, 22, tzinfo=UTC)
_ADULT = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)


class _Stages:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 2)


def record_ours(address: str, folder: Path, *, is_whole: bool) -> dict[str, float]:
    """Record with benban into a real vault; the package and the picture are copied to *folder*."""
    steps: dict[str, float] = {}
    last = time.perf_counter()

    def note(name: str) -> None:
        nonlocal last
        now = time.perf_counter()
        steps[name] = round(steps.get(name, 0.0) + now - last, 2)
        last = now

    clock = SystemClock()
    case = Case(
        id=new_case_id(), title="", language=Language.EN, capacity=Capacity.SELF, opened_at=_AT
    )
    sighting = Sighting(
        id=new_sighting_id(),
        kind=SightingKind.PUBLISHED,
        address=Address(raw=address, canonical=address, host="127.0.0.1", service="unknown"),
        text="",
        answers=_ADULT,
        reported_at=_AT,
    )
    vault, _ = Vault.create(
        folder / "vault",
        passphrase="benchmark",  # noqa: S106 - protects nothing
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    place = urlsplit(address)
    allowed = Endpoint(host=place.hostname or "", port=place.port or 80)
    with vault, vault.create_case(case) as store, vault.temporary_folder("browser") as temp:
        store.record(_reported(sighting), save=[sighting])
        permit = store.case.storage_permit(sighting)
        note("vault")

        def keep(part: Part[SpooledPart]) -> Exhibit:
            return store.adopt(part.spooled, part.exhibit, permit)

        capture = capture_address(
            CaptureRequest(
                sighting=sighting,
                address=address,
                is_whole_page=is_whole,
                on_step=lambda step: note(step.name),
                choose_media=lambda addresses: addresses[:1],
            ),
            browser=ChromiumBrowser(
                program=find_browser(),
                temp_folder=temp,
                resolver=SystemResolver(),
                clock=clock,
                allowed=frozenset({allowed}),
            ),
            clock=clock,
            spool=store.spool("capture"),
            on_part=keep,
            permit=permit,
        )
        note("end")
        memory = _peak_mib()
        for exhibit in store.all(Exhibit):
            with store.open_exhibit(exhibit.id) as stream, _new(folder, exhibit) as out:
                while piece := stream.read(1 << 20):
                    out.write(piece)
    missing = [f"{one.what}: {one.reason}" for one in capture.missing]
    (folder / "missing.json").write_text(json.dumps(missing), encoding="utf-8")
    return {**steps, "peak_mib": memory}


def record_plain(  # noqa: C901, PLR0915 - a script from top to bottom, as people write one
    address: str, folder: Path
) -> dict[str, float]:
    """Get the same with Playwright alone: bodies, films whole, PNG, PDF, MHTML, text, a WARC."""
    stages = _Stages()
    bodies: list[tuple[str, int, list[tuple[str, str]], bytes]] = []
    waiting: dict[object, float] = {}
    moved = time.monotonic()

    def begun(request: object) -> None:
        nonlocal moved
        moved = waiting[request] = time.monotonic()

    def ended(request: object) -> None:
        nonlocal moved
        waiting.pop(request, None)
        moved = time.monotonic()

    films: dict[str, None] = {}
    answers: list[Response] = []

    def answered(response: Response) -> None:
        kind = response.request.resource_type
        if kind == "media":
            films[response.url] = None
        if kind in {"media", "eventsource"}:
            ended(response.request)
        else:
            answers.append(response)

    def is_quiet() -> bool:
        # The end of a worker's request is told to nobody.
        now = time.monotonic()
        is_waiting = any(now - begun_at < _PATIENCE_S for begun_at in waiting.values())
        return not is_waiting and now - moved >= _QUIET_S

    def rest(page: Page) -> None:
        until = time.monotonic() + 5
        page.wait_for_timeout(50)
        while time.monotonic() < until and not is_quiet():
            page.wait_for_timeout(50)

    with sync_playwright() as playwright:
        with stages.stage("open-browser"):
            browser = playwright.chromium.launch(
                executable_path=find_browser(), chromium_sandbox=not runs_as_superuser()
            )
            width, height = VIEWPORT_PX
            page = browser.new_page(viewport={"width": width, "height": height})
        page.on("request", begun)
        page.on("requestfinished", ended)
        page.on("requestfailed", ended)
        page.on("response", answered)
        with stages.stage("page"):
            page.goto(address, wait_until="commit")
            rest(page)
            _scroll(page, rest)
            for answer in answers:
                if answer.status not in range(300, 400):
                    bodies.append(_whole(answer))  # noqa: PERF401 - the list grows below as well
        with stages.stage("dom-text"):
            (folder / "text.txt").write_text(page.inner_text("body"), encoding="utf-8")
        with stages.stage("screenshot"):
            page.screenshot(full_page=True, path=folder / "page.png")
        with stages.stage("page-pdf"):
            page.pdf(path=folder / "page.pdf", print_background=True)
        with stages.stage("mhtml"):
            session = page.context.new_cdp_session(page)
            saved = session.send("Page.captureSnapshot", {"format": "mhtml"})["data"]
            (folder / "page.mhtml").write_text(saved, encoding="utf-8")
        with stages.stage("page-media"):
            for film in films:
                got = page.context.request.get(film)
                bodies.append((film, got.status, list(got.headers.items()), got.body()))
        with stages.stage("warc"):
            _write_warc(folder / "page.warc.gz", bodies)
        with stages.stage("end"):
            browser.close()
    return {**stages.seconds, "peak_mib": _peak_mib()}


def _scroll(page: Page, rest: Callable[[Page], None]) -> None:
    stayed, before = 0, ""
    while stayed < 2:  # noqa: PLR2004 - twice the same place is the end, as in our scroller
        place = page.evaluate(
            "scrollBy({top: innerHeight * 0.9, behavior: 'instant'}),"
            "scrollY + ' ' + document.documentElement.scrollHeight"
        )
        rest(page)
        stayed = stayed + 1 if place == before else 0
        before = place


def _whole(answer: Response) -> tuple[str, int, list[tuple[str, str]], bytes]:
    fields = [(one["name"], one["value"]) for one in answer.headers_array()]
    return answer.url, answer.status, fields, answer.body()


def _write_warc(path: Path, bodies: list[tuple[str, int, list[tuple[str, str]], bytes]]) -> None:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for url, status, fields, body in bodies:
            head = StatusAndHeaders(str(status), fields, protocol="HTTP/1.1")
            record = writer.create_warc_record(
                url, "response", payload=io.BytesIO(body), http_headers=head
            )
            writer.write_record(record)


def _new(folder: Path, exhibit: Exhibit) -> io.BufferedWriter:
    return (folder / f"{exhibit.kind.value}-{exhibit.id}").open("wb")


def _reported(sighting: Sighting) -> EventDraft:
    return EventDraft(kind=EventKind.REPORTED, subject=sighting.id)


def _peak_mib() -> float:
    # Not getrusage: what it tells begins with the size of the process that started this one.
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    peak = next((line.split()[1] for line in lines if line.startswith("VmHWM:")), "0")
    return round(int(peak) / 1024, 1)


def main(arguments: list[str]) -> None:
    """Run one of the three and print what it took."""
    kind, address, folder = arguments
    started = time.perf_counter()
    if kind == "plain":
        taken = record_plain(address, Path(folder))
    else:
        taken = record_ours(address, Path(folder), is_whole=kind == "ours")
    taken["seconds"] = round(time.perf_counter() - started, 2)
    print(json.dumps(taken))


if __name__ == "__main__":
    main(sys.argv[1:])
