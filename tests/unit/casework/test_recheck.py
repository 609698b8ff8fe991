"""Looking again at a simulated platform: what is asked, said, kept, offered (B5 97, 98)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

import pytest

from benban.casework.mark_minor import mark_minor
from benban.casework.recheck import recheck
from benban.casework.search_imports import search_imported
from benban.casework.standing import revoke_permission
from benban.casework.take_in import SightingReport, take_in
from benban.casework.watch_places import let_go, name_place
from benban.errors import (
    FenceUnavailableError,
    TooOftenError,
    WatchNotForCaseError,
    WatchNotPermittedError,
)
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.fingerprint import PictureFingerprint
from benban.model.sighting import NO_ANSWERS, AgeAnswers, Answer, SightingKind
from benban.model.standing import HostLearns
from benban.model.watch import FindKind, Look, Offer, Place, SeenState
from benban.outside.fence import Fence
from benban.remedies import packaged_catalogue
from benban.testing.clock import FakeClock
from benban.testing.platform import CHANNEL, PlatformSimulator
from benban.testing.platform_manners import Manner
from benban.vault import CaseStore
from benban.watch.ports import Fetched
from tests.unit.casework.conftest import MAYBE_MINOR
from tests.unit.casework.watched import FAKE, FORUM, ORIGINAL, OTHER, Watched


@pytest.fixture
def site(clock: FakeClock) -> Iterator[PlatformSimulator]:
    with PlatformSimulator(posts=3, now=clock.now) as opened:
        yield opened


@pytest.fixture
def watched(store: CaseStore, clock: FakeClock, site: PlatformSimulator) -> Watched:
    return Watched(store=store, clock=clock, site=site)


def a_post(watched: Watched, picture: bytes = FAKE) -> int:
    number = watched.site.post(picture, "bài").number
    watched.report(f"/{CHANNEL}/{number}")
    watched.permit()
    return number


# --- under a permission, and no other way -----------------------------------------------------


def test_without_a_permission_nobody_is_asked(watched: Watched) -> None:
    watched.report(f"/{CHANNEL}/101")

    with pytest.raises(WatchNotPermittedError):
        watched.go()

    assert watched.site.requests() == ()


def test_a_permission_that_allows_more_than_one_look_a_day_opens_nothing(watched: Watched) -> None:
    watched.report(f"/{CHANNEL}/101")
    watched.permit(every_h=1)

    with pytest.raises(TooOftenError):
        watched.go()


def test_a_case_without_a_published_or_threatened_sighting_cannot_watch(watched: Watched) -> None:
    watched.report(f"/{CHANNEL}/101", kind=SightingKind.IMPERSONATION)

    with pytest.raises(WatchNotForCaseError):
        watched.permit()


def test_a_host_that_the_permission_does_not_name_is_not_asked(watched: Watched) -> None:
    a_post(watched)
    watched.permit(hosts=[HostLearns(host="khac.vi-du.example", learns="page-and-time")])

    done = watched.go()

    assert (done.looks, len(done.not_allowed)) == ((), 1)
    assert watched.site.requests() == ()


def test_a_permission_that_was_withdrawn_ends_it(watched: Watched) -> None:
    watched.report(f"/{CHANNEL}/101")
    given = watched.permit()
    revoke_permission(watched.store, given.id, watched.clock)

    with pytest.raises(WatchNotPermittedError):
        watched.go()


def test_a_permission_that_ended_ends_it(watched: Watched) -> None:
    watched.report(f"/{CHANNEL}/101")
    watched.permit(days=2)

    with pytest.raises(WatchNotPermittedError):
        watched.go(days=2)


# --- one look -------------------------------------------------------------------------------


def test_a_look_is_one_attempt_one_record_and_one_event(watched: Watched) -> None:
    number = a_post(watched)
    before = len(watched.store.events())

    taken = watched.look(0)

    events = watched.store.events()[before:]
    assert [one.kind for one in events] == [EventKind.ATTEMPT, EventKind.LOOKED]
    assert watched.looks() == (taken.look,)
    assert taken.look.judgement.state is SeenState.THERE
    (asked,) = watched.site.requests()
    assert (asked.path, asked.query) == (f"/{CHANNEL}/{number}", "embed=1&mode=tme")


def test_the_log_of_a_look_holds_ids_and_no_address(watched: Watched) -> None:
    a_post(watched)
    watched.look(0)

    said = " ".join(
        f"{one.name}={one.value}" for entry in watched.store.events()[-2:] for one in entry.fields
    )
    assert (CHANNEL in said, "t.me" in said, "state=there" in said) == (False, False, True)


def test_no_place_is_looked_at_twice_in_a_day(watched: Watched) -> None:
    a_post(watched)
    watched.look(0)

    counts = [len(watched.go(hours / 24).looks) for hours in (1, 10, 12.9)]

    assert (counts, len(watched.go(0.2 / 24).looks)) == ([0, 0, 0], 1)


def test_what_is_retracted_is_gone_after_the_second_day(watched: Watched) -> None:
    number = a_post(watched)
    first = watched.state(0)
    watched.site.retract(number)

    assert (first, watched.state(), watched.state()) == (
        SeenState.THERE,
        SeenState.UNKNOWN,
        SeenState.GONE,
    )


def test_the_service_s_own_box_says_not_found_with_status_200(watched: Watched) -> None:
    number = a_post(watched)
    watched.state(0)
    watched.site.behave(f"/{CHANNEL}/{number}", Manner.NO_SUCH_POST)
    told = [watched.look().look.judgement for _ in range(2)]

    assert [(one.state, one.reason) for one in told] == [
        (SeenState.UNKNOWN, "says-not-found-once"),
        (SeenState.GONE, "says-not-found"),
    ]


TOLD_APART = {
    Manner.SORRY: (SeenState.UNKNOWN, "perhaps-not-found"),
    Manner.CAPTCHA: (SeenState.UNKNOWN, "captcha"),
    Manner.CAPTCHA_IN_WORDS: (SeenState.UNKNOWN, "captcha"),
    Manner.BLOCKED_BY_LAW: (SeenState.BLOCKED, "status-451"),
    Manner.BLOCKED_IN_WORDS: (SeenState.UNKNOWN, "perhaps-blocked"),
    Manner.LOGIN: (SeenState.LOGIN_WALL, "led-to-login"),
    Manner.LOGIN_STATUS: (SeenState.LOGIN_WALL, "status-401"),
    Manner.PRIVATE: (SeenState.UNKNOWN, "perhaps-private"),
    Manner.FRONT_PAGE: (SeenState.UNKNOWN, "led-elsewhere"),
    Manner.KEPT_COPY: (SeenState.UNKNOWN, "kept-copy"),
    Manner.TOO_MANY: (SeenState.UNKNOWN, "asked-too-often"),
    Manner.BUSY: (SeenState.UNKNOWN, "server-fault"),
    Manner.BROKEN: (SeenState.UNKNOWN, "server-fault"),
    Manner.SCRIPTS_ONLY: (SeenState.UNKNOWN, "page-without-item"),
    Manner.ELSEWHERE: (SeenState.UNKNOWN, "led-elsewhere"),
    Manner.CUT: (SeenState.UNKNOWN, "no-answer"),
}


def test_every_manner_but_those_that_say_so_is_told_apart_here() -> None:
    saying = {Manner.NOT_FOUND, Manner.GONE, Manner.NO_SUCH_POST}

    assert set(Manner) - set(TOLD_APART) == saying


@pytest.mark.parametrize("manner", TOLD_APART, ids=lambda one: one.value)
def test_a_site_that_behaves_so_is_never_said_to_have_removed_it(
    watched: Watched, manner: Manner
) -> None:
    number = a_post(watched)
    watched.state(0)
    watched.site.behave(f"/{CHANNEL}/{number}", manner)

    told = [watched.look(days).look.judgement for days in (1, 40, 40)]

    assert {(one.state, one.reason) for one in told} == {TOLD_APART[manner]}


def test_what_comes_back_is_back_and_offered_once(watched: Watched) -> None:
    number = a_post(watched)
    watched.state(0)
    watched.site.behave(f"/{CHANNEL}/{number}", Manner.GONE)
    watched.state()
    assert watched.state() is SeenState.GONE
    watched.site.behave(f"/{CHANNEL}/{number}", None)

    back = watched.look()

    assert (back.look.judgement.state, back.offer and back.offer.kind) == (
        SeenState.BACK,
        FindKind.BACK,
    )
    assert (watched.state(), len(watched.store.all(Offer))) == (SeenState.THERE, 1)


def test_our_own_broken_line_says_nothing(watched: Watched) -> None:
    a_post(watched)
    watched.state(0)
    watched.site.__exit__()

    told = watched.look().look.judgement
    assert (told.state, told.reason) == (SeenState.UNKNOWN, "no-answer")
    watched.site = PlatformSimulator(posts=0)
    watched.site.__enter__()


# --- back-off and politeness ------------------------------------------------------------------


def test_a_host_that_asks_to_be_left_alone_is_left_alone(watched: Watched) -> None:
    numbers = [watched.site.post(FAKE, "bài").number for _ in range(3)]
    for number in numbers:
        watched.report(f"/{CHANNEL}/{number}")
        watched.site.behave(f"/{CHANNEL}/{number}", Manner.TOO_MANY)
    watched.permit()

    done = watched.go()

    assert (len(done.looks), done.put_off, len(watched.site.requests())) == (1, 2, 1)
    assert done.looks[0].look.retry_after_s == 432_000
    asked = done.looks[0].place.id
    again = [one.place.id for day in range(4) for one in watched.go(1).looks]
    assert asked not in again
    assert asked in [one.place.id for one in watched.go(1.01).looks]


def test_requests_to_one_host_are_ten_seconds_apart(watched: Watched) -> None:
    for number in (101, 102, 103):
        watched.report(f"/{CHANNEL}/{number}")
    watched.permit()

    watched.go()

    assert watched.slept == [10.0, 10.0]


# --- clocks and kills -------------------------------------------------------------------------


def test_a_clock_set_back_gives_no_second_look_and_the_log_says_so(watched: Watched) -> None:
    a_post(watched)
    watched.look(0)
    watched.clock.turn_back(90 * 86_400)
    # What was given in a time to come is not live: it is asked for again.
    watched.permit()
    watched.run = "run-2"

    none = [len(watched.go(0.25).looks) for _ in range(3)]
    one = [len(watched.go(0.25).looks) for _ in range(2)]

    kinds = [entry.kind for entry in watched.store.events()]
    assert (none, sum(one)) == ([0, 0, 0], 1)
    assert EventKind.CLOCK_CHANGED in kinds


def test_a_look_that_was_begun_and_never_ended_is_not_begun_again_within_the_day(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_post(watched)

    def die(*_arguments: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("benban.casework.recheck.visit_place", die)
    with pytest.raises(KeyboardInterrupt):
        watched.go()
    monkeypatch.undo()

    assert (watched.go().looks, len(watched.go(1).looks)) == ((), 1)


# --- pictures -------------------------------------------------------------------------------


@pytest.fixture
def seeing(watched: Watched, fence: Fence) -> Watched:
    watched.decoder = fence
    return watched


def test_the_picture_itself_is_recognised_in_memory(seeing: Watched) -> None:
    number = seeing.site.post(FAKE, "bài").number
    seeing.keep(seeing.report(f"/{CHANNEL}/{number}"), FAKE)
    seeing.permit()

    told = seeing.look(0).look.judgement

    assert (told.state, told.reason) == (SeenState.THERE, "picture-shown")


def test_a_post_whose_picture_was_exchanged_is_altered(seeing: Watched) -> None:
    number = seeing.site.post(OTHER, "bài").number
    seeing.keep(seeing.report(f"/{CHANNEL}/{number}"), FAKE)
    seeing.permit()

    assert seeing.state(0) is SeenState.ALTERED


def test_without_a_permit_no_picture_is_asked_for(seeing: Watched) -> None:
    number = seeing.site.post(FAKE, "bài").number
    seeing.keep(seeing.report(f"/{CHANNEL}/101"), FAKE)
    seeing.report(f"/{CHANNEL}/{number}", answers=MAYBE_MINOR)
    seeing.site.behave(f"/{CHANNEL}/101", Manner.BROKEN)
    seeing.permit()

    states = {one.look.judgement.state for one in seeing.go().looks}

    assert (states, seeing.site.media_requests()) == (
        {SeenState.THERE, SeenState.UNKNOWN},
        (),
    )


@pytest.mark.parametrize("answers", [MAYBE_MINOR, NO_ANSWERS], ids=["minor", "unanswered"])
def test_an_address_that_is_a_picture_is_not_asked_for_without_three_times_yes(
    seeing: Watched, answers: AgeAnswers
) -> None:
    seeing.keep(seeing.report(f"/{CHANNEL}/101"), FAKE)
    seeing.report("/file/avatar.jpg", answers=answers)
    seeing.permit()

    seeing.go()
    assert [one.path for one in seeing.site.requests() if "avatar" in one.path] == []


def test_after_somebody_may_be_under_18_no_picture_is_asked_for(seeing: Watched) -> None:
    number = seeing.site.post(FAKE, "bài").number
    seeing.keep(seeing.report(f"/{CHANNEL}/{number}"), FAKE)
    seeing.name("/kenh_khac/1", host="t.me")
    seeing.site.reupload(FAKE, "lại")
    seeing.permit()
    (exhibit,) = seeing.store.all(Exhibit)
    mark_minor(seeing.store, exhibit.id)

    done = seeing.go()

    assert (len(done.looks), seeing.site.media_requests()) == (2, ())


@pytest.mark.parametrize("said", [Answer.NO, Answer.UNSURE])
def test_a_doubt_about_one_sighting_closes_pictures_at_places_nobody_was_asked_about(
    seeing: Watched, said: Answer
) -> None:
    seeing.keep(seeing.report(f"/{CHANNEL}/101"), FAKE)
    seeing.site.behave(f"/{CHANNEL}/101", Manner.BROKEN)
    found = seeing.site.reupload(FAKE, "lại")
    place = seeing.name(f"/kenh_khac/{found.number}", host="t.me")
    doubted = AgeAnswers(adult_now=Answer.YES, adult_in_picture=said, nobody_doubts=Answer.YES)
    report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=doubted)
    take_in(seeing.store, report, seeing.clock)
    seeing.permit()

    done = seeing.go()

    assert seeing.site.media_requests() == ()
    assert [one.offer for one in done.looks if one.place.id == place.id] == [None]


def test_a_re_upload_at_a_named_place_is_offered_once_and_not_taken_in(seeing: Watched) -> None:
    seeing.keep(seeing.report(f"/{CHANNEL}/101"), FAKE)
    seeing.site.behave(f"/{CHANNEL}/101", Manner.BROKEN)
    found = seeing.site.reupload(FAKE, "lại")
    place = seeing.name(f"/kenh_khac/{found.number}", host="t.me")
    seeing.permit()

    looks = [one for day in range(3) for one in seeing.go(day).looks if one.place.id == place.id]

    assert [one.offer is not None for one in looks] == [True, False, False]
    (offer,) = seeing.store.all(Offer)
    assert (offer.kind, offer.place_id, offer.sighting_id) == (FindKind.REUPLOAD, place.id, None)


def test_a_named_place_with_another_picture_is_no_find(seeing: Watched) -> None:
    seeing.keep(seeing.report(f"/{CHANNEL}/101"), FAKE)
    seeing.site.behave(f"/{CHANNEL}/101", Manner.BROKEN)
    other = seeing.site.reupload(OTHER, "khác")
    place = seeing.name(f"/kenh_khac/{other.number}", host="t.me")
    seeing.permit()

    (taken,) = [one for one in seeing.go().looks if one.place.id == place.id]

    assert (taken.look.judgement.state, taken.offer) == (SeenState.UNKNOWN, None)


def test_the_untouched_photo_lets_its_place_go_without_a_trace(seeing: Watched) -> None:
    seeing.keep(seeing.report(f"/{CHANNEL}/101"), FAKE)
    seeing.site.behave(f"/{CHANNEL}/101", Manner.BROKEN)
    seeing.declare()
    own = seeing.site.reupload(ORIGINAL, "ảnh của tôi")
    place = seeing.name(f"/kenh_khac/{own.number}", host="t.me")
    seeing.permit()

    (taken,) = [one for one in seeing.go().looks if one.place.id == place.id]

    assert taken.is_let_go
    assert seeing.store.maybe(Place, place.id) is None
    assert [one for one in seeing.store.all(Look) if one.place_id == place.id] == []


def test_a_page_that_shows_many_pictures_is_not_gone_through(seeing: Watched) -> None:
    seeing.keep(seeing.report(f"/{CHANNEL}/101"), FAKE)
    seeing.site.behave(f"/{CHANNEL}/101", Manner.BROKEN)
    for number in range(9):
        seeing.site.post(OTHER if number else FAKE, "bài")
    seeing.name("/plain", host=FORUM)
    seeing.permit()

    seeing.go()

    assert seeing.site.media_requests() == ()


def test_the_end_of_a_permission_ends_a_round_on_the_way(watched: Watched) -> None:
    for number in (101, 102):
        watched.report(f"/{CHANNEL}/{number}")
    watched.permit(days=1)
    watched.clock.advance(86_400 - 5)

    done = recheck(
        watched.store,
        watched.tools(),
        on_look=lambda _look, _done, _all: watched.clock.advance(10),
    )

    assert len(done.looks) == 1


def test_a_permission_that_is_withdrawn_on_the_way_ends_a_round(watched: Watched) -> None:
    for number in (101, 102):
        watched.report(f"/{CHANNEL}/{number}")
    given = watched.permit()

    def withdraw(*_heard: object) -> None:
        revoke_permission(watched.store, given.id, watched.clock)

    done = recheck(watched.store, watched.tools(), on_look=withdraw)

    assert len(done.looks) == 1


def test_a_host_that_asked_for_rest_has_it_in_the_next_round_too(watched: Watched) -> None:
    for _ in range(3):
        number = watched.site.post(FAKE, "bài").number
        watched.report(f"/{CHANNEL}/{number}")
        watched.site.behave(f"/{CHANNEL}/{number}", Manner.TOO_MANY)
    watched.permit()
    watched.go()

    later = [watched.go(days).put_off for days in (0.01, 1, 3)]

    assert (later, len(watched.site.requests())) == ([2, 2, 2], 1)


def test_nothing_is_measured_once_somebody_said_under_18_while_it_was_on_its_way(
    seeing: Watched,
) -> None:
    number = seeing.site.post(FAKE, "bài").number
    seeing.keep(seeing.report(f"/{CHANNEL}/{number}"), FAKE)
    seeing.permit()
    (exhibit,) = seeing.store.all(Exhibit)
    tools = seeing.tools()

    class Interrupted:
        def fetch(self, address: str, **wishes: Any) -> Fetched:  # noqa: ANN401 - passed on
            came = tools.fetcher.fetch(address, **wishes)
            if came.value("content-type").startswith("image/"):
                mark_minor(seeing.store, exhibit.id)
            return came

    (taken,) = recheck(seeing.store, replace(tools, fetcher=Interrupted())).looks

    assert len(seeing.site.media_requests()) == 1
    assert "picture" not in {one.name for one in taken.look.judgement.evidence}


def test_a_picture_that_breaks_the_fence_does_not_end_the_round(seeing: Watched) -> None:
    for number in (101, 102):
        seeing.keep(seeing.report(f"/{CHANNEL}/{number}"), FAKE)
    seeing.permit()

    class Broken(Fence):
        def measure(self, picture: BinaryIO) -> PictureFingerprint:
            raise FenceUnavailableError(type(picture).__name__)

    done = recheck(seeing.store, replace(seeing.tools(), decoder=Broken()))

    assert [one.look.judgement.reason for one in done.looks] == ["item-shown", "item-shown"]


# --- places that are dropped ------------------------------------------------------------------


def test_a_place_that_is_dropped_and_named_anew_is_not_asked_twice_in_a_day(
    watched: Watched,
) -> None:
    watched.report(f"/{CHANNEL}/101")
    place = watched.name("/bai/5")
    watched.permit()
    watched.go()
    let_go(watched.store, place.id)
    watched.name("/bai/5")

    looks = [len(watched.go(days).looks) for days in (0, 0.9)]

    assert (looks, len(watched.go(0.2).looks)) == ([0, 0], 2)


def test_a_sighting_that_is_dropped_is_left_alone_until_it_is_named_again(
    watched: Watched,
) -> None:
    a_post(watched)
    watched.look(0)
    place = watched.place()
    let_go(watched.store, place.id)

    dropped = watched.go(5).looks
    again = name_place(watched.store, place.address, packaged_catalogue(), watched.clock)

    assert (dropped, again.id, len(watched.go().looks)) == ((), place.id, 1)


def test_a_find_goes_with_its_place(seeing: Watched) -> None:
    seeing.keep(seeing.report(f"/{CHANNEL}/101"), FAKE)
    place = seeing.name(f"/kenh_khac/{seeing.site.reupload(FAKE, 'lại').number}", host="t.me")
    seeing.permit()
    seeing.go()
    found = len(seeing.store.all(Offer))

    let_go(seeing.store, place.id)

    assert (found, seeing.store.all(Offer)) == (1, ())


# --- pages that are broken on purpose ---------------------------------------------------------


@pytest.mark.parametrize(
    "piece", ["<a ", "<a b='", "<!--", "<a>", "</a b='", '<a b="', "<![CDATA[", "&#x", "<svg/<"]
)
def test_a_page_that_would_keep_a_parser_busy_is_looked_at_all_the_same(
    watched: Watched, piece: str
) -> None:
    number = watched.site.post(FAKE, "bài").number
    watched.report(f"/{CHANNEL}/{number}")
    watched.permit()
    watched.site.serve(f"/{CHANNEL}/{number}", piece * (200_000 // len(piece)))

    assert watched.look(0).look.judgement.reason == "page-without-item"


# --- imports --------------------------------------------------------------------------------


def test_what_was_imported_is_searched_by_the_same_rule(seeing: Watched) -> None:
    seeing.keep(seeing.report(f"/{CHANNEL}/101"), FAKE)
    seeing.declare()
    before = {one.id for one in seeing.store.all(Exhibit)}
    elsewhere = seeing.report(f"/{CHANNEL}/102")
    for picture in (FAKE, ORIGINAL, OTHER):
        seeing.keep(elsewhere, picture)
    imported = [one.id for one in seeing.store.all(Exhibit) if one.id not in before]
    assert seeing.decoder is not None

    found = search_imported(seeing.store, imported, seeing.decoder)

    assert [(one.exhibit_id, one.same_as in before) for one in found] == [(imported[0], True)]
