"""What is new at the places of a case, and a round under a leave that ends with it."""

import contextlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from benban.casework.recheck import recheck
from benban.casework.standing import give_permission, live_permission
from benban.casework.watch_news import (
    finds_for_a_helper,
    news_of,
    note_read,
    read_at,
    tell_only_when_asked,
    tells_only_when_asked,
)
from benban.casework.watch_offers import answer_offer, open_offers
from benban.casework.watch_once import (
    ToolBox,
    end_left_over,
    hosts_asked,
    leave_for_once,
    opened_tools,
)
from benban.casework.watch_places import hosts_of_places, places_of_watch, take_up_sightings
from benban.errors import (
    BenbanError,
    BrowserMissingError,
    FenceUnavailableError,
    OthersNamedError,
    StandingPermissionError,
    WatchNotForCaseError,
)
from benban.fingerprint.ports import Decoder
from benban.model.custody import EventKind
from benban.model.sighting import SightingKind
from benban.model.standing import StandingAct
from benban.model.watch import OfferState, SeenState
from benban.remedies import packaged_catalogue
from benban.testing.clock import FakeClock
from benban.testing.platform import CHANNEL, PlatformSimulator
from benban.vault import CaseStore, Vault
from tests.unit.casework.watched import FAKE, FORUM, TELEGRAM, Watched


@pytest.fixture
def site(clock: FakeClock) -> Iterator[PlatformSimulator]:
    with PlatformSimulator(posts=3, now=clock.now) as opened:
        yield opened


@pytest.fixture
def watched(store: CaseStore, clock: FakeClock, site: PlatformSimulator) -> Watched:
    return Watched(store=store, clock=clock, site=site)


def a_post(watched: Watched) -> int:
    number = watched.site.post(FAKE, "bài").number
    watched.report(f"/{CHANNEL}/{number}")
    watched.permit()
    return number


def gone(watched: Watched, number: int) -> None:
    """Look, let the post go, and look until that may be said."""
    watched.look(0)
    watched.site.retract(number)
    watched.go(2)
    assert watched.state(2) is SeenState.GONE


def said(watched: Watched, **since: float) -> list[SeenState]:
    at = watched.clock.now() - timedelta(**since) if since else None
    news = news_of(watched.store, at, watched.clock.now())
    return [one.look.judgement.state for one in news.changes]


# --- news ---------------------------------------------------------------------------------------


def test_a_place_that_is_as_it_was_is_no_news(watched: Watched) -> None:
    a_post(watched)
    watched.look(0)

    assert news_of(watched.store, None, watched.clock.now()).is_empty


def test_a_place_that_is_gone_is_news_until_it_was_read(
    watched: Watched, vault: Vault, clock: FakeClock
) -> None:
    gone(watched, a_post(watched))
    assert said(watched) == [SeenState.GONE]

    note_read(vault, watched.store.case.id, clock.now(), clock.now())
    read = read_at(vault, watched.store.case.id)
    watched.go(2)

    assert news_of(watched.store, read, clock.now()).is_empty


def test_what_is_back_waits_as_a_find_and_is_not_told_by_the_way(watched: Watched) -> None:
    number = a_post(watched)
    gone(watched, number)
    watched.site._put(CHANNEL, number, FAKE, "bài")  # noqa: SLF001 - the same post, once more
    watched.go(2)

    news = news_of(watched.store, None, watched.clock.now())

    assert (news.changes, len(news.finds)) == ((), 1)


def test_a_find_that_rests_is_mentioned_to_nobody_and_one_for_the_helper_to_the_helper(
    watched: Watched,
) -> None:
    number = a_post(watched)
    gone(watched, number)
    watched.site._put(CHANNEL, number, FAKE, "bài")  # noqa: SLF001 - the same post, once more
    watched.go(2)
    (find,) = open_offers(watched.store)
    now = watched.clock.now()

    counts = []
    for answer in (OfferState.PAUSED, OfferState.LATER, OfferState.FOR_HELPER):
        kept = answer_offer(watched.store, find.id, answer, watched.clock)
        news = news_of(watched.store, None, now)
        counts.append((len(news.finds), len(finds_for_a_helper([kept], now))))

    assert counts == [(0, 0), (0, 0), (0, 1)]


