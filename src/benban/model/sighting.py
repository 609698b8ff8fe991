"""A place where content was seen, and what the person answered about it."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from benban.model.ids import SightingId


class SightingKind(Enum):
    """What was seen there (DESIGN section 5)."""

    PUBLISHED = "published"
    THREATENED = "threatened"
    PERSONAL_DATA_EXPOSED = "personal-data-exposed"
    IMPERSONATION = "impersonation"
    THE_SERVICE_ITSELF = "the-service-itself"
    TALK_ABOUT_IT = "talk-about-it"

    @property
    def is_captured_with_media(self) -> bool:
        """Whether media may be captured at all (HARM 13)."""
        return self in {
            SightingKind.PUBLISHED,
            SightingKind.THREATENED,
            SightingKind.THE_SERVICE_ITSELF,
        }


class Answer(Enum):
    """What the person said; only ``YES`` opens anything."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    NOT_ANSWERED = "not-answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeAnswers:
    """
    The three age answers of one sighting (DESIGN promise 3, HARM 2); never inferred or defaulted.

    Attributes:
        adult_now: the person of the case is 18 or older today.
        adult_in_picture: 18 or older in the picture and in the photo it was made from.
        nobody_doubts: nobody who looked thinks otherwise.
    """

    adult_now: Answer
    adult_in_picture: Answer
    nobody_doubts: Answer

    @property
    def all_yes(self) -> bool:
        """Whether every answer is yes."""
        return (self.adult_now, self.adult_in_picture, self.nobody_doubts) == (Answer.YES,) * 3


NO_ANSWERS = AgeAnswers(
    adult_now=Answer.NOT_ANSWERED,
    adult_in_picture=Answer.NOT_ANSWERED,
    nobody_doubts=Answer.NOT_ANSWERED,
)


# What stands where the host does: behind the scheme, before a port, a path or anything else.
_PLACE = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*:/+)?\[?(?P<host>[^/?#\\\[\]]*?)\]?\.?(?::\d*)?(?:[/?#\\]|$)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """
    A web address as it came and in the form used for matching.

    Attributes:
        raw: exactly what the person gave; this is what notices and evidence use.
        canonical: without trackers, host in lower case, keys kept; only for matching.
        host: lower-case ASCII host (IDNA).
        service: id of the catalogue's service, ``unknown`` for a host not in it.
    """

    raw: str
    canonical: str
    host: str
    service: str

    @property
    def shown(self) -> str:
        """
        The raw address for people to read.

        The true host stands before it when the address is written with other letters (an IDN, a
        number in disguise): two names that look alike are told apart by it.
        """
        place = _PLACE.match(self.raw)
        written = place["host"].lower() if place else ""
        return self.raw if written == self.host else f"[{self.host}] {self.raw}"


UNKNOWN_SERVICE = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """
    One place where content was seen.

    Attributes:
        address: None means "address unknown" was recorded (a screenshot, a phone call).
        text: what the person wrote or pasted about it, verbatim.
        answers: see :class:`AgeAnswers`.
        seen_at: when they saw it as they said, UTC; None when not said.
        seen_at_local: the same as typed, with the zone, for the report.
        seen_on: the service or group they named, verbatim.
        seen_by: who saw it, as they said.
        reported_at: when it entered this vault, UTC.
        act_on: the day of the act when known; picks the rule of law.
    """

    id: SightingId
    kind: SightingKind
    address: Address | None
    text: str
    answers: AgeAnswers
    reported_at: datetime
    seen_at: datetime | None = None
    seen_at_local: str = ""
    seen_on: str = ""
    seen_by: str = ""
    act_on: date | None = None
    other_raw_addresses: tuple[str, ...] = field(default=())
