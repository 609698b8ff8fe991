"""Pages to which no address alone leads: answers to forms, and pages of other states of a desk."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benban.casework.add_files import add_files
from benban.model.exhibit import Exhibit
from benban.model.sighting import Sighting, SightingKind
from benban.seal.age import fresh_identity, recipient_of, voice_code
from tests.desk.crawl import opened_reading
from tests.desk.receiving import WHO, named
from tests.desk.rig import ADULT, PASSPHRASE, Running
from tests.harm.export import write_export
from tests.harm.scenes import Example, given
from tests.plain_http import NO_ROOTS

_DOSSIER = {"for": "lawyer", "which": "all", "languages": "en", "stamp": "no"}
_MAILBOX = {"host": "thu.vi-du.example", "port": "465", "security": "tls", "user": "may"}


@dataclass(slots=True)
class Beyond:
    """A desk, and each page that was met on the way, by a name of ours."""

    desk: Running
    folder: Path
    pages: dict[str, httpx.Response] = field(default_factory=dict)

    def see(self, name: str, answer: httpx.Response) -> httpx.Response:
        """Note a page and return it."""
        self.pages[name] = answer
        return answer

    def walk(self) -> None:
        """Go through everything, from the first start to leaving."""
        case, place = self._first_steps()
        self._words(case)
        self._sending(place)
        self._away(case)
        self._export(place)
        self._closed(case, place)
        self._many(case)
        self._locked()
        self.see("left", self.desk.client.post("/exit"))

    def _first_steps(self) -> tuple[str, str]:
        desk = self.desk
        for name in ("/", "/passphrase", "/restore"):
            self.see(name, desk.get(name))
        desk.post("/what", kind="published")
        desk.post("/age", **ADULT)
        desk.post("/where", where="here")
        self.see("short passphrase", desk.post("/passphrase", passphrase="a", again="b"))
        desk.post("/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
        self.see("sheet", desk.get("/sheet"))
        desk.post("/sheet/without")
        case = desk.post("/begin").headers["location"]
        self.see("error", desk.get("/c/case-none"))
        self.see("photos closed", desk.get(f"{case}/photos/closed"))
        address = "https://t.me/kenh_vi_du/55?comment=7"
        age = desk.post(f"{case}/add/link", address=address, kind="published")
        desk.post(age.headers["location"], **ADULT)
        place = age.headers["location"].removesuffix("/age")
        with desk.desk.case(case.removeprefix("/c/")) as store:
            (one,) = [one for one in store.all(Sighting) if one.address is not None]
            add_files(store, one, (given(Example.drawn().fake, "IMG_1.jpg"),), desk.desk.clock)
        return case, place

    def _words(self, case: str) -> None:
        consent = {"purpose": "papers", "recipient": "Nhà bình yên"}
        self.see("consent", self.desk.post(f"{case}/consent/read", **consent))
        wish = _DOSSIER | {"folder": str(self.folder)}
        self.see("dossier", self.desk.post(f"{case}/dossier/preview", **wish))
        self.see("dossier without answers", self.desk.post(f"{case}/dossier/preview"))

    def _sending(self, place: str) -> None:
        desk = self.desk
        answers = {"intimate": "yes", "speech": "no"}
        notice = desk.post(f"{place}/write/telegram-2", **answers).headers["location"]
        statements = re.findall(r'name="statement" value="([^"]+)"', desk.get(notice).text)
        signature = {"name": "Mây", "contact": "may@thu.example"}
        desk.post(f"{notice}/sign", **signature, statement=statements)
        self.see("signed", desk.get(notice))
        desk.post("/settings/mail", **_MAILBOX, sender="may@thu.example", roots="")
        self.see("ways", desk.get(f"{notice}/send"))
        self.see("mail", desk.get(f"{notice}/mail"))
        desk.post(f"{notice}/sent")
        self.see("sent", desk.get(notice))

    def _away(self, case: str) -> None:
        desk, key = self.desk, recipient_of(fresh_identity())
        voice = self.see("voice", desk.post(f"{case}/hand-over/key", key=key))
        about = {"named": named(voice.text), "compared": "same"}
        about_page = self.see("about", desk.post(f"{case}/hand-over/compared", **about))
        fields = {"named": named(about_page.text), "folder": str(self.folder), **WHO}
        self.see("hand over", desk.post(f"{case}/hand-over/preview", **fields))
        heard = self.see("heard", desk.post(f"{case}/entrust/key", key=key))
        numbers = {"named": named(heard.text), "heard": voice_code(key)}
        about_page = self.see("entrust about", desk.post(f"{case}/entrust/heard", **numbers))
        fields["named"] = named(about_page.text)
        self.see("entrust", desk.post(f"{case}/entrust/preview", **fields))

    def _export(self, place: str) -> None:
        folder = write_export(self.folder / "export")
        file = next(folder.rglob("result.json"))
        one = json.loads(file.read_text(encoding="utf-8"))
        chats = {"chats": {"list": [one, one | {"id": 2, "name": "Nhóm khác"}]}}
        file.write_text(json.dumps(chats), encoding="utf-8")
        job_id = opened_reading(self.desk, place, folder)
        path = self.desk.desk.jobs.get(job_id).waits_at
        self.see("chats", self.desk.get(path))
        self.desk.post(f"/jobs/{job_id}/stop")

    def _closed(self, case: str, place: str) -> None:
        with self.desk.desk.case(case.removeprefix("/c/")) as store:
            exhibit = store.all(Exhibit)[0]
        self.desk.post(f"{case}/e/{exhibit.id}/minor")
        self.see("closed", self.desk.get(f"{place}/closed"))

    def _many(self, case: str) -> None:
        desk = self.desk
        other = desk.begin(SightingKind.IMPERSONATION)
        self.see("not watched", desk.get(f"{other}/watch"))
        self.see("cases", desk.get("/cases"))
        desk.post("/settings/mode", mode="work")
        ids = [one.removeprefix("/c/") for one in (case, other)]
        for act in ("look", "prepare"):
            self.see(act, desk.post("/queue/chosen", act=act, case=ids))

    def _locked(self) -> None:
        self.desk.client.post("/lock")
        self.see("unlock", self.desk.get("/unlock"))
        self.see("wrong passphrase", self.desk.post("/unlock", passphrase="ba từ sai"))
        self.see("wrong code", self.desk.post("/unlock/code", code="AAAA"))
        entry = httpx.get(f"{self.desk.place.origin}/no-such-page", verify=NO_ROOTS, timeout=60)
        self.see("entry", entry)
