"""
Look again at what is due, under a standing permission; each look is one record and one event.

Before a place is asked, its day begins to count: a process that dies on the way gives no second
look within it, and the next round goes on with the places that are left.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from benban.capture.ports import Browser
from benban.casework.events import event, open_field
from benban.casework.retraction import presence_of
from benban.casework.watch_look import Visit, Visited, visit_place
from benban.casework.watch_pictures import (
    Closeness,
    Likeness,
    closeness_of,
    wanted_pictures,
)
from benban.casework.watch_places import (
    LEARNS_BROWSER,
    has_doubt,
    is_crowded,
    is_members_only,
    is_paused,
    let_go,
    picture_permit,
    require_permission,
    take_up_sightings,
    watched_places,
)
from benban.dossier.view import Presence
from benban.errors import FenceUnavailableError
from benban.fingerprint.ports import Decoder
from benban.model.catalogue import Catalogue
from benban.model.clock import Clock
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import Capture
from benban.model.ids import PlaceId, SightingId, new_look_id, new_offer_id
from benban.model.sighting import Sighting
from benban.model.standing import StandingPermission
from benban.model.watch import FindKind, Look, Means, Offer, Place, SeenState, Sign
from benban.vault import CaseStore, Storable
from benban.watch.judge import ItemSeen, Past, PictureSeen, Seen, judge, retry_after_s, served_at
from benban.watch.ports import Fetcher
from benban.watch.schedule import (
    SHORTEST,
    Chance,
    begin_wait,
    hosts_left_alone,
    in_turn,
    is_due,
    pause_after,
    renewed,
)
from benban.watch.signs import watch_of

# Between two requests to one host: no more often than a reader would.
_POLITE_S = 10.0
_OK, _TOO_MANY = 200, 429


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTools:
    """
    By what a round is done.

    Attributes:
        decoder: the fence; None compares no pictures.
        browser: None looks over HTTP alone.
        chance: spreads looks; ``random.random`` of the face.
        sleep: waits between requests to one host.
        run: random id of this run of the program.
    """

    fetcher: Fetcher
    catalogue: Catalogue
    clock: Clock
    chance: Chance
    sleep: Callable[[float], None]
    run: str
    decoder: Decoder | None = None
    browser: Browser | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookTaken:
    """One look, the find it led to, and whether its place was let go (then nothing was kept)."""

    place: Place
    look: Look
    offer: Offer | None = None
    is_let_go: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """
    What one round did.

    Attributes:
        not_allowed: due places whose host the permission does not name; nobody was asked.
        put_off: places of a host that asked to be left alone in this round.
    """

    looks: tuple[LookTaken, ...]
    not_allowed: tuple[Place, ...]
    put_off: int


def recheck(
    store: CaseStore,
    tools: WatchTools,
    *,
    on_look: Callable[[LookTaken, int, int], None] = lambda _look, _done, _all: None,
) -> Round:
    """
    Return what a round over the due places brought.

    Args:
        store: of the case.
        tools: see :class:`WatchTools`.
        on_look: hears each look with how many are done and how many there are.

    Raises:
        WatchNotForCaseError: BB-668; WatchNotPermittedError: BB-669; TooOftenError: BB-673.
    """
    permission = require_permission(store, tools.clock.now())
    places = _with_true_clock(store, take_up_sightings(store, tools.clock), tools)
    due = [one for one in places if _is_due(one, tools)]
    allowed = [one for one in due if permission.allows(one.address.host, tools.clock.now())]
    taken: list[LookTaken] = []
    put_off = 0
    # Every look ever made is read for a round that asks somebody, and for no other.
    watch = _Watch(store, tools, permission) if allowed else None
    for place in in_turn(allowed, tools.chance):
        # The permission may end, or be withdrawn, while a round is going on.
        kept = store.maybe(StandingPermission, permission.id)
        if kept is None or not kept.is_live(tools.clock.now()):
            break
        if watch is None or not watch.may_ask(place.address.host):
            put_off += 1
            continue
        taken.append(watch.look(place))
        on_look(taken[-1], len(taken), len(allowed))
    return Round(
        looks=tuple(taken),
        not_allowed=tuple(one for one in due if one not in allowed),
        put_off=put_off,
    )


def due_places(store: CaseStore, tools: WatchTools) -> tuple[Place, ...]:
    """Return the places that a round would look at now."""
    return tuple(one for one in watched_places(store) if _is_due(one, tools))


class _Watch:
    """One round over one case: what is read once, and which hosts asked to be left alone."""

    def __init__(self, store: CaseStore, tools: WatchTools, permission: StandingPermission) -> None:
        self._store = store
        self._tools = tools
        self._hosts = frozenset(one.host for one in permission.hosts)
        # A browser also asks whom a page takes its scripts from: only where that was said.
        self._by_browser = frozenset(
            one.host for one in permission.hosts if one.learns == LEARNS_BROWSER
        )
        self._every_h = permission.every_h
        self._looks: dict[PlaceId, list[Look]] = {}
        for look in store.all(Look):
            self._looks.setdefault(look.place_id, []).append(look)
        self._wanted = wanted_pictures(store)
        self._seen_by_visit = _seen_by_strangers(store)
        self._asked_at: dict[str, float] = {}
        self._left_alone = set(hosts_left_alone(store.all(Place), self._looks, tools.clock.now()))

    def may_ask(self, host: str) -> bool:
        return host not in self._left_alone

    def look(self, place: Place) -> LookTaken:
        place = self._begin(place)
        self._be_polite(place.address.host)
        visited = visit_place(self._visit(place), self._tools.fetcher)
        close = self._compare(place, visited)
        looks = self._looks.setdefault(place.id, [])
        seen = _for_judgement(visited, close, self._knows_item(place, looks))
        look = self._judged(place, seen, looks)
        if _is_own_photo(place, close, looks):
            let_go(self._store, place.id, looks)
            return LookTaken(place=place, look=look, is_let_go=True)
        looks.append(look)
        return self._keep(place, look, close)

    def _begin(self, place: Place) -> Place:
        now = self._tools.clock.now()
        wait = begin_wait(
            SHORTEST.total_seconds(),
            at=now,
            monotonic_ns=self._tools.clock.monotonic_ns(),
            run=self._tools.run,
        )
        begun = replace(place, wait=wait, paused_until=None)
        self._store.record(
            event(EventKind.ATTEMPT, place.id, open_field("act", "watch")), save=[begun]
        )
        return begun

    def _be_polite(self, host: str) -> None:
        now = self._tools.clock.monotonic_ns() / 1e9
        before = self._asked_at.get(host)
        if before is not None and now - before < _POLITE_S:
            self._tools.sleep(_POLITE_S - (now - before))
        self._asked_at[host] = self._tools.clock.monotonic_ns() / 1e9

    def _visit(self, place: Place) -> Visit:
        catalogue = self._tools.catalogue
        return Visit(
            place=place,
            service=watch_of(place.address.service),
            hosts=self._hosts,
            may_see_pictures=self._may_see_pictures(place),
            is_permitted=self._is_permitted(place),
            is_members_only=is_members_only(place.address, catalogue),
            browser=self._tools.browser if place.address.host in self._by_browser else None,
        )

    def _may_see_pictures(self, place: Place) -> bool:
        """Return whether the age answers allow it, there is something to look for, and no crowd."""
        if self._tools.decoder is None or not self._wanted.fingerprints:
            return False
        if is_crowded(place.address, self._tools.catalogue):
            return False
        return self._is_permitted(place)

    def _is_permitted(self, place: Place) -> bool:
        if place.sighting_id is None:
            # Nobody was asked about this place; a doubt about any other is a doubt here.
            return not has_doubt(self._store)
        sighting = self._store.get(Sighting, place.sighting_id)
        return picture_permit(self._store, sighting) is not None

    def _compare(self, place: Place, visited: Visited) -> tuple[Closeness, ...]:
        decoder = self._tools.decoder
        # Asked anew: while the page was on its way somebody may have said "under 18".
        self._wanted = wanted_pictures(self._store) if visited.pictures else self._wanted
        if decoder is None or not self._may_see_pictures(place):
            return ()
        try:
            return tuple(
                closeness_of(self._store, one, self._wanted, decoder, is_thorough=True)
                for one in visited.pictures
            )
        except FenceUnavailableError:
            # One picture that breaks the fence does not end the round; it was not compared.
            return ()

    def _knows_item(self, place: Place, looks: list[Look]) -> bool:
        """Return whether what stands at the place is known to be what the case is about."""
        return place.sighting_id is not None or any(
            one.judgement.sign is Sign.SHOWN for one in looks
        )

    def _judged(self, place: Place, seen: Seen, looks: list[Look]) -> Look:
        now = self._tools.clock.now()
        is_of_visit = place.sighting_id in self._seen_by_visit and _may_speak(seen, looks)
        was_seen = is_of_visit or any(
            one.judgement.sign in {Sign.SHOWN, Sign.OTHER_PICTURE}
            and seen.means in {one.means, Means.BROWSER}
            for one in looks
        )
        past = Past(looks=tuple(looks), was_seen=was_seen)
        signs = watch_of(place.address.service).signs
        return Look(
            id=new_look_id(),
            place_id=place.id,
            at=now,
            means=seen.means,
            judgement=judge(seen, past, signs, at=now),
            status=seen.status,
            served_at=served_at(seen),
            retry_after_s=retry_after_s(seen),
        )

    def _keep(self, place: Place, look: Look, close: tuple[Closeness, ...]) -> LookTaken:
        looks = self._looks[place.id]
        is_refused = look.status == _TOO_MANY or look.retry_after_s is not None
        if is_refused:
            self._left_alone.add(place.address.host)
        refused = place.times_refused + 1 if is_refused else 0
        place = replace(place, times_refused=refused)
        pause_s = pause_after(
            place, looks, look.at, every_h=self._every_h, chance=self._tools.chance
        )
        # The wait began before the place was asked; only its length is known now.
        begun = place.wait
        place = replace(place, wait=None if begun is None else replace(begun, due_after_s=pause_s))
        offer = self._find(place, look, close)
        # One act: a find that is lost with the process would not be found again.
        saved: list[Storable] = [look, place]
        saved += [offer] if offer else []
        self._store.record(_looked(look, offer), save=saved)
        return LookTaken(place=place, look=look, offer=offer)

    def _find(self, place: Place, look: Look, close: tuple[Closeness, ...]) -> Offer | None:
        """Return the find that *look* is; one that waits already, or was answered, is none."""
        state = look.judgement.state
        if state is SeenState.BACK:
            kind = FindKind.BACK
        elif place.sighting_id is None and state is SeenState.THERE:
            kind = FindKind.REUPLOAD
            if _was_told(self._store, place):
                return None
        else:
            return None
        hit = next((one for one in close if one.likeness is Likeness.QUESTIONED), None)
        return Offer(
            id=new_offer_id(),
            place_id=place.id,
            kind=kind,
            found_at=look.at,
            exhibit_id=hit.exhibit_id if hit else None,
            sighting_id=place.sighting_id,
        )


def _was_told(store: CaseStore, place: Place) -> bool:
    """Return whether a find at this place waits already, or was answered."""
    return any(one.place_id == place.id for one in store.all(Offer))


def _for_judgement(visited: Visited, close: tuple[Closeness, ...], knows_item: bool) -> Seen:
    seen = visited.seen
    hit = next((one for one in close if one.likeness is Likeness.QUESTIONED), None)
    if hit is not None:
        return replace(seen, picture=PictureSeen.SAME, distance_bits=hit.distance_bits)
    if not knows_item and seen.item is ItemSeen.SHOWN:
        # Somebody's post without the questioned picture is nothing of this case.
        return replace(seen, item=ItemSeen.NOT_KNOWN)
    told = {Likeness.OTHER, Likeness.UNTOUCHED}
    if visited.is_complete and close and all(one.likeness in told for one in close):
        return replace(seen, picture=PictureSeen.OTHER)
    return seen


def _may_speak(seen: Seen, looks: list[Look]) -> bool:
    """
    Return whether this means sees what a recorded visit, which is a browser's, saw.

    Some hosts answer 404 to whatever is no browser: it counts once they gave it a page. A page
    that they gave to the browser, where there was one, says nothing of the other means.
    """
    return seen.means is Means.BROWSER or any(
        one.means is seen.means and one.status == _OK for one in looks
    )


def _is_own_photo(place: Place, close: tuple[Closeness, ...], looks: list[Look]) -> bool:
    """Return whether a named place shows the person's untouched photo and never showed more."""
    likenesses = {one.likeness for one in close}
    return (
        place.sighting_id is None
        and Likeness.UNTOUCHED in likenesses
        and Likeness.QUESTIONED not in likenesses
        and not any(one.judgement.sign is Sign.SHOWN for one in looks)
    )


