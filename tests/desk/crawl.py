"""Every page of the desk, over a case that holds one of each thing; nothing is chosen by hand."""

import html.parser
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import httpx

from benban.casework.add_files import add_files
from benban.casework.destroy_case import case_contents
from benban.casework.hand_over import HandedOver
from benban.casework.spoken import keep_recording
from benban.casework.watch_places import take_up_sightings
from benban.desk.routes import all_routes
from benban.desk.routes.backup import Copied
from benban.desk.routes.take_over import Incoming, Taken
from benban.desk.routes.ways_in import Offered
from benban.desk.sealing import SealedFile
from benban.model.custody import EventDraft, EventKind
from benban.model.finding import CommonOrigin
from benban.model.ids import CaseId, new_offer_id
from benban.model.remedy import Notice
from benban.model.sighting import Sighting
from benban.model.watch import FindKind, Offer
from benban.outside.clock import SystemClock
from benban.vault import GivenCase, check_vault, fresh_recovery_code
from benban.wording import Language, message_ids, template
from tests.desk.audited import draw_photos, kept
from tests.desk.rig import ADULT, Running
from tests.desk.shared import share
from tests.harm.export import write_export
from tests.harm.scenes import Example, given

_ADDRESS = "https://x.com/i/status/1234567890123456789"
# What a recording begins with; no page decodes one.
SOUND = b"\x1a\x45\xdf\xa3" + bytes(range(256))
_SENTENCE = "These photos show the person of this case."
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_CONTROLS = frozenset({"a", "button", "input", "select", "textarea", "summary"})
# One or two words may be the same in both languages: a name, a unit.
_LEAST_WORDS = 4


@dataclass(kw_only=True)
class World:
    """A desk with a case, and what stands for each parameter of a path."""

    desk: Running
    values: dict[str, str] = field(default_factory=dict)

    @property
    def case(self) -> str:
        """The id of the case."""
        return self.values["case"]

    def paths(self) -> Iterator[tuple[str, str]]:
        """Return the pattern and the path of every page."""
        for pattern in page_patterns():
            yield pattern, _PARAMETER.sub(lambda found: self.values[found[1]], pattern)

    def state(self) -> tuple[object, ...]:
        """Return all that a look must leave as it is; the looks themselves are not counted."""
        vault = self.desk.desk.vault
        settings = vault.entered.index.database.rows("SELECT * FROM settings ORDER BY 1")
        kinds: list[EventKind | None] = []
        for case_id in vault.case_ids():
            with vault.open_case(case_id) as store:
                kinds += [one.kind for one in store.events()]
        counted = [one for one in kinds if one is not EventKind.SHOWN_VEILED]
        return settings, counted, self.desk.desk.language, self.desk.desk.intake


def page_patterns() -> tuple[str, ...]:
    """Return the paths of all pages as they are registered."""
    return tuple(path for station in all_routes() for path, _ in station.pages)


def form_patterns() -> tuple[str, ...]:
    """Return the paths to which something can be sent."""
    return tuple(
        path
        for station in all_routes()
        for path, _ in (*station.forms, *station.acts, *station.uploads)
    )


def parameters() -> frozenset[str]:
    """Return the names of all places in the paths of pages."""
    return frozenset(name for path in page_patterns() for name in _PARAMETER.findall(path))


def make_world(desk: Running) -> World:
    """Open a case and put one of each thing into it."""
    world = World(desk=desk)
    case = desk.begin()
    photo = audited(desk, case)
    age = desk.post(f"{case}/add/link", address=_ADDRESS, kind="published").headers["location"]
    desk.post(age, **ADULT)
    sighting = age.removesuffix("/age")
    desk.post(f"{sighting}/write/vn-complaint", intimate="yes", speech="no")
    case_id = case.removeprefix("/c/")
    with desk.desk.case(case_id) as store:
        file = given(Example.drawn().fake, "IMG_1.jpg")
        (place,) = [one for one in store.all(Sighting) if one.address is not None]
        (exhibit,) = add_files(store, place, (file,), SystemClock())
        (notice,) = store.all(Notice)
        sharing = share(store, exhibit, SystemClock())
    comparison, pair = _compared(desk, case)
    # A veiled one: to see it asks for a form that was shown, not for an address.
    look = desk.post(f"{case}/e/{exhibit.id}/veiled").headers["location"]
    job = desk.desk.jobs.start("desk.case.heading", lambda _progress: case, case_id=case_id)
    desk.wait_for_jobs()
    outcomes = desk.desk.outcomes
    lies_at = desk.desk.folder.with_name("tai-lieu-0a1b.dat")
    sealed = SealedFile(
        case_id=case_id,
        path=lies_at,
        handed=HandedOver(sha256="0" * 64, size_bytes=12_345_678, files=3),
        voice_code="12345 67890 12345 67890 12345 67890",
        is_compared=False,
    )
    with desk.desk.case(case_id) as store:
        incoming = GivenCase(
            case_id=store.case.id,
            contents=case_contents(store),
            opens_allegations=False,
            log_key_id="aaaa-bbbb-cccc-dddd-eeee-ffff-gggg-hhhh",
            manifest_sha256="0" * 64,
        )
    spoken = keep_recording(desk.desk.vault, CaseId(case_id), BytesIO(SOUND), SystemClock())
    came = Incoming(path=lies_at, identity=None, given=incoming)
    # Last: it stays open.
    export = write_export(desk.desk.folder.parent / "export")
    reading = opened_reading(desk, sighting, export)
    world.values = {
        "case": case_id,
        "sighting": sighting.rpartition("/")[2],
        "step": "vn-complaint",
        "notice": str(notice.id),
        "sharing": str(sharing.id),
        "offer": _waiting_find(desk, case_id),
        "exhibit": str(exhibit.id),
        "look": look.rpartition("/")[2],
        "comparison": comparison,
        "pair": pair,
        "beside": "links",
        "photos": "none",
        "photo": photo,
        "job": job.id,
        "reading": reading,
        "name": "tai-lieu-0a1b.zip",
        "kind": "crime-report",
        "paper": "breach-form",
        "act": "now",
        "handed": outcomes.keep(sealed),
        "incoming": outcomes.keep(came),
        "taken": outcomes.keep(Taken(case_id=case_id, key_id=incoming.log_key_id)),
        "copied": outcomes.keep(Copied(path=lies_at, files=12)),
        "checked": outcomes.keep(check_vault(desk.desk.vault, read=True)),
        "recording": str(spoken.id),
        "drawn": _drawn(desk, case),
        "fresh": outcomes.keep(Offered(code=fresh_recovery_code(), asked=(2, 5))),
    }
    return world


