"""No page of the desk is left out: each template is seen, and may be used by whoever sees it."""

from functools import partial
from importlib.resources import files

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Route

import benban.desk.pages
from benban.desk.desk import Desk
from benban.wording import Language
from tests.desk.beyond import Beyond
from tests.desk.browsing import TOO_WIDE, browsing
from tests.desk.crawl import make_world, read
from tests.desk.rig import came_in, running_desk

_SERIOUS = frozenset({"serious", "critical"})
_MOST_WORDS = 60
# Read before anything is signed or leaves: what goes and what does not stands there.
_READ_FIRST = frozenset({"signed", "sent", "mail", "consent", "dossier", "hand over", "entrust"})
# The page that is left behind, and the one for who did not come in, have none.
_STYLED = """() => document.querySelector("header") === null
  || document.styleSheets[0].cssRules.length > 10"""
# Parts of pages.
_NO_PAGES = frozenset(
    {
        *("base.html.j2", "forms.html.j2", "sealing_parts.html.j2", "custody_event.html.j2"),
        *("listed_parts.html.j2", "recalled_parts.html.j2", "rest_parts.html.j2"),
    }
)
# Met by the tests of the server.
_OF_A_SERVER = ("server_", "second_", "settings_second", "fetched.", "nothing.")


@pytest.fixture(scope="module", params=list(Language), ids=lambda one: one.value)
def beyond(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Language, Beyond]:
    folder = tmp_path_factory.mktemp("beyond")
    with running_desk(folder / "kho", language=request.param) as desk:
        desk.enter()
        way = Beyond(desk, folder)
        way.walk()
    return request.param, way


def _give(body: bytes, route: Route) -> None:
    route.fulfill(body=body, content_type="text/html; charset=utf-8")


def test_every_page_is_met_by_its_address_or_on_the_way(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    # Before the cookie and after leaving; test_guard and test_leaving meet them.
    met = {"entry.html.j2", "left.html.j2"}
    render = benban.desk.pages.render

    def noted(desk: Desk, template: str, **values: object) -> str:
        met.add(template)
        return render(desk, template, **values)

    folder = tmp_path_factory.mktemp("met")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(benban.desk.pages, "render", noted)
        with running_desk(folder / "a" / "kho") as desk:
            desk.enter()
            for _, path in make_world(desk).paths():
                desk.get(path)
        with running_desk(folder / "b" / "kho") as desk:
            desk.enter()
            Beyond(desk, folder / "b").walk()

    known = {one.name for one in files("benban.desk").joinpath("templates").iterdir()}
    own = {name for name in known if not name.startswith(_OF_A_SERVER)}
    assert sorted(own - met - _NO_PAGES) == []


def test_the_pages_beyond_are_pages_in_the_language_that_was_chosen(
    beyond: tuple[Language, Beyond],
) -> None:
    language, way = beyond
    wrong = {
        name: (answer.status_code, read(answer).language)
        for name, answer in way.pages.items()
        if answer.status_code not in {200, 400, 404} or read(answer).language != language.value
    }

    # Who has not come in is told two words, in one language for everybody.
    assert set(wrong) <= {"entry"}, wrong


def test_no_page_beyond_has_more_than_sixty_words_before_the_first_control(
    beyond: tuple[Language, Beyond],
) -> None:
    _, way = beyond
    counted = {name: len(read(answer).before_control) for name, answer in way.pages.items()}

    long = {name: count for name, count in counted.items() if count > _MOST_WORDS}
    assert set(long) <= _READ_FIRST, long


def test_no_page_beyond_has_a_serious_fault_or_is_too_wide(
    chromium: Browser, beyond: tuple[Language, Beyond]
) -> None:
    _, way = beyond
    found: list[object] = []
    with running_desk(way.folder / "styles") as styles, browsing(chromium) as context:
        styles.enter()
        came_in(context, styles)
        page = context.new_page()
        page.set_viewport_size({"width": 320, "height": 740})
        for name, answer in way.pages.items():
            page.route("**/page-beyond", partial(_give, answer.content))
            page.goto(f"{styles.place.origin}/page-beyond")
            page.unroute("**/page-beyond")
            result = Axe().run(page, options={"resultTypes": ["violations"]}).response
            found += [
                (name, one["id"], one["nodes"][0]["html"])
                for one in result["violations"]
                if one["impact"] in _SERIOUS
            ]
            found += [(name, "too wide")] * page.evaluate(TOO_WIDE)
            found += [(name, "without its styles")] * (not page.evaluate(_STYLED))

    assert found == [], found
