"""A window that shows pictures opens only where pictures may be fetched (HARM 2)."""

from itertools import product

import pytest

from benban.capture.visit import CaptureRequest, capture_address, choose_nothing
from benban.casework.preserve import preserve_address
from benban.casework.take_in import SightingReport, take_in
from benban.errors import OwnBrowserRefusedError
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.remedies.address import parse_address
from benban.remedies.catalogue import packaged_catalogue
from benban.testing.browser import FakeBrowser, page_of
from benban.testing.clock import FakeClock
from benban.vault import CaseStore

PLACE = "https://vi-du.example.org/trang"


def sighting_with(
    store: CaseStore,
    clock: FakeClock,
    said: tuple[Answer, Answer, Answer],
    kind: SightingKind = SightingKind.PUBLISHED,
) -> Sighting:
    answers = AgeAnswers(adult_now=said[0], adult_in_picture=said[1], nobody_doubts=said[2])
    address = parse_address(PLACE, packaged_catalogue())
    return take_in(
        store, SightingReport(address=address, kind=kind, answers=answers), clock
    ).sighting


def window() -> FakeBrowser:
    return FakeBrowser(page=page_of(PLACE, "<p>chữ</p>"), shows_pictures=True)


@pytest.mark.parametrize("said", list(product(Answer, repeat=3)))
def test_a_window_opens_only_when_all_three_age_answers_are_yes(
    store: CaseStore, clock: FakeClock, said: tuple[Answer, Answer, Answer]
) -> None:
    sighting, browser = sighting_with(store, clock, said), window()

    if set(said) == {Answer.YES}:
        preserve_address(store, sighting, browser, clock=clock, choose_media=choose_nothing)
        assert "open_tab" in browser.calls
        return
    with pytest.raises(OwnBrowserRefusedError):
        preserve_address(store, sighting, browser, clock=clock, choose_media=choose_nothing)

    assert (browser.calls, store.all(Exhibit)) == ([], ())
    assert EventKind.ATTEMPT not in [entry.kind for entry in store.events()]


def test_no_caller_of_the_recorder_opens_it_without_a_permit(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting, browser = sighting_with(store, clock, (Answer.YES,) * 3), window()

    with pytest.raises(OwnBrowserRefusedError):
        capture_address(
            CaptureRequest(sighting=sighting, address=PLACE),
            browser=browser,
            clock=clock,
            spool=store.spool("capture"),
            on_part=lambda part: part.exhibit,
            permit=None,
        )

    assert browser.calls == []
