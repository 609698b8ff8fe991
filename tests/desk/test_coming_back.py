"""A copy turns up: it is read when the person chooses, taken in, and what was asked is recalled."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from benban.casework.add_files import add_files
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.originals import GivenFile
from benban.model.remedy import Notice
from benban.model.sighting import Sighting
from benban.model.watch import Offer, OfferState
from benban.outside.http_fetcher import HttpFetcher
from benban.outside.proxy import Endpoint
from benban.testing.clock import FakeClock
from benban.testing.platform import CHANNEL, OTHER_CHANNEL, PlatformSimulator
from benban.testing.resolver import TableResolver
from benban.wiring_case import opened_fence
from benban.wording import Language
from tests.desk.browsing import browsing
from tests.desk.person import Person
from tests.desk.rig import ADULT, PASSPHRASE, running_desk
from tests.unit.casework.watched import FAKE

HOST = "t.me"
TICKET = "YC-2026-0042"
_DAY_S = 86_400.0
WAYS = [
    (Language.VI, False),
    (Language.EN, True),
    pytest.param((Language.VI, True), marks=pytest.mark.long),
    pytest.param((Language.EN, False), marks=pytest.mark.long),
]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 22, 8, 15, tzinfo=UTC))


@pytest.fixture
def site(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlatformSimulator]:
    with PlatformSimulator(posts=1, now=clock.now) as running:

        def fetcher() -> HttpFetcher:
            return HttpFetcher(
                resolver=TableResolver({HOST: [("127.0.0.1",)]}),
                allowed=[Endpoint(host=HOST, port=running.port)],
            )

        monkeypatch.setattr("benban.desk.watching.watch_fetcher", fetcher)
        yield running


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0].value}-{'' if way[1] else 'no-'}script")
def person(
    request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path, clock: FakeClock
) -> Iterator[Person]:
    language, has_script = request.param
    narrow = {"width": 360, "height": 740}
    with (
        running_desk(tmp_path / "kho", clock=clock) as desk,
        browsing(chromium, viewport=narrow, java_script_enabled=has_script) as context,
    ):
        someone = Person(context.new_page(), desk, language, has_script=has_script)
        someone.come_in()
        yield someone


def reported(person: Person, site: PlatformSimulator) -> str:
    """Tell of a post and keep its picture; return the path of the place."""
    person.desk.enter()
    case = person.desk.begin()
    number = site.post(FAKE, "bài").number
    address = f"http://{HOST}:{site.port}/{CHANNEL}/{number}"
    add = person.desk.post(f"{case}/add/link", address=address, kind="published")
    person.desk.post(add.headers["location"], **ADULT)
    place = add.headers["location"].removesuffix("/age")
    with person.desk.desk.case(case.removeprefix("/c/")) as store, opened_fence() as fence:
        one = store.get(Sighting, store.all(Sighting)[-1].id)
        given = GivenFile(stream=io.BytesIO(FAKE), name="a.jpg")
        add_files(store, one, [given], person.desk.desk.clock)
        fingerprint_exhibits(store, fence)
    return place


def ask_and_be_answered(person: Person, place: str) -> str:
    """Sign and send the first text of the plan, type in the answer; return the step's id."""
    page = person.page
    page.goto(f"{person.desk.place.origin}{place}/plan")
    page.locator("main a[href*='/write/']").first.click()
    step = page.url.rpartition("/")[2]
    person.choose(intimate="yes", speech="no")
    page.fill("input[name=name]", "M. N.")
    page.fill("input[name=contact]", "hop-thu@mail.example")
    for box in page.query_selector_all("input[name=statement]"):
        box.check()
    page.click("form[action$='/sign'] button")
    page.click("form[action$='/sent'] button")
    page.check("input[name=state][value=acknowledged]")
    page.fill("input[name=ticket]", TICKET)
    page.click("form[action$='/reply'] button")
    return step


def come_back_after(person: Person, clock: FakeClock, days: float) -> None:
    """Close the page, let days pass, and type the passphrase again."""
    person.page.goto("about:blank")
    person.desk.desk.lock()
    clock.advance(days * _DAY_S)
    person.page.goto(f"{person.desk.place.origin}/unlock")
    person.page.fill("input[name=passphrase]", PASSPHRASE)
    person.page.click("main form button >> nth=0")
    assert person.desk.desk.is_open


def look_again(person: Person, watch: str) -> None:
    """Have the places looked at, after reading who is asked."""
    person.page.goto(f"{watch}/look")
    person.page.click("form[action$='/watch/look'] button")
    person.wait_for_work()


def test_a_copy_is_read_when_she_chooses_and_the_reminder_quotes_the_number(
    person: Person, site: PlatformSimulator, clock: FakeClock
) -> None:
    place = reported(person, site)
    case, _, _ = place.partition("/s/")
    origin, page = person.desk.place.origin, person.page
    step = ask_and_be_answered(person, place)
    watch = f"{origin}{case}/watch"
    copy = site.reupload(FAKE, "lại")
    page.goto(f"{watch}/places")
    page.fill("input[name=address]", f"http://{HOST}:{site.port}/{OTHER_CHANNEL}/{copy.number}")
    page.click("form[action$='/watch/places'] button")
    look_again(person, watch)

    # A find waits; where it is stands on no page before she asks.
    page.click("main a[href*='/watch/find/']")
    find = page.url
    assert OTHER_CHANNEL not in page.content()
    person.choose(answer="later")
    assert page.locator("main a[href*='/watch/find/']").count() == 0

    come_back_after(person, clock, 8)
    page.goto(watch)
    page.click("main a[href*='/watch/find/']")
    assert page.url == find
    person.choose(answer="now")
    assert f"/{OTHER_CHANNEL}/{copy.number}" in page.inner_text("main")
    assert page.locator("main img").count() == 0
    page.click("form[action$='/take-in'] button")
    person.choose(**ADULT)
    person.choose(visit="note")
    person.follow("/plan")
    expect(page.locator("main ol.steps > li").nth(2)).to_be_visible()

    # Of the first place nothing was heard again: what was asked is taken up, by its number.
    page.goto(f"{origin}{place}/plan")
    page.click(f"main a[href$='/write/{step}']")
    person.choose(intimate="yes", speech="no")
    assert TICKET in page.inner_text("main")
    assert page.locator("form[action$='/sign']").count() == 1
    with person.desk.desk.case(case.removeprefix("/c/")) as store:
        first, second = sorted(store.all(Notice), key=lambda one: one.drafted_at)
        assert (second.follows, TICKET in second.body + second.subject) == (first.id, True)
        assert [one.state for one in store.all(Offer)] == [OfferState.TAKEN_IN]
        new = store.all(Sighting)[-1]
        assert new.answers.all_yes
