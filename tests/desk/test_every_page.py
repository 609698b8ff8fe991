"""What holds for every page of the desk, of whatever station (research B5 76, 83, 87)."""

import re
from collections.abc import Iterator
from functools import cache

import httpx
import pytest

from benban.desk.guard import security_headers
from benban.model.custody import EventKind
from benban.wording import Language, message_ids
from tests.desk.crawl import (
    Reader,
    World,
    make_world,
    page_patterns,
    parameters,
    read,
    sentences_only_in,
)
from tests.desk.rig import PASSPHRASE, running_desk

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"ftyp", b"<svg")
_PICTURE_ROUTES = ("/look/{look}", "/look/{pair}/{beside}")
_OWN_PHOTO = "/c/{case}/audit/picture/{photo}"
# Answers of the program to itself, no pages.
_NO_PAGES = ("/here", "/rest")
# The page that may listen, and the one that plays what was said.
_SPEAKS, _PLAYS = "/c/{case}/spoken", "/c/{case}/spoken/{recording}"
# Pages with a script of their own beside that of every page.
_OWN_SCRIPTS = {
    "/static/spoken.js": (_SPEAKS,),
    "/static/audit.js": ("/audit/sort", "/c/{case}/audit/sort"),
}
_MOST_WORDS = 60
# Numbers and names to copy; and what is signed is read first.
_READ_FIRST = ("/help-now", "/c/{case}/n/{notice}")
_ID = re.compile(r"\b[a-z]+(?:[.-][a-z0-9]+)+\b|\bBB-\d{3}\b")

Answers = list[tuple[str, httpx.Response]]

# Most of these tests look at the same pages.
_read = cache(read)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_desk(tmp_path_factory.mktemp("desk") / "kho") as desk:
        desk.enter()
        yield make_world(desk)


@pytest.fixture(scope="module", params=list(Language), ids=lambda one: one.value)
def crawled(worlds: World, request: pytest.FixtureRequest) -> tuple[Language, Answers]:
    """Every page, asked once in one language over the open case; then over the locked desk."""
    language: Language = request.param
    worlds.desk.client.post("/language", data={"language": language.value, "back": "/"})
    before = worlds.state()
    answers = [(pattern, worlds.desk.get(path)) for pattern, path in worlds.paths()]
    assert worlds.state() == before, "a look changed something"
    return language, answers


@pytest.fixture(scope="module")
def first_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """Every page without a parameter, before there is a vault, in both languages."""
    with running_desk(tmp_path_factory.mktemp("first") / "kho") as desk:
        desk.enter()
        answers = []
        for language in Language:
            desk.client.post("/language", data={"language": language.value, "back": "/"})
            paths = [path for path in _plain_paths() if path != "/sheet"]
            answers += [(path, desk.get(path)) for path in paths]
        assert not desk.desk.folder.exists()
        yield answers


def _plain_paths() -> list[str]:
    return [path for path in page_patterns() if "{" not in path]


def _pages(answers: Answers) -> list[tuple[str, httpx.Response, Reader]]:
    return [
        (pattern, answer, _read(answer))
        for pattern, answer in answers
        if answer.status_code == 200
        and answer.headers["content-type"].startswith("text/html")
        and pattern not in _NO_PAGES
    ]


def test_every_parameter_of_a_path_has_something_that_stands_for_it(worlds: World) -> None:
    assert parameters() - set(worlds.values) == set()


def test_every_page_answers_with_a_page_or_leads_on(
    crawled: tuple[Language, Answers], first_pages: Answers
) -> None:
    wrong = [
        (pattern, answer.status_code)
        for pattern, answer in [*crawled[1], *first_pages]
        if answer.status_code not in {200, 303}
    ]

    # One's own photo while it is sorted: nobody asked for leave to see it.
    assert set(wrong) == {(_OWN_PHOTO, 404)}
    # Not everything may lead away: then nothing was looked at.
    assert len(_pages(crawled[1])) >= 15


