"""A server that listens on loopback, and browsers of several people before it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
from starlette.responses import HTMLResponse, Response

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.pages import go_to
from benban.desk.server.entering import COOKIE
from benban.desk.server.main import Server, place_of
from benban.desk.server.persons_desk import PersonsDesk
from benban.desk.server.ports import DutyText, FactorRoutes, HalfEntered, SecondFactor
from benban.model.clock import Clock
from benban.model.people import Role
from benban.outside.clock import SystemClock
from benban.outside.desk_server import FixedServer
from benban.wiring_case import Vault
from benban.wording import Language
from tests.desk.rig import words_of
from tests.desk.server.shared import CHEAP, CheapShared, hold_cheap, make_cheap_shared
from tests.plain_http import NO_ROOTS

ORIGIN = "https://desk.example.org"
ADMINISTRATOR = "Minh"
PASSPHRASE = "bốn từ dễ nhớ"
_WORD = "phở"


@dataclass(frozen=True)
class Duty:
    """A text on the duty to report."""

    day: date = date(2026, 11, 1)

    def words(self, language: Language) -> tuple[str, ...]:
        del language
        return ("We report what the law makes us report.", "Ask us before you tell.")


class WordFactor:
    """A second factor that is a word: set at the first entry, asked at each later one."""

    def __init__(self) -> None:
        self.routes = FactorRoutes()
        self.scripts = ()
        self.routes.page("/second/set")(lambda half, asked: self._page("set"))
        self.routes.page("/second/word")(lambda half, asked: self._page("word"))
        self.routes.form("/second/set")(self._set)
        self.routes.form("/second/word")(self._ask)

    def settings(self, origin: str) -> Routes:
        del origin
        routes = Routes()
        routes.page("/settings/second")(lambda desk, asked: self._page("word"))
        return routes

    def is_set(self, vault: Vault) -> bool:
        return bool(vault.setting("second.word"))

    def begins_at(self, vault: Vault) -> str:
        return "/second/word" if self.is_set(vault) else "/second/set"

    def _page(self, name: str) -> Response:
        return HTMLResponse(
            f'<main><form method="post" action="/second/{name}"><input name="word">'
            '<button class="word">OK</button></form></main>'
        )

    def _set(self, half: HalfEntered, asked: Asked) -> Response:
        half.vault.set_setting("second.word", asked.first("word").encode())
        return half.let_in()

    def _ask(self, half: HalfEntered, asked: Asked) -> Response:
        if asked.first("word").encode() != half.vault.setting("second.word"):
            return go_to("/second/word")
        return half.let_in()


def mark_of(page: str) -> str:
    """Return what the form of a page says of the text on the duty above it."""
    return page.partition('name="shown" value="')[2].partition('"')[0]


class Browser:
    """A browser of somebody, whose requests a proxy hands on."""

    def __init__(self, running: "RunningServer") -> None:
        self.running = running
        self.cookie = ""
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{running.port}",
            headers={
                "Host": running.host,
                "Origin": ORIGIN,
                "Sec-Fetch-Site": "same-origin",
            },
            timeout=60,
            verify=NO_ROOTS,
        )

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        """Send one request with the cookie, and keep the one that comes."""
        headers = {"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        answer = self.client.request(method, path, headers=headers, **more)  # type: ignore[arg-type] # as httpx takes it
        given = answer.headers.get("set-cookie", "")
        if given.startswith(f"{COOKIE}="):
            self.cookie = given.partition("=")[2].partition(";")[0]
        return answer

    def get(self, path: str) -> httpx.Response:
        return self.ask("GET", path)

    def text(self, path: str) -> str:
        """Return what one reads on a page, in one line."""
        return words_of(self.get(path).text)

    def send(self, path: str, **fields: str | list[str]) -> httpx.Response:
        """Send a form that has no number."""
        return self.ask("POST", path, data=fields)

    def post(self, path: str, **fields: str | list[str]) -> httpx.Response:
        """Send a form of the desk that was just shown."""
        return self.send(path, form=self.desk.forms.new(), **fields)

    @property
    def desk(self) -> PersonsDesk:
        """The desk of this browser's session."""
        session = self.running.server.sessions.find([self.cookie])
        assert session is not None
        return session.desk

    @property
    def is_in(self) -> bool:
        """Whether the server knows a session of it."""
        return self.running.server.sessions.find([self.cookie]) is not None

    def enter(self, name: str, passphrase: str = PASSPHRASE) -> httpx.Response:
        """Come in by passphrase and word."""
        shown = mark_of(self.get("/").text)
        answer = self.send("/enter", name=name, passphrase=passphrase, shown=shown)
        if answer.status_code != 303:
            return answer
        return self.send(self.past_duty(answer), word=_WORD)

    def accept(self, name: str, code: str, passphrase: str = PASSPHRASE) -> httpx.Response:
        """Come in for the first time."""
        answer = self.send("/first", name=name, code=code, passphrase=passphrase, again=passphrase)
        assert answer.headers.get("location") == "/first/sheet", words_of(answer.text)
        page = self.get("/first/sheet").text
        groups = page.partition('class="code">')[2].partition("<")[0].split("-")
        asked = [at for at in range(1, len(groups) + 1) if f'name="group-{at}"' in page]
        answer = self.send("/first/sheet", **{f"group-{at}": groups[at - 1] for at in asked})
        return self.send(self.past_duty(answer), word=_WORD)

    def past_duty(self, answer: httpx.Response) -> str:
        """Return where somebody half entered is led, after reading the text on the duty."""
        if answer.headers["location"] == "/duty":
            answer = self.send("/duty", shown=mark_of(self.get("/duty").text))
        return answer.headers["location"]

    def begin(self) -> str:
        """Make a case and return its path."""
        answer = self.post("/begin")
        assert answer.status_code == 303, words_of(answer.text)
        # Who works on it is asked first; this browser skips that.
        return answer.headers["location"].removesuffix("/people?new=1")


