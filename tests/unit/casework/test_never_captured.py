"""What the catalogue marks as never to be opened is not opened (HARM 16)."""

import pytest

from benban.capture.visit import choose_nothing
from benban.casework.preserve import preserve_address
from benban.casework.take_in import SightingReport, take_in
from benban.errors import NeverCapturedError
from benban.model.custody import EventKind
from benban.model.sighting import AgeAnswers, Answer, SightingKind
from benban.remedies.address import parse_address
from benban.remedies.catalogue import packaged_catalogue
from benban.testing.browser import FakeBrowser, page_of
from benban.testing.clock import FakeClock
from benban.vault import CaseStore

CATALOGUE = packaged_catalogue()
ALL_YES = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)


@pytest.mark.parametrize(
    "place",
    [
        "https://web.telegram.org/k/#@kenh_vi_du",
        "https://discord.com/channels/@me/123456/789",
        "https://ptb.discord.com/channels/@me/123456",
        "https://m.me/someone",
        "https://chat.whatsapp.com/AbCdEf",
        "https://chat.zalo.me/",
        "https://stopncii.org/create-your-case",
        "https://www.stopncii.org/",
    ],
)
def test_a_marked_place_is_not_opened_and_no_attempt_is_logged(
    store: CaseStore, clock: FakeClock, place: str
) -> None:
    address = parse_address(place, CATALOGUE)
    report = SightingReport(address=address, kind=SightingKind.PUBLISHED, answers=ALL_YES)
    sighting = take_in(store, report, clock).sighting
    browser = FakeBrowser(page=page_of(place, "<p>chữ</p>"))

    with pytest.raises(NeverCapturedError):
        preserve_address(
            store,
            sighting,
            browser,
            clock=clock,
            choose_media=choose_nothing,
            catalogue=CATALOGUE,
        )

    assert browser.calls == []
    assert EventKind.ATTEMPT not in [entry.kind for entry in store.events()]


@pytest.mark.parametrize(
    "place",
    ["https://t.me/kenh_vi_du/5", "https://discord.com/channels/1/2/3", "https://x.com/a/status/1"],
)
def test_a_place_that_is_not_marked_is_opened(
    store: CaseStore, clock: FakeClock, place: str
) -> None:
    address = parse_address(place, CATALOGUE)
    report = SightingReport(address=address, kind=SightingKind.PUBLISHED, answers=ALL_YES)
    sighting = take_in(store, report, clock).sighting
    browser = FakeBrowser(page=page_of(place, "<p>chữ</p>"))

    preserve_address(
        store, sighting, browser, clock=clock, choose_media=choose_nothing, catalogue=CATALOGUE
    )

    assert "open_tab" in browser.calls
