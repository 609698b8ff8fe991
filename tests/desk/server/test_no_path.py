"""No page of a server asks for a path of its disk or shows one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.desk.routes import all_routes
from benban.desk.server.stations import ABSENT
from tests.desk.server.rig import RunningServer, running_server
from tests.desk.server.world import World, make_world

_LINK = re.compile(r'(?:href|action|formaction)="(/[^"#?]*)')
_FIELD = re.compile(r'name="(folder|where|file|found|backup|target|copy|identity)"([^>]*)')


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, World, Path]]:
    folder = tmp_path_factory.mktemp("server") / "chung"
    with running_server(folder) as server:
        yield server, make_world(server.invited("Lan")), folder


def test_what_is_left_out_stands_in_the_desk() -> None:
    known = {
        path
        for station in all_routes()
        for path, _ in (*station.pages, *station.forms, *station.acts, *station.uploads)
    }

    assert known >= ABSENT


def test_no_page_holds_a_path_or_asks_for_one(world: tuple[RunningServer, World, Path]) -> None:
    _, lans, folder = world
    for pattern, path in lans.gets():
        page = lans.browser.get(path).text
        for place in (str(folder), str(folder.parent), str(Path.home()), "/tmp/"):
            assert place not in page, pattern
        asked = [field for field in _FIELD.findall(page) if 'type="file"' not in field[1]]
        assert not asked, pattern


def test_no_link_leads_to_a_page_that_is_not_there(
    world: tuple[RunningServer, World, Path],
) -> None:
    _, lans, _ = world
    known = [
        re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(pattern)))
        for pattern in (*dict(lans.gets()), *dict(lans.posts()))
    ]
    for _, path in lans.gets():
        answer = lans.browser.get(path)
        for link in _LINK.findall(answer.text):
            is_known = any(one.fullmatch(link) for one in known) or link.startswith("/static/")
            # Of the second factor, whose pages stand beside those of the desk.
            is_known = is_known or link == "/settings/second"
            assert is_known, (path, link)


@pytest.mark.parametrize("pattern", sorted(ABSENT))
def test_a_page_that_names_a_file_by_its_path_is_not_there(
    world: tuple[RunningServer, World, Path], pattern: str
) -> None:
    _, lans, _ = world
    path = lans.path(pattern)

    assert lans.browser.get(path).status_code == 404
    assert lans.browser.post(path, folder="/tmp", where="/tmp").status_code == 404


def test_a_dossier_goes_to_the_browser_once(world: tuple[RunningServer, World, Path]) -> None:
    _, lans, folder = world
    case = lans.path("/c/{case}")
    wish = {"for": "myself", "which": "all", "languages": "vi", "stamp": "no"}
    job = lans.browser.post(f"{case}/dossier/make", **wish).headers["location"]
    _wait(lans)
    number = lans.browser.desk.jobs.get(job.rpartition("/")[2]).after.rpartition("/")[2]

    first = lans.browser.post(f"{case}/file/{number}")
    second = lans.browser.post(f"{case}/file/{number}")

    assert first.content[:2] == b"PK"
    assert int(first.headers["content-length"]) == len(first.content)
    assert first.headers["content-disposition"].startswith('attachment; filename="tai-lieu-')
    assert second.status_code == 404
    assert not list(folder.rglob("*.zip"))


def _wait(world: World) -> None:
    import time

    while world.browser.desk.jobs.running():
        time.sleep(0.02)
