"""Many cases at once: chosen by ticks, asked of whom a page named, prepared and never signed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from benban.casework.watch_places import take_up_sightings
from benban.desk.jobs import Job
from benban.model.case import Capacity, Case
from benban.model.custody import EventDraft, EventKind
from benban.model.ids import new_case_id, new_offer_id
from benban.model.remedy import Notice, NoticeState
from benban.model.watch import FindKind, Look, Offer
from benban.outside.http_fetcher import HttpFetcher
from benban.outside.proxy import Endpoint
from benban.testing.platform import CHANNEL, PlatformSimulator
from benban.testing.resolver import TableResolver
from benban.wording import Language
from tests.desk.browsing import browsing
from tests.desk.rig import ADULT, PASSPHRASE, Running

HOST = "t.me"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[PlatformSimulator]:
    with PlatformSimulator(posts=4) as running:

        def fetcher() -> HttpFetcher:
            return HttpFetcher(
                resolver=TableResolver({HOST: [("127.0.0.1",)]}),
                allowed=[Endpoint(host=HOST, port=running.port)],
            )

        monkeypatch.setattr("benban.desk.watching.watch_fetcher", fetcher)
        yield running


@pytest.fixture
def work(desk: Running) -> Running:
    """A desk of somebody who works on many cases."""
    desk.post("/where", where="here")
    desk.post("/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
    desk.post("/settings/mode", mode="work")
    return desk


def a_case(desk: Running, address: str, title: str = "Phan") -> str:
    case = Case(
        id=new_case_id(),
        title=title,
        language=Language.VI,
        capacity=Capacity.ORGANISATION,
        opened_at=desk.desk.clock.now(),
    )
    desk.desk.vault.create_case(case).close()
    if address:
        path = f"/c/{case.id}/add/link"
        age = desk.post(path, address=address, kind="published").headers["location"]
        desk.post(age, **ADULT)
    return case.id


def on(site: PlatformSimulator, index: int) -> str:
    return f"http://{HOST}:{site.port}/{CHANNEL}/{site.number_of(index)}"


def job_of(desk: Running, path: str, **fields: str | list[str]) -> Job:
    job_id = desk.post(path, **fields).headers["location"].removeprefix("/jobs/")
    desk.wait_for_jobs()
    return desk.desk.jobs.get(job_id)


def named(desk: Running, cases: list[str]) -> list[str]:
    """Return whom the page before a look names, as its form sends it."""
    page = desk.post("/queue/chosen", act="look", case=cases).text
    return re.findall(r'name="host" value="([^"]+)"', page)


def places_offered(page: str) -> list[str]:
    return [one.partition('"')[0] for one in page.split('name="place" value="')[1:]]


def notices(desk: Running, case: str) -> tuple[Notice, ...]:
    with desk.desk.case(case) as store:
        return store.all(Notice)


# --- looking again -------------------------------------------------------------------------------


def test_nothing_chosen_is_said_and_nothing_begins(work: Running) -> None:
    a_case(work, "https://t.me/kenh_vi_du/5")

    answer = work.post("/queue/chosen", act="look")

    assert (answer.status_code, "BB-014" in answer.text) == (400, True)
    assert work.desk.jobs.running() == ()


def test_before_a_look_the_page_names_each_site_once_and_asks_nobody(
    work: Running, site: PlatformSimulator
) -> None:
    cases = [a_case(work, on(site, 0)), a_case(work, on(site, 1)), a_case(work, "")]

    page = work.post("/queue/chosen", act="look", case=cases).text

    assert (page.count(f' {HOST}"'), "for 2 cases" in page) == (1, True)
    assert "1 case has no place" in page
    assert site.requests() == ()


def test_one_job_looks_in_every_chosen_case_and_in_no_other(
    work: Running, site: PlatformSimulator
) -> None:
    cases = [a_case(work, on(site, index)) for index in range(3)]

    job = job_of(work, "/queue/look", case=cases[:2], host=named(work, cases[:2]))

    taken = []
    for one in cases:
        with work.desk.case(one) as store:
            taken.append(len(store.all(Look)))
    assert taken == [1, 1, 0]
    assert "Looked again in 2 cases." in work.text(job.after)


def test_how_far_it_is_holds_numbers_alone(work: Running, site: PlatformSimulator) -> None:
    cases = [a_case(work, on(site, index), "Chim hoàng yến") for index in range(2)]

    job = job_of(work, "/queue/look", case=cases, host=named(work, cases))

    assert dict(job.params) == {"number": 2, "all": 2}
    assert (job.case_id, job.step) == ("", "desk.bulk.step")


def test_a_case_that_cannot_be_looked_at_is_counted_and_holds_nobody_up(
    work: Running, site: PlatformSimulator
) -> None:
    cases = [a_case(work, ""), a_case(work, on(site, 0))]

    job = job_of(work, "/queue/look", case=cases, host=named(work, cases))

    assert "Looked again in 1 case. Not done: 1." in work.text(job.after)


# --- preparing -----------------------------------------------------------------------------------


def test_of_what_could_be_prepared_nothing_is_ticked_beforehand(work: Running) -> None:
    case = a_case(work, "https://t.me/kenh_vi_du/5")

    page = work.post("/queue/chosen", act="prepare", case=[case]).text

    assert (len(places_offered(page)), "checked" in page) == (1, False)
    assert notices(work, case) == ()


def test_texts_are_prepared_where_it_was_ticked_and_signed_nowhere(work: Running) -> None:
    cases = [a_case(work, f"https://t.me/kenh_vi_du/{number}") for number in (5, 6)]
    page = work.post("/queue/chosen", act="prepare", case=cases).text
    (ticked,) = [one for one in places_offered(page) if one.startswith(cases[0])]

    job = job_of(work, "/queue/prepare", place=[ticked])

    assert [[one.state for one in notices(work, case)] for case in cases] == [
        [NoticeState.DRAFT],
        [],
    ]
    assert "1 text is prepared." in work.text(job.after)


def test_a_second_click_prepares_nothing_twice(work: Running) -> None:
    case = a_case(work, "https://t.me/kenh_vi_du/5")
    page = work.post("/queue/chosen", act="prepare", case=[case]).text
    number = work.desk.forms.new()
    fields = {"form": number, "place": places_offered(page)}

    for _ in range(2):
        work.client.post("/queue/prepare", data=fields)
    work.wait_for_jobs()

    assert len(notices(work, case)) == 1


@pytest.mark.parametrize("place", ["", "x|y|z", "case-0000000000000001|sig-1|vn-complaint"])
def test_a_place_that_is_none_prepares_nothing(work: Running, place: str) -> None:
    case = a_case(work, "https://t.me/kenh_vi_du/5")

    job_of(work, "/queue/prepare", place=[place])

    assert notices(work, case) == ()


# --- what is open --------------------------------------------------------------------------------


def test_the_queue_shows_what_waits_for_a_signature_and_where_there_is_news(work: Running) -> None:
    quiet = a_case(work, "https://t.me/kenh_vi_du/5")
    unsigned = a_case(work, "https://t.me/kenh_vi_du/6")
    page = work.post("/queue/chosen", act="prepare", case=[unsigned]).text
    job_of(work, "/queue/prepare", place=places_offered(page))
    news = a_case(work, "https://t.me/kenh_vi_du/7")
    with work.desk.case(news) as store:
        (place,) = take_up_sightings(store, work.desk.clock)
        find = Offer(
            id=new_offer_id(),
            place_id=place.id,
            kind=FindKind.BACK,
            found_at=work.desk.clock.now(),
        )
        store.record(EventDraft(kind=EventKind.LOOKED), save=[find])

    found = []
    for state in ("unsigned", "news"):
        work.client.post("/queue", data={"state": state})
        said = work.text("/queue")
        found.append([one in said for one in (quiet, unsigned, news)])

    assert found == [[False, True, False], [False, False, True]]


# --- keys ----------------------------------------------------------------------------------------


@pytest.fixture
def screen(chromium: Browser, work: Running) -> Iterator[Page]:
    with browsing(chromium, viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{work.place.origin}/#{work.desk.door.new_token()}")
        page.wait_for_selector("main")
        yield page


def test_keys_go_from_case_to_case_open_one_and_never_while_somebody_types(
    work: Running, screen: Page
) -> None:
    for number in (5, 6):
        a_case(work, f"https://t.me/kenh_vi_du/{number}")
    screen.goto(f"{work.place.origin}/queue")
    links = screen.locator("[data-open]")

    screen.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    screen.keyboard.press("j")
    screen.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    screen.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    screen.focus("#f-q")
    screen.keyboard.type("jok")
    expect(screen.locator("#f-q")).to_be_focused()
    assert screen.input_value("#f-q") == "jok"
    wanted = links.nth(1).get_attribute("href")
    links.nth(0).focus()
    screen.keyboard.press("j")
    screen.keyboard.press("o")
    screen.wait_for_url(f"{work.place.origin}{wanted}")


def test_shift_three_times_leaves_the_queue_as_every_page(work: Running, screen: Page) -> None:
    a_case(work, "https://t.me/kenh_vi_du/5")
    screen.goto(f"{work.place.origin}/queue")
    screen.keyboard.press("j")

    for _ in range(3):
        screen.keyboard.press("Shift")

    assert work.is_over.wait(30)


def test_a_caseworker_looks_again_and_prepares_texts_for_several_cases(
    work: Running, screen: Page, site: PlatformSimulator
) -> None:
    cases = [a_case(work, on(site, index)) for index in range(2)]
    screen.goto(f"{work.place.origin}/queue")
    assert screen.locator("input[name=case]:checked").count() == 0
    for one in cases:
        screen.check(f"input[value='{one}']")
    screen.click("text=Look again at their places")
    expect(screen.locator("main")).to_contain_text(HOST)
    screen.click("text=Look at these places")
    screen.click("text=See what came of it", timeout=60_000)
    expect(screen.locator("main")).to_contain_text("Looked again in 2 cases.")
    for one in cases:
        screen.check(f"input[value='{one}']")
    screen.click("text=Prepare texts")
    expect(screen.locator("input[name=place]").first).to_be_visible()
    assert screen.locator("input[name=place]:checked").count() == 0
    screen.locator("input[name=place]").first.check()
    screen.click("text=Prepare these texts")
    screen.click("text=See what came of it", timeout=60_000)

    expect(screen.locator("main")).to_contain_text("1 text is prepared.")
    assert sum(len(notices(work, one)) for one in cases) == 1
