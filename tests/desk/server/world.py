"""A case of somebody on a server with one of each thing, and every route with its values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from benban.casework.add_files import add_files
from benban.desk.server.roles import stations_of
from benban.desk.server.stations import server_routes
from benban.model.people import Role
from benban.model.remedy import Notice
from benban.model.sighting import Sighting
from benban.outside.clock import SystemClock
from tests.desk.rig import ADULT
from tests.desk.server.rig import Browser
from tests.harm.scenes import Example, given

ADDRESS = "https://x.com/i/status/1234567890123456789"
# What nobody but its caseworker may read.
MARKS = ("1234567890123456789", "IMG_4711", "lời của riêng Lan")
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True, kw_only=True)
class World:
    """A case, and what stands for each parameter of a path."""

    browser: Browser
    values: dict[str, str]

    def path(self, pattern: str) -> str:
        """Return a path with the values of this case."""
        return _PARAMETER.sub(lambda found: self.values.get(found[1], "of-nothing"), pattern)

    def gets(self) -> Iterator[tuple[str, str]]:
        """Return pattern and path of every page."""
        for station in stations_of(Role.CASEWORKER, server_routes()):
            for pattern, _ in station.pages:
                yield pattern, self.path(pattern)

    def posts(self) -> Iterator[tuple[str, str]]:
        """Return pattern and path of everything that is sent."""
        for station in stations_of(Role.CASEWORKER, server_routes()):
            for pattern, _ in (*station.forms, *station.acts, *station.uploads):
                yield pattern, self.path(pattern)


def make_world(browser: Browser) -> World:
    """Open a case and put one of each thing into it."""
    case = browser.begin()
    case_id = case.removeprefix("/c/")
    age = browser.post(f"{case}/add/link", address=ADDRESS, kind="published").headers["location"]
    browser.post(age, **ADULT)
    sighting = age.removesuffix("/age")
    browser.post(f"{sighting}/words", text="lời của riêng Lan")
    browser.post(f"{sighting}/write/vn-complaint", intimate="yes", speech="no")
    with browser.desk.case(case_id) as store:
        (place,) = store.all(Sighting)
        file = given(Example.drawn().fake, "IMG_4711.jpg")
        (exhibit,) = add_files(store, place, (file,), SystemClock())
        (notice,) = store.all(Notice)
    look = browser.post(f"{case}/e/{exhibit.id}/veiled").headers["location"].rpartition("/")[2]
    browser.send(f"/draft/case.{case_id}.notes", text="lời của riêng Lan")
    job = browser.desk.jobs.start("desk.case.heading", lambda _progress: case, case_id=case_id)
    values = {
        "case": case_id,
        "sighting": sighting.rpartition("/")[2],
        "exhibit": str(exhibit.id),
        "notice": str(notice.id),
        "look": look,
        "job": job.id,
        "name": f"case.{case_id}.notes",
        "step": "vn-complaint",
        "kind": "crime-report",
        "act": "now",
    }
    return World(browser=browser, values=values)