def _is_due(place: Place, tools: WatchTools) -> bool:
    now = tools.clock.now()
    if is_paused(place, now):
        return False
    return is_due(place.wait, at=now, monotonic_ns=tools.clock.monotonic_ns(), run=tools.run)


def _with_true_clock(
    store: CaseStore, places: tuple[Place, ...], tools: WatchTools
) -> tuple[Place, ...]:
    """Return the places with their waits counted on, where the clock was changed under them."""
    kept: list[Place] = []
    changed: list[Place] = []
    for place in places:
        wait = place.wait and renewed(
            place.wait,
            at=tools.clock.now(),
            monotonic_ns=tools.clock.monotonic_ns(),
            run=tools.run,
        )
        kept.append(replace(place, wait=wait) if wait else place)
        changed += kept[-1:] if wait else []
    if changed:
        counted = event(EventKind.CLOCK_CHANGED, "", open_field("places", len(changed)))
        store.record(counted, save=changed)
    return tuple(kept)


def _seen_by_strangers(store: CaseStore) -> frozenset[SightingId]:
    """Return the sightings whose thing a visit without an account had seen there."""
    return frozenset(
        one.sighting_id
        for one in store.all(Capture)
        if presence_of(one)[0] is Presence.THERE
        and not (one.browser is not None and one.browser.profile == "person")
    )


def _looked(look: Look, offer: Offer | None) -> EventDraft:
    said = look.judgement
    found = (open_field("find", offer.kind.value),) if offer else ()
    return event(
        EventKind.LOOKED,
        look.place_id,
        open_field("state", said.state.value),
        open_field("reason", said.reason),
        open_field("means", look.means.value),
        open_field("status", look.status if look.status is not None else "none"),
        open_field("look", look.id),
        *found,
    )
