"""
What is new at the places of a case since somebody last read it; told only to who wants to hear.

Finds are counted here and told nowhere: they wait behind "read now, later, my helper, rest"
(HARM 10). What a person wants to hear, and when they last read, are settings of this vault whose
names hold the case's id: they go with the case, and with nothing that leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from benban.casework.watch_offers import offers_for_now, open_offers
from benban.casework.watch_places import watched_places
from benban.model.ids import CaseId, PlaceId
from benban.model.watch import Look, Offer, OfferState, Place, SeenState
from benban.vault import CaseStore, Vault

_ONLY_WHEN_ASKED = "watch.only-when-asked."
_READ_AT = "watch.read-at."
# What is no news by itself: nothing could be told.
_NOTHING_TOLD = frozenset({SeenState.UNKNOWN, SeenState.BLOCKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A place of which something else is said than when it was last read."""

    place: Place
    look: Look


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """
    What is new.

    Attributes:
        since: when it was last read; None when never.
        changes: in the order of the places; a place where a find waits is not among them.
        finds: that may be mentioned now, oldest first.
    """

    since: datetime | None
    changes: tuple[Change, ...]
    finds: tuple[Offer, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.changes and not self.finds


def tells_only_when_asked(vault: Vault, case_id: CaseId) -> bool:
    """Return whether the person said "tell me only when I ask"."""
    return bool(vault.setting(_ONLY_WHEN_ASKED + case_id))


def tell_only_when_asked(vault: Vault, case_id: CaseId, *, is_wanted: bool) -> None:
    """Say nothing of news by itself from now on, or again."""
    if is_wanted:
        vault.set_setting(_ONLY_WHEN_ASKED + case_id, b"yes")
    else:
        vault.drop_setting(_ONLY_WHEN_ASKED + case_id)


def read_at(vault: Vault, case_id: CaseId) -> datetime | None:
    """Return when the person last said that they have read the news; None when never."""
    kept = vault.setting(_READ_AT + case_id)
    return datetime.fromisoformat(kept.decode()) if kept else None


def note_read(vault: Vault, case_id: CaseId, shown_at: datetime, now: datetime) -> None:
    """Let what was there when it was shown be no news any more; finds go on waiting."""
    vault.set_setting(_READ_AT + case_id, min(shown_at, now).isoformat().encode())


def news_of(store: CaseStore, since: datetime | None, now: datetime) -> News:
    """
    Return what is new since then.

    Args:
        store: of the case.
        since: when it was last read; None tells of every change since the first look.
        now: UTC; a find that rests until later is not mentioned.
    """
    looks: dict[PlaceId, list[Look]] = {}
    for look in store.all(Look):
        if look.judgement.state not in _NOTHING_TOLD:
            looks.setdefault(look.place_id, []).append(look)
    # What waits behind "read now" is not told by the way.
    waiting = {one.place_id for one in open_offers(store)}
    changes = (
        Change(place=place, look=last)
        for place in watched_places(store)
        if place.id not in waiting and (last := _changed(looks.get(place.id, []), since))
    )
    return News(since=since, changes=tuple(changes), finds=offers_for_now(store, now))


def finds_for_a_helper(finds: Sequence[Offer], now: datetime) -> tuple[Offer, ...]:
    """Return those that somebody who helps may be told of now: the person's pauses hold for all."""
    return tuple(
        one
        for one in finds
        if one.state in {OfferState.WAITING, OfferState.FOR_HELPER, OfferState.LATER}
        and (one.until is None or one.until <= now)
    )


def _changed(looks: Sequence[Look], since: datetime | None) -> Look | None:
    """Return the last look if it says something else than what was known before."""
    if not looks:
        return None
    known = [one for one in looks if since is not None and one.at <= since]
    before = known[-1].judgement.state if known else SeenState.THERE
    last = looks[-1]
    is_new = since is None or last.at > since
    return last if is_new and last.judgement.state is not before else None
