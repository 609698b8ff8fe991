"""What an organisation says of itself: its name, its duty to report, how long cases are kept."""

import threading
from dataclasses import dataclass
from datetime import date

import msgspec

from benban.errors import DutyTextIncompleteError, RoleRefusedError
from benban.model.clock import Clock
from benban.model.organisation import DutyText
from benban.model.people import Role
from benban.vault import Vault

# Of the organisation: under the vault's key.
_NAME = "organisation.name"
_DUTY = "organisation.duty"
_RETENTION = "organisation.retention-days"
LONGEST_NAME = 80
# A month to mend a mistake, ten years as the longest time somebody may sue here.
RETENTION_DAYS = (30, 3650)
_WRITING = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDuty:
    """A text on the duty to report as it was typed."""

    vi: str
    en: str
    day: date | None
    signed_by: str


def organisation_name(vault: Vault) -> str:
    """Return what the organisation calls itself here; empty when it was not said."""
    return vault.setting(_NAME).decode()


def name_organisation(vault: Vault, name: str) -> None:
    """
    Keep what the organisation calls itself.

    Raises:
        RoleRefusedError: BB-460.
    """
    require_administrator(vault)
    vault.set_setting(_NAME, " ".join(name.split())[:LONGEST_NAME].encode())


def duty_text(vault: Vault) -> DutyText | None:
    """Return the text on the duty to report that was set last; None before the first."""
    every = duty_texts(vault)
    return every[-1] if every else None


def duty_texts(vault: Vault) -> tuple[DutyText, ...]:
    """Return every text on the duty to report, the oldest first: none is ever removed."""
    stored = vault.setting(_DUTY)
    return msgspec.json.decode(stored, type=tuple[DutyText, ...]) if stored else ()


def set_duty_text(vault: Vault, new: NewDuty, clock: Clock) -> DutyText:
    """
    Return the text on the duty to report that is shown from now on; earlier ones stay.

    Raises:
        DutyTextIncompleteError: BB-038, a language, the day or the name is missing.
        RoleRefusedError: BB-460.
    """
    require_administrator(vault)
    vi, en, signed_by = new.vi.strip(), new.en.strip(), new.signed_by.strip()
    if new.day is None or not all((vi, en, signed_by)):
        raise DutyTextIncompleteError
    kept = DutyText(vi=vi, en=en, day=new.day, signed_by=signed_by, kept_at=clock.now())
    with _WRITING:
        vault.set_setting(_DUTY, msgspec.json.encode([*duty_texts(vault), kept]))
    if vault.audit is not None:
        vault.audit.note("organisation/duty")
    return kept


def retention_days(vault: Vault) -> int | None:
    """Return how long the organisation says that it keeps a case; None when it was not said."""
    stored = vault.setting(_RETENTION)
    return int(stored) if stored else None


def set_retention_days(vault: Vault, days: int) -> None:
    """
    Keep how long the organisation keeps a case; nothing is destroyed by it.

    Raises:
        RoleRefusedError: BB-460.
        ValueError: outside ``RETENTION_DAYS``; a mistake of the calling code.
    """
    require_administrator(vault)
    least, most = RETENTION_DAYS
    if not least <= days <= most:
        raise ValueError("a number of days that makes no sense")
    vault.set_setting(_RETENTION, str(days).encode())


def require_administrator(vault: Vault) -> None:
    """
    Return if an administrator is in.

    Raises:
        RoleRefusedError: BB-460.
    """
    if vault.person is None or vault.person.role is not Role.ADMINISTRATOR:
        raise RoleRefusedError
