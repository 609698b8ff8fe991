"""A round of the watch as a job: by which tools, and how it ends when nobody wants it any more."""

import random
import secrets
import time
from collections.abc import Callable

from benban.casework.recheck import Round, recheck
from benban.casework.watch_once import ToolBox, leave_for_once, opened_tools
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.outward import watch_fetcher
from benban.errors import BenbanError
from benban.model.standing import HostLearns
from benban.wiring_case import CaseStore, catalogue, opened_browser, opened_fence

# Within one run of the program the monotonic clock alone tells what has passed.
RUN = secrets.token_hex(8)
# How soon a round that waits politely hears that it may stop.
_NAP_S = 0.25


def look_again(
    desk: Desk,
    store: CaseStore,
    hosts: tuple[HostLearns, ...],
    progress: Progress,
    *,
    on_look: Callable[[int, int], None],
) -> Round:
    """
    Return one round over a case, under the leave that stands or one for *hosts* that ends with it.

    Args:
        desk: of the vault.
        store: of the case.
        hosts: that a page named, and that were agreed to.
        progress: a round that is stopped ends between two places; what was looked at is kept.
        on_look: hears how many places are done, and of how many.

    Raises:
        StoppedError: BB-005. WatchNotForCaseError: BB-668. TooOftenError: BB-673.
    """

    def sleep(seconds: float) -> None:
        until = time.monotonic() + seconds
        while (rest := until - time.monotonic()) > 0:
            progress.require_wanted()
            time.sleep(min(rest, _NAP_S))

    box = ToolBox(
        fetcher=watch_fetcher,
        fence=opened_fence,
        browser=lambda: opened_browser(desk.vault),
        catalogue=catalogue(),
        clock=desk.clock,
        chance=random.SystemRandom().random,
        sleep=sleep,
        run=RUN,
        explain=_leave_out,
    )
    with leave_for_once(store, hosts, desk.clock), opened_tools(store, box) as tools:
        return recheck(store, tools, on_look=lambda _taken, done, every: on_look(done, every))


def told_as(one: HostLearns) -> str:
    """Return how a page names whom it asks and what they learn, to be sent back by its form."""
    return f"{one.learns} {one.host}"


def _leave_out(_error: BenbanError) -> None:
    """Look without it: each look says by what means it was taken."""
