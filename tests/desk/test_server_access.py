"""Whoever sees, hears or moves otherwise can use what only an organisation's server has."""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route

from benban.casework.handing import numbers_of, own_signing_key
from benban.desk.app import Routes
from benban.desk.server.roles import stations_of
from benban.desk.server.routes import colleagues, keys, texts
from benban.desk.server.routes.copies import copies_in
from benban.desk.server.stations import server_routes
from benban.model.organisation_paper import OrganisationPaperKind
from benban.model.people import Role
from benban.seal.age import fresh_identity, recipient_of, voice_code
from benban.wording import Language
from tests.desk.browsing import TOO_WIDE, browsing
from tests.desk.rig import ADULT
from tests.desk.server.rig import (
    ORIGIN,
    PASSPHRASE,
    Browser,
    RunningServer,
    mark_of,
    running_server,
)
from tests.desk.test_access import FAULTS_ALONE, NARROWEST, SERIOUS, SMALL

# Answered by another page, by no page, or by a table; the word of these tests is no page either.
_NO_PAGES = frozenset({"/", "/here", "/rest", "/views/list", "/settings/second"})
_BEFORE_ENTERING = ("/", "/first", "/first/sheet", "/duty", "/code", "/help-now")
_LONG = "Nguyễn Thị Hoàng Phương Thảo (tổ tư vấn và đồng hành)"
_KEY = recipient_of(fresh_identity())
_PARAMETER = re.compile(r"\\\{\w+(?::\w+)?\\\}")
_DUTY = {"vi": "Chúng tôi báo điều luật buộc.\nHãy hỏi trước.", "en": "We must report.\nAsk."}
_DUTY |= {"day": "2026-11-01", "signed_by": _LONG}
# Ways beside what is set are no words of a sentence.
_SMALL = SMALL.replace(".list a", ".list a, dd a")
_WRONG = "00000 11111 22222 33333 44444 55555"


@dataclass(frozen=True, kw_only=True)
class Met:
    """A page, where it was, and the browser of whoever met it."""

    name: str
    who: Browser
    answer: httpx.Response

    @property
    def path(self) -> str:
        return self.answer.request.url.path


