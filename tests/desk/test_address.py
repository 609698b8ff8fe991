"""An address, the words and answers about it, and the visit that keeps proof."""

import threading

import pytest
from playwright.sync_api import Page

from benban.desk.jobs import JobState
from benban.model.exhibit import Exhibit
from benban.model.sighting import Answer, Sighting, SightingKind
from benban.testing.pictures import draw_feed_picture
from benban.testing.platform import CHANNEL, PlatformSimulator
from tests.desk.rig import ADULT, Running
from tests.path.loopback import HERE, browser_on_loopback

OPENED_BROWSER = "benban.desk.routes.address.opened_browser"
NOW = {"visit": "now"}


def _added(desk: Running, case: str, address: str, **answers: str) -> str:
    """Add an address over plain requests and return the path of its page."""
    added = desk.post(f"{case}/add/link", address=address, kind="published")
    age = added.headers["location"]
    desk.post(age, **(answers or ADULT))
    return age.removesuffix("/age")


def _sightings(desk: Running, case: str) -> tuple[Sighting, ...]:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        return store.all(Sighting)


def _exhibits(desk: Running, case: str) -> tuple[Exhibit, ...]:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        return store.all(Exhibit)


def test_a_person_keeps_proof_of_a_post_and_sees_what_was_kept(
    phone: Page, closed_desk: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_desk.enter()
    case = closed_desk.begin(SightingKind.THREATENED)
    with PlatformSimulator() as site:
        number = site.post(draw_feed_picture(1), "bài").number
        monkeypatch.setattr(OPENED_BROWSER, browser_on_loopback(site.port))
        phone.goto(f"{closed_desk.place.origin}{case}/add/link")
        phone.fill("input[name=address]", f"http://{HERE}:{site.port}/{CHANNEL}/{number}")
        phone.check("input[name=kind][value=published]")
        phone.click("main button")
        for question in ADULT:
            phone.check(f"input[name={question}][value=yes]")
        phone.click("main button")
        assert f"The owner of {HERE} may see that someone looked" in phone.inner_text("main")
        assert site.requests() == ()
        phone.check("input[name=visit][value=now]")
        phone.click("main button")
        assert "You may close this page" in phone.inner_text("main")
        phone.click("text=See what came of it", timeout=90_000)

    assert "parts were kept" in phone.inner_text("main")
    assert _exhibits(closed_desk, case) != ()
    assert phone.locator("main img").count() == 0


def test_nothing_is_asked_of_the_site_when_the_address_is_only_noted(
    desk: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = desk.begin()
    with PlatformSimulator() as site:
        monkeypatch.setattr(OPENED_BROWSER, browser_on_loopback(site.port))
        path = _added(desk, case, f"http://{HERE}:{site.port}/{CHANNEL}/1")

        answer = desk.post(f"{path}/visit", visit="note")

        assert answer.headers["location"] == path
        assert (site.requests(), desk.desk.jobs.running()) == ((), ())


@pytest.mark.parametrize("said", ["no", "unsure"])
def test_a_doubt_about_an_age_leads_to_the_plan_and_keeps_no_picture(
    desk: Running, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    case = desk.begin(SightingKind.THREATENED)
    with PlatformSimulator() as site:
        number = site.post(draw_feed_picture(1), "bài").number
        monkeypatch.setattr(OPENED_BROWSER, browser_on_loopback(site.port))
        address = f"http://{HERE}:{site.port}/{CHANNEL}/{number}"
        path = _added(desk, case, address, **(ADULT | {"adult_in_picture": said}))
        desk.post(f"{path}/visit", **NOW)
        desk.wait_for_jobs()

        assert site.media_requests() == ()
    assert [one for one in _exhibits(desk, case) if not one.kind.is_text] == []
    assert "You have done nothing wrong." in desk.text(f"{path}/plan")


def test_answers_are_asked_for_each_place_and_never_carried_over(desk: Running) -> None:
    case = desk.begin()

    desk.post(f"{case}/add/link", address="https://t.me/kenh_vi_du/55", kind="published")

    (_, second) = _sightings(desk, case)
    said = second.answers
    assert {said.adult_now, said.adult_in_picture, said.nobody_doubts} == {Answer.NOT_ANSWERED}


def test_what_was_typed_stays_when_a_day_cannot_be_read(desk: Running) -> None:
    case = desk.begin()

    answer = desk.post(
        f"{case}/add/link", address="https://t.me/kenh_vi_du/55", kind="published", day="hôm qua"
    )

    assert (answer.status_code, "BB-020" in answer.text) == (400, True)
    assert 'value="https://t.me/kenh_vi_du/55"' in answer.text
    assert len(_sightings(desk, case)) == 1


def test_an_address_that_tries_to_write_a_page_is_shown_as_text(desk: Running) -> None:
    case = desk.begin()

    path = _added(desk, case, 'https://t.me/kenh/5?x="><script>alert(1)</script>')

    page = desk.get(path).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_draft_of_ones_own_words_is_there_again_after_locking(desk: Running) -> None:
    case = desk.begin()
    (one,) = _sightings(desk, case)
    name = f"{case.removeprefix('/c/')}.words.{one.id}"
    desk.client.post(f"/draft/case.{name}", data={"text": "Tôi thấy tối qua"})
    desk.client.post("/lock")
    desk.post("/unlock", passphrase="bốn từ dễ nhớ")

    assert "Tôi thấy tối qua" in desk.get(f"{case}/s/{one.id}").text
    desk.post(f"{case}/s/{one.id}/words", text="Tôi thấy tối qua, lúc 9 giờ")

    assert _sightings(desk, case)[0].text == "Tôi thấy tối qua, lúc 9 giờ"
    assert desk.desk.drafts.get(f"case.{name}") == {}


def test_a_job_that_is_locked_away_in_the_middle_ends_and_leaves_a_whole_case(
    desk: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = desk.begin()
    with PlatformSimulator() as site:
        number = site.post(draw_feed_picture(1), "bài").number
        monkeypatch.setattr(OPENED_BROWSER, browser_on_loopback(site.port))
        path = _added(desk, case, f"http://{HERE}:{site.port}/{CHANNEL}/{number}")
        location = desk.post(f"{path}/visit", **NOW).headers["location"]
        job = desk.desk.jobs.get(location.removeprefix("/jobs/"))
        while not site.requests() and not job.state.is_over:
            threading.Event().wait(0.02)
        desk.client.post("/lock")
        while not job.state.is_over:
            threading.Event().wait(0.02)

    assert job.state in {JobState.STOPPED, JobState.DONE}
    desk.post("/unlock", passphrase="bốn từ dễ nhớ")
    assert desk.get(case).status_code == 200
