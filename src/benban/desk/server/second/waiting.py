"""How long somebody waits who typed wrong codes again and again, also across a new entry."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from benban.errors import SecondWaitError
from benban.wiring_case import Vault

_SETTING = "second.wrong"
# As many as end one entry. RFC 4226, 7.3: six digits bear few tries.
TRIES = 5
# After five wrong ones a minute, after five more two, and so on: who holds the passphrase alone
# has some hundred tries of a million a day.
_FIRST_WAIT = timedelta(minutes=1)
_MOST_DOUBLINGS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wrong:
    count: int
    last_at: datetime


def require_no_wait(vault: Vault, now: datetime) -> None:
    """
    Return if a code may be tried now.

    Raises:
        SecondWaitError: BB-032, with the minutes to wait.
    """
    wrong = _wrong_of(vault)
    # Five tries after each wait, not one.
    if wrong is None or wrong.count == 0 or wrong.count % TRIES:
        return
    if wrong.last_at > now:
        # The clock was set back: the wait begins now, it does not last until the old time.
        _keep(vault, _Wrong(count=wrong.count, last_at=now))
        wrong = _Wrong(count=wrong.count, last_at=now)
    left = wrong.last_at + _wait_after(wrong.count) - now
    if left > timedelta(0):
        raise SecondWaitError(minutes=_minutes(left))


def note_wrong(vault: Vault, now: datetime) -> None:
    """Count a wrong code."""
    wrong = _wrong_of(vault)
    _keep(vault, _Wrong(count=1 if wrong is None else wrong.count + 1, last_at=now))


def wrong_no_more(vault: Vault) -> None:
    """Forget the wrong codes: a right one, or a key, came."""
    if vault.setting(_SETTING):
        vault.drop_setting(_SETTING)


def entry_ended(vault: Vault) -> SecondWaitError:
    """Return what to say when wrong codes ended an entry."""
    wrong = _wrong_of(vault)
    return SecondWaitError(minutes=_minutes(_wait_after(TRIES if wrong is None else wrong.count)))


def _wait_after(count: int) -> timedelta:
    return _FIRST_WAIT * (1 << min(max(count // TRIES - 1, 0), _MOST_DOUBLINGS))


def _minutes(wait: timedelta) -> int:
    return -(-wait // timedelta(minutes=1))


def _wrong_of(vault: Vault) -> _Wrong | None:
    kept = vault.setting(_SETTING)
    return msgspec.msgpack.decode(kept, type=_Wrong) if kept else None


def _keep(vault: Vault, wrong: _Wrong) -> None:
    vault.set_setting(_SETTING, msgspec.msgpack.encode(wrong))
