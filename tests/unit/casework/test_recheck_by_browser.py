"""Looking again by the browser: pages that scripts draw, and what all but browsers are told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from benban.casework.events import event
from benban.casework.recheck import Round, recheck
from benban.casework.take_in import SightingReport, take_in
from benban.casework.watch_places import hosts_of_watch
from benban.errors import (
    NoAnswerInTimeError,
)
from benban.model.custody import EventKind
from benban.model.exhibit import Capture, CaptureStep, StepOutcome
from benban.model.ids import new_capture_id
from benban.model.sighting import Sighting, SightingKind
from benban.model.standing import HostLearns
from benban.model.watch import Means, SeenState
from benban.outside.fence import Fence
from benban.remedies import packaged_catalogue, parse_address
from benban.testing.browser import FakeBrowser, page_of
from benban.testing.clock import FakeClock
from benban.testing.platform import PlatformSimulator
from benban.testing.platform_manners import Manner
from benban.vault import CaseStore
from tests.unit.casework.conftest import ADULT
from tests.unit.casework.watched import DAY_S, FAKE, FORUM, Watched


@pytest.fixture
def site(clock: FakeClock) -> Iterator[PlatformSimulator]:
    with PlatformSimulator(posts=3, now=clock.now) as opened:
        yield opened


@pytest.fixture
def watched(store: CaseStore, clock: FakeClock, site: PlatformSimulator) -> Watched:
    return Watched(store=store, clock=clock, site=site)


@pytest.fixture
def seeing(watched: Watched, fence: Fence) -> Watched:
    watched.decoder = fence
    return watched


STATUS = "https://x.com/ai_do/status/1991500000000000000"
PICTURE_HOST = "pbs.vi-du.example"
PICTURE = f"https://{PICTURE_HOST}/hinh.jpg"


def a_status(picture: str = PICTURE) -> str:
    return (
        '<article data-testid="tweet"><a href="/ai_do/status/1991500000000000000">'
        f'<time>1</time></a><div data-testid="tweetPhoto"><img src="{picture}"></div></article>'
    )


def by_browser(watched: Watched, browser: FakeBrowser) -> Round:
    return recheck(watched.store, replace(watched.tools(), browser=browser))


def an_x_sighting(watched: Watched) -> Sighting:
    report = SightingReport(
        address=parse_address(STATUS, packaged_catalogue()),
        kind=SightingKind.PUBLISHED,
        answers=ADULT,
    )
    return take_in(watched.store, report, watched.clock).sighting


def test_a_service_that_sends_scripts_alone_is_looked_at_by_the_browser(watched: Watched) -> None:
    an_x_sighting(watched)
    watched.permit()
    browser = FakeBrowser(page=page_of(STATUS, a_status()))

    (taken,) = by_browser(watched, browser).looks

    assert (taken.look.means, taken.look.judgement.reason) == (Means.BROWSER, "item-shown")
    assert browser.calls == ["open_tab", "load_without_media"]


def test_the_browser_fetches_the_post_s_picture_from_hosts_that_are_named_only(
    seeing: Watched,
) -> None:
    seeing.keep(an_x_sighting(seeing), FAKE)
    browser = FakeBrowser(page=page_of(STATUS, a_status()), media={PICTURE: FAKE})
    seeing.permit()
    (first,) = by_browser(seeing, browser).looks
    named = [HostLearns(host=one, learns="page-by-browser") for one in ("x.com", PICTURE_HOST)]
    seeing.permit(hosts=named)
    seeing.clock.advance(86_400)
    (second,) = by_browser(seeing, browser).looks

    assert (first.look.judgement.reason, second.look.judgement.reason) == (
        "item-shown",
        "picture-shown",
    )


def test_a_permission_that_spoke_of_pages_only_opens_no_browser(watched: Watched) -> None:
    an_x_sighting(watched)
    watched.permit(hosts=[HostLearns(host="x.com", learns="page-and-time")])
    browser = FakeBrowser(page=page_of(STATUS, a_status()))

    (taken,) = by_browser(watched, browser).looks

    assert (taken.look.means, browser.calls) == (Means.HTTP, [])


def test_what_tells_all_but_browsers_404_is_looked_at_by_the_browser(watched: Watched) -> None:
    watched.report("/khong-co/5", host=FORUM)
    watched.permit()
    address = f"http://{FORUM}:{watched.site.port}/khong-co/5"
    browser = FakeBrowser(page=page_of(address, "<p>bài</p>"))

    (taken,) = by_browser(watched, browser).looks

    assert [one.path for one in watched.site.requests()] == ["/khong-co/5"]
    assert (taken.look.means, taken.look.status) == (Means.BROWSER, 200)


def test_a_permission_says_when_a_browser_is_used(watched: Watched) -> None:
    an_x_sighting(watched)

    assert [(one.host, one.learns) for one in hosts_of_watch(watched.store, watched.clock)] == [
        ("x.com", "page-by-browser")
    ]


def test_a_browser_that_fails_is_part_of_the_look(watched: Watched) -> None:
    an_x_sighting(watched)
    watched.permit()
    broken = FakeBrowser(
        page=page_of(STATUS, ""), failures={"load_without_media": NoAnswerInTimeError(host="x.com")}
    )

    (taken,) = by_browser(watched, broken).looks

    assert (taken.look.judgement.state, taken.look.judgement.reason) == (
        SeenState.UNKNOWN,
        "no-answer",
    )


# --- what is told to all but browsers, where there is no browser ------------------------------

HIDDEN = "/bai-viet/5"


def seen_by_a_visit(watched: Watched) -> str:
    """Report a post, let a visit without a login have seen it; return its address."""
    sighting = watched.report(HIDDEN, host=FORUM)
    watched.permit()
    address = f"http://{FORUM}:{watched.site.port}{HIDDEN}"
    watched.store.record(event(EventKind.CAPTURED, ""), save=[a_visit(sighting, address)])
    return address


def a_visit(sighting: Sighting, address: str) -> Capture:
    at = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    return Capture(
        id=new_capture_id(),
        sighting_id=sighting.id,
        requested_address=address,
        final_address=address,
        redirects=(),
        status=200,
        title="",
        started_at=at,
        ended_at=at,
        started_monotonic_ns=0,
        ended_monotonic_ns=1,
        local_utc_offset_s=0,
        browser=None,
        connections=(),
        steps=(CaptureStep(name="item-media", outcome=StepOutcome.DONE, at=at),),
        missing=(),
        withheld=(),
        counters=(),
        exhibits=(),
    )


def reasons(watched: Watched) -> list[tuple[SeenState, str]]:
    return [(one.judgement.state, one.judgement.reason) for one in watched.looks()]


NOT_FOR_US = (SeenState.UNKNOWN, "status-not-found-never-seen")


def test_a_404_that_no_browser_could_doubt_never_becomes_gone(watched: Watched) -> None:
    seen_by_a_visit(watched)
    watched.site.behave(HIDDEN, Manner.NOT_FOUND)

    for days in (0, 1.1, 1.3, 8):
        watched.look(days)

    assert reasons(watched) == [NOT_FOR_US] * 4


def test_a_page_that_the_browser_was_given_does_not_speak_for_looks_without_it(
    watched: Watched,
) -> None:
    address = seen_by_a_visit(watched)
    watched.site.behave(HIDDEN, Manner.NOT_FOUND)
    by_browser(watched, FakeBrowser(page=page_of(address, "<p>bài</p>")))

    for _ in range(3):
        watched.look(9)

    assert reasons(watched)[1:] == [NOT_FOR_US] * 3


def test_a_404_without_the_browser_is_not_the_first_of_two_looks(watched: Watched) -> None:
    address = seen_by_a_visit(watched)
    watched.site.behave(HIDDEN, Manner.NOT_FOUND)
    browser = FakeBrowser(page=replace(page_of(address, "<p>404"), status=404))
    watched.look(0)

    for _ in range(2):
        watched.clock.advance(1.3 * DAY_S)
        by_browser(watched, browser)

    assert reasons(watched) == [
        NOT_FOR_US,
        (SeenState.UNKNOWN, "status-not-found-once"),
        (SeenState.GONE, "status-not-found"),
    ]


def test_a_404_counts_without_a_browser_once_the_host_gave_a_page_to_such_a_look(
    watched: Watched,
) -> None:
    seen_by_a_visit(watched)
    watched.site.behave(HIDDEN, Manner.SORRY)
    watched.look(0)
    watched.site.behave(HIDDEN, Manner.NOT_FOUND)

    assert [watched.state(8), watched.state(1.3)] == [SeenState.UNKNOWN, SeenState.GONE]
