"""The watch: what is new for who wants to hear, looking now, what was found, resting and ending."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from benban.casework.rest import rests_until
from benban.casework.standing import live_permission, revoke_permission
from benban.casework.watch_news import (
    news_of,
    note_read,
    read_at,
    tell_only_when_asked,
    tells_only_when_asked,
)
from benban.casework.watch_offers import answer_offer, open_offers, take_in_offer
from benban.casework.watch_once import hosts_asked
from benban.casework.watch_places import (
    is_paused,
    let_go,
    name_place,
    pause_places,
    places_of_watch,
    require_watchable,
    take_up_sightings,
)
from benban.casework.watch_summary import due_at, latest_looks
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.pages import go_to, show
from benban.desk.watching import RUN, look_again, told_as
from benban.errors import BenbanError, FormUnknownError, PlaceMissingError, WatchNotForCaseError
from benban.model.ids import OfferId
from benban.model.sighting import NO_ANSWERS
from benban.model.standing import HostLearns, StandingAct
from benban.model.watch import Look, Offer, OfferState, Place
from benban.remedies import parse_address
from benban.wiring_case import CaseStore, catalogue

ROUTES = Routes()
ROUTES.step(65, "desk.watch.step", "watch")
_A_MONTH = timedelta(days=30)
ANSWERS = {
    "now": OfferState.READ,
    "later": OfferState.LATER,
    "helper": OfferState.FOR_HELPER,
    "pause": OfferState.PAUSED,
}
_COUNT = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One place as it is listed.

    Attributes:
        look: the last one; None where none was taken, or where a find waits to be read.
        next_at: not looked at again before then.
    """

    place: Place
    look: Look | None
    waits: bool
    next_at: datetime


@ROUTES.page("/c/{case}/watch")
def watch(desk: Desk, asked: Asked) -> Response:
    """Show what is new, to who did not say "only when I ask"."""
    with desk.case(asked.parts["case"]) as store:
        is_quiet = tells_only_when_asked(desk.vault, store.case.id)
        rests = rests_until(desk.vault, store.case.id, desk.clock.now())
        return _news(desk, store, asked, is_told=not is_quiet and rests is None)


@ROUTES.form("/c/{case}/watch")
def tell(desk: Desk, asked: Asked) -> Response:
    """Show what is new, this once, because somebody asked."""
    with desk.case(asked.parts["case"]) as store:
        return _news(desk, store, asked, is_told=True)


@ROUTES.form("/c/{case}/watch/read")
def have_read(desk: Desk, asked: Asked) -> Response:
    """Let what was shown be no news any more."""
    with desk.case(asked.parts["case"]) as store:
        note_read(desk.vault, store.case.id, _shown_at(asked), desk.clock.now())
        return go_to(f"/c/{store.case.id}/watch")


def _shown_at(asked: Asked) -> datetime:
    """Return when the page was made whose news were read: what came later is still news."""
    try:
        shown_at = datetime.fromisoformat(asked.exact("shown_at"))
    except ValueError as error:
        raise FormUnknownError from error
    if shown_at.tzinfo is None:
        raise FormUnknownError
    return shown_at


@ROUTES.page("/c/{case}/watch/look")
def before_looking(desk: Desk, asked: Asked) -> Response:
    """Say whom a look would ask from this computer and what they learn; nobody is asked by it."""
    with desk.case(asked.parts["case"]) as store:
        if refused := _not_watchable(desk, store):
            return refused
        rows = _rows(desk, store)
        now = desk.clock.now()
        standing = live_permission(store, StandingAct.WATCH, now)
        due = [one for one in rows if one.next_at <= now]
        unnamed = [
            one for one in due if standing and not standing.allows(one.place.address.host, now)
        ]
        return show(
            desk,
            "watch_look.html.j2",
            path=f"/c/{store.case.id}/watch",
            hosts=hosts_asked(store, desk.clock),
            due=len(due) - len(unnamed),
            unnamed=len(unnamed),
            standing=standing,
            next_at=min((one.next_at for one in rows), default=None),
        )


