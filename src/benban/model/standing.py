"""Standing permission: the only thing under which traffic may repeat by itself (promise 1)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from benban.model.ids import StandingId


class StandingAct(Enum):
    """What may repeat."""

    STAMP = "stamp"
    # Plan.
    LOOK_UP = "look-up"
    # Watch.
    WATCH = "watch"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLearns:
    """
    One host that will be asked.

    Attributes:
        learns: id of what it learns; the words stand under ``standing.learns.<id>``.
    """

    host: str
    learns: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingPermission:
    """
    Leave for one kind of repeating traffic; off until given, over when revoked or when it ends.

    Attributes:
        hosts: each host and what it learns; no other host is asked under this permission.
        every_h: hours between two acts, at least.
        until: UTC; nothing goes outside at or after it.
        revoked_at: UTC; None while it stands.
    """

    id: StandingId
    act: StandingAct
    hosts: tuple[HostLearns, ...]
    every_h: int
    given_at: datetime
    until: datetime
    revoked_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Return whether it stands at *now*."""
        return self.revoked_at is None and self.given_at <= now < self.until

    def allows(self, host: str, now: datetime) -> bool:
        """Return whether *host* may be asked at *now*."""
        return self.is_live(now) and any(one.host == host for one in self.hosts)
