"""A desk that listens on loopback, and what a browser would send to it."""

import html.parser
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import BrowserContext

from benban.desk.app import Routes, make_app, with_frames
from benban.desk.desk import Desk
from benban.desk.guard import COOKIE, Place
from benban.desk.main import foreseen
from benban.desk.routes import all_routes
from benban.model.clock import Clock
from benban.model.sighting import SightingKind
from benban.outside.clock import SystemClock
from benban.outside.desk_server import DeskServer
from benban.outside.platforms import ThisPlatform
from benban.vault import KdfCost, RecoveryCode, Vault
from benban.wording import Language
from tests.plain_http import NO_ROOTS

PASSPHRASE = "bốn từ dễ nhớ"
ADULT = {"adult_now": "yes", "adult_in_picture": "yes", "nobody_doubts": "yes"}


def make_cheap_vault(folder: Path, *, passphrase: str) -> tuple[Vault, RecoveryCode]:
    """Make a vault whose passphrase costs little to try."""
    return Vault.create(
        folder,
        passphrase=passphrase,
        cost=KdfCost.cheap_for_tests(),
        clock=SystemClock(),
        platform=ThisPlatform(),
        ballast_bytes=0,
    )


class Running:
    """A desk that listens, and a client that came in by its door."""

    def __init__(self, desk: Desk, place: Place, is_over: threading.Event) -> None:
        self.desk = desk
        self.place = place
        self.is_over = is_over
        self.client = httpx.Client(
            base_url=place.origin,
            headers={"Origin": place.origin, "Sec-Fetch-Site": "same-origin"},
            follow_redirects=False,
            timeout=30,
            verify=NO_ROOTS,
        )

    def enter(self) -> None:
        """Come in with a fresh token."""
        answer = self.client.post("/enter", data={"code": self.desk.door.new_token()})
        assert answer.status_code == 303
        assert COOKIE in self.client.cookies

    def get(self, path: str) -> httpx.Response:
        """Ask for a page."""
        return self.client.get(path)

    def post(self, path: str, **fields: str | list[str]) -> httpx.Response:
        """Send a form that was just shown."""
        return self.client.post(path, data={"form": self.desk.forms.new(), **fields})

    def text(self, path: str) -> str:
        """Return what one reads on a page, in one line."""
        return words_of(self.get(path).text)

    def begin(self, kind: SightingKind = SightingKind.PUBLISHED, **answers: str) -> str:
        """Answer the first questions, make a vault, open a case; return its path."""
        self.post("/what", kind=kind.value)
        self.post("/age", **(answers or ADULT))
        self.post("/where", where="here")
        self.post("/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
        self.post("/sheet/without")
        return self.post("/begin").headers["location"]

    def wait_for_jobs(self) -> None:
        """Wait until nothing long is under way."""
        while self.desk.jobs.running():
            time.sleep(0.02)


@contextmanager
def running_desk(
    folder: Path,
    *,
    language: Language = Language.EN,
    clock: Clock | None = None,
    more: Sequence[Routes] = (),
) -> Iterator[Running]:
    """Give a desk over *folder* that listens, with *more* pages; it is left at the end."""
    server = DeskServer()
    over = threading.Event()

    def leave() -> None:
        over.set()
        server.stop()

    desk = Desk(
        folder=folder,
        language=language,
        clock=clock or SystemClock(),
        unforeseen=foreseen,
        leave=leave,
        make=make_cheap_vault,
    )
    place = Place(authority=server.authority, frame_origin=server.frame_origin)
    pages = make_app(desk, lambda: place, (*all_routes(), *more))
    app = with_frames(desk, pages, place)
    thread = threading.Thread(target=server.run, args=(app,))
    thread.start()
    running = Running(desk, place, over)
    try:
        yield running
    finally:
        running.client.close()
        desk.leave()
        desk.jobs.close()
        thread.join()


def came_in(context: BrowserContext, desk: Running) -> None:
    """Give a browser the cookie that this desk's client has."""
    give_cookie(context, desk.client, desk.place.origin)


def give_cookie(context: BrowserContext, client: httpx.Client, origin: str) -> None:
    """Give a browser the cookie that a client has."""
    cookie = {"name": "k", "value": client.cookies["k"], "url": origin}
    context.add_cookies([cookie])  # type: ignore[list-item] # a dict of the kind it documents


class _Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._hidden += tag in {"script", "style", "title"}

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style", "title"}

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)


def words_of(page: str) -> str:
    """Return what one reads on a page, in one line."""
    reader = _Reader()
    reader.feed(page)
    return " ".join(" ".join(reader.found).split())