@dataclass(slots=True)
class Walk:
    """Everything that is met on a server, by everybody, in one language."""

    server: RunningServer
    language: Language
    met: list[Met] = field(default_factory=list)

    def see(self, who: Browser, name: str, answer: httpx.Response) -> httpx.Response:
        """Note a page and return it."""
        assert answer.headers["content-type"].startswith("text/html"), name
        assert answer.status_code in {200, 400}, (name, answer.status_code)
        self.met.append(Met(name=name, who=who, answer=answer))
        return answer

    def look(self, who: Browser, *paths: str, when: str = "") -> None:
        """Ask for pages by their addresses."""
        for path in paths:
            self.see(who, f"{path} {when}".strip(), who.get(path))

    def reads(self, who: Browser) -> Browser:
        """Let somebody who is in read their language."""
        who.send("/language", language=self.language.value, back="/")
        return who

    def go(self) -> None:
        """Let everybody come in and do what there is to do."""
        server, duty = self.server, self.server.duty
        server.duty = None
        self.look(server.browser(), f"/?language={self.language.value}", when="without duty")
        admin = self.reads(server.administrator())
        empty = ("/people", "/organisation", "/organisation/keys", "/organisation/keys/signers")
        self.look(admin, *empty, "/duty", "/organisation/backup", when="empty")
        server.duty = duty
        self._come_in()
        second = self.reads(server.invited("Hà", Role.ADMINISTRATOR))
        self._set_texts(admin)
        self._sign(admin, second)
        lan, hoa = (self.reads(server.invited(name)) for name in ("Lan", "Hoa"))
        case = self._work(lan, hoa, numbers_of(own_signing_key(admin.desk.vault)))
        self._let_in_and_out(admin, lan)
        self._copy(admin)
        self._audit(self.reads(server.invited("Thu", Role.AUDITOR)), case)

    def _come_in(self) -> None:
        who, server = self.server.browser(), self.server
        name = {"language": self.language.value, "name": "Mai"}
        new = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
        self.look(who, *(f"{path}?language={name['language']}" for path in ("/", "/first")))
        self.look(who, *(f"{path}?language={name['language']}" for path in ("/code", "/help-now")))
        self.see(who, "wrong", who.send("/enter", **name, passphrase="ba từ sai"))
        self.see(who, "differs", who.send("/first", **name, passphrase="a", again="b"))
        self.see(who, "wrong code", who.send("/first", **name, code="AAAA", **new))
        self.see(who, "wrong sheet", who.send("/code", **name, code="AAAA", **new))
        who.send("/first", **name, code=server.code_for("Mai"), **new)
        self.look(who, "/first/sheet")
        self.see(who, "wrong groups", who.send("/first/sheet", **{"group-1": "AAAA"}))
        page = who.get("/first/sheet").text
        groups = page.partition('class="code">')[2].partition("<")[0].split("-")
        who.send("/first/sheet", **{f"group-{at}": one for at, one in enumerate(groups, 1)})
        self.look(who, "/duty", when="half entered")
        assert who.send("/duty", shown=mark_of(who.get("/duty").text)).status_code == 303

    def _set_texts(self, admin: Browser) -> None:
        self.look(admin, "/organisation/duty", "/organisation/name", "/organisation/retention")
        self.see(admin, "no text", admin.post("/organisation/duty"))
        self.see(admin, "no days", admin.post("/organisation/retention", days="x"))
        admin.post("/organisation/duty", **_DUTY)
        admin.post("/organisation/duty", **{**_DUTY, "day": "2026-11-15"})
        admin.post("/organisation/name", name=_LONG)
        admin.post("/organisation/retention", days="365")
        self.look(admin, "/organisation", "/duty", "/organisation/duty", when="set")
        self._look_at_own(admin, "/settings/stamps")

    def _look_at_own(self, who: Browser, *more: str) -> None:
        papers = [f"/settings/organisation/{one.value}" for one in OrganisationPaperKind]
        own = ("/settings", "/settings/passphrase", "/settings/organisation", "/help-now")
        self.look(who, *own, *papers, *more)
        self.look(who, "/passphrase-changed", "/settings/sheet", "/sheet-changed")
        wrong = who.post("/settings/passphrase", known="a", passphrase="b", again="c")
        self.see(who, "passphrase", wrong)
        fresh = who.post("/settings/sheet", known=PASSPHRASE).headers["location"]
        self.look(who, fresh)

    def _sign(self, admin: Browser, second: Browser) -> None:
        place, heard = "/organisation/keys", voice_code(_KEY)
        self.look(admin, f"{place}/new")
        self.see(admin, "nothing heard", admin.post(f"{place}/new", name="Lan"))
        admin.post(f"{place}/new", name=_LONG, key=_KEY, heard=heard)
        self.look(admin, place, when="full")
        self.look(second, place, f"{place}/signers", when="not compared")
        self.see(second, "misheard", second.post(f"{place}/compare", heard=_WRONG))
        second.post(f"{place}/compare", heard=numbers_of(own_signing_key(admin.desk.vault)))
        second.post(f"{place}/offer")
        self.look(second, place, f"{place}/signers", when="offered")
        self.look(admin, f"{place}/signers", when="asked")
        person = second.desk.vault.person
        assert person is not None
        wrong = admin.post(f"{place}/signers", person=person.user_id, heard=_WRONG)
        self.see(admin, "another misheard", wrong)
        mine = numbers_of(own_signing_key(second.desk.vault))
        admin.post(f"{place}/signers", person=person.user_id, heard=mine)
        self.look(admin, f"{place}/signers", when="two sign")

    def _work(self, lan: Browser, hoa: Browser, numbers: str) -> str:
        self.look(lan, "/begin", "/duty", "/settings", "/keys")
        self.see(lan, "list misheard", lan.post("/keys", heard=_WRONG))
        lan.post("/keys", heard=numbers)
        self.look(lan, "/keys", when="compared")
        case = lan.begin()
        self.look(lan, case, "/queue", f"{case}/people", f"{case}/people?new=1")
        self.look(lan, f"{case}/people/new", f"{case}/hand-over")
        age = lan.post(f"{case}/add/link", address="https://x.com/i/1", kind="published")
        lan.post(age.headers["location"], **ADULT)
        lan.post("/settings/mode", mode="work")
        me, other = lan.desk.vault.person, hoa.desk.vault.person
        assert me is not None
        assert other is not None
        colleague = f"{case}/people/{other.user_id}"
        self.look(lan, f"{case}/people/{me.user_id}/out", colleague)
        self.see(lan, "not compared", lan.post(colleague))
        known = lan.desk.vault.key_numbers(other.user_id)
        lan.post(colleague, compared="yes", numbers=known)
        self.look(lan, f"{case}/people", f"{colleague}/out", "/queue", when="two")
        self.look(hoa, case, "/queue")
        return case

    def _let_in_and_out(self, admin: Browser, lan: Browser) -> None:
        self.look(admin, "/people/invite")
        self.see(admin, "no role", admin.post("/people/invite", name=_LONG))
        place = admin.post("/people/invite", name=_LONG, role="caseworker").headers["location"]
        self.look(admin, place)
        # One that nobody else can open.
        lan.begin()
        for one in admin.desk.vault.people():
            self.look(admin, f"/people/{one.user_id}")
        person = lan.desk.vault.person
        assert person is not None
        self.see(admin, "alone", admin.post(f"/people/{person.user_id}/end"))
        admin.post(f"/people/{person.user_id}/second")
        self.look(admin, f"/people/{person.user_id}", "/people", when="set up anew")

    def _copy(self, admin: Browser) -> None:
        job = admin.post("/organisation/backup").headers["location"]
        self.look(admin, job)
        while admin.desk.jobs.running():
            time.sleep(0.02)
        self.look(admin, job, "/organisation/backup", when="copied")
        assert 'href="/organisation/backup"' in admin.get("/settings").text

    def _audit(self, auditor: Browser, case: str) -> None:
        self.look(auditor, "/views", "/duty")
        self._look_at_own(auditor)
        auditor.send("/views", person="", case=case.removeprefix("/c/"), day="")
        self.look(auditor, "/views", when="of a case")
        auditor.send("/views", person="", case="none", day="")
        self.look(auditor, "/views", when="nothing")