def test_no_page_shows_a_trace_or_an_error_nobody_foresaw(
    crawled: tuple[Language, Answers], first_pages: Answers
) -> None:
    found = [
        pattern
        for pattern, answer in [*crawled[1], *first_pages]
        if b"Traceback" in answer.content or b"BB-000" in answer.content or b".py" in answer.content
    ]

    assert found == [], found


def test_no_page_but_the_one_of_pictures_gives_bytes_of_a_picture(
    crawled: tuple[Language, Answers],
) -> None:
    found = [
        pattern
        for pattern, answer in crawled[1]
        if pattern not in _PICTURE_ROUTES
        and (
            any(sign in answer.content for sign in _PICTURES)
            or b"data:image" in answer.content
            or answer.headers.get("content-type", "").startswith(("image/", "video/"))
        )
    ]

    assert found == [], found


def test_pictures_in_a_page_come_from_the_one_route(crawled: tuple[Language, Answers]) -> None:
    sources = [
        found.get("src", "")
        for _, _, page in _pages(crawled[1])
        for tag, found in page.tags
        if tag in {"img", "source", "video", "embed", "object"}
    ]

    assert [one for one in sources if not re.match(r"/look/", one)] == []


def test_sound_stands_on_one_page_and_nothing_of_it_is_loaded_before_a_click(
    crawled: tuple[Language, Answers],
) -> None:
    players = [
        (pattern, found.get("preload"), "autoplay" in found, found.get("src", ""))
        for pattern, _, page in _pages(crawled[1])
        for tag, found in page.tags
        if tag == "audio"
    ]

    assert [one[:3] for one in players] == [(_PLAYS, "none", False)]
    assert re.fullmatch(r"/c/[^/]+/spoken/[^/]+/sound", players[0][3])


def test_every_answer_has_every_header(
    crawled: tuple[Language, Answers], worlds: World, first_pages: Answers
) -> None:
    for pattern, answer in [*crawled[1], *first_pages]:
        path = answer.request.url.path if pattern in {_SPEAKS, _PLAYS} else ""
        wanted = security_headers(worlds.desk.place, path)
        names = {name.decode(): value.decode() for name, value in wanted.items()}
        if answer.request.url.port == int(worlds.desk.place.authority.partition(":")[2]):
            assert {name: answer.headers[name] for name in names} == names, pattern
        assert "no-store" in answer.headers["cache-control"], pattern


def test_one_page_may_ask_for_the_microphone_and_no_other(
    crawled: tuple[Language, Answers], first_pages: Answers
) -> None:
    hearing = [
        pattern
        for pattern, answer in [*crawled[1], *first_pages]
        if "microphone=()" not in answer.headers.get("permissions-policy", "microphone=()")
    ]

    assert hearing == [_SPEAKS]


def test_exit_help_languages_and_skip_links_are_on_every_page(
    crawled: tuple[Language, Answers], first_pages: Answers
) -> None:
    for pattern, _, page in [*_pages(crawled[1]), *_pages(first_pages)]:
        ways = [f for tag, f in page.tags if tag == "form" and f.get("action") == "/exit"]
        links = [f.get("href") for tag, f in page.tags if tag == "a"]
        buttons = [f.get("value") for tag, f in page.tags if f.get("name") == "language"]
        assert [one.get("method") for one in ways] == ["post", "post"], pattern
        assert all("data-leave" in one for one in ways), pattern
        assert links[0] == "#main", pattern
        assert "/help-now" in links, pattern
        assert buttons == ["vi", "en"], pattern
        assert sum(tag == "h1" for tag, _ in page.tags) == 1, pattern
        assert any(f.get("id") == "main" for tag, f in page.tags if tag == "main"), pattern


