"""Taking a bank over from an exchange: all of its changes since the last time, or nothing."""

from dataclasses import dataclass
from datetime import datetime

from benban.errors.exchange import FeedRefusedError, FeedRestartError
from benban.exchange.feed import AHEAD, MAXIMUM_AGE, Delta, FeedItem
from benban.exchange.taken_over import TakenOver, differing
from benban.outside.pulled_bank import Held, Pin, PulledFolder
from benban.outside.subscription import Subscription

# Fifty million changes: an exchange that has more to say than that says it without end.
_MOST_PAGES = 5_000
# Deltas are put together in memory; so many are then laid into the arrays.
_AT_ONCE = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """
    What a pull did.

    Attributes:
        hashes: how many hold now that are matched with.
        negative: how many near which nothing matches.
        came, went: what differs from before.
        through: the newest change.
        fresh_until: from then on the bank must rest.
        is_anew: it was begun at 0, because the exchange was put back or the folder was damaged.
    """

    hashes: int
    negative: int
    came: int
    went: int
    through: int
    fresh_until: datetime
    is_anew: bool


def pull(folder: PulledFolder, pin: Pin, subscription: Subscription) -> Pulled:
    """
    Return what changed, once it is on disk; until then what was held before is held.

    Args:
        folder: held by the caller.
        pin: whose bank it is; what is fetched fits it, or is refused.
        subscription: of the same member and key.

    Raises:
        FeedRefusedError: BB-959.
        PeerUnreachableError: BB-978.
        FeedRestartError: BB-999, the exchange was put back again while it was read from 0.
        PulledFolderError: BB-945, it cannot be written.
    """
    held = folder.held(pin)
    is_begun = folder.pin() is not None
    if held is None:
        return _taken_over(folder, pin, subscription, None, before=None, is_anew=is_begun)
    try:
        return _taken_over(folder, pin, subscription, held, before=held, is_anew=False)
    except FeedRestartError:
        # What is held stays until all of the new is there: it was signed, and it ages.
        return _taken_over(folder, pin, subscription, None, before=held, is_anew=True)


def _taken_over(
    folder: PulledFolder,
    pin: Pin,
    subscription: Subscription,
    held: Held | None,
    *,
    before: Held | None,
    is_anew: bool,
) -> Pulled:
    not_before = None if before is None else before.newest.made_at - AHEAD
    taken, page, newest = _fetched(subscription, held, not_before)
    was = TakenOver.nothing() if before is None else before.taken
    if held is not None and taken is held.taken:
        folder.keep_page(page)
    else:
        folder.keep(pin, taken, page)
    came, went = differing(was, taken)
    negative = int(taken.is_negative.sum())
    return Pulled(
        hashes=len(taken) - negative,
        negative=negative,
        came=came,
        went=went,
        through=newest.through,
        fresh_until=newest.made_at + MAXIMUM_AGE,
        is_anew=is_anew,
    )


def _fetched(
    subscription: Subscription, held: Held | None, not_before: datetime | None
) -> tuple[TakenOver, bytes, Delta]:
    """Return all that is held now, the last page, and what it says."""
    taken = TakenOver.nothing() if held is None else held.taken
    newest = None if held is None else held.newest
    after, mark = (0, "") if newest is None else (newest.through, newest.mark)
    waiting: dict[str, FeedItem] = {}
    page = b""
    for count, (came, delta) in enumerate(subscription.pages(after, mark), start=1):
        # Signed and the next one, and yet of before: played back to hide what came since. From 0
        # as well: nobody has to be the exchange to say that it was put back.
        if not_before is not None and delta.made_at < not_before:
            raise FeedRefusedError("older than the one before", why="order")
        if count > _MOST_PAGES:
            raise FeedRefusedError("without end", why="order")
        page, newest, not_before = came, delta, delta.made_at - AHEAD
        waiting.update({one.number: one for one in delta.items})
        if len(waiting) >= _AT_ONCE:
            taken, waiting = taken.after(waiting), {}
    if newest is None:
        raise FeedRefusedError("no delta at all", why="layout")
    return (taken.after(waiting) if waiting else taken), page, newest
