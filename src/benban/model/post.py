"""One post as a page showed it: each fact in the page's own words and as it was read."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class FactState(Enum):
    """What became of one fact."""

    READ = "read"
    NOT_SHOWN = "not-shown"
    NOT_PARSED = "could-not-parse"


class PostFactName(Enum):
    """What a post says of itself. A value is never reused: it stands in records."""

    POST_ID = "post-id"
    CHANNEL = "channel"
    CHANNEL_ID = "channel-id"
    ACCOUNT = "account"
    ACCOUNT_ID = "account-id"
    ACCOUNT_NAME = "account-name"
    POSTED_AT = "posted-at"
    POSTED_AT_BY_ID = "posted-at-by-id"
    FORWARDED_FROM = "forwarded-from"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFact:
    """
    One fact of a post.

    Attributes:
        shown: as the page has it, verbatim; empty when not shown.
        value: as read (an id in digits, a time in ISO 8601 with its zone); empty unless read.
    """

    name: PostFactName
    state: FactState
    shown: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """
    The post that an address points at, as one page showed it.

    Attributes:
        layout: name and version of the parser that read it, e.g. ``telegram/1``.
        observed_at: when the page was read, UTC; counters hold for this moment.
        facts: every name once, also what was not shown or could not be read.
    """

    layout: str
    observed_at: datetime
    facts: tuple[PostFact, ...]

    def value(self, name: PostFactName) -> str:
        """Return what was read of *name*; empty when nothing was."""
        return next((one.value for one in self.facts if one.name is name), "")
