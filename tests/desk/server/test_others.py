"""A colleague who has no key of a case sees nothing of it, by whichever address (B5 81)."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.desk.server.rig import Browser, RunningServer, running_server
from tests.desk.server.world import MARKS, World, make_world

_LISTS = ("/cases", "/queue", "/queue/list", "/queue/statistics", "/begin", "/settings")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, World]]:
    folder: Path = tmp_path_factory.mktemp("server") / "chung"
    with running_server(folder) as server:
        yield server, make_world(server.invited("Lan"))


@pytest.fixture(scope="module")
def colleague(world: tuple[RunningServer, World]) -> Browser:
    return world[0].invited("Hoa")


def test_every_page_of_a_case_opens_for_its_caseworker(
    world: tuple[RunningServer, World],
) -> None:
    _, lans = world
    for pattern, path in lans.gets():
        if "{case}" in pattern and "of-nothing" not in path:
            assert lans.browser.get(path).status_code in {200, 303}, pattern


def test_no_page_shows_a_colleagues_case(
    world: tuple[RunningServer, World], colleague: Browser
) -> None:
    for pattern, path in world[1].gets():
        if any(part in pattern for part in ("{case}", "{look}", "{job}", "{exhibit}")):
            answer = colleague.get(path)
            assert answer.status_code == 404, pattern
            _require_nothing_of_it(answer, world[1])


def test_no_form_acts_on_a_colleagues_case(
    world: tuple[RunningServer, World], colleague: Browser
) -> None:
    lans = world[1]
    for pattern, path in lans.posts():
        if any(part in pattern for part in ("{case}", "{look}", "{job}", "{name}")):
            answer = colleague.post(path, text="x", kind="published", address="https://x.com/i/1")
            assert answer.status_code == 404, pattern
            _require_nothing_of_it(answer, lans)


@pytest.mark.parametrize("path", _LISTS)
def test_no_list_names_a_colleagues_case(
    world: tuple[RunningServer, World], colleague: Browser, path: str
) -> None:
    _require_nothing_of_it(colleague.get(path), world[1])


def test_a_case_of_a_colleague_is_answered_like_one_that_never_was(
    world: tuple[RunningServer, World], colleague: Browser
) -> None:
    theirs = colleague.get(world[1].path("/c/{case}"))
    none = colleague.get("/c/case-0123456789abcdef")

    assert (theirs.status_code, theirs.text) == (none.status_code, none.text)


def test_what_belongs_to_a_colleagues_case_is_not_in_ones_own(
    world: tuple[RunningServer, World], colleague: Browser
) -> None:
    own = colleague.begin().removeprefix("/c/")
    theirs = World(browser=colleague, values={**world[1].values, "case": own})
    for pattern, path in theirs.gets():
        if "{case}" in pattern:
            page = colleague.get(path).text
            # The ids themselves are what was asked for.
            assert not [mark for mark in MARKS if mark in page], pattern


def test_numbers_of_one_browser_open_nothing_in_another_of_the_same_person(
    world: tuple[RunningServer, World],
) -> None:
    server, lans = world
    other = server.browser()
    other.enter("Lan")

    assert lans.browser.get(lans.path("/look/{look}")).status_code == 200
    assert other.get(lans.path("/look/{look}")).status_code == 404
    assert other.get(lans.path("/jobs/{job}")).status_code == 404


def _require_nothing_of_it(answer: httpx.Response, world: World) -> None:
    assert not [mark for mark in MARKS if mark in answer.text]
    named = {world.values[one] for one in ("case", "exhibit", "sighting", "notice")}
    # A page that says "not found" may repeat nothing of the address either.
    assert not [one for one in named if one in answer.text]