def audited(desk: Running, case: str) -> str:
    """Look at photos of one's own, for a case and without one; return the id of one of them."""
    folder = str(draw_photos(desk.desk.folder.parent / "anh"))
    for path in (f"{case}/audit", "/audit"):
        desk.post(f"{path}/age", adult_now="yes", keep="yes")
        desk.post(f"{path}/where", where=folder)
        desk.wait_for_jobs()
    (first, *_) = kept(desk, case)
    desk.client.post(f"{case}/audit/sort", data={"photo": first.id, "as": "portrait"})
    return str(first.id)


def _drawn(desk: Running, case: str) -> str:
    """Draw the pages of a dossier and return the number under which they lie open."""
    wishes = {"for": "lawyer", "which": "all", "languages": "en", "stamp": "no"}
    folder = str(desk.desk.folder.parent)
    answer = desk.post(f"{case}/dossier/pages", **wishes, comparison="no", folder=folder)
    return str(answer.headers["location"]).rpartition("/")[2]


def _compared(desk: Running, case: str) -> tuple[str, str]:
    """Compare with a photo of one's own; return the finding's id and the number of a look at it."""
    photo = ("file", ("IMG_0.jpg", Example.drawn().original, "image/jpeg"))
    form = {"form": desk.desk.forms.new(), "declaration": _SENTENCE}
    desk.client.post(f"{case}/photos", data=form, files=[photo])
    desk.wait_for_jobs()
    desk.post(f"{case}/compare")
    desk.wait_for_jobs()
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (finding,) = store.all(CommonOrigin)
    path = f"{case}/compare/{finding.id}/pair"
    return finding.id, desk.post(path).headers["location"].removeprefix(f"{path}/")


def opened_reading(desk: Running, sighting: str, export: Path) -> str:
    """Open an export for ticking and return the id of its work."""
    job_id = desk.post(f"{sighting}/export", where=str(export)).headers["location"].split("/")[2]
    while not desk.desk.jobs.get(job_id).waits_at:
        assert not desk.desk.jobs.get(job_id).state.is_over
        time.sleep(0.02)
    return job_id


def _waiting_find(desk: Running, case_id: str) -> str:
    """Let the watch have found something, and return its id."""
    with desk.desk.case(case_id) as store:
        find = Offer(
            id=new_offer_id(),
            place_id=take_up_sightings(store, SystemClock())[0].id,
            kind=FindKind.REUPLOAD,
            found_at=SystemClock().now(),
        )
        store.record(EventDraft(kind=EventKind.LOOKED), save=[find])
    return str(find.id)


class Reader(html.parser.HTMLParser):
    """Reads what stands in a page, and apart from it what is said to be in another language."""

    _VOID = frozenset({"input", "meta", "link", "br", "img", "hr", "source"})

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.words: list[str] = []
        self.before_control: list[str] = []
        self.tags: list[tuple[str, Mapping[str, str]]] = []
        self._open: list[tuple[str, bool]] = []
        self._saw_control = False
        self._in_main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if tag == "html":
            self.language = found.get("lang", "")
        is_other = found.get("lang", self.language) != self.language
        if tag not in self._VOID:
            self._open.append((tag, is_other or tag in {"script", "style", "title"}))
        self._in_main = self._in_main or tag == "main"
        is_hidden = found.get("type") == "hidden"
        if self._in_main and tag in _CONTROLS and not is_hidden:
            self._saw_control = True

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "main":
            self._in_main, self._saw_control = False, True

    def handle_data(self, data: str) -> None:
        if any(is_left_out for _, is_left_out in self._open):
            return
        self.words.append(data)
        if self._in_main and not self._saw_control:
            self.before_control += data.split()


def read(answer: httpx.Response) -> Reader:
    """Return what stands in a page."""
    reader = Reader()
    reader.feed(answer.text)
    return reader


def sentences_only_in(language: Language) -> tuple[str, ...]:
    """Return pieces of our messages of some length that are not the other language's as well."""
    (other,) = set(Language) - {language}
    found: set[str] = set()
    for message_id in message_ids(language):
        theirs = " ".join(template(other, message_id).split())
        for line in re.split(r"\n|\{\w+\}", template(language, message_id)):
            piece = " ".join(line.split())
            if len(piece.split()) >= _LEAST_WORDS and piece not in theirs:
                found.add(piece)
    return tuple(sorted(found))