class RunningServer:
    """A server that listens, its shared vault, and its first administrator's word set."""

    def __init__(self, server: Server, shared: CheapShared, port: int, host: str) -> None:
        self.server = server
        self.shared = shared
        self.port = port
        self.host = host
        self.duty: DutyText | None = Duty()
        self._browsers: list[Browser] = []
        self._administrator: Browser | None = None
        self._has_auditor = False

    def browser(self) -> Browser:
        """Return a browser in which nobody is in."""
        self._browsers.append(Browser(self))
        return self._browsers[-1]

    def views(self) -> list[tuple[str, str]]:
        """Return what was noted so far: which page or act, and of which case."""
        auditor = self.browser()
        if not self._has_auditor:
            auditor.accept("Thu", self.code_for("Thu", Role.AUDITOR))
            self._has_auditor = True
        else:
            auditor.enter("Thu")
        audit = auditor.desk.vault.audit
        assert audit is not None
        return [(one.what, one.case_id) for one in audit.entries(limit=10_000)]

    def close(self) -> None:
        """Let all browsers go."""
        for one in self._browsers:
            one.client.close()

    def administrator(self) -> Browser:
        """Return the browser in which the administrator is in."""
        if self._administrator is None or not self._administrator.is_in:
            self._administrator = self.browser()
            assert self._administrator.enter(ADMINISTRATOR).headers["location"] == "/"
        return self._administrator

    def code_for(self, name: str, role: Role = Role.CASEWORKER) -> str:
        """Let an administrator invite somebody, and return the code that stands on the paper."""
        return self.administrator().desk.vault.invite(name, role, CHEAP).text

    def invited(self, name: str, role: Role = Role.CASEWORKER) -> Browser:
        """Let an administrator invite somebody, and return a browser in which they came in."""
        browser = self.browser()
        assert browser.accept(name, self.code_for(name, role)).headers["location"] == "/"
        return browser


@contextmanager
def running_server(
    folder: Path,
    *,
    clock: Clock | None = None,
    backups: Path | None = None,
    factor: SecondFactor | None = None,
) -> Iterator[RunningServer]:
    """Give a server over a new shared vault in *folder*; it is closed at the end."""
    # A copy that was put back is held as it is.
    is_new = not folder.exists()
    shared = make_cheap_shared(folder, ADMINISTRATOR, PASSPHRASE) if is_new else hold_cheap(folder)
    listening = FixedServer()
    place = place_of(ORIGIN)
    kept: list[RunningServer] = []
    server = Server(
        shared=shared,
        folder=folder,
        place=place,
        language=Language.EN,
        factor=factor or WordFactor(),
        duty=lambda _vault: kept[0].duty,
        clock=clock or SystemClock(),
        backups=backups,
    )
    running = RunningServer(server, shared, listening.port, place.authority)
    kept.append(running)
    thread = threading.Thread(target=listening.run, args=(server.program,))
    thread.start()
    try:
        yield running
    finally:
        running.close()
        listening.stop()
        thread.join()
        server.close()
        shared.close()
