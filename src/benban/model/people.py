"""Who works in a shared vault, and what each may do there."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Role(Enum):
    """What somebody may do; the values stand in ``index.db`` for ever."""

    PERSON = "person"
    """The one who has a vault of their own: everything."""
    CASEWORKER = "caseworker"
    """Has cases; sees those whose key they hold."""
    ADMINISTRATOR = "administrator"
    """Lets people in and out, sets the organisation's texts and lists; holds no case keys."""
    AUDITOR = "auditor"
    """Reads who saw what; holds no case keys."""


class PersonState(Enum):
    """Whether somebody may come in."""

    INVITED = "invited"
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """
    Somebody of a shared vault.

    Attributes:
        user_id: 16 hex digits.
        name: typed to come in; unique without regard to case.
        invited_by: user id of an administrator; empty for the first.
    """

    user_id: str
    name: str
    role: Role
    state: PersonState
    added_at: datetime
    invited_by: str = ""
