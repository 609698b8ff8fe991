"""
A month of rest from what only offers something (HARM 10), for one case.

What rests: news and finds of the watch, texts that wait for a signature, and days that are past,
on which a service owed an answer: to write once more is an offer, and nothing is lost by later.
What never rests is a day that is still to come, whoever set it, a law or a service: hidden it
could be missed. Looking again goes on where it was allowed, and so does the time of the services;
both are said where the rest is chosen. The wish is a setting of this vault under a name with the
case's id, as what a person wants to hear is: it goes with the case, and its log does not tell it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from benban.casework.due import Due
from benban.model.clock import Clock
from benban.model.ids import CaseId
from benban.vault import Vault

_RESTS_UNTIL = "rest.until."
_A_MONTH = timedelta(days=30)


def rests_until(vault: Vault, case_id: CaseId, now: datetime) -> datetime | None:
    """Return until when the person rests from offers; None when they do not, or no longer."""
    kept = vault.setting(_RESTS_UNTIL + case_id)
    until = datetime.fromisoformat(kept.decode()) if kept else None
    return until if until is not None and now < until else None


def rest_for_a_month(vault: Vault, case_id: CaseId, clock: Clock) -> datetime:
    """Return until when nothing that is only an offer is shown."""
    until = clock.now() + _A_MONTH
    vault.set_setting(_RESTS_UNTIL + case_id, until.isoformat().encode())
    return until


def go_on(vault: Vault, case_id: CaseId) -> None:
    """Show offers again from now on."""
    vault.drop_setting(_RESTS_UNTIL + case_id)


def to_come(dues: Sequence[Due]) -> tuple[Due, ...]:
    """Return the days that stand also while somebody rests: those that are not past."""
    return tuple(one for one in dues if not one.is_overdue)
