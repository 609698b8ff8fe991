"""When a page may be kept with the pictures of others (HARM 1)."""

from dataclasses import replace
from itertools import product

import pytest

from benban.capture.visit import choose_nothing
from benban.casework.preserve import preserve_address
from benban.casework.take_in import SightingReport, take_in
from benban.casework.whole_page import WholePageWish
from benban.errors import WholePageReasonError, WholePageRefusedError
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.sighting import AgeAnswers, Answer, SightingKind
from benban.remedies.address import parse_address
from benban.remedies.catalogue import packaged_catalogue
from benban.remedies.mixed import shows_many_victims
from benban.testing.browser import FakeBrowser, exchange_of, page_of
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore

from .conftest import ADULT

PLACE = "https://vi-du.example.org/trang"
OTHERS = draw_feed_picture(7)
WISH = WholePageWish(reason="luật sư yêu cầu", catalogue=packaged_catalogue())


def page_with_a_picture() -> FakeBrowser:
    page = page_of(PLACE, "<p>chữ</p>")
    picture = exchange_of(f"{PLACE}/hinh.jpg", OTHERS, content_type="image/jpeg")
    picture = replace(picture, resource="Image")
    return FakeBrowser(page=replace(page, exchanges=(*page.exchanges, picture)))


def visit(
    store: CaseStore,
    clock: FakeClock,
    *,
    answers: AgeAnswers = ADULT,
    address: str = PLACE,
    wish: WholePageWish | None = WISH,
    browser: FakeBrowser | None = None,
) -> FakeBrowser:
    browser = browser or page_with_a_picture()
    report = SightingReport(
        address=parse_address(address, packaged_catalogue()),
        kind=SightingKind.PUBLISHED,
        answers=answers,
    )
    preserve_address(
        store,
        take_in(store, report, clock).sighting,
        browser,
        clock=clock,
        choose_media=choose_nothing,
        whole_page=wish,
    )
    return browser


def test_the_reason_is_sealed_into_the_log_before_anything_is_opened(
    store: CaseStore, clock: FakeClock
) -> None:
    visit(store, clock)

    kinds = [entry.kind for entry in store.events()]
    attempt = store.events()[kinds.index(EventKind.ATTEMPT)]
    fields = {one.name: (one.value, one.is_sensitive) for one in attempt.fields}
    assert fields["act"] == ("visit to the whole page", False)
    assert fields["reason"] == ("luật sư yêu cầu", True)
    assert kinds.index(EventKind.ATTEMPT) < kinds.index(EventKind.ADOPTED)


def test_a_whole_page_keeps_the_pictures_in_the_package_and_says_so(
    store: CaseStore, clock: FakeClock
) -> None:
    browser = visit(store, clock)

    (package,) = [one for one in store.all(Exhibit) if one.kind is ExhibitKind.WACZ]
    assert package.contains_media
    assert "load_without_media" not in browser.calls
    assert "grey_out_pictures" not in browser.calls


@pytest.mark.parametrize(
    "said", [one for one in product(Answer, repeat=3) if set(one) != {Answer.YES}]
)
def test_any_age_answer_that_is_not_yes_refuses_and_opens_nothing(
    store: CaseStore, clock: FakeClock, said: tuple[Answer, Answer, Answer]
) -> None:
    answers = AgeAnswers(adult_now=said[0], adult_in_picture=said[1], nobody_doubts=said[2])
    browser = page_with_a_picture()

    with pytest.raises(WholePageRefusedError):
        visit(store, clock, answers=answers, browser=browser)

    assert (browser.calls, store.all(Exhibit)) == ([], ())


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_nothing_is_opened(
    store: CaseStore, clock: FakeClock, reason: str
) -> None:
    browser = page_with_a_picture()

    with pytest.raises(WholePageReasonError):
        visit(store, clock, wish=replace(WISH, reason=reason), browser=browser)

    assert browser.calls == []


@pytest.mark.parametrize(
    "address",
    [
        "https://t.me/s/kenh_vi_du",
        "https://t.me/s/kenh_vi_du/12",
        "https://t.me/+AAAAAEabcdefghij",
        "https://www.xvideos.com/video.abc123/title",
        "https://vn.xvideos.com/video.abc123/title",
        "https://fr.pornhub.com/view_video.php?viewkey=abc123",
        "https://www.xnxx.com./video-abc123/title",
    ],
)
def test_a_place_that_shows_many_people_is_never_kept_whole(
    store: CaseStore, clock: FakeClock, address: str
) -> None:
    browser = page_with_a_picture()

    with pytest.raises(WholePageRefusedError):
        visit(store, clock, address=address, browser=browser)

    assert browser.calls == []


@pytest.mark.parametrize("address", ["https://t.me/kenh_vi_du/12", PLACE])
def test_one_post_and_an_unknown_site_are_not_such_places(address: str) -> None:
    catalogue = packaged_catalogue()

    assert not shows_many_victims(parse_address(address, catalogue), catalogue)


def test_unless_asked_for_the_page_is_opened_without_media(
    store: CaseStore, clock: FakeClock
) -> None:
    browser = visit(store, clock, wish=None)

    assert "load_whole" not in browser.calls


def test_a_page_that_leads_on_to_such_a_place_is_not_kept_whole(
    store: CaseStore, clock: FakeClock
) -> None:
    browser = page_with_a_picture()
    browser.page = replace(browser.page, final_address="https://t.me/s/kenh_vi_du")

    with pytest.raises(WholePageRefusedError):
        visit(store, clock, browser=browser)

    assert store.all(Exhibit) == ()
