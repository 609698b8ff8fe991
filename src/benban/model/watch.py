"""Looking again: places, looks, what may be said of them, and finds that wait."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from benban.model.ids import ExhibitId, LookId, OfferId, PlaceId, SightingId
from benban.model.sighting import Address

# Ends the reason of a "not found" that was told to a means which never saw the thing.
NEVER_SEEN = "-never-seen"


class SeenState(Enum):
    """
    What may be said of a place after a look.

    ``GONE`` rests on two looks at least a day apart. ``BLOCKED`` is a block of one country or of
    this connection, ``LOGIN_WALL`` and ``PRIVATE`` hide from strangers: none of them is a removal.
    """

    THERE = "there"
    GONE = "gone"
    BLOCKED = "blocked"
    LOGIN_WALL = "login-wall"
    PRIVATE = "private"
    BACK = "back"
    ALTERED = "altered"
    UNKNOWN = "unknown"


class Sign(Enum):
    """What one look by itself showed, before it is held against the looks of before."""

    SHOWN = "shown"
    OTHER_PICTURE = "other-picture"
    ABSENT = "absent"
    BLOCKED = "blocked"
    LOGIN_WALL = "login-wall"
    PRIVATE = "private"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that a judgement rests on: ``status`` = ``404``; ids and numbers only."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """
    What may be said, why, and on what it rests.

    Attributes:
        sign: what this look showed by itself.
        reason: stable id; the words stand under ``watch.reason.<id>``.
    """

    state: SeenState
    sign: Sign
    reason: str
    evidence: tuple[Evidence, ...] = field(default=())


class Means(Enum):
    """By what a look was taken."""

    HTTP = "http"
    BROWSER = "browser"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """
    One visit to a place with what it showed. Nothing of the page is in it.

    Attributes:
        at: UTC, by this computer's clock.
        served_at: UTC, as the server dated its answer; None when it did not.
        retry_after_s: how long the server asked to be left alone; None when it did not.
    """

    id: LookId
    place_id: PlaceId
    at: datetime
    means: Means
    judgement: Judgement
    status: int | None = None
    served_at: datetime | None = None
    retry_after_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """
    How long a place has been left alone, told by a clock that may be set back.

    Attributes:
        since_at: UTC; when counting was begun or begun anew.
        since_monotonic_ns: the order's reading then.
        run: random id of the run of the program that read both; within one run the monotonic
            reading alone counts.
        waited_s: what had surely passed before ``since_at``.
        due_after_s: how long the place is left alone in all.
        is_shaky: the clock was changed during this wait.
    """

    since_at: datetime
    since_monotonic_ns: int
    run: str
    due_after_s: float
    waited_s: float = 0.0
    is_shaky: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    An address that is looked at again.

    Attributes:
        sighting_id: the sighting it belongs to; None when the person named it.
        wait: None before the first look.
        times_refused: how often in a row the server asked to be left alone.
        paused_until: UTC; not looked at before then.
        is_dropped: the person wants it left alone; only kept of a sighting, which would else become
            a place again.
    """

    id: PlaceId
    sighting_id: SightingId | None
    address: Address
    named_at: datetime
    wait: Wait | None = None
    times_refused: int = 0
    paused_until: datetime | None = None
    is_dropped: bool = False


class OfferState(Enum):
    """What became of a find: it waits, and nothing is pushed (HARM 10)."""

    WAITING = "waiting"
    READ = "read"
    LATER = "later"
    FOR_HELPER = "for-helper"
    PAUSED = "paused"
    TAKEN_IN = "taken-in"


class FindKind(Enum):
    """What was found."""

    REUPLOAD = "re-upload"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """
    A find that waits behind "read now, later, let my helper, pause" (HARM 10).

    Attributes:
        place_id: where; one offer of a kind for each place and run of being there.
        exhibit_id: the questioned picture that is shown there; None when no picture was compared.
        sighting_id: what it became, or the sighting that came back.
        until: for ``LATER`` and ``PAUSED``: not before then.
    """

    id: OfferId
    place_id: PlaceId
    kind: FindKind
    found_at: datetime
    state: OfferState = OfferState.WAITING
    exhibit_id: ExhibitId | None = None
    sighting_id: SightingId | None = None
    until: datetime | None = None