@ROUTES.form("/c/{case}/watch/look")
def look_now(desk: Desk, asked: Asked) -> Response:
    """Look at what is due, once; it asks those alone whom the page before it named."""
    named = frozenset(asked.every("host"))
    with desk.case(asked.parts["case"]) as store:
        hosts = tuple(one for one in hosts_asked(store, desk.clock) if told_as(one) in named)
        job = desk.jobs.start(
            "desk.watch.job", _looking(desk, store.case.id, hosts), case_id=store.case.id
        )
    return go_to(f"/jobs/{job.id}")


@ROUTES.page("/c/{case}/watch/places")
def places(desk: Desk, asked: Asked) -> Response:
    """List the places with what was seen last, and why that is said."""
    with desk.case(asked.parts["case"]) as store:
        return _places(desk, store, "", None)


@ROUTES.form("/c/{case}/watch/places")
def add_place(desk: Desk, asked: Asked) -> Response:
    """Name a place to look at; it is not opened by that."""
    with desk.case(asked.parts["case"]) as store:
        typed = asked.first("address")
        try:
            address = parse_address(asked.needed("address", "desk.watch.add"), catalogue())
            name_place(store, address, catalogue(), desk.clock)
        except BenbanError as error:
            return _places(desk, store, typed, error)
        return go_to(f"/c/{store.case.id}/watch/places")


@ROUTES.form("/c/{case}/watch/leave-alone")
def leave_alone(desk: Desk, asked: Asked) -> Response:
    """Look at one place no more; its looks go, the sighting stays."""
    with desk.case(asked.parts["case"]) as store:
        for place in take_up_sightings(store, desk.clock):
            # One that was no place yet when the page was shown is told by its sighting.
            if asked.first("place") == place.id or asked.first("sighting") == place.sighting_id:
                let_go(store, place.id)
                return go_to(f"/c/{store.case.id}/watch/places")
    raise PlaceMissingError


@ROUTES.page("/c/{case}/watch/wishes")
def wishes(desk: Desk, asked: Asked) -> Response:
    """Show what can be wished: hearing only when asked, resting, ending."""
    with desk.case(asked.parts["case"]) as store:
        now = desk.clock.now()
        known = store.all(Place)
        resting = [one.paused_until for one in known if is_paused(one, now)]
        return show(
            desk,
            "watch_wishes.html.j2",
            path=f"/c/{store.case.id}/watch",
            is_quiet=tells_only_when_asked(desk.vault, store.case.id),
            case=store.case,
            quiet_until=rests_until(desk.vault, store.case.id, now),
            rests_until=max((one for one in resting if one), default=None),
            standing=live_permission(store, StandingAct.WATCH, now),
        )


@ROUTES.form("/c/{case}/watch/wishes")
def wish(desk: Desk, asked: Asked) -> Response:
    """Keep one wish."""
    with desk.case(asked.parts["case"]) as store:
        chosen = asked.first("wish")
        if chosen in {"ask", "tell"}:
            tell_only_when_asked(desk.vault, store.case.id, is_wanted=chosen == "ask")
        elif chosen == "rest":
            take_up_sightings(store, desk.clock)
            pause_places(store, desk.clock.now() + _A_MONTH)
        elif chosen == "go-on":
            pause_places(store, None)
        elif chosen == "end":
            standing = live_permission(store, StandingAct.WATCH, desk.clock.now())
            if standing is not None:
                revoke_permission(store, standing.id, desk.clock)
        return go_to(f"/c/{store.case.id}/watch/wishes")


@ROUTES.page("/c/{case}/watch/find/{offer}")
def find(desk: Desk, asked: Asked) -> Response:
    """Show a find that was asked for, or offer to read it now, later, by a helper, or not yet."""
    with desk.case(asked.parts["case"]) as store:
        offer = _offer(store, asked)
        place = store.maybe(Place, offer.place_id)
        if place is None:
            raise PlaceMissingError
        is_read = offer.state in {OfferState.READ, OfferState.TAKEN_IN}
        return show(
            desk,
            "watch_find.html.j2",
            path=f"/c/{store.case.id}/watch",
            case=store.case,
            offer=offer,
            place=place if is_read else None,
            answers=tuple(ANSWERS),
        )


