"""
Whether an item was there, gone, or not known at each visit of one address.

"Gone" is said of what the site itself said. A login wall, a failing server or a page that could not
be read says nothing about the item: nobody is told that it is gone when it may only be hidden.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from benban.capture.failure import failure_of
from benban.capture.layouts import POST_NOT_FOUND
from benban.capture.place import place_of
from benban.dossier.view import Presence, Retraction, SeenState
from benban.model.custody import CustodyEvent, EventKind, TimestampToken, TokenState
from benban.model.exhibit import Capture, StepOutcome
from benban.model.sighting import Sighting

_OK = 200
# RFC 9110: not found; gone. Others (401, 403, 451, 5xx) say something about the asking.
_NOT_THERE = frozenset({404, 410})
# A window in which the person could log in before (model.exhibit.BrowserFacts).
_PERSON = "person"
_ENDS_OF_VISITS = frozenset({EventKind.CAPTURED, EventKind.ATTEMPT_FAILED, EventKind.RECOVERED})
_ITEM, _ITEM_MEDIA = "item", "item-media"


def presence_of(capture: Capture) -> tuple[Presence, str]:
    """
    Return what one visit showed of the item, and the id of what that rests on.

    There: 200, and the item's own media were kept. Gone: 404 or 410 by the host that was asked, or
    200 with the service's own "post not found" as its parser knows it. Else not known.
    """
    if failure_of(capture) is not None or capture.status is None:
        return Presence.UNKNOWN, "no-answer"
    is_elsewhere = place_of(capture.final_address).host != place_of(capture.requested_address).host
    if capture.status in _NOT_THERE:
        # Where it led to another host, that host's 404 is not the word of the one that was asked.
        return (Presence.UNKNOWN, "elsewhere") if is_elsewhere else (Presence.GONE, "not-found")
    if capture.status != _OK:
        return Presence.UNKNOWN, "status"
    done = [step for step in capture.steps if step.outcome is StepOutcome.DONE]
    if any(step.name == _ITEM_MEDIA for step in done):
        return Presence.THERE, "media-kept"
    if not is_elsewhere and any(
        step.name == _ITEM and step.reason == POST_NOT_FOUND for step in done
    ):
        return Presence.GONE, "post-not-found"
    return Presence.UNKNOWN, "no-item"


def retractions_of(
    sightings: Sequence[Sighting],
    captures: Sequence[Capture],
    events: Sequence[CustodyEvent],
    tokens: Sequence[TimestampToken],
) -> tuple[Retraction, ...]:
    """
    Return one statement for each address that was visited at least twice, oldest visit first.

    A sighting is one canonical address: a second report of the same place joins the first.

    Args:
        sightings: the places that are spoken of.
        captures: the visits that are spoken of.
        events: the whole log; says where each visit stands in it.
        tokens: those that came say until when that head of the log existed at the latest.
    """
    found = []
    for sighting in sightings:
        visits = sorted(
            (one for one in captures if one.sighting_id == sighting.id),
            key=lambda one: one.started_at,
        )
        # Two visits without a known state say nothing that the visits do not say by themselves.
        states = _without_guesses(visits, [_state(one, events, tokens) for one in visits])
        if len({one.presence for one in states} - {Presence.UNKNOWN}) > 0 and len(states) > 1:
            found.append(Retraction(sighting_id=sighting.id, states=states))
    return tuple(found)


def _without_guesses(
    visits: Sequence[Capture], states: Sequence[SeenState]
) -> tuple[SeenState, ...]:
    """
    Return the states, "not known" where a stranger is told "not found" of what a member saw.

    Services answer a stranger 404 for what only members may see. Once a stranger saw it, another
    stranger's 404 is a change.
    """
    told: list[SeenState] = []
    is_seen_by_member = is_seen_by_stranger = False
    for visit, state in zip(visits, states, strict=True):
        is_member = visit.browser is not None and visit.browser.profile == _PERSON
        is_seen_by_member |= is_member and state.presence is Presence.THERE
        is_seen_by_stranger |= not is_member and state.presence is Presence.THERE
        is_guess = (
            state.presence is Presence.GONE
            and not is_member
            and is_seen_by_member
            and not is_seen_by_stranger
        )
        told.append(
            replace(state, presence=Presence.UNKNOWN, reason="no-login") if is_guess else state
        )
    return tuple(told)


def _state(
    capture: Capture, events: Sequence[CustodyEvent], tokens: Sequence[TimestampToken]
) -> SeenState:
    presence, reason = presence_of(capture)
    return SeenState(
        capture_id=capture.id,
        at=capture.ended_at,
        presence=presence,
        reason=reason,
        status=capture.status,
        stamped_at=_stamped_at(capture, events, tokens),
    )


def _stamped_at(
    capture: Capture, events: Sequence[CustodyEvent], tokens: Sequence[TimestampToken]
) -> datetime | None:
    """Return the earliest time at which a stamped head covered the visit's record."""
    position = next(
        (
            entry.position
            for entry in events
            if entry.kind in _ENDS_OF_VISITS and entry.subject == capture.id
        ),
        None,
    )
    if position is None:
        return None
    times = [
        token.time_at
        for token in tokens
        if token.state is TokenState.STAMPED
        and token.time_at is not None
        and token.checkpoint_size > position
    ]
    return min(times, default=None)