def test_nothing_is_loaded_from_elsewhere_and_no_script_stands_in_a_page(
    crawled: tuple[Language, Answers],
) -> None:
    for pattern, answer, page in _pages(crawled[1]):
        scripts = [found.get("src") for tag, found in page.tags if tag == "script"]
        own = [path for path, pages in _OWN_SCRIPTS.items() if pattern in pages]
        assert scripts == ["/static/desk.js", *own], pattern
        assert "style=" not in answer.text, pattern
        loud = [name for _, found in page.tags for name in found if name.startswith("on")]
        assert loud == [], pattern


def test_at_most_sixty_words_stand_before_the_first_control(
    crawled: tuple[Language, Answers], first_pages: Answers
) -> None:
    pages = [*_pages(crawled[1]), *_pages(first_pages)]
    counted = [(pattern, len(page.before_control)) for pattern, _, page in pages]
    long = [one for one in counted if one[1] > _MOST_WORDS and one[0] not in _READ_FIRST]

    assert long == [], long


def test_no_id_of_a_message_is_read_instead_of_its_words(
    crawled: tuple[Language, Answers],
) -> None:
    ids = message_ids(Language.EN)
    found = [
        (pattern, word)
        for pattern, _, page in _pages(crawled[1])
        for word in _ID.findall(" ".join(page.words))
        if word in ids and not word.startswith("BB-")
    ]

    assert found == [], found


def test_no_page_holds_a_sentence_of_the_other_language(
    crawled: tuple[Language, Answers], first_pages: Answers
) -> None:
    (other,) = set(Language) - {crawled[0]}
    strange = sentences_only_in(other)
    pages = [one for one in _pages(first_pages) if one[2].language == crawled[0].value]
    read_there = [
        (pattern, " ".join(" ".join(page.words).split()))
        for pattern, _, page in [*_pages(crawled[1]), *pages]
    ]
    found = [(pattern, one) for pattern, text in read_there for one in strange if one in text]

    assert found == [], found


def test_no_page_of_a_locked_desk_tells_anything_of_the_case(worlds: World) -> None:
    telling = [worlds.case, worlds.values["sighting"], "x.com", "1234567890123456789"]
    paths = list(worlds.paths())
    worlds.desk.client.post("/lock")
    try:
        answers = [(pattern, worlds.desk.get(path)) for pattern, path in paths]
    finally:
        worlds.desk.post("/unlock", passphrase=PASSPHRASE)

    shown = [
        (pattern, word)
        for pattern, answer in answers
        for word in telling
        if word in answer.text or word in answer.headers.get("location", "")
    ]
    assert shown == []
    behind = [answer for pattern, answer in answers if "{case}" in pattern]
    assert {answer.headers.get("location") for answer in behind} == {"/unlock"}


def test_ids_of_nothing_lead_to_words_and_never_to_a_trace(worlds: World) -> None:
    values = dict.fromkeys(worlds.values, "case-00000000000000000000")
    nothing = World(desk=worlds.desk, values=values)
    for pattern, path in nothing.paths():
        if "{" in pattern:
            answer = worlds.desk.get(path)
            assert answer.status_code in {303, 400, 404}, pattern
            assert "BB-000" not in answer.text, pattern


def test_the_things_of_one_case_are_not_found_under_another(worlds: World) -> None:
    desk = worlds.desk
    other = desk.begin().removeprefix("/c/")
    mixed = World(desk=desk, values=worlds.values | {"case": other})
    # What lies open of this program, by numbers that no case has.
    free = {"name", "kind", "step", "act", "photos", "copied", "checked", "fresh"}
    found = []
    for pattern, path in mixed.paths():
        asked = set(re.findall(r"{(\w+)(?::\w+)?}", pattern))
        if "case" in asked and asked - free - {"case"}:
            answer = desk.get(path)
            told = [one for one in ("x.com", "1234567890123456789") if one in answer.text]
            found += [(pattern, answer.status_code, told)] * (answer.status_code == 200)
    with desk.desk.case(other) as store:
        assert [one.kind for one in store.events() if one.kind is EventKind.SHOWN_VEILED] == []
    desk.desk.vault.shred_case(next(o for o in desk.desk.vault.case_ids() if o == other))

    assert found == [], found