@pytest.fixture(scope="module", params=list(Language), ids=lambda one: one.value)
def walk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("server")
    (folder / "kept").mkdir()
    with running_server(folder / "chung", backups=folder / "kept") as server:
        walk = Walk(server, request.param)
        walk.go()
        yield walk


def test_the_walk_comes_by_every_page_that_a_persons_own_desk_does_not_have(walk: Walk) -> None:
    every = server_routes()
    admins = (*stations_of(Role.ADMINISTRATOR, every), copies_in(Path()))
    workers = (colleagues.ROUTES, keys.READING, texts.READING)
    of = {
        Role.ADMINISTRATOR: _patterns(admins),
        Role.AUDITOR: _patterns(stations_of(Role.AUDITOR, every)),
        Role.CASEWORKER: _patterns(workers),
    }
    roles = {id(one.who): _role_of(one.who) for one in walk.met}
    missed = [
        (role, pattern)
        for role, patterns in of.items()
        for pattern in patterns
        if not any(
            re.fullmatch(_PARAMETER.sub("[^/]+", re.escape(pattern)), one.path)
            for one in walk.met
            if roles[id(one.who)] is role
        )
    ]
    before = {one.path for one in walk.met if roles[id(one.who)] is None}

    assert missed == []
    assert before >= set(_BEFORE_ENTERING)


def test_no_page_of_a_server_has_a_serious_fault_or_a_small_target_on_a_phone(
    chromium: Chromium, walk: Walk
) -> None:
    found: list[object] = []
    with browsing(chromium, viewport=NARROWEST, reduced_motion="reduce") as context:
        page = context.new_page()
        for one in walk.met:
            _go(page, one)
            assert page.locator("html").get_attribute("lang") == walk.language.value, one.name
            assert page.locator("main").count() == 1, one.name
            result = Axe().run(page, options=FAULTS_ALONE).response
            found += [
                (one.name, fault["id"], fault["nodes"][0]["html"])
                for fault in result["violations"]
                if fault["impact"] in SERIOUS
            ]
            found += [(one.name, "small", *small) for small in page.evaluate(_SMALL)]
            found += [(one.name, "too wide")] * page.evaluate(TOO_WIDE)

    assert found == [], found


def _patterns(stations: Iterable[Routes]) -> list[str]:
    return [pattern for one in stations for pattern, _ in one.pages if pattern not in _NO_PAGES]


def _role_of(who: Browser) -> Role | None:
    person = who.desk.vault.person if who.is_in else None
    return person.role if person is not None else None


def _go(page: Page, met: Met) -> None:
    page.unroute("**/*")
    page.route("**/*", partial(_give, met))
    page.goto(f"{ORIGIN}{met.path}")


def _give(met: Met, route: Route) -> None:
    """Answer as the server did, and by the server for all that the page asks for."""
    is_page = route.request.is_navigation_request()
    path = route.request.url.removeprefix(ORIGIN)
    answer = met.answer if is_page else met.who.ask(route.request.method, path)
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in {"content-length", "content-encoding", "set-cookie"}
    }
    route.fulfill(status=answer.status_code, headers=headers, body=answer.content)