def test_only_when_asked_is_kept_in_the_vault_and_goes_with_the_case(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    case_id = store.case.id
    tell_only_when_asked(vault, case_id, is_wanted=True)
    note_read(vault, case_id, clock.now(), clock.now())
    assert tells_only_when_asked(vault, case_id)

    vault.shred_case(case_id)

    assert not tells_only_when_asked(vault, case_id)
    assert read_at(vault, case_id) is None


def test_it_can_be_taken_back(vault: Vault, store: CaseStore) -> None:
    tell_only_when_asked(vault, store.case.id, is_wanted=True)
    tell_only_when_asked(vault, store.case.id, is_wanted=False)

    assert not tells_only_when_asked(vault, store.case.id)


# --- a round that somebody asks for -----------------------------------------------------------


def box(watched: Watched, explained: list[BenbanError]) -> ToolBox:
    def no_fence() -> AbstractContextManager[Decoder]:
        raise FenceUnavailableError

    def no_browser() -> contextlib.AbstractContextManager[object]:
        raise BrowserMissingError

    tools = watched.tools()
    return ToolBox(
        fetcher=lambda: tools.fetcher,
        fence=no_fence,
        browser=no_browser,  # type: ignore[arg-type]
        catalogue=packaged_catalogue(),
        clock=watched.clock,
        chance=tools.chance,
        sleep=tools.sleep,
        run=tools.run,
        explain=explained.append,
    )


def test_looking_which_hosts_would_be_asked_writes_nothing_and_asks_nobody(
    watched: Watched,
) -> None:
    watched.report(f"/{CHANNEL}/101")
    before = watched.store.entry_count

    hosts = hosts_asked(watched.store, watched.clock)

    assert [one.host for one in hosts] == [TELEGRAM]
    assert (watched.store.entry_count, watched.site.requests()) == (before, ())


def test_the_places_to_be_are_those_that_are_taken_up(watched: Watched) -> None:
    watched.report(f"/{CHANNEL}/101")
    watched.name("/bai/5")
    watched.report("/bai/5", host=FORUM)

    foreseen = places_of_watch(watched.store, watched.clock)
    taken = take_up_sightings(watched.store, watched.clock)

    assert [(one.address, one.sighting_id) for one in foreseen] == [
        (one.address, one.sighting_id) for one in taken
    ]


def test_a_case_that_may_not_watch_has_no_host_to_ask(watched: Watched) -> None:
    watched.report(f"/{CHANNEL}/101", kind=SightingKind.IMPERSONATION)

    with pytest.raises(WatchNotForCaseError):
        hosts_asked(watched.store, watched.clock)


def test_a_leave_for_once_ends_with_the_round(watched: Watched) -> None:
    watched.report(f"/{CHANNEL}/101")
    hosts = hosts_asked(watched.store, watched.clock)

    with leave_for_once(watched.store, hosts, watched.clock):
        done = recheck(watched.store, watched.tools())

    assert len(done.looks) == 1
    assert live_permission(watched.store, StandingAct.WATCH, watched.clock.now()) is None
    kinds = [one.kind for one in watched.store.events()]
    assert kinds.count(EventKind.STANDING_GIVEN) == kinds.count(EventKind.STANDING_REVOKED) == 1


def test_a_leave_for_once_ends_also_when_the_round_breaks_off(watched: Watched) -> None:
    watched.report(f"/{CHANNEL}/101")
    hosts = hosts_asked(watched.store, watched.clock)

    with (
        pytest.raises(RuntimeError),
        leave_for_once(watched.store, hosts, watched.clock),
    ):
        raise RuntimeError

    assert live_permission(watched.store, StandingAct.WATCH, watched.clock.now()) is None


def test_a_leave_that_stands_is_used_as_it_is_and_goes_on_standing(watched: Watched) -> None:
    a_post(watched)
    standing = live_permission(watched.store, StandingAct.WATCH, watched.clock.now())

    assert standing is not None
    with leave_for_once(watched.store, standing.hosts, watched.clock) as used:
        pass

    assert used == standing
    assert live_permission(watched.store, StandingAct.WATCH, watched.clock.now()) == standing


def test_a_leave_that_allows_more_than_was_named_is_not_used(watched: Watched) -> None:
    a_post(watched)

    with (
        pytest.raises(OthersNamedError),
        leave_for_once(watched.store, (), watched.clock),
    ):
        pass


def test_a_leave_for_one_round_that_locking_left_behind_is_ended(watched: Watched) -> None:
    watched.report(f"/{CHANNEL}/101")
    hosts = hosts_asked(watched.store, watched.clock)
    with leave_for_once(watched.store, hosts, watched.clock) as given:
        until = given.until
    # As it stands when the vault was closed before the block ended.
    give_permission(
        watched.store, StandingAct.WATCH, hosts, every_h=24, until=until, clock=watched.clock
    )

    ended = [end_left_over(watched.store, watched.clock) for _ in range(2)]

    assert ended == [True, False]
    assert live_permission(watched.store, StandingAct.WATCH, watched.clock.now()) is None


def test_a_leave_for_days_is_not_taken_for_one(watched: Watched) -> None:
    a_post(watched)

    assert not end_left_over(watched.store, watched.clock)


def test_without_a_host_there_is_no_leave(watched: Watched) -> None:
    with (
        pytest.raises(StandingPermissionError),
        leave_for_once(watched.store, (), watched.clock),
    ):
        pass


def test_a_round_goes_on_without_what_is_not_on_this_computer(watched: Watched) -> None:
    watched.report("/bai/5", host=FORUM)
    hosts = hosts_of_places(watched.store, places_of_watch(watched.store, watched.clock))
    explained: list[BenbanError] = []

    with (
        leave_for_once(watched.store, hosts, watched.clock),
        opened_tools(watched.store, box(watched, explained)) as tools,
    ):
        done = recheck(watched.store, tools)

    assert len(done.looks) == 1
    assert [one.code for one in explained] == ["BB-306", "BB-201"]
