"""A round that somebody asks for: by which tools, and under which leave (DESIGN promise 1)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from benban.capture.ports import Browser
from benban.casework.recheck import WatchTools
from benban.casework.standing import give_permission, live_permission, revoke_permission
from benban.casework.watch_places import (
    LEARNS_BROWSER,
    SHORTEST_EVERY_H,
    hosts_of_places,
    places_of_watch,
    require_permission,
)
from benban.errors import BenbanError, OthersNamedError
from benban.fingerprint.ports import Decoder
from benban.model.catalogue import Catalogue
from benban.model.clock import Clock
from benban.model.standing import HostLearns, StandingAct, StandingPermission
from benban.vault import CaseStore
from benban.watch.ports import Fetcher
from benban.watch.schedule import Chance

_Tool = TypeVar("_Tool")
# Fifty places at ten seconds each, and pages that come late.
_LONGEST_ROUND = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolBox:
    """
    What tools are made of; fence and browser are opened for a round and closed after it.

    Attributes:
        explain: hears why a fence or a browser could not be opened; what can be looked at without
            it still is.
    """

    fetcher: Callable[[], Fetcher]
    fence: Callable[[], AbstractContextManager[Decoder]]
    browser: Callable[[], AbstractContextManager[Browser]]
    catalogue: Catalogue
    clock: Clock
    chance: Chance
    sleep: Callable[[float], None]
    run: str
    explain: Callable[[BenbanError], None]


@contextmanager
def opened_tools(store: CaseStore, box: ToolBox) -> Iterator[WatchTools]:
    """
    Give the tools of a round over the case.

    Raises:
        WatchNotPermittedError: BB-669; TooOftenError: BB-673.
    """
    permission = require_permission(store, box.clock.now())
    needs_browser = any(one.learns == LEARNS_BROWSER for one in permission.hosts)
    with ExitStack() as opened:
        yield WatchTools(
            fetcher=box.fetcher(),
            catalogue=box.catalogue,
            clock=box.clock,
            chance=box.chance,
            sleep=box.sleep,
            run=box.run,
            decoder=_opened(opened, box.fence, box),
            browser=_opened(opened, box.browser, box) if needs_browser else None,
        )


def hosts_asked(store: CaseStore, clock: Clock) -> tuple[HostLearns, ...]:
    """
    Return whom a round now may ask: those of the leave that stands, else those of every place.

    Raises:
        WatchNotForCaseError: BB-668.
    """
    standing = live_permission(store, StandingAct.WATCH, clock.now())
    if standing is not None:
        return standing.hosts
    return hosts_of_places(store, places_of_watch(store, clock))


@contextmanager
def leave_for_once(
    store: CaseStore, hosts: tuple[HostLearns, ...], clock: Clock
) -> Iterator[StandingPermission]:
    """
    Give the leave under which one round is taken; what did not stand before ends with the block.

    Args:
        store: of the case.
        hosts: that a page has just named, and the person agreed to.
        clock: of the program.

    Raises:
        StandingPermissionError: BB-113, there is no host.
        OthersNamedError: BB-041, the leave that stands allows more than was named.
    """
    standing = live_permission(store, StandingAct.WATCH, clock.now())
    if standing is not None:
        if not set(standing.hosts) <= set(hosts):
            # It was widened after the page had named whom a look asks.
            raise OthersNamedError
        yield standing
        return
    given = give_permission(
        store,
        StandingAct.WATCH,
        hosts,
        every_h=SHORTEST_EVERY_H,
        until=clock.now() + _LONGEST_ROUND,
        clock=clock,
    )
    try:
        yield given
    finally:
        revoke_permission(store, given.id, clock)


def end_left_over(store: CaseStore, clock: Clock) -> bool:
    """
    End a leave for one round that a round could not end itself; return whether there was one.

    The vault was closed under that round: its keys were gone before its last entry.
    """
    standing = live_permission(store, StandingAct.WATCH, clock.now())
    # Whoever lets the program look again by itself gives leave for days.
    if standing is None or standing.until - standing.given_at > _LONGEST_ROUND:
        return False
    revoke_permission(store, standing.id, clock)
    return True


def _opened(
    opened: ExitStack, make: Callable[[], AbstractContextManager[_Tool]], box: ToolBox
) -> _Tool | None:
    try:
        return opened.enter_context(make())
    except BenbanError as error:
        box.explain(error)
        return None
