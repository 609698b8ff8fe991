"""An administrator lets somebody who lost the second factor set it up anew, once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from benban.desk.server.second.factors import note
from benban.errors import PersonMissingError, SecondStaysError
from benban.model.clock import Clock
from benban.model.people import PersonState, Role
from benban.wiring_case import Vault

# What is not used by then is void: nobody shall find it open after months.
VALID = timedelta(days=3)
_SETTING = "organisation.second-anew."
# What is the organisation's only administrators write: that it was used, each person keeps.
_USED = "second.anew-used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """
    That somebody may set it up anew.

    Attributes:
        number: of this one; the next one has another.
        by: user id of the administrator.
    """

    number: str
    by: str
    at: datetime


def let_set_up_anew(vault: Vault, user_id: str, clock: Clock) -> None:
    """
    Let somebody set up the second factor anew at their next entry; it is noted who let them.

    Raises:
        SecondStaysError: BB-034, only administrators may, and nobody for themselves.
        PersonMissingError: BB-465, nobody who has access is meant.
    """
    person = vault.person
    if person is None or person.role is not Role.ADMINISTRATOR or person.user_id == user_id:
        raise SecondStaysError
    if user_id not in {one.user_id for one in vault.people() if one.state is PersonState.ACTIVE}:
        raise PersonMissingError
    leave = Leave(number=secrets.token_hex(16), by=person.user_id, at=clock.now())
    vault.set_setting(f"{_SETTING}{user_id}", msgspec.json.encode(leave))
    note(vault, "second.let-anew", about=user_id)


def is_let_set_up_anew(vault: Vault, user_id: str, now: datetime) -> bool:
    """Return whether somebody was let lately; that they did stands among the notes alone."""
    leave = _given(vault, user_id)
    return leave is not None and _is_live(leave, now)


def leave_of(vault: Vault, now: datetime) -> Leave | None:
    """Return the leave by which this person may set it up anew now; None where there is none."""
    leave = None if vault.person is None else _given(vault, vault.person.user_id)
    if leave is None or not _is_live(leave, now):
        return None
    return None if vault.setting(_USED) == leave.number.encode() else leave


def use_leave(vault: Vault, leave: Leave) -> None:
    """Let it work no second time, and note that it was used."""
    vault.set_setting(_USED, leave.number.encode())
    note(vault, "second.set-up-anew")


def _given(vault: Vault, user_id: str) -> Leave | None:
    kept = vault.setting(f"{_SETTING}{user_id}")
    return msgspec.json.decode(kept, type=Leave) if kept else None


def _is_live(leave: Leave, now: datetime) -> bool:
    return timedelta(0) <= now - leave.at <= VALID
