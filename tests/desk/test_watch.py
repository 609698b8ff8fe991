"""Looking again: said first who is asked, told only to who wants to hear, ended by one click."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from benban.casework.standing import live_permission
from benban.casework.watch_places import is_paused, watched_places
from benban.model.sighting import Sighting, SightingKind
from benban.model.standing import StandingAct
from benban.model.watch import Look, Offer, OfferState, Place, SeenState
from benban.outside.http_fetcher import HttpFetcher
from benban.outside.proxy import Endpoint
from benban.testing.clock import FakeClock
from benban.testing.platform import CHANNEL, PlatformSimulator
from benban.testing.resolver import TableResolver
from tests.desk.browsing import browsing
from tests.desk.rig import ADULT, Running, running_desk
from tests.unit.casework.watched import FAKE

HOST = "t.me"
DAY_S = 86_400.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 22, 13, 15, tzinfo=UTC))


@pytest.fixture
def site(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlatformSimulator]:
    with PlatformSimulator(posts=2, now=clock.now) as running:

        def fetcher() -> HttpFetcher:
            return HttpFetcher(
                resolver=TableResolver({HOST: [("127.0.0.1",)]}),
                allowed=[Endpoint(host=HOST, port=running.port)],
            )

        monkeypatch.setattr("benban.desk.watching.watch_fetcher", fetcher)
        yield running


@pytest.fixture
def timed(tmp_path: Path, clock: FakeClock) -> Iterator[Running]:
    with running_desk(tmp_path / "kho", clock=clock) as running:
        running.enter()
        yield running


def reported(desk: Running, site: PlatformSimulator, number: int) -> str:
    """Open a case with one post of the site in it; return the path of the case."""
    case = desk.begin()
    address = f"http://{HOST}:{site.port}/{CHANNEL}/{number}"
    age = desk.post(f"{case}/add/link", address=address, kind="published").headers["location"]
    desk.post(age, **ADULT)
    return case


def look(desk: Running, case: str) -> str:
    """Look as the page offers it; return where the job leads."""
    named = re.findall(r'name="host" value="([^"]+)"', desk.get(f"{case}/watch/look").text)
    job = desk.post(f"{case}/watch/look", host=named).headers["location"]
    desk.wait_for_jobs()
    return desk.desk.jobs.get(job.removeprefix("/jobs/")).after


def looks(desk: Running, case: str) -> tuple[Look, ...]:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        return store.all(Look)


def offers(desk: Running, case: str) -> tuple[Offer, ...]:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        return store.all(Offer)


def gone(desk: Running, site: PlatformSimulator, clock: FakeClock) -> tuple[str, int]:
    """A case whose only post was there, and is gone."""
    number = site.post(FAKE, "bài").number
    case = reported(desk, site, number)
    look(desk, case)
    site.retract(number)
    for _ in range(2):
        clock.advance(2 * DAY_S)
        look(desk, case)
    assert looks(desk, case)[-1].judgement.state is SeenState.GONE
    return case, number


def back(desk: Running, site: PlatformSimulator, clock: FakeClock) -> tuple[str, Offer]:
    """A case whose post was gone and came back: a find waits."""
    case, number = gone(desk, site, clock)
    site._put(CHANNEL, number, FAKE, "bài")  # noqa: SLF001 - the same post, once more
    clock.advance(2 * DAY_S)
    look(desk, case)
    (find,) = offers(desk, case)
    return case, find


# --- who is asked -------------------------------------------------------------------------------


def test_the_page_before_a_look_names_the_site_and_asks_nobody(
    timed: Running, site: PlatformSimulator
) -> None:
    case = reported(timed, site, 101)

    said = timed.text(f"{case}/watch/look")

    assert (HOST in said, "somebody opened that page" in said) == (True, True)
    assert site.requests() == ()


def test_a_look_asks_once_and_leaves_no_permission_behind(
    timed: Running, site: PlatformSimulator
) -> None:
    case = reported(timed, site, 101)

    look(timed, case)

    assert [one.path for one in site.requests()] == [f"/{CHANNEL}/101"]
    with timed.desk.case(case.removeprefix("/c/")) as store:
        assert live_permission(store, StandingAct.WATCH, timed.desk.clock.now()) is None


def test_a_host_that_the_page_did_not_name_is_not_asked(
    timed: Running, site: PlatformSimulator
) -> None:
    case = reported(timed, site, 101)

    timed.post(f"{case}/watch/look", host=["khac.vi-du.example"])
    timed.wait_for_jobs()

    assert (site.requests(), looks(timed, case)) == ((), ())


def test_within_a_day_nothing_is_due_and_no_button_stands_there(
    timed: Running, site: PlatformSimulator
) -> None:
    case = reported(timed, site, 101)
    look(timed, case)

    page = timed.get(f"{case}/watch/look").text

    assert (f'action="{case}/watch/look"' in page, "once in 24 hours" in page) == (False, True)


def test_a_case_without_a_place_of_publication_is_not_watched(desk: Running) -> None:
    case = desk.begin(SightingKind.IMPERSONATION)

    assert ["BB-668" in desk.text(f"{case}/watch{page}") for page in ("", "/look", "/places")] == [
        True,
        True,
        True,
    ]


# --- what is told -------------------------------------------------------------------------------


def test_what_is_gone_is_told_until_it_was_read(
    timed: Running, site: PlatformSimulator, clock: FakeClock
) -> None:
    case, _ = gone(timed, site, clock)
    assert "No longer there" in timed.text(f"{case}/watch")

    shown = re.findall(r'name="shown_at" value="([^"]+)"', timed.get(f"{case}/watch").text)
    timed.post(f"{case}/watch/read", shown_at=shown[0])

    assert "No longer there" not in timed.text(f"{case}/watch")


def test_what_came_after_the_page_was_made_stays_news(
    timed: Running, site: PlatformSimulator, clock: FakeClock
) -> None:
    earlier = clock.now().isoformat()
    case, _ = gone(timed, site, clock)

    timed.post(f"{case}/watch/read", shown_at=earlier)

    assert "No longer there" in timed.text(f"{case}/watch")


@pytest.mark.parametrize("typed", ["", "hôm qua", "2026-11-20T10:00:00"])
def test_a_time_that_no_page_told_is_refused(
    timed: Running, site: PlatformSimulator, clock: FakeClock, typed: str
) -> None:
    case, _ = gone(timed, site, clock)

    answer = timed.post(f"{case}/watch/read", shown_at=typed)

    assert (answer.status_code, "BB-013" in answer.text) == (400, True)


def test_who_wants_to_hear_only_when_asking_reads_nothing_before(
    timed: Running, site: PlatformSimulator, clock: FakeClock
) -> None:
    case, find = back(timed, site, clock)
    timed.post(f"{case}/watch/wishes", wish="ask")

    by_itself = timed.get(f"{case}/watch").text
    asked_for = timed.post(f"{case}/watch").text

    assert [find.id in one for one in (by_itself, asked_for)] == [False, True]


def test_a_find_is_shown_only_after_it_was_asked_for(
    timed: Running, site: PlatformSimulator, clock: FakeClock
) -> None:
    case, find = back(timed, site, clock)
    page = f"{case}/watch/find/{find.id}"

    before = [timed.get(f"{case}/watch").text, timed.get(page).text]
    timed.post(page, answer="now")
    after = timed.get(page).text

    assert [CHANNEL in one for one in (*before, after)] == [False, False, True]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("later", OfferState.LATER),
        ("helper", OfferState.FOR_HELPER),
        ("pause", OfferState.PAUSED),
    ],
)
def test_a_find_can_wait(
    timed: Running, site: PlatformSimulator, clock: FakeClock, answer: str, state: OfferState
) -> None:
    case, find = back(timed, site, clock)

    timed.post(f"{case}/watch/find/{find.id}", answer=answer)

    assert [one.state for one in offers(timed, case)] == [state]
    assert find.id not in timed.get(f"{case}/watch").text


def test_what_is_back_goes_into_the_case_and_on_to_its_steps(
    timed: Running, site: PlatformSimulator, clock: FakeClock
) -> None:
    case, find = back(timed, site, clock)

    led_to = timed.post(f"{case}/watch/find/{find.id}/take-in").headers["location"]

    assert led_to.endswith("/plan")
    assert [one.state for one in offers(timed, case)] == [OfferState.TAKEN_IN]


def test_a_find_that_was_taken_in_stays_so_when_another_page_says_later(
    timed: Running, site: PlatformSimulator, clock: FakeClock
) -> None:
    case, find = back(timed, site, clock)
    timed.post(f"{case}/watch/find/{find.id}/take-in")

    timed.post(f"{case}/watch/find/{find.id}", answer="later")

    assert [one.state for one in offers(timed, case)] == [OfferState.TAKEN_IN]


def test_a_find_that_is_left_out_goes_with_the_looks_at_its_place(
    timed: Running, site: PlatformSimulator, clock: FakeClock
) -> None:
    case, find = back(timed, site, clock)

    timed.post(f"{case}/watch/find/{find.id}/decline")

    assert (offers(timed, case), looks(timed, case)) == ((), ())
    with timed.desk.case(case.removeprefix("/c/")) as store:
        assert (watched_places(store), len(store.all(Sighting))) == ((), 2)


# --- wishes -------------------------------------------------------------------------------------


def test_resting_asks_nobody_for_a_month_and_going_on_is_one_click(
    timed: Running, site: PlatformSimulator
) -> None:
    case = reported(timed, site, 101)
    timed.post(f"{case}/watch/wishes", wish="rest")
    look(timed, case)
    assert site.requests() == ()

    timed.post(f"{case}/watch/wishes", wish="go-on")

    with timed.desk.case(case.removeprefix("/c/")) as store:
        (place,) = store.all(Place)
    assert not is_paused(place, timed.desk.clock.now())


def test_a_place_can_be_left_alone_before_it_was_ever_looked_at(
    timed: Running, site: PlatformSimulator
) -> None:
    case = reported(timed, site, 101)
    with timed.desk.case(case.removeprefix("/c/")) as store:
        sighting = store.all(Sighting)[-1]

    timed.post(f"{case}/watch/leave-alone", place="plc-0", sighting=sighting.id)

    with timed.desk.case(case.removeprefix("/c/")) as store:
        assert watched_places(store) == ()


def test_an_address_that_is_none_stays_on_the_page(timed: Running, site: PlatformSimulator) -> None:
    case = reported(timed, site, 101)

    answer = timed.post(f"{case}/watch/places", address="không phải")

    assert (answer.status_code, 'value="không phải"' in answer.text) == (400, True)


# --- in a browser -------------------------------------------------------------------------------


def test_a_person_looks_once_reads_what_is_gone_and_says_when_to_be_told(
    chromium: Browser, timed: Running, site: PlatformSimulator, clock: FakeClock
) -> None:
    case, _ = gone(timed, site, clock)
    clock.advance(2 * DAY_S)
    origin = timed.place.origin
    with browsing(chromium, viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(f"{origin}/#{timed.desk.door.new_token()}")
        page.wait_for_selector("main")
        page.goto(f"{origin}{case}/watch")
        expect(page.locator("main")).to_contain_text("No longer there")
        page.click("text=Look now")
        expect(page.locator("main li strong")).to_have_text([HOST])
        site.forget_requests()
        page.click("text=Look at these places")
        page.click("text=See what came of it", timeout=120_000)
        assert [one.path.rpartition("/")[0] for one in site.requests()] == [f"/{CHANNEL}"]
        page.click("text=I have read this")
        expect(page.locator("main")).to_contain_text("Nothing is new")
        page.click("text=What I hear, resting, ending it")
        page.click("text=Tell me only when I ask")
        expect(page.locator("main")).to_contain_text("You chose to be told only when you ask")
        page.goto(f"{origin}{case}/watch")
        assert "Nothing is new" not in page.inner_text("main")
        page.click("text=Tell me what is new")
        expect(page.locator("main")).to_contain_text("Nothing is new")
