"""The places of a case that are looked at again: its sightings, and what the person named."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from benban.capture.place import place_of
from benban.casework.events import event, open_field
from benban.errors import (
    AccountPageError,
    BenbanError,
    KindNotCapturedError,
    PermitRefusedError,
    PlaceLimitError,
    PlaceMissingError,
    TooOftenError,
    WatchNotForCaseError,
    WatchNotPermittedError,
)
from benban.model.case import StoragePermit, may_leave_the_vault
from benban.model.catalogue import Catalogue
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.exhibit import Capture, Exhibit, ExhibitKind
from benban.model.ids import PlaceId, new_place_id
from benban.model.post import PostFactName
from benban.model.sighting import UNKNOWN_SERVICE, Address, Answer, Sighting, SightingKind
from benban.model.standing import HostLearns, StandingAct, StandingPermission
from benban.model.watch import Look, Means, Offer, Place, Wait
from benban.remedies.canonical import find_pattern
from benban.remedies.web_address import read_web_address
from benban.vault import CaseStore
from benban.watch.schedule import begin_wait
from benban.watch.signs import watch_of

# HARM 12.
PLACES_PER_CASE = 50
SHORTEST_EVERY_H = 24
_A_DAY = timedelta(hours=SHORTEST_EVERY_H)
LONGEST_PAUSE = timedelta(days=31)
# What a host learns; the words stand under ``standing.learns.<id>``.
LEARNS_HTTP, LEARNS_BROWSER, LEARNS_PICTURE = "page-and-time", "page-by-browser", "picture-and-time"
_WATCHED_KINDS = frozenset(SightingKind) - {SightingKind.TALK_ABOUT_IT}
# Kinds of address in the catalogue that lead to an account, not to something posted.
_ACCOUNT_KINDS = frozenset(
    {"profile", "profile_id", "user_or_oa", "user_group_channel_bot", "channel", "preview", "list"}
)
# On a host that is not in the catalogue: the usual ways to write "the page of somebody".
_ACCOUNT_STARTS = ("@", "~")
_ACCOUNT_WORDS = frozenset(
    {"user", "users", "u", "profile", "profiles", "member", "members", "people", "thanh-vien"}
)


def require_watchable(store: CaseStore) -> None:
    """
    Return if this case may be watched.

    Raises:
        WatchNotForCaseError: BB-668, no published or threatened sighting (HARM 13).
    """
    if not may_leave_the_vault(store.all(Sighting)):
        raise WatchNotForCaseError


def take_up_sightings(store: CaseStore, clock: Clock) -> tuple[Place, ...]:
    """
    Return every watched place of the case, after each sighting with an address has become one.

    Raises:
        WatchNotForCaseError: BB-668.
    """
    for place in _places_to_come(store, clock):
        # Without an address: that of a sighting stands in its own event.
        of = event(EventKind.PLACE_NAMED, place.id, open_field("sighting", place.sighting_id or ""))
        store.record(of, save=[place])
    return watched_places(store)


def places_of_watch(store: CaseStore, clock: Clock) -> tuple[Place, ...]:
    """
    Return what :func:`take_up_sightings` would return; nothing is written.

    Raises:
        WatchNotForCaseError: BB-668.
    """
    places = {one.id: one for one in store.all(Place)}
    # One that was named and turned out to be a sighting's takes the place of itself.
    places |= {one.id: one for one in _places_to_come(store, clock)}
    return tuple(one for one in places.values() if not one.is_dropped)


def _places_to_come(store: CaseStore, clock: Clock) -> tuple[Place, ...]:
    """Return the places that sightings have not become yet, as they would be kept."""
    require_watchable(store)
    places = store.all(Place)
    known = {one.sighting_id for one in places}
    named = {one.address.canonical: one for one in places if one.sighting_id is None}
    new = [
        (one, one.address)
        for one in store.all(Sighting)
        if one.address is not None and one.id not in known and one.kind in _WATCHED_KINDS
    ]
    # Asked once: it reads the log.
    rest = _rest_of_dropped(store, clock) if new else None
    paused_until = _common_pause(store, clock.now()) if new else None
    found: list[Place] = []
    for sighting, address in new:
        joined = named.get(address.canonical)
        found.append(
            replace(joined, sighting_id=sighting.id)
            if joined
            else Place(
                id=new_place_id(),
                sighting_id=sighting.id,
                address=address,
                named_at=clock.now(),
                wait=rest,
                paused_until=paused_until,
            )
        )
    return tuple(found)


def _common_pause(store: CaseStore, now: datetime) -> datetime | None:
    """Return until when everything rests: a place that comes meanwhile rests with the others."""
    ends = [one.paused_until for one in store.all(Place) if is_paused(one, now)]
    known = [one for one in ends if one is not None]
    return max(known) if known and len(known) == len(store.all(Place)) else None


def watched_places(store: CaseStore) -> tuple[Place, ...]:
    """Return the places of the case without those that the person wants left alone."""
    return tuple(one for one in store.all(Place) if not one.is_dropped)


def name_place(store: CaseStore, address: Address, catalogue: Catalogue, clock: Clock) -> Place:
    """
    Return the place that *address* is; one that is there already is not doubled.

    The address stands in the database alone, not in the log: a place that turns out to show
    nothing but an untouched photo goes without a trace (HARM 12).

    Raises:
        WatchNotForCaseError: BB-668.
        AccountPageError: BB-671.
        PlaceLimitError: BB-670.
    """
    take_up_sightings(store, clock)
    places = store.all(Place)
    for known in places:
        if known.address.canonical == address.canonical:
            return _taken_up_again(store, known)
    if is_account_page(address, catalogue) and not _has_posted(store, address):
        raise AccountPageError
    if sum(one.sighting_id is None for one in places) >= PLACES_PER_CASE:
        raise PlaceLimitError(limit=PLACES_PER_CASE)
    place = Place(
        id=new_place_id(),
        sighting_id=None,
        address=address,
        named_at=clock.now(),
        wait=_rest_of_dropped(store, clock),
        paused_until=_common_pause(store, clock.now()),
    )
    store.record(event(EventKind.PLACE_NAMED, place.id), save=[place])
    return place


def let_go(store: CaseStore, place_id: PlaceId, looks: Sequence[Look] = ()) -> None:
    """
    Remove a place with all its looks; nothing of a named one's address was ever in the log.

    That of a sighting stays as one to be left alone: its address is in the case all the same.

    Raises:
        PlaceMissingError: BB-672.
    """
    place = store.maybe(Place, place_id)
    if place is None:
        raise PlaceMissingError
    mine = looks or [one for one in store.all(Look) if one.place_id == place_id]
    # A find there would wait for ever: where it was is not known any more.
    finds = [one for one in store.all(Offer) if one.place_id == place_id]
    let = event(EventKind.PLACE_LET_GO, place_id)
    if place.sighting_id is None:
        store.record(let, remove=[place, *mine, *finds])
    else:
        store.record(let, save=[replace(place, is_dropped=True)], remove=[*mine, *finds])


def _taken_up_again(store: CaseStore, known: Place) -> Place:
    if not known.is_dropped:
        return known
    place = replace(known, is_dropped=False)
    store.record(event(EventKind.PLACE_NAMED, place.id), save=[place])
    return place


def _rest_of_dropped(store: CaseStore, clock: Clock) -> Wait | None:
    """
    Return a wait of a day when a place was let go within the last one; else None.

    Which address that was is known to nobody any more (HARM 12), so it may be this one: dropped
    and named anew, it would be looked at twice in a day.
    """
    now = clock.now()
    gone_at = (one.at for one in store.events() if one.kind is EventKind.PLACE_LET_GO)
    # One that lies in a time to come tells of a clock that was set back.
    if all(one is None or one <= now - _A_DAY for one in gone_at):
        return None
    # Of no run: what was counted before this one is not known.
    return begin_wait(_A_DAY.total_seconds(), at=now, monotonic_ns=clock.monotonic_ns(), run="")


def pause_places(store: CaseStore, until: datetime | None) -> int:
    """Return how many places are left alone until then; None goes on at once."""
    places = [replace(one, paused_until=until) for one in store.all(Place)]
    if places:
        said = open_field("until", until.isoformat() if until else "")
        store.record(
            event(EventKind.FIND_ANSWERED, "", open_field("act", "pause"), said), save=places
        )
    return len(places)


def is_paused(place: Place, now: datetime) -> bool:
    """Return whether *place* is left alone; no pause outlasts a month, whatever the clock says."""
    return place.paused_until is not None and now < place.paused_until <= now + LONGEST_PAUSE


def require_permission(store: CaseStore, now: datetime) -> StandingPermission:
    """
    Return the live permission to look again.

    Raises:
        WatchNotPermittedError: BB-669, there is none.
        TooOftenError: BB-673, it allows more than one look a day; none is taken under it.
    """
    live = [one for one in store.all(StandingPermission) if one.is_live(now)]
    permission = next((one for one in live if one.act is StandingAct.WATCH), None)
    if permission is None:
        raise WatchNotPermittedError
    if permission.every_h < SHORTEST_EVERY_H:
        raise TooOftenError
    return permission


def hosts_of_watch(store: CaseStore, clock: Clock) -> tuple[HostLearns, ...]:
    """
    Return each host that a watch of this case asks, and what it learns.

    Raises:
        WatchNotForCaseError: BB-668.
    """
    return hosts_of_places(store, take_up_sightings(store, clock))


def hosts_of_places(store: CaseStore, places: Sequence[Place]) -> tuple[HostLearns, ...]:
    """
    Return each host that is asked about *places*, and what it learns; nothing is written.

    Pictures often lie on a host of their own: those from which a sighting's picture came are
    asked again, no other.
    """
    learns: dict[str, str] = {}
    for exhibit in store.all(Exhibit):
        if exhibit.kind is ExhibitKind.MEDIA and exhibit.source_address:
            learns[place_of(exhibit.source_address).host] = LEARNS_PICTURE
    for place in places:
        service = place.address.service
        # A host nobody knows may send scripts alone; then the browser reads its page.
        is_browser = service == UNKNOWN_SERVICE or watch_of(service).means is Means.BROWSER
        learns[place.address.host] = LEARNS_BROWSER if is_browser else LEARNS_HTTP
    return tuple(HostLearns(host=host, learns=learns[host]) for host in sorted(learns) if host)


def picture_permit(store: CaseStore, sighting: Sighting) -> StoragePermit | None:
    """Return leave to fetch and measure pictures of *sighting*; None when there is none."""
    try:
        return store.case.storage_permit(sighting)
    except (PermitRefusedError, KindNotCapturedError):
        return None


def has_doubt(store: CaseStore) -> bool:
    """Return whether somebody said of any sighting that a person may be under 18."""
    doubts = {Answer.NO, Answer.UNSURE}
    return any(
        not doubts.isdisjoint(
            (one.answers.adult_now, one.answers.adult_in_picture, one.answers.nobody_doubts)
        )
        for one in store.all(Sighting)
    )


def opened(address: Address) -> str:
    """Return the raw address as it is opened: people write "t.me/kenh/5"."""
    return address.raw if "://" in address.raw else f"https://{address.raw}"


def is_crowded(address: Address, catalogue: Catalogue) -> bool:
    """Return whether the catalogue says that such a page shows many people at once (HARM 1)."""
    return _of_catalogue(address, catalogue)[1]


def is_members_only(address: Address, catalogue: Catalogue) -> bool:
    """Return whether by the form of its address only members can open it."""
    return _of_catalogue(address, catalogue)[0] == "post_private"


def is_account_page(address: Address, catalogue: Catalogue) -> bool:
    """Return whether *address* leads to somebody's account rather than to something posted."""
    kind, _ = _of_catalogue(address, catalogue)
    if kind:
        return kind in _ACCOUNT_KINDS
    parts = [one.lower() for one in urlsplit(opened(address)).path.split("/") if one]
    if not parts:
        return False
    is_named = parts[0].startswith(_ACCOUNT_STARTS)
    return (is_named and len(parts) == 1) or (parts[0] in _ACCOUNT_WORDS and len(parts) <= 2)  # noqa: PLR2004 - "user" and a name


def _of_catalogue(address: Address, catalogue: Catalogue) -> tuple[str, bool]:
    """Return the kind of address and whether its page shows many people."""
    service = catalogue.service(address.service)
    if service is None:
        return "", False
    try:
        pattern = find_pattern(read_web_address(address.raw), service)
    except BenbanError:
        return "", service.mixed_victims
    if pattern is None:
        return "", service.mixed_victims
    return pattern.kind, service.mixed_victims or pattern.mixed_victims


def _has_posted(store: CaseStore, account: Address) -> bool:
    """Return whether a sighting of this case was posted by that account."""
    start = account.canonical.rstrip("/") + "/"
    for sighting in store.all(Sighting):
        if sighting.address is not None and sighting.address.canonical.startswith(start):
            return True
    name = account.canonical.rstrip("/").rsplit("/", 1)[-1].lstrip("@~").lower()
    posts = [one.post for one in store.all(Capture) if one.post is not None]
    hosts = {one.address.host for one in store.all(Sighting) if one.address is not None}
    handles = {one.value(PostFactName.ACCOUNT).lstrip("@").lower() for one in posts}
    return account.host in hosts and bool(name) and name in handles