@ROUTES.form("/c/{case}/watch/find/{offer}")
def answer_find(desk: Desk, asked: Asked) -> Response:
    """Keep how somebody wants to deal with a find; only "now" shows it."""
    with desk.case(asked.parts["case"]) as store:
        offer = _offer(store, asked)
        wanted = ANSWERS.get(asked.needed("answer", "desk.watch.find"), OfferState.LATER)
        answer_offer(store, offer.id, wanted, desk.clock)
        path = f"/c/{store.case.id}/watch"
    return go_to(f"{path}/find/{offer.id}" if wanted is OfferState.READ else path)


@ROUTES.form("/c/{case}/watch/find/{offer}/take-in")
def take_in(desk: Desk, asked: Asked) -> Response:
    """Take a find into the case; the age questions of this place come next (HARM 2)."""
    with desk.case(asked.parts["case"]) as store:
        offer = _offer(store, asked)
        one, _ = take_in_offer(store, offer.id, NO_ANSWERS, catalogue=catalogue(), clock=desk.clock)
        path = f"/c/{store.case.id}/s/{one.id}"
    return go_to(f"{path}/plan" if one.answers != NO_ANSWERS else f"{path}/age")


@ROUTES.form("/c/{case}/watch/find/{offer}/decline")
def decline(desk: Desk, asked: Asked) -> Response:
    """Take a find in not at all, and look at its place no more."""
    with desk.case(asked.parts["case"]) as store:
        let_go(store, _offer(store, asked).place_id)
        return go_to(f"/c/{store.case.id}/watch")


def _news(desk: Desk, store: CaseStore, asked: Asked, *, is_told: bool) -> Response:
    if refused := _not_watchable(desk, store):
        return refused
    now = desk.clock.now()
    since = read_at(desk.vault, store.case.id)
    rows = _rows(desk, store)
    read = [one for one in store.all(Offer) if one.state is OfferState.READ]
    return show(
        desk,
        "watch.html.j2",
        shown_at=now.isoformat(),
        path=f"/c/{store.case.id}/watch",
        case=store.case,
        is_told=is_told,
        quiet_until=rests_until(desk.vault, store.case.id, now),
        news=news_of(store, since, now) if is_told else None,
        read=read if is_told else [],
        count=len(rows),
        now=now,
        next_at=min((one.next_at for one in rows), default=None),
        put_off=_count(asked, "later"),
        unnamed=_count(asked, "unnamed"),
    )


def _places(desk: Desk, store: CaseStore, typed: str, error: BenbanError | None) -> Response:
    if refused := _not_watchable(desk, store):
        return refused
    return show(
        desk,
        "watch_places.html.j2",
        status=400 if error else 200,
        path=f"/c/{store.case.id}/watch",
        rows=_rows(desk, store),
        now=desk.clock.now(),
        typed=typed,
        error=error,
    )


def _not_watchable(desk: Desk, store: CaseStore) -> Response | None:
    """Return a page that says why a case is not watched (HARM 13); None when it may be."""
    try:
        require_watchable(store)
    except WatchNotForCaseError as error:
        return show(desk, "watch_closed.html.j2", case=store.case, error=error)
    return None


def _rows(desk: Desk, store: CaseStore) -> tuple[Row, ...]:
    waiting = {one.place_id for one in open_offers(store)}
    looks = latest_looks(store)
    return tuple(
        Row(
            place=place,
            look=None if place.id in waiting else looks.get(place.id),
            waits=place.id in waiting,
            next_at=due_at(place, desk.clock, run=RUN),
        )
        for place in places_of_watch(store, desk.clock)
    )


def _looking(desk: Desk, case_id: str, hosts: tuple[HostLearns, ...]) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        progress.say("desk.watch.looking")
        with desk.case(case_id) as store:
            done = look_again(
                desk,
                store,
                hosts,
                progress,
                on_look=lambda one, every: progress.say("desk.watch.looking", one, every),
            )
        return f"/c/{case_id}/watch?later={done.put_off}&unnamed={len(done.not_allowed)}"

    return work


def _offer(store: CaseStore, asked: Asked) -> Offer:
    known = store.maybe(Offer, OfferId(asked.parts["offer"]))
    if known is None:
        raise PlaceMissingError
    return known


def _count(asked: Asked, name: str) -> int:
    typed = asked.query.get(name, "")
    return int(typed) if _COUNT.fullmatch(typed) else 0
